"""Whether the key of a backup vault is one of the account's own."""

import pytest

LOOKED_UP = """
data "aws_kms_alias" "service" { name = "alias/aws/backup" }
data "aws_kms_key" "service" { key_id = "alias/aws/ebs" }
data "aws_kms_alias" "own" { name = "alias/backups" }
data "aws_kms_key" "own" { key_id = "alias/backups" }
resource "aws_kms_key" "own" {}
resource "aws_kms_alias" "own" {
  name          = "alias/aws-like"
  target_key_id = aws_kms_key.own.id
}
variable "key" { default = null }
variable "unset" {}
"""


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("data.aws_kms_alias.service.target_key_arn", ["fail"]),
        ("data.aws_kms_key.service.arn", ["fail"]),
        ('"arn:aws:kms:eu-west-1:111122223333:alias/aws/backup"', ["fail"]),
        ("var.key", ["fail"]),
        ('""', ["fail"]),
        ("data.aws_kms_alias.own.target_key_arn", []),
        ("data.aws_kms_key.own.arn", []),
        ("aws_kms_key.own.arn", []),
        ("aws_kms_alias.own.target_key_arn", []),
        ("coalesce(var.key, aws_kms_key.own.arn)", []),
        ("var.unset", []),
        ('var.unset == "a" ? aws_kms_key.own.arn : null', ["unknown"]),
    ],
)
def test_a_key_of_aws_is_no_key_of_one_s_own(scan_text, key, expected):
    code = LOOKED_UP + f'resource "aws_backup_vault" "v" {{\n  name = "v"\n  kms_key_arn = {key}\n}}\n'
    assert [result.status.value for result in scan_text("terraform", code, select=["SNAP207"])] == expected
