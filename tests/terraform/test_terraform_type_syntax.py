"""Type constraints as they are written become types, and what is none is told."""

from collections.abc import Callable
from typing import Any

import pytest

Terraform = Callable[..., Any]


@pytest.mark.parametrize(
    ("written", "default", "expected"),
    [
        ("string", "5", "5"),
        ('"string"', "5", "5"),
        ('"list(string)"', "[1]", ["1"]),
        ("map", '{ a = 1, b = "x" }', {"a": "1", "b": "x"}),
        ("set(number)", '["2", 1]', [1, 2]),
        ("tuple([string, bool])", '[1, "true"]', ["1", True]),
        ("object({ a = optional(list(number), [1]) })", "{}", {"a": [1]}),
        ("any", "[1]", [1]),
    ],
)
def test_a_default_becomes_the_type(
    planned: Callable[..., dict[str, dict[str, Any]]], written: str, default: str, expected: Any
) -> None:
    code = f'variable "v" {{\n  type = {written}\n  default = {default}\n}}\n'
    code += 'resource "terraform_data" "x" {\n  input = var.v\n}\n'
    assert planned(code)["terraform_data.x"]["input"] == expected


@pytest.mark.parametrize(
    "written",
    [
        "text",
        '"5"',
        "5",
        "list(string, number)",
        "list(5)",
        "object(string)",
        "tuple(string)",
        "object({ (var.v) = string })",
    ],
)
def test_what_is_no_type_is_an_input_error(terraform: Terraform, written: str) -> None:
    code = f'variable "v" {{\n  type = {written}\n  default = 1\n}}\n'
    root = terraform(code + 'resource "terraform_data" "x" {\n  input = var.v\n}\n')
    root.find("terraform_data.x").get("input")
    (error,) = root.errors()
    assert "type" in error.message or "plain names" in error.message
    assert error.span.line == 2
