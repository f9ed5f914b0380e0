"""Values of a plan: as its text has them, and as the code writes them, with the code's places and links."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from snapguard.json_nodes import JsonError, JsonNode, values_from_json
from snapguard.source import Span
from snapguard.terraform.plan_document import has_mark
from snapguard.terraform.types import BoundError, is_wholly_known, number_of
from snapguard.values import ABSENT, Known, Reference, Step, Unknown, Value, ValueSet

MAX_MATCHED = 200
"""Up to how many elements a set of objects is matched element by element."""

AFTER_APPLY = "it is known only after it is applied"

Place = Callable[[int, int], Span]


def planned_value(node: JsonNode, unknown: Any, place: Place) -> Value:
    """A value of a plan; `unknown` marks what in it is known only after it is applied, in the shape of the value."""
    span = place(node.start, node.end)
    if unknown is True:
        return Unknown(AFTER_APPLY, span=span)
    content = node.value
    if isinstance(content, dict):
        marks = unknown if isinstance(unknown, dict) else {}
        entries = {name: planned_value(child, marks.get(name), place) for name, child in content.items()}
        for name, mark in marks.items():
            if name not in entries and has_mark(mark):
                entries[name] = Unknown(AFTER_APPLY, span=span)
        return Known(entries, span)
    if isinstance(content, list):
        marked = unknown if isinstance(unknown, list) else []
        marked = [*marked, *[None] * (len(content) - len(marked))]
        return Known([planned_value(child, mark, place) for child, mark in zip(content, marked, strict=False)], span)
    return Known(content, span, decoded=_decoded(content, span))


def _decoded(content: Any, span: Span | None) -> Value | None:
    """The structure that a text holds: a policy, as it is written."""
    if not isinstance(content, str) or content[:1] != "{":
        return None
    try:
        return values_from_json(content, lambda *_: span)
    except JsonError:
        return None


def relocated(planned: Value, span: Span | None, via: tuple[Step, ...] = ()) -> Value:
    """A planned value that stands elsewhere: at the place where the code sets it."""
    if not isinstance(planned, Known):
        other = planned.copy()
        other.span, other.via = span, via
        return other
    content = planned.value
    if isinstance(content, dict):
        content = {name: relocated(child, span) for name, child in content.items()}
    elif isinstance(content, list):
        content = [relocated(child, span) for child in content]
    decoded = None if planned.decoded is None else relocated(planned.decoded, span)
    return Known(content, span, via or planned.via, decoded=decoded)


def grounded(planned: Value, code: Value, *, keeps_true: bool = False) -> Value:
    """What a plan knows of an attribute, where the code says it: the code's value, and the plan's where they differ.

    What the code does not set is the provider's default, and absent; with `keeps_true`, what is switched on already is
    kept.
    """
    if code.is_absent:
        return relocated(planned, None) if keeps_true and is_switched_on(planned) else code
    if isinstance(planned, Unknown):
        return _still_unknown(planned, code)
    if not isinstance(planned, Known) or planned.value is None:
        return ABSENT
    if isinstance(code, Unknown):
        return _now_known(planned, code, keeps_true)
    assert isinstance(code, Known)
    entries, elements = code.known_map, code.known_list
    if entries is not None and isinstance(planned.value, dict):
        return _grounded_entries(planned, code, entries, keeps_true)
    if elements is not None:
        return _grounded_elements(planned, code, elements, keeps_true)
    return code if not contradictions(planned, code) else relocated(planned, code.span, code.via)


def is_switched_on(planned: Value) -> bool:
    """Whether something is true: what a resource that exists has, though its code doesn't say so."""
    return isinstance(planned, Known) and planned.value is True


def _still_unknown(planned: Unknown, code: Value) -> Value:
    """The plan doesn't know it either; the code may know parts of it, and where it comes from."""
    if isinstance(code, Known) and is_wholly_known(code) and code.value not in ("", 0, False, [], {}):
        return Unknown(planned.why, code.refs, span=code.span, via=code.via)
    return code


def _now_known(planned: Known, code: Unknown, keeps_true: bool) -> Value:
    for candidate in code.candidates:
        if not candidate.is_absent and not contradictions(planned, candidate):
            return grounded(planned, candidate, keeps_true=keeps_true).within(Known(None, code.span, code.via))
    span = code.span or code.place
    named = tuple(Step(span, _name(ref), ref) for ref in code.links) if span is not None else ()
    known = relocated(planned, code.span, code.via + (named if not isinstance(planned.value, dict | list) else ()))
    if known.decoded is not None and code.decoded is not None:
        known.decoded = grounded(known.decoded, code.decoded)
    return known


