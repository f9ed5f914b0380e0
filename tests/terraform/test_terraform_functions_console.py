"""Functions give what `terraform console` answers.

function_calls.txt holds expressions with Terraform's answers as JSON, or ERROR where it refuses.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from snapguard.source import SourceFile, Span
from snapguard.terraform import functions
from snapguard.terraform.evaluate import Scope, evaluate
from snapguard.terraform.functions import CallContext
from snapguard.terraform.parsing import parse
from snapguard.terraform.syntax import Accessor
from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Value

TABLE = Path(__file__).with_name("function_calls.txt")


def sections() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in TABLE.read_text(encoding="utf-8").split("\n"):
        if line.startswith("# "):
            calls = found[line[2:]] = {}
        elif line:
            expression, _, answer = line.rpartition(" => ")
            calls[expression] = answer
    return found


SECTIONS = sections()


class ConstantScope:
    """A scope in which nothing is named, so that only functions count."""

    names: Mapping[str, Value] = {}

    def resolve(self, name: str, accessors: Sequence[Accessor], span: Span) -> tuple[Value, int]:
        raise AssertionError(f"{name} is not to be named here")

    def bind(self, names: Mapping[str, Value]) -> Scope:
        raise AssertionError("nothing is to be bound here")

    def spend(self, steps: int) -> None:
        """These calls are few."""

    def call(self, name: str, arguments: Sequence[Value], span: Span) -> Value:
        return functions.call(name, arguments, CallContext(os.curdir, os.curdir, refuse_to_render), span)


def refuse_to_render(*_: object) -> Value:
    raise AssertionError("nothing is to be rendered here")


def answer(expression: str) -> str:
    file = SourceFile("calls.tf", "calls.tf", f"it = jsonencode({expression})\n".encode())
    parsed = parse(file).body.expression("it")
    assert parsed is not None
    try:
        value = evaluate(parsed, ConstantScope())
    except EvaluationError:
        return "ERROR"
    return value.value if isinstance(value, Known) else "UNKNOWN"


@pytest.mark.parametrize("section", SECTIONS)
def test_calls_give_what_terraform_answered(section: str) -> None:
    calls = SECTIONS[section]
    assert {expression: answer(expression) for expression in calls} == calls


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_table_holds_what_terraform_answers(tmp_path: Path) -> None:
    calls = {expression: answer for section in SECTIONS.values() for expression, answer in section.items()}
    configuration = tmp_path / "terraform.rc"
    configuration.touch()
    module = tmp_path / "module"
    module.mkdir()
    tried = (f'  r{at} = try(jsonencode({expression}), "ERROR")' for at, expression in enumerate(calls))
    (module / "main.tf").write_text("\n".join(["locals {", *tried, "}\n"]), encoding="utf-8")
    wanted = ",".join(f"local.r{at}" for at in range(len(calls)))
    finished = subprocess.run(
        ["terraform", "console"],
        input=f"base64encode(jsonencode([{wanted}]))\n",
        cwd=module,
        env={**os.environ, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(base64.b64decode(json.loads(finished.stdout)))
    assert dict(zip(calls, answers, strict=True)) == calls
