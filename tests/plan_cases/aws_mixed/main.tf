terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  default_tags {
    tags = { env = "x" }
  }
}
locals {
  azs = ["us-east-1a", "us-east-1b"]
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "v" }
}
resource "aws_subnet" "s" {
  count             = length(local.azs)
  vpc_id            = aws_vpc.v.id
  availability_zone = element(local.azs, count.index)
  cidr_block        = cidrsubnet(aws_vpc.v.cidr_block, 8, count.index)
}
resource "aws_db_subnet_group" "g" {
  name       = "main-group"
  subnet_ids = aws_subnet.s[*].id
}
resource "aws_rds_cluster_instance" "i" {
  count              = 2
  identifier         = "c-${count.index}"
  cluster_identifier = "c"
  engine             = "aurora-mysql"
  instance_class     = "db.r5.large"
  publicly_accessible = count.index == 0
  db_subnet_group_name = aws_db_subnet_group.g.name
}
resource "aws_lb" "l" {
  name            = "l"
  subnets         = aws_subnet.s[*].id
  security_groups = [aws_security_group.a.id]
  internal        = "false"
}
resource "aws_security_group" "a" {
  name   = "a"
  vpc_id = aws_vpc.v.id
  ingress {
    description     = "x"
    from_port       = 22
    to_port         = 22
    protocol        = "tcp"
    security_groups = [aws_security_group.b.id]
    ipv6_cidr_blocks = ["::0/0"]
    cidr_blocks     = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "b" {
  name   = "b"
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = -1
    self      = true
    prefix_list_ids = ["pl-1"]
  }
}
resource "aws_network_interface" "n" {
  subnet_id = aws_subnet.s[0].id
  private_ips = ["10.0.0.5"]
  security_groups = [aws_security_group.a.id, "sg-1"]
  attachment {
    instance = aws_instance.i.id
    device_index = 1
  }
}
resource "aws_instance" "i" {
  ami = "ami-1"
  instance_type = "t3.micro"
  subnet_id = aws_subnet.s[1].id
  ebs_block_device {
    device_name = "/dev/sdb"
    snapshot_id = "snap-1"
    encrypted = "false"
    volume_type = "gp3"
  }
  ephemeral_block_device {
    device_name = "/dev/sdc"
    no_device = true
  }
  credit_specification {
    cpu_credits = "standard"
  }
  tags = merge({ a = 1 }, { Name = "i" })
  user_data = <<-EOT
    #!/bin/bash
    echo ${aws_vpc.v.cidr_block}
  EOT
  user_data_replace_on_change = "true"
}
resource "aws_spot_instance_request" "s" {
  ami = "ami-1"
  instance_type = "t3.micro"
  spot_price = 0.03
  user_data = "x"
}
resource "aws_launch_configuration" "l" {
  name_prefix = "l"
  image_id = "ami-1"
  instance_type = "t3.micro"
  security_groups = ["sg-1"]
  user_data = "y"
  ebs_block_device {
    device_name = "/dev/x"
    snapshot_id = "snap-2"
  }
}
resource "aws_iam_user_policy" "p" {
  user = "u"
  name = "n"
  policy = jsonencode({ Statement = [{ Action = ["ec2:*"], Effect = "Allow", Resource = "*" }], Version = "2012-10-17" })
}
resource "aws_iam_group_policy_attachment" "a" {
  group = "g"
  policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
}
resource "aws_kms_grant" "g" {
  key_id = "arn:aws:kms:us-east-1:111122223333:key/k"
  grantee_principal = "arn:aws:iam::444455556666:root"
  operations = ["Decrypt", "Encrypt", "Decrypt"]
  constraints {
    encryption_context_equals = { a = 1 }
  }
}
resource "aws_redshift_snapshot_copy_grant" "g" {
  snapshot_copy_grant_name = "g"
}
resource "aws_docdb_cluster" "d" {
  cluster_identifier = "docdb"
  engine = "docdb"
  storage_encrypted = "false"
  master_username = "u"
  master_password = "password1"
  skip_final_snapshot = true
}
resource "aws_neptune_cluster" "n" {
  cluster_identifier = "neptune"
  engine = "neptune"
  storage_encrypted = true
  skip_final_snapshot = true
}
resource "aws_fsx_lustre_file_system" "f" {
  subnet_ids = ["subnet-1"]
  storage_capacity = "1200"
}
resource "aws_ram_resource_share" "r" {
  name = "r"
  allow_external_principals = "true"
}
resource "aws_cloudwatch_event_rule" "r" {
  name = "r"
  event_pattern = jsonencode({ source = ["aws.ec2"] })
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role = "arn:aws:iam::111122223333:role/r"
  filename = "main.tf"
  handler = "h"
  runtime = "python3.12"
  timeout = "30"
  environment {
    variables = { A = 1, B = true }
  }
}
