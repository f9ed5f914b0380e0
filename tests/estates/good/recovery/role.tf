data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::222233334444:role/recovery-coordinator"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [data.aws_organizations_organization.this.id]
    }
  }
}

data "aws_iam_policy_document" "copy" {
  statement {
    sid       = "CreateTagged"
    actions   = ["ec2:CreateSnapshot"]
    resources = ["arn:aws:ec2:*:${data.aws_caller_identity.this.account_id}:volume/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Backup"
      values   = ["hourly"]
    }
  }
  statement {
    sid       = "CreateTheSnapshotItself"
    actions   = ["ec2:CreateSnapshot", "ec2:CreateTags"]
    resources = ["arn:aws:ec2:*::snapshot/*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/Backup"
      values   = ["hourly"]
    }
    condition {
      test     = "StringLike"
      variable = "ec2:ParentVolume"
      values   = [for volume in aws_ebs_volume.system : volume.arn]
    }
  }
  statement {
    sid       = "Look"
    actions   = ["ec2:DescribeSnapshots", "ec2:DescribeVolumes", "ec2:DescribeTags"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "recovery" {
  name                 = "recovery"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
}

resource "aws_iam_policy" "copy" {
  name   = "recovery-copy"
  policy = data.aws_iam_policy_document.copy.json
}

resource "aws_iam_role_policy_attachment" "copy" {
  role       = aws_iam_role.recovery.name
  policy_arn = aws_iam_policy.copy.arn
}
