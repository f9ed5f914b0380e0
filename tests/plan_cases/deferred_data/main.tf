resource "terraform_data" "later" {}

data "aws_ami" "a" {
  owners      = ["self", terraform_data.later.id]
  most_recent = "true"
  filter {
    name   = "name"
    values = ["base-*"]
  }
}

data "aws_iam_policy_document" "later" {
  statement {
    actions   = ["ec2:CreateSnapshot"]
    resources = ["*"]
  }
  depends_on = [terraform_data.later]
}

data "aws_iam_policy_document" "now" {
  statement {
    sid       = "Now"
    actions   = ["ec2:CreateSnapshot"]
    resources = ["*"]
  }
}

resource "aws_instance" "i" {
  ami               = data.aws_ami.a.id
  instance_type     = "t3.micro"
  availability_zone = "us-east-1a"
  root_block_device {
    encrypted   = data.aws_ami.a.public
    volume_size = 10
  }
}

resource "aws_iam_policy" "p" {
  name   = "p-${length(data.aws_iam_policy_document.now.json) > 0 ? "set" : "empty"}"
  policy = data.aws_iam_policy_document.now.json
}

resource "aws_iam_policy" "later" {
  name   = "later"
  policy = data.aws_iam_policy_document.later.json
}

resource "aws_ebs_volume" "v" {
  availability_zone = aws_instance.i.availability_zone
  size              = aws_instance.i.root_block_device[0].volume_size
  snapshot_id       = one(data.aws_ami.a.block_device_mappings[*].ebs.snapshot_id)
  encrypted         = true
}

resource "terraform_data" "t" {
  input = [jsondecode(data.aws_iam_policy_document.now.json).Statement[0].Sid, aws_iam_policy.p.name]
}
