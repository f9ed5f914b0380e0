variable "vaults" {
  type = map(object({
    retention = number
    locked    = bool
    copies    = optional(number, 1)
    extra     = optional(map(string), { a = "b" })
  }))
}
variable "tags" { type = map(any) }
resource "aws_backup_vault" "this" {
  for_each = var.vaults
  name     = "${each.key}-${each.value.copies}"
  tags     = merge(var.tags, each.value.extra, { Key = upper(each.key) })
}
resource "aws_backup_vault_lock_configuration" "this" {
  for_each            = { for k, v in var.vaults : k => v if v.locked }
  backup_vault_name   = aws_backup_vault.this[each.key].name
  min_retention_days  = each.value.retention
  max_retention_days  = each.value.retention * 12
  changeable_for_days = max(3, ceil(each.value.retention / 7))
}
