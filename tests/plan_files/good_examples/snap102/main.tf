data "aws_iam_policy_document" "nightly" {
  statement {
    actions   = ["ec2:CreateSnapshot"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/backup"
      values   = ["nightly"]
    }
  }
}

resource "aws_iam_policy" "nightly" {
  name   = "nightly"
  policy = data.aws_iam_policy_document.nightly.json
}
