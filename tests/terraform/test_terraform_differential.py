"""Expressions at random come out as the real Terraform has them: where both know, they never disagree.

SNAPGUARD_DIFFERENTIAL=20000 asks that many; SNAPGUARD_DIFFERENTIAL_SEED=7 asks others than the usual ones.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from calls_of_every_kind import calls_at_random
from expressions_at_random import DECLARATIONS, FILES, Sample, samples
from hypothesis import HealthCheck, Phase, given, seed, settings

from snapguard.settings import Settings
from snapguard.terraform.arithmetic import precision_of
from snapguard.terraform.evaluate import evaluate
from snapguard.terraform.modules import Module, read_root
from snapguard.terraform.types import (
    ANY,
    CollectionType,
    EvaluationError,
    ObjectOf,
    TupleOf,
    Type,
    exact_binary,
    is_wholly_known,
    type_of,
)
from snapguard.values import Known, Unknown, Value, ValueSet

WANTED = int(os.environ.get("SNAPGUARD_DIFFERENTIAL", "300"))
SEED = int(os.environ.get("SNAPGUARD_DIFFERENTIAL_SEED", "1"))
IN_ONE_PLAN = 250

UNKNOWN_TO_US = 0.01
"""How often Terraform may know what we don't."""

AGREEMENT, GAP, CONTRADICTION = "agreement", "known to Terraform alone", "contradiction"


class Answer(NamedTuple):
    """What Terraform says of an expression: its value as a plan shows it, with what is unknown in it and its type.

    `can` is what can() says of it; `problem` is why it is refused; `is_seen` is false where that is not
    for its value: a declaration beside it is refused, or it before there are values.
    """

    can: Any = None
    problem: str = ""
    is_seen: bool = True
    after: Any = None
    unknown: Any = False
    type: Any = None


class NotShownError(Exception):
    """Terraform made a plan and fails to show it."""


class Terraform:
    """The real program, asked about many expressions at once in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        (directory / "terraform.rc").touch()
        write_files(directory)
        self._environment = {
            **os.environ,
            "TF_CLI_CONFIG_FILE": str(directory / "terraform.rc"),
            "CHECKPOINT_DISABLE": "1",
            "TF_DATA_DIR": str(directory / "data"),
        }

    def answers(self, asked: Sequence[Sample]) -> list[Answer]:
        """What it says of each; one of which it can't show the plan that it made is as good as not asked."""
        try:
            return self._answers(asked)
        except NotShownError:
            if len(asked) == 1:
                return [Answer(problem="its plan can't be shown", is_seen=False)]
            middle = len(asked) // 2
            return [*self.answers(asked[:middle]), *self.answers(asked[middle:])]

    def _answers(self, asked: Sequence[Sample]) -> list[Answer]:
        open_ones = dict(enumerate(asked))
        refusals, guarded = self._plan(open_ones, "can({})")
        for at, answer in guarded.items():
            if answer.after is False:
                del open_ones[at]
        more_refusals, values = self._plan({at: one for at, one in open_ones.items() if at not in refusals}, "{}")
        refusals.update(more_refusals)
        found = []
        for at in range(len(asked)):
            if at in values:
                found.append(values[at]._replace(can=guarded[at].after))
            else:
                found.append(refusals.get(at, Answer(False, "can() is false")))
                if at in guarded and guarded[at].after is True:
                    found[-1] = found[-1]._replace(is_seen=False)
        return found

    def _plan(self, asked: Mapping[int, Sample], form: str) -> tuple[dict[int, Answer], dict[int, Answer]]:
        """What is refused and why, and the answers to the others, which are planned without those."""
        refusals: dict[int, Answer] = {}
        while True:
            left = {at: one for at, one in asked.items() if at not in refusals}
            refused = self._refusals(left, form)
            if not refused:
                return refusals, self._outputs()
            refusals.update(refused)

    def _refusals(self, asked: Mapping[int, Sample], form: str) -> dict[int, Answer]:
        code, owners = module_code(asked, form)
        (self._directory / "main.tf").write_text(code, encoding="utf-8")
        if "\nmodule " in code:
            self._run("get")
        planned = self._run("plan", "-json", "-out=it.plan", "-input=false", "-lock=false", "-refresh=false")
        refused: dict[int, Answer] = {}
        for line in planned.stdout.splitlines():
            told = json.loads(line)
            if told.get("@level") != "error":
                continue
            diagnostic = told["diagnostic"]
            problem = f"{diagnostic['summary']}: {diagnostic.get('detail', '')}"
            line_number = diagnostic.get("range", {}).get("start", {}).get("line")
            named = [owners[line_number]] if line_number in owners else []
            named += [(int(name), True) for name in re.findall(r'output value "it_(\d+)"', problem)]
            assert named, diagnostic
            refused.update({at: Answer(problem=problem, is_seen=is_seen) for at, is_seen in named})
        assert refused or not planned.returncode, planned.stderr
        return refused

    def _outputs(self) -> dict[int, Answer]:
        told = self._run("show", "-json", "it.plan")
        if told.returncode:
            raise NotShownError(told.stderr)
        shown = json.loads(told.stdout, parse_int=Decimal, parse_float=Decimal)
        found = {}
        for name, change in shown.get("output_changes", {}).items():
            type = shown["planned_values"]["outputs"][name].get("type")
            unknown = change["after_unknown"]
            found[int(name.removeprefix("it_"))] = Answer(
                after=change["after"].get("it"),
                unknown=unknown.get("it", False) if isinstance(unknown, dict) else unknown,
                type=type and type[1]["it"],
            )
        return found

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self._directory,
            env=self._environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )


