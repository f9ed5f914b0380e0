variable "disks" {
  type = map(object({
    device    = string
    size      = optional(number)
    encrypted = optional(bool, true)
    key       = optional(string)
    snapshot  = optional(string)
  }))
  default = {}
}

variable "zone" { type = string }
variable "instance_id" { type = string }

resource "aws_ebs_volume" "this" {
  for_each = var.disks

  availability_zone = var.zone
  size              = each.value.size
  encrypted         = each.value.encrypted
  kms_key_id        = each.value.key
  snapshot_id       = each.value.snapshot
  tags              = { Backup = "daily", Disk = each.key }
}

resource "aws_volume_attachment" "this" {
  for_each = var.disks

  device_name = each.value.device
  volume_id   = aws_ebs_volume.this[each.key].id
  instance_id = var.instance_id
}

output "ids" {
  value = { for name, volume in aws_ebs_volume.this : name => volume.id }
}
