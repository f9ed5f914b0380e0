output "both" {
  value = "overridden ${var.a}+${var.b}"
}
