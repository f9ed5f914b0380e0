variable "name" {
  type = string
  validation {
    condition     = length(var.name) < 40 && can(regex("^[a-z-]+$", var.name))
    error_message = "Bad name: ${var.name}."
  }
}
variable "actions" { type = set(string) }
variable "account" {
  type     = string
  nullable = false
}
variable "template" {
  type    = string
  default = null
}
variable "boundary" { default = "none" }
locals {
  list     = sort(var.actions)
  document = var.template == null ? jsonencode({ Version = "2012-10-17", Statement = [] }) : templatefile(var.template, { actions = local.list, resources = ["arn:aws:ec2:*:${var.account}:volume/*", "arn:aws:ec2:*::snapshot/*"] })
}
resource "aws_iam_policy" "this" {
  count       = length(var.actions) > 0 ? 1 : 0
  name        = var.name
  path        = "/${var.account}/"
  description = <<-EOT
    Policy for ${var.name}
      actions: ${join(", ", local.list)}
    ${var.boundary == null ? "no boundary" : "boundary ${var.boundary}"}
  EOT
  policy      = jsonencode(jsondecode(local.document))
}
data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = { ec2 = "Service", (var.account) = "AWS" }
    content {
      sid     = "T${title(statement.key)}"
      actions = ["sts:AssumeRole"]
      principals {
        type        = statement.value
        identifiers = statement.value == "AWS" ? ["arn:aws:iam::${statement.key}:root"] : ["${statement.key}.amazonaws.com"]
      }
      dynamic "condition" {
        for_each = statement.value == "AWS" ? [1] : []
        content {
          test     = "Bool"
          variable = "aws:MultiFactorAuthPresent"
          values   = ["true"]
        }
      }
    }
  }
}
resource "aws_iam_role" "this" {
  name                 = "${var.name}-role"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary == null ? null : "arn:aws:iam::${var.account}:policy/${var.boundary}"
  max_session_duration = 60 * 60 * (length(var.actions) + 1)
}
resource "aws_iam_role_policy_attachment" "this" {
  count      = length(aws_iam_policy.this)
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this[count.index].arn
}
output "arn_name" { value = aws_iam_role.this.name }
output "policy_name" { value = try(aws_iam_policy.this[0].name, "") }
