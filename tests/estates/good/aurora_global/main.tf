terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = local.primary_region
}

provider "aws" {
  alias  = "secondary"
  region = local.secondary_region
}

variable "network" {
  type = map(object({
    vpc_id  = string
    subnets = list(string)
    cidr    = string
  }))
}

variable "analytics_accounts" {
  description = "own accounts that clone the database for reports"
  type        = set(string)
  default     = []
}

locals {
  name             = "ledger"
  primary_region   = "eu-west-1"
  secondary_region = "eu-central-1"
}

data "aws_caller_identity" "this" {}

module "primary_key" {
  source = "./modules/kms"

  alias        = "${local.name}-primary"
  services     = ["rds", "secretsmanager"]
  grantees     = { "ledger-export" = ["kms:Decrypt", "kms:DescribeKey"] }
  multi_region = true
}

module "secondary_key" {
  source    = "./modules/kms"
  providers = { aws = aws.secondary }

  alias    = "${local.name}-secondary"
  services = ["rds"]
}

resource "aws_rds_global_cluster" "this" {
  global_cluster_identifier = local.name
  engine                    = "aurora-postgresql"
  engine_version            = "15.4"
  storage_encrypted         = true
  deletion_protection       = true
}

module "primary" {
  source = "./modules/aurora"

  name                      = "${local.name}-primary"
  engine                    = aws_rds_global_cluster.this.engine
  engine_version            = aws_rds_global_cluster.this.engine_version
  global_cluster_identifier = aws_rds_global_cluster.this.id
  kms_key_id                = module.primary_key.arn
  vpc_id                    = var.network[local.primary_region].vpc_id
  subnets                   = var.network[local.primary_region].subnets
  monitoring_interval       = 60
  instances                 = { for i in range(2) : i => { promotion_tier = i } }

  security_group_rules = {
    vpc = { cidr_blocks = [var.network[local.primary_region].cidr] }
  }
}

module "secondary" {
  source    = "./modules/aurora"
  providers = { aws = aws.secondary }

  is_primary_cluster        = false
  name                      = "${local.name}-secondary"
  engine                    = aws_rds_global_cluster.this.engine
  engine_version            = aws_rds_global_cluster.this.engine_version
  global_cluster_identifier = aws_rds_global_cluster.this.id
  source_region             = local.primary_region
  kms_key_id                = module.secondary_key.arn
  vpc_id                    = var.network[local.secondary_region].vpc_id
  subnets                   = var.network[local.secondary_region].subnets
  instances                 = { one = { instance_class = "db.r6g.xlarge" } }

  security_group_rules = {
    vpc = { cidr_blocks = [var.network[local.secondary_region].cidr] }
  }

  depends_on = [module.primary]
}

# The reports run on a copy of last night: it is made from a snapshot, and nobody outside reaches it.
data "aws_db_cluster_snapshot" "nightly" {
  db_cluster_identifier = module.primary.cluster_id
  most_recent           = true
  snapshot_type         = "automated"
}

module "reports" {
  source = "./modules/aurora"

  name                               = "${local.name}-reports"
  snapshot_identifier                = data.aws_db_cluster_snapshot.nightly.id
  kms_key_id                         = module.primary_key.arn
  vpc_id                             = var.network[local.primary_region].vpc_id
  subnets                            = var.network[local.primary_region].subnets
  publicly_accessible                = false
  serverlessv2_scaling_configuration = { min_capacity = 0.5, max_capacity = 8 }
  instances                          = { reader = {} }

  security_group_rules = {
    vpn    = { cidr_blocks = ["10.0.0.0/8"] }
    egress = { type = "egress", protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = ["10.0.0.0/8"] }
  }
}

module "drill" {
  source = "./modules/aurora"
  create = terraform.workspace == "drill"

  name                     = "${local.name}-drill"
  restore_to_point_in_time = { source_cluster_identifier = module.primary.cluster_id, use_latest_restorable_time = "true" }
  vpc_id                   = var.network[local.primary_region].vpc_id
  subnets                  = var.network[local.primary_region].subnets
  instances                = { one = { publicly_accessible = false } }
}

resource "aws_rds_cluster_snapshot_copy" "monthly" {
  source_db_cluster_snapshot_identifier = data.aws_db_cluster_snapshot.nightly.db_cluster_snapshot_arn
  target_db_cluster_snapshot_identifier = "${local.name}-monthly"
  destination_region                    = local.secondary_region
  kms_key_id                            = module.secondary_key.arn
  shared_accounts                       = [data.aws_caller_identity.this.account_id]
}

resource "aws_ram_resource_share" "clones" {
  count                     = length(var.analytics_accounts) > 0 ? 1 : 0
  name                      = "${local.name}-clones"
  allow_external_principals = false
}

resource "aws_ram_resource_association" "clones" {
  count              = length(var.analytics_accounts) > 0 ? 1 : 0
  resource_arn       = module.primary.cluster_arn
  resource_share_arn = one(aws_ram_resource_share.clones[*].arn)
}

resource "aws_ram_principal_association" "clones" {
  for_each           = var.analytics_accounts
  principal          = each.value
  resource_share_arn = aws_ram_resource_share.clones[0].arn
}

resource "aws_s3_bucket" "exports" {
  bucket_prefix = "${local.name}-exports-"
}

resource "aws_s3_bucket_public_access_block" "exports" {
  bucket                  = aws_s3_bucket.exports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "export_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["export.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "export" {
  name               = "ledger-export"
  assume_role_policy = data.aws_iam_policy_document.export_trust.json
}

resource "aws_iam_role_policy" "export" {
  role = aws_iam_role.export.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:PutObject*", "s3:GetObject*", "s3:ListBucket", "s3:DeleteObject*", "s3:GetBucketLocation"]
      Resource = [aws_s3_bucket.exports.arn, "${aws_s3_bucket.exports.arn}/*"]
    }]
  })
}

resource "aws_rds_export_task" "monthly" {
  export_task_identifier = "${local.name}-monthly"
  source_arn             = data.aws_db_cluster_snapshot.nightly.db_cluster_snapshot_arn
  s3_bucket_name         = aws_s3_bucket.exports.id
  iam_role_arn           = aws_iam_role.export.arn
  kms_key_id             = module.primary_key.arn
}
