"""Help that mends: the smallest change for a finding, in the language of its resource."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from snapguard.resources import Resource
from snapguard.source import Span

_TERRAFORM_JSON = (".tf.json", ".tofu.json")
_begins_as_json = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{").match


class Choice(NamedTuple):
    """Remedies by the name of the block or attribute that a finding points at; the first where it points at none.

    `replaced` are the names that have to go when their remedy is written.
    """

    texts: Mapping[str, str]
    replaced: Collection[str] = ()


class InStatement(NamedTuple):
    """What limits a statement of a policy: its members as an object, and as blocks where the language has such.

    `whole` is a policy that is limited, for a finding that points at no statement.
    """

    members: str
    blocks: str
    whole: str


Remedies = Mapping[str, Mapping[str, str | Choice | InStatement]]
"""The lines that mend a finding, by the code of its check and the type of its resource."""


def with_remedy(help: str, code: str, resource: Resource | None, span: Span) -> str:
    """The help of a check, followed by the lines that mend a finding at `span` where its type is known to have some.

    The lines are indented by four, so that reports can tell them from the sentences.
    """
    if resource is None:
        return help
    language = "cloudformation" if "::" in resource.type else "terraform"
    remedies: Remedies = _remedies_module(language).REMEDIES
    remedy = remedies.get(code, {}).get(resource.type)
    if remedy is None:
        return help
    place, is_json = "In the resource", _is_json(resource, language)
    if isinstance(remedy, Choice):
        name = _named(remedy.texts, resource, span)
        place += f", in place of {name}" if name in remedy.replaced else ""
        remedy = remedy.texts[name]
    elif isinstance(remedy, InStatement):
        if span == resource.header:
            remedy = remedy.whole
        else:
            place = "In the statement"
            is_block, is_json = _form_of_statement(span.text.lstrip(), language, is_json)
            remedy = remedy.blocks if is_block else remedy.members
    return _followed(help, place, language, remedy, is_json)


@cache
def _followed(help: str, place: str, language: str, remedy: str, is_json: bool) -> str:
    """A help with the lines of a remedy below it; put together once, since a scan has thousands of a kind."""
    text = _remedies_module(language).in_json(remedy) if is_json else remedy
    lines = "\n".join(f"    {line}" for line in text.split("\n"))
    return f"{help} {place}:\n{lines}"


@cache
def _remedies_module(language: str) -> ModuleType:
    return import_module(f"snapguard.estate.aws_{language}.remedies")


def _form_of_statement(text: str, language: str, file_is_json: bool) -> tuple[bool, bool]:
    """Whether a statement is written as a block, and whether in JSON: a policy can be a text of JSON in any file."""
    if language == "cloudformation":
        return False, file_is_json
    if text.startswith("statement"):
        return True, False
    is_block = file_is_json and '"actions"' in text
    return is_block, is_block or "=" not in text.partition("ffect")[2][:4]


def _named(names: Collection[str], resource: Resource, span: Span) -> str:
    """The name that stands last before the end of a place in a resource; the first of the names where none does.

    A name can be the end of another (`cidr_blocks`, `ipv6_cidr_blocks`): the longer one counts.
    """
    whole = resource.span
    is_inside = span.file is whole.file and whole.start <= span.start and span.end <= whole.end
    text = whole.file.data[whole.start : span.end if is_inside else whole.end]
    places = {name: text.rfind(name.encode()) for name in names}
    written = [name for name in names if places[name] >= 0]
    if not written:
        return next(iter(names))
    return max(written, key=lambda name: (places[name] + len(name), len(name)))


def _is_json(resource: Resource, language: str) -> bool:
    file = resource.header.file
    if language == "terraform":
        return file.path.endswith(_TERRAFORM_JSON)
    return _begins_as_json(file.data) is not None
