terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "mock"
  secret_key                  = "mock"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

locals {
  files = fileset("${path.module}/policies", "**/*.{json,tftpl}")
  texts = {
    for name in local.files : trimsuffix(trimsuffix(replace(name, "/", "-"), ".json"), ".tftpl") =>
    endswith(name, ".tftpl") ? templatefile("${path.module}/policies/${name}", { buckets = ["a", "b"], account = 111122223333, deny = true }) : file("${path.module}/policies/${name}")
  }
  merged = jsonencode({ Version = "2012-10-17", Statement = flatten([for text in values(local.texts) : jsondecode(text).Statement]) })
}

resource "aws_iam_policy" "each" {
  for_each = local.texts
  name     = each.key
  policy   = each.value
  tags     = { sha = substr(sha256(each.value), 0, 8), size = length(each.value), exists = fileexists("${path.module}/policies/${each.key}.json") }
}

resource "aws_iam_policy" "merged" {
  name   = "merged"
  policy = local.merged
}
