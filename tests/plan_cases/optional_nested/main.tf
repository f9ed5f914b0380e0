variable "deep" {
  type = object({
    name = optional(string, "n")
    net = optional(object({
      cidr  = optional(string, "10.0.0.0/16")
      ports = optional(list(number), [22])
      inner = optional(object({ on = optional(bool, true), m = optional(map(string), { k = "v" }) }), {})
    }), {})
    list = optional(list(object({ a = string, b = optional(number, 2) })), [{ a = "x" }])
    maps = optional(map(object({ z = optional(string, "zz") })), { one = {} })
    nul  = optional(object({ q = optional(string, "qq") }))
    anyv = optional(any)
    tup  = optional(tuple([string, number]), ["t", 1])
    sett = optional(set(string), ["b", "a", "b"])
  })
  default = {}
}
variable "deep2" {
  type    = map(object({ net = optional(object({ cidr = optional(string, "c") })), list = optional(list(object({ a = optional(string, "A") }))) }))
  default = { x = {}, y = { net = {}, list = [{}, { a = null }] }, z = { net = { cidr = null }, extra = "dropped" } }
}
variable "conv" {
  type    = map(list(set(number)))
  default = { a = [["1", 2], [2, "2"]], b = [] }
}
variable "str" {
  type    = string
  default = 1.50
}
variable "boolstr" {
  type    = bool
  default = "1"
}
resource "terraform_data" "all" {
  input = { deep = var.deep, deep2 = var.deep2, conv = var.conv, s = var.str, b = var.boolstr }
}
