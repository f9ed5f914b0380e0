# What only a plan knows: the values of variables that have no default, and what is looked up.

variable "zones" {
  type = map(string)
}

variable "encrypted" {
  type = bool
}

variable "key" {
  type    = string
  default = null
}

variable "ranges" {
  type    = list(string)
  default = ["10.0.0.0/8"]
}

variable "partner" {
  type = string
}

variable "own" {
  type    = string
  default = null
}

variable "is_shared" {
  type = bool
}

data "aws_caller_identity" "own" {}

data "aws_partition" "own" {}

data "aws_iam_policy_document" "vault" {
  statement {
    actions   = ["backup:CopyIntoBackupVault"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.own.partition}:iam::${data.aws_caller_identity.own.account_id}:root"]
    }
  }

  dynamic "statement" {
    for_each = var.is_shared ? [var.partner] : []

    content {
      actions   = ["backup:CopyIntoBackupVault"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = ["arn:aws:iam::${statement.value}:root"]
      }
    }
  }
}

resource "aws_backup_vault" "main" {
  name        = "main"
  kms_key_arn = aws_kms_key.main.arn
}

resource "aws_kms_key" "main" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.own.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_backup_vault_policy" "main" {
  backup_vault_name = aws_backup_vault.main.name
  policy            = data.aws_iam_policy_document.vault.json
}

resource "aws_ebs_volume" "data" {
  for_each          = var.zones
  availability_zone = each.value
  size              = 10
  encrypted         = var.encrypted
  kms_key_id        = var.key
}

resource "aws_ebs_snapshot" "data" {
  for_each  = aws_ebs_volume.data
  volume_id = each.value.id
}

resource "aws_db_snapshot" "orders" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "orders"
  shared_accounts        = [data.aws_caller_identity.own.account_id, var.is_shared ? var.partner : var.own]
}

module "restored" {
  source      = "./restored"
  for_each    = aws_ebs_snapshot.data
  snapshot_id = each.value.id
  ranges      = var.ranges
  subnet      = "subnet-0123456789abcdef0"
}

resource "aws_network_interface_sg_attachment" "extra" {
  for_each             = module.restored
  security_group_id    = aws_security_group.extra.id
  network_interface_id = each.value.interface
}

resource "aws_security_group" "extra" {
  name = "extra"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }

  ingress {
    from_port        = 20
    to_port          = 30
    protocol         = "tcp"
    ipv6_cidr_blocks = [for range in var.ranges : replace(range, "0.0.0.0/0", "::/0")]
  }
}
