resource "terraform_data" "r" {
  input = local.last
}
locals {
  last  = "${local.mid}-last-${var.v}"
  multi = [local.first, local.mid, local.last]
}
locals {
  mid   = "${local.first}-mid"
  first = module.m.value
  map = {
    (local.key)        = 1
    "${local.key}-two" = 2
    plain              = local.key
  }
  key  = "dynamic"
  self = { a = 1, b = { c = "deep" } }
  copy = local.self.b
  long = (
    var.v == "x"
    ? "is x"
    : "is not"
  )
  call = join("-", [
    "a",
    "b",
  ])
}
variable "v" {
  default = "x"
}
module "m" {
  source = "./m"
  value  = "start"
}
resource "terraform_data" "all" {
  input = [local.multi, local.map, local.copy, local.self["b"]["c"], local.long, local.call, terraform_data.r.input]
}
