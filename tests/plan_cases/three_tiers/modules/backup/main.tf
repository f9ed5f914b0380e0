variable "plans" {
  type = map(object({ schedule = string, keep = number, cold = optional(number), copies = optional(list(string), []) }))
}
resource "aws_backup_vault" "this" {
  name = "main"
}
resource "aws_backup_plan" "this" {
  name = "all"
  dynamic "rule" {
    for_each = var.plans
    content {
      rule_name         = rule.key
      target_vault_name = aws_backup_vault.this.name
      schedule          = rule.value.schedule
      lifecycle {
        cold_storage_after = rule.value.cold
        delete_after       = rule.value.keep
      }
      dynamic "copy_action" {
        for_each = rule.value.copies
        content {
          destination_vault_arn = copy_action.value
        }
      }
    }
  }
}
resource "aws_dlm_lifecycle_policy" "this" {
  description        = "daily"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  state              = "ENABLED"
  policy_details {
    resource_types = ["VOLUME"]
    schedule {
      name = "daily"
      create_rule {
        interval      = 24
        interval_unit = "HOURS"
        times         = ["23:45"]
      }
      retain_rule { count = 14 }
      copy_tags = true
    }
    target_tags = { Snapshot = "true" }
  }
}
