"""Expressions with nulls, unknown values and wrong types come out as `terraform plan` answered them.

Each line of odd_expressions.txt is an expression and the answer: JSON with "<unknown>" for what is not known and with
numbers as texts, or "refused". The names in the expressions are those of `expressions_at_random.DECLARATIONS`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from expressions_at_random import Sample
from test_terraform_differential import as_shown, our_answers

from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Value, ValueSet

LINES = (Path(__file__).parent / "odd_expressions.txt").read_text(encoding="utf-8").splitlines()
TABLE = [(expression, answer) for expression, _, answer in (line.rpartition(" => ") for line in LINES)]
IN_ONE_MODULE = 100
UNKNOWN = "<unknown>"


def written(value: Value | EvaluationError) -> Any:
    """Our answer as the table has it."""
    if isinstance(value, EvaluationError):
        return "refused"
    if not isinstance(value, Known):
        return None if value.is_absent else UNKNOWN
    content = value.value
    if isinstance(content, dict):
        return {name: written(child) for name, child in sorted(content.items())}
    if isinstance(content, list):
        children = [written(child) for child in content]
        return sorted(children, key=str) if isinstance(content, ValueSet) else children
    if content is None or isinstance(content, bool | str):
        return content
    return str(as_shown(value))


def as_ours(ours: Any, theirs: Any) -> Any:
    """Terraform's answer in the order of ours, since the order of a set means nothing."""
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        if sorted(map(str, ours)) == sorted(map(str, theirs)):
            return ours
        return [as_ours(one, other) for one, other in zip(ours, theirs, strict=True)]
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return {name: as_ours(ours.get(name), child) for name, child in sorted(theirs.items())}
    return theirs


@pytest.mark.parametrize("start", range(0, len(TABLE), IN_ONE_MODULE))
def test_it_comes_out_as_terraform_answered(start: int, tmp_path: Path) -> None:
    part: Sequence[tuple[str, str]] = TABLE[start : start + IN_ONE_MODULE]
    answers = our_answers([Sample("", expression) for expression, _ in part], "{}", tmp_path)
    ours = {expression: written(answer) for (expression, _), answer in zip(part, answers, strict=True)}
    theirs = {expression: answer if answer == "refused" else json.loads(answer) for expression, answer in part}
    assert ours == {expression: as_ours(ours[expression], answer) for expression, answer in theirs.items()}
