variable "name" { type = string }
variable "subnets" { type = map(object({ public = string, private = string, nat = optional(bool, false) })) }
variable "tags" {
  type    = map(string)
  default = {}
}
resource "aws_vpc" "this" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = merge(var.tags, { Name = var.name })
}
resource "aws_subnet" "public" {
  for_each                = var.subnets
  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value.public
  map_public_ip_on_launch = true
  tags                    = merge(var.tags, { Name = "${var.name}-public-${substr(each.key, -1, 1)}", Kind = "public" })
}
resource "aws_subnet" "private" {
  for_each          = { for az, s in var.subnets : az => s.private if !s.nat }
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value
  tags              = merge(var.tags, { Name = join("-", [var.name, "private", trimprefix(each.key, "eu-west-1")]) })
}
output "subnet_cidrs" {
  value = { for az, s in aws_subnet.private : az => { private = s.cidr_block, public = aws_subnet.public[az].cidr_block } }
}
output "vpc_id" { value = aws_vpc.this.id }
