variable "name" {
  default = "old"
}
variable "list" {
  type    = list
  default = ["a", "b"]
}
variable "map" {
  type    = map
  default = { "k" = "v", n = "1" }
}
resource "terraform_data" "r" {
  count = "${length(var.list)}"
  input = "${element(var.list, count.index)}"
}
resource "terraform_data" "refs" {
  input = {
    "name"  = "${var.name}"
    first   = "${var.list[0]}"
    dotted  = var.list.0
    lookup  = "${lookup(var.map, "k")}"
    index   = "${var.map["n"]}"
    splat   = "${terraform_data.r.*.input}"
    legacy  = terraform_data.r.0.input
    join    = "${join(",", terraform_data.r.*.input)}"
    format  = "${format("%s-%03d", var.name, 7)}"
    cond    = "${var.name == "old" ? 1 : 0}"
    math    = "${1 + 2}"
    quoted  = "${"a"}${"b"}"
    file    = "${basename(path.module)}"
    element = element(terraform_data.r.*.input, 3)
  }
  depends_on = ["terraform_data.r"]
}
