"""Resolved values as plain data, to compare them with what another tool makes of the same template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from snapguard.values import Known, Reference, Value, fragments


def bracketed(reference: Reference) -> str:
    """How what only a deployment knows stands in a text."""
    return f"<{reference.address}.{reference.attribute}".rstrip(".") + ">"


def shown(value: Value, name: Callable[[Reference], str] = bracketed) -> Any:
    """A value as plain data; what is unknown stands as what `name` makes of the attribute that it comes from."""
    if isinstance(value, Known) and value.known_list is not None:
        return [shown(item, name) for item in value.known_list]
    if isinstance(value, Known) and value.known_map is not None:
        return {key: shown(item, name) for key, item in value.known_map.items()}
    if isinstance(value, Known):
        return value.value
    pieces = []
    for piece in fragments(value):
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            pieces += [name(reference) for reference in piece.refs] or [f"<{piece.why}>"]
    return "".join(pieces)
