variable "from_default" { default = "default" }
variable "from_tfvars" { default = "default" }
variable "from_tfvars_json" { default = "default" }
variable "from_auto" { default = "default" }
variable "from_auto_b" { default = "default" }
variable "from_auto_json" { default = "default" }
variable "from_file" { default = "default" }
variable "from_second_file" { default = "default" }
variable "from_command" { default = "default" }
variable "list" {
  type = list(string)
}
variable "map" {
  type    = map(number)
  default = { d = 1 }
}
variable "untyped_command" {}
variable "number_command" { type = number }
variable "object_command" {
  type = object({ a = string, b = optional(bool, true) })
}
variable "null_given" {
  default = "default"
}
variable "null_refused" {
  default  = "default"
  nullable = false
}
variable "json_text" { type = string }
variable "bool_command" { type = bool }
variable "any_command" { type = any }
resource "terraform_data" "all" {
  input = {
    from_default     = var.from_default
    from_tfvars      = var.from_tfvars
    from_tfvars_json = var.from_tfvars_json
    from_auto        = var.from_auto
    from_auto_b      = var.from_auto_b
    from_auto_json   = var.from_auto_json
    from_file        = var.from_file
    from_second_file = var.from_second_file
    from_command     = var.from_command
    list             = var.list
    map              = var.map
    untyped_command  = var.untyped_command
    number_command   = var.number_command
    object_command   = var.object_command
    null_given       = var.null_given == null
    null_refused     = var.null_refused
    json_text        = var.json_text
    bool_command     = var.bool_command
    any_command      = var.any_command
  }
}
