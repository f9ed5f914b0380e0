"""Writes what the program prints into the pages that quote it; with --check, says which pages are out of date.

A page marks such a part with the command: <!-- prints: rules --format markdown --> … <!-- end -->. Markdown is put in
as it is, anything else as a fenced block. Pictures are files of their own.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "docs/audit.md", "docs/graph.md"]
PICTURES = {"docs/roads.svg": "graph examples/terraform/attack --format svg"}
PART = re.compile(r"<!-- prints: (?P<command>[^\n]+) -->\n.*?<!-- end -->", re.DOTALL)


def printed(command: str) -> str:
    """What `snapguard COMMAND` prints, run in the project's directory."""
    run = [sys.executable, "-m", "snapguard", *command.split()]
    return subprocess.run(run, cwd=PROJECT, capture_output=True, text=True, check=False).stdout


def part(match: re.Match[str]) -> str:
    """A marked part as it should be."""
    command = match["command"]
    output = printed(command).strip("\n")
    if "markdown" not in command:
        output = f"```text\n$ snapguard {command}\n{output}\n```"
    return f"<!-- prints: {command} -->\n{output}\n<!-- end -->"


def main(arguments: list[str]) -> int:
    """Update every page, or check it; 1 where one was out of date and --check was given."""
    stale = []
    for name in PAGES:
        path = PROJECT / name
        text = path.read_text(encoding="utf-8")
        current = PART.sub(part, text)
        if current != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(current, encoding="utf-8")
    for name, command in PICTURES.items():
        path, current = PROJECT / name, printed(command)
        if not path.exists() or path.read_text(encoding="utf-8") != current:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(current, encoding="utf-8")
    advice = "is out of date: run python tools/update_documentation.py" if "--check" in arguments else "is updated"
    for name in stale:
        print(f"{name} {advice}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
