variable "vols" {
  default = { sdf = { size = 10, type = "gp3", enc = true }, sdg = { size = 20, type = "io1", iops = 300 } }
  type    = map(object({ size = number, type = string, enc = optional(bool, false), iops = optional(number) }))
}
variable "rules" {
  default = [{ port = 22, cidrs = ["10.0.0.0/8"] }, { port = 443, cidrs = ["0.0.0.0/0"], v6 = ["::/0"] }]
  type    = list(object({ port = number, cidrs = list(string), v6 = optional(list(string), []) }))
}
variable "on" { default = true }
resource "aws_instance" "i" {
  count         = var.on ? 2 : 0
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  tags          = { Name = format("web-%02d", count.index + 1), Idx = count.index }
  dynamic "ebs_block_device" {
    for_each = { for k, v in var.vols : k => v if v.size > 10 || count.index == 0 }
    iterator = vol
    content {
      device_name = "/dev/${vol.key}"
      volume_size = vol.value.size
      volume_type = vol.value.type
      encrypted   = vol.value.enc
      iops        = vol.value.iops
    }
  }
  dynamic "metadata_options" {
    for_each = var.on[*]
    content {
      http_tokens = "required"
    }
  }
  root_block_device {
    encrypted   = var.on
    volume_size = 8
  }
  lifecycle {
    ignore_changes = [tags["x"]]
    precondition {
      condition     = var.on
      error_message = "x"
    }
  }
}
resource "aws_security_group" "g" {
  name = "grp"
  dynamic "ingress" {
    for_each = [for r in var.rules : r if length(r.cidrs) > 0]
    content {
      from_port        = ingress.value.port
      to_port          = ingress.value.port
      protocol         = "TCP"
      cidr_blocks      = ingress.value.cidrs
      ipv6_cidr_blocks = ingress.value.v6
      description      = "rule ${ingress.key}"
    }
  }
  egress = []
}
resource "aws_ebs_volume" "v" {
  for_each          = { for i, z in ["a", "b"] : "eu-west-1${z}" => { i = i, z = z } }
  availability_zone = each.key
  size              = 10 * (each.value.i + 1)
  encrypted         = each.value.i == 0
  tags              = merge({ Name = each.value.z }, each.value.i == 0 ? { First = "yes" } : {})
}
resource "aws_ebs_snapshot" "s" {
  for_each  = aws_ebs_volume.v
  volume_id = each.value.id
  tags      = { Zone = each.value.availability_zone, Size = each.value.size }
}
resource "aws_launch_template" "t" {
  name = "tmpl"
  dynamic "block_device_mappings" {
    for_each = [for k in sort(keys(var.vols)) : { name = k, v = var.vols[k] }]
    iterator = bd
    content {
      device_name = bd.value.name
      dynamic "ebs" {
        for_each = [bd.value.v]
        content {
          encrypted   = ebs.value.enc
          volume_size = ebs.value.size
        }
      }
    }
  }
  dynamic "tag_specifications" {
    for_each = ["instance", "volume"]
    content {
      resource_type = tag_specifications.value
      tags          = { n = tag_specifications.key }
    }
  }
}
resource "aws_s3_bucket" "b" {
  bucket = lower(join("-", compact(["Data", "", null, "x"])))
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.bucket
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "x", Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::${aws_s3_bucket.b.bucket}/*" }] })
}
