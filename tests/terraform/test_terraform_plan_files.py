"""A plan and the code that it was made from give the same findings, with the plan made by the real Terraform.

The plans under tests/plan_files are checked in (tools/plan_files.py makes them). Where Terraform is at hand, new plans
are made of all examples, plan cases and checks' examples as they are today.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from snapguard import registry
from snapguard.findings import Category, Result
from snapguard.inspection import inspect
from snapguard.scan import scan
from snapguard.settings import Settings

PROJECT = Path(__file__).parents[2]
PLANNED = sorted(path.parent for path in (PROJECT / "tests" / "plan_files").glob("*/planned.json"))
CODE = (*(PROJECT / "examples" / "terraform").iterdir(), *(PROJECT / "tests" / "plan_cases").iterdir())


def _plan_files() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plan_files", PROJECT / "tools" / "plan_files.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _settings(case: Path) -> Settings:
    """What the plan of a case was made with."""
    path = case / "plan.json"
    options: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    var_files = [str(case / name) for name in options.get("var-files", ())]
    return Settings(var_files=var_files, variables=options.get("variables", {}), directory=str(case))


def _seen(results: Sequence[Result]) -> list[tuple[object, ...]]:
    return [
        (result.code, result.addresses, result.span.file.display, result.span.line, result.status.value)
        for result in results
        if result.status.value in ("fail", "suppressed")
    ]


def _scanned(paths: Sequence[str], settings: Settings) -> Sequence[Result]:
    report = scan(paths, settings)
    assert report.errors == []
    return report.results


def _compare(case: Path, plan: Path, project: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What is found in the code of a case, and in its plan beside it."""
    code = project / "code"
    shutil.copytree(case, code, ignore=shutil.ignore_patterns("planned.json", "truth.json", "plan.json"))
    from_code = _seen(_scanned([str(code)], _settings(case)))
    shutil.copy(plan, code / "planned.json")
    from_plan = _seen(_scanned([str(code / "planned.json")], Settings(directory=str(case))))
    shutil.rmtree(code)
    return sorted(from_code, key=str), sorted(from_plan, key=str)


@pytest.mark.parametrize("case", PLANNED, ids=lambda case: case.name)
def test_a_plan_beside_its_code_has_the_findings_of_the_code(case, project):
    from_code, from_plan = _compare(case, case / "planned.json", project)

    assert from_plan == from_code
    assert bool(from_code) is (case.name != "good_examples")


@pytest.mark.parametrize("case", PLANNED, ids=lambda case: case.name)
def test_a_plan_without_its_code_has_the_same_findings_in_its_own_lines(case, project):
    from_code = _scanned([str(case)], _settings(case))
    shutil.copy(case / "planned.json", project / "planned.json")
    from_plan = _scanned(["planned.json"], Settings())

    def failures(results: Sequence[Result]) -> set[tuple[str, str]]:
        failed = (result for result in results if result.status.value == "fail")
        return {(result.code, address) for result in failed for address in result.addresses}

    assert failures(from_plan) == failures(from_code)
    assert {result.span.file.display for result in from_plan} <= {"planned.json"}
    text = (case / "planned.json").read_text(encoding="utf-8").splitlines()
    assert all(result.span.text in text[result.span.line - 1] or "\n" in result.span.text for result in from_plan)


@pytest.mark.parametrize("case", PLANNED, ids=lambda case: case.name)
def test_a_plan_beside_its_code_lists_the_resources_of_the_code(case, project):
    code = project / "code"
    shutil.copytree(case, code, ignore=shutil.ignore_patterns("planned.json", "plan.json"))
    from_code = inspect([str(code)], _settings(case))
    shutil.copy(case / "planned.json", code / "planned.json")
    from_plan = inspect([str(code / "planned.json")], Settings())

    def places(found: Any) -> list[tuple[str, str, int]]:
        managed = (one for one in found.resources if one["mode"] == "managed")
        return sorted((one["address"], one["file"], one["line"]) for one in managed)

    assert from_plan.unread == []
    assert places(from_plan) == places(from_code)


def _examples(kind: str, directory: Path) -> Path:
    """A root module which calls each check's example as a module."""
    calls = []
    for code in registry.check_modules():
        example = registry.load(code).examples(kind).get("terraform")
        if example is None or registry.CATEGORIES[code[4]] is Category.INPUT:
            continue
        module = directory / code.lower()
        module.mkdir(parents=True)
        for name, text in (example if isinstance(example, Mapping) else {"main.tf": example}).items():
            (module / name).write_text(text, encoding="utf-8")
        calls.append(f'module "{code.lower()}" {{\n  source = "./{code.lower()}"\n}}\n')
    (directory / "main.tf").write_text("\n".join(calls), encoding="utf-8")
    return directory


@pytest.mark.parametrize("case", [*sorted(CODE), "BAD", "GOOD"], ids=lambda case: getattr(case, "name", case))
def test_a_plan_made_today_has_the_findings_of_the_code(case, project):
    tool = _plan_files()
    if os.environ.get(tool.PLAN_TRUTH.MIRROR) is None or shutil.which("terraform") is None:
        pytest.skip(f"needs the terraform program, and a provider mirror in {tool.PLAN_TRUTH.MIRROR}")
    code = case if isinstance(case, Path) else _examples(case, project / "examples")
    plan = project / "planned.json"
    plan.write_text(json.dumps(tool.plan(code)), encoding="utf-8")

    from_code, from_plan = _compare(code, plan, project)

    assert from_plan == from_code
