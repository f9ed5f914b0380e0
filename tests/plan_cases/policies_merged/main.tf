variable "accounts" { default = ["111122223333", "444455556666"] }
data "aws_iam_policy_document" "base" {
  policy_id = "base"
  statement {
    sid       = "A"
    actions   = ["s3:GetObject", "s3:*", "ec2:Describe*"]
    resources = ["*"]
  }
  statement {
    actions   = ["sts:AssumeRole"]
    resources = ["arn:aws:iam::1:role/b", "arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"]
    effect    = "Deny"
  }
  statement {
    sid           = "NA"
    not_actions   = ["iam:*"]
    not_resources = ["arn:aws:s3:::x/$${aws:username}", "&{aws:userid}"]
    not_principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
data "aws_iam_policy_document" "second" {
  version = "2008-10-17"
  statement {
    sid       = "B"
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:x"
      values   = ["2", "1", "2"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:x"
      values   = ["3"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:y"
      values   = ["1"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [false]
    }
    condition {
      test     = "Null"
      variable = "aws:z"
      values   = []
    }
  }
}
data "aws_iam_policy_document" "merged" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, data.aws_iam_policy_document.second.json]
  override_policy_documents = [
    jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "A", Effect = "Deny", Action = "s3:*", Resource = "*" }] }),
    jsonencode({ Id = "over", Statement = [{ Sid = "NEW", Effect = "Allow", Action = ["b:x", "a:y"], Resource = ["r2", "r1"], Principal = "*" }] }),
  ]
  statement {
    sid       = "B"
    actions   = ["own:B"]
    resources = ["own"]
  }
  statement {
    sid       = "C"
    actions   = ["x:y"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "dup_override" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.second.json, data.aws_iam_policy_document.second.json]
}
data "aws_iam_policy_document" "principals" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [for a in var.accounts : "arn:aws:iam::${a}:root"]
    }
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::1:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "ec2.amazonaws.com"]
    }
    principals {
      type        = "Federated"
      identifiers = ["cognito"]
    }
  }
  statement {
    effect    = "Allow"
    actions   = ["s3:x"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  statement {
    actions   = ["s3:y"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
  statement {
    actions   = ["s3:z"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    principals {
      type        = "AWS"
      identifiers = ["b", "a"]
    }
  }
  dynamic "statement" {
    for_each = toset(["x", "w"])
    iterator = it
    content {
      sid       = "Dyn${title(it.key)}"
      actions   = ["s3:${it.value}"]
      resources = [for n in [1, 2] : "arn:${n}"]
      dynamic "condition" {
        for_each = { "aws:a" = ["1"], "aws:b" = ["2", "3"] }
        content {
          test     = "StringLike"
          variable = condition.key
          values   = condition.value
        }
      }
    }
  }
}
data "aws_iam_policy_document" "empty" {}
data "aws_iam_policy_document" "empty_lists" {
  statement {
    actions   = []
    resources = []
  }
}
data "aws_iam_policy_document" "nulls" {
  policy_id               = null
  source_policy_documents = []
  statement {
    sid       = null
    effect    = null
    actions   = ["a:b"]
    resources = ["*"]
  }
  statement {
    sid       = ""
    actions   = ["a:c"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "cond_multi" {
  statement {
    actions   = ["a:b"]
    resources = ["*"]
    condition {
      test     = "NumericLessThan"
      variable = "s3:max-keys"
      values   = [10, 5.5]
    }
    condition {
      test     = "ForAnyValue:StringLike"
      variable = "aws:PrincipalOrgPaths"
      values   = ["o-1/*"]
    }
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["", "home/", "home/&{aws:username}/"]
    }
  }
}
resource "aws_iam_policy" "p" {
  for_each = {
    base        = data.aws_iam_policy_document.base.json, second = data.aws_iam_policy_document.second.json
    merged      = data.aws_iam_policy_document.merged.json, dup = data.aws_iam_policy_document.dup_override.json
    principals  = data.aws_iam_policy_document.principals.json, empty = data.aws_iam_policy_document.empty.json
    empty_lists = data.aws_iam_policy_document.empty_lists.json
    nulls       = data.aws_iam_policy_document.nulls.json, cond = data.aws_iam_policy_document.cond_multi.json
    min         = data.aws_iam_policy_document.second.minified_json
  }
  name   = each.key
  policy = each.value
}
resource "terraform_data" "exact2" {
  input = [data.aws_iam_policy_document.merged.json, data.aws_iam_policy_document.principals.json, data.aws_iam_policy_document.base.minified_json, data.aws_iam_policy_document.nulls.json, data.aws_iam_policy_document.cond_multi.json, data.aws_iam_policy_document.empty_lists.json, data.aws_iam_policy_document.empty.json, data.aws_iam_policy_document.dup_override.json]
}
