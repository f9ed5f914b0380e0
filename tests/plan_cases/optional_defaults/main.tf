variable "settings" {
  type = object({
    name = string
    size = optional(number, 10)
    note = optional(string)
    disk = optional(object({
      type      = optional(string, "gp3")
      encrypted = optional(bool, true)
      tags      = optional(map(string), {})
    }), {})
    rules = optional(list(object({
      port = number
      cidr = optional(string, "10.0.0.0/8")
      more = optional(object({ a = optional(string, "deep"), b = optional(number) }), {})
    })), [])
    extra = optional(map(object({
      on   = optional(bool, false)
      list = optional(list(string), ["x"])
    })), { one = {} })
    none = optional(object({ x = optional(string, "y") }))
  })
  default = {
    name  = "n"
    rules = [{ port = "22" }, { port = 80, cidr = null, more = { b = "3" } }]
  }
}

module "inner" {
  source   = "./inner"
  for_each = toset(["empty", "null", "full"])
  config   = { empty = {}, null = null, full = { a = "set", nested = { x = null, list = [{ n = "7" }] } } }[each.key]
  other    = null
}

variable "sets" {
  type    = set(object({ k = string, v = optional(string, "dv") }))
  default = [{ k = "b" }, { k = "a", v = "own" }, { k = "b", v = "dv" }]
}

variable "maps" {
  type    = map(object({ v = optional(list(number), [1, 2]), w = optional(string) }))
  default = { x = {}, y = { v = ["3"] }, z = { v = null, w = null } }
}

resource "terraform_data" "settings" {
  input = var.settings
}

resource "terraform_data" "sets" {
  input = { sets = var.sets, maps = var.maps, json = jsonencode(var.settings) }
}

resource "terraform_data" "inner" {
  input = { for k, m in module.inner : k => m.config }
}
