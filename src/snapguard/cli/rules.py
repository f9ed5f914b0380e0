"""`snapguard rules`: the list of checks."""

from __future__ import annotations

from collections.abc import Sequence

import click

from snapguard import registry
from snapguard.cli import HELP_OPTIONS
from snapguard.registry import Check


@click.command(name="rules", context_settings=HELP_OPTIONS)
@click.option("--format", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
def command(format: str) -> None:
    """List the checks."""
    write = {"text": _text, "json": _json, "markdown": _markdown}[format]
    click.echo(write(registry.load_all()))


def _text(checks: Sequence[Check]) -> str:
    width = max(len(check.name) for check in checks)
    return "\n".join(
        f"{check.code}  {check.name:{width}}  {check.severity.label:8}  {check.category.value:11}  {check.summary}"
        for check in checks
    )


def _json(checks: Sequence[Check]) -> str:
    import json

    listed = [
        {
            "check": check.code,
            "name": check.name,
            "category": check.category.value,
            "severity": check.severity.label,
            "attack": list(check.attack),
            "summary": check.summary,
            "reasoning": check.reasoning,
            "help": check.help,
            "languages": [language for language, text in check.examples("BAD").items() if text is not None],
        }
        for check in checks
    ]
    return json.dumps({"version": 1, "checks": listed}, indent=2, ensure_ascii=False)


def _markdown(checks: Sequence[Check]) -> str:
    rows = ["| Code | Name | Severity | Category | Finds |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| {check.code} | {check.name} | {check.severity.label} | {check.category.value} "
        f"| {check.summary.replace('|', chr(92) + '|')} |"
        for check in checks
    ]
    return "\n".join(rows)
