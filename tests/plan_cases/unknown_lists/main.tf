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

resource "aws_ebs_volume" "one" {
  for_each          = { a = 10, b = 20 }
  availability_zone = "eu-west-1${each.key}"
  size              = each.value
}

resource "aws_kms_key" "k" {
  count = 2
}

locals {
  ids     = [for one in aws_ebs_volume.one : one.id]
  arns    = aws_kms_key.k[*].arn
  by_zone = { for key, one in aws_ebs_volume.one : one.availability_zone => one.id }
  all     = concat(sort(local.ids), local.arns)
  flat    = flatten([local.ids, [["x", local.arns]]])
  named   = formatlist("vol-%s-%d", local.ids, [1, 2])
  chosen  = element(local.ids, 0)
  pairs   = setproduct(["r", "w"], keys(local.by_zone))
  zipped  = zipmap(["first", "second"], local.ids)
  merged  = merge(local.zipped, { third = "known" }, { first = "known too" })
  chunks  = chunklist(local.all, 3)
  sizes   = sum([for one in aws_ebs_volume.one : one.size])
  third   = local.sizes / length("abc")
  lengths = { all = length(local.all), flat = length(local.flat), named = length(local.named), chunks = length(local.chunks) }
}

resource "terraform_data" "known" {
  input = {
    lengths  = local.lengths
    sizes    = local.sizes
    third    = local.third
    pairs    = local.pairs
    keys     = keys(local.merged)
    zones    = keys(local.by_zone)
    some     = local.merged["first"]
    is_null  = aws_kms_key.k[0] == null
    starts   = [for one in local.named : startswith(one, "vol-")]
    contains = contains(keys(local.merged), "third")
    joined   = length(join(",", local.named)) == null
    either   = true ? "x" : local.ids[0]
    has      = can(local.ids[5])
    index    = index(["a", "b"], "b") / length("abc")
  }
}

resource "terraform_data" "partly" {
  input = {
    all     = local.all
    flat    = local.flat
    named   = local.named
    zipped  = local.zipped
    merged  = local.merged
    chosen  = local.chosen
    chunks  = local.chunks
    reverse = reverse(local.all)
    slice   = slice(local.flat, 1, 3)
    compact = compact(local.all)
    text    = "ids: ${join(", ", local.ids)}"
    json    = jsonencode(local.merged)
    either  = local.ids[0] == "x" ? [1] : [2, 3]
    lists   = local.ids[0] == "x" ? tolist(["a", "b"]) : tolist(["c", "d"])
    number  = local.ids[0] == "x" ? 1 : 1
    values  = values(local.merged)
    lookup  = lookup(local.merged, "third", "none")
    lookup2 = lookup(local.merged, local.ids[0], "none")
    list    = tolist([local.ids[0], "a"])
    sorted  = sort(["b", local.ids[0]])
    unions  = setunion(["a"], ["b", "a"])
  }
}
