variable "name" {
  type    = string
  default = "base"
}
variable "kept" {
  type        = number
  default     = "5"
  description = "kept"
}
locals {
  a = "base a"
  b = "base b"
}
resource "terraform_data" "r" {
  input            = "base"
  triggers_replace = "kept"
}
resource "terraform_data" "counted" {
  count = 1
  input = count.index
}
output "o" {
  value = "base"
}
module "m" {
  source = "./m"
  a      = "base"
  b      = "base"
}
resource "terraform_data" "out" {
  input = [var.name, var.kept, local.a, local.b, module.m.both]
}
