provider "aws" {
  alias                       = "west"
  region                      = "us-west-2"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  default_tags {
    tags = { env = "west" }
  }
}

module "net" {
  source = "./net"
  for_each = {
    a = "10.0.0.0/16"
    b = "10.1.0.0/16"
  }
  providers = {
    aws       = aws.west
    aws.other = aws
  }
  cidr       = each.value
  depends_on = [aws_ebs_volume.west]
}

resource "aws_ebs_volume" "west" {
  provider          = aws.west
  availability_zone = "us-west-2a"
  size              = 1
  tags              = { own = "x" }
}

resource "aws_network_interface" "n" {
  subnet_id       = module.net["a"].subnet_ids[0]
  security_groups = values(module.net)[*].group_id
  private_ips     = [cidrhost(module.net["a"].cidrs[1], 5)]
}

resource "terraform_data" "outs" {
  input = { cidrs = { for k, m in module.net : k => m.cidrs }, names = module.net["b"].names }
}
