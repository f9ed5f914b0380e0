resource "terraform_data" "u" {}

variable "accounts" {
  default = ["222233334444", "111122223333"]
}

data "aws_iam_policy_document" "empty" {}

data "aws_iam_policy_document" "minimal" {
  statement {
    actions   = ["ec2:CreateSnapshot"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "full" {
  policy_id = "id"
  statement {
    sid           = "Full"
    effect        = "Deny"
    not_actions   = ["ec2:B", "ec2:A", "s3:Get*"]
    not_resources = ["arn:aws:s3:::b/&{aws:username}", "arn:aws:s3:::a"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root", "444455556666"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:user/&{x}", "444455556666"]
    }
    not_principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = var.accounts
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["o-abc"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:SourceAccount"
      values   = ["&{aws:PrincipalTag/x}"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["333344445555"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [false]
    }
    condition {
      test     = "NumericLessThan"
      variable = "aws:MultiFactorAuthAge"
      values   = [3600]
    }
  }
  statement {
    actions   = ["a:B", "a:A", "a:B"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "star" {
  statement {
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  statement {
    sid       = "AwsStar"
    actions   = ["s3:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
  statement {
    sid       = "Mixed"
    actions   = ["s3:*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
  }
  statement {
    sid     = "NoResources"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "dynamic" {
  dynamic "statement" {
    for_each = { Share = ["ec2:ModifySnapshotAttribute"], Copy = ["ec2:CopySnapshot", "rds:CopyDBSnapshot"] }
    content {
      sid       = statement.key
      actions   = statement.value
      resources = ["*"]
      dynamic "condition" {
        for_each = statement.key == "Share" ? [1] : []
        content {
          test     = "StringEquals"
          variable = "ec2:Add/userId"
          values   = var.accounts
        }
      }
      dynamic "principals" {
        for_each = toset(["AWS"])
        content {
          type        = principals.value
          identifiers = [for a in var.accounts : "arn:aws:iam::${a}:root"]
        }
      }
    }
  }
}

data "aws_iam_policy_document" "source_a" {
  statement {
    sid       = "One"
    actions   = ["a:One"]
    resources = ["*"]
  }
  statement {
    sid       = "Two"
    actions   = ["a:Two"]
    resources = ["*"]
  }
  statement {
    actions   = ["a:NoSid"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "merged" {
  source_policy_documents = [
    data.aws_iam_policy_document.source_a.json,
    jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Three", Effect = "Allow", Action = "b:X", Resource = ["r1", "r2"] }] }),
    <<-JSON
      {"Id": "from-source", "Statement": [{"Sid": "Four", "Effect": "Allow", "Action": ["c:B", "c:A"], "Resource": "*",
        "Principal": "*", "Condition": {"Bool": {"x": "true"}, "StringEquals": {"y": ["b", "a"]}}}]}
    JSON
  ]
  override_policy_documents = [
    data.aws_iam_policy_document.override.json,
    jsonencode({ Statement = [{ Sid = "Own", Effect = "Deny", NotAction = "z:*", NotResource = "*", Principal = { AWS = "111122223333" } }] }),
  ]
  statement {
    sid       = "Two"
    actions   = ["own:Two"]
    resources = ["own"]
  }
  statement {
    sid       = "Own"
    actions   = ["own:Own"]
    resources = ["*"]
  }
  statement {
    actions   = ["own:NoSid"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "override" {
  statement {
    sid       = "One"
    effect    = "Deny"
    actions   = ["over:One"]
    resources = ["*"]
  }
  statement {
    sid       = "New"
    actions   = ["over:New"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "only_sources" {
  source_policy_documents = [data.aws_iam_policy_document.merged.json]
}

data "aws_iam_policy_document" "each" {
  for_each = toset(var.accounts)
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["arn:aws:kms:*:${each.value}:key/*"]
  }
}

data "aws_iam_policy_document" "deferred" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${terraform_data.u.id}/*"]
  }
}

data "aws_iam_policy_document" "strings" {
  version = "2008-10-17"
  statement {
    sid       = ""
    actions   = ["ec2:CreateSnapshot"]
    resources = ["arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*::snapshot/*"]
    effect    = "Allow"
  }
}

data "aws_iam_policy_document" "repeated_condition" {
  statement {
    actions   = ["ec2:CreateTags"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/a"
      values   = ["2", "1"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/a"
      values   = ["3"]
    }
    condition {
      test     = "ForAnyValue:StringLike"
      variable = "aws:TagKeys"
      values   = ["x"]
    }
  }
}

resource "aws_iam_policy" "p" {
  for_each = data.aws_iam_policy_document.each
  name     = "p-${each.key}"
  policy   = each.value.json
}

resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.star.json
  inline_policy {
    name   = "inline"
    policy = data.aws_iam_policy_document.minimal.json
  }
}

resource "aws_iam_policy" "deferred" {
  name   = "deferred"
  policy = data.aws_iam_policy_document.deferred.json
}

resource "terraform_data" "parsed" {
  input = {
    actions = jsondecode(data.aws_iam_policy_document.merged.json).Statement[*].Effect
    keys    = keys(data.aws_iam_policy_document.each)
    minimal = data.aws_iam_policy_document.minimal.minified_json
    text    = data.aws_iam_policy_document.merged.json
  }
}
