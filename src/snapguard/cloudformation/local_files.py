"""The files beside a template that it names: included snippets, and the templates of nested stacks.

A nested stack names its template by a path; what was packaged or synthesised names it by an address in S3 instead,
whose end is still the path of the local file, and the CDK notes the file in the resource's metadata.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

MAX_UP = 4
"""How many directories above a template are searched for the file that an address in S3 means."""

ASSET_PATH = "aws:asset:path"
"""Where the CDK notes the file that it has put into S3 (AWS CDK API reference, `ASSET_RESOURCE_METADATA_PATH_KEY`)."""

_WRITTEN = (
    rb"""\b(?:TemplateURL|Location|aws:asset:path)["']?\s*:\s*"""
    rb"""(?:!Sub\s+|\{\s*"Fn::Sub"\s*:\s*)?["']?((?:\$\{[^}]*\}|[^\s"',}])+)"""
)
_PLACEHOLDER = r"\$\{[^}]*\}"
_ADDRESS = r"(?:https?|s3)://[^/]*/"


def local_path(template: str, name: str | None) -> str | None:
    """The file that a template names relative to itself; None for an address elsewhere, or a link that leads away."""
    if not name or "://" in name or os.path.isabs(name):
        return None
    return _inside(os.path.realpath(os.path.dirname(template)), name)


def local_template(template: str, location: str) -> str | None:
    """The file of a nested stack: by its path, or by the end of its address in S3; None where it isn't there.

    What is not known of the address stands as `${…}`.
    """
    if re.match(_ADDRESS, location) is None and not re.match(_PLACEHOLDER, location):
        return local_path(template, location)
    key = re.split(_PLACEHOLDER, re.sub(_ADDRESS, "", location))[-1].partition("?")[0]
    names = [name for name in key.split("/") if name not in ("", ".", "..")]
    directory = os.path.realpath(os.path.dirname(template))
    top = os.path.realpath(".")
    for level in range(MAX_UP):
        for start in range(len(names) - min(level, 1)):
            found = _inside(directory, os.path.join(*names[start:]))
            if found is not None and found != os.path.realpath(template):
                return found
        if directory == top or not directory.startswith(top + os.sep):
            break
        directory = os.path.dirname(directory)
    return None


def templates_named_in(template: str, data: bytes) -> Iterator[str]:
    """The real paths of the files that the bytes of a template may name as those of nested stacks."""
    has_comments = not template.endswith(".json")
    for match in re.finditer(_WRITTEN, data):
        line = data.rfind(b"\n", 0, match.start()) + 1
        if has_comments and b"#" in data[line : match.start()]:
            continue
        found = local_template(template, os.fsdecode(match[1]))
        if found is not None:
            yield found


def _inside(directory: str, name: str) -> str | None:
    path = os.path.normpath(os.path.join(directory, name))
    real = os.path.realpath(path)
    allowed = real == path or any(real.startswith(top + os.sep) for top in (directory, os.path.realpath(".")))
    return real if allowed and os.path.isfile(real) else None
