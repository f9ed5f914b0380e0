variable "label" {}
variable "sizes" {
  type = set(number)
}
resource "terraform_data" "site" {
  for_each = { for s in var.sizes : "size ${s}" => s }
  input    = { label = var.label, each = each.value, module = path.module, file = basename(abspath("${path.module}/x.txt")) }
}
output "label" {
  value = var.label
}
output "inputs" {
  value = { for k, r in terraform_data.site : k => r.input.each }
}
