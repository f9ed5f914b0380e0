variable "null_default" {
  default = null
}
variable "typed_null" {
  type    = object({ a = string })
  default = null
}
locals {
  none = null
  some = { a = null, b = 1 }
}
resource "terraform_data" "n" {
  input = {
    coalesce   = coalesce(local.none, "", "third")
    lists      = coalescelist([], ["x"])
    is_null    = [local.none == null, var.null_default == null, var.typed_null == null, local.some.a == null, local.some != null]
    cond       = local.none != null ? local.none : "default"
    try        = try(var.typed_null.a, "of null")
    lookup     = lookup(local.some, "b", 2)
    compact    = compact(["a", null, "", "b"])
    for_filter = { for k, v in local.some : k => v if v != null }
    splat      = [for x in [null, "x", null] : x if x != null]
    concat     = concat([null], ["a"])
    merge      = merge(local.some, { b = null, c = 3 }, null)
    keys       = keys(local.some)
    length     = length([null, null])
    json       = jsonencode(local.some)
    list_null  = tolist([null, "a"])
    default    = local.none == null ? "was null" : "was not"
    map_null   = tomap({ a = null, b = "x" })
    one        = one([])
    and_other  = local.none == null && true
    equal      = [null, 1] == [null, 1]
    typed      = tostring(null) == null
    nested     = try(local.some.a.b.c, local.some.b)
    string     = "x${local.none == null ? "" : local.none}y"
  }
}
resource "terraform_data" "null_input" {
  input = local.none
}
resource "terraform_data" "null_trigger" {
  triggers_replace = null
  input            = local.some
}
