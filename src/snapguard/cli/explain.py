"""`snapguard explain`: what a check finds, why it matters, how to mend it."""

from __future__ import annotations

from textwrap import fill

import click

from snapguard import registry
from snapguard.cli import HELP_OPTIONS
from snapguard.registry import Check, UnknownSelectorError, selected_codes
from snapguard.settings import nearest

_LANGUAGES = {"terraform": "Terraform", "cloudformation": "CloudFormation"}
_WIDTH = 88


@click.command(name="explain", context_settings=HELP_OPTIONS)
@click.argument("check", metavar="CHECK")
def command(check: str) -> None:
    """Explain CHECK (a code or a name): what it finds, why it matters, how to mend it, with examples.

    A category or a prefix explains all the checks that it stands for.
    """
    try:
        codes = selected_codes([check])
    except UnknownSelectorError as error:
        raise click.UsageError(f"{error}{nearest(check, error.known)}") from error
    click.echo("\n\n".join(explanation(registry.load(code)) for code in sorted(codes)))


def explanation(check: Check) -> str:
    """A check as text: title, paragraphs, examples."""
    title = f"{check.code} {check.name} ({check.severity.label}, {check.category.value})"
    paragraphs = [check.summary, *check.reasoning.split("\n\n"), f"To mend it: {check.help}"]
    parts = [
        f"{title}\n{'=' * len(title)}",
        *(fill(paragraph, _WIDTH, break_on_hyphens=False) for paragraph in paragraphs if paragraph),
        f"ATT&CK: {', '.join(check.attack)}",
    ]
    if check.example_settings:
        parts.append(f"With these settings:\n\n{_settings_text(check)}")
    for kind, heading in (("BAD", "Found"), ("GOOD", "Mended")):
        for language, text in check.examples(kind).items():
            if text is not None:
                indented = "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))
                parts.append(f"{heading}, {_LANGUAGES[language]}:\n\n{indented.rstrip()}")
    return "\n\n".join(parts)


def _settings_text(check: Check) -> str:
    """The settings of the examples as snapguard.toml writes them; JSON's scalars and lists are TOML's, too."""
    from json import dumps

    return "\n".join(f"    {name.replace('_', '-')} = {dumps(value)}" for name, value in check.example_settings.items())
