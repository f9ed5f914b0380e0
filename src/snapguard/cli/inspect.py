"""`snapguard inspect`: the resources as resolved."""

from __future__ import annotations

from collections.abc import Sequence

import click

from snapguard.cli import HELP_OPTIONS
from snapguard.cli.options import input_options, project_settings, tell_incomplete
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
    paths: Sequence[str],
    variables: Sequence[str],
    var_files: Sequence[str],
    parameters: Sequence[str],
    parameter_files: Sequence[str],
    source: str | None,
    configuration: str | None,
    has_no_configuration: bool,
    debug: bool,
) -> None:
    """Show the resources of PATHS as resolved: what SnapGuard believes that a plan would show.

    Exit status: 0 all was read, 1 something could not be read, 2 wrong use or an internal error.
    """
    settings = project_settings(
        configuration=configuration,
        has_no_configuration=has_no_configuration,
        variables=variables,
        var_files=var_files,
        parameters=parameters,
        parameter_files=parameter_files,
        source=source,
    )
    inspection = inspect(paths or ["."], settings)
    click.echo(inspection.as_json().encode("utf-8", "replace"), nl=False)
    for error in inspection.unread:
        click.echo(f"snapguard: {error.span.file.display}:{error.span.line}: {error.message}", err=True)
    tell_incomplete(inspection.missing, inspection.errors, has_tracebacks=debug)
    context.exit(inspection.exit_status)
