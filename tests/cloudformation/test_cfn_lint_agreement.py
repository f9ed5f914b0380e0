"""cfn-lint, an independent reader of templates, agrees on which templates of the corpus are valid.

It needs cfn-lint, which the project does not: without it the tests here are left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from templates_at_random import drawn

from snapguard.cloudformation.stacks import read_roots
from snapguard.settings import Settings

pytest.importorskip("cfnlint", reason="the oracle: pip install cfn-lint")

CORPUS = Path(__file__).with_name("corpus")
WRITTEN = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(".expected.json"))
SEEDS = range(0, 160, 7)

READING = ("E0000", "E0001", "E0002", "E1001", "E3001")
"""cfn-lint's rules on whether a file can be read as a template at all."""

FUNCTIONS = ("E101", "E102", "E103", "E104", "E105", "E60", "E80")
"""Those on the arguments of intrinsic functions, on outputs and on conditions."""

DIFFERENCES = {
    "cidr.yaml": "cfn-lint knows Fn::Cidr of IPv4 alone; CloudFormation cuts IPv6 blocks as well",
    "plain_scalars.yaml": "cfn-lint reads 2024-02-30 as a date; CloudFormation takes it as the text that it is",
    "several_documents.yaml": "cfn-lint takes one document a file; here each counts as a template of its own",
}
"""Templates on which the two differ, each with the reason."""


def errors_of_cfn_lint(path: Path) -> list[str]:
    """The errors by which cfn-lint says that a template can't be read or resolved."""
    from cfnlint.api import lint_file
    from cfnlint.config import ManualArgs

    matches = lint_file(path, ManualArgs(regions=["eu-west-1"]))
    return sorted(
        {f"{match.rule.id} {match.message}" for match in matches if match.rule.id.startswith((*READING, *FUNCTIONS))}
    )


def errors_of_snapguard(path: Path) -> list[str]:
    """What SnapGuard reports as unreadable, with every property resolved."""
    roots = read_roots(str(path), Settings())
    for root in roots:
        for resource in root.resources():
            for name in resource.attribute_names():
                resource.get(name)
    return [error.message for root in roots for error in root.errors()]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_template_drawn_at_random_is_valid_for_both(seed, tmp_path):
    template = drawn(seed, portable=seed % 2 == 0)
    path = tmp_path / template.name
    path.write_text(template.text, encoding="utf-8")

    assert (errors_of_cfn_lint(path), errors_of_snapguard(path)) == ([], [])


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_written_template_is_valid_for_both_or_for_neither_but_for_known_differences(path):
    agree = bool(errors_of_cfn_lint(path)) == bool(errors_of_snapguard(path))

    assert agree == (path.name not in DIFFERENCES), DIFFERENCES.get(path.name, errors_of_cfn_lint(path))
