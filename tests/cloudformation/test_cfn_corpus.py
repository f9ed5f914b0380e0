"""A corpus of templates, each with its expected resolution: drawn from a grammar of all intrinsics, or hand-written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from resolved_values import shown
from templates_at_random import drawn

from snapguard.cloudformation.stacks import TemplateRoot, read_roots
from snapguard.settings import Settings

CORPUS = Path(__file__).with_name("corpus")
WRITTEN = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(".expected.json"))
SEEDS = range(160)


def resolution(root: TemplateRoot) -> dict[str, Any]:
    """The resources of an outcome, by their logical ids, as plain data."""
    return {
        resource.name: {name: shown(resource.get(name)) for name in resource.attribute_names()}
        for resource in root.resources()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_template_drawn_at_random_resolves_to_what_it_was_made_to_mean(seed, read):
    template = drawn(seed, portable=seed % 2 == 0)

    (root,) = read(template.text.encode(), template.name)

    assert resolution(root) == template.expected
    assert [error.message for error in root.errors()] == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_written_template_resolves_as_expected_in_every_outcome(path):
    roots = read_roots(str(path), Settings())

    found = {
        "outcomes": [{"when": root.assumption, "resources": resolution(root)} for root in roots],
        "errors": sorted({(error.span.line, error.message) for root in roots for error in root.errors()}),
    }

    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(found)) == expected
