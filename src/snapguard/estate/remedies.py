"""Help that mends: the smallest change for a finding, in the language of its resource."""

from __future__ import annotations

from importlib import import_module

from snapguard.resources import Resource


def with_remedy(help: str, code: str, resource: Resource | None) -> str:
    """The help of a check, followed by the lines that mend it where the resource's type is known to have some.

    The lines are indented by four, so that reports can tell them from the sentences.
    """
    if resource is None:
        return help
    language = "cloudformation" if "::" in resource.type else "terraform"
    module = import_module(f"snapguard.estate.aws_{language}.remedies")
    remedy: str | None = module.REMEDIES.get(code, {}).get(resource.type)
    if remedy is None:
        return help
    if language == "cloudformation" and resource.header.file.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        remedy = module.in_json(remedy)
    lines = "\n".join(f"    {line}" for line in remedy.split("\n"))
    return f"{help} In the resource:\n{lines}"
