terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }

variable "active_directory" {
  type = object({ id = string, password = string })
}

variable "replica_region" {
  type    = string
  default = "eu-central-1"
}

locals {
  machines = {
    build   = { type = "c6i.xlarge", spot = true }
    gateway = { type = "m6i.large", disks = ["/dev/sdf", "/dev/sdg"] }
    jobs    = { type = "m6i.xlarge", disks = ["/dev/sdf"], root = { volume_size = 50, volume_type = "gp3" } }
  }
  root_defaults = { encrypted = true, kms_key_id = aws_kms_key.disks.arn, volume_size = 20 }
  windows       = false
}

data "aws_caller_identity" "this" {}

data "aws_kms_alias" "replica" {
  name = "alias/storage-replica"
}

resource "aws_kms_key" "disks" {
  description         = "disks"
  enable_key_rotation = true
}

resource "aws_kms_key" "files" {
  description         = "files"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "Account"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.this.account_id}:root" }
          Action    = "kms:*"
          Resource  = "*"
        },
      ],
      [
        for service in ["fsx", "elasticfilesystem", "backup"] : {
          Sid       = "Use${title(service)}"
          Effect    = "Allow"
          Principal = { AWS = "*" }
          Action    = ["kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
          Resource  = "*"
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = data.aws_caller_identity.this.account_id
              "kms:ViaService"    = "${service}.eu-west-1.amazonaws.com"
            }
          }
        }
      ],
    )
  })
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_default_kms_key" "this" {
  key_arn = aws_kms_key.disks.arn
}

resource "aws_security_group" "machines" {
  name_prefix = "machines-"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "machines" {
  for_each          = { https = 443, dns = 53 }
  security_group_id = aws_security_group.machines.id
  ip_protocol       = each.key == "dns" ? "udp" : "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

module "machine" {
  source   = "./modules/instance"
  for_each = local.machines

  name                   = each.key
  instance_type          = each.value.type
  create_spot_instance   = try(each.value.spot, false)
  subnet_id              = element(var.subnet_ids, index(keys(local.machines), each.key))
  vpc_security_group_ids = [aws_security_group.machines.id]
  root_block_device      = [merge(local.root_defaults, try(each.value.root, {}))]
  ebs_block_device = [
    for device in try(each.value.disks, []) : {
      device_name = device
      encrypted   = true
      volume_size = 100
    }
  ]
  ephemeral_block_device = each.key == "build" ? [{ device_name = "/dev/sdb", virtual_name = "ephemeral0" }] : []
}

# What the jobs wrote last year, looked up again: encrypted as it was taken.
data "aws_ebs_snapshot" "archive" {
  owners      = ["self"]
  most_recent = true

  filter {
    name   = "tag:Archive"
    values = ["2025"]
  }

  filter {
    name   = "encrypted"
    values = ["true"]
  }
}

module "disks" {
  source = "./modules/volume"

  zone        = "eu-west-1a"
  instance_id = module.machine["jobs"].id
  disks = {
    scratch = { device = "/dev/sdh", size = 200 }
    results = { device = "/dev/sdi", size = 500, key = aws_kms_key.disks.arn }
    archive = { device = "/dev/sdj", snapshot = data.aws_ebs_snapshot.archive.id }
  }
}

resource "aws_launch_template" "workers" {
  name_prefix            = "workers-"
  image_id               = data.aws_ssm_parameter.base.value
  instance_type          = "m6i.large"
  vpc_security_group_ids = [aws_security_group.machines.id]

  dynamic "block_device_mappings" {
    for_each = { "/dev/xvda" = 30, "/dev/sdf" = 200 }

    content {
      device_name = block_device_mappings.key

      ebs {
        volume_size = block_device_mappings.value
        volume_type = "gp3"
        encrypted   = "true"
        kms_key_id  = aws_kms_key.disks.arn
      }
    }
  }

  dynamic "block_device_mappings" {
    for_each = local.windows ? [] : ["/dev/sdb"]

    content {
      device_name  = block_device_mappings.value
      virtual_name = "ephemeral0"
    }
  }
}

data "aws_ssm_parameter" "base" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_autoscaling_group" "workers" {
  min_size            = 1
  max_size            = 4
  vpc_zone_identifier = var.subnet_ids

  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.workers.id
        version            = aws_launch_template.workers.latest_version
      }
    }
  }
}

