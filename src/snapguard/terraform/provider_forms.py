"""What the AWS provider makes of a value before a plan shows it: the attribute's type, sets without duplicates.

The types are those of the provider's own schema (hashicorp/aws 5.100.0, `terraform providers schema`), in
provider_forms.txt as tools/generate_provider_forms.py writes it. What some attributes are rewritten to (protocols in
lower case and by name) is the schema's silent part: the provider's documentation, and plans made with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from snapguard.terraform.types import EvaluationError, is_wholly_known, to_bool, to_number, to_text
from snapguard.values import Known, Unknown, Value, ValueSet

Form = Any
"""As JSON has it: a letter and the form of elements, or [letter, {name: form}]."""

_TEXT = ""
_SINGLE: Form = ["1", {}]
_SIMPLE: Mapping[str, Callable[[Value], Value]] = {_TEXT: to_text, "t": to_text, "n": to_number, "b": to_bool}


ALWAYS_TEXTS = frozenset(("id", "arn"))
"""Attributes that are texts wherever there is one of that name."""


def provider_form(mode: str, type: str, name: str, value: Value) -> Value:
    """An attribute's value, or a nested block's, as a plan shows it; as it is where the provider would refuse it."""
    if name == "timeouts":  # Terraform's own, and of every provider
        return _formed(value, _SINGLE)
    forms = _forms_of(mode, type)
    if forms is None:
        return value
    return _formed(value, forms.get(name, _TEXT), _REWRITTEN.get(type, {}).get(name))


def holds_elements(mode: str, type: str, name: str) -> bool:
    """Whether an attribute is a list or set, as far as the provider's schema is listed."""
    form = (_forms_of(mode, type) or {}).get(name, _TEXT)
    return form[:1] in ("l", "s") or form[:1] in (["l"], ["s"])


def block_defaults(mode: str, type: str) -> Mapping[str, Any]:
    """What a plan shows in the nested blocks of a type of what is not set in them, by block and name.

    A block inside a block has a mapping of its own. The table is distilled from plans made with the same provider
    (tools/generate_block_defaults.py).
    """
    return _listed("block_defaults.txt", mode, type) or {}


def _forms_of(mode: str, type: str) -> Mapping[str, Form] | None:
    """What is no text among the attributes of a type, by name; None for a type that is not listed."""
    return _listed("provider_forms.txt", mode, type)


@cache
def _listed(name: str, mode: str, type: str) -> Mapping[str, Any] | None:
    """The line of a table that begins with a mode and type; None where there is none."""
    table = _table(name)
    start = table.find(f"\n{mode} {type} ".encode())
    if start < 0:
        return None
    import json

    end = table.find(b"\n", start + 1)
    found: Mapping[str, Any] = json.loads(table[table.find(b"{", start) : end])
    return found


@cache
def _table(name: str) -> bytes:
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as stream:
        return b"\n" + stream.read()


def _formed(value: Value, form: Form, rewrite: Rewrite | None = None) -> Value:
    content = value.value if isinstance(value, Known) else None
    if isinstance(form, str) and len(form) <= 1:
        convert = _SIMPLE.get(form)
        is_text = isinstance(content, str) and convert is to_text and rewrite is None
        if is_text or convert is None or isinstance(content, dict | list):
            return value
        try:
            converted = convert(value)
        except EvaluationError:
            return value
        return converted if rewrite is None else _rewritten(converted, rewrite)
    if isinstance(content, list):
        return _formed_list(value, content, form, rewrite)
    if isinstance(content, dict):
        if isinstance(form, list) and form[0] in ("l", "s"):  # JSON may give a block that stands alone as an object
            return _formed(Known([value], value.span, value.via), form, rewrite)
        return _formed_entries(value, content, form, rewrite)
    return value


def _formed_list(value: Value, content: list[Value], form: Form, rewrite: Rewrite | None) -> Value:
    letter = form[0]
    if letter == "1":
        return _formed(content[0].within(value), form, rewrite) if len(content) == 1 else value
    of_element = ["1", form[1]] if isinstance(form, list) else form[1:]
    formed = [_formed(element, of_element, rewrite) for element in content]
    if letter == "s":
        formed = _distinct(formed)
        if isinstance(form, str):
            return Known(ValueSet(formed), value.span, value.via)
    if len(formed) == len(content) and all(new is old for new, old in zip(formed, content, strict=True)):
        return value
    return Known(formed, value.span, value.via)


def _formed_entries(value: Value, content: Mapping[str, Value], form: Form, rewrite: Rewrite | None) -> Value:
    nested = form[1] if isinstance(form, list) else {}
    of_others = form[1:] if isinstance(form, str) else _TEXT
    rewrites: Mapping[str, Rewrite] = rewrite if isinstance(rewrite, dict) else {}
    formed = {name: _formed(child, nested.get(name, of_others), rewrites.get(name)) for name, child in content.items()}
    if isinstance(form, list):  # null in a block is as good as not written
        formed = {name: child for name, child in formed.items() if not child.is_absent}
    if len(formed) == len(content) and all(formed[name] is child for name, child in content.items()):
        return value
    return Known(formed, value.span, value.via)


def _distinct(elements: list[Value]) -> list[Value]:
    """Without those that another one is equal to; an unknown one may be anything and stays."""
    found: dict[object, Value] = {}
    for element in elements:
        found.setdefault(_identity(element) if is_wholly_known(element) else id(element), element)
    return elements if len(found) == len(elements) else list(found.values())


def _identity(value: Value) -> object:
    """What two values share that a set takes for one: what is absent is as good as not written."""
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, dict):
        return frozenset((name, _identity(child)) for name, child in content.items() if not child.is_absent)
    if isinstance(content, list):
        return tuple(_identity(child) for child in content)
    return type(content), content


Rewrite = Any
"""What a text is rewritten by: a function, or such by the names of a nested block."""


def _rewritten(value: Value, rewrite: Rewrite) -> Value:
    if isinstance(value, Known) and isinstance(value.value, str) and callable(rewrite):
        text = rewrite(value.value)
        return value if text == value.value else Known(text, value.span, value.via)
    if isinstance(value, Unknown) and value.candidates:
        other = value.copy()
        other.candidates = tuple(_rewritten(candidate, rewrite) for candidate in value.candidates)
        return other
    return value


_PROTOCOLS = {"all": "-1", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
"""Numbers are those of IANA's registry of assigned internet protocol numbers."""


def _protocol(text: str) -> str:
    lowered = text.lower()
    return _PROTOCOLS.get(lowered, lowered)


def _hashed(text: str) -> str:
    from hashlib import sha1

    return sha1(text.encode("utf-8"), usedforsecurity=False).hexdigest()


_RULES = {"protocol": _protocol}
_REWRITTEN: Mapping[str, Mapping[str, Rewrite]] = {
    "aws_security_group": {"ingress": _RULES, "egress": _RULES},
    "aws_default_security_group": {"ingress": _RULES, "egress": _RULES},
    "aws_security_group_rule": _RULES,
    "aws_instance": {"user_data": _hashed},
    "aws_launch_configuration": {"user_data": _hashed},
    "aws_spot_instance_request": {"user_data": _hashed},
    "aws_db_instance": {"engine": str.lower, "maintenance_window": str.lower},
    "aws_elasticache_replication_group": {"replication_group_id": str.lower},
}
