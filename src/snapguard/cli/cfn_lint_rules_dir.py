"""`snapguard cfn-lint-rules-dir`: where cfn-lint finds the rules."""

from __future__ import annotations

import os

import click

from snapguard.cli import HELP_OPTIONS


@click.command(name="cfn-lint-rules-dir", context_settings=HELP_OPTIONS)
def command() -> None:
    """Print the directory to give to `cfn-lint --append-rules`.

    It can be copied to a repository; SnapGuard must be installed where cfn-lint is.
    """
    import snapguard.hosts

    click.echo(os.path.join(snapguard.hosts.__path__[0], "cfn_lint_rules"))