def module_code(asked: Mapping[int, Sample], form: str) -> tuple[str, dict[int, tuple[int, bool]]]:
    """A module with an output for each; whose each line is, and whether it is the output's."""
    pieces = [DECLARATIONS]
    owners: dict[int, tuple[int, bool]] = {}
    line = DECLARATIONS.count("\n") + 1
    for at, sample in asked.items():
        value = form.format(sample.expression)
        output = f'output "it_{at}" {{\n  sensitive = true\n  value = {{\n    it = {value}\n  }}\n}}\n'
        for text, is_output in ((sample.declarations, False), (output, True)):
            pieces.append(text.replace("@", str(at)))
            end = line + text.count("\n")
            owners.update(dict.fromkeys(range(line, end), (at, is_output)))
            line = end
    return "".join(pieces), owners


def write_files(directory: Path) -> None:
    """Puts the files that samples name into the directory of their module."""
    for name, text in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def our_answers(asked: Sequence[Sample], form: str, directory: Path) -> list[Value | EvaluationError]:
    """What we say of each."""
    write_files(directory)
    (directory / "main.tf").write_text(module_code(dict(enumerate(asked)), form)[0], encoding="utf-8")
    module = read_root(str(directory), Settings()).module
    return [our_answer(module, f"it_{at}") for at in range(len(asked))]


def our_answer(module: Module, name: str) -> Value | EvaluationError:
    if name not in module.files.outputs:
        return EvaluationError("it can't be read")
    expression = module.files.outputs[name].body.expression("value")
    assert expression is not None
    try:
        return evaluate(expression, module.scope).get("it")
    except EvaluationError as error:
        return error


def verdicts(ours: Value | EvaluationError, answer: Answer) -> Iterator[str]:
    """How our answer stands to Terraform's, by its parts."""
    if answer.problem:
        is_claim = isinstance(ours, Known) and is_wholly_known(ours) and answer.is_seen
        yield CONTRADICTION if is_claim else AGREEMENT
    elif isinstance(ours, EvaluationError):
        yield CONTRADICTION
    else:
        yield from parts_compared(ours, answer.after, answer.unknown)
        if answer.type is not None and not is_of_type(type_of(ours), answer.type):
            yield CONTRADICTION


def parts_compared(ours: Value, after: Any, unknown: Any) -> Iterator[str]:
    if isinstance(ours, Unknown):
        outcomes = ours.outcomes
        if unknown is True or outcomes is None or unknown:
            yield AGREEMENT if unknown is True else GAP
        else:
            is_foreseen = any(CONTRADICTION not in parts_compared(one, after, unknown) for one in outcomes)
            yield GAP if is_foreseen else CONTRADICTION
    elif unknown is True:
        yield CONTRADICTION
    elif isinstance(ours, Known) and isinstance(ours.value, dict):
        yield from entries_compared(ours.value, after, unknown or {})
    elif isinstance(ours, Known) and isinstance(ours.value, ValueSet) and (unknown or not is_wholly_known(ours)):
        yield AGREEMENT if isinstance(after, list) and unknown else GAP if isinstance(after, list) else CONTRADICTION
    elif isinstance(ours, Known) and isinstance(ours.value, list):
        yield from elements_compared(ours.value, after, unknown or [])
    else:
        content = None if ours.is_absent else as_shown(ours) if isinstance(ours, Known) else ours
        is_same = content == after and isinstance(content, bool | str) == isinstance(after, bool | str)
        yield AGREEMENT if is_same and isinstance(content, bool) == isinstance(after, bool) else CONTRADICTION


def as_shown(ours: Known) -> Any:
    """A scalar as a plan keeps it: a fraction that a plain floating-point number holds is written as that one is."""
    if not isinstance(ours.value, Decimal):
        return ours.value
    exact = exact_binary(ours.value, precision_of(ours))
    is_float = abs(Decimal(float(exact)) - exact) <= abs(exact) * Decimal(2) ** -precision_of(ours)
    return Decimal(repr(float(exact))) if is_float else ours.value


