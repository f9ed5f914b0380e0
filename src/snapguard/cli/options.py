"""Options that several commands take, and how they and the configuration become settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

import click

from snapguard.findings import Severity
from snapguard.judging import InternalError
from snapguard.registry import UnknownSelectorError, selected_codes
from snapguard.settings import Settings, SettingsError, find_configuration, load_settings, nearest

SEVERITIES = click.Choice([severity.label for severity in Severity], case_sensitive=False)

Command = Callable[..., Any]


class Inputs(NamedTuple):
    """What a command reads: the paths, and what the command line says of their variables and parameters.

    `debug` asks for the traceback of an internal error.
    """

    paths: Sequence[str]
    variables: Sequence[str]
    var_files: Sequence[str]
    parameters: Sequence[str]
    parameter_files: Sequence[str]
    source: str | None
    configuration: str | None
    has_no_configuration: bool
    debug: bool

    def settings(self) -> Settings:
        """The settings of the project, with what the command line says; click.UsageError for what can't be used."""
        try:
            path = self.configuration or (None if self.has_no_configuration else find_configuration())
            settings = Settings(directory=os.getcwd()) if path is None else load_settings(path)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error
        return settings._replace(
            variables={**settings.variables, **_pairs("--var", self.variables)},
            var_files=(*settings.var_files, *self.var_files),
            parameters={**settings.parameters, **_pairs("--parameter", self.parameters)},
            parameter_files=(*settings.parameter_files, *self.parameter_files),
            source=self.source or "",
        )


def input_options(command: Command) -> Command:
    """The options of what is read, handed to the command as `inputs`."""
    options = (
        click.argument("paths", nargs=-1, type=click.Path()),
        click.option(
            "--var", "variables", multiple=True, metavar="NAME=VALUE", help="Set a Terraform variable; repeatable."
        ),
        click.option(
            "--var-file",
            "var_files",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False),
            help="Read Terraform variables from a file; repeatable.",
        ),
        click.option(
            "--parameter",
            "parameters",
            multiple=True,
            metavar="NAME=VALUE",
            help="Set a CloudFormation parameter; repeatable.",
        ),
        click.option(
            "--parameter-file",
            "parameter_files",
            multiple=True,
            type=click.Path(exists=True, dir_okay=False),
            help="Read CloudFormation parameters from a file, as `aws cloudformation` takes it; repeatable.",
        ),
        click.option(
            "--source",
            type=click.Path(exists=True, file_okay=False),
            metavar="DIR",
            help="The code that a plan was made from; by default what lies beside the plan.",
        ),
        click.option(
            "--config",
            "configuration",
            type=click.Path(exists=True, dir_okay=False),
            help="Read this configuration instead of looking for snapguard.toml or pyproject.toml.",
        ),
        click.option("--no-config", "has_no_configuration", is_flag=True, help="Read no configuration."),
        click.option("--debug", is_flag=True, help="Show the traceback of an internal error."),
    )

    @wraps(command)
    def with_inputs(*arguments: object, **given: Any) -> object:
        inputs = Inputs(**{name: given.pop(name) for name in Inputs._fields})
        return command(*arguments, inputs=inputs, **given)

    made: Command = with_inputs
    for option in reversed(options):
        made = option(made)
    return made


def selectors(option: str, values: Sequence[str]) -> tuple[str, ...]:
    """Codes, names, categories and prefixes, repeated or with commas; click.UsageError for one that means no check."""
    words = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    try:
        selected_codes(words)
    except UnknownSelectorError as error:
        raise click.UsageError(f"{option}: {error}{nearest(error.word, error.known)}") from error
    return words


def tell_incomplete(missing: Sequence[str], errors: Sequence[InternalError], *, has_tracebacks: bool) -> None:
    """Say on the standard error what a run could not do."""
    for path in missing:
        click.echo(f"snapguard: {path}: there is no such file or directory", err=True)
    for error in errors:
        click.echo(f"snapguard: {error.message}", err=True)
        if has_tracebacks:
            click.echo(error.traceback, err=True)


def _pairs(option: str, values: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"{option}: {text!r} is not of the form NAME=VALUE")
        pairs[name.strip()] = value
    return pairs
