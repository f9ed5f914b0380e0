resource "aws_ebs_snapshot_block_public_access" "here" {
  state = "block-all-sharing"
}

resource "aws_ec2_image_block_public_access" "here" {
  state = "block-new-sharing"
}
