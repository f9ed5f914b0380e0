provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Service = "recovery", CostCentre = "1200" }
  }
}

provider "aws" {
  alias  = "elsewhere"
  region = "eu-central-1"
}

data "aws_caller_identity" "this" {}
data "aws_organizations_organization" "this" {}

variable "recovery_accounts" {
  description = "where copies may go"
  type        = map(string)
  default = {
    recovery = "222233334444"
    vaulted  = "333344445555"
  }
}

locals {
  systems = {
    ledger  = { zone = "eu-west-1a", size = 200, iops = 6000 }
    archive = { zone = "eu-west-1b", size = 1000, iops = 3000 }
    search  = { zone = "eu-west-1c", size = 500, iops = 3000 }
  }
  shared = {
    for pair in setproduct(keys(local.systems), keys(var.recovery_accounts)) :
    "${pair[0]}-${pair[1]}" => { system = pair[0], account = var.recovery_accounts[pair[1]] }
  }
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_default_kms_key" "this" {
  key_arn = aws_kms_key.volumes.arn
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  state = "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "this" {
  state = "block-new-sharing"
}

resource "aws_ebs_volume" "system" {
  for_each          = local.systems
  availability_zone = each.value.zone
  size              = each.value.size
  iops              = each.value.iops
  type              = "gp3"
  encrypted         = true
  kms_key_id        = aws_kms_key.volumes.arn
  tags              = { Name = each.key, Backup = "hourly" }
}

resource "aws_ebs_snapshot" "system" {
  for_each    = aws_ebs_volume.system
  volume_id   = each.value.id
  description = "before the move of ${each.key}"

  timeouts {
    create = "2h"
  }
}

resource "aws_ebs_snapshot_copy" "elsewhere" {
  for_each           = aws_ebs_snapshot.system
  provider           = aws.elsewhere
  source_snapshot_id = each.value.id
  source_region      = "eu-west-1"
  encrypted          = true
  kms_key_id         = aws_kms_key.elsewhere.arn
}

resource "aws_snapshot_create_volume_permission" "recovery" {
  for_each    = local.shared
  snapshot_id = aws_ebs_snapshot.system[each.value.system].id
  account_id  = each.value.account
}

resource "aws_ami" "ledger" {
  name                = "ledger-recovery"
  virtualization_type = "hvm"
  root_device_name    = "/dev/xvda"
  ena_support         = true

  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = aws_ebs_snapshot.system["ledger"].id
    volume_type = "gp3"
  }
}

resource "aws_ami_launch_permission" "organization" {
  image_id         = aws_ami.ledger.id
  organization_arn = data.aws_organizations_organization.this.arn
}

resource "aws_ami_launch_permission" "recovery" {
  image_id   = aws_ami.ledger.id
  account_id = var.recovery_accounts["recovery"]
}

resource "aws_rds_cluster" "ledger" {
  cluster_identifier      = "ledger"
  engine                  = "aurora-postgresql"
  engine_version          = "15.7"
  database_name           = "ledger"
  master_username         = "owner"
  manage_master_user_password = true
  storage_encrypted       = true
  kms_key_id              = aws_kms_key.volumes.arn
  backup_retention_period = 35
  deletion_protection     = true
}

resource "aws_db_cluster_snapshot" "ledger" {
  db_cluster_identifier          = aws_rds_cluster.ledger.id
  db_cluster_snapshot_identifier = "ledger-for-recovery"
  shared_accounts                = values(var.recovery_accounts)
}

resource "aws_sns_topic" "recovery" {
  name              = "recovery"
  kms_master_key_id = "alias/aws/sns"
}