resource "aws_iam_role" "lifecycle" {
  name = "lifecycle"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "dlm.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "lifecycle" {
  role       = aws_iam_role.lifecycle.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole"
}

resource "aws_dlm_lifecycle_policy" "disks" {
  description        = "daily weekly and monthly copies"
  execution_role_arn = aws_iam_role.lifecycle.arn

  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Backup = "daily" }

    dynamic "schedule" {
      for_each = {
        daily   = { cron = "cron(0 1 * * ? *)", keep = 7 }
        weekly  = { cron = "cron(0 2 ? * SUN *)", keep = 5, elsewhere = true }
        monthly = { cron = "cron(0 3 1 * ? *)", keep = 12, elsewhere = true }
      }

      content {
        name      = schedule.key
        copy_tags = true

        create_rule {
          cron_expression = schedule.value.cron
        }

        retain_rule {
          count = schedule.value.keep
        }

        dynamic "cross_region_copy_rule" {
          for_each = try(schedule.value.elsewhere, false) ? [var.replica_region] : []

          content {
            target    = cross_region_copy_rule.value
            encrypted = true
            cmk_arn   = data.aws_kms_alias.replica.target_key_arn
            copy_tags = true

            retain_rule {
              interval      = 3
              interval_unit = "MONTHS"
            }
          }
        }
      }
    }
  }
}

resource "aws_efs_file_system" "shared" {
  encrypted       = true
  kms_key_id      = aws_kms_key.files.arn
  throughput_mode = "elastic"

  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }
}

resource "aws_efs_replication_configuration" "shared" {
  source_file_system_id = aws_efs_file_system.shared.id

  destination {
    region     = var.replica_region
    kms_key_id = data.aws_kms_alias.replica.target_key_id
  }
}

resource "aws_efs_backup_policy" "shared" {
  file_system_id = aws_efs_file_system.shared.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "shared" {
  for_each        = toset(var.subnet_ids)
  file_system_id  = aws_efs_file_system.shared.id
  subnet_id       = each.value
  security_groups = [aws_security_group.machines.id]
}

resource "aws_fsx_lustre_file_system" "scratch" {
  storage_capacity            = 1200
  subnet_ids                  = slice(var.subnet_ids, 0, 1)
  deployment_type             = "PERSISTENT_2"
  per_unit_storage_throughput = 125
  kms_key_id                  = aws_kms_key.files.arn
}

resource "aws_fsx_windows_file_system" "office" {
  active_directory_id = var.active_directory.id
  storage_capacity    = 300
  throughput_capacity = 32
  deployment_type     = "MULTI_AZ_1"
  subnet_ids          = slice(var.subnet_ids, 0, 2)
  preferred_subnet_id = var.subnet_ids[0]
  kms_key_id          = aws_kms_key.files.arn
}

resource "aws_fsx_ontap_file_system" "home" {
  storage_capacity    = 1024
  subnet_ids          = slice(var.subnet_ids, 0, 2)
  deployment_type     = "MULTI_AZ_1"
  throughput_capacity = 512
  preferred_subnet_id = var.subnet_ids[0]
}

resource "aws_fsx_openzfs_file_system" "models" {
  storage_capacity    = 64
  subnet_ids          = slice(var.subnet_ids, 0, 1)
  deployment_type     = "SINGLE_AZ_2"
  throughput_capacity = 160
  kms_key_id          = aws_kms_key.files.arn
}

resource "aws_fsx_openzfs_volume" "models" {
  name             = "models"
  parent_volume_id = aws_fsx_openzfs_file_system.models.root_volume_id
}

resource "aws_fsx_openzfs_snapshot" "models" {
  name      = "release"
  volume_id = aws_fsx_openzfs_volume.models.id
}

resource "aws_ram_resource_share" "models" {
  name = "models"
}

resource "aws_ram_resource_association" "models" {
  resource_arn       = aws_fsx_openzfs_volume.models.arn
  resource_share_arn = aws_ram_resource_share.models.arn
}

resource "aws_ram_principal_association" "models" {
  for_each           = toset(["444455556666", "555566667777"])
  principal          = each.value
  resource_share_arn = aws_ram_resource_share.models.arn
}
