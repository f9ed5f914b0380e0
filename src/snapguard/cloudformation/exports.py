"""What Fn::ImportValue can mean: the exports of templates scanned together, or beside the importing one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache

from snapguard.cloudformation.deployment import Deployment
from snapguard.cloudformation.intrinsics import Scope
from snapguard.cloudformation.nodes import as_mapping
from snapguard.cloudformation.recognition import looks_like_template
from snapguard.cloudformation.syntax import parse_file
from snapguard.cloudformation.template import Template
from snapguard.cloudformation.transforms import entries
from snapguard.source import load
from snapguard.values import Value

MAX_FILES = 200
"""How many files beside a template are looked at."""


class Exports:
    """The exports of the templates scanned together and of those in the same directory, read when somebody first asks.

    `deploy` makes the deployment of a template with what the project sets its parameters to. Only values that are known
    before anything is deployed are given: what refers to a resource of another stack is no link in this one.
    """

    def __init__(self, importing: str, scanned: Sequence[str], deploy: Callable[[Template], Deployment]) -> None:
        self._importing = importing
        self._scanned = scanned
        self._deploy = deploy
        self._found: dict[str, list[Value]] | None = None

    def values_of(self, name: str) -> list[Value]:
        """The values that are exported by a name, one for each template that does so; empty where one is not known."""
        if self._found is None:
            self._found = {}
            listed = [*_beside(os.path.dirname(self._importing) or "."), *self._scanned]
            paths = {os.path.realpath(path): path for path in listed}
            paths.pop(os.path.realpath(self._importing), None)
            for path in paths.values():
                if _exports_something(path):
                    self._read(path, self._found)
        values = self._found.get(name, [])
        return values if all(value.is_known for value in values) else []

    def _read(self, path: str, found: dict[str, list[Value]]) -> None:
        scope = Scope(self._deploy(Template(parse_file(path)[0])))
        for _, node, within in entries(scope.deployment.template.sections.get("Outputs"), scope):
            output = as_mapping(node)
            export = None if output is None else as_mapping(output.entries.get("Export"))
            if output is None or export is None or "Name" not in export.entries or "Value" not in output.entries:
                continue
            name = within.resolve(export.entries["Name"]).known_text
            if name is not None:
                found.setdefault(name, []).append(within.resolve(output.entries["Value"]))


def _beside(directory: str) -> list[str]:
    try:
        with os.scandir(directory) as listed:
            return sorted(entry.path for entry in listed if entry.is_file())[:MAX_FILES]
    except OSError:
        return []


def _exports_something(path: str) -> bool:
    """Whether a file is a template with exports; read again only where it has changed."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    return _is_exporting(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _is_exporting(path: str, changed: int, size: int) -> bool:  # noqa: ARG001 - time and size tell versions apart
    try:
        data = load(path).data
    except OSError:
        return False
    return b"Export" in data and looks_like_template(data, path)
