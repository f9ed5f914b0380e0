"""One root, from its files to what the checks say of it; roots are independent, so each can be judged anywhere."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard import registry
from snapguard.discovery import Target
from snapguard.estate import Estate
from snapguard.estate.remedies import with_remedy
from snapguard.findings import Category, Evidence, Finding, Severity, Status
from snapguard.resources import InputError, Resource, Root
from snapguard.settings import Settings, matches
from snapguard.source import SourceFile, Span
from snapguard.suppressions import Suppressions

UNANIMOUS = frozenset({"SNAP003"})
"""Checks whose finding holds only where every root that reads the file agrees: used by one root is used."""


class Verdict(NamedTuple):
    """What a check says of one address, judged by the settings; `address` is empty for a finding about a file.

    `header` is the line that names the resource.
    """

    code: str
    severity: Severity
    status: Status
    address: str
    span: Span
    message: str
    evidence: Sequence[Evidence]
    help: str
    reason: str
    header: Span | None = None
    construct: str = ""
    """The path of the CDK construct that the resource was made by; empty for any other resource."""

    extent: Span | None = None
    """The whole text of the resource."""

    calls: Sequence[Span] = ()
    """The module calls or nested stacks that the resource is made by, as written."""


class InternalError(NamedTuple):
    """A bug that was met: one line for everyone, and the traceback for who asks for it."""

    message: str
    traceback: str


class Judgement(NamedTuple):
    """What came of one target. `resources` is how many resources it has; 0 where nobody asked."""

    verdicts: Sequence[Verdict]
    errors: Sequence[InternalError]
    files: frozenset[str]
    resources: int


class Assignment(NamedTuple):
    """A target to judge, by which checks; a process of its own gets nothing else."""

    target: Target
    codes: Sequence[str]
    settings: Settings
    counts_resources: bool


def judge(assignment: Assignment) -> Judgement:
    """Read a target and run the checks on it; no error in the code of a reader or check ends the run."""
    errors = ErrorLog(assignment.target.path)
    try:
        roots = read(assignment.target, assignment.settings)
    except Exception as error:  # noqa: BLE001 - the other targets go on
        errors.note("the reader", error)
        roots = []
    return judge_roots(roots, assignment, errors)


def judge_each(assignments: Iterable[Assignment]) -> Iterator[Judgement]:
    """Judge one target after the other, and let go what one left before the next is read.

    A root's parts know one another, so that it takes the collector to let them go; nothing else does while a root is
    read. The next root is then made in the same memory.
    """
    for number, assignment in enumerate(assignments):
        if number:
            gc.collect(1)
        yield judge(assignment)


def judge_all(assignments: Iterable[Assignment]) -> list[Judgement]:
    """The same for a process of its own, which hands over what it has when all is done."""
    return list(judge_each(assignments))


def judge_unreadable(places: Sequence[tuple[SourceFile, str]], codes: Sequence[str], settings: Settings) -> Judgement:
    """What the checks say of places that could not even be listed."""
    root = _Unread([InputError(message, Span(file, 0, 0)) for file, message in places])
    target = Target(root.language, "", None)
    return judge_roots([root], Assignment(target, codes, settings, False), ErrorLog(""))


def read(target: Target, settings: Settings) -> Sequence[Root]:
    """The roots of a target: one, or one for each outcome of a template's conditions."""
    if target.language == "terraform":
        from snapguard.terraform.modules import read_root

        return [read_root(target.path, settings)]
    if target.language == "plan":
        from snapguard.terraform.plan import read_plan

        return [read_plan(target.path, settings)]
    from snapguard.cloudformation.stacks import read_roots

    return read_roots(target.path, settings)


def judge_roots(roots: Sequence[Root], assignment: Assignment, errors: ErrorLog) -> Judgement:
    """What the checks say of the roots of a target that are read; bugs are noted in `errors`."""
    settings = assignment.settings
    judge = _Judge(assignment)
    found: dict[object, _Found] = {}
    for number, root in enumerate(roots):
        suppressions = Suppressions(root, assignment.codes, require_reason=settings.require_reason)
        estate = Estate(root, settings, suppressions)
        for code in assignment.codes:
            for verdict in _verdicts(code, estate, judge, suppressions, errors):
                found.setdefault(_identity(verdict), _Found(verdict, [])).outcomes.append(number)
    resources = 0
    if assignment.counts_resources:
        try:
            resources = max((sum(1 for _ in root.resources()) for root in roots), default=0)
        except Exception as error:  # noqa: BLE001 - the findings still count
            errors.note("the reader", error)
    files = frozenset(file.display for root in roots for file in root.files())
    verdicts = [
        _with_assumption(item, roots)
        for item in found.values()
        if item.verdict.code not in UNANIMOUS or len(set(item.outcomes)) == len(roots)
    ]
    return Judgement(verdicts, errors.all, files, resources)


def _verdicts(
    code: str, estate: Estate, judge: _Judge, suppressions: Suppressions, errors: ErrorLog
) -> Iterator[Verdict]:
    """What one check says of one root; an error in its code ends this check alone."""
    try:
        for finding in registry.load(code).function(estate):
            verdict = judge.verdict(code, finding, suppressions)
            if verdict is not None:
                yield verdict
    except Exception as error:  # noqa: BLE001 - the other checks go on
        errors.note(code, error)


