"""`snapguard graph`: the roads out."""

from __future__ import annotations

import os
import sys

import click

from snapguard.cli import HELP_OPTIONS
from snapguard.cli.options import Inputs, input_options, tell_incomplete
from snapguard.cli.output import write_file
from snapguard.graph.survey import Survey, survey

FORMATS = ("text", "mermaid", "dot", "svg", "html")


@click.command(name="graph", context_settings=HELP_OPTIONS)
@input_options
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to show them.")
@click.option("--output", type=click.Path(dir_okay=False), help="Write them to a file.")
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: Inputs,
    format: str,
    output: str | None,
) -> None:
    """Show the roads out of PATHS: who may copy what, whom copies are given to, and what gets into restored machines.

    What a finding rests on is marked. What lies on no road is left out, and what is alike is shown once.

    Exit status: 0 all was read, 1 something could not be read, 2 wrong use or an internal error.
    """
    settings = inputs.settings()
    found = survey(inputs.paths or ["."], settings)
    data = _rendered(found, format, has_colour=output is None and _has_colour()).encode("utf-8", "replace")
    if output is None:
        click.echo(data, nl=False)
    else:
        write_file("--output", output, data)
    for error in found.unread:
        click.echo(f"snapguard: {error.span.file.display}:{error.span.line}: {error.message}", err=True)
    tell_incomplete(found.missing, found.errors, has_tracebacks=inputs.debug)
    context.exit(found.exit_status)


def _rendered(found: Survey, format: str, *, has_colour: bool) -> str:
    if format == "text":
        from snapguard.reports import graph_text

        return graph_text.render(found.sections, has_colour=has_colour)
    if format == "mermaid":
        from snapguard.reports import graph_mermaid

        return graph_mermaid.render(found.sections)
    if format == "dot":
        from snapguard.reports import graph_dot

        return graph_dot.render(found.sections)
    if format == "svg":
        from snapguard.reports import graph_svg

        return graph_svg.render(found.sections)
    from snapguard.reports import graph_html

    return graph_html.render(found.sections)


def _has_colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
