# Blocks of which little is set, with things in them that are known only after apply.

variable "ports" {
  default = [22, 443]
}

resource "aws_security_group" "other" {
  name = "other"
}

resource "aws_security_group" "linked" {
  ingress {
    from_port       = 22
    to_port         = 22
    protocol        = "TCP"
    security_groups = [aws_security_group.other.id]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
    description = null
  }
}

resource "aws_security_group" "dynamic" {
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}

resource "aws_security_group" "listed" {
  ingress = [{
    from_port        = 22
    to_port          = 22
    protocol         = "tcp"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = null
    prefix_list_ids  = null
    security_groups  = null
    self             = null
    description      = null
  }]
}

resource "aws_internet_gateway" "gateway" {
  vpc_id = "vpc-12345678"
}

resource "aws_route_table" "linked" {
  vpc_id = "vpc-12345678"
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.gateway.id
  }
}

resource "aws_route_table" "plain" {
  vpc_id = "vpc-12345678"
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = "igw-12345678"
  }
}

resource "aws_network_acl" "acl" {
  vpc_id = "vpc-12345678"
  ingress {
    protocol   = "tcp"
    rule_no    = 100
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 22
    to_port    = 22
  }
}

resource "aws_kms_key" "key" {
  description = "disks"
}

resource "aws_ebs_volume" "volume" {
  availability_zone = "us-east-1a"
  size              = 8
}

resource "aws_ebs_snapshot" "snapshot" {
  volume_id = aws_ebs_volume.volume.id
}

resource "aws_instance" "linked" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.key.arn
  }
  ebs_block_device {
    device_name = "/dev/sdb"
    snapshot_id = aws_ebs_snapshot.snapshot.id
  }
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_ami" "linked" {
  name = "linked"
  ebs_block_device {
    device_name = "/dev/sda1"
    snapshot_id = aws_ebs_snapshot.snapshot.id
  }
}

resource "aws_launch_configuration" "linked" {
  image_id      = aws_ami.linked.id
  instance_type = "t3.micro"
  ebs_block_device {
    device_name = "/dev/sdb"
    snapshot_id = aws_ebs_snapshot.snapshot.id
  }
}

resource "aws_launch_template" "linked" {
  name = "linked"
  block_device_mappings {
    device_name = "/dev/sdb"
    ebs {
      snapshot_id = aws_ebs_snapshot.snapshot.id
      encrypted   = true
    }
  }
}

resource "aws_backup_vault" "vault" {
  name = "vault"
}

resource "aws_backup_plan" "linked" {
  name = "linked"
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.vault.name
    copy_action {
      destination_vault_arn = aws_backup_vault.vault.arn
    }
  }
}

resource "aws_dlm_lifecycle_policy" "linked" {
  description        = "linked"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Backup = "true" }
    schedule {
      name = "daily"
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 7
      }
      cross_region_copy_rule {
        target    = "eu-west-1"
        encrypted = true
        cmk_arn   = aws_kms_key.key.arn
      }
    }
  }
}

resource "aws_spot_fleet_request" "linked" {
  iam_fleet_role  = "arn:aws:iam::111122223333:role/fleet"
  target_capacity = 1
  launch_specification {
    ami           = "ami-12345678"
    instance_type = "t3.micro"
    ebs_block_device {
      device_name = "/dev/sdb"
    }
  }
}

resource "aws_autoscaling_group" "mixed" {
  min_size           = 1
  max_size           = 2
  availability_zones = ["us-east-1a"]
  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.linked.id
      }
    }
    instances_distribution {
      spot_allocation_strategy = "lowest-price"
    }
  }
}

resource "aws_lambda_function" "linked" {
  function_name = "linked"
  role          = "arn:aws:iam::111122223333:role/a"
  handler       = "a.b"
  runtime       = "python3.12"
  s3_bucket     = "code"
  s3_key        = "a.zip"
  vpc_config {
    subnet_ids         = ["subnet-12345678"]
    security_group_ids = [aws_security_group.other.id]
  }
}

resource "aws_lb_target_group" "network" {
  port     = 22
  protocol = "TCP"
  vpc_id   = "vpc-12345678"
  health_check {
    port = 22
  }
}

resource "aws_ecs_task_definition" "task" {
  family                = "task"
  container_definitions = "[]"
  volume {
    name = "data"
    efs_volume_configuration {
      file_system_id = aws_efs_file_system.data.id
    }
  }
}

resource "aws_efs_file_system" "data" {
  encrypted = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  bucket = "bucket"
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_dynamodb_table" "table" {
  name         = "table"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "other"
    type = "N"
  }
  global_secondary_index {
    name            = "other"
    hash_key        = "other"
    projection_type = "KEYS_ONLY"
  }
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["ec2:DescribeSnapshots"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "later" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.key.arn]
  }
}
