# Blocks with as little in them as the provider takes, and again with something more: what a plan shows in all of them
# of what is not written is what it always shows (generate_block_defaults.py).

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

resource "aws_security_group" "a" {
  ingress {
    from_port = 22
    to_port   = 22
    protocol  = "tcp"
  }
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/8"]
    description = "all"
  }
  egress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
  }
  egress {
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    security_groups = ["sg-12345678"]
    self            = true
  }
}

resource "aws_security_group" "b" {
  ingress {
    from_port        = 80
    to_port          = 80
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
    prefix_list_ids  = ["pl-12345678"]
    self             = true
  }
}

resource "aws_default_security_group" "a" {
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = -1
    self      = true
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  egress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
  }
}

resource "aws_network_acl" "a" {
  vpc_id = "vpc-12345678"
  ingress {
    protocol   = "tcp"
    rule_no    = 100
    action     = "allow"
    cidr_block = "10.3.0.0/18"
    from_port  = 80
    to_port    = 80
  }
  ingress {
    protocol        = "-1"
    rule_no         = 200
    action          = "deny"
    ipv6_cidr_block = "::/0"
    from_port       = 0
    to_port         = 0
  }
  egress {
    protocol   = "tcp"
    rule_no    = 100
    action     = "allow"
    cidr_block = "10.3.0.0/18"
    from_port  = 80
    to_port    = 80
  }
}

resource "aws_default_network_acl" "a" {
  default_network_acl_id = "acl-12345678"
  ingress {
    protocol   = -1
    rule_no    = 100
    action     = "allow"
    cidr_block = "10.0.0.0/8"
    from_port  = 0
    to_port    = 0
  }
  egress {
    protocol   = -1
    rule_no    = 100
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_instance" "a" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 8
  }
  ebs_block_device {
    device_name = "/dev/sdb"
  }
  ebs_block_device {
    device_name = "/dev/sdc"
    snapshot_id = "snap-12345678"
    encrypted   = true
    volume_type = "gp3"
  }
  ephemeral_block_device {
    device_name  = "/dev/sdd"
    virtual_name = "ephemeral0"
  }
  metadata_options {
    http_tokens = "required"
  }
  credit_specification {
    cpu_credits = "standard"
  }
  maintenance_options {
    auto_recovery = "default"
  }
  enclave_options {
    enabled = false
  }
  private_dns_name_options {
    hostname_type = "ip-name"
  }
}

resource "aws_instance" "b" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  root_block_device {
    encrypted   = true
    volume_type = "io1"
    iops        = 100
  }
  network_interface {
    device_index         = 0
    network_interface_id = "eni-12345678"
  }
  metadata_options {
    http_endpoint = "disabled"
  }
}

resource "aws_spot_instance_request" "a" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 8
  }
  ebs_block_device {
    device_name = "/dev/sdb"
  }
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_launch_template" "a" {
  name = "template"
  block_device_mappings {
    device_name = "/dev/sda1"
    ebs {
      volume_size = 20
    }
  }
  block_device_mappings {
    device_name = "/dev/sdb"
    ebs {
      snapshot_id = "snap-12345678"
      encrypted   = "true"
      volume_type = "gp3"
    }
  }
  network_interfaces {
    security_groups = ["sg-12345678"]
  }
  network_interfaces {
    subnet_id                   = "subnet-12345678"
    associate_public_ip_address = "true"
    delete_on_termination       = "true"
  }
  iam_instance_profile {
    name = "profile"
  }
  metadata_options {
    http_tokens = "required"
  }
  monitoring {
    enabled = true
  }
  placement {
    tenancy = "default"
  }
  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "a" }
  }
  credit_specification {
    cpu_credits = "standard"
  }
  instance_market_options {
    market_type = "spot"
  }
}

resource "aws_launch_template" "b" {
  iam_instance_profile {
    arn = "arn:aws:iam::111122223333:instance-profile/p"
  }
  metadata_options {
    http_endpoint = "enabled"
  }
}

