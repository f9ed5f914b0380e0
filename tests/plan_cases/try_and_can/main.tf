locals {
  object = { a = { b = "deep" }, list = [1], nothing = null }
  json   = "{\"a\": {\"b\": 1}}"
  yaml   = "a:\n  - x\n  - 2\n"
}
resource "terraform_data" "unknown" {}
resource "terraform_data" "t" {
  input = {
    found     = try(local.object.a.b, "no")
    missing   = try(local.object.a.c, "fallback")
    deep      = try(local.object.x.y.z, local.object.a.x, "third")
    index     = try(local.object.list[5], "out of range")
    null      = try(local.object.nothing.x, "of null")
    null_ok   = try(local.object.nothing, "not used") == null
    convert   = try(tonumber("abc"), -1)
    tobool    = try(tobool("yes"), false)
    json      = try(jsondecode(local.json).a.b, 0)
    bad_json  = try(jsondecode("{"), {})
    yaml      = try(yamldecode(local.yaml).a, [])
    can       = [can(local.object.a.b), can(local.object.z), can(tonumber("5")), can(tonumber("x")), can(regex("^a", "b"))]
    regex     = try(regex("^([a-z]+)-(\\d+)$", "abc-12")[1], "none")
    in_for    = [for k in ["a", "z"] : try(local.object[k], "none")]
    file      = try(file("missing.txt"), "no file")
    function  = try(lookup(local.object.a, "zz"), "no key")
    template  = try("${local.object.nothing}", "null in template")
    element   = try(element([], 0), "empty")
    nested    = try(try(local.object.q, local.object.r), "both fail")
    condition = can(local.object.a) ? "has a" : "lacks a"
    list      = try(tolist(local.object.list), [local.object.list])
    coalesce  = try(coalesce("", null), "all empty")
    one       = try(one(["a", "b"]), "two")
    index_map = try(local.object["a"]["b"], "")
    merge     = merge(try(local.object.missing, {}), { k = "v" })
    string_ix = try("text"[0], "no index of text")
  }
}
