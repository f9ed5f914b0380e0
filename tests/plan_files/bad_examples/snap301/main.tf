resource "aws_ami_launch_permission" "all" {
  image_id = "ami-12345678"
  group    = "all"
}
