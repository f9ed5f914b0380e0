terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "prefix" {
  type    = string
  default = null
}
variable "boundary" {
  type     = string
  nullable = true
  default  = null
}
variable "roles" {
  type = map(object({
    services = optional(set(string), [])
    accounts = optional(list(string), [])
    external = optional(string)
    managed  = optional(list(string), [])
    hours    = optional(number, 1)
    statements = optional(list(object({
      sid        = optional(string)
      effect     = optional(string, "Allow")
      actions    = list(string)
      resources  = list(string)
      conditions = optional(map(map(list(string))), {})
    })), [])
  }))
}

locals {
  attachments = merge([
    for name, role in var.roles : { for policy in role.managed : "${name}/${basename(policy)}" => { role = name, policy = policy } }
  ]...)
  with_statements = { for name, role in var.roles : name => role if length(role.statements) > 0 }
}

data "aws_iam_policy_document" "trust" {
  for_each = var.roles

  dynamic "statement" {
    for_each = length(each.value.services) > 0 ? [each.value.services] : []
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "Service"
        identifiers = [for service in statement.value : "${service}.amazonaws.com"]
      }
    }
  }
  dynamic "statement" {
    for_each = length(each.value.accounts) > 0 ? { main = each.value.accounts } : {}
    content {
      sid     = title(statement.key)
      actions = ["sts:AssumeRole", "sts:TagSession"]
      principals {
        type        = "AWS"
        identifiers = formatlist("arn:aws:iam::%s:root", statement.value)
      }
      dynamic "condition" {
        for_each = each.value.external[*]
        content {
          test     = "StringEquals"
          variable = "sts:ExternalId"
          values   = [condition.value]
        }
      }
    }
  }
}

data "aws_iam_policy_document" "rights" {
  for_each = local.with_statements

  dynamic "statement" {
    for_each = each.value.statements
    content {
      sid       = statement.value.sid
      effect    = statement.value.effect
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = flatten([for test, tests in statement.value.conditions : [for key, values in tests : { test = test, key = key, values = values }]])
        content {
          test     = condition.value.test
          variable = condition.value.key
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_role" "this" {
  for_each             = var.roles
  name                 = join("-", compact([var.prefix, each.key]))
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  permissions_boundary = var.boundary
  max_session_duration = each.value.hours * 3600
}

resource "aws_iam_role_policy" "this" {
  for_each = local.with_statements
  name     = coalesce(one([for statement in each.value.statements : statement.sid if statement.sid != null]), "inline")
  role     = aws_iam_role.this[each.key].name
  policy   = data.aws_iam_policy_document.rights[each.key].json
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = local.attachments
  role       = aws_iam_role.this[each.value.role].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value.policy}"
}

output "documents" {
  value = { for name, document in data.aws_iam_policy_document.rights : name => document.json }
}
