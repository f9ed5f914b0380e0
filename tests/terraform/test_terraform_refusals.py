"""Code that Terraform refuses is refused here too, and said to be so at the right place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from snapguard.settings import Settings
from snapguard.terraform.modules import read_root

ILLEGAL = (Path(__file__).parent / "illegal_code.txt").read_text(encoding="utf-8").split("---\n")


def problems(directory: Path, code: str) -> list[tuple[str, int, int]]:
    """What is said of a file with that code: the message, the line and the column."""
    (directory / "main.tf").write_text(code, encoding="utf-8")
    errors = read_root(str(directory), Settings()).module.files.errors
    return [(error.message, error.span.line, error.span.column) for error in errors]


@pytest.mark.parametrize("code", ILLEGAL)
def test_illegal_code_is_refused(code: str, tmp_path: Path) -> None:
    assert problems(tmp_path, code)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
@pytest.mark.parametrize("code", ILLEGAL[:: max(1, len(ILLEGAL) // int(os.environ.get("SNAPGUARD_REFUSALS", "10")))])
def test_terraform_refuses_it_too(code: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(code, encoding="utf-8")
    configuration = tmp_path / "terraform.rc"
    configuration.touch()
    told = subprocess.run(
        ["terraform", "validate", "-json"],
        cwd=tmp_path,
        env={**os.environ, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(told.stdout)["error_count"] > 0


@pytest.mark.parametrize(
    ("code", "message", "line", "column"),
    [
        ("locals {\n  a = var.b.*.c.*.d\n}\n", "a .* can't stand within another one; write [*]", 2, 16),
        ("locals {\n  a = var.b.0.1\n}\n", ".0.1 takes two elements at once; write [0][1]", 2, 13),
        ('locals {\n  a = "x\\U00110000"\n}\n', "there is no character \\U00110000", 2, 9),
        ('resource "a${1}" "b" {\n}\n', "a label of a block holds no templates", 1, 12),
        (
            'resource "aws_ebs_volume" {\n}\n',
            "resource blocks take two labels: a type and a name; this one has 1",
            1,
            1,
        ),
        ('variable "a" "b" {\n}\n', "variable blocks take one label: a name; this one has 2", 1, 1),
        ("output {\n}\n", "output blocks take one label: a name; this one has none", 1, 1),
        ("a = 1\n", "a is set outside of any block; a value to name goes into a locals block", 1, 1),
        ('locals "x" {\n}\n', "locals blocks take no labels; this one has 1", 1, 1),
    ],
)
def test_the_message_says_what_is_wrong_and_where(
    code: str, message: str, line: int, column: int, tmp_path: Path
) -> None:
    assert (message, line, column) in problems(tmp_path, code)


def test_a_local_is_declared_once(tmp_path: Path) -> None:
    told = problems(tmp_path, "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n")
    assert [(message.rpartition("/")[2], line) for message, line, _ in told] == [("main.tf:2", 5)]
    assert told[0][0].startswith("local a is declared twice; the first stands in ")


def test_an_override_declares_nothing_twice(tmp_path: Path) -> None:
    (tmp_path / "override.tf").write_text("locals {\n  a = 2\n}\n", encoding="utf-8")
    assert problems(tmp_path, "locals {\n  a = 1\n}\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "locals {\n  a = var.b.*.c[0].*.d\n}\n",
        "locals {\n  a = var.b[*].c[*].d\n}\n",
        "locals {\n  a = var.b.0[1].c.2\n}\n",
        'locals {\n  a = "\\U0010ffff"\n}\n',
        'resource "a$${b}" "c" {\n}\n',
    ],
)
def test_what_is_close_to_illegal_is_read(code: str, tmp_path: Path) -> None:
    assert problems(tmp_path, code) == []
