variable "kms" {
  type    = object({ arn = optional(string), alias = optional(string, "alias/x") })
  default = {}
}
variable "env" {
  type    = string
  default = "prod"
}
variable "cidrs" {
  type    = map(list(string))
  default = { office = ["203.0.113.0/24"], vpn = ["198.51.100.0/25", "198.51.100.128/25"] }
}
locals {
  is_prod = var.env == "prod"
  sizes   = { prod = 100, dev = "10" }
  pol = {
    Version = "2012-10-17"
    Statement = [
      for name, list in var.cidrs : {
        Sid       = title(name)
        Effect    = "Allow"
        Action    = ["s3:Get*", "s3:List*"]
        Resource  = "*"
        Condition = { IpAddress = { "aws:SourceIp" = list } }
      }
    ]
  }
}
resource "aws_kms_key" "k" {
  count                   = var.kms.arn == null ? 1 : 0
  description             = "key ${var.kms.alias}"
  deletion_window_in_days = local.is_prod ? 30 : 7
  enable_key_rotation     = true
  policy                  = jsonencode(local.pol)
}
resource "aws_ebs_volume" "v" {
  availability_zone = "us-east-1a"
  size              = local.sizes[var.env]
  encrypted         = true
  kms_key_id        = try(aws_kms_key.k[0].arn, var.kms.arn)
  iops              = local.is_prod ? 3000 : null
  throughput        = one([for x in [125] : x if local.is_prod])
  type              = "gp3"
}
resource "aws_security_group" "s" {
  name_prefix = "x-"
  vpc_id      = null
}
resource "aws_security_group_rule" "r" {
  for_each          = merge([for n, l in var.cidrs : { for i, c in l : "${n}-${i}" => { cidr = c, n = n } }]...)
  type              = "ingress"
  protocol          = each.value.n == "vpn" ? "-1" : "tcp"
  from_port         = each.value.n == "vpn" ? 0 : 22
  to_port           = each.value.n == "vpn" ? 0 : 22
  cidr_blocks       = [each.value.cidr]
  security_group_id = aws_security_group.s.id
  description       = "for ${each.key}"
}
resource "aws_iam_role" "r" {
  name                 = "role-${substr(sha1(var.env), 0, 6)}"
  assume_role_policy   = data.aws_iam_policy_document.t.json
  tags                 = { for k, v in { a = 1, b = null, c = true } : k => tostring(v) if v != null }
  max_session_duration = 60 * 60 * 2
}
data "aws_iam_policy_document" "t" {
  dynamic "statement" {
    for_each = { ec2 = "ec2.amazonaws.com", lambda = "lambda.amazonaws.com" }
    content {
      sid     = title(statement.key)
      actions = ["sts:AssumeRole"]
      principals {
        type        = "Service"
        identifiers = [statement.value]
      }
    }
  }
}
resource "aws_iam_role_policy_attachment" "a" {
  for_each   = toset(["ReadOnlyAccess", "job-function/ViewOnlyAccess"])
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}
resource "aws_ebs_snapshot_copy" "c" {
  for_each           = toset(["us-east-1", "us-west-2"])
  source_snapshot_id = "snap-0123456789abcdef0"
  source_region      = each.key
  encrypted          = contains(["us-east-1"], each.key)
}
resource "aws_db_instance" "d" {
  identifier          = "db-${var.env}"
  engine              = "Postgres"
  instance_class      = "db.t3.micro"
  allocated_storage   = "20"
  storage_encrypted   = !local.is_prod ? false : true
  username            = "u"
  password            = sensitive("pppppppp")
  publicly_accessible = lookup({ dev = true }, var.env, false)
  skip_final_snapshot = "true"
  backup_window       = "03:00-04:00"
}
resource "terraform_data" "links" {
  input = { role = aws_iam_role.r.name, n = length(aws_kms_key.k), vols = aws_ebs_volume.v.size, rules = [for r in aws_security_group_rule.r : r.cidr_blocks[0]], names = keys(aws_security_group_rule.r) }
}
