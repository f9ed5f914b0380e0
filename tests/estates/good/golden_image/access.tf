data "aws_iam_policy_document" "trust" {
  for_each = toset(["ec2", "imagebuilder"])
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.value}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "builder" {
  name               = "image-builder"
  assume_role_policy = data.aws_iam_policy_document.trust["ec2"].json
}

resource "aws_iam_role_policy_attachment" "builder" {
  for_each = toset([
    "arn:aws:iam::aws:policy/EC2InstanceProfileForImageBuilder",
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  ])
  role       = aws_iam_role.builder.name
  policy_arn = each.value
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.logs.arn}/builds/*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  role   = aws_iam_role.builder.id
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_instance_profile" "builder" {
  name = "image-builder"
  role = aws_iam_role.builder.name
}

data "aws_iam_policy_document" "images" {
  statement {
    sid       = "Own"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
  statement {
    sid       = "ConsumersStartMachines"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncrypt*", "kms:CreateGrant"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [for id in var.consumers : "arn:aws:iam::${id}:root"]
    }
  }
}

resource "aws_kms_key" "images" {
  description         = "golden images"
  enable_key_rotation = true
  multi_region        = true
  policy              = data.aws_iam_policy_document.images.json
}

resource "aws_kms_replica_key" "images" {
  region          = "eu-central-1"
  description     = "golden images"
  primary_key_arn = aws_kms_key.images.arn
  policy          = data.aws_iam_policy_document.images.json
}
