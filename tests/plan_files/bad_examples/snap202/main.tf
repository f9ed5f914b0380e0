resource "aws_ebs_snapshot_copy" "elsewhere" {
  source_snapshot_id = "snap-0123456789abcdef0"
  source_region      = "us-west-2"
}
