resource "aws_iam_role_policy" "save" {
  role = "operator"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "rds:CreateDBSnapshot"
      Resource = ["arn:aws:rds:*:*:db:orders", "arn:aws:rds:*:*:snapshot:orders-*"]
    }]
  })
}
