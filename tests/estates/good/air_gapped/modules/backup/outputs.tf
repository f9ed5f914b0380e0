output "vault_arn" {
  value = try(aws_backup_vault.this[0].arn, null)
}

output "air_gapped_vault_arn" {
  value = one(aws_backup_logically_air_gapped_vault.this[*].arn)
}

output "key_arn" {
  value = local.key_arn
}
