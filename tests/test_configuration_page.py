"""docs/configuration.md names every setting, option and format."""

import re
from pathlib import Path

import click
import pytest

from snapguard.cli import program
from snapguard.cli.output import FORMATS
from snapguard.settings import setting_names

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
COMMANDS = ("check", "audit", "explain", "rules", "inspect", "init")


def options_of(name):
    command = program.get_command(click.Context(program), name)
    return [option for parameter in command.params for option in parameter.opts if option.startswith("--")]


OPTIONS = sorted({option for name in COMMANDS for option in options_of(name)})


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_is_explained(option):
    assert re.search(rf"`{option}\b[^`]*`", PAGE)


def test_no_option_is_explained_that_does_not_exist():
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))

    assert named - set(OPTIONS) == {"--version", "--verbose"}


@pytest.mark.parametrize("key", setting_names())
def test_every_setting_has_a_row(key):
    assert f"\n| `{key}` |" in PAGE


def test_no_setting_has_a_row_that_does_not_exist():
    table = PAGE.partition("| Key |")[2].partition("\n\n")[0]

    assert set(re.findall(r"(?m)^\| `([^`]+)` \|", table)) == set(setting_names())


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_a_row(format):
    assert f"\n| `{format}` |" in PAGE


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named(name):
    assert f"`snapguard {name}" in PAGE
