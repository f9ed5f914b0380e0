terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "recovery"
  region = "eu-central-1"
}

locals {
  tags = { Service = "backup", Stage = terraform.workspace }

  plans = {
    databases = {
      resources = ["arn:aws:rds:*:*:db:*", "arn:aws:rds:*:*:cluster:*", "arn:aws:dynamodb:*:*:table/*"]
      keep      = 35
    }
    disks = {
      tags = { Backup = "daily" }
      keep = 14
    }
    files = {
      resources = ["arn:aws:elasticfilesystem:*:*:file-system/*", "arn:aws:fsx:*:*:file-system/*"]
      keep      = 90
    }
  }
}

data "aws_organizations_organization" "this" {}

data "aws_caller_identity" "this" {}

module "recovery_vault" {
  source    = "./modules/backup"
  providers = { aws = aws.recovery }

  vault_name      = "recovery"
  locked          = true
  retention       = { min_days = 14, changeable_for_day = 3 }
  organization_id = data.aws_organizations_organization.this.id
  copiers         = ["arn:aws:iam::${data.aws_caller_identity.this.account_id}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"]
  tags            = local.tags
}

module "plans" {
  source   = "./modules/backup"
  for_each = local.plans

  name       = each.key
  vault_name = "${each.key}-local"
  tags       = merge(local.tags, { Plan = each.key })

  air_gapped = each.key == "databases" ? {
    name     = "databases-gapped"
    share_to = [data.aws_organizations_organization.this.arn]
  } : null

  rules = concat(
    [
      {
        name      = "daily"
        schedule  = "cron(0 3 * * ? *)"
        lifecycle = { delete_after = each.value.keep }
        copy_actions = [
          {
            destination_vault_arn = module.recovery_vault.vault_arn
            lifecycle             = { delete_after = each.value.keep * 2 }
          },
        ]
      },
    ],
    each.key == "disks" ? [{ name = "hourly", schedule = "cron(0 * * * ? *)", vss = true }] : [],
  )

  selections = {
    (each.key) = {
      resources = try(each.value.resources, null)
      tags      = try(each.value.tags, {})
    }
  }
}

resource "aws_backup_region_settings" "this" {
  resource_type_opt_in_preference = {
    for type in ["Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "Redshift", "S3", "Storage Gateway", "VirtualMachine", "Timestream", "CloudFormation", "SAP HANA on Amazon EC2"] : type => !contains(["S3", "Storage Gateway"], type)
  }
}

resource "aws_backup_global_settings" "this" {
  global_settings = { isCrossAccountBackupEnabled = "true" }
}

resource "aws_rbin_rule" "this" {
  for_each      = toset(["EBS_SNAPSHOT", "EC2_IMAGE"])
  resource_type = each.value
  description   = "what was deleted by mistake"

  retention_period {
    retention_period_value = 14
    retention_period_unit  = "DAYS"
  }

  lock_configuration {
    unlock_delay {
      unlock_delay_value = 7
      unlock_delay_unit  = "DAYS"
    }
  }
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  state = "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "this" {
  state = "block-new-sharing"
}

resource "aws_ebs_encryption_by_default" "this" {}

resource "aws_ebs_default_kms_key" "this" {
  key_arn = module.plans["disks"].key_arn
}

resource "aws_backup_restore_testing_plan" "this" {
  name                = "weekly"
  schedule_expression = "cron(0 5 ? * SUN *)"

  recovery_point_selection {
    algorithm            = "LATEST_WITHIN_WINDOW"
    include_vaults       = [for plan in module.plans : plan.vault_arn]
    recovery_point_types = ["SNAPSHOT"]
  }
}

resource "aws_backup_restore_testing_selection" "databases" {
  name                      = "databases"
  restore_testing_plan_name = aws_backup_restore_testing_plan.this.name
  protected_resource_type   = "RDS"
  iam_role_arn              = "arn:aws:iam::${data.aws_caller_identity.this.account_id}:role/restore-testing"
  protected_resource_arns   = ["*"]

  restore_metadata_overrides = {
    publiclyAccessible = "false"
    multiAz            = "false"
  }
}

resource "aws_sns_topic" "events" {
  name              = "backup-events"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_backup_vault_notifications" "recovery" {
  provider            = aws.recovery
  backup_vault_name   = "recovery"
  sns_topic_arn       = aws_sns_topic.events.arn
  backup_vault_events = ["COPY_JOB_FAILED", "RECOVERY_POINT_MODIFIED"]
  depends_on          = [module.recovery_vault]
}
