terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

moved {
  from = aws_ebs_volume.old
  to   = module.disk["data"].aws_ebs_volume.this
}
moved {
  from = module.disks
  to   = module.disk
}
removed {
  from = aws_ebs_snapshot.gone
  lifecycle {
    destroy = false
  }
}

locals {
  base    = { size = 10, type = "gp3" }
  sized   = { for name, factor in local.factors : name => merge(local.base, { size = local.base.size * factor }) }
  factors = { data = 2, logs = local.half }
  half    = local.base.size / 20
}

module "disk" {
  source   = "./disk"
  for_each = local.sized
  name     = each.key
  disk     = each.value
}

check "sizes" {
  assert {
    condition     = alltrue([for one in module.disk : one.size > 100])
    error_message = "At least one disk is small: ${jsonencode({ for name, one in module.disk : name => one.size })}."
  }
}

resource "aws_ebs_snapshot" "each" {
  for_each  = { for name, one in module.disk : name => one.id if one.size >= 5 }
  volume_id = each.value
  tags      = { Of = each.key, Size = module.disk[each.key].size, Label = one(module.disk[each.key].labels[*].text) }
}

resource "terraform_data" "indexed" {
  count = length(module.disk)
  input = {
    key  = keys(module.disk)[count.index]
    size = values(module.disk)[count.index].size
    all  = values(module.disk)[*].labels[0].text
  }
}
