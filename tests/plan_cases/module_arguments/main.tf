variable "enabled" {
  default = { a = true, b = false }
}
module "inner" {
  source   = "./inner"
  for_each = { for k, v in var.enabled : k => v if v }
  name     = each.key
  list     = ["x", each.key]
  object   = { a = 1 }
  nothing  = null
}
module "off" {
  source = "./inner"
  count  = var.enabled.b ? 1 : 0
  name   = "off"
}
module "plain" {
  source = "./inner"
  name   = module.inner["a"].upper
  list   = toset(["b", "a", "b"])
  object = { b = [1] }
}
module "chain" {
  source = "./shared"
  input  = module.plain.object
  ids    = [for m in module.inner : m.id]
}
resource "terraform_data" "out" {
  input = {
    upper  = { for k, m in module.inner : k => m.upper }
    off    = try(module.off[0].upper, "off")
    splat  = module.off[*].upper
    all    = concat(module.off[*].upper, [module.plain.upper])
    chain  = module.chain.input
    ids    = length(module.chain.ids)
    exists = length(module.off) > 0
    listed = module.plain.list
  }
}
