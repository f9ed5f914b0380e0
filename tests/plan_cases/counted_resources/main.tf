variable "create" { default = true }
variable "names" {
  default = ["b", "a"]
}
resource "terraform_data" "conditional" {
  count = var.create ? 1 : 0
  input = "exists"
}
resource "terraform_data" "absent" {
  count = var.create ? 0 : 1
  input = "does not"
}
resource "terraform_data" "text_count" {
  count = "2"
  input = count.index + 1
}
resource "terraform_data" "length" {
  count = length(var.names)
  input = var.names[count.index]
}
resource "terraform_data" "set" {
  for_each = toset(var.names)
  input    = { key = each.key, value = each.value }
}
resource "terraform_data" "map" {
  for_each = { for i, n in var.names : n => { index = i, name = n } if i < 5 }
  input    = each.value.index
}
resource "terraform_data" "odd_keys" {
  for_each = {
    "with space"   = 1
    "quote\"d"     = 2
    "back\\slash"  = 3
    "dot.ted"      = 4
    "new\nline"    = 5
    "é"            = 6
    "$${x}"        = 7
    "bra[c]ket"    = 8
    ""             = 9
  }
  input = each.key
}
resource "terraform_data" "chained" {
  for_each = terraform_data.set
  input    = "${each.key}:${each.value.input.key}"
}
resource "terraform_data" "product" {
  for_each = { for p in setproduct(["x", "y"], [1, 2]) : "${p[0]}-${p[1]}" => p }
  input    = each.value
}
resource "terraform_data" "empty" {
  for_each = {}
  input    = each.key
}
resource "terraform_data" "empty_set" {
  for_each = toset([])
  input    = each.key
}
resource "terraform_data" "from_object" {
  for_each = { a = 1, b = "two", c = [3] }
  input    = each.value
}
resource "terraform_data" "refs" {
  input = {
    conditional = terraform_data.conditional[0].input
    maybe       = one(terraform_data.absent[*].input)
    joined      = join(",", terraform_data.length[*].input)
    set         = { for k, v in terraform_data.set : k => v.input.value }
    map         = terraform_data.map["a"].input
    keys        = keys(terraform_data.odd_keys)
    length      = [length(terraform_data.conditional), length(terraform_data.absent), length(terraform_data.map)]
    concat      = concat(terraform_data.conditional[*].input, terraform_data.absent[*].input)
    try         = try(terraform_data.absent[0].input, "none")
    ternary     = length(terraform_data.absent) > 0 ? terraform_data.absent[0].input : "default"
    contains    = contains(keys(terraform_data.set), "a")
    coalesce    = coalescelist(terraform_data.absent[*].input, ["other"])
    values      = values(terraform_data.map)[*].input
  }
}
moved {
  from = terraform_data.old
  to   = terraform_data.refs
}
removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}
check "health" {
  assert {
    condition     = length(terraform_data.conditional) == 1
    error_message = "none"
  }
}