resource "aws_launch_configuration" "a" {
  image_id      = "ami-12345678"
  instance_type = "t3.micro"
  root_block_device {
    volume_size = 8
  }
  ebs_block_device {
    device_name = "/dev/sdb"
  }
  ebs_block_device {
    device_name = "/dev/sdc"
    snapshot_id = "snap-12345678"
    encrypted   = true
    volume_type = "gp3"
  }
  ephemeral_block_device {
    device_name  = "/dev/sdd"
    virtual_name = "ephemeral0"
  }
  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_autoscaling_group" "a" {
  min_size           = 1
  max_size           = 2
  availability_zones = ["us-east-1a"]
  launch_template {
    id = "lt-12345678"
  }
  tag {
    key                 = "Name"
    value               = "a"
    propagate_at_launch = true
  }
}

resource "aws_autoscaling_group" "b" {
  min_size           = 1
  max_size           = 2
  availability_zones = ["us-east-1a"]
  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = "lt-12345678"
      }
      override {
        instance_type = "t3.micro"
      }
    }
    instances_distribution {
      on_demand_base_capacity = 1
    }
  }
}

resource "aws_ami" "a" {
  name = "a"
  ebs_block_device {
    device_name = "/dev/sda1"
    snapshot_id = "snap-12345678"
  }
  ebs_block_device {
    device_name = "/dev/sdb"
    volume_size = 10
    encrypted   = true
    volume_type = "gp3"
  }
  ephemeral_block_device {
    device_name  = "/dev/sdc"
    virtual_name = "ephemeral0"
  }
}

resource "aws_dlm_lifecycle_policy" "a" {
  description        = "a"
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
      }
      cross_region_copy_rule {
        target    = "eu-central-1"
        encrypted = true
        cmk_arn   = "arn:aws:kms:eu-central-1:111122223333:key/1"
        retain_rule {
          interval      = 1
          interval_unit = "MONTHS"
        }
      }
      share_rule {
        target_accounts = ["111122223333"]
      }
    }
  }
}

resource "aws_dlm_lifecycle_policy" "b" {
  description        = "b"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types     = ["INSTANCE"]
    resource_locations = ["CLOUD"]
    target_tags        = { Backup = "true" }
    schedule {
      name      = "weekly"
      copy_tags = true
      create_rule {
        cron_expression = "cron(0 3 ? * MON *)"
      }
      retain_rule {
        interval      = 1
        interval_unit = "MONTHS"
      }
    }
  }
}

resource "aws_backup_plan" "a" {
  name = "a"
  rule {
    rule_name         = "a"
    target_vault_name = "vault"
  }
  rule {
    rule_name         = "b"
    target_vault_name = "vault"
    schedule          = "cron(0 12 * * ? *)"
    lifecycle {
      delete_after = 30
    }
    copy_action {
      destination_vault_arn = "arn:aws:backup:eu-west-1:111122223333:backup-vault:v"
    }
    copy_action {
      destination_vault_arn = "arn:aws:backup:eu-west-1:444455556666:backup-vault:v"
      lifecycle {
        cold_storage_after = 30
      }
    }
  }
}

resource "aws_backup_selection" "a" {
  name         = "a"
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  plan_id      = "plan"
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "true"
  }
}

resource "aws_s3_bucket" "a" {
  bucket = "a"
}

resource "aws_s3_bucket_versioning" "a" {
  bucket = "a"
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "a" {
  bucket = "a"
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_dynamodb_table" "a" {
  name         = "a"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "other"
    type = "S"
  }
  global_secondary_index {
    name            = "other"
    hash_key        = "other"
    projection_type = "ALL"
  }
  server_side_encryption {
    enabled = true
  }
  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_rds_cluster" "a" {
  engine             = "aurora-mysql"
  cluster_identifier = "a"
  restore_to_point_in_time {
    source_cluster_identifier = "other"
    restore_to_time           = "2027-01-01T00:00:00Z"
  }
}

