data "aws_organizations_organization" "own" {}

resource "aws_ami_launch_permission" "own" {
  image_id         = "ami-12345678"
  organization_arn = data.aws_organizations_organization.own.arn
}
