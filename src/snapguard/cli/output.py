"""Where the reports of `snapguard check` go, and how each format is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from snapguard.findings import Result, Status
from snapguard.scan import Report

FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown")

KNOWING_BASELINES = ("json", "sarif")
"""Formats that always hold what is in the baseline: they say so of each finding, and programs decide."""


class OrderedCommand(click.Command):
    """Remembers in which order --format and --output were written, so that they can be paired."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta["snapguard.order"] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


class Wishes(NamedTuple):
    """What is to be shown beside the findings that count."""

    unknown: bool
    suppressed: bool
    baseline: bool
    summary: bool
    statistics: bool


def sinks(order: Sequence[str | None], formats: Sequence[str], outputs: Sequence[str]) -> list[tuple[str, str]]:
    """Each format with the file that it goes to, or "-": an --output belongs to the --format before it, or after.

    Raises click.UsageError where they can't be paired.
    """
    remaining_formats, remaining_outputs = iter(formats), iter(outputs)
    found: list[tuple[str, str]] = []
    waiting = ""
    for name in order:
        if name == "formats":
            found.append((next(remaining_formats), waiting or "-"))
            waiting = ""
        elif name == "outputs":
            path = next(remaining_outputs)
            if found and found[-1][1] == "-" and not waiting:
                found[-1] = (found[-1][0], path)
            elif waiting:
                raise click.UsageError(f"--output {path}: give each --output its own --format")
            else:
                waiting = path
    if waiting and found:
        raise click.UsageError(f"--output {waiting}: give each --output its own --format")
    found = found or [("text", waiting or "-")]
    if sum(path == "-" for _, path in found) > 1:
        raise click.UsageError("only one report can go to the standard output: give the others an --output")
    return found


def write(format: str, path: str, report: Report, wishes: Wishes) -> None:
    """Write a report to a file or "-"; raises click.UsageError where the file can't be written."""
    shown = [result for result in report.results if _is_shown(result, format, wishes)]
    text = _render(format, report, shown, wishes, has_colour=path == "-" and _has_colour())
    data = text.encode("utf-8", "replace")
    if path == "-":
        click.echo(data, nl=False)
    else:
        write_file("--output", path, data)


def write_file(option: str, path: str, data: bytes) -> None:
    """Write a file that an option names; raises click.UsageError where it can't be written."""
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise click.UsageError(f"{option} {path}: can't be written: {error.strerror}") from error


def _is_shown(result: Result, format: str, wishes: Wishes) -> bool:
    if result.status is Status.UNKNOWN:
        return wishes.unknown
    if result.status is Status.SUPPRESSED:
        return wishes.suppressed
    if result.status is Status.BASELINE:
        return wishes.baseline or format in KNOWING_BASELINES
    return True


def _render(format: str, report: Report, shown: Sequence[Result], wishes: Wishes, *, has_colour: bool) -> str:
    if format in ("text", "concise"):
        return _for_people(format, report, shown, wishes, has_colour=has_colour)
    if format == "json":
        from snapguard.reports import json_report

        return json_report.render(report, shown, has_times=wishes.statistics)
    if format == "sarif":
        from snapguard.reports import sarif

        return sarif.render(report, shown)
    if format == "junit":
        from snapguard.reports import junit

        return junit.render(report, shown)
    if format == "github":
        from snapguard.reports import github

        return github.render(report, shown)
    if format == "gitlab":
        from snapguard.reports import gitlab

        return gitlab.render(shown)
    from snapguard.reports import markdown

    return markdown.render(report, shown)


def _for_people(format: str, report: Report, shown: Sequence[Result], wishes: Wishes, *, has_colour: bool) -> str:
    from snapguard.reports import text

    if format == "concise":
        from snapguard.reports import concise

        written = concise.render(shown)
    else:
        written = text.findings(shown, has_colour=has_colour)
    if wishes.summary:
        written += text.summary(report, shown, has_colour=has_colour)
    if wishes.statistics:
        written += text.statistics(report, shown)
    return written


def _has_colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
