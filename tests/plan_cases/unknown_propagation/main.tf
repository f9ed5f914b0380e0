resource "terraform_data" "u" {}
resource "terraform_data" "many" {
  count = 2
}

locals {
  id    = terraform_data.u.id
  maybe = local.id == "x"
}

resource "terraform_data" "scalars" {
  input = {
    id          = local.id
    text        = "a-${local.id}"
    upper       = upper(local.id)
    equal       = local.maybe
    not         = !local.maybe
    ternary     = local.maybe ? "a" : "b"
    coalesce    = coalesce("first", local.id)
    coalesce_u  = coalesce(local.id, "x")
    try         = try(local.id, "fallback")
    can         = can(local.id)
    known       = true ? "k" : local.id
    length_list = length([local.id, local.id])
    length_text = length(local.id)
    json        = jsonencode({ id = local.id })
    join        = join(",", ["a", local.id])
    list        = ["a", local.id, "c"]
    index       = ["a", local.id, "c"][2]
    object      = { a = local.id, b = "known" }
    attr        = { a = local.id, b = "known" }.b
    merged      = merge({ a = "x" }, { b = local.id })
    merged_a    = merge({ a = "x" }, { b = local.id }).a
    concat      = concat(["a"], [local.id])
    keys        = keys({ a = local.id })
    values      = values({ a = local.id, b = "k" })
    lookup      = lookup({ a = "found", b = local.id }, "a", "d")
    lookup_u    = lookup({ a = "found" }, local.id, "d")
    contains    = contains(["a", local.id], "a")
    contains_u  = contains(["a", local.id], "z")
    toset       = toset(["a", local.id])
    tolist      = tolist(["a", local.id])
    for         = [for x in ["a", local.id] : "${x}!"]
    for_key     = { for x in [local.id] : x => 1 }
    for_if      = [for x in ["a", "b"] : x if x == local.id]
    for_value   = { for x in ["k"] : x => local.id }
    element     = element(["a", "b"], 1)
    slice       = slice(["a", local.id, "c"], 0, 1)
    one         = one([local.id])
    compact     = compact(["a", local.id])
    flatten     = flatten([["a"], [local.id]])
    distinct    = distinct(["a", "a", local.id])
    template    = "%{if true}yes%{else}${local.id}%{endif}"
    unknown_if  = "%{if local.maybe}yes%{else}no%{endif}"
    and_false   = local.maybe && false
    or_true     = local.maybe || true
    and_true    = local.maybe && true
    plus        = 1 + length(local.id)
    object_eq   = { a = 1 } == { a = local.maybe ? 1 : 2 }
    list_len_ne = length([local.id]) == 1
    splat       = terraform_data.many[*].id
    splat_len   = length(terraform_data.many[*].id)
    zipmap      = zipmap(["a", "b"], ["x", local.id])
    range       = range(3)
    startswith  = startswith("prefix-${local.id}", "prefix-")
    format      = format("%s-%s", "a", local.id)
    replace     = replace("x", "x", local.id)
    tomap       = tomap({ a = "k", b = local.id })
    setunion    = setunion(["a"], [local.id])
    sort        = sort(["b", local.id])
    unknown_key = { (local.id) = "v" }
    nested      = { deep = { deeper = [{ a = "k", b = local.id }] } }
    bool_text   = tobool("true")
    max         = max(1, length([local.id]))
  }
}

resource "terraform_data" "whole" {
  input = terraform_data.u.id
}

resource "terraform_data" "output_of" {
  input = terraform_data.scalars.output
}

resource "terraform_data" "input_of" {
  input = [terraform_data.scalars.input.known, terraform_data.scalars.input.id]
}