class _Found(NamedTuple):
    verdict: Verdict
    outcomes: list[int]


def _identity(verdict: Verdict) -> object:
    span = verdict.span
    return verdict.code, verdict.address, verdict.status, span.file.path, span.start, span.end, verdict.message


def _with_assumption(found: _Found, roots: Sequence[Root]) -> Verdict:
    """The verdict, with the conditions of the template under which it holds where it does not always."""
    verdict = found.verdict
    outcomes = set(found.outcomes)
    if len(outcomes) == len(roots) or registry.load(verdict.code).category is Category.INPUT:
        return verdict
    from snapguard.cloudformation.stacks import TemplateRoot, assumption_text

    every = [root.outcome for root in roots if isinstance(root, TemplateRoot)]
    held = [every[number] for number in sorted(outcomes)]
    comparable = [outcome for outcome in every if outcome.keys() == held[0].keys()]
    assumption = assumption_text(held, comparable)
    return verdict._replace(message=f"{verdict.message} when {assumption}") if assumption else verdict


class _Judge:
    """Turns findings into verdicts by the settings of an assignment."""

    def __init__(self, assignment: Assignment) -> None:
        self._settings = assignment.settings
        self._shown = assignment.target.shown
        self._ignored: dict[str, frozenset[str] | None] = {}
        self._given: dict[str, bool] = {}

    def verdict(self, code: str, finding: Finding, suppressions: Suppressions) -> Verdict | None:
        """The verdict on a finding; None where it is not to be shown at all."""
        reason = suppressions.reason_for(code, finding)
        ignored = self._ignored_in(finding.span.file)
        if ignored is None or code in ignored or not self._is_shown(finding):
            return None
        check = registry.load(code)
        status = Status.FAIL if finding.certain else Status.UNKNOWN
        return Verdict(
            code,
            self._settings.severities.get(code) or finding.severity or check.severity,
            status if reason is None else Status.SUPPRESSED,
            finding.resource.address if finding.resource is not None else "",
            finding.span,
            finding.message,
            finding.evidence,
            finding.help or with_remedy(check.help, code, finding.resource, finding.span),
            reason or "",
            finding.resource.header if finding.resource is not None else None,
            getattr(finding.resource, "construct", ""),
            finding.resource.span if finding.resource is not None else None,
            getattr(finding.resource, "calls", ()),
        )

    def _ignored_in(self, file: SourceFile) -> frozenset[str] | None:
        """The checks that are ignored in a file; None where the file is excluded."""
        if file.path not in self._ignored:
            settings = self._settings
            words: list[str] = []
            for glob, selectors in settings.per_path_ignores.items():
                if matches(file.path, (glob,), settings.directory):
                    words.extend(selectors)
            is_excluded = bool(settings.exclude) and matches(file.path, settings.exclude, settings.directory)
            self._ignored[file.path] = None if is_excluded else registry.selected_codes(words)
        return self._ignored[file.path]

    def _is_shown(self, finding: Finding) -> bool:
        if self._shown is None:
            return True
        return self._is_given(finding.span.file) or any(self._is_given(item.span.file) for item in finding.evidence)

    def _is_given(self, file: SourceFile) -> bool:
        known = self._given.get(file.path)
        if known is None:
            known = self._given[file.path] = self._shown is not None and os.path.realpath(file.path) in self._shown
        return known


class ErrorLog:
    """The internal errors of one target; the same error met by several checks is told once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: set[object] = set()
        self.all: list[InternalError] = []

    def note(self, who: str, error: Exception) -> None:
        """Keep an exception that a check or reader raised."""
        import traceback

        innermost = traceback.extract_tb(error.__traceback__)[-1]
        place = (type(error), innermost.filename, innermost.lineno)
        if place in self._seen:
            return
        self._seen.add(place)
        what = " ".join(str(error).split())[:200]
        message = (
            f"internal error in {who} on {self._path}: {type(error).__name__}: {what}; this is a bug of SnapGuard: "
            "please report it with the output of the same command with --debug"
        )
        self.all.append(InternalError(message, "".join(traceback.format_exception(error))))


class _Unread:
    """A root of which nothing could be read."""

    language = "terraform"
    name = ""
    assumption = ""

    def __init__(self, errors: Sequence[InputError]) -> None:
        self._errors = errors

    def resources(self) -> Iterator[Resource]:
        return iter(())

    def resources_of(self, *types: str) -> Sequence[Resource]:
        return []

    def data_sources_of(self, *types: str) -> Sequence[Resource]:
        return []

    def find(self, address: str) -> Resource | None:
        return None

    def errors(self) -> Sequence[InputError]:
        return self._errors

    def files(self) -> Sequence[SourceFile]:
        return []


def in_order(codes: Iterable[str]) -> list[str]:
    """The order in which checks run: those on the input last, since what is read depends on what others ask."""
    return sorted(codes, key=lambda code: (registry.CATEGORIES.get(code[4:5]) is Category.INPUT, code))
