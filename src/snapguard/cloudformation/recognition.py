"""Which files are templates, told from their bytes without parsing them."""

from __future__ import annotations

import re

_EXTENSIONS = (".yaml", ".yml", ".json", ".template")
_FIRST_KEY = re.compile(rb"""^(?!---|%)([ ]*)[^\s#]""", re.MULTILINE)
_YAML_VERSION = re.compile(rb"""^([ ]*)["']?AWSTemplateFormatVersion["']?[ \t]*:""", re.MULTILINE)
_YAML_RESOURCES = re.compile(rb"""^([ ]*)["']?Resources["']?[ \t]*:(?!\s*-)""", re.MULTILINE)
_JSON_VERSION = re.compile(rb"""[{,]\s*["']?AWSTemplateFormatVersion["']?\s*:\s*[^\s{]""")
_JSON_RESOURCES = re.compile(rb"""[{,]\s*["']?Resources["']?\s*:\s*\{""")
_TYPE = re.compile(
    rb"""(?<![A-Za-z"'])["']?Type["']?\s*:\s*["']?(?:(?:AWS|Alexa|Custom)::[A-Za-z0-9]|[A-Za-z0-9]+::[A-Za-z0-9]+::)"""
)


def looks_like_template(data: bytes, path: str) -> bool:
    """Whether bytes look like a template, without parsing them: its version, or Resources with a type of AWS.

    What counts stands at the top level, so a template inside of another file (a config map, a playbook) is none.
    """
    if not path.lower().endswith(_EXTENSIONS):
        return False
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"AWSTemplateFormatVersion" not in data and b"Resources" not in data:
        return False
    if data.lstrip()[:1] == b"{":
        has_version = _JSON_VERSION.search(data) is not None
        return has_version or (_JSON_RESOURCES.search(data) is not None and _TYPE.search(data) is not None)
    first = _FIRST_KEY.search(data)
    indent = b"" if first is None else first[1]
    if any(match[1] == indent for match in _YAML_VERSION.finditer(data)):
        return True
    return any(match[1] == indent for match in _YAML_RESOURCES.finditer(data)) and _TYPE.search(data) is not None
