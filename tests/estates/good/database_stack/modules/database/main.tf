variable "name" { type = string }
variable "engine" { type = string }
variable "engine_version" { type = string }
variable "instance_class" { type = string }
variable "storage" { type = number }
variable "port" { type = number }
variable "multi_az" { type = bool }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "client_group_ids" { type = list(string) }
variable "kms_key_arn" { type = string }
variable "monitoring_role" { type = string }
variable "delete_protection" { type = bool }
variable "backup_days" { type = number }
variable "snapshot_to_follow" {
  type    = string
  default = null
}

locals {
  family = {
    postgres = "postgres${split(".", var.engine_version)[0]}"
    mysql    = "mysql${var.engine_version}"
  }[var.engine]
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = local.family

  dynamic "parameter" {
    for_each = var.engine == "postgres" ? { "rds.force_ssl" = "1" } : { require_secure_transport = "ON" }
    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  description = "database ${var.name}"
  vpc_id      = var.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "client" {
  count                        = length(var.client_group_ids)
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = var.client_group_ids[count.index]
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

resource "aws_db_instance" "this" {
  identifier                      = var.name
  engine                          = var.engine
  engine_version                  = var.engine_version
  instance_class                  = var.instance_class
  allocated_storage               = var.storage
  max_allocated_storage           = var.storage * 2
  storage_type                    = "gp3"
  storage_encrypted               = true
  kms_key_id                      = var.kms_key_arn
  snapshot_identifier             = var.snapshot_to_follow
  username                        = var.snapshot_to_follow == null ? "owner" : null
  manage_master_user_password     = true
  port                            = var.port
  multi_az                        = var.multi_az
  db_subnet_group_name            = aws_db_subnet_group.this.name
  parameter_group_name            = aws_db_parameter_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  publicly_accessible             = false
  deletion_protection             = var.delete_protection
  backup_retention_period         = var.backup_days
  copy_tags_to_snapshot           = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.name}-final"
  monitoring_interval             = 60
  monitoring_role_arn             = var.monitoring_role
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
}

resource "aws_cloudwatch_metric_alarm" "storage" {
  alarm_name          = "${var.name}-storage"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  comparison_operator = "LessThanThreshold"
  threshold           = var.storage * 1024 * 1024 * 1024 / 10
  evaluation_periods  = 3
  period              = 300
  statistic           = "Minimum"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
}

output "arn" {
  value = aws_db_instance.this.arn
}

output "identifier" {
  value = aws_db_instance.this.identifier
}
