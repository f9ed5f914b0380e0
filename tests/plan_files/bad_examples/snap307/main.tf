resource "aws_dynamodb_table_export" "orders" {
  table_arn         = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
  s3_bucket         = "theirs"
  s3_bucket_owner   = "999988887777"
  s3_sse_algorithm  = "KMS"
  s3_sse_kms_key_id = "alias/orders"
}
