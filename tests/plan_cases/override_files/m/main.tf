variable "a" {}
variable "b" {
  default = "mb"
}
output "both" {
  value = "${var.a}/${var.b}"
}
