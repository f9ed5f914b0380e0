variable "devices" {
  type = map(object({
    size    = number
    restore = optional(string)
    tags    = optional(map(string), {})
  }))
  default = {
    "/dev/sdb" = { size = 10 }
    "/dev/sda" = { size = 8, restore = "snap-1", tags = { a = "b" } }
  }
}
variable "rules" {
  default = [
    { ports = [22, 3389], sources = { office = "203.0.113.0/24", world = "0.0.0.0/0" } },
    { ports = [], sources = { nobody = "10.0.0.0/8" } },
    { ports = ["443"], sources = {} },
  ]
}
variable "on" {
  default = true
}

resource "aws_launch_template" "t" {
  name = "nested"
  dynamic "block_device_mappings" {
    for_each = var.devices
    iterator = dev
    content {
      device_name = dev.key
      dynamic "ebs" {
        for_each = dev.value.restore != null ? [dev.value] : []
        content {
          snapshot_id = ebs.value.restore
          volume_size = ebs.value.size
          encrypted   = ebs.key == 0
        }
      }
    }
  }
  dynamic "tag_specifications" {
    for_each = toset(["volume", "instance"])
    content {
      resource_type = tag_specifications.value
      tags          = merge({ key = tag_specifications.key }, var.devices["/dev/sda"].tags)
    }
  }
  dynamic "metadata_options" {
    for_each = var.on ? [{ tokens = "required" }] : []
    content {
      http_tokens = metadata_options.value.tokens
    }
  }
  dynamic "monitoring" {
    for_each = var.on ? [] : [1]
    content {
      enabled = true
    }
  }
}

resource "aws_security_group" "flat" {
  name = "flat"
  dynamic "ingress" {
    for_each = flatten([
      for i, rule in var.rules : [
        for port in rule.ports : [
          for name, source in rule.sources : { i = i, port = port, name = name, source = source }
        ]
      ]
    ])
    content {
      description = "${ingress.key} ${ingress.value.i} ${ingress.value.name}"
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = [ingress.value.source]
    }
  }
}

resource "aws_backup_plan" "p" {
  name = "plan"
  dynamic "rule" {
    for_each = { daily = 30, weekly = "90" }
    iterator = r
    content {
      rule_name         = r.key
      target_vault_name = "vault"
      lifecycle {
        delete_after = r.value
      }
      dynamic "copy_action" {
        for_each = r.key == "daily" ? ["west", "east"] : []
        iterator = region
        content {
          destination_vault_arn = "arn:aws:backup:us-${region.value}-1:111122223333:backup-vault:${r.key}"
          dynamic "lifecycle" {
            for_each = region.key == 0 ? [r.value] : []
            iterator = days
            content {
              delete_after = days.value + 1
            }
          }
        }
      }
    }
  }
}

resource "aws_instance" "i" {
  for_each      = var.devices
  ami           = "ami-1"
  instance_type = "t3.micro"
  dynamic "ebs_block_device" {
    for_each = { for k, v in var.devices : k => v if k != each.key }
    content {
      device_name = ebs_block_device.key
      volume_size = ebs_block_device.value.size
      tags        = { of = each.key }
    }
  }
}
