variable "create" {
  type    = bool
  default = true
}

variable "name" { type = string }

variable "engine" {
  type    = string
  default = "aurora-postgresql"
}

variable "engine_version" {
  type    = string
  default = null
}

variable "global_cluster_identifier" {
  type    = string
  default = null
}

variable "is_primary_cluster" {
  type    = bool
  default = true
}

variable "source_region" {
  type    = string
  default = null
}

variable "storage_encrypted" {
  type    = bool
  default = true
}

variable "kms_key_id" {
  type    = string
  default = null
}

variable "snapshot_identifier" {
  type    = string
  default = null
}

variable "instances" {
  type    = any
  default = {}
}

variable "instances_use_identifier_prefix" {
  type    = bool
  default = false
}

variable "vpc_id" { type = string }
variable "subnets" { type = list(string) }

variable "security_group_rules" {
  type    = any
  default = {}
}

variable "publicly_accessible" {
  type    = bool
  default = null
}

variable "serverlessv2_scaling_configuration" {
  type    = map(string)
  default = {}
}

variable "restore_to_point_in_time" {
  type    = map(string)
  default = {}
}

variable "monitoring_interval" {
  type    = number
  default = 0
}

locals {
  port                  = strcontains(var.engine, "mysql") ? 3306 : 5432
  is_serverless         = length(var.serverlessv2_scaling_configuration) > 0
  create_monitoring     = var.create && var.monitoring_interval > 0
  master_username       = var.is_primary_cluster && var.global_cluster_identifier == null ? "root" : null
  final_snapshot_suffix = try(random_id.snapshot[0].hex, "")
}

resource "random_id" "snapshot" {
  count       = var.create ? 1 : 0
  byte_length = 4
  keepers     = { id = var.name }
}

resource "aws_db_subnet_group" "this" {
  count      = var.create ? 1 : 0
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_rds_cluster" "this" {
  count = var.create ? 1 : 0

  cluster_identifier          = var.name
  engine                      = var.engine
  engine_version              = var.engine_version
  engine_mode                 = local.is_serverless ? "provisioned" : null
  global_cluster_identifier   = var.global_cluster_identifier
  source_region               = var.source_region
  master_username             = local.master_username
  manage_master_user_password = local.master_username == null ? null : true
  storage_encrypted           = var.storage_encrypted
  kms_key_id                  = var.kms_key_id
  snapshot_identifier         = var.snapshot_identifier
  db_subnet_group_name        = one(aws_db_subnet_group.this[*].name)
  vpc_security_group_ids      = compact([try(aws_security_group.this[0].id, "")])
  port                        = local.port
  copy_tags_to_snapshot       = true
  deletion_protection         = true
  backup_retention_period     = 14
  skip_final_snapshot         = false
  final_snapshot_identifier   = "final-${var.name}-${local.final_snapshot_suffix}"

  dynamic "serverlessv2_scaling_configuration" {
    for_each = local.is_serverless ? [var.serverlessv2_scaling_configuration] : []

    content {
      min_capacity = serverlessv2_scaling_configuration.value.min_capacity
      max_capacity = serverlessv2_scaling_configuration.value.max_capacity
    }
  }

  dynamic "restore_to_point_in_time" {
    for_each = length(var.restore_to_point_in_time) > 0 ? [var.restore_to_point_in_time] : []

    content {
      restore_type               = try(restore_to_point_in_time.value.restore_type, null)
      source_cluster_identifier  = try(restore_to_point_in_time.value.source_cluster_identifier, null)
      use_latest_restorable_time = try(restore_to_point_in_time.value.use_latest_restorable_time, null)
    }
  }

  lifecycle {
    ignore_changes = [replication_source_identifier, snapshot_identifier, global_cluster_identifier]
  }
}

resource "aws_rds_cluster_instance" "this" {
  for_each = { for k, v in var.instances : k => v if var.create }

  identifier          = var.instances_use_identifier_prefix ? null : try(each.value.identifier, "${var.name}-${each.key}")
  identifier_prefix   = var.instances_use_identifier_prefix ? try(each.value.identifier_prefix, "${var.name}-${each.key}-") : null
  cluster_identifier  = aws_rds_cluster.this[0].id
  engine              = var.engine
  instance_class      = try(each.value.instance_class, local.is_serverless ? "db.serverless" : "db.r6g.large")
  publicly_accessible = try(each.value.publicly_accessible, var.publicly_accessible)
  promotion_tier      = try(each.value.promotion_tier, null)
  monitoring_interval = try(each.value.monitoring_interval, var.monitoring_interval)
  monitoring_role_arn = local.create_monitoring ? aws_iam_role.monitoring[0].arn : null
}

resource "aws_security_group" "this" {
  count       = var.create ? 1 : 0
  name_prefix = "${var.name}-"
  vpc_id      = var.vpc_id
  description = "database ${var.name}"
}

resource "aws_security_group_rule" "this" {
  for_each = { for k, v in var.security_group_rules : k => v if var.create }

  type                     = try(each.value.type, "ingress")
  from_port                = try(each.value.from_port, local.port)
  to_port                  = try(each.value.to_port, local.port)
  protocol                 = try(each.value.protocol, "tcp")
  security_group_id        = aws_security_group.this[0].id
  cidr_blocks              = try(each.value.cidr_blocks, null)
  ipv6_cidr_blocks         = try(each.value.ipv6_cidr_blocks, null)
  prefix_list_ids          = try(each.value.prefix_list_ids, null)
  source_security_group_id = try(each.value.source_security_group_id, null)
}

data "aws_iam_policy_document" "monitoring" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  count              = local.create_monitoring ? 1 : 0
  name_prefix        = "monitoring-"
  assume_role_policy = data.aws_iam_policy_document.monitoring.json
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  count      = local.create_monitoring ? 1 : 0
  role       = aws_iam_role.monitoring[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

output "cluster_arn" {
  value = try(aws_rds_cluster.this[0].arn, null)
}

output "cluster_id" {
  value = try(aws_rds_cluster.this[0].id, null)
}
