variable "snapshot_id" {
  type = string
}

variable "ranges" {
  type = list(string)
}

variable "subnet" {
  type = string
}

resource "aws_security_group" "ssh" {
  name = "ssh"

  dynamic "ingress" {
    for_each = var.ranges

    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
}

resource "aws_instance" "restored" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = var.subnet
  vpc_security_group_ids = [aws_security_group.ssh.id]

  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = var.snapshot_id
    encrypted   = true
  }
}

output "interface" {
  value = aws_instance.restored.primary_network_interface_id
}
