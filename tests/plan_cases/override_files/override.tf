variable "name" {
  default = "first override"
}
locals {
  a = "override a"
}
resource "terraform_data" "r" {
  input = "first override"
}
