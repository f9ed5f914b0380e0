"""The command line: one module a command, imported when it is asked for."""

from __future__ import annotations

import atexit
import gc

import click

from snapguard import __version__

COMMANDS = (
    "check",
    "audit",
    "graph",
    "explain",
    "rules",
    "inspect",
    "init",
    "checkov-checks-dir",
    "cfn-lint-rules-dir",
)

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


class _Commands(click.Group):
    """Finds a command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"snapguard.cli.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from snapguard.settings import nearest

            raise click.UsageError(f"there is no command `{args[0]}`{nearest(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, invoke_without_command=True, context_settings=HELP_OPTIONS)
@click.option("--version", "shows_version", is_flag=True, help="Show the version and exit.")
@click.option("--verbose", is_flag=True, help="With --version: also name what it runs on.")
@click.pass_context
def program(context: click.Context, shows_version: bool, verbose: bool) -> None:
    """Find what opens the road of ATT&CK T1578.001 (Create Snapshot) in Terraform and CloudFormation.

    Start with `snapguard check`. Nothing is run, contacted or changed.
    """
    _tell_of_clash()
    if shows_version:
        click.echo(_versions() if verbose else f"snapguard {__version__}")
    elif context.invoked_subcommand is None:
        click.echo(context.get_help())


def _tell_of_clash() -> None:
    """Tell it here, since Checkov can't: it fails at its start."""
    from snapguard.hosts.neighbours import clash

    message = clash()
    if message is not None:
        click.echo(f"snapguard: {message}", err=True)


def _versions() -> str:
    """The version, and those of what it runs on."""
    import platform
    from importlib.metadata import version

    lines = [f"snapguard {__version__}", f"Python {platform.python_version()} on {platform.system()}"]
    lines += [f"{package} {version(package)}" for package in ("click", "PyYAML", "tree-sitter", "tree-sitter-hcl")]
    return "\n".join([*lines, _hcl2()])


def _hcl2() -> str:
    """Whether the package `hcl2` is really python-hcl2: a fork that Checkov needs installs one of the same name."""
    from importlib.metadata import packages_distributions, version

    owners = packages_distributions().get("hcl2", [])
    if not owners:
        return "python-hcl2: not installed (optional: snapguard[hcl2])"
    if owners != ["python-hcl2"]:
        return f"python-hcl2: not used, since the package hcl2 belongs to {', '.join(sorted(owners))}"
    return f"python-hcl2 {version('python-hcl2')}"


def main() -> None:
    """Run the command line."""
    # All that is read for a root lives until it is judged, so that collecting in between finds nothing; it is done
    # between one root and the next. What is left at the end goes with the process.
    gc.disable()
    atexit.register(gc.freeze)
    program(prog_name="snapguard")
