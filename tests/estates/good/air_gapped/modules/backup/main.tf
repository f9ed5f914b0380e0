locals {
  should_create_vault = var.enabled && var.vault_name != null
  should_lock         = local.should_create_vault && var.locked
  should_create_key   = local.should_create_vault && var.vault_kms_key_arn == null
  name                = coalesce(var.name, var.vault_name, "backup")
  key_arn             = try(coalesce(var.vault_kms_key_arn, one(aws_kms_key.vault[*].arn)), null)

  rules = [
    for rule in var.rules : merge(
      {
        schedule          = null
        start_window      = null
        completion_window = null
        lifecycle         = {}
        copy_actions      = []
      },
      rule,
    )
  ]

  is_shared = var.air_gapped == null ? false : length(var.air_gapped.share_to) > 0
}

data "aws_caller_identity" "current" {
  count = var.enabled ? 1 : 0
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "key" {
  count = local.should_create_key ? 1 : 0

  statement {
    sid       = "Owner"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${one(data.aws_caller_identity.current[*].account_id)}:root"]
    }
  }

  dynamic "statement" {
    for_each = length(var.copiers) > 0 ? [1] : []

    content {
      sid       = "Copiers"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:ReEncrypt*"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = var.copiers
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }
    }
  }
}

resource "aws_kms_key" "vault" {
  count = local.should_create_key ? 1 : 0

  description             = "backups of ${local.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = one(data.aws_iam_policy_document.key[*].json)
  tags                    = var.tags
}

resource "aws_kms_alias" "vault" {
  count = local.should_create_key ? 1 : 0

  name          = "alias/backup/${local.name}"
  target_key_id = aws_kms_key.vault[0].key_id
}

resource "aws_backup_vault" "this" {
  count = local.should_create_vault ? 1 : 0

  name        = var.vault_name
  kms_key_arn = local.key_arn
  tags        = var.tags
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = local.should_lock ? 1 : 0

  backup_vault_name   = aws_backup_vault.this[0].name
  min_retention_days  = var.retention.min_days
  max_retention_days  = var.retention.max_days
  changeable_for_days = try(var.retention.changeable_for_day, null)
}

data "aws_iam_policy_document" "vault" {
  count = local.should_create_vault ? 1 : 0

  statement {
    sid       = "Nobody deletes"
    effect    = "Deny"
    actions   = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  dynamic "statement" {
    for_each = var.organization_id == "" ? toset([]) : toset(["organization"])

    content {
      sid       = "Copies of the organization"
      actions   = ["backup:CopyIntoBackupVault"]
      resources = ["*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }
    }
  }
}

resource "aws_backup_vault_policy" "this" {
  count = local.should_create_vault ? 1 : 0

  backup_vault_name = aws_backup_vault.this[0].name
  policy            = data.aws_iam_policy_document.vault[0].json
}

resource "aws_backup_logically_air_gapped_vault" "this" {
  count = var.air_gapped == null ? 0 : 1

  name               = var.air_gapped.name
  min_retention_days = var.air_gapped.min_days
  max_retention_days = var.air_gapped.max_days
  tags               = var.tags
}

resource "aws_ram_resource_share" "this" {
  count = local.is_shared ? 1 : 0

  name                      = var.air_gapped.name
  allow_external_principals = false
}

resource "aws_ram_resource_association" "this" {
  count = local.is_shared ? 1 : 0

  resource_arn       = aws_backup_logically_air_gapped_vault.this[0].arn
  resource_share_arn = aws_ram_resource_share.this[0].arn
}

resource "aws_ram_principal_association" "this" {
  for_each = local.is_shared ? toset(var.air_gapped.share_to) : []

  principal          = each.value
  resource_share_arn = aws_ram_resource_share.this[0].arn
}

resource "aws_backup_plan" "this" {
  count = var.enabled && length(local.rules) > 0 ? 1 : 0

  name = local.name
  tags = var.tags

  dynamic "rule" {
    for_each = local.rules

    content {
      rule_name                = lookup(rule.value, "name", null)
      target_vault_name        = lookup(rule.value, "target_vault_name", null) == null ? one(aws_backup_vault.this[*].name) : rule.value.target_vault_name
      schedule                 = rule.value.schedule
      start_window             = rule.value.start_window
      completion_window        = rule.value.completion_window
      enable_continuous_backup = lookup(rule.value, "continuous", null)

      dynamic "lifecycle" {
        for_each = length(lookup(rule.value, "lifecycle", {})) == 0 ? [] : [rule.value.lifecycle]

        content {
          cold_storage_after = lookup(lifecycle.value, "cold_storage_after", null)
          delete_after       = lookup(lifecycle.value, "delete_after", 90)
        }
      }

      dynamic "copy_action" {
        for_each = rule.value.copy_actions

        content {
          destination_vault_arn = copy_action.value.destination_vault_arn

          dynamic "lifecycle" {
            for_each = try([copy_action.value.lifecycle], [])

            content {
              delete_after = lifecycle.value.delete_after
            }
          }
        }
      }
    }
  }

  dynamic "advanced_backup_setting" {
    for_each = anytrue([for rule in local.rules : try(rule.vss, false)]) ? [1] : []

    content {
      backup_options = { WindowsVSS = "enabled" }
      resource_type  = "EC2"
    }
  }
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  count = var.enabled && var.iam_role_arn == null ? 1 : 0

  name_prefix        = "${substr(local.name, 0, 20)}-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = var.enabled && var.iam_role_arn == null ? toset(["ForBackup", "ForRestores"]) : toset([])

  role       = aws_iam_role.this[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicy${each.key}"
}

resource "aws_backup_selection" "this" {
  for_each = { for name, selection in var.selections : name => selection if var.enabled }

  name          = each.key
  plan_id       = aws_backup_plan.this[0].id
  iam_role_arn  = var.iam_role_arn != null ? var.iam_role_arn : aws_iam_role.this[0].arn
  resources     = try(each.value.resources, null)
  not_resources = try(each.value.not_resources, [])

  dynamic "selection_tag" {
    for_each = try(each.value.tags, {})

    content {
      type  = "STRINGEQUALS"
      key   = selection_tag.key
      value = selection_tag.value
    }
  }
}
