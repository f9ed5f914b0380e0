terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "create" {
  type    = bool
  default = true
}
variable "name" { type = string }
variable "cidr" { type = string }
variable "zones" { type = list(string) }
variable "private_subnets" {
  type    = list(string)
  default = []
}
variable "public_subnets" {
  type    = list(string)
  default = []
}
variable "database_subnets" {
  type    = list(string)
  default = []
}
variable "nat" {
  type    = string
  default = "none"
  validation {
    condition     = contains(["none", "single", "per_zone"], var.nat)
    error_message = "The gateway must be none, single or per_zone."
  }
}
variable "tags" {
  type    = map(string)
  default = {}
}
variable "private_subnet_tags" {
  type    = map(string)
  default = { "kubernetes.io/role/internal-elb" = 1 }
}

locals {
  longest     = max(length(var.private_subnets), length(var.public_subnets), length(var.database_subnets))
  nat_count   = !var.create ? 0 : var.nat == "single" ? 1 : var.nat == "per_zone" ? length(var.zones) : 0
  vpc_id      = try(aws_vpc.this[0].id, "")
  common_tags = merge({ Name = var.name, "managed-by" = "terraform" }, var.tags)
  has_public  = var.create && length(var.public_subnets) > 0
}

resource "aws_vpc" "this" {
  count                = var.create ? 1 : 0
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  tags                 = local.common_tags
}

resource "aws_subnet" "private" {
  count             = var.create && length(var.private_subnets) > 0 ? length(var.private_subnets) : 0
  vpc_id            = local.vpc_id
  cidr_block        = element(concat(var.private_subnets, [""]), count.index)
  availability_zone = length(regexall("^[a-z]{2}-", element(var.zones, count.index))) > 0 ? element(var.zones, count.index) : null
  tags = merge(
    { Name = format("%s-private-%s", var.name, element(split("-", element(var.zones, count.index)), 2)) },
    local.common_tags,
    var.private_subnet_tags,
  )
}

resource "aws_subnet" "public" {
  for_each                = local.has_public ? { for k, cidr in var.public_subnets : element(var.zones, k) => cidr } : {}
  vpc_id                  = local.vpc_id
  cidr_block              = each.value
  availability_zone       = each.key
  map_public_ip_on_launch = var.nat != "none"
  tags                    = merge(local.common_tags, { Name = "${var.name}-public-${trimprefix(each.key, "eu-west-")}" })
}

resource "aws_eip" "nat" {
  count  = local.nat_count
  domain = "vpc"
  tags   = merge(local.common_tags, { Name = format("%s-%02d", var.name, count.index + 1) })
}

resource "aws_nat_gateway" "this" {
  count         = local.nat_count
  allocation_id = element(aws_eip.nat[*].id, var.nat == "single" ? 0 : count.index)
  subnet_id     = element([for zone in var.zones : try(aws_subnet.public[zone].id, "")], var.nat == "single" ? 0 : count.index)
  tags          = { Name = "${var.name}-${var.zones[var.nat == "single" ? 0 : count.index]}" }
}

resource "aws_route_table" "private" {
  count  = local.nat_count > 0 ? local.nat_count : 1
  vpc_id = local.vpc_id

  dynamic "route" {
    for_each = local.nat_count > 0 ? [element(aws_nat_gateway.this[*].id, count.index)] : []
    content {
      cidr_block     = "0.0.0.0/0"
      nat_gateway_id = route.value
    }
  }
  tags = { Name = local.nat_count == 1 ? "${var.name}-private" : format("%s-private-%s", var.name, var.zones[count.index]) }
}

resource "aws_security_group" "endpoints" {
  name_prefix = "${var.name}-endpoints-"
  vpc_id      = local.vpc_id

  dynamic "ingress" {
    for_each = { for port in toset([443, 8443]) : port => formatlist("%s", var.private_subnets) }
    iterator = rule
    content {
      description = "from ${join(" and ", rule.value)}"
      from_port   = rule.key
      to_port     = tonumber(rule.key) + 0
      protocol    = "tcp"
      cidr_blocks = rule.value
    }
  }
}

output "private_cidrs" { value = aws_subnet.private[*].cidr_block }
output "nat_count" { value = local.nat_count }
output "zones" { value = var.zones }
output "names" { value = [for one in aws_subnet.private : one.tags.Name] }
