resource "aws_ebs_volume" "orders" {
  availability_zone = "eu-west-1a"
  size              = 100
}
