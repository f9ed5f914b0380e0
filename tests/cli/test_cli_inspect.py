"""`snapguard inspect`: what SnapGuard believes that a plan would show."""

import json

import pytest
from click.testing import CliRunner

from snapguard.cli import program


@pytest.fixture
def run(write):
    def inspect(files, *arguments):
        write(files)
        return CliRunner().invoke(program, ["inspect", *arguments])

    return inspect


@pytest.fixture
def resources(run):
    def inspect(files, *arguments):
        result = run(files, *arguments)
        document = json.loads(result.stdout)
        assert document["version"] == 1
        return {resource["address"]: resource for resource in document["resources"]}

    return inspect


CODE = """\
variable "size" {}

resource "aws_ebs_volume" "v" {
  for_each          = toset(["a"])
  availability_zone = "eu-west-1a"
  size              = var.size
  iops              = 1.5 * 2
  throughput        = 0.5
  encrypted         = true
  kms_key_id        = null
  tags              = { Name = "x", Owner = var.size }
}

resource "aws_instance" "i" {
  security_groups = ["known", aws_security_group.g.name]
  subnet_id       = "subnet-1"

  ebs_block_device {
    device_name = "/dev/sdb"
    snapshot_id = aws_ebs_snapshot.s.id
  }
}
"""

LINKED = """\
resource "aws_ebs_snapshot" "s" {}
resource "aws_security_group" "g" {}
resource "aws_kms_key" "k" {}
"""


def test_a_resource_has_the_shape_of_a_plan(resources):
    assert resources({"a/main.tf": CODE})['aws_ebs_volume.v["a"]'] == {
        "address": 'aws_ebs_volume.v["a"]',
        "mode": "managed",
        "type": "aws_ebs_volume",
        "name": "v",
        "index": "a",
        "module": "",
        "file": "a/main.tf",
        "line": 3,
        "end_line": 12,
        "exists": True,
        "values": {
            "availability_zone": "eu-west-1a",
            "iops": 3,
            "throughput": 0.5,
            "encrypted": True,
            "tags": {"Name": "x"},
        },
        "unknown": ["size", "tags.Owner"],
        "references": resources({})['aws_ebs_volume.v["a"]']["references"],
    }


def test_blocks_are_lists_of_objects_that_keep_what_is_known(resources):
    instance = resources({"main.tf": CODE, "linked.tf": LINKED})["aws_instance.i"]

    device = {"device_name": "/dev/sdb", "delete_on_termination": True}
    assert instance["values"] == {"subnet_id": "subnet-1", "ebs_block_device": [device]}
    assert sorted(instance["unknown"]) == ["ebs_block_device[0].snapshot_id", "security_groups"]
    assert instance["references"] == ["aws_ebs_snapshot.s", "aws_security_group.g"]


def test_a_number_beyond_measure_is_not_known(resources):
    code = 'resource "aws_ebs_volume" "v" {\n  size = 1e99999\n}\n'

    volume = resources({"main.tf": code})["aws_ebs_volume.v"]
    assert (volume["values"], volume["unknown"]) == ({}, ["size"])


def test_references_inside_texts_are_named(resources):
    code = """\
resource "aws_iam_role_policy" "p" {
  role   = "x"
  policy = jsonencode({ Statement = [{ Resource = "${aws_kms_key.k.arn}/*" }] })
}
"""

    assert "aws_kms_key.k" in resources({"main.tf": code, "linked.tf": LINKED})["aws_iam_role_policy.p"]["references"]


def test_resources_come_sorted_by_file_and_line(run):
    files = {"b.yaml": "Resources:\n  V:\n    Type: AWS::SNS::Topic\n", "a/main.tf": CODE}
    listed = json.loads(run(files).stdout)["resources"]

    assert [(resource["file"], resource["line"]) for resource in listed] == [
        ("a/main.tf", 3),
        ("a/main.tf", 14),
        ("b.yaml", 2),
    ]


