"""`snapguard checkov-checks-dir`: where Checkov finds the checks."""

from __future__ import annotations

import os

import click

from snapguard.cli import HELP_OPTIONS


@click.command(name="checkov-checks-dir", context_settings=HELP_OPTIONS)
def command() -> None:
    """Print the directory to give to `checkov --external-checks-dir`.

    It can be copied to a repository; SnapGuard must be installed where Checkov is.
    """
    import snapguard.hosts

    click.echo(os.path.join(snapguard.hosts.__path__[0], "checkov_checks"))
