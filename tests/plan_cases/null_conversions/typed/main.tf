variable "text" {
  type = string
}
variable "list" {
  type    = list(string)
  default = ["default"]
}
variable "set" {
  type     = set(number)
  default  = [1]
  nullable = false
}
variable "map" {
  type    = map(string)
  default = { d = "default" }
}
variable "flag" {
  type     = bool
  default  = true
  nullable = false
}
variable "object" {
  type = object({
    name = optional(string, "nobody")
    size = optional(number, 8)
    tags = optional(map(string), { made = "here" })
    deep = optional(object({ a = optional(string, "A"), b = optional(list(number), [1, 2]) }), {})
  })
  default = {}
}

locals {
  all = {
    text    = var.text
    is_null = var.list == null
    list    = var.list
    set     = var.set
    map     = var.map
    flag    = !var.flag
    object  = var.object
    size    = try(var.object.size + 1, "none")
    name    = var.object == null ? "null" : coalesce(var.object.name, "was null")
    joined  = try(join("-", var.list), "no list")
    counts  = [try(length(var.list), -1), length(var.set), try(length(var.map), -1)]
    sorted  = sort([for one in var.set : tostring(one)])
    keys    = var.map == null ? [] : keys(var.map)
  }
}

output "all" {
  value = local.all
}
