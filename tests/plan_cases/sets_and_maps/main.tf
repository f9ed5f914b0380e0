variable "set_of_objects" {
  type = set(object({ name = string, port = number }))
  default = [
    { name = "web", port = 443 },
    { name = "ssh", port = "22" },
    { name = "web", port = 443 },
  ]
}
locals {
  mixed   = toset(["10", "9", "2"])
  bools   = toset([true, false, true])
  numbers = toset([10, 9, 2, 9.5])
  lists   = toset([["b"], ["a", "c"]])
  by_name = { for r in var.set_of_objects : r.name => r }
  map     = tomap({ b = 1, a = 2 })
  merged  = merge({ x = { a = 1 } }, { x = { b = 2 } })
}
resource "terraform_data" "s" {
  input = {
    objects  = var.set_of_objects
    ports    = [for r in var.set_of_objects : r.port]
    mixed    = local.mixed
    bools    = local.bools
    numbers  = local.numbers
    lists    = local.lists
    by_name  = local.by_name
    map      = [for k, v in local.map : "${k}${v}"]
    merged   = local.merged
    union    = setunion(local.mixed, ["9", "1"])
    length   = length(toset(["a", "a"]))
    tolist   = tolist(local.numbers)[0]
    sorted   = sort(local.mixed)
    joined   = join(",", local.mixed)
    contains = contains(local.numbers, 9.5)
    json     = jsonencode(var.set_of_objects)
    keys     = keys({ for s in local.mixed : s => 1 })
    element  = element(tolist(local.mixed), 0)
    for_set  = { for k in local.mixed : k => length(k) }
    one      = one(toset(["x", "x"]))
    equal    = local.mixed == toset(["2", "9", "10"])
    index    = { for i, v in sort(tolist(local.mixed)) : v => i }
    unicode  = toset(["é", "e", "z", "E"])
    empty    = toset([])
  }
}
resource "terraform_data" "each" {
  for_each = local.by_name
  input    = each.value.port
}
resource "terraform_data" "numbers" {
  for_each = toset([for n in local.numbers : tostring(n)])
  input    = each.key
}
