variable "secret" {
  type      = string
  default   = "hidden"
  sensitive = true
}
variable "plain" {
  default = "shown"
}

module "vault" {
  source = "./vault"
  token  = var.secret
  label  = var.plain
}

locals {
  derived = "${var.secret}-x"
  nested  = { token = var.secret, label = var.plain }
}

resource "terraform_data" "marks" {
  input = {
    secret      = issensitive(var.secret)
    plain       = issensitive(var.plain)
    derived     = issensitive(local.derived)
    nested      = issensitive(local.nested)
    label       = issensitive(nonsensitive(local.derived))
    called      = issensitive(sensitive("x"))
    chosen      = issensitive(var.plain == "shown" ? var.secret : "none")
    compared    = issensitive(var.secret == "hidden")
    listed      = issensitive([var.secret])
    counted     = issensitive(length([var.secret]))
    joined      = issensitive(join(",", [var.secret]))
    walked      = issensitive([for one in [var.secret] : upper(one)])
    module      = issensitive(module.vault.token)
    module_flag = issensitive(module.vault.flagged)
    module_text = issensitive(module.vault.label)
    keyed       = issensitive({ (var.plain) = 1 })
    null        = issensitive(null)
    twice       = issensitive(issensitive(var.secret))
    unmarked    = nonsensitive(var.plain)
    unmarked2   = nonsensitive("${var.secret}!")
  }
}
