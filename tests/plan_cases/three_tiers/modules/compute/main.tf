variable "name" {}
variable "subnets" { type = set(string) }
variable "user_data" { default = null }
variable "volumes" {
  type = list(object({
    device_name = string
    size        = number
    type        = optional(string, "gp3")
    iops        = optional(number)
    snapshot_id = optional(string)
    encrypted   = optional(bool, true)
  }))
}
variable "tags" { type = map(string) }
resource "aws_launch_template" "this" {
  name_prefix   = "${var.name}-"
  image_id      = "ami-1"
  instance_type = lookup({ web = "t3.small" }, reverse(split("-", var.name))[0], "t3.medium")
  user_data     = var.user_data == null ? null : base64encode(var.user_data)
  dynamic "block_device_mappings" {
    for_each = var.volumes
    content {
      device_name = block_device_mappings.value.device_name
      ebs {
        volume_size = block_device_mappings.value.size
        volume_type = block_device_mappings.value.type
        iops        = block_device_mappings.value.iops
        snapshot_id = block_device_mappings.value.snapshot_id
        encrypted   = block_device_mappings.value.encrypted
      }
    }
  }
  metadata_options {
    http_tokens   = "required"
    http_endpoint = "enabled"
  }
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])
    content {
      resource_type = tag_specifications.key
      tags          = merge(var.tags, { Name = var.name })
    }
  }
  monitoring { enabled = true }
  lifecycle { create_before_destroy = true }
}
resource "aws_autoscaling_group" "this" {
  name                = var.name
  min_size            = length(var.subnets)
  max_size            = max(length(var.subnets) * 2, 4)
  vpc_zone_identifier = sort(var.subnets)
  launch_template {
    id      = aws_launch_template.this.id
    version = "$Latest"
  }
  dynamic "tag" {
    for_each = var.tags
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
  timeouts { delete = "15m" }
}
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [for s in ["ec2", "ssm"] : "${s}.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "this" {
  name_prefix        = substr("${var.name}-role-with-a-very-long-name", 0, 20)
  assume_role_policy = data.aws_iam_policy_document.assume.json
  inline_policy {
    name = "s"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [for a in ["ec2:CreateSnapshot", "ec2:CreateTags"] : {
        Effect    = "Allow"
        Action    = a
        Resource  = "arn:aws:ec2:*:*:${a == "ec2:CreateTags" ? "snapshot" : "volume"}/*"
        Condition = { StringEquals = { "aws:ResourceTag/Name" = var.name } }
      }]
    })
  }
  tags = var.tags
}
