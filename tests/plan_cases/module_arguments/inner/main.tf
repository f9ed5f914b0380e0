variable "name" {
  type = string
}
variable "list" {
  type    = list(string)
  default = ["default"]
}
variable "object" {
  type    = any
  default = {}
}
variable "nothing" {
  type    = string
  default = "default"
}
module "shared" {
  source = "../shared"
  input  = var.nothing == null ? "null" : var.nothing
  ids    = []
}
resource "terraform_data" "this" {
  for_each = toset(var.list)
  input    = "${var.name}-${each.value}-${module.shared.input}"
}
output "upper" {
  value = upper(var.name)
}
output "object" {
  value = var.object
}
output "list" {
  value = [for k, r in terraform_data.this : r.input]
}
output "id" {
  value = terraform_data.this[var.list[0]].id
}
output "known" {
  value = "k"
}
