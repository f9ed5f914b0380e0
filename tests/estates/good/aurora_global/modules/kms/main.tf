variable "alias" { type = string }

variable "description" {
  type    = string
  default = null
}

variable "services" {
  description = "services that use the key for principals of the account"
  type        = list(string)
  default     = []
}

variable "grantees" {
  type    = map(list(string))
  default = {}
}

variable "multi_region" {
  type    = bool
  default = false
}

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [format("arn:%s:iam::%s:root", data.aws_partition.this.partition, data.aws_caller_identity.this.account_id)]
    }
  }

  dynamic "statement" {
    for_each = var.services
    iterator = service

    content {
      sid       = replace(title(service.value), "/[^A-Za-z]/", "")
      actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:CallerAccount"
        values   = [data.aws_caller_identity.this.account_id]
      }

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["${service.value}.${data.aws_region.this.name}.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.grantees

    content {
      sid       = "Use${statement.key}"
      actions   = statement.value
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = ["arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:role/${statement.key}"]
      }
    }
  }
}

resource "aws_kms_key" "this" {
  description         = coalesce(var.description, var.alias)
  enable_key_rotation = true
  multi_region        = var.multi_region
  policy              = data.aws_iam_policy_document.this.json
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.alias}"
  target_key_id = aws_kms_key.this.key_id
}

output "arn" {
  value = aws_kms_key.this.arn
}
