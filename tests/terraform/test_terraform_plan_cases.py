"""The cases under tests/plan_cases come out as the real Terraform planned them (tools/plan_truth.py distils that)."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from snapguard.inspection import inspect
from snapguard.settings import Settings

PROJECT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in (PROJECT / "tests" / "plan_cases").glob("*/truth.json"))


def _plan_truth() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plan_truth", PROJECT / "tools" / "plan_truth.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAN_TRUTH = _plan_truth()


class Leaf(NamedTuple):
    """A value that is no collection, and where it stands."""

    path: str
    value: Any


def _leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _leaves(child, f"{path}.{name}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _leaves(child, f"{path}[{number}]")
    elif value is not None:
        yield Leaf(path, value)


def _without_order(value: Any) -> Any:
    """The order of lists in a policy document means nothing, and Terraform sorts some of them."""
    if isinstance(value, dict):
        return {name: _without_order(child) for name, child in value.items()}
    if isinstance(value, list):
        return sorted((_without_order(child) for child in value), key=lambda child: json.dumps(child, sort_keys=True))
    return value


def _is_same(ours: Any, planned: Any, is_exact: bool) -> bool:
    if isinstance(ours, str) and isinstance(planned, str) and not is_exact and ours[:1] == planned[:1] == "{":
        return bool(_without_order(json.loads(ours)) == _without_order(json.loads(planned)))
    if type(ours) in (int, float) and type(planned) in (int, float):
        return math.isclose(ours, planned, rel_tol=1e-12)
    return type(ours) is type(planned) and bool(ours == planned)


def _contradictions(ours: Any, planned: Any, path: str, is_exact: bool) -> list[str]:
    """Where what we know is not what is planned. A provider's sets have no order; what we leave out is unknown."""
    if isinstance(ours, dict) and isinstance(planned, dict):
        found: list[str] = []
        for name, child in ours.items():
            found += _contradictions(child, planned.get(name), f"{path}.{name}", is_exact)
        return found
    if isinstance(ours, list) and isinstance(planned, list) and len(ours) == len(planned):
        return _contradictions_in_list(ours, planned, path, is_exact)
    if ours in (None, [], {}) and planned in (None, [], {}):
        return []
    return [] if _is_same(ours, planned, is_exact) else [f"{path}: {ours!r} instead of {planned!r}"]


def _contradictions_in_list(ours: Sequence[Any], planned: Sequence[Any], path: str, is_exact: bool) -> list[str]:
    found: list[str] = []
    left = list(planned)
    for number, child in enumerate(ours):
        options = [_contradictions(child, other, f"{path}[{number}]", is_exact) for other in left]
        best = 0 if is_exact else min(range(len(left)), key=lambda i: len(options[i]))
        found += options[best]
        del left[best]
    return found


SYMBOLIC = frozenset({"data.aws_partition.current", "data.aws_region.current"})
"""What stands for the provider's own partition and region, which a reading leaves open on purpose."""


def _is_planned(planned: Mapping[str, Any], path: str) -> bool:
    """Whether the plan knows all that is at a path of ours; a list in which something is unknown has nulls."""
    value: Any = planned["values"]
    for step in path.replace("[", ".[").split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.startswith("[") and int(step[1:-1]) < len(value):
            value = value[int(step[1:-1])]
        else:
            return False
    return _is_whole(value)


def _is_whole(value: Any) -> bool:
    """Whether nothing in a value is null, at any depth of lists."""
    return all(map(_is_whole, value)) if isinstance(value, list) else value is not None


class Comparison(NamedTuple):
    """What is wrong with our reading of a case, and which of the known values it does not know."""

    wrong: Sequence[str]
    unknown_to_us: Sequence[str]
    known: int


def compare(case: Path) -> Comparison:
    """Our reading of a case against its truth."""
    truth: Mapping[str, Any] = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    options = PLAN_TRUTH.options(case)
    var_files = [str(case / name) for name in options.get("var-files", ())]
    found = inspect([str(case)], Settings(var_files=var_files, variables=options.get("variables", {})))
    ours = {resource["address"]: resource for resource in found.resources}
    wrong = [f"unread: {error.span!r}: {error.message}" for error in found.unread]
    wrong += [f"failed: {error}" for error in found.errors]
    wrong += [f"missing: {address}" for address in truth if address not in ours]
    wrong += [f"phantom: {a}" for a, r in ours.items() if r["mode"] == "managed" and a not in truth]
    unknown_to_us: list[str] = []
    known = 0
    for address, planned in truth.items():
        resource = ours.get(address)
        if resource is None:
            continue
        is_exact = resource["type"] == "terraform_data"
        values = PLAN_TRUTH.trimmed(resource["values"])
        for name, value in values.items():
            if planned["unknown"].get(name) is True:
                wrong.append(f"{address}.{name}: {value!r} is known only after apply")
            else:
                wrong += _contradictions(value, planned["values"].get(name), f"{address}.{name}", is_exact)
        known += sum(1 for name in planned["set"] for _ in _leaves(planned["values"].get(name)))
        if not SYMBOLIC & {reference.partition("[")[0] for reference in resource["references"]}:
            unknown_to_us += [f"{address}.{path}" for path in resource["unknown"] if _is_planned(planned, path)]
    return Comparison(wrong, unknown_to_us, known)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_comes_out_as_terraform_planned_it(case: Path) -> None:
    comparison = compare(case)
    assert comparison.wrong == []
    assert comparison.unknown_to_us == []


def test_the_truths_are_what_terraform_plans_today() -> None:
    if os.environ.get(PLAN_TRUTH.MIRROR) is None or shutil.which("terraform") is None:
        pytest.skip(f"needs the terraform program, and a provider mirror in {PLAN_TRUTH.MIRROR}")
    differing = []
    for case in CASES:
        truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
        if PLAN_TRUTH.distil(PLAN_TRUTH.plan(case)) != truth:
            differing.append(case.name)
    assert differing == []
