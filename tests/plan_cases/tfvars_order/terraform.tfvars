from_tfvars      = "terraform.tfvars"
from_tfvars_json = "terraform.tfvars"
from_auto        = "terraform.tfvars"
from_file        = "terraform.tfvars"
list             = [1, "two"]
map = {
  "x" = "5"
  y   = 6
}
null_given   = null
null_refused = null
