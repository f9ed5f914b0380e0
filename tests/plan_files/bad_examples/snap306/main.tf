resource "aws_backup_plan" "daily" {
  name = "daily"

  rule {
    rule_name         = "daily"
    target_vault_name = "daily"
    schedule          = "cron(0 5 * * ? *)"

    copy_action {
      destination_vault_arn = "arn:aws:backup:eu-central-1:999988887777:backup-vault:theirs"
    }
  }
}
