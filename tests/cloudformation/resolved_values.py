"""Resolved values as plain data, to compare them with what another tool makes of the same template."""

from __future__ import annotations

from typing import Any

from snapguard.values import Known, Value, fragments


def shown(value: Value, known: dict[str, str] | None = None) -> Any:
    """A value as plain data; what is unknown stands as `<address.attribute>`, or as what `known` says of that."""
    if isinstance(value, Known) and value.known_list is not None:
        return [shown(item, known) for item in value.known_list]
    if isinstance(value, Known) and value.known_map is not None:
        return {key: shown(item, known) for key, item in value.known_map.items()}
    if isinstance(value, Known):
        return value.value
    pieces = []
    for piece in fragments(value):
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            names = [f"{ref.address}.{ref.attribute}".rstrip(".") for ref in piece.refs]
            pieces += [(known or {}).get(name, f"<{name}>") for name in names] or [f"<{piece.why}>"]
    return "".join(pieces)
