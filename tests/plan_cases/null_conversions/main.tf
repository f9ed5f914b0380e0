resource "terraform_data" "source" {
  input = "x"
}

module "typed" {
  source   = "./typed"
  for_each = {
    known   = { text = 5, list = ["1", 2], set = [3, 3, "1"], map = { a = 1, b = "x" }, flag = "true", object = { name = "n" } }
    nulls   = { text = null, list = null, set = null, map = null, flag = null, object = null }
    inside  = { text = "", list = [null, "a"], set = [], map = { a = null }, flag = false, object = { name = null, size = null } }
    unknown = { text = terraform_data.source.id, list = [terraform_data.source.id, 1], set = [terraform_data.source.id], map = { a = terraform_data.source.id }, flag = true, object = { name = terraform_data.source.id, size = "7" } }
  }

  text   = each.value.text
  list   = each.value.list
  set    = each.value.set
  map    = each.value.map
  flag   = each.value.flag
  object = each.value.object
}

module "defaults" {
  source = "./typed"
  text   = "only"
}

resource "terraform_data" "out" {
  for_each = module.typed
  input    = each.value.all
}

resource "terraform_data" "defaults" {
  input = module.defaults.all
}
