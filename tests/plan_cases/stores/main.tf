data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account = "111122223333"
}

resource "aws_db_instance" "db" {
  identifier                  = "db-one"
  engine                      = "Postgres"
  instance_class              = "db.t3.micro"
  allocated_storage           = "20"
  username                    = "u"
  manage_master_user_password = true
  snapshot_identifier         = "arn:aws:rds:us-east-1:${local.account}:snapshot:s"
  publicly_accessible         = "true"
  storage_encrypted           = false
  skip_final_snapshot         = "true"
  maintenance_window          = "Mon:00:00-Mon:03:00"
  backup_window               = "04:00-05:00"
  vpc_security_group_ids      = ["sg-1"]
}

resource "aws_rds_cluster" "c" {
  cluster_identifier  = "c1"
  engine              = "aurora-mysql"
  engine_version      = "8.0"
  storage_encrypted   = true
  kms_key_id          = "arn:aws:kms:us-east-1:${local.account}:key/k"
  snapshot_identifier = "s"
  skip_final_snapshot = true
  availability_zones  = ["us-east-1a", "us-east-1b"]
}

resource "aws_db_snapshot" "s" {
  db_instance_identifier = aws_db_instance.db.identifier
  db_snapshot_identifier = "snap-1"
  shared_accounts        = ["all"]
}

resource "aws_db_snapshot_copy" "c" {
  source_db_snapshot_identifier = "aa"
  target_db_snapshot_identifier = "bb"
  kms_key_id                    = null
}

resource "aws_kms_key" "k" {
  description = "k"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "all"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["kms:*"]
      Resource  = "*"
    }]
  })
  enable_key_rotation = true
}

resource "aws_backup_vault" "v" {
  name        = "vault"
  kms_key_arn = aws_kms_key.k.arn
}

resource "aws_backup_vault_policy" "p" {
  backup_vault_name = aws_backup_vault.v.name
  policy            = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "backup:CopyIntoBackupVault", "Resource": "*"}
      ]
    }
  POLICY
}

resource "aws_backup_plan" "plan" {
  name = "plan"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.v.name
    schedule          = "cron(0 5 ? * * *)"
    lifecycle {
      delete_after = "30"
    }
    copy_action {
      destination_vault_arn = "arn:aws:backup:us-west-2:444455556666:backup-vault:v"
      lifecycle {
        delete_after = 7
      }
    }
  }
}

resource "aws_iam_policy" "spaces" {
  name   = "spaces"
  policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"ec2:*\", \"Resource\": \"*\"}]}"
}

resource "aws_iam_role" "role" {
  name                = "role"
  path                = "/service/"
  managed_policy_arns = ["arn:${data.aws_partition.current.partition}:iam::aws:policy/AdministratorAccess"]
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.${data.aws_partition.current.dns_suffix}" }, Action = "sts:AssumeRole" }]
    Version   = "2012-10-17"
  })
  max_session_duration = "7200"
}

resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.role.name
  policy_arn = aws_iam_policy.spaces.arn
}

resource "aws_iam_group_membership" "m" {
  name  = "m"
  group = "g"
  users = ["b", "a", "b"]
}

resource "aws_s3_bucket" "b" {
  bucket = "bucket-${local.account}"
}

resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::bucket-${local.account}/*" }] })
}

resource "aws_efs_file_system" "e" {
  creation_token = "e"
  encrypted      = "true"
  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }
}

resource "aws_elasticache_replication_group" "g" {
  replication_group_id       = "GROUP"
  description                = "d"
  at_rest_encryption_enabled = "false"
  node_type                  = "cache.t3.micro"
}

resource "aws_redshift_cluster" "r" {
  cluster_identifier        = "red"
  node_type                 = "ra3.large"
  master_username           = "u"
  master_password           = "Password1"
  encrypted                 = false
  skip_final_snapshot       = true
  availability_zone_relocation_enabled = "false"
}

resource "aws_dynamodb_table" "t" {
  name         = "t"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
  point_in_time_recovery {
    enabled = "true"
  }
}

resource "terraform_data" "region" {
  input = data.aws_region.current.name
}

data "aws_arn" "db" {
  arn = "arn:aws:rds:eu-west-1:123456789012:db:mysql-db"
}

resource "terraform_data" "arn" {
  input = [data.aws_arn.db.account, data.aws_arn.db.service, data.aws_arn.db.region, data.aws_arn.db.resource, data.aws_arn.db.partition, data.aws_arn.db.id]
}
