data "aws_kms_key" "elsewhere" {
  key_id = "alias/orders"
}

resource "aws_db_snapshot_copy" "elsewhere" {
  source_db_snapshot_identifier = "arn:aws:rds:eu-west-1:111122223333:snapshot:orders"
  target_db_snapshot_identifier = "orders-elsewhere"
  destination_region            = "eu-central-1"
  kms_key_id                    = data.aws_kms_key.elsewhere.arn
}
