variable "name" {
  type = string
}
variable "sites" {
  type = list(string)
}
variable "size" {
  type    = number
  default = 3
}

locals {
  upper = upper(var.name)
  paths = [path.module, path.root]
}

module "site" {
  source   = "./site"
  for_each = { for i, s in var.sites : s => i }
  label    = "${local.upper}-${each.key}-${each.value}"
  sizes    = [var.size, "8"]
}

resource "terraform_data" "self" {
  count = var.size > 4 ? 1 : 0
  input = { name = var.name, paths = local.paths, workspace = terraform.workspace }
}

output "name" {
  value = local.upper
}
output "site_names" {
  value = [for s in module.site : s.label]
}
output "size" {
  value = var.size
}
output "whole" {
  value = module.site
}
output "secret" {
  value     = "hidden ${var.name}"
  sensitive = true
  precondition {
    condition     = length(var.name) > 0
    error_message = "a name is needed"
  }
}
