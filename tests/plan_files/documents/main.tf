# Documents that are only read when the plan is applied, since a part of them is not known before.

resource "aws_ebs_volume" "v" {
  availability_zone = "us-east-1a"
  size              = 1
  encrypted         = true
}
resource "aws_kms_key" "k" {}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["ec2:CreateSnapshot", "ec2:ModifySnapshotAttribute"]
    resources = ["*"]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.k.arn]
  }
}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.d.json
}

data "aws_iam_policy_document" "scoped" {
  statement {
    sid       = "Scoped"
    actions   = ["ec2:CreateSnapshot"]
    resources = [aws_ebs_volume.v.arn]
  }
}

resource "aws_iam_policy" "scoped" {
  policy = data.aws_iam_policy_document.scoped.json
}
