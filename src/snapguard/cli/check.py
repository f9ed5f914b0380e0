"""`snapguard check`: find what is unsafe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from snapguard.cli import HELP_OPTIONS
from snapguard.cli.options import SEVERITIES, Inputs, input_options, selectors, tell_incomplete
from snapguard.cli.output import FORMATS, OrderedCommand, Wishes, sinks, write, write_file
from snapguard.findings import Severity
from snapguard.scan import Report, scan
from snapguard.settings import Settings
from snapguard.source import MAX_SIZE, display_path, standing_in

if TYPE_CHECKING:
    from snapguard.baseline import Entry
    from snapguard.git_changes import Changes

MANY_ROOTS = 20
"""From how many roots on a terminal is told how far the scan is."""


@click.command(cls=OrderedCommand, name="check", context_settings=HELP_OPTIONS)
@input_options
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS), help="How to report; default text.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(dir_okay=False),
    help="Write the report to a file; repeatable as pairs of --format and --output.",
)
@click.option("--select", multiple=True, metavar="CHECKS", help="Run only these: codes, names, categories or prefixes.")
@click.option("--ignore", multiple=True, metavar="CHECKS", help="Leave these out, beside those of the configuration.")
@click.option("--severity", type=SEVERITIES, help="Show only findings of this severity or worse.")
@click.option(
    "--fail-on", type=SEVERITIES, help="Exit with 1 only for findings of this severity or worse; default low."
)
@click.option("--show-unknown", is_flag=True, help="Also show what the code can't tell.")
@click.option("--show-suppressed", is_flag=True, help="Also show findings that a comment suppresses.")
@click.option("--show-baseline", is_flag=True, help="Also show findings that are in the baseline.")
@click.option(
    "--strict-suppressions", is_flag=True, help="Let no comment suppress anything without a reason, in this run."
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Let findings pass that are in a baseline: they were known when it was written.",
)
@click.option(
    "--write-baseline",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write a baseline of all that is found, and let it pass.",
)
@click.option(
    "--diff",
    "revision",
    metavar="REV",
    help="Only findings on what changed since a revision of git, or since HEAD parted from it.",
)
@click.option(
    "--stdin-filename",
    "stands_for",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Judge the standard input in place of a file, with the root that the file belongs to.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where something was found.")
@click.option(
    "--jobs", type=click.IntRange(min=0), help="How many processes to use; 0 chooses by the size of the scan."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing where nothing was found, and no summary.")
@click.option(
    "--statistics", "has_statistics", is_flag=True, help="Say how often each check spoke, and the time taken."
)
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: Inputs,
    formats: Sequence[str],
    outputs: Sequence[str],
    select: Sequence[str],
    ignore: Sequence[str],
    severity: str | None,
    fail_on: str | None,
    show_unknown: bool,
    show_suppressed: bool,
    show_baseline: bool,
    strict_suppressions: bool,
    baseline: str | None,
    write_baseline: str | None,
    revision: str | None,
    stands_for: str | None,
    exit_zero: bool,
    jobs: int | None,
    quiet: bool,
    has_statistics: bool,
) -> None:
    """Find what is unsafe in PATHS (by default, the working directory).

    PATHS are directories, Terraform files, plans as JSON, CloudFormation templates, or a list of changed files as
    pre-commit hands it over.

    Exit status: 0 nothing found, 1 findings or unreadable input, 2 wrong use or an internal error.
    """
    targets = sinks(context.meta["snapguard.order"], formats, outputs)
    _refuse_misuse(write_baseline, revision, stands_for)
    paths, settings = inputs.paths, inputs.settings()
    settings = _with_options(settings, select, ignore, severity, fail_on, jobs)
    if strict_suppressions:
        settings = settings._replace(require_reason=True)
    known = _known(baseline)
    changes = None if revision is None else _changes(revision)
    with ExitStack() as stack:
        if stands_for is not None:
            stack.enter_context(standing_in(stands_for, _standard_input()))
            paths = [stands_for if path == "-" else path for path in paths] or [stands_for]
            settings = settings._replace(jobs=1)  # what stands in is known to this process alone
        report = scan(
            paths or ["."],
            settings,
            counts_resources=has_statistics or any(name == "json" for name, _ in targets),
            on_progress=_show_progress if sys.stderr.isatty() and not quiet else None,
        )
    if changes is not None:
        report = report._replace(results=[result for result in report.results if changes.touch(result)])
    if write_baseline is not None:
        known = _written_baseline(report, write_baseline) or known
    if known:
        from snapguard.baseline import set_aside

        set_aside(report.results, known)
    wishes = Wishes(show_unknown, show_suppressed, show_baseline, summary=not quiet, statistics=has_statistics)
    for name, path in targets:
        write(name, path, report, wishes)
    tell_incomplete(report.missing, report.errors, has_tracebacks=inputs.debug)
    status = report.exit_status(settings.fail_on)
    context.exit(0 if status == 1 and exit_zero else status)


def _refuse_misuse(write_baseline: str | None, revision: str | None, stands_for: str | None) -> None:
    if write_baseline is not None and (revision is not None or stands_for is not None):
        raise click.UsageError(
            "--write-baseline goes with neither --diff nor --stdin-filename: it would lack what they leave out"
        )
    if revision is not None and stands_for is not None:
        raise click.UsageError("--diff compares what is on disk, and not what --stdin-filename puts in its place")


def _with_options(
    settings: Settings,
    select: Sequence[str],
    ignore: Sequence[str],
    severity: str | None,
    fail_on: str | None,
    jobs: int | None,
) -> Settings:
    return settings._replace(
        select=selectors("--select", select) or settings.select,
        ignore=(*settings.ignore, *selectors("--ignore", ignore)),
        severity=Severity[severity.upper()] if severity else settings.severity,
        fail_on=Severity[fail_on.upper()] if fail_on else settings.fail_on,
        jobs=settings.jobs if jobs is None else jobs,
    )


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        raise click.UsageError(f"the standard input is larger than {MAX_SIZE // 1024 // 1024} MiB")
    return data


def _known(path: str | None) -> Sequence[Entry]:
    """What a baseline holds; nothing where none is given."""
    if path is None:
        return ()
    from snapguard.baseline import BaselineError, read_baseline

    try:
        return read_baseline(path)
    except BaselineError as error:
        raise click.UsageError(f"--baseline: {error}") from error


def _written_baseline(report: Report, path: str) -> Sequence[Entry]:
    """Write a baseline and give what it holds; nothing is written where the run is incomplete."""
    from snapguard.baseline import baseline_text, entries_of

    if report.missing or report.errors:
        click.echo(f"snapguard: {display_path(path)} is not written, since not all could be judged", err=True)
        return ()
    write_file("--write-baseline", path, baseline_text(report.results).encode("utf-8", "replace"))
    entries = entries_of(report.results)
    number = len(entries)
    click.echo(f"{display_path(path)}: {number} {'finding' if number == 1 else 'findings'}", err=True)
    return entries


def _changes(revision: str) -> Changes:
    from snapguard.git_changes import ChangesError, changes_since

    try:
        return changes_since(revision)
    except ChangesError as error:
        raise click.UsageError(f"--diff {revision}: {error}") from error


def _show_progress(done: int, total: int) -> None:
    """A line on the terminal that is overwritten, and wiped at the end; a scan of a few roots is over too soon."""
    if total >= MANY_ROOTS:
        click.echo("\r\x1b[K" if done == total else f"\r{done} of {total} roots", nl=False, err=True)
