variable "name" {
  default = "second override"
}
resource "terraform_data" "r" {
  input = "second override"
}
resource "terraform_data" "counted" {
  count = 2
}
module "m" {
  source = "./m"
  b      = "overridden"
}
