"""The whole program in one screen: paths in, report out. Command line, editors and hosts call `scan`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.discovery import Target, discover
from snapguard.findings import Result, Severity, Status
from snapguard.judging import (
    Assignment,
    InternalError,
    Judgement,
    in_order,
    judge_all,
    judge_each,
    judge_unreadable,
)
from snapguard.merging import agreed, merged
from snapguard.registry import selected_codes
from snapguard.settings import Settings

ALWAYS_FAILS = "SNAP001"
"""What could not be read was not judged: this check runs unless it is ignored by itself, and fails at any threshold."""

SMALL_SCAN = 60
"""Up to so many targets, starting processes costs more than it saves."""


class Statistics(NamedTuple):
    """How much was looked at; `resources` is 0 where nobody asked for it."""

    files: int
    roots: int
    resources: int
    seconds: float


class Report(NamedTuple):
    """What came of a scan: every result, also suppressed and unknown ones, in order.

    `missing` are given paths that do not exist, `errors` are bugs that were met.
    """

    results: Sequence[Result]
    missing: Sequence[str]
    errors: Sequence[InternalError]
    statistics: Statistics

    def exit_status(self, fail_on: Severity) -> int:
        """0 where nothing at or above a severity was found, 1 where something was, 2 where the run is incomplete."""
        if self.missing or self.errors:
            return 2
        failures = (result for result in self.results if result.status is Status.FAIL)
        return int(any(result.severity >= fail_on or result.code == ALWAYS_FAILS for result in failures))


def scan(
    paths: Sequence[str],
    settings: Settings,
    *,
    counts_resources: bool = False,
    on_progress: Callable[[int, int], object] | None = None,
) -> Report:
    """Find what is unsafe under the paths.

    `on_progress` is told how many roots are done, of how many. Raises UnknownSelectorError where the settings name a
    check that is none.
    """
    started = time.perf_counter()
    codes = in_order(checks_to_run(settings))
    found = discover(paths, settings)
    judgements = []
    for judgement in _judged(found.targets, codes, settings, counts_resources):
        judgements.append(judgement)
        if on_progress is not None:
            on_progress(len(judgements), len(found.targets))
    if found.unreadable:
        judgements.append(judge_unreadable(found.unreadable, codes, settings))
    results = [
        result
        for result in merged(agreed(judgements))
        if result.severity >= settings.severity or result.code == ALWAYS_FAILS
    ]
    statistics = Statistics(
        len(frozenset().union(*(judgement.files for judgement in judgements))),
        len(found.targets),
        sum(judgement.resources for judgement in judgements),
        time.perf_counter() - started,
    )
    return Report(results, found.missing, [error for judgement in judgements for error in judgement.errors], statistics)


def checks_to_run(settings: Settings) -> Iterable[str]:
    """The codes of the checks that the settings select."""
    return (selected_codes(settings.select) | selected_codes([ALWAYS_FAILS])) - selected_codes(settings.ignore)


def _judged(
    targets: Sequence[Target], codes: Sequence[str], settings: Settings, counts_resources: bool
) -> Iterator[Judgement]:
    """The judgement of each target, in their order, by as many processes as the scan is worth."""
    templates = [target.path for target in targets if target.language == "cloudformation"]
    settings = settings._replace(templates=templates)
    assignments = [Assignment(target, codes, settings, counts_resources) for target in targets]
    jobs = min(settings.jobs or _jobs_for(len(targets)), len(targets))
    if jobs <= 1:
        yield from judge_each(assignments)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    size = max(1, len(targets) // (jobs * 4))
    shares = [assignments[start : start + size] for start in range(0, len(assignments), size)]
    try:
        with ProcessPoolExecutor(jobs) as executor:
            for judgements in executor.map(judge_all, shares):
                yield from judgements
    except BrokenProcessPool as error:
        message = f"a process ended without an answer, maybe for want of memory; try --jobs 1 ({error})"
        yield Judgement([], [InternalError(message, "")], frozenset(), 0)


def _jobs_for(targets: int) -> int:
    import os

    if targets <= SMALL_SCAN:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
