variable "token" {
  type      = string
  default   = "secret"
  ephemeral = true
}
variable "hidden" {
  type      = map(string)
  default   = { a = "1" }
  sensitive = true
}
locals {
  derived = "${var.token}-x"
}
resource "terraform_data" "sensitive" {
  input = { upper = upper(var.hidden["a"]), plain = "p" }
}
resource "terraform_data" "each" {
  for_each = nonsensitive(var.hidden)
  input    = each.value
}
output "hidden" {
  value     = var.hidden
  sensitive = true
}
