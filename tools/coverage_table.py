"""Writes docs/coverage.md: which resource types each check judges; with --check, says whether it is out of date.

The types are those that the mapping modules of `snapguard.estate` ask a root for, so that the page can't claim more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from snapguard import registry
from snapguard.findings import Category
from snapguard.resources import InputError, Resource
from snapguard.source import SourceFile

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
LANGUAGES = {"terraform": "Terraform", "cloudformation": "CloudFormation"}
TITLES = {
    Category.ENCRYPTION: "Encryption",
    Category.SHARING: "Sharing",
    Category.RESTORE_SSH: "Restored machines and databases",
}
INTRODUCTION = """\
# Coverage: resource types and checks

Made from the mapping modules by `python tools/coverage_table.py`; not to be edited by hand.

- ● the check judges resources of the type, and its finding stands on them;
- ○ it looks at them to judge others: what a disk is made from, what a group is on, what a key protects.

`data.` marks what is looked up and not made. A column without ● is a check that no resource type of the language can
break. What a service encrypts without being asked is no matter of SNAP205: FSx, DynamoDB, MemoryDB, DSQL, Timestream,
Keyspaces, the serverless kinds of Redshift, ElastiCache and DocumentDB. SNAP0xx judge files, whatever stands in them.
"""
RESTS_ON = "SNAP101 to SNAP108 judge what a principal can do in the end, over all of these together:"
RIGHTS = ["identity.facts"]
MACHINES = ["machines.machines", "machines.artefacts", "machines.attachments"]
GROUPS = [
    "network.security_groups",
    "network.rules",
    "network.interfaces",
    "network.joints",
    "network.networks",
    "network.narrow",
    "network.prefix_lists",
    "network.surroundings",
]
KEYS = ["keys.key_uses", "keys.key_aliases"]
DISKS = ["storage.volumes", "storage.image_devices", "storage.copies", "storage.sources", "storage.default_encryption"]
STORES = ["databases.data_stores", "databases.database_snapshots", "databases.database_copies"]
OPENINGS = ["network.security_groups", "network.rules"]


class Parts(NamedTuple):
    """The functions of the mapping modules whose things a check judges, and those that it looks at besides."""

    judged: Sequence[str]
    looked_at: Sequence[str] = ()


PARTS = {
    "SNAP201": Parts(["storage.volumes"], DISKS),
    "SNAP202": Parts(["storage.copies"], DISKS),
    "SNAP203": Parts(["storage.default_encryption"]),
    "SNAP204": Parts(["storage.image_devices"], DISKS),
    "SNAP205": Parts(["databases.data_stores"], STORES),
    "SNAP206": Parts(["databases.database_copies"], STORES),
    "SNAP207": Parts(["backups.vaults", "backups.vault_copies"]),
    "SNAP301": Parts(["sharing.shares"]),
    "SNAP302": Parts(["sharing.shares", "sharing.snapshot_policies"]),
    "SNAP303": Parts(["sharing.public_access_blocks"]),
    "SNAP304": Parts(["policies.vault_policies"]),
    "SNAP305": Parts(["policies.key_policies"], KEYS),
    "SNAP306": Parts(["backups.vault_copies"]),
    "SNAP307": Parts(["sharing.exports"]),
    "SNAP401": Parts(OPENINGS, [*MACHINES, *GROUPS]),
    "SNAP402": Parts(OPENINGS, [*MACHINES, *GROUPS]),
    "SNAP403": Parts(OPENINGS, [*MACHINES, *GROUPS]),
    "SNAP404": Parts([*OPENINGS, "machines.databases"], ["databases.database_snapshots", *MACHINES, *GROUPS]),
}
"""What each check rests on; those of rights all rest on the same, and those of input on files alone."""


class AskedRoot:
    """A root without a resource, which remembers what types it was asked for."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.name = self.assumption = ""
        self.asked: set[str] = set()

    def resources_of(self, *types: str) -> Sequence[Resource]:
        """Nothing."""
        self.asked.update(types)
        return ()

    def data_sources_of(self, *types: str) -> Sequence[Resource]:
        """Nothing; a data source is told from a resource by its prefix."""
        self.asked.update(f"data.{kind}" for kind in types)
        return ()

    def resources(self) -> Iterator[Resource]:
        """Nothing."""
        return iter(())

    def find(self, _address: str) -> Resource | None:
        """Nothing."""
        return None

    def errors(self) -> Sequence[InputError]:
        """Nothing."""
        return ()

    def files(self) -> Sequence[SourceFile]:
        """Nothing."""
        return ()


def types_of(part: str, language: str) -> set[str]:
    """The types that a function of a mapping module (`storage.volumes`) asks for."""
    subject, _, function = part.partition(".")
    root = AskedRoot(language)
    found = getattr(import_module(f"snapguard.estate.aws_{language}.{subject}"), function)(root)
    if isinstance(found, Iterator):
        list(found)
    return root.asked


def table(language: str, category: Category) -> Iterator[str]:
    """The lines of the table of a category: a row a type, a column a check."""
    codes = [code for code in PARTS if registry.CATEGORIES[code[4]] is category]
    judged = {code: _types(PARTS[code].judged, language) for code in codes}
    looked_at = {code: _types(PARTS[code].looked_at, language) for code in codes}
    kinds = set().union(*judged.values(), *looked_at.values())
    yield f"| {' | '.join(['resource type', *codes])} |"
    yield "| --- " + "| :-: " * len(codes) + "|"
    for kind in sorted(kinds, key=lambda name: (name.startswith("data."), name)):
        cells = ["●" if kind in judged[code] else "○" if kind in looked_at[code] else " " for code in codes]
        yield f"| {' | '.join([f'`{kind}`', *cells])} |"


def _types(parts: Iterable[str], language: str) -> set[str]:
    return set().union(*(types_of(part, language) for part in parts))


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION.rstrip("\n")]
    for language, name in LANGUAGES.items():
        lines += ["", f"## {name}: rights", "", RESTS_ON, ""]
        lines += [f"- `{kind}`" for kind in sorted(_types(RIGHTS, language))]
        for category, title in TITLES.items():
            lines += ["", f"## {name}: {title.lower()}", "", *table(language, category)]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; 1 where it is out of date and --check was given."""
    current = page()
    if "--check" not in arguments:
        PAGE.write_text(current, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == current:
        return 0
    print(f"{PAGE.name} is out of date: run python tools/coverage_table.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