resource "aws_rds_cluster" "b" {
  engine             = "aurora-mysql"
  cluster_identifier = "b"
  restore_to_point_in_time {
    source_cluster_identifier  = "other"
    restore_type               = "copy-on-write"
    use_latest_restorable_time = true
  }
  serverlessv2_scaling_configuration {
    min_capacity = 0.5
    max_capacity = 2
  }
}

resource "aws_db_instance" "a" {
  instance_class = "db.t3.micro"
  restore_to_point_in_time {
    source_db_instance_identifier = "other"
  }
}

resource "aws_db_instance" "b" {
  instance_class = "db.t3.micro"
  restore_to_point_in_time {
    source_db_instance_identifier = "other"
    use_latest_restorable_time    = true
  }
}

resource "aws_lambda_function" "a" {
  function_name = "a"
  role          = "arn:aws:iam::111122223333:role/a"
  handler       = "a.b"
  runtime       = "python3.12"
  s3_bucket     = "b"
  s3_key        = "k"
  environment {
    variables = { A = "b" }
  }
  vpc_config {
    subnet_ids         = ["subnet-12345678"]
    security_group_ids = ["sg-12345678"]
  }
}

resource "aws_ebs_snapshot_import" "a" {
  disk_container {
    format = "VHD"
    url    = "s3://bucket/disk.vhd"
  }
}

resource "aws_ebs_snapshot_import" "b" {
  disk_container {
    format = "VHD"
    user_bucket {
      s3_bucket = "bucket"
      s3_key    = "disk.vhd"
    }
  }
}

resource "aws_spot_fleet_request" "a" {
  iam_fleet_role  = "arn:aws:iam::111122223333:role/fleet"
  target_capacity = 1
  launch_specification {
    ami           = "ami-12345678"
    instance_type = "t3.micro"
    root_block_device {
      volume_size = 8
    }
    ebs_block_device {
      device_name = "/dev/sdb"
    }
  }
  launch_specification {
    ami                    = "ami-12345678"
    instance_type          = "t3.small"
    availability_zone      = "us-east-1a"
    vpc_security_group_ids = ["sg-12345678"]
  }
}

resource "aws_lb_listener" "a" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/1"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/a/1"
  }
}

resource "aws_lb_target_group" "a" {
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-12345678"
  health_check {
    path = "/"
  }
}

resource "aws_ec2_managed_prefix_list" "a" {
  name           = "a"
  address_family = "IPv4"
  max_entries    = 5
  entry {
    cidr = "10.0.0.0/8"
  }
  entry {
    cidr        = "10.1.0.0/16"
    description = "b"
  }
}

resource "aws_route_table" "a" {
  vpc_id = "vpc-12345678"
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = "igw-12345678"
  }
  route {
    ipv6_cidr_block        = "::/0"
    egress_only_gateway_id = "eigw-12345678"
  }
  route {
    cidr_block     = "10.0.0.0/8"
    nat_gateway_id = "nat-12345678"
  }
}

resource "aws_iam_role" "a" {
  assume_role_policy = "{}"
  inline_policy {
    name   = "a"
    policy = "{}"
  }
}

resource "aws_ecs_task_definition" "a" {
  family                = "a"
  container_definitions = "[]"
  volume {
    name = "a"
  }
  volume {
    name = "b"
    efs_volume_configuration {
      file_system_id = "fs-12345678"
    }
  }
}

data "aws_iam_policy_document" "a" {
  statement {
    actions   = ["ec2:CreateSnapshot"]
    resources = ["*"]
  }
  statement {
    sid         = "a"
    effect      = "Deny"
    not_actions = ["ec2:*"]
    resources   = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["o-1"]
    }
  }
}

resource "aws_autoscaling_group" "c" {
  min_size           = 1
  max_size           = 2
  availability_zones = ["us-east-1a"]
  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = "lt-12345678"
      }
    }
    instances_distribution {
      spot_allocation_strategy = "lowest-price"
    }
  }
}
