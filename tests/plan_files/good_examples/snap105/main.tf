resource "aws_iam_role_policy" "backup" {
  role = "backup"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = "rds:CreateDBSnapshot"
      Resource = [
        "arn:aws:rds:eu-west-1:111122223333:db:orders",
        "arn:aws:rds:eu-west-1:111122223333:snapshot:orders-*",
      ]
    }]
  })
}
