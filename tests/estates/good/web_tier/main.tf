provider "aws" {
  region = "us-west-2"
  default_tags {
    tags = { Tier = "web" }
  }
}

variable "content_snapshot" {
  description = "snapshot of the content disk that each machine starts with"
  type        = string
  default     = null
}

variable "office_cidrs" {
  type    = list(string)
  default = ["203.0.113.0/25", "203.0.113.128/25"]
}

module "network" {
  source = "./network"
  cidr   = "10.20.0.0/16"
  zones  = ["us-west-2a", "us-west-2b"]
}

data "aws_ami" "base" {
  most_recent = true
  owners      = ["099720109477"]
  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

data "aws_ebs_snapshot" "content" {
  most_recent = true
  owners      = ["self"]
  filter {
    name   = "tag:Name"
    values = ["web-content"]
  }
}

locals {
  content = coalesce(var.content_snapshot, data.aws_ebs_snapshot.content.id)
  listeners = {
    80  = "redirect"
    443 = "forward"
  }
}

resource "aws_security_group" "balancer" {
  name   = "web-balancer"
  vpc_id = module.network.vpc_id

  dynamic "ingress" {
    for_each = local.listeners
    content {
      description = "web on ${ingress.key}"
      protocol    = "tcp"
      from_port   = ingress.key
      to_port     = ingress.key
      cidr_blocks = ["0.0.0.0/0"]
    }
  }

  egress {
    protocol    = "tcp"
    from_port   = 8080
    to_port     = 8080
    cidr_blocks = [module.network.cidr]
  }
}

resource "aws_security_group" "machines" {
  name   = "web-machines"
  vpc_id = module.network.vpc_id

  ingress {
    description     = "from the balancer"
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.balancer.id]
  }

  ingress {
    description = "SSH from the office"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = var.office_cidrs
  }

  egress {
    description = "updates"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_launch_template" "web" {
  name_prefix   = "web-"
  image_id      = data.aws_ami.base.id
  instance_type = "c7i.large"

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = [aws_security_group.machines.id]
  }

  block_device_mappings {
    device_name = "/dev/sda1"
    ebs {
      encrypted  = true
      kms_key_id = aws_kms_key.web.arn
    }
  }

  block_device_mappings {
    device_name = "/dev/sdf"
    ebs {
      snapshot_id = local.content
      encrypted   = "true"
      kms_key_id  = aws_kms_key.web.arn
    }
  }

  iam_instance_profile {
    name = aws_iam_instance_profile.web.name
  }

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_autoscaling_group" "web" {
  name_prefix         = "web-"
  min_size            = 2
  max_size            = 8
  vpc_zone_identifier = module.network.private
  target_group_arns   = [aws_lb_target_group.web.arn]
  health_check_type   = "ELB"

  mixed_instances_policy {
    instances_distribution {
      on_demand_base_capacity = 2
    }
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.web.id
        version            = "$Latest"
      }
      override { instance_type = "c7i.large" }
      override { instance_type = "c6i.large" }
    }
  }
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "cpu"
  autoscaling_group_name = aws_autoscaling_group.web.name
  policy_type            = "TargetTrackingScaling"
  target_tracking_configuration {
    target_value = 60
    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "application"
  subnets            = module.network.public
  security_groups    = [aws_security_group.balancer.id]
}

resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = module.network.vpc_id
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:us-west-2:111122223333:certificate/0d2c9b4e-5f3e-4a6c-9f3e-1a2b3c4d5e6f"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_kms_key" "web" {
  description         = "web disks"
  enable_key_rotation = true
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "web" {
  name_prefix         = "web-"
  assume_role_policy  = data.aws_iam_policy_document.trust.json
  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

# A machine that reads last week's content in peace: restored, reached over Systems Manager alone.
resource "aws_ebs_volume" "inspection" {
  count             = 2
  availability_zone = "us-west-2a"
  snapshot_id       = data.aws_ebs_snapshot.content.id
  encrypted         = true
  kms_key_id        = aws_kms_key.web.arn
}

resource "aws_instance" "inspection" {
  count                  = 2
  ami                    = data.aws_ami.base.id
  instance_type          = "t3.medium"
  subnet_id              = module.network.private[count.index]
  vpc_security_group_ids = [aws_security_group.inspection.id]
  iam_instance_profile   = aws_iam_instance_profile.web.name

  root_block_device {
    encrypted = true
  }

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_volume_attachment" "inspection" {
  count       = 2
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.inspection[count.index].id
  instance_id = aws_instance.inspection[count.index].id
}

resource "aws_security_group" "inspection" {
  name   = "inspection"
  vpc_id = module.network.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "inspection" {
  security_group_id = aws_security_group.inspection.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = module.network.cidr
}
