terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Team = "images" }
  }
}

variable "consumers" {
  description = "accounts that start machines from the images"
  type        = list(string)
  default     = ["222233334444", "333344445555"]
}

variable "builder_vpc_id" {
  type = string
}

variable "builder_subnet_id" {
  type = string
}

locals {
  regions = ["eu-west-1", "eu-central-1"]
  flavours = {
    plain  = { components = ["update-linux", "amazon-cloudwatch-agent-linux"], size = 20 }
    docker = { components = ["update-linux", "docker-ce-linux"], size = 40 }
  }
}

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

data "aws_ssm_parameter" "base" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_imagebuilder_component" "hardening" {
  name     = "hardening"
  platform = "Linux"
  version  = "1.4.0"
  data     = file("${path.module}/hardening.yaml")
}

resource "aws_imagebuilder_image_recipe" "this" {
  for_each     = local.flavours
  name         = "golden-${each.key}"
  version      = "2.1.0"
  parent_image = "arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x"

  block_device_mapping {
    device_name = "/dev/xvda"
    ebs {
      encrypted             = true
      kms_key_id            = aws_kms_key.images.arn
      volume_size           = each.value.size
      volume_type           = "gp3"
      delete_on_termination = true
    }
  }

  dynamic "component" {
    for_each = each.value.components
    content {
      component_arn = "arn:aws:imagebuilder:eu-west-1:aws:component/${component.value}/x.x.x"
    }
  }

  component {
    component_arn = aws_imagebuilder_component.hardening.arn
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_imagebuilder_infrastructure_configuration" "this" {
  name                          = "golden"
  instance_profile_name         = aws_iam_instance_profile.builder.name
  instance_types                = ["m7i.large"]
  subnet_id                     = var.builder_subnet_id
  security_group_ids            = [aws_security_group.builder.id]
  terminate_instance_on_failure = true

  instance_metadata_options {
    http_tokens = "required"
  }

  logging {
    s3_logs {
      s3_bucket_name = aws_s3_bucket.logs.id
      s3_key_prefix  = "builds"
    }
  }
}

resource "aws_imagebuilder_distribution_configuration" "this" {
  name = "golden"

  dynamic "distribution" {
    for_each = toset(local.regions)
    content {
      region = distribution.value
      ami_distribution_configuration {
        name       = "golden-{{ imagebuilder:buildDate }}"
        kms_key_id = distribution.value == data.aws_region.current.region ? aws_kms_key.images.arn : aws_kms_replica_key.images.arn
        launch_permission {
          user_ids = var.consumers
        }
      }
    }
  }
}

resource "aws_imagebuilder_image_pipeline" "this" {
  for_each                         = local.flavours
  name                             = "golden-${each.key}"
  image_recipe_arn                 = aws_imagebuilder_image_recipe.this[each.key].arn
  infrastructure_configuration_arn = aws_imagebuilder_infrastructure_configuration.this.arn
  distribution_configuration_arn   = aws_imagebuilder_distribution_configuration.this.arn

  schedule {
    schedule_expression                = "cron(0 3 ? * sun *)"
    pipeline_execution_start_condition = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"
  }
}

resource "aws_security_group" "builder" {
  name_prefix = "image-builder-"
  description = "image builders: out only"
  vpc_id      = var.builder_vpc_id

  egress {
    description = "packages"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "image-builder-logs-"
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# The image that an agent is tried out on before it goes into the recipes.
data "aws_ami" "golden" {
  most_recent = true
  owners      = ["self"]
  filter {
    name   = "name"
    values = ["golden-*"]
  }
}

resource "aws_instance" "trial" {
  ami                    = data.aws_ami.golden.id
  instance_type          = "t3.small"
  subnet_id              = var.builder_subnet_id
  vpc_security_group_ids = [aws_security_group.builder.id]
  iam_instance_profile   = aws_iam_instance_profile.builder.name

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.images.arn
  }
}

resource "aws_ami_from_instance" "candidate" {
  name               = "candidate"
  source_instance_id = aws_instance.trial.id
}

resource "aws_ami_copy" "candidate" {
  name              = "candidate-encrypted"
  source_ami_id     = aws_ami_from_instance.candidate.id
  source_ami_region = "eu-west-1"
  encrypted         = true
  kms_key_id        = aws_kms_key.images.arn
}

resource "aws_ami_launch_permission" "candidate" {
  for_each   = toset(var.consumers)
  image_id   = aws_ami_copy.candidate.id
  account_id = each.value
}

resource "aws_ec2_image_block_public_access" "this" {
  state = "block-new-sharing"
}
