data "aws_iam_policy_document" "nightly" {
  statement {
    actions   = ["ec2:CreateSnapshot"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "nightly" {
  name   = "nightly"
  policy = data.aws_iam_policy_document.nightly.json
}
