resource "aws_iam_user" "backup" {
  name = "backup"
}

resource "aws_iam_user_policy" "backup" {
  user = aws_iam_user.backup.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "rds:CreateDBSnapshot", Resource = "*" }]
  })
}
