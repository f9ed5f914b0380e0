variable "reporting_snapshot" {
  type    = string
  default = "rds:data-production-orders-2026-11-01-03-10"
}

data "aws_db_snapshot" "reporting" {
  db_snapshot_identifier = var.reporting_snapshot
}

resource "aws_db_snapshot" "quarterly" {
  for_each               = module.database
  db_instance_identifier = each.value.identifier
  db_snapshot_identifier = "${each.key}-quarterly"
}

resource "aws_db_snapshot_copy" "quarterly" {
  for_each                      = aws_db_snapshot.quarterly
  source_db_snapshot_identifier = each.value.db_snapshot_arn
  target_db_snapshot_identifier = "${each.key}-quarterly-elsewhere"
  kms_key_id                    = aws_kms_replica_key.elsewhere.arn
  provider                      = aws.recovery
}

module "reporting" {
  source = "./modules/database"

  name               = "${local.name}-reporting"
  engine             = "postgres"
  engine_version     = "16.4"
  instance_class     = "db.r6g.large"
  storage            = 200
  port               = 5432
  multi_az           = false
  vpc_id             = aws_vpc.this.id
  subnet_ids         = aws_subnet.database[*].id
  client_group_ids   = [aws_security_group.application.id]
  kms_key_arn        = aws_kms_key.data.arn
  monitoring_role    = aws_iam_role.monitoring.arn
  delete_protection  = false
  backup_days        = 1
  snapshot_to_follow = data.aws_db_snapshot.reporting.id
}
