"""The checks' examples are code that the languages' own tools have nothing to say against.

Where Terraform is at hand, tests/terraform/test_terraform_plan_files.py plans them as well.
"""

import shutil
import subprocess

import pytest

from snapguard import registry

BROKEN = ("SNAP001", "BAD")
"""The example of a file that can't be read."""


def examples(language):
    return [
        pytest.param(text, id=f"{check.code}-{kind}")
        for check in registry.load_all()
        for kind in ("BAD", "GOOD")
        for text in [check.examples(kind)[language]]
        if text is not None and (check.code, kind) != BROKEN
    ]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
@pytest.mark.parametrize("text", examples("terraform"))
def test_an_example_is_written_as_terraform_formats_it(text):
    formatted = subprocess.run(["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=True).stdout

    assert text == formatted


@pytest.mark.parametrize("text", examples("cloudformation"))
def test_an_example_is_a_template_that_cfn_lint_accepts(text):
    api = pytest.importorskip("cfnlint.api", reason="cfn-lint is not installed")

    assert [f"{match.rule.id} {match.message}" for match in api.lint(text)] == []
