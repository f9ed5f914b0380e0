variable "input" {}
variable "ids" {
  type = list(string)
}
resource "terraform_data" "shared" {
  input = { value = var.input, count = length(var.ids) }
}
output "input" {
  value = var.input
}
output "ids" {
  value = var.ids
}
