variable "list" {
  type    = list(object({ name = string, size = optional(number, 5), tags = optional(map(string)) }))
  default = [{ name = "a" }, { name = "b", size = null }, { name = "c", size = 7, tags = { x = 1 } }]
}
variable "nul" {
  type    = list(string)
  default = null
}
variable "any" {
  type    = any
  default = { a = [1, "2", true], b = null }
}
variable "tup" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}
variable "set_obj" {
  type    = set(object({ p = number, q = optional(string, "dflt") }))
  default = [{ p = "3" }, { p = 1, q = "z" }, { p = 3 }]
}
variable "nonnull" {
  type     = string
  default  = "fallback"
  nullable = false
}
locals {
  splat_null  = [can(var.nul[*]), try(var.nul[*], "bad"), null[*]]
  splat_one   = "x" [*]
  splat_obj   = { a = 1 }[*].a
  merged_null = merge(null, { a = 1 }, null)
  tried       = try(var.nul[0], var.any.zz, "deep")
  canned      = [can(var.any.a[5]), can(tonumber("x")), can(var.any.b.c), can(regex("^a", "b"))]
  ordering    = toset(["b", "B", "a", "10", "9", "é", ""])
  nums        = toset([10, 9, 1.5, -1])
  bools       = toset([true, false])
  objs        = [for o in var.set_obj : "${o.p}${o.q}"]
  grouped     = { for w in ["apple", "avocado", "bean"] : substr(w, 0, 1) => w... }
  indexed     = { for i, v in ["x", "y"] : v => i }
  filtered    = { for k, v in { a = 1, b = 2, c = 3 } : upper(k) => v * 2 if v != 2 }
  nested      = [for a in [1, 2] : [for b in [3, 4] : a * b if a + b != 5]]
  cond_types  = [true ? 1 : "a", false ? [1] : ["a", "b"], true ? { a = 1 } : { a = "x" }]
  cond_null   = true ? null : "x"
  arith       = [7 / 2, 7 % 3, -7 % 3, 2 * 0.1, 0.1 + 0.2, 10 / 3, 1e3, 5 - -3, -(2)]
  logic       = [true && false || true, !true == false, 1 < 2 && 2 < 3, "a" == "a", 1 == "1", null == null]
  big         = [9007199254740993, 1.7976931348623157e308 > 1, 0.1 * 3, 1 / 3]
  idx         = [["a", "b"][1], { "k" = "v" }["k"], [[1, 2], [3]][0][1], ["a"]["0"], { 1 = "one" }[1], { true = "t" }[true]]
  legacy      = var.list.*.name
  legacy_idx  = var.list.0.name
  full        = var.list[*].tags
  deep_full   = var.list[*]["size"]
  to_map      = tomap({ a = 1, b = "2" })
  to_list     = tolist([1, "2", true])
  to_set      = toset([1, "1", 2])
}
resource "terraform_data" "all" {
  for_each = {
    list       = var.list, tup = var.tup, any = var.any, nonnull = var.nonnull, set_obj = var.set_obj
    splat_null = local.splat_null, splat_one = local.splat_one, splat_obj = local.splat_obj, merged = local.merged_null
  }
  input = each.value
}
resource "terraform_data" "b" {
  input = [local.tried, local.canned, local.ordering, local.nums, local.bools, local.objs, local.grouped, local.indexed]
}
resource "terraform_data" "c" {
  input = [local.filtered, local.nested, local.cond_types, local.cond_null, local.arith, local.logic, local.big, local.idx]
}
resource "terraform_data" "d" {
  input = [local.legacy, local.legacy_idx, local.full, local.deep_full, local.to_map, local.to_list, local.to_set]
}
resource "terraform_data" "unk" {
  input = {
    a = try(terraform_data.b.id, "x")
    b = can(terraform_data.b.id)
    c = try(terraform_data.b.output[0], "x")
    d = [for x in [terraform_data.b.id, "k"] : "${x}!"]
    e = { (terraform_data.b.id) = 1 }
    f = coalesce(terraform_data.b.id, "x")
    g = length([terraform_data.b.id, 1])
    h = contains([terraform_data.b.id, "a"], "a")
    j = "${terraform_data.b.id}" != ""
    k = false && terraform_data.b.id == "x"
    l = true || terraform_data.b.id == "x"
    m = terraform_data.b.id == "x" ? "same" : "same"
    n = merge({ a = 1 }, { b = terraform_data.b.id })
    o = keys({ a = terraform_data.b.id, b = 2 })
    p = values({ a = terraform_data.b.id, b = 2 })
    q = lookup({ a = 1, b = terraform_data.b.id }, "a", 9)
    r = element(["a", terraform_data.b.id], 0)
    s = concat([terraform_data.b.id], ["z"])
    t = join("-", ["a", terraform_data.b.id])
    u = toset(["a", terraform_data.b.id])
    v = flatten([["a"], [terraform_data.b.id]])
    w = zipmap(["a", "b"], [terraform_data.b.id, 1])
    x = reverse(["a", terraform_data.b.id])
    y = slice(["a", "b", terraform_data.b.id], 0, 2)
    z = startswith("abc-${terraform_data.b.id}", "abc")
  }
}
