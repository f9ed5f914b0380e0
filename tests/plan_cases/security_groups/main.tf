variable "cidrs" {
  default = ["10.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16"]
}

resource "aws_security_group" "blocks" {
  name        = "blocks"
  description = "d"
  ingress {
    from_port   = "22"
    to_port     = 22
    protocol    = "TCP"
    cidr_blocks = var.cidrs
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "6"
    cidr_blocks = ["10.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16"]
  }
  ingress {
    from_port        = 0
    to_port          = 0
    protocol         = "all"
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    from_port = 8
    to_port   = 0
    protocol  = "icmp"
    self      = true
  }
  ingress {
    from_port = -1
    to_port   = -1
    protocol  = 58
    self      = "true"
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = { n = 1, b = true }
}

resource "aws_security_group" "attributes" {
  name = "attributes"
  ingress = [for port in ["22", 443] : {
    description      = "port ${port}"
    from_port        = port
    to_port          = port
    protocol         = "17"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = []
    prefix_list_ids  = null
    security_groups  = null
    self             = false
  }]
  egress = []
}

resource "aws_security_group" "dynamic" {
  name_prefix = "dyn"
  dynamic "ingress" {
    for_each = { ssh = { port = 22, proto = "tcp" }, dns = { port = 53, proto = "UDP" } }
    iterator = rule
    content {
      description = upper(rule.key)
      from_port   = rule.value.port
      to_port     = rule.value.port
      protocol    = rule.value.proto
      cidr_blocks = toset(var.cidrs)
    }
  }
  dynamic "egress" {
    for_each = []
    content {
      from_port = 0
      to_port   = 0
      protocol  = "-1"
    }
  }
}

resource "aws_security_group_rule" "rule" {
  for_each          = { a = "TCP", b = "-1", c = "all", d = "17", e = "icmpv6", f = "50" }
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = each.value
  cidr_blocks       = concat(["0.0.0.0/0"], ["0.0.0.0/0"])
  security_group_id = aws_security_group.blocks.id
}

resource "aws_vpc_security_group_ingress_rule" "rule" {
  for_each          = { a = "TCP", b = "-1", d = "17", f = "50" }
  from_port         = each.value == "-1" ? null : "22"
  to_port           = each.value == "-1" ? null : 22
  ip_protocol       = lower(each.value)
  cidr_ipv4         = "0.0.0.0/0"
  security_group_id = aws_security_group.blocks.id
}

resource "aws_default_security_group" "d" {
  vpc_id = "vpc-1"
  ingress {
    protocol  = "TCP"
    self      = true
    from_port = 0
    to_port   = 65535
  }
}

resource "aws_network_acl" "n" {
  vpc_id = "vpc-1"
  ingress {
    rule_no    = 100
    action     = "ALLOW"
    protocol   = "tcp"
    from_port  = 22
    to_port    = 22
    cidr_block = "0.0.0.0/0"
  }
}
