"""Block devices and shares that only some readers give, and the walk through repeated blocks."""

import pytest

from snapguard.findings import Status
from snapguard.values import ABSENT, Known, Unknown, each, why_unknown


def told(results, code):
    return [
        (result.address, result.span.line, result.status is Status.FAIL) for result in results if result.code == code
    ]


def texts(values):
    return [value.known_text for value in values]


def test_a_walk_enters_every_element_of_every_list_on_the_way():
    block = Known(
        [Known({"rule": Known([Known({"to": Known("a")}), Known({"to": Known("b")})])}), Known({}), Known(None)]
    )
    assert texts(each(block, "rule", "to")) == ["a", "b"]
    assert list(each(ABSENT, "rule")) == []
    assert texts(each(Known([Known("a"), Known(None)]))) == ["a"]


def test_a_walk_through_an_unknown_gives_one_unknown():
    (found,) = each(Known({"rule": Unknown("var.rules has no value here")}), "rule", "to")
    assert isinstance(found, Unknown)
    assert why_unknown(found) == " (var.rules has no value here)"
    assert why_unknown(Known(1)) == ""


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ("[data.aws_caller_identity.own.account_id] : []", []),
        ('["all"] : []', [("SNAP301", False)]),
        ('["all"] : ["999988887777"]', [("SNAP301", False)]),
        ('["999988887777"] : []', [("SNAP302", False)]),
        ('["999988887777"] : ["888877776666"]', [("SNAP302", True)]),
        ('["999988887777"] : ["888877776666", "777766665555"]', [("SNAP302", True), ("SNAP302", False)]),
    ],
)
def test_a_list_that_hangs_on_a_condition_is_judged_by_its_outcomes(scan_text, accounts, expected):
    results = scan_text(
        "terraform",
        f"""
variable "share" {{ type = bool }}
data "aws_caller_identity" "own" {{}}
resource "aws_db_snapshot" "a" {{
  shared_accounts = var.share ? {accounts}
}}
""",
    )
    found = [(result.code, result.status is Status.FAIL) for result in results]
    assert sorted(found, reverse=True) == sorted(expected, reverse=True)


def test_a_dynamic_block_whose_elements_are_known_is_judged_for_each(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_instance" "a" {
  ami = "ami-12345678"
  dynamic "ebs_block_device" {
    for_each = { "/dev/sdf" = true, "/dev/sdg" = false }
    content {
      device_name = ebs_block_device.key
      encrypted   = ebs_block_device.value
    }
  }
}
""",
    )
    ((address, _, certain),) = told(results, "SNAP201")
    assert (address, certain) == ("aws_instance.a", True)


def test_a_dynamic_block_whose_elements_are_not_known_is_unknown(scan_text):
    results = scan_text(
        "terraform",
        """
variable "disks" { type = map(bool) }
resource "aws_instance" "a" {
  ami = "ami-12345678"
  dynamic "ebs_block_device" {
    for_each = var.disks
    content {
      device_name = ebs_block_device.key
    }
  }
}
""",
    )
    assert [certain for *_, certain in told(results, "SNAP201")] == [False]


@pytest.mark.parametrize(
    ("written", "expected"), [("false", [("aws_ecs_service.a", 7, True)]), ("true", []), ("null", [])]
)
def test_a_task_volume_is_judged_where_its_encryption_is_written(scan_text, written, expected):
    results = scan_text(
        "terraform",
        f"""
resource "aws_ecs_service" "a" {{
  name = "a"
  volume_configuration {{
    name = "data"
    managed_ebs_volume {{
      encrypted = {written}
      role_arn  = "arn:aws:iam::111122223333:role/ecs"
    }}
  }}
}}
""",
    )
    assert told(results, "SNAP201") == expected


def test_a_task_volume_of_a_template_is_judged_where_its_encryption_is_written(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  A:
    Type: AWS::ECS::Service
    Properties:
      VolumeConfigurations:
        - Name: plain
          ManagedEBSVolume: {RoleArn: arn, SizeInGiB: 1, Encrypted: false}
        - Name: unset
          ManagedEBSVolume: {RoleArn: arn, SizeInGiB: 1}
""",
    )
    assert told(results, "SNAP201") == [("A", 8, True)]


def test_a_disk_inside_a_machine_is_followed_through_its_snapshot(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_instance" "a" {
  ami = "ami-12345678"
  root_block_device {
    encrypted = true
  }
}
resource "aws_ebs_snapshot" "a" {
  volume_id = aws_instance.a.root_block_device[0].volume_id
}
resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
  snapshot_id       = aws_ebs_snapshot.a.id
}
""",
    )
    assert told(results, "SNAP201") == []


def test_a_key_that_the_vault_of_another_module_uses_is_found_across_modules(scan_text):
    results = scan_text(
        "terraform",
        {
            "main.tf": """
resource "aws_kms_key" "a" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] })
}
module "vault" {
  source = "./vault"
  key    = aws_kms_key.a.arn
}
""",
            "vault/main.tf": """
variable "key" {}
resource "aws_backup_vault" "a" {
  name        = "a"
  kms_key_arn = var.key
}
""",
        },
    )
    assert told(results, "SNAP305") == [("aws_kms_key.a", 3, True)]


def test_an_empty_text_sets_nothing(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
  encrypted         = true
  snapshot_id       = ""
}
resource "aws_ebs_volume" "b" {
  availability_zone = "eu-west-1a"
  snapshot_id       = ""
}
resource "aws_launch_template" "a" {
  block_device_mappings {
    device_name = "/dev/sdf"
    ebs {
      encrypted   = ""
      snapshot_id = ""
    }
  }
}
resource "aws_backup_vault" "a" {
  name        = "a"
  kms_key_arn = ""
}
resource "aws_ami_launch_permission" "a" {
  image_id   = "ami-12345678"
  account_id = ""
}
resource "aws_rds_cluster" "a" {
  snapshot_identifier = ""
  kms_key_id          = ""
}
""",
    )
    assert [(result.code, result.address, result.status) for result in results] == [
        ("SNAP201", "aws_ebs_volume.b", Status.FAIL),
        ("SNAP201", "aws_launch_template.a", Status.FAIL),
        ("SNAP207", "aws_backup_vault.a", Status.FAIL),
        ("SNAP205", "aws_rds_cluster.a", Status.FAIL),
    ]
