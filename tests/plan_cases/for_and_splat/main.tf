resource "terraform_data" "unknown" {}

resource "terraform_data" "counted" {
  count = 3
  input = "c${count.index}"
}

resource "terraform_data" "each" {
  for_each = { b = "B", a = "A" }
  input    = "${each.key}=${each.value}"
}

locals {
  list    = ["c", "a", "b", "a"]
  set     = toset(["c", "a", "b", "a"])
  map     = { z = 1, a = 2, m = 3 }
  people  = [{ name = "x", tags = ["p", "q"] }, { name = "y", tags = [] }]
  nothing = null
  numbers = toset([10, 9, 100])
  mixed   = { one = { on = true, n = 1 }, two = { on = false, n = 2 }, three = { on = true, n = 3 } }
}

resource "terraform_data" "for" {
  input = {
    list        = [for s in local.list : upper(s)]
    indexed     = [for i, s in local.list : "${i}${s}"]
    set         = [for s in local.set : s]
    set_index   = [for k, v in local.set : "${k}-${v}"]
    map         = [for k, v in local.map : "${k}${v}"]
    values      = [for v in local.map : v]
    filtered    = [for s in local.list : s if s != "a"]
    object      = { for k, v in local.map : upper(k) => v * 2 }
    from_list   = { for i, s in distinct(local.list) : s => i }
    grouped     = { for s in local.list : s => length(s)... }
    by_state    = { for k, v in local.mixed : v.on ? "on" : "off" => v.n... }
    nested      = [for p in local.people : [for t in p.tags : "${p.name}.${t}"]]
    flat        = flatten([for p in local.people : [for t in p.tags : { p = p.name, t = t }]])
    of_object   = { for k, v in { a = 1, b = "x" } : k => v }
    numbers     = [for n in local.numbers : n]
    shadow      = [for local in ["s"] : local]
    condition   = [for k, v in local.mixed : v.n if v.on && v.n > 1]
    text_filter = [for s in ["true", "false"] : s if s]
    number_keys = { for i in range(3) : i => i }
    to_set      = toset([for s in local.list : s])
  }
}

resource "terraform_data" "splats" {
  input = {
    full          = local.people[*].name
    attribute     = local.people.*.name
    tags          = local.people[*].tags
    first_tag     = local.people.*.tags[0]
    first_tag_all = [local.people[0]][*].tags[0]
    on_null       = local.nothing[*]
    on_null_attr  = local.nothing[*].id
    on_single     = "x"[*]
    on_object     = { id = 5 }[*].id
    on_set        = local.set[*]
    on_map        = local.map[*]
    counted       = terraform_data.counted[*].input
    counted_old   = terraform_data.counted.*.input
    counted_first = terraform_data.counted.*.input[0]
    counted_index = terraform_data.counted[1].input
    each_values   = [for r in terraform_data.each : r.input]
    each_keys     = keys(terraform_data.each)
    each_one      = terraform_data.each["a"].input
    all           = values(terraform_data.each)[*].input
    length        = length(terraform_data.counted)
    unknown_len   = length(terraform_data.counted[*].id)
    single        = length(terraform_data.unknown[*])
    one           = one(terraform_data.counted[0][*].input)
    legacy        = terraform_data.counted.0.input
  }
}
