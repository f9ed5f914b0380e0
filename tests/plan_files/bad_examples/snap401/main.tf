resource "aws_security_group" "restore" {
  name = "restore"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ebs_volume" "copy" {
  availability_zone = "eu-west-1a"
  snapshot_id       = "snap-0123456789abcdef0"
  encrypted         = true
}

resource "aws_instance" "forensics" {
  ami                    = "ami-12345678"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.restore.id]
}

resource "aws_volume_attachment" "copy" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.copy.id
  instance_id = aws_instance.forensics.id
}
