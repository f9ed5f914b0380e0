"""Lists and sets that are known in part: which elements the result of a function surely has.

How many there are in all nobody can tell, nor at which place one stands. But a rule for `concat(["0.0.0.0/0"], var.x)`
is open to the world, whatever else is in the variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from snapguard.values import Unknown, Value


def _all(elements: Iterator[Value]) -> Iterator[Value]:
    return elements


def _flattened(elements: Iterator[Value]) -> Iterator[Value]:
    for element in elements:
        inner = element.known_list
        if inner is not None:
            yield from _flattened(each.within(element) for each in inner)
        elif isinstance(element, Unknown) and not _is_made(element):
            yield from _flattened(iter(element.members))
        else:
            yield element


def _not_empty(elements: Iterator[Value]) -> Iterator[Value]:
    return (element for element in elements if element.known_text or _is_made(element))


def _is_made(element: Value) -> bool:
    """Whether it is what the provider makes up, such as an id: that is never empty."""
    return (
        isinstance(element, Unknown)
        and bool(element.refs)
        and all(".var." not in f".{ref.address}" for ref in element.refs)
    )


_KEPT: Mapping[str, Callable[[Iterator[Value]], Iterator[Value]]] = {
    "compact": _not_empty,
    "concat": _all,
    "distinct": _all,
    "flatten": _flattened,
    "reverse": _all,
    "setunion": _all,
    "sort": _all,
    "tolist": _all,
    "toset": _all,
}
"""What each function keeps of the elements of its arguments; any other function may lose some."""


def sure_members(name: str, arguments: Sequence[Value]) -> tuple[Value, ...]:
    """The elements that the result of a call has, whatever the lists among its arguments come out as."""
    kept = _KEPT.get(name)
    if kept is None:
        return ()
    members: list[Value] = []
    for argument in arguments:
        known = argument.members if isinstance(argument, Unknown) else argument.known_list or ()
        members.extend(kept(member.within(argument) for member in known))
    return tuple(members)
