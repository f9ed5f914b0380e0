resource "aws_db_instance" "copy" {
  instance_class      = "db.t3.micro"
  snapshot_identifier = "orders-2026-01-01"
  publicly_accessible = true
  storage_encrypted   = true
}
