"""Values take the form that the AWS provider's schema gives them in a plan."""

from collections.abc import Callable
from typing import Any

import pytest

from snapguard.values import Known, Unknown

Planned = Callable[..., dict[str, dict[str, Any]]]
UNKNOWN = "<unknown>"


def test_scalars_become_what_the_schema_says(planned: Planned) -> None:
    code = """
    resource "aws_ebs_volume" "v" {
      availability_zone = 1
      encrypted         = "true"
      size              = "10"
      tags              = { n = 1, on = true }
    }
    """
    assert planned(code)["aws_ebs_volume.v"] == {
        "availability_zone": "1",
        "encrypted": True,
        "size": 10,
        "tags": {"n": "1", "on": "true"},
    }


def test_what_the_provider_would_refuse_stays_as_it_is_written(planned: Planned) -> None:
    code = """
    resource "aws_ebs_volume" "v" {
      encrypted = "maybe"
      size      = [1]
      tags      = "none"
    }
    """
    assert planned(code)["aws_ebs_volume.v"] == {"encrypted": "maybe", "size": [1], "tags": "none"}


def test_sets_lose_duplicates_and_lists_keep_them(planned: Planned) -> None:
    code = """
    resource "aws_instance" "i" {
      vpc_security_group_ids = ["sg-b", "sg-a", "sg-b"]
    }
    resource "aws_security_group" "g" {
      ingress {
        from_port   = 22
        protocol    = "tcp"
        cidr_blocks = ["10.0.0.0/8", "10.0.0.0/8"]
      }
      ingress {
        from_port   = "22"
        protocol    = "TCP"
        description = null
        cidr_blocks = ["10.0.0.0/8", "10.0.0.0/8"]
      }
    }
    """
    plan = planned(code)
    assert plan["aws_instance.i"]["vpc_security_group_ids"] == ["sg-b", "sg-a"]
    rule = {"from_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8", "10.0.0.0/8"]}
    assert plan["aws_security_group.g"]["ingress"] == [rule]


def test_an_unknown_element_may_be_equal_to_none(planned: Planned) -> None:
    code = """
    resource "aws_security_group" "g" {}
    resource "aws_instance" "i" {
      vpc_security_group_ids = [aws_security_group.g.id, aws_security_group.g.id, "sg-a"]
    }
    """
    assert planned(code)["aws_instance.i"]["vpc_security_group_ids"] == [UNKNOWN, UNKNOWN, "sg-a"]


@pytest.mark.parametrize(
    ("written", "planned_as"),
    [
        ("TCP", "tcp"),
        ("6", "tcp"),
        ("17", "udp"),
        ("58", "icmpv6"),
        ("1", "icmp"),
        ("ALL", "-1"),
        ("-1", "-1"),
        ("50", "50"),
    ],
)
def test_protocols_of_groups_are_written_by_name(planned: Planned, written: str, planned_as: str) -> None:
    code = f"""
    resource "aws_security_group_rule" "r" {{
      protocol = "{written}"
    }}
    resource "aws_vpc_security_group_ingress_rule" "r" {{
      ip_protocol = "{written}"
    }}
    """
    plan = planned(code)
    assert plan["aws_security_group_rule.r"]["protocol"] == planned_as
    assert plan["aws_vpc_security_group_ingress_rule.r"]["ip_protocol"] == written


def test_a_protocol_that_hangs_on_a_condition_is_rewritten_in_each_outcome(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'variable "any" {}\nresource "aws_security_group_rule" "r" {\n  protocol = var.any ? "all" : "TCP"\n}\n'
    )
    value = root.find("aws_security_group_rule.r").get("protocol")
    assert isinstance(value, Unknown)
    assert [outcome.known_text for outcome in value.outcomes or ()] == ["-1", "tcp"]


def test_user_data_of_an_instance_is_planned_as_its_hash(planned: Planned) -> None:
    plan = planned('resource "aws_instance" "i" {\n  user_data = "x"\n}\n')
    assert plan["aws_instance.i"]["user_data"] == "11f6ad8ec52a2984abaafd7c3b516503785c2072"


def test_a_form_keeps_the_place_and_the_way_of_a_value(terraform: Callable[..., Any]) -> None:
    root = terraform('variable "size" {\n  default = "10"\n}\nresource "aws_ebs_volume" "v" {\n  size = var.size\n}\n')
    size = root.find("aws_ebs_volume.v").get("size")
    assert isinstance(size, Known)
    assert (size.value, size.span.line, [step.note for step in size.via]) == (10, 2, ["var.size"])


def test_other_providers_are_left_alone(planned: Planned) -> None:
    plan = planned('resource "google_compute_disk" "d" {\n  size = "10"\n  labels = { n = 1 }\n}\n')
    assert plan["google_compute_disk.d"] == {"size": "10", "labels": {"n": 1}}


def test_a_single_block_in_json_is_a_list_of_one(planned: Planned) -> None:
    code = '{"resource": {"aws_launch_template": {"t": {"metadata_options": {"http_tokens": "required"}}}}}'
    plan = planned({"main.tf.json": code})
    assert plan["aws_launch_template.t"] == {"metadata_options": [{"http_tokens": "required"}]}
