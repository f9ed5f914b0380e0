terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

variable "zones" {
  default = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
}

module "net" {
  source   = "./net"
  for_each = { prod = { cidr = "10.0.0.0/16", nat = "per_zone" }, dev = { cidr = "10.64.0.0/18" } }

  name            = each.key
  cidr            = each.value.cidr
  zones           = slice(var.zones, 0, each.key == "prod" ? 3 : 2)
  private_subnets = [for k, zone in slice(var.zones, 0, each.key == "prod" ? 3 : 2) : cidrsubnet(each.value.cidr, 4, k)]
  public_subnets  = [for k, zone in slice(var.zones, 0, each.key == "prod" ? 3 : 2) : cidrsubnet(each.value.cidr, 8, k + 128)]
  nat             = try(each.value.nat, "single")
  tags            = { Team = "net", Stage = upper(each.key) }
}

resource "terraform_data" "summary" {
  input = {
    prod_private = module.net["prod"].private_cidrs
    dev_nat      = module.net["dev"].nat_count
    all_nats     = sum(values(module.net)[*].nat_count)
    names        = { for stage, one in module.net : stage => one.names }
    first_zone   = one(distinct([for one in module.net : one.zones[0]]))
  }
}
