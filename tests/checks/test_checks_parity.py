"""The same attack gives the same findings, whichever language it is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapguard import registry
from snapguard.findings import Result
from snapguard.scan import scan
from snapguard.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
RECOVERY_ACCOUNT = ("444455556666",)

PAIRS = [
    code for code in registry.check_modules() if None not in registry.load(code).examples("BAD").values()
]  # fmt: skip

TERRAFORM_ALONE = frozenset({"SNAP301"})
"""What the attack does that CloudFormation has no resource for: it can't give an image to everyone."""


def failed(results: list[Result]) -> set[str]:
    return {result.code for result in results if result.status.value == "fail"}


@pytest.mark.parametrize("code", PAIRS)
def test_a_bad_example_gives_the_same_checks_in_both_languages(code, scan_text):
    examples = registry.load(code).examples("BAD")

    found = {language: failed(scan_text(language, text)) for language, text in examples.items()}

    assert found["cloudformation"] == found["terraform"]


def test_the_whole_attack_gives_the_same_checks_in_both_languages():
    settings = Settings(trusted_accounts=RECOVERY_ACCOUNT)
    terraform = failed(scan([str(EXAMPLES / "terraform" / "attack")], settings).results)
    cloudformation = failed(scan([str(EXAMPLES / "cloudformation" / "attack")], settings).results)

    assert terraform - TERRAFORM_ALONE == cloudformation
    assert len(cloudformation) >= 6


@pytest.mark.parametrize("language", ["terraform", "cloudformation"])
def test_the_mended_example_gives_nothing(language):
    settings = Settings(trusted_accounts=RECOVERY_ACCOUNT)

    assert failed(scan([str(EXAMPLES / language / "mended")], settings).results) == set()
