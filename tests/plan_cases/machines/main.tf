locals {
  snapshot = "snap-0123456789abcdef0"
  devices  = { "/dev/sdf" = { size = "10", encrypted = "true" }, "/dev/sdg" = { size = 20, encrypted = false, snapshot = local.snapshot } }
}

resource "aws_ebs_volume" "v" {
  for_each          = local.devices
  availability_zone = "us-east-1a"
  size              = each.value.size
  encrypted         = each.value.encrypted
  snapshot_id       = lookup(each.value, "snapshot", null)
  tags              = { Name = each.key, n = 1 }
}

resource "aws_instance" "i" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  user_data              = "#!/bin/sh\necho hi"
  vpc_security_group_ids = ["sg-1", "sg-2", "sg-1"]
  root_block_device {
    encrypted = "false"
  }
  dynamic "ebs_block_device" {
    for_each = local.devices
    content {
      device_name = ebs_block_device.key
      encrypted   = ebs_block_device.value.encrypted
      volume_size = ebs_block_device.value.size
      snapshot_id = try(ebs_block_device.value.snapshot, null)
    }
  }
  metadata_options {
    http_tokens = "required"
  }
  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_launch_template" "lt" {
  name                   = "template"
  image_id               = "ami-1"
  user_data              = base64encode("echo")
  update_default_version = "true"
  vpc_security_group_ids = toset(["sg-b", "sg-a"])
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted             = true
      volume_size           = "8"
      delete_on_termination = false
      iops                  = null
    }
  }
  block_device_mappings {
    device_name  = "/dev/xvdb"
    virtual_name = "ephemeral0"
  }
  tag_specifications {
    resource_type = "volume"
    tags          = { a = 1 }
  }
}

resource "aws_ami" "image" {
  name                = "image"
  virtualization_type = "hvm"
  root_device_name    = "/dev/xvda"
  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = local.snapshot
  }
}

resource "aws_instance" "restored" {
  ami               = aws_ami.image.id
  instance_type     = "t3.${"micro"}"
  availability_zone = one([for v in aws_ebs_volume.v : v.availability_zone if v.size == 20])
  key_name          = null
  user_data_base64  = base64encode("x")
}

resource "aws_volume_attachment" "a" {
  for_each    = aws_ebs_volume.v
  device_name = each.key
  volume_id   = each.value.id
  instance_id = aws_instance.restored.id
}

resource "aws_ebs_snapshot" "s" {
  volume_id   = aws_ebs_volume.v["/dev/sdf"].id
  description = "of ${aws_ebs_volume.v["/dev/sdf"].size} GB ${aws_ebs_volume.v["/dev/sdf"].encrypted}"
}

resource "aws_ebs_snapshot_copy" "c" {
  source_snapshot_id = aws_ebs_snapshot.s.id
  source_region      = "us-east-1"
  encrypted          = true
}

resource "aws_ami_launch_permission" "all" {
  image_id = aws_ami.image.id
  group    = "all"
}

resource "aws_ebs_encryption_by_default" "off" {
  enabled = "false"
}

resource "aws_ebs_snapshot_block_public_access" "b" {
  state = "unblocked"
}

resource "aws_dlm_lifecycle_policy" "d" {
  description        = "d"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  state              = "ENABLED"
  policy_details {
    resource_types = ["VOLUME"]
    schedule {
      name = "daily"
      create_rule {
        interval      = "24"
        interval_unit = "HOURS"
        times         = ["23:45"]
      }
      retain_rule {
        count = 14
      }
      cross_region_copy_rule {
        target    = "us-west-2"
        encrypted = "false"
        retain_rule {
          interval      = 30
          interval_unit = "DAYS"
        }
      }
      share_rule {
        target_accounts = ["111122223333", "111122223333"]
      }
    }
    target_tags = { Snapshot = "true" }
  }
}

resource "aws_autoscaling_group" "g" {
  min_size           = 1
  max_size           = "2"
  availability_zones = ["us-east-1a"]
  launch_template {
    id      = aws_launch_template.lt.id
    version = "$Latest"
  }
  tag {
    key                 = "k"
    value               = 5
    propagate_at_launch = "true"
  }
}
