terraform {
  required_version = ">= 1.0"
}

resource "terraform_data" "unknown" {}

locals {
  n = 7
  s = "text"
}

resource "terraform_data" "numbers" {
  input = {
    int        = 42
    float      = 1.50
    exponent   = 1e3
    small      = 2.5e-3
    negative   = -3
    big        = 123456789012345678
    divided    = 7 / 2
    third      = 10 / 4
    mod        = 7 % 3
    neg_mod    = -7 % 3
    mod_neg    = 7 % -3
    frac_mod   = 7.5 % 2
    precedence = 1 + 2 * 3 - 4 / 2
    parens     = (1 + 2) * 3
    unary      = - -3
    minus      = 5 - -2
    text_sum   = "5" + "6"
    text_mul   = "1.5" * 2
    compare    = ["10" > 9, 3 >= 3, 2 < 1, 1 <= 1]
    float_sum  = 0.1 + 0.2
    tenth      = 1 / 8
    not        = !true
    not_text   = !"false"
    neg_local  = -local.n
    is_large   = 1e18
    in_text    = "${1.50} ${1e3} ${7 / 2} ${-0.5} ${100000000000000000000}"
  }
}

resource "terraform_data" "equality" {
  input = {
    number_text = 1 == "1"
    bool_text   = true == "true"
    null_null   = null == null
    null_text   = null == ""
    null_list   = null != []
    tuples      = [1, 2] == [1, 2]
    tuple_types = [1, 2] == ["1", "2"]
    objects     = { a = 1 } == { a = 1 }
    more        = { a = 1 } == { a = 1, b = 2 }
    nested      = { a = [1, { b = null }] } == { a = [1, { b = null }] }
    lists       = tolist(["a"]) == ["a"]
    sets        = toset(["b", "a"]) == toset(["a", "b", "a"])
    maps        = tomap({ a = "1" }) == { a = "1" }
    both_maps   = tomap({ a = "1" }) == tomap({ a = "1" })
    integers    = 1 == 1.0
    text        = "a" == "A"
    not_equal   = "a" != "b"
  }
}

resource "terraform_data" "logic" {
  input = {
    and     = true && "true"
    or      = false || "true"
    chain   = true && !false || false
    ternary = true ? "a" : "b"
    nested  = false ? 1 : true ? 2 : 3
    compare = local.n > 5 && local.s == "text" ? "yes" : "no"
  }
}

resource "terraform_data" "conditional_types" {
  input = {
    number_text   = true ? 1 : "a"
    bool_text     = false ? "x" : true
    with_null     = true ? null : "x"
    not_null      = false ? null : 5
    tuple_lengths = true ? ["a", 1] : []
    objects       = true ? { a = 1, b = "x" } : { a = "y", b = "z" }
    other_keys    = true ? { a = 1 } : { b = "x" }
    null_object   = true ? { a = 1 } : null
    list_tuple    = true ? tolist(["a"]) : ["b", 3]
    set_tuple     = true ? toset(["b", "a"]) : ["b"]
    map_object    = true ? tomap({ a = 1 }) : { b = "x" }
    number_float  = false ? 1 : 2.5
    empty_map     = true ? {} : { a = "b" }
  }
}

resource "terraform_data" "strings" {
  input = {
    escapes  = "tab\tnew\nline \"quoted\" back\\slash \u00e9 \U0001F600"
    dollars  = "$${not} %%{not} $$ %% $a %b $$$${x}"
    empty    = ""
    unicode  = "žluťoučký"
    brace    = "{\"a\": \"${local.s}\"}"
    single   = "${local.n}"
    list     = "${[1, 2]}"
    double   = "${"${"inner"}"}"
    in_quote = "a ${local.s == "text" ? "then \"q\"" : "else"} b"
    mixed    = "${local.n}${local.s}"
    percent  = "100%"
    dollar   = "cost: $5"
  }
}

resource "terraform_data" "unknown_logic" {
  input = {
    decided_and = false && terraform_data.unknown.id == "x"
    decided_or  = terraform_data.unknown.id == "x" || true
    templated   = "x${terraform_data.unknown.id}" == null
    listed      = [terraform_data.unknown.id] == []
    length      = length([terraform_data.unknown.id, "b"])
    ternary     = terraform_data.unknown.id == "" ? "same" : "same"
    lazily      = true ? "known" : terraform_data.unknown.id
  }
}

resource "terraform_data" "collections" {
  input = {
    "quoted key"          = 1
    (local.s)             = 2
    "${local.s}-${local.n}" = 3
    true                  = "bool key"
    null                  = "null key"
    5                     = "number key"
    colon : "yes"
    tuple                 = [1, "a", true, null, [], {}]
    trailing              = ["a", "b", ]
    nested                = { a = { b = { c = ["deep"] } } }
    index                 = ["a", "b"][1]
    attr                  = { a = { b = "found" } }.a.b
    attr_index            = { a = { b = "found" } }["a"]["b"]
    number_index          = ["x", "y"]["1"]
    legacy                = [["p", "q"], ["r"]].0[1]
    object_number         = { "1" = "one" }[1]
    multi = [
      # a comment
      "first",
      // another
      "second", /* inline */
      "third"
    ]
  }
}
