locals {
  cfg     = jsondecode(file("${path.module}/files/c.json"))
  yml     = yamldecode(file("files/d.yaml"))
  files   = fileset(path.module, "files/*.{txt,json}")
  users   = { alice = { groups = ["admin", "dev"] }, bob = { groups = ["dev"] }, carol = { groups = [] } }
  pairs   = flatten([for u, c in local.users : [for g in c.groups : { user = u, group = g }]])
  byg     = transpose({ for u, c in local.users : u => c.groups })
  prod    = setproduct(["a", "b"], [1, 2])
  subnets = { for i, az in ["a", "b", "c"] : az => cidrsubnet("10.0.0.0/16", 8, i) }
  rank    = { for k, v in { low = 1, high = 3, mid = 2 } : v => k }
}
resource "terraform_data" "m" {
  for_each = { for p in local.pairs : "${p.user}.${p.group}" => p }
  input    = each.value
}
resource "terraform_data" "x" {
  input = {
    cfg    = local.cfg, yml = local.yml, files = local.files, byg = local.byg, prod = local.prod, subnets = local.subnets, rank = local.rank
    tpl    = templatefile("${path.module}/files/t.tftpl", { name = "n", m = { b = 1, a = 2 } })
    b64    = filebase64("files/b.txt")
    hash   = [filemd5("files/b.txt"), filesha256("files/b.txt"), filebase64sha256("files/b.txt")]
    ex     = [fileexists("files/b.txt"), fileexists("files/nope"), basename("a/b/c.txt"), dirname("a/b/c.txt"), pathexpand("a/b"), abspath("/a/../b")]
    sorted = sort(["b", "A", "a", "10", "9"])
    dist   = distinct([1, "1", 2, 1])
    chunk  = chunklist(["a", "b", "c"], 2)
    comp   = compact(["a", "", "b", null])
    inter  = setintersection(["a", "b"], ["b", "c"], ["b"])
    sub    = setsubtract(["a", "b"], ["a"])
    un     = setunion([1], ["1", 2])
    match  = matchkeys(["a", "b", "c"], ["x", "y", "x"], ["x"])
    zip    = zipmap(["k1", "k2"], [1, "z"])
    rng    = [range(3), range(1, 4), range(4, 1, -2), range(0, 1, 0.25)]
    idx    = [index(["a", "b"], "b"), element(["a", "b"], 3), element(["a", "b", "c"], -1 + 2)]
    all    = [alltrue([]), anytrue([]), alltrue([true, "true"]), anytrue([false, null])]
    sums   = [sum([1, 2.5, "3"]), max(1, 2), min(1, 2)]
    coal   = [coalesce("", "b"), coalesce(null, 1), coalescelist([], ["x"])]
    one    = [one([]), one(["x"]), one(toset([]))]
    look   = [lookup({ a = 1 }, "b", 2), lookup({ a = null }, "a", "d")]
    conv   = [tostring(1.0), tonumber("0.10"), tobool("true"), tolist(toset(["b", "a"])), tomap({ a = 1, b = "z" })]
    ts     = [timecmp("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"), formatdate("YYYY", "2024-01-01T00:00:00Z")]
    tc     = textencodebase64("é", "UTF-16LE")
    td     = textdecodebase64("6QA=", "UTF-16LE")
    sens   = nonsensitive(sensitive("x"))
    esc    = "\\u00e9 \u00e9 ${"$"}{x}"
    num    = [1e2, 1.10, 0.1 + 0.2, 100000000000000000000000, 1 / 3, 2 / 3 * 3, 5 % 2.5, -5 / 2]
    keys   = [keys({ b = 1, a = 2 }), values({ b = 1, a = 2 })]
    nest   = merge({ a = { x = 1 } }, { a = { y = 2 } })
    bools  = [!false, true == "true", "1" == 1, [1] == [1], { a = 1 } == { a = 1 }, tolist(["a"]) == ["a"], null != "x"]
  }
}
