"""What is marked as sensitive; the expected answers are those of `terraform plan`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

UNKNOWN = "<unknown>"

CODE = """
variable "secret" {
  default   = "hidden"
  sensitive = true
}
variable "text" { default = "plain" }
variable "flag" { default = true }
locals {
  derived = "${var.secret}-x"
  nested  = { token = var.secret }
  one     = local.two
  two     = local.one
}
resource "terraform_data" "one" { input = var.text }
resource "terraform_data" "marked" { input = var.secret }
resource "aws_ebs_volume" "v" { size = 7 }
module "child" {
  source = "./child"
  token  = var.secret
  label  = "shown"
}
module "many" {
  source   = "./child"
  for_each = { a = "a", b = "b" }
  token    = each.value
}
module "none" {
  source = "./child"
  count  = 0
  token  = ""
}
module "gone" { source = "./gone" }
"""

CHILD = """
variable "token" {}
variable "label" {
  default   = ""
  sensitive = true
}
output "token" {
  value     = var.token
  sensitive = true
}
output "constant" {
  value     = "constant"
  sensitive = true
}
output "label" { value = var.label }
output "nested" { value = { token = var.token } }
"""


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("var.secret", True),
        ("var.text", False),
        ("null", False),
        ('"a${var.secret}"', True),
        ('"%{ if var.flag }${var.secret}%{ endif }"', True),
        ('"%{ for one in [var.text] }${one}%{ endfor }"', False),
        ('sensitive("a")', True),
        ("nonsensitive(var.secret)", False),
        ("[var.secret]", False),
        ("{ a = var.secret }", False),
        ("{ (var.secret) = 1 }", True),
        ("[for one in [var.secret] : one]", False),
        ('[for one in sensitive(["a"]) : one]', True),
        ("[for one in [1] : one if var.secret == var.secret]", True),
        ("{ for at, one in [1] : at => one }", False),
        ("upper(var.secret)", True),
        ("length(var.secret)", True),
        ("length([var.secret])", False),
        ("jsonencode([var.secret])", True),
        ('concat([var.secret], ["a"])', False),
        ("merge(sensitive({ a = 1 }), { b = 1 })", True),
        ("merge([{ a = 1 }]...)", False),
        ("merge([{ a = var.secret }]...)", UNKNOWN),
        ('var.secret == "hidden"', True),
        ('false ? var.secret : "b"', True),
        ("!sensitive(true)", True),
        ("-sensitive(1)", True),
        ("issensitive(var.secret)", False),
        ("can(var.secret)", False),
        ("try(var.text, 1)", False),
        ("try(var.secret, 1)", UNKNOWN),
        ('lookup({ a = var.secret }, "a")', UNKNOWN),
        ('["a", "b"][sensitive(0)]', True),
        ('sensitive(["a"])[*]', True),
        ("[var.secret][*]", False),
        ("[{ a = 1 }][*].a", False),
        ("local.derived", True),
        ("local.nested", False),
        ("local.nested.token", UNKNOWN),
        ("terraform.workspace", False),
        ("terraform_data.one.input", False),
        ("terraform_data.marked.input", UNKNOWN),
        ("terraform_data.one.id", UNKNOWN),
        ("sensitive(terraform_data.one.id)", True),
        ("aws_ebs_volume.v.size", UNKNOWN),
        ("module.child.token", True),
        ("module.child.constant", False),
        ("module.child.label", True),
        ("module.child.nested", False),
        ('module.many["a"].constant', False),
        ('module.many["a"].token', UNKNOWN),
        ("module.gone.token", UNKNOWN),
        ("module.child", UNKNOWN),
        ("module.child.nested.token", UNKNOWN),
        ("[for one in [{ a = 1 }] : one.a]", False),
        ("[for one in [{ a = var.secret }] : one.a]", False),
        ("provider::a::b(1)", UNKNOWN),
    ],
)
def test_what_is_marked(terraform: Callable[..., Any], argument: str, expected: Any) -> None:
    code = CODE + f'output "it" {{\n  value = issensitive({argument})\n}}\n'
    value = terraform({"main.tf": code, "child/main.tf": CHILD}).module.output("it")
    assert getattr(value, "value", UNKNOWN) == expected


@pytest.mark.parametrize(
    "argument", ["local.one", "var.nope", "local.nope", "module.nope.a", "module.none[0].token", "module.child.nope"]
)
def test_what_can_not_be_read_is_unknown(terraform: Callable[..., Any], argument: str) -> None:
    code = CODE + f'output "it" {{\n  value = issensitive({argument})\n}}\n'
    assert not terraform({"main.tf": code, "child/main.tf": CHILD}).module.output("it").is_known


def test_a_name_of_a_for_expression_is_not_followed(terraform: Callable[..., Any]) -> None:
    module = terraform('output "it" {\n  value = [for one in ["a"] : issensitive(one)]\n}\n').module
    assert [one.is_known for one in module.output("it").value] == [False]
