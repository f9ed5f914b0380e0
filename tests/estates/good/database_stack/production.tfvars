environment = "production"

databases = {
  orders = {
    engine         = "postgres"
    engine_version = "16.4"
    instance_class = "db.r6g.large"
    storage        = 200
    port           = 5432
  }
  billing = {
    engine         = "mysql"
    engine_version = "8.0"
    instance_class = "db.r6g.xlarge"
    storage        = 500
    port           = 3306
  }
}
