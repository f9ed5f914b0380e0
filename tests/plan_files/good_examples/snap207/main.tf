resource "aws_kms_key" "backups" {
  description         = "backups"
  enable_key_rotation = true
}

resource "aws_backup_vault" "daily" {
  name        = "daily"
  kms_key_arn = aws_kms_key.backups.arn
}
