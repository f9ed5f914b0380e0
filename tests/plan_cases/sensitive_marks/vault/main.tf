variable "token" {
  type = string
}
variable "label" {
  type      = string
  sensitive = true
}
output "token" {
  value     = var.token
  sensitive = true
}
output "flagged" {
  value     = "constant"
  sensitive = true
}
output "label" {
  value = nonsensitive(var.label)
}
