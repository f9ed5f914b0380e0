# The whole of T1578.001 in one estate: someone who may copy a disk, a disk worth copying,
# a copy that everyone can restore, and a restored machine that lets its maker in.

variable "admin_range" {
  type    = string
  default = "0.0.0.0/0"
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
        Action   = ["ec2:Describe*", "ec2:*Snapshot*"]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = "rds:ModifyDBSnapshotAttribute"
        Resource = "*"
      },
    ]
  })
}

resource "aws_ebs_volume" "customers" {
  availability_zone = "eu-west-1a"
  size              = 200
}

resource "aws_ebs_snapshot" "customers" {
  volume_id = aws_ebs_volume.customers.id
}

resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders-for-everyone"
  shared_accounts        = ["all"]
}

resource "aws_snapshot_create_volume_permission" "stranger" {
  snapshot_id = aws_ebs_snapshot.customers.id
  account_id  = "999988887777"
}

resource "aws_security_group" "restored" {
  name   = "restored"
  vpc_id = "vpc-0123456789abcdef0"

  ingress {
    description = "SSH"
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
