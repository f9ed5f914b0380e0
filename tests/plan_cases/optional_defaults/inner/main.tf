variable "config" {
  type = object({
    a = optional(string, "default a")
    nested = optional(object({
      x    = optional(string, "default x")
      list = optional(list(object({ n = number, m = optional(string, "m") })), [])
    }), { x = "whole default" })
  })
  default  = { a = "variable default" }
  nullable = false
}

variable "other" {
  type    = string
  default = "not used, since null is given"
}

output "config" {
  value = merge(var.config, { other_is_null = var.other == null })
}
