terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.other]
    }
  }
}

variable "cidr" {
  type = string
  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "no range"
  }
}

locals {
  subnets = { for i, zone in ["a", "b"] : zone => cidrsubnet(var.cidr, 8, i + 1) }
}

resource "aws_vpc" "v" {
  cidr_block           = var.cidr
  enable_dns_hostnames = "true"
}

resource "aws_subnet" "s" {
  for_each                = local.subnets
  vpc_id                  = aws_vpc.v.id
  cidr_block              = each.value
  map_public_ip_on_launch = each.key == "a"
  availability_zone       = "us-west-2${each.key}"
}

resource "aws_security_group" "g" {
  provider = aws.other
  name     = "g-${replace(var.cidr, "/", "-")}"
  vpc_id   = aws_vpc.v.id
}

output "subnet_ids" {
  value = [for k in sort(keys(aws_subnet.s)) : aws_subnet.s[k].id]
}
output "cidrs" {
  value = values(aws_subnet.s)[*].cidr_block
}
output "names" {
  value = { for k, s in aws_subnet.s : s.availability_zone => s.map_public_ip_on_launch }
}
output "group_id" {
  value = aws_security_group.g.id
}
