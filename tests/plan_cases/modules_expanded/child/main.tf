variable "cfg" {
  type = object({ n = optional(number, 40), extra = optional(list(string), ["d"]) })
}
variable "key" {
  type    = string
  default = "none"
}
module "leaf" {
  source = "../leaf"
  v      = var.cfg.n + 1
}
resource "terraform_data" "r" {
  for_each = toset(var.cfg.extra)
  input    = { k = var.key, n = var.cfg.n, e = each.value, path = path.module, leaf = module.leaf.x }
}
output "names" { value = [for e in var.cfg.extra : "${var.key}/${e}"] }
output "map" { value = { for e in var.cfg.extra : e => var.cfg.n } }
output "key" { value = var.key }
output "leaf" { value = module.leaf }
