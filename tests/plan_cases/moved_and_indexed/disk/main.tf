terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "name" { type = string }
variable "disk" {
  type = object({ size = number, type = optional(string, "gp2"), encrypted = optional(bool, true) })
}

resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size              = var.disk.size
  type              = var.disk.type
  encrypted         = var.disk.encrypted
  lifecycle {
    precondition {
      condition     = var.disk.size < 1000
      error_message = "Too large."
    }
  }
}

output "id" { value = aws_ebs_volume.this.id }
output "size" { value = aws_ebs_volume.this.size }
output "labels" { value = [{ text = format("%s-%s-%d", var.name, var.disk.type, var.disk.size) }] }
