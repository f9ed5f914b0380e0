variable "name" {}
variable "engines" { type = map(string) }
variable "settings" {
  type = map(object({ instances = optional(number, 1), backup = optional(number, 7), class = optional(string) }))
}
variable "is_production" { type = bool }
locals {
  clusters  = { for k, e in var.engines : k => e if startswith(e, "aurora") }
  instances = { for k, e in var.engines : k => e if !startswith(e, "aurora") }
  members   = merge([for k, _ in local.clusters : { for i in range(var.settings[k].instances) : "${k}-${i}" => { cluster = k, index = i } }]...)
}
resource "aws_kms_key" "this" {
  description             = "Key of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.is_production ? 30 : 7
}
resource "aws_rds_cluster" "this" {
  for_each                  = local.clusters
  cluster_identifier        = "${var.name}-${each.key}"
  engine                    = each.value
  backup_retention_period   = var.settings[each.key].backup
  storage_encrypted         = true
  kms_key_id                = aws_kms_key.this.arn
  master_username           = "root"
  master_password           = "secret-password"
  deletion_protection       = var.is_production
  skip_final_snapshot       = !var.is_production
  final_snapshot_identifier = var.is_production ? "${var.name}-${each.key}-final" : null
  dynamic "serverlessv2_scaling_configuration" {
    for_each = var.is_production ? [] : [1]
    content {
      min_capacity = 0.5
      max_capacity = 2
    }
  }
}
resource "aws_rds_cluster_instance" "this" {
  for_each           = local.members
  identifier         = "${var.name}-${each.key}"
  cluster_identifier = aws_rds_cluster.this[each.value.cluster].id
  engine             = aws_rds_cluster.this[each.value.cluster].engine
  instance_class     = coalesce(var.settings[each.value.cluster].class, "db.r6g.large")
  promotion_tier     = each.value.index
}
resource "aws_db_instance" "this" {
  for_each                        = local.instances
  identifier                      = "${var.name}-${each.key}"
  engine                          = each.value
  instance_class                  = coalesce(var.settings[each.key].class, "db.t4g.medium")
  allocated_storage               = 50
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.this.arn
  username                        = "root"
  password                        = "secret-password"
  backup_retention_period         = var.settings[each.key].backup
  skip_final_snapshot             = true
  enabled_cloudwatch_logs_exports = each.value == "postgres" ? ["postgresql", "upgrade"] : []
  timeouts {
    create = "2h"
  }
}
