"""Texts that functions put together and take apart: known, partly known, and how long they may become."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from snapguard.cloudformation.deployment import Deployment
from snapguard.source import Span
from snapguard.values import Known, Unknown, Value, fragments, text_of

MAX_CANDIDATES = 32
"""How many values a text may be able to take before it counts as any text."""

MAX_TEXT = 1_000_000
"""How long a text may become that functions put together; a template itself may have 1 MB."""

MAX_PARTS = 10_000
"""Of how many pieces such a text may consist."""

_DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")

_WORDS = frozenset({"AWS::AccountId", "AWS::Region", "AWS::Partition"})
"""Pseudo parameters whose text holds only letters, digits and dashes."""


def checked(text: str, span: Span | None) -> Value:
    """A text; unknown where it holds a dynamic reference."""
    if "{{resolve:" not in text:
        return Known(text, span)
    parts: list[Value] = []
    at = 0
    for match in _DYNAMIC.finditer(text):
        if match.start() > at:
            parts.append(Known(text[at : match.start()], span))
        parts.append(Unknown(f"{match[0]} is read when deployed", span=span))
        at = match.end()
    if at < len(text):
        parts.append(Known(text[at:], span))
    if not at:
        return Known(text, span)
    return Unknown("a dynamic reference is read when deployed", span=span, parts=tuple(parts))


def joined(found: Iterable[Value], span: Span, deployment: Deployment) -> Value:
    """One text out of pieces; those of a piece that was put together itself become its own."""
    parts: list[Value] = []
    size = 0
    for piece in found:
        if piece.is_absent or (isinstance(piece, Known) and piece.value == ""):
            continue
        if isinstance(piece, Known) and isinstance(piece.value, (list, dict)):
            piece = Unknown("a list or mapping stands where a text is needed", span=piece.span)
        size += len(text_of(piece.value)) if isinstance(piece, Known) else 0
        parts.append(piece)
    unknown = [part for part in parts if isinstance(part, Unknown)]
    flat = [one for part in parts for one in part.parts or (part,)] if unknown else parts
    if size > MAX_TEXT or len(flat) > MAX_PARTS:
        return too_long(span, deployment)
    if not unknown:
        return checked("".join(text_of(part.value) for part in parts if isinstance(part, Known)), span)
    if len(parts) == 1:
        return parts[0]
    refs = tuple(dict.fromkeys(ref for part in unknown for ref in part.refs))
    return Unknown(unknown[0].why, refs, _combinations(parts, span), span, parts=tuple(flat))


def too_long(span: Span, deployment: Deployment) -> Unknown:
    """Report that a text has become too long; it is unknown then."""
    deployment.complain(f"the functions here make a text of more than {MAX_TEXT:,} characters", span)
    return Unknown("the text is too long", span=span)


def _combinations(parts: list[Value], span: Span | None) -> tuple[Value, ...]:
    """Every text that the parts can make, where each can be only a few."""
    choices: list[list[str]] = []
    size = 1
    length = 0
    for part in parts:
        outcomes = part.outcomes
        if outcomes is None:
            return ()
        texts = [text_of(one.value) for one in outcomes if isinstance(one, Known) and not is_collection(one)]
        size *= len(texts)
        length += max(map(len, texts), default=0)
        if len(texts) != len(outcomes) or size > MAX_CANDIDATES or length > MAX_TEXT // MAX_CANDIDATES:
            return ()
        choices.append(texts)
    return tuple(Known("".join(texts), span) for texts in product(*choices))


def is_collection(value: Known) -> bool:
    """Whether a value is no text, number or boolean."""
    return isinstance(value.value, (list, dict)) or value.value is None


def as_text_value(value: Value) -> Value:
    """A number or boolean as the text that a template makes of it."""
    if isinstance(value, Known) and isinstance(value.value, (bool, int, float)):
        return Known(text_of(value.value), value.span, value.via)
    return value


def split_parts(source: Unknown, delimiter: str, span: Span, deployment: Deployment) -> Value:
    """Cut a partly known text; possible where what is unknown holds no delimiter for certain."""
    rows: list[list[Value]] = [[]]
    for fragment in fragments(source):
        if isinstance(fragment, str):
            first, *others = fragment.split(delimiter)
            rows[-1].append(Known(first, source.span))
            rows.extend([Known(other, source.span)] for other in others)
        elif all(ref.address in _WORDS for ref in fragment.refs) and fragment.refs and not _is_worded(delimiter):
            rows[-1].append(fragment)
        else:
            return derived("the text that is split is not known", source, span)
    return Known([joined(row, span, deployment) if row else Known("", span) for row in rows], span)


def derived(why: str, source: Value, span: Span, decoded: Value | None = None) -> Unknown:
    """What a function makes of something unknown: linked to the same resources, but not to the account or region."""
    refs = tuple(ref for ref in source.refs if not ref.address.startswith("AWS::"))
    return Unknown(why, refs, span=span, decoded=decoded)


def _is_worded(delimiter: str) -> bool:
    return any(character.isalnum() or character == "-" for character in delimiter)
