"""for_each over a set of which only some elements are known, or that a conditional makes empty."""

import pytest

from snapguard.settings import Settings
from snapguard.terraform.modules import read_root

OWN = 'data "aws_organizations_organization" "own" {}\n'
PARTLY = 'toset([data.aws_organizations_organization.own.arn, "999988887777"])'


def resource(for_each):
    return f'resource "aws_x" "r" {{\n  for_each = {for_each}\n  who = each.value\n}}\n'


@pytest.fixture
def root(write):
    def read(code, **files):
        write({"main.tf": code, **{f"{name}/main.tf": text for name, text in files.items()}})
        return read_root(".", Settings())

    return read


def found(root, *kinds):
    return [(each.address, each.exists, each.get("who").known_text) for each in root.resources_of(*kinds)]


def test_what_is_known_of_a_set_is_there_and_the_rest_may_be(root):
    assert found(root(OWN + resource(PARTLY)), "aws_x") == [
        ("aws_x.r", None, None),
        ('aws_x.r["999988887777"]', True, "999988887777"),
    ]


def test_the_resources_together_are_not_known(root):
    code = OWN + resource(PARTLY) + 'resource "aws_y" "r" {\n  who = join(",", [for each in aws_x.r : each.who])\n}\n'
    assert found(root(code), "aws_y") == [("aws_y.r", True, None)]


def test_modules_are_called_for_what_is_known(root):
    code = OWN + f'module "m" {{\n  source = "./m"\n  for_each = {PARTLY}\n  who = each.value\n}}\n'
    inner = 'variable "who" {}\nresource "aws_x" "r" {\n  who = var.who\n}\n'
    assert found(root(code, m=inner), "aws_x") == [
        ("module.m.aws_x.r", None, None),
        ('module.m["999988887777"].aws_x.r', True, "999988887777"),
    ]


@pytest.mark.parametrize("empty", ["[]", "toset([])"])
def test_a_conditional_s_empty_end_makes_nothing(root, empty):
    assert found(root(resource(f'false ? toset(["a"]) : {empty}')), "aws_x") == []


def test_what_is_null_at_one_end_of_a_conditional_may_lack_optional_attributes(root):
    inner = (
        'variable "it" {\n'
        "  type = object({ name = string, size = optional(number, 7), to = optional(list(string), []) })\n"
        "  default = null\n}\n"
        'resource "aws_x" "r" {\n  count = var.it == null ? 0 : length(var.it.to)\n  who = var.it.name\n}\n'
    )
    code = OWN + (
        'module "m" {\n  source = "./m"\n  for_each = toset(["a", "b"])\n  it = each.key == "a" ?'
        ' { name = "n", to = [data.aws_organizations_organization.own.arn] } : null\n}\n'
    )
    read = root(code, m=inner)
    assert found(read, "aws_x") == [('module.m["a"].aws_x.r[0]', True, "n")]
    assert not read.errors()
