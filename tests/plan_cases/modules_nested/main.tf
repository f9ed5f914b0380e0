variable "regions" {
  type = map(object({ sites = list(string), size = optional(number, 5) }))
  default = {
    west = { sites = ["one", "two"] }
    east = { sites = [], size = 7 }
  }
}

module "region" {
  source   = "./region"
  for_each = var.regions
  name     = each.key
  sites    = each.value.sites
  size     = each.value.size
}

module "counted" {
  source = "./region"
  count  = length(var.regions)
  name   = "c${count.index}"
  sites  = count.index == 0 ? ["only"] : []
}

module "single" {
  source = "./region"
  name   = "s"
  sites  = toset(["b", "a"])
}

module "none" {
  source = "./region"
  count  = 0
  name   = "n"
  sites  = []
}

resource "terraform_data" "out" {
  input = {
    names        = { for k, m in module.region : k => m.name }
    west         = module.region["west"].site_names
    counted      = module.counted[*].name
    counted_old  = module.counted.*.name
    first        = module.counted[0].site_names
    count        = length(module.counted)
    none         = module.none[*].name
    none_one     = one(module.none[*].name)
    single       = module.single.name
    splat_single = [module.single][*].size
    keys         = keys(module.region)
    values       = values(module.region)[*].size
    whole        = module.single.whole
    sensitive    = nonsensitive(module.single.secret)
    by_index     = [for i in [0, 1] : module.counted[i].name]
  }
}
