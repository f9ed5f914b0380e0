variable "size" {
  type    = number
  default = 5
  validation {
    condition     = var.size > 0 && var.size < 100
    error_message = "The size is out of range."
  }
  validation {
    condition     = floor(var.size) == var.size
    error_message = "No fractions."
  }
}
resource "terraform_data" "r" {
  input = var.size
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [input]
    precondition {
      condition     = var.size > 1
      error_message = "too small"
    }
    postcondition {
      condition     = self.input == 5
      error_message = "not five"
    }
    replace_triggered_by = [terraform_data.other]
  }
  provisioner "local-exec" {
    command = "echo ${self.input}"
    when    = create
  }
  connection {
    host = "x"
  }
}
resource "terraform_data" "other" {
  triggers_replace = [var.size, "x"]
  input            = { self = "not a reference" }
}
check "all" {
  assert {
    condition     = terraform_data.r.input == 5
    error_message = "no"
  }
}
moved {
  from = terraform_data.before
  to   = terraform_data.r
}
removed {
  from = module.gone
  lifecycle {
    destroy = false
  }
}
output "o" {
  value = terraform_data.r.input
  precondition {
    condition     = var.size > 0
    error_message = "x"
  }
  depends_on = [terraform_data.other]
}
