locals {
  config   = yamldecode(file("${path.module}/config/accounts.yaml"))
  rules    = { for r in csvdecode(file("${path.module}/config/rules.csv")) : r.name => r if tobool(r.enabled) }
  accounts = { for a in local.config.accounts : a.name => a }
  pairs    = { for p in setproduct(keys(local.accounts), ["read", "write"]) : join("/", p) => { account = p[0], mode = p[1] } }
  places   = distinct(flatten(values(local.accounts)[*].regions))
  people   = sort(distinct(flatten([for a in local.config.accounts : [for team, names in a.teams : formatlist("%s@%s", names, team)]])))
  by_team  = { for p in local.people : split("@", p)[1] => split("@", p)[0]... }
  zipped   = zipmap(local.places, range(length(local.places)))
  ids      = regexall("[0-9]{4}", join(",", values(local.accounts)[*].id))
  all_ok   = alltrue([for r in local.rules : can(cidrhost(r.cidr, 0))])
  first    = one([for r in local.rules : r.port if r.name == "ssh"])
  chunked  = chunklist(local.people, 2)
  deep     = try(local.config.vaults.main.nothing.here, lookup(local.config.vaults.main, "copies", 0), -1)
}
module "iam" {
  source   = "./modules/iam"
  for_each = local.pairs
  name     = replace(each.key, "/", "-")
  actions  = each.value.mode == "read" ? ["ec2:DescribeSnapshots"] : ["ec2:CreateSnapshot", "ec2:CopySnapshot"]
  account  = local.accounts[each.value.account].id
  template = "${path.root}/config/policy.json.tftpl"
  boundary = each.value.account == "prod" ? module.iam_boundary[0].arn_name : null
}
module "iam_boundary" {
  source  = "./modules/iam"
  count   = contains(keys(local.accounts), "prod") ? 1 : 0
  name    = "boundary"
  actions = []
  account = local.accounts.prod.id
}
module "vault" {
  source = "./modules/vault"
  vaults = local.config.vaults
  tags   = { People = join(" ", local.people), Places = jsonencode(local.zipped), Ids = join("", flatten(local.ids)) }
}
resource "aws_security_group" "all" {
  name        = "grp-${format("%03d", local.first)}"
  description = title(lower("ALL RULES"))
  dynamic "ingress" {
    for_each = local.rules
    content {
      from_port   = ingress.value.port
      to_port     = ingress.value.port + 1
      protocol    = "tcp"
      cidr_blocks = [ingress.value.cidr]
      self        = ingress.key == "ssh"
    }
  }
  tags = merge({ for t, p in local.by_team : "team-${t}" => join("+", p) }, { Ok = local.all_ok, Deep = local.deep, Chunks = length(local.chunked) })
}
resource "aws_ebs_volume" "v" {
  count             = length(local.places) * 2
  availability_zone = "${local.places[floor(count.index / 2)]}${element(["a", "b"], count.index)}"
  size              = pow(2, count.index + 3)
  encrypted         = count.index % 2 == 0
  type              = count.index < 2 ? "gp3" : "io2"
  iops              = count.index < 2 ? null : 100 * count.index
  tags              = { Name = format("%s-%02d", "vol", count.index), Hash = substr(sha256(tostring(count.index)), 0, 8), Even = count.index % 2 == 0 }
}
resource "aws_volume_attachment" "a" {
  for_each     = { for i, v in aws_ebs_volume.v : tostring(i) => v }
  device_name  = "/dev/sd${["f", "g", "h", "i"][tonumber(each.key)]}"
  volume_id    = each.value.id
  instance_id  = "i-1"
  skip_destroy = each.value.encrypted
}
resource "aws_ebs_snapshot" "s" {
  for_each  = toset([for v in aws_ebs_volume.v : v.availability_zone if v.encrypted])
  volume_id = [for v in aws_ebs_volume.v : v.id if v.availability_zone == each.value][0]
  tags      = { Zone = each.value, Sizes = join(",", aws_ebs_volume.v[*].size), Last = aws_ebs_volume.v[length(aws_ebs_volume.v) - 1].tags["Name"] }
}
moved {
  from = aws_ebs_snapshot.old
  to   = aws_ebs_snapshot.s
}
check "zones" {
  assert {
    condition     = length(local.places) > 0
    error_message = "none"
  }
}
output "policies" {
  value = { for k, m in module.iam : k => m.policy_name }
}
