resource "aws_security_group" "restore" {
  name = "restore"
}

resource "aws_vpc_security_group_ingress_rule" "rdp" {
  security_group_id = aws_security_group.restore.id
  ip_protocol       = "tcp"
  from_port         = 3389
  to_port           = 3389
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_instance" "forensics" {
  ami                    = "ami-12345678"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.restore.id]
  ebs_block_device {
    device_name = "xvdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
}
