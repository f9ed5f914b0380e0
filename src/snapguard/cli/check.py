"""`snapguard check`: find what is unsafe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

import click

from snapguard.cli import HELP_OPTIONS
from snapguard.cli.options import SEVERITIES, input_options, project_settings, selectors, tell_incomplete
from snapguard.findings import Result, Severity, Status
from snapguard.scan import Report, scan
from snapguard.settings import Settings

MANY_ROOTS = 20
"""From how many roots on a terminal is told how far the scan is."""

FORMATS = ("text", "json", "sarif")


class _Command(click.Command):
    """Remembers in which order --format and --output were written, so that they can be paired."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta["snapguard.order"] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


@click.command(cls=_Command, name="check", context_settings=HELP_OPTIONS)
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
    paths: Sequence[str],
    variables: Sequence[str],
    var_files: Sequence[str],
    parameters: Sequence[str],
    parameter_files: Sequence[str],
    source: str | None,
    configuration: str | None,
    has_no_configuration: bool,
    debug: bool,
    formats: Sequence[str],
    outputs: Sequence[str],
    select: Sequence[str],
    ignore: Sequence[str],
    severity: str | None,
    fail_on: str | None,
    show_unknown: bool,
    show_suppressed: bool,
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
    sinks = _sinks(context.meta["snapguard.order"], formats, outputs)
    settings = project_settings(
        configuration=configuration,
        has_no_configuration=has_no_configuration,
        variables=variables,
        var_files=var_files,
        parameters=parameters,
        parameter_files=parameter_files,
        source=source,
    )
    settings = _with_options(settings, select, ignore, severity, fail_on, jobs)
    report = scan(
        paths or ["."],
        settings,
        counts_resources=has_statistics or any(name == "json" for name, _ in sinks),
        on_progress=_show_progress if sys.stderr.isatty() and not quiet else None,
    )
    shown = list(_shown(report, show_unknown, show_suppressed))
    for name, path in sinks:
        _write(name, path, report, shown, quiet=quiet, has_statistics=has_statistics)
    tell_incomplete(report.missing, report.errors, has_tracebacks=debug)
    status = report.exit_status(settings.fail_on)
    context.exit(0 if status == 1 and exit_zero else status)


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


def _sinks(order: Sequence[str | None], formats: Sequence[str], outputs: Sequence[str]) -> list[tuple[str, str]]:
    """Each format with the file that it goes to, or "-": an --output belongs to the --format before it, or after."""
    remaining_formats, remaining_outputs = iter(formats), iter(outputs)
    sinks: list[tuple[str, str]] = []
    waiting = ""
    for name in order:
        if name == "formats":
            sinks.append((next(remaining_formats), waiting or "-"))
            waiting = ""
        elif name == "outputs":
            path = next(remaining_outputs)
            if sinks and sinks[-1][1] == "-" and not waiting:
                sinks[-1] = (sinks[-1][0], path)
            elif waiting:
                raise click.UsageError(f"--output {path}: give each --output its own --format")
            else:
                waiting = path
    if waiting and sinks:
        raise click.UsageError(f"--output {waiting}: give each --output its own --format")
    sinks = sinks or [("text", waiting or "-")]
    if sum(path == "-" for _, path in sinks) > 1:
        raise click.UsageError("only one report can go to the standard output: give the others an --output")
    return sinks


def _shown(report: Report, show_unknown: bool, show_suppressed: bool) -> Iterator[Result]:
    for result in report.results:
        if (
            result.status is Status.FAIL
            or (result.status is Status.UNKNOWN and show_unknown)
            or (result.status is Status.SUPPRESSED and show_suppressed)
        ):
            yield result


def _write(
    format: str, path: str, report: Report, shown: Sequence[Result], *, quiet: bool, has_statistics: bool
) -> None:
    text = _render(format, report, shown, quiet, has_statistics, has_colour=path == "-" and _has_colour())
    data = text.encode("utf-8", "replace")
    if path == "-":
        click.echo(data, nl=False)
        return
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise click.UsageError(f"--output {path}: can't be written: {error.strerror}") from error


def _render(
    format: str, report: Report, shown: Sequence[Result], quiet: bool, has_statistics: bool, *, has_colour: bool
) -> str:
    if format == "json":
        from snapguard.reports import json_report

        return json_report.render(report, shown, has_times=has_statistics)
    if format == "sarif":
        from snapguard.reports import sarif

        return sarif.render(report, shown)
    from snapguard.reports import text

    written = text.findings(shown, has_colour=has_colour)
    if not quiet:
        written += text.summary(report, shown, has_colour=has_colour)
    if has_statistics:
        written += text.statistics(report, shown)
    return written


def _show_progress(done: int, total: int) -> None:
    """A line on the terminal that is overwritten, and wiped at the end; a scan of a few roots is over too soon."""
    if total >= MANY_ROOTS:
        click.echo("\r\x1b[K" if done == total else f"\r{done} of {total} roots", nl=False, err=True)


def _has_colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
