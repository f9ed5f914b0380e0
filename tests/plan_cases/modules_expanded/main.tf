module "m" {
  source   = "./child"
  for_each = { one = { n = 1 }, two = { n = 2, extra = ["p", "q"] } }
  cfg      = each.value
  key      = each.key
}
module "c" {
  source = "./child"
  count  = 2
  cfg    = { n = count.index }
  key    = "c${count.index}"
}
module "empty" {
  source = "./child"
  count  = 0
  cfg    = {}
}
resource "terraform_data" "outs" {
  for_each = module.m["two"].map
  input    = "${each.key}=${each.value}"
}
resource "terraform_data" "agg" {
  input = {
    all    = { for k, m in module.m : k => m.names }
    splat  = module.c[*].names
    flat   = flatten([for m in module.c : m.names])
    keys   = keys(module.m)
    none   = module.empty[*].names
    one    = one(module.empty[*].names)
    values = values(module.m)[*].map
    deep   = module.m["one"].leaf.x
  }
}
resource "terraform_data" "count" {
  count = length(module.m["two"].names)
  input = module.m["two"].names[count.index]
}
resource "terraform_data" "ids" {
  for_each = module.m
  input    = each.value.key
}
