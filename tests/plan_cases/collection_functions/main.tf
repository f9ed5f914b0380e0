locals {
  l = ["b", "a", "c", "a"]
  m = { b = 2, a = 1 }
  s = toset(["x", "y"])
}
resource "terraform_data" "f" {
  input = {
    alltrue         = alltrue([true, "true"])
    anytrue         = anytrue([])
    chunklist       = chunklist(local.l, 3)
    concat          = concat(local.l, ["z"], [])
    contains        = contains(local.s, "x")
    distinct        = distinct(local.l)
    element         = element(local.l, 5)
    element_neg     = element(tolist(local.l), -1)
    flatten         = flatten([["a", ["b"]], [[["c"]]], "d"])
    index           = index(local.l, "c")
    keys            = keys(local.m)
    length          = [length(local.l), length(local.m), length("héllo"), length(local.s)]
    lookup          = lookup(local.m, "z", 9)
    matchkeys       = matchkeys(["i-1", "i-2", "i-3"], ["a", "b", "a"], ["a"])
    merge           = merge(local.m, { a = "new" }, { c = [3] })
    merge_spread    = merge([{ a = 1 }, { b = 2 }]...)
    one             = one(["only"])
    range           = [range(3), range(1, 4), range(10, 0, -4), range(0, 1, 0.25)]
    reverse         = reverse(local.l)
    setintersection = setintersection(["a", "b"], ["b", "c"], ["b"])
    setproduct      = setproduct(["a", "b"], [1, 2])
    setproduct_set  = setproduct(local.s, toset([true]))
    setsubtract     = setsubtract(["a", "b", "c"], ["b"])
    setunion        = setunion(["b"], ["a"], ["b"])
    slice           = slice(local.l, 1, 3)
    sort            = sort(local.l)
    sum             = sum([1, 2.5, "3"])
    transpose       = transpose({ a = ["1", "2"], b = ["2"] })
    values          = values(local.m)
    zipmap          = zipmap(["k1", "k2"], [1, "two"])
    tolist          = tolist(local.s)
    tomap           = tomap({ a = 1, b = "x" })
    toset           = toset([3, 1, "2", 1])
    max             = max(1, 12, 9)
    max_spread      = max([5, 3]...)
    min_text        = min("4", 5)
    tuple_index     = [local.l[0], local.l[length(local.l) - 1]]
    nested_sets     = toset([["b", "a"], ["a"]])
    coalesce        = coalesce("", "x")
    compact         = compact(["", "a"])
  }
}
