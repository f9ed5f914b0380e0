variable "value" {}
variable "list" {
  type = set(string)
}
output "out" {
  value = { value = var.value, list = var.list }
}
