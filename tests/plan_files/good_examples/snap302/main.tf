data "aws_caller_identity" "own" {}

resource "aws_snapshot_create_volume_permission" "own" {
  snapshot_id = "snap-0123456789abcdef0"
  account_id  = data.aws_caller_identity.own.account_id
}
