"""A finding tells the way that a value came: through modules, locals, variables and functions, in order."""

from __future__ import annotations

import pytest

from snapguard.findings import provenance
from snapguard.scan import scan
from snapguard.settings import Settings
from snapguard.terraform.modules import read_root

ROOT = """\
variable "office" {
  default = "0.0.0.0/0"
}

locals {
  ranges = concat([var.office], ["10.0.0.0/8"])
}

module "net" {
  source = "./net"
  ranges = local.ranges
}
"""

NET = """\
variable "ranges" {
  type = list(string)
}

locals {
  first = sort(var.ranges)[0]
}

module "rules" {
  source  = "./rules"
  allowed = { ssh = local.first }
}
"""

RULES = """\
variable "allowed" {
  type = map(string)
}

resource "aws_security_group" "restored" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.allowed["ssh"]]
  }
}

resource "aws_instance" "restored" {
  ami                    = "ami-0123456789abcdef0"
  vpc_security_group_ids = [aws_security_group.restored.id]

  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
}
"""


def test_the_evidence_lists_module_arguments_locals_and_the_variables_default_in_order(write):
    write({"main.tf": ROOT, "net/main.tf": NET, "net/rules/main.tf": RULES})

    (found,) = scan(["."], Settings()).results

    assert found.code == "SNAP401"
    assert [(item.span.file.display, item.span.line, item.message) for item in found.evidence][:6] == [
        ("net/rules/main.tf", 10, "comes from var.allowed"),
        ("net/main.tf", 11, "comes from local.first"),
        ("net/main.tf", 6, "comes from var.ranges"),
        ("main.tf", 11, "comes from local.ranges"),
        ("main.tf", 6, "comes from var.office"),
        ("main.tf", 2, "is set here"),
    ]


def test_a_value_from_a_variable_file_is_told_to_be_set_there(write):
    write(
        {
            "main.tf": 'variable "on" {\n  type = bool\n}\nresource "aws_ebs_volume" "v" {\n  encrypted = var.on\n}\n',
            "terraform.tfvars": "\non = false\n",
        }
    )

    (found,) = scan(["."], Settings()).results

    assert [(item.span.file.display, item.span.line, item.message) for item in found.evidence][:2] == [
        ("main.tf", 5, "comes from var.on"),
        ("terraform.tfvars", 2, "is set here"),
    ]


def _way(expression: str) -> list[tuple[int, str]]:
    """Line and message of each step that a value of a resource in line 5 came, where var.a is set in line 2."""
    with open("main.tf", "w", encoding="utf-8") as file:
        file.write(
            'variable "a" {\n  default = "0.0.0.0/0"\n}\n'
            f'resource "terraform_data" "r" {{\n  input = {expression}\n}}\n'
        )
    resource = read_root(".", Settings()).find("terraform_data.r")
    assert resource is not None
    value = resource.get("input")
    assert value.is_known
    return [(item.span.line, item.message) for item in provenance(value)]


@pytest.mark.parametrize(
    "expression",
    [
        "concat([var.a], [])[0]",
        'merge({ x = var.a }, { y = "b" }).x',
        'lookup({ x = var.a }, "x", "none")',
        "coalesce(null, var.a)",
        "try(var.a, null)",
        "[for x in [var.a] : x][0]",
        "{ for k, x in { m = var.a } : k => x }.m",
        "flatten([[var.a]])[0]",
        "jsondecode(jsonencode({ x = var.a })).x",
        'var.a == "" ? "none" : var.a',
        '"${var.a}"',
        '"from ${var.a}"',
        'join(",", [var.a])',
        'format("%s is open", var.a)',
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_passed_on_or_becomes_a_part_keeps_its_way(expression):
    assert _way(expression) == [(5, "comes from var.a"), (2, "is set here")]


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        ("lower(var.a)", "lower"),
        ('replace(var.a, "0", "1")', "replace"),
        ('split("/", var.a)[0]', "split"),
        ('contains([var.a], "0.0.0.0/0")', "contains"),
        ("length(var.a)", "length"),
        ("trimspace(upper(var.a))", "trimspace"),
        ('cidrsubnet(replace(var.a, "/0", "/8"), 8, 1)', "cidrsubnet"),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_a_function_makes_has_come_through_its_call(expression, function):
    way = _way(expression)

    assert way[0] == (5, f"comes from {function}()")
    assert way[-2:] == [(5, "comes from var.a"), (2, "is set here")]


@pytest.mark.usefixtures("project")
def test_what_a_function_makes_of_literals_is_written_in_place():
    assert _way('lower("A")') == []


@pytest.mark.usefixtures("project")
def test_what_a_function_makes_is_no_link_to_the_resource_whose_attribute_it_was_made_of(write):
    write(
        {
            "main.tf": 'resource "terraform_data" "a" {\n  input = "Name"\n}\n'
            'resource "terraform_data" "b" {\n  input = [terraform_data.a.input, lower(terraform_data.a.input)]\n}\n'
        }
    )
    resource = read_root(".", Settings()).find("terraform_data.b")
    assert resource is not None
    same, made = resource.get("input").elements()

    assert [reference.address for reference in same.refs] == ["terraform_data.a"]
    assert made.refs == ()
    assert [item.message for item in provenance(made)][:2] == [
        "comes from lower()",
        "comes from terraform_data.a.input",
    ]


DECIDED = """\
variable "public" {
  default = true
}

locals {
  hidden = !var.public
  range  = local.hidden ? "10.0.0.0/8" : "0.0.0.0/0"
  ports  = { first = var.public ? 20 + 2 : 443 }
  port   = local.ports.first * -1
  same   = var.public == true && true
}
"""


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("hidden", ["var.public"]),
        ("range", ["local.hidden", "var.public"]),
        ("port", ["local.ports", "var.public"]),
        ("same", ["var.public"]),
    ],
)
def test_a_value_that_an_operator_or_a_condition_made_has_the_way_of_what_decided(write, name, way):
    write({"main.tf": DECIDED})
    value = read_root(".", Settings()).module.local(name)
    assert [step.note for step in value.via] == way
    assert value.refs == ()
