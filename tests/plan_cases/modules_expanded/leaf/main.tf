variable "v" { type = number }
output "x" { value = var.v * 10 }
resource "terraform_data" "leaf" { input = "v${var.v}" }
