variable "string_from_number" {
  type    = string
  default = 5
}
variable "string_from_bool" {
  type    = string
  default = true
}
variable "number_from_string" {
  type    = number
  default = "12.50"
}
variable "bool_from_string" {
  type    = bool
  default = "true"
}
variable "list_of_strings" {
  type    = list(string)
  default = [1, true, "c"]
}
variable "list_from_set" {
  type    = list(string)
  default = ["z", "a", "z"]
}
variable "set_of_strings" {
  type    = set(string)
  default = ["z", "a", "z", 1]
}
variable "set_of_numbers" {
  type    = set(number)
  default = ["10", 9, 100, "9"]
}
variable "map_of_strings" {
  type    = map(string)
  default = { b = 1, a = true }
}
variable "map_of_lists" {
  type    = map(list(number))
  default = { a = ["1", 2], b = [] }
}
variable "object" {
  type = object({
    name = string
    size = number
    tags = map(string)
  })
  default = { name = 1, size = "2", tags = { n = 3 }, extra = "dropped" }
}
variable "tuple" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}
variable "any_list" {
  type    = list(any)
  default = [1, "a", true]
}
variable "any_map" {
  type    = map(any)
  default = { a = 1, b = "x" }
}
variable "any" {
  type    = any
  default = { a = [1, "b"], c = null }
}
variable "untyped" {
  default = ["a", 1]
}
variable "list_short" {
  type    = list
  default = [1, "a"]
}
variable "map_short" {
  type    = map
  default = { a = 1, b = "c" }
}
variable "null_list" {
  type    = list(string)
  default = null
}
variable "list_of_objects" {
  type = list(object({
    port  = number
    cidrs = set(string)
  }))
  default = [{ port = "22", cidrs = ["b", "a", "b"] }, { port = 443, cidrs = [] }]
}
variable "set_of_objects" {
  type    = set(object({ a = string, b = number }))
  default = [{ a = "y", b = 1 }, { a = "x", b = 2 }, { a = "x", b = "2" }]
}
variable "not_nullable" {
  type     = string
  default  = "fallback"
  nullable = false
}
variable "sensitive" {
  type      = string
  default   = "secret"
  sensitive = true
}
variable "nested_list" {
  type    = list(list(string))
  default = [[1], ["a", true]]
}
variable "validated" {
  type    = number
  default = 5
  validation {
    condition     = var.validated > 1
    error_message = "too small: ${var.validated}"
  }
}

resource "terraform_data" "all" {
  input = {
    string_from_number = var.string_from_number
    string_from_bool   = var.string_from_bool
    number_from_string = var.number_from_string
    bool_from_string   = var.bool_from_string
    list_of_strings    = var.list_of_strings
    list_from_set      = var.list_from_set
    set_of_strings     = var.set_of_strings
    set_of_numbers     = var.set_of_numbers
    map_of_strings     = var.map_of_strings
    map_of_lists       = var.map_of_lists
    object             = var.object
    tuple              = var.tuple
    any_list           = var.any_list
    any_map            = var.any_map
    any                = var.any
    untyped            = var.untyped
    list_short         = var.list_short
    map_short          = var.map_short
    is_null            = var.null_list == null
    list_of_objects    = var.list_of_objects
    set_of_objects     = var.set_of_objects
    not_nullable       = var.not_nullable
    nested_list        = var.nested_list
    validated          = var.validated
    object_keys        = keys(var.object)
    json               = jsonencode(var.object)
    number_in_text     = "${var.number_from_string}"
  }
}

resource "terraform_data" "sensitive" {
  input = nonsensitive(var.sensitive)
}

resource "terraform_data" "marked" {
  input = "x-${var.sensitive}"
}
