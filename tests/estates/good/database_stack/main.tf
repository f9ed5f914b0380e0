terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = local.tags
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "environment" {
  type = string
}

variable "databases" {
  type = map(object({
    engine         = string
    engine_version = string
    instance_class = string
    storage        = number
    port           = number
    multi_az       = optional(bool, true)
  }))
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  name = "data-${var.environment}"
  tags = {
    Environment = var.environment
    Owner       = "data-platform"
  }
  zones         = slice(data.aws_availability_zones.available.names, 0, 3)
  is_production = var.environment == "production"
}

resource "aws_vpc" "this" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
}

resource "aws_subnet" "database" {
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = local.zones[count.index]
  tags              = { Name = "${local.name}-database-${count.index}" }
}

resource "aws_route_table" "database" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table_association" "database" {
  count          = 3
  subnet_id      = aws_subnet.database[count.index].id
  route_table_id = aws_route_table.database.id
}

resource "aws_security_group" "application" {
  name_prefix = "${local.name}-application-"
  description = "applications that talk to the databases"
  vpc_id      = aws_vpc.this.id

  egress {
    description = "databases and endpoints"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.this.cidr_block]
  }

  lifecycle {
    create_before_destroy = true
  }
}

module "database" {
  source   = "./modules/database"
  for_each = var.databases

  name               = "${local.name}-${each.key}"
  engine             = each.value.engine
  engine_version     = each.value.engine_version
  instance_class     = each.value.instance_class
  storage            = each.value.storage
  port               = each.value.port
  multi_az           = each.value.multi_az
  vpc_id             = aws_vpc.this.id
  subnet_ids         = aws_subnet.database[*].id
  client_group_ids   = [aws_security_group.application.id]
  kms_key_arn        = aws_kms_key.data.arn
  monitoring_role    = aws_iam_role.monitoring.arn
  delete_protection  = local.is_production
  backup_days        = local.is_production ? 35 : 7
  snapshot_to_follow = null
}

resource "aws_db_instance_automated_backups_replication" "elsewhere" {
  for_each               = module.database
  source_db_instance_arn = each.value.arn
  retention_period       = 14
  kms_key_id             = aws_kms_replica_key.elsewhere.arn
  provider               = aws.recovery
}

provider "aws" {
  alias  = "recovery"
  region = "eu-central-1"
  default_tags {
    tags = local.tags
  }
}
