data "aws_iam_policy_document" "volumes" {
  statement {
    sid       = "Own"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.this.account_id]
    }
  }

  statement {
    sid       = "RecoveryAccountsRead"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncryptFrom"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [for account in values(var.recovery_accounts) : "arn:aws:iam::${account}:root"]
    }
  }

  statement {
    sid       = "RecoveryAccountsGrantToServices"
    actions   = ["kms:CreateGrant"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = formatlist("arn:aws:iam::%s:root", values(var.recovery_accounts))
    }
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

resource "aws_kms_key" "volumes" {
  description         = "volumes and snapshots"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.volumes.json
}

resource "aws_kms_alias" "volumes" {
  name          = "alias/volumes"
  target_key_id = aws_kms_key.volumes.key_id
}

resource "aws_kms_key" "elsewhere" {
  provider            = aws.elsewhere
  description         = "copies in the other Region"
  enable_key_rotation = true
  policy              = data.aws_iam_policy_document.volumes.json
}