def test_a_resource_that_differs_between_outcomes_says_when_it_is_so(run):
    template = """\
Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  V:
    Type: AWS::EC2::Volume
    Properties: {Encrypted: !If [IsProd, true, false]}
  W:
    Type: AWS::EC2::Volume
"""
    listed = json.loads(run({"t.yaml": template}).stdout)["resources"]

    assert {(r["address"], r["values"].get("Encrypted"), r.get("assumption")) for r in listed} == {
        ("V", True, "IsProd is true"),
        ("V", False, "IsProd is false"),
        ("W", None, None),
    }


def test_variables_are_taken_from_the_command_line(resources):
    assert resources({"main.tf": CODE}, "--var", "size=7")['aws_ebs_volume.v["a"]']["values"]["size"] in (7, "7")


def test_what_could_not_be_read_is_told_and_the_rest_is_shown(run):
    result = run({"a/main.tf": 'resource "x" "y" {\n  a =\n}\n', "b/main.tf": CODE})

    assert result.exit_code == 1
    assert result.stderr.startswith("snapguard: a/main.tf:2: ")
    assert "aws_instance.i" in result.stdout


def test_a_missing_path_is_told_with_status_2(run):
    result = run({"main.tf": CODE}, "nowhere", ".")

    assert result.exit_code == 2
    assert result.stderr == "snapguard: nowhere: there is no such file or directory\n"
    assert "aws_instance.i" in result.stdout


def test_a_place_that_can_not_be_listed_is_told(run, monkeypatch):
    import os

    real = os.scandir

    def refuse(path):
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = run({"secret/x": "", "main.tf": CODE})

    assert result.exit_code == 1
    assert result.stderr == "snapguard: secret:1: can't be read: Permission denied\n"


def test_a_bug_is_one_line_and_a_traceback_only_with_debug(run, monkeypatch):
    from snapguard.terraform import modules

    def read_root(directory, settings):
        raise ValueError(f"unforeseen in {directory} {settings.jobs}")

    monkeypatch.setattr(modules, "read_root", read_root)
    result = run({"main.tf": CODE})

    assert result.exit_code == 2
    assert result.stderr.startswith("snapguard: internal error in the reader on .: ValueError: unforeseen in . 0; ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" in run({}, "--debug").stderr


def test_a_block_shows_what_a_plan_always_shows_of_what_is_not_set_in_it(resources):
    code = """\
        resource "aws_security_group" "g" {
          ingress {
            from_port   = 22
            to_port     = 22
            protocol    = "tcp"
            cidr_blocks = [aws_vpc.v.cidr_block]
          }
          egress {
            from_port   = 0
            to_port     = 0
            protocol    = "-1"
            self        = true
            description = var.unknown
          }
        }
        resource "aws_dlm_lifecycle_policy" "p" {
          policy_details {
            schedule {
              cross_region_copy_rule {
                target = "eu-west-1"
              }
            }
          }
        }
        resource "aws_vpc" "v" {}
        variable "unknown" {}
    """
    found = resources({"main.tf": code})
    values = found["aws_security_group.g"]["values"]
    assert values["ingress"] == [{"from_port": 22, "to_port": 22, "protocol": "tcp", "description": "", "self": False}]
    assert values["egress"] == [{"from_port": 0, "to_port": 0, "protocol": "-1", "self": True}]
    details = found["aws_dlm_lifecycle_policy.p"]["values"]["policy_details"][0]
    assert details["policy_type"] == "EBS_SNAPSHOT_MANAGEMENT"
    assert details["schedule"] == [{"cross_region_copy_rule": [{"target": "eu-west-1", "cmk_arn": ""}]}]
    assert found["aws_vpc.v"]["values"] == {}


def test_a_data_source_that_is_read_later_shows_only_what_the_code_sets(resources):
    code = """\
        data "aws_iam_policy_document" "now" {
          statement {
            actions = ["ec2:CreateSnapshot"]
          }
        }
        data "aws_iam_policy_document" "later" {
          statement {
            actions   = ["kms:Decrypt"]
            resources = [aws_kms_key.k.arn]
          }
        }
        resource "aws_kms_key" "k" {}
    """
    found = resources({"main.tf": code})
    now = found["data.aws_iam_policy_document.now"]["values"]
    assert now["statement"] == [{"actions": ["ec2:CreateSnapshot"], "effect": "Allow", "sid": ""}]
    later = found["data.aws_iam_policy_document.later"]["values"]
    assert "effect" not in later["statement"][0]