def _name(reference: Reference) -> str:
    return f"{reference.address}.{reference.attribute}" if reference.attribute else reference.address


def _grounded_entries(planned: Known, code: Known, entries: Mapping[str, Value], keeps_true: bool) -> Value:
    found: dict[str, Value] = {}
    for name, child in entries.items():
        other = planned.value.get(name, ABSENT)
        found[name] = child if child.is_absent else grounded(other, child, keeps_true=keeps_true)
    if keeps_true:
        found.update(
            {name: child for name, child in planned.value.items() if name not in found and is_switched_on(child)}
        )
    if len(found) == len(entries) and all(found[name] is child for name, child in entries.items()):
        return code
    return Known(type(entries)(found), code.span, code.via)  # type: ignore[call-arg]


def _grounded_elements(planned: Known, code: Known, elements: Sequence[Value], keeps_true: bool) -> Value:
    """Each element of the code with the planned one that it stands for: sets come in an order of their own.

    A block that may stand only once is a list for us, and may be an object in a plan.
    """
    if isinstance(planned.value, list):
        left: list[Value] = list(planned.value)
    elif planned.known_map is not None and all(element.known_map is not None for element in elements):
        left = [planned]
    else:
        return relocated(planned, code.span, code.via)
    found: list[Value] = []
    for element in elements:
        if not left:
            break
        other = left.pop(_match(element, left))
        found.append(grounded(other, element, keeps_true=keeps_true))
    found += [relocated(other, code.span) for other in left]
    if len(found) == len(elements) and all(new is old for new, old in zip(found, elements, strict=True)):
        return code
    kept = ValueSet(found) if isinstance(elements, ValueSet) else found
    return Known(kept, code.span, code.via)


def _match(element: Value, left: Sequence[Value]) -> int:
    """Which of the planned elements an element of the code stands for: the first with the fewest contradictions."""
    best, fewest = 0, contradictions(left[0], element)
    for position, other in enumerate(left[:MAX_MATCHED]):
        if not fewest:
            break
        count = contradictions(other, element)
        if count < fewest:
            best, fewest = position, count
    return best


def contradictions(planned: Value, code: Value) -> int:
    """How many values of the code a plan contradicts; an unknown one contradicts nothing."""
    if not isinstance(planned, Known) or not isinstance(code, Known):
        return 0
    if planned.value is None or code.value is None:
        return int(not _is_empty(planned.value) or not _is_empty(code.value))
    entries = code.known_map
    if entries is not None:
        if not isinstance(planned.value, dict):
            return 1
        return sum(contradictions(planned.value.get(name, Known(None)), child) for name, child in entries.items())
    elements = code.known_list
    if elements is not None:
        if not isinstance(planned.value, list) or len(elements) != len(planned.value):
            return 1
        return _contradictions_in_list(planned.value, elements)
    return int(not _is_same(planned.value, code.value))


def _contradictions_in_list(planned: Sequence[Value], elements: Sequence[Value]) -> int:
    ordered = sum(contradictions(other, element) for other, element in zip(planned, elements, strict=True))
    if not ordered or len(elements) > MAX_MATCHED:
        return ordered
    left = list(planned)
    total = 0
    for element in elements:
        total += contradictions(left.pop(_match(element, left)), element)
    return total


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_same(planned: Any, code: Any) -> bool:
    if isinstance(planned, str) and isinstance(code, str) and planned[:1] == code[:1] == "{" and planned != code:
        try:
            return bool(json.loads(planned) == json.loads(code))
        except (ValueError, RecursionError):
            return False
    return type(planned) is type(code) and bool(planned == code)


def planned_content(content: Any) -> Value:
    """A value of a plan without a place, such as that of a variable."""
    if isinstance(content, dict):
        return Known({name: planned_content(child) for name, child in content.items()})
    if isinstance(content, list):
        return Known([planned_content(child) for child in content])
    if isinstance(content, float):
        with suppress(BoundError):
            return Known(number_of(repr(content)))
        return Unknown("the number is too large")
    return Known(content)