def entries_compared(ours: Mapping[str, Value], after: Any, unknown: Any) -> Iterator[str]:
    if not isinstance(after, dict) or not isinstance(unknown, dict) or ours.keys() != after.keys() | unknown.keys():
        yield CONTRADICTION
        return
    yield AGREEMENT
    for name, child in ours.items():
        yield from parts_compared(child, after.get(name), unknown.get(name, False))


def elements_compared(ours: Sequence[Value], after: Any, unknown: Any) -> Iterator[str]:
    if not isinstance(after, list) or len(ours) != len(after):
        yield CONTRADICTION
        return
    yield AGREEMENT
    for child, shown, is_unknown in zip_longest(ours, after, unknown, fillvalue=False):
        assert isinstance(child, Value)
        yield from parts_compared(child, shown, is_unknown)


def is_of_type(ours: Type, theirs: Any) -> bool:
    """Whether our type is the one that a plan names; where ours is open (null, nothing inside), any is."""
    if ours == ANY or theirs == "dynamic":
        return True
    if isinstance(ours, TupleOf | ObjectOf) and not (ours.elements if isinstance(ours, TupleOf) else ours.attributes):
        return isinstance(theirs, list)
    if not isinstance(theirs, list):
        return str(ours) == theirs
    kind, inside = theirs[:2]
    if isinstance(ours, CollectionType):
        return kind == ours.name and is_of_type(ours.element, inside)
    if isinstance(ours, ObjectOf):
        return (
            kind == "object"
            and inside.keys() == ours.attributes.keys()
            and all(is_of_type(own, inside[name]) for name, own in ours.attributes.items())
        )
    return (
        kind == "tuple"
        and isinstance(ours, TupleOf)
        and len(ours.elements) == len(inside)
        and all(map(is_of_type, ours.elements, inside))
    )


def samples_at_random(count: int, first: int) -> list[Sample]:
    """That many different samples; the same for the same first seed."""
    found: dict[Sample, None] = {}
    while len(found) < count:

        @seed(first)
        @settings(
            max_examples=1_000,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(samples())
        def collect(sample: Sample) -> None:
            found.setdefault(sample)

        collect()
        first += 1_000_003
    return list(found)[:count]


def compared(asked: Sequence[Sample], terraform: Terraform, directory: Path) -> Iterator[tuple[Sample, str, str]]:
    """Each sample with the worst verdict on it, and a line that tells the two answers."""
    values = our_answers(asked, "{}", directory)
    guarded = our_answers(asked, "can({})", directory)
    for sample, answer, ours, can in zip(asked, terraform.answers(asked), values, guarded, strict=True):
        found = [*verdicts(ours, answer)]
        if isinstance(can, Known) and can.value is not answer.can and answer.can is not None:
            found.append(CONTRADICTION)
        worst = CONTRADICTION if CONTRADICTION in found else GAP if GAP in found else AGREEMENT
        if worst == AGREEMENT and answer.problem:
            worst = "refused by both" if isinstance(ours, EvaluationError) else "refused, unknown to us"
        yield sample, worst, f"{sample}\n  Terraform: {answer}\n  we: {ours!r}; can: {can!r}"


def outcome(asked: Sequence[Sample], directory: Path) -> tuple[Counter[str], list[str]]:
    """How often each verdict is given, and what is told of the contradictions."""
    terraform = Terraform(directory)
    counts: Counter[str] = Counter()
    contradictions = []
    for start in range(0, len(asked), IN_ONE_PLAN):
        for _, verdict, told in compared(asked[start : start + IN_ONE_PLAN], terraform, directory / "ours"):
            counts[verdict] += 1
            if verdict == CONTRADICTION:
                contradictions.append(told)
    return counts, contradictions


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_no_expression_at_random_comes_out_otherwise_than_in_terraform(tmp_path: Path) -> None:
    counts, contradictions = outcome(samples_at_random(WANTED, SEED), tmp_path)
    assert contradictions == [], "\n".join(contradictions)
    assert counts[GAP] <= WANTED * UNKNOWN_TO_US, counts
    assert counts[AGREEMENT] > WANTED / 2, counts


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_no_call_with_odd_arguments_comes_out_otherwise_than_in_terraform(tmp_path: Path) -> None:
    counts, contradictions = outcome(calls_at_random(WANTED, SEED), tmp_path)
    assert contradictions == [], "\n".join(contradictions)
    assert counts[GAP] <= WANTED * UNKNOWN_TO_US, counts
    assert counts[AGREEMENT] > 0, counts
