variable "environment" {
  type    = string
  default = "prod"
  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "No such environment."
  }
}
variable "azs" {
  type    = list(string)
  default = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
}
locals {
  name   = "${var.environment}-${terraform.workspace}"
  common = merge({ Environment = title(var.environment), ManagedBy = "terraform" }, var.environment == "prod" ? { Backup = "daily" } : {})
  subnets = { for i, az in var.azs : az => {
    public  = cidrsubnet("10.0.0.0/16", 8, i)
    private = cidrsubnet("10.0.0.0/16", 8, i + 100)
  } }
  rules = flatten([
    for name, tier in local.tiers : [
      for port in tier.ports : { key = "${name}-${port}", tier = name, port = port, cidrs = try(tier.cidrs, ["10.0.0.0/8"]) }
    ]
  ])
  tiers = {
    web = { ports = [80, 443], cidrs = ["0.0.0.0/0"] }
    app = { ports = [8080] }
    db  = { ports = [5432], cidrs = null }
  }
}
module "network" {
  source  = "./modules/network"
  name    = local.name
  subnets = local.subnets
  tags    = local.common
}
module "compute" {
  for_each = { for k, v in local.tiers : k => v if k != "db" }
  source   = "./modules/compute"
  name     = "${local.name}-${each.key}"
  subnets  = [for az, ids in module.network.subnet_cidrs : ids.private]
  volumes = [
    { device_name = "/dev/xvda", size = 20 },
    { device_name = "/dev/xvdb", size = 100, type = "io2", iops = 3000, snapshot_id = "snap-1" },
  ]
  user_data = templatefile("${path.module}/templates/init.tftpl", { tier = each.key, ports = each.value.ports, env = { A = 1, B = true } })
  tags      = merge(local.common, { Tier = upper(each.key) })
}
module "data" {
  source        = "./modules/data"
  name          = local.name
  engines       = { orders = "aurora-postgresql", users = "postgres" }
  settings      = { orders = { instances = 2, backup = 14 }, users = {} }
  is_production = var.environment == "prod"
}
module "backup" {
  source = "./modules/backup"
  plans = {
    daily   = { schedule = "cron(0 5 ? * * *)", keep = 35, copies = ["arn:aws:backup:us-east-1:444455556666:backup-vault:dr"] }
    monthly = { schedule = "cron(0 5 1 * ? *)", keep = 365, cold = 90 }
  }
}
resource "aws_security_group" "tier" {
  for_each    = local.tiers
  name        = format("%s-%s", local.name, each.key)
  description = "Tier ${each.key}"
  dynamic "ingress" {
    for_each = { for r in local.rules : r.key => r if r.tier == each.key && r.cidrs != null }
    iterator = rule
    content {
      from_port   = rule.value.port
      to_port     = rule.value.port
      protocol    = "tcp"
      cidr_blocks = rule.value.cidrs
      description = "rule ${rule.key}"
    }
  }
  tags = local.common
}
resource "aws_vpc_security_group_egress_rule" "all" {
  for_each          = aws_security_group.tier
  security_group_id = each.value.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
  tags              = { Name = each.value.name }
}
output "cidrs" {
  value = module.network.subnet_cidrs
}
