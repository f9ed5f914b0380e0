"""`snapguard checkov-checks-dir`: where Checkov finds the checks."""

from __future__ import annotations

import os

import click

from snapguard.cli import HELP_OPTIONS


@click.command(name="checkov-checks-dir", context_settings=HELP_OPTIONS)
def command() -> None:
    """Print the directory to give to `checkov --external-checks-dir`.

    It can be copied to a repository; SnapGuard must be installed where Checkov is. Nothing is printed where Checkov
    can't run, since another package took the place of one that it needs.
    """
    import snapguard.hosts
    from snapguard.hosts.neighbours import clash

    if clash() is not None:  # which the program has told
        click.get_current_context().exit(2)
    click.echo(os.path.join(snapguard.hosts.__path__[0], "checkov_checks"))
