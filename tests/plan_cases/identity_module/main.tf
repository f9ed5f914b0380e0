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

module "roles" {
  source = "./roles"

  prefix = "acme"
  roles = {
    backup = {
      services = ["backup"]
      managed  = ["service-role/AWSBackupServiceRolePolicyForBackup"]
      statements = [
        { actions = ["ec2:CreateSnapshot", "ec2:CopySnapshot"], resources = ["*"] },
        { sid = "Keys", actions = ["kms:CreateGrant"], resources = ["arn:aws:kms:*:111122223333:key/*"], conditions = { Bool = { "kms:GrantIsForAWSResource" = [true] } } },
      ]
    }
    reader = {
      accounts   = ["444455556666", 111122223333]
      external   = "s3cret"
      statements = [{ effect = "Deny", actions = ["s3:*"], resources = formatlist("arn:aws:s3:::%s/*", ["a", "b"]) }]
    }
    empty = {}
  }
  boundary = "arn:aws:iam::111122223333:policy/boundary"
}

data "aws_iam_policy_document" "more" {
  source_policy_documents   = values(module.roles.documents)
  override_policy_documents = [jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Keys", Effect = "Deny", Action = "kms:*", Resource = "*" }] })]
  statement {
    sid       = "Own"
    actions   = ["sts:GetCallerIdentity"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "more" {
  name   = "more"
  policy = data.aws_iam_policy_document.more.json
}
