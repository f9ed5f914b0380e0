# The same estate as ../attack, mended: rights bound to what is tagged for backup, encryption everywhere,
# copies for the recovery account alone, and no way in from the world.

variable "admin_range" {
  type    = string
  default = "10.20.0.0/16"
}

variable "recovery_account" {
  type    = string
  default = "444455556666"
}

resource "aws_kms_key" "disks" {
  description         = "Disks and their copies"
  enable_key_rotation = true
}

resource "aws_iam_role" "operations" {
  name = "operations"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "snapshots" {
  name = "snapshots"
  role = aws_iam_role.operations.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ec2:Describe*"
        Resource = "*"
      },
      {
        Effect    = "Allow"
        Action    = "ec2:CreateSnapshot"
        Resource  = "arn:aws:ec2:*:*:volume/*"
        Condition = { StringEquals = { "aws:ResourceTag/backup" = "yes" } }
      },
      {
        Effect    = "Allow"
        Action    = "ec2:CreateSnapshot"
        Resource  = "arn:aws:ec2:*::snapshot/*"
        Condition = { StringEquals = { "aws:RequestTag/backup" = "yes" } }
      },
    ]
  })
}

resource "aws_ebs_volume" "customers" {
  availability_zone = "eu-west-1a"
  size              = 200
  encrypted         = true
  kms_key_id        = aws_kms_key.disks.arn

  tags = { backup = "yes" }
}

resource "aws_ebs_snapshot" "customers" {
  volume_id = aws_ebs_volume.customers.id
}

resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders-for-recovery"
  shared_accounts        = [var.recovery_account]
}

resource "aws_snapshot_create_volume_permission" "recovery" {
  snapshot_id = aws_ebs_snapshot.customers.id
  account_id  = var.recovery_account
}

resource "aws_security_group" "restored" {
  name   = "restored"
  vpc_id = "vpc-0123456789abcdef0"

  ingress {
    description = "SSH from the office network"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.admin_range]
  }
}

resource "aws_instance" "restored" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.restored.id]

  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = aws_ebs_snapshot.customers.id
  }
}
