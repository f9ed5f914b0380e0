"""Terraform code written out in a test, and read as a root module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from snapguard.settings import Settings
from snapguard.source import SourceFile
from snapguard.terraform.evaluate import evaluate
from snapguard.terraform.modules import ModuleScope, TerraformRoot, read_root
from snapguard.terraform.parsing import parse
from snapguard.values import Known, Value

ReadTerraform = Callable[..., TerraformRoot]


@pytest.fixture
def terraform(tmp_path: Path) -> ReadTerraform:
    """Writes code (a text for main.tf, or texts by path) and reads it as a root module."""

    def read(code: str | Mapping[str, str], **settings: Any) -> TerraformRoot:
        files = {"main.tf": code} if isinstance(code, str) else code
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_root(str(tmp_path), Settings(**settings))

    return read


def plain(value: Value) -> Any:
    """A value as plain Python: unknown ones as "<unknown>", absent ones as None."""
    if not isinstance(value, Known):
        return None if value.is_absent else "<unknown>"
    content = value.value
    if isinstance(content, dict):
        return {name: plain(child) for name, child in content.items()}
    if isinstance(content, list):
        return [plain(child) for child in content]
    return content


@pytest.fixture
def planned(terraform: ReadTerraform) -> Callable[..., dict[str, dict[str, Any]]]:
    """What the resources of some code set, as plain Python by address."""

    def plan(code: str | Mapping[str, str], **settings: Any) -> dict[str, dict[str, Any]]:
        root = terraform(code, **settings)
        return {
            resource.address: {name: plain(resource.get(name)) for name in resource.attribute_names()}
            for resource in root.resources()
        }

    return plan


Evaluate = Callable[[str], Any]
ValueOf = Callable[..., Value]


@pytest.fixture
def value_of(terraform: ReadTerraform) -> ValueOf:
    """The value of an expression beside some declarations and files; raises EvaluationError where a plan would fail."""

    def evaluate_expression(
        expression: str, declarations: str = "", files: Mapping[str, str | bytes] | None = None
    ) -> Value:
        root = terraform({"main.tf": declarations})
        for name, content in (files or {}).items():
            path = Path(root.directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = SourceFile("it.tf", "it.tf", f"it = {expression}\n".encode())
        parsed = parse(file).body.expression("it")
        assert parsed is not None
        return evaluate(parsed, ModuleScope(root.module, {}))

    return evaluate_expression


@pytest.fixture
def evaluated(terraform: ReadTerraform) -> Evaluate:
    """The plain value of an expression beside a few declarations to name in it."""

    def evaluate(expression: str) -> Any:
        root = terraform(DECLARATIONS + f'\noutput "it" {{\n  value = {expression}\n}}\n')
        return plain(root.module.output("it"))

    return evaluate


DECLARATIONS = """
variable "unset" {}
variable "name" { default = "db" }
variable "sizes" { default = { small = 10, large = 100 } }
variable "nothing" { default = null }
variable "zones" { default = ["b", "a", "c"] }
locals {
  nested = [{ id = "i-1", d = { n = 1 } }, { id = "i-2", d = { n = 2 } }]
}
resource "terraform_data" "one" {}
resource "terraform_data" "two" { count = 2 }
resource "terraform_data" "three" {
  for_each = toset(["x", "y"])
  input    = each.key
}
"""
