"""`snapguard inspect`: the resources as resolved."""

from __future__ import annotations

import click

from snapguard.cli import HELP_OPTIONS
from snapguard.cli.options import Inputs, input_options, tell_incomplete
from snapguard.inspection import inspect


@click.command(name="inspect", context_settings=HELP_OPTIONS)
@input_options
@click.option(
    "--format", "formats", type=click.Choice(("json",)), default="json", expose_value=False, help="How to show them."
)
@click.pass_context
def command(
    context: click.Context,
    *,
    inputs: Inputs,
) -> None:
    """Show the resources of PATHS as resolved: what SnapGuard believes that a plan would show.

    Exit status: 0 all was read, 1 something could not be read, 2 wrong use or an internal error.
    """
    settings = inputs.settings()
    inspection = inspect(inputs.paths or ["."], settings)
    click.echo(inspection.as_json().encode("utf-8", "replace"), nl=False)
    for error in inspection.unread:
        click.echo(f"snapguard: {error.span.file.display}:{error.span.line}: {error.message}", err=True)
    tell_incomplete(inspection.missing, inspection.errors, has_tracebacks=inputs.debug)
    context.exit(inspection.exit_status)
