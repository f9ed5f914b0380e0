"""Says whether the project is ready to be released as a tag: run with the tag (v1.2.3).

The version stands in src/snapguard/__init__.py alone; the tag must be that version, and CHANGELOG.md must have a dated
section for it. Prints that section, which becomes the text of the release.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def release_notes(tag: str, version: str, changelog: str) -> str:
    """The section of the changelog for a tag; raises ValueError where tag, version and changelog do not agree."""
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, but src/snapguard/__init__.py says {version}: the tag must be v{version}")
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}\n(?P<notes>.*?)(?=^## \[|\Z)"
    found = re.search(heading, changelog, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"CHANGELOG.md has no section `## [{version}] - YYYY-MM-DD`: name and date what is unreleased")
    notes = found["notes"].strip()
    if not notes:
        raise ValueError(f"the section of {version} in CHANGELOG.md is empty")
    return notes


def main(arguments: list[str]) -> int:
    """Print the notes; 1 where the project is not ready."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    init = (PROJECT / "src" / "snapguard" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', init, re.MULTILINE)
    assert version is not None
    try:
        print(release_notes(arguments[0], version[1], (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")))
    except ValueError as error:
        print(f"not ready: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
