resource "terraform_data" "u" {}
locals {
  id = terraform_data.u.id
  n  = length(local.id)
}
resource "terraform_data" "r" {
  input = {
    a1 = local.n > 3 ? "x" : "x"
    a2 = [local.id, "b"][1]
    a3 = { k = local.id, l = 1 }.l
    a4 = [for i in [1, 2] : i if local.n > i]
    a5 = { for k in ["a", "b"] : k => local.id }
    a6 = { for k in ["a", local.id] : k => 1 }
    a7 = "%{if local.n > 1}a%{endif}b"
    a8 = "%{for i in [local.id, "z"]}${i},%{endfor}"
    a9 = format("%s-%d", "x", local.n)
    b1 = formatlist("%s-%s", ["a", "b"], local.id)
  }
}
resource "terraform_data" "s" {
  input = {
    c1 = sort(["b", local.id])
    c2 = distinct(["b", local.id])
    c3 = concat(["a"], [local.id])[0]
    c4 = merge({ a = 1 }, { a = local.id, b = 2 }).b
    c5 = lookup({ a = local.id, b = 2 }, "b", 3)
    c6 = setunion(["a"], [local.id])
    c7 = length(setunion(["a"], [local.id]))
    c8 = jsonencode({ a = local.id })
    c9 = md5(local.id)
    d1 = coalesce(null, local.id)
    d2 = coalesce("a", local.id)
    d3 = coalescelist([], [local.id])
    d4 = element([local.id, "q"], 1)
    d5 = index(["q", local.id], "q")
    d6 = contains([local.id, "q"], "z")
    d7 = alltrue([local.n > 0, false])
    d8 = anytrue([local.n > 0, true])
    d9 = max(1, local.n)
    e1 = tostring(local.n)
    e2 = tolist([local.id, 1])
    e3 = toset([local.id, "a"])
    e4 = length(toset([local.id, "a"]))
    e5 = tomap({ a = local.id, b = "c" }).b
    e6 = flatten([[local.id], ["a"]])
    e7 = chunklist([local.id, "a", "b"], 2)
    e8 = slice([local.id, "a", "b"], 1, 2)
    e9 = zipmap(["a", "b"], [local.id, "c"]).b
    f1 = keys({ a = local.id })
    f2 = values({ a = local.id, b = 1 })[1]
    f3 = reverse([local.id, "a"])[0]
    f4 = setproduct(["a"], [local.id])
    f5 = split(",", "a,${local.id}")
    f6 = join(",", ["a", local.id])
    f7 = replace("a", local.id, "b")
    f8 = substr(local.id, 0, 1)
    f9 = try(tonumber(local.id), 5)
    g1 = can(tonumber(local.id))
    g2 = try({}.x, local.id, "d")
    g3 = [local.id][*]
    g4 = local.id[*]
    g5 = one([local.id])
    g6 = !(local.n > 1)
    g7 = -local.n
    g8 = local.n * 0
    h1 = { a = local.id } == { a = 1 }
    h2 = [local.id, 1] == [local.id, 2]
    h3 = [local.id, 1] == [local.id]
    h4 = startswith("a${local.id}", "b")
    h5 = endswith("${local.id}z", "z")
    h6 = strcontains(local.id, "")
    h8 = cidrsubnet("10.0.0.0/8", local.n, 1)
    h9 = regexall("a", local.id)
    i1 = yamlencode({ a = local.id })
    i2 = base64encode(local.id)
    i3 = timeadd("2024-01-01T00:00:00Z", "${local.n}h")
    i4 = range(local.n)
    i5 = upper("a${local.id}")
    i6 = trimprefix("a${local.id}", "a")
    i7 = matchkeys(["a", "b"], [local.id, "k"], ["k"])
    i8 = transpose({ a = [local.id] })
    i9 = compact(["a", local.id])
    j1 = sum([1, local.n])
    j2 = parseint("1${local.n}", 10)
    j4 = nonsensitive(local.id)
    j5 = length("a${local.id}") > 0
    j6 = length([local.id])
    j7 = issensitive(local.id)
    j8 = local.n > 0 ? [1, 2] : [3]
    j9 = local.n > 0 ? { a = 1 } : { a = 2 }
    k1 = (local.n > 0 ? "a" : null)
    k2 = [for x in toset([local.id, "b"]) : x]
    k3 = length([for x in [local.id, "b"] : x])
    k4 = { for k, v in { a = local.id } : k => v }
    k5 = { for v in [local.id] : "k" => v... }
  }
}
