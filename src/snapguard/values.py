"""What an attribute is worth: known, unknown or absent, and the way it came.

Every reader of a language gives its attributes as these values; every mapping and check takes them. A value
knows the `span` where it was written and the steps (`via`) that led from its use to that place, so a finding
can say *why*: "0.0.0.0/0 comes from var.allowed, set in main.tf:12".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from snapguard.source import Span


class Reference(NamedTuple):
    """A link to something whose value is not known: an address, and the attribute that was asked of it."""

    address: str
    attribute: str = ""


class Step(NamedTuple):
    """One step on the way of a value: what was named (`var.allowed`), and where it was named.

    `reference` is the resource attribute that was named, if it was one: the link stays where the value is known.
    """

    span: Span
    note: str
    reference: Reference | None = None


class Value:
    """Base of Known, Unknown and Absent.

    `parts` are the pieces of a text that was put together from a template; `decoded` is the structure that was
    turned into this text (by jsonencode and the like). Both keep places and links that plain text would lose.
    """

    __slots__ = ("decoded", "parts", "span", "via")

    span: Span | None
    via: tuple[Step, ...]
    parts: tuple[Value, ...] | None
    decoded: Value | None

    @property
    def place(self) -> Span | None:
        """Where the value is used: the outermost step, or where it is written."""
        return self.via[0].span if self.via else self.span

    @property
    def is_known(self) -> bool:
        """Whether the value itself is known (elements of a collection may still be unknown)."""
        return False

    @property
    def is_absent(self) -> bool:
        """Whether nothing is set: not written, or set to null."""
        return False

    @property
    def refs(self) -> tuple[Reference, ...]:
        """The resource attributes that this comes from, whether its value is known or not."""
        return tuple(step.reference for step in self.via if step.reference is not None)

    def copy(self) -> Value:
        """The same value as an object of its own."""
        raise NotImplementedError

    def through(self, span: Span | None, note: str, reference: Reference | None = None) -> Value:
        """The same value, reached by naming `note` (an attribute of a resource: `reference`) at `span`."""
        if span is None:
            return self
        other = self.copy()
        other.via = (Step(span, note, reference), *self.via)
        return other

    def within(self, container: Value) -> Value:
        """The same value, reached by the way that led to the container that it was taken from."""
        if not container.via:
            return self
        other = self.copy()
        other.via = container.via + self.via
        return other

    def get(self, name: str) -> Value:
        """The attribute of an object; absent where there is none, unknown where the object is unknown."""
        return ABSENT

    def at(self, *path: str) -> Value:
        """The attribute at a path of names; a list of one element is entered on the way (a single block)."""
        value: Value = self
        for name in path:
            content = value.known_list
            if content is not None:
                value = content[0].within(value) if content else ABSENT
            value = value.get(name)
        return value

    def elements(self) -> list[Value]:
        """The elements of a list or set, or the one value that stands for a list (a scalar, an unknown)."""
        return []

    @property
    def known_list(self) -> Sequence[Value] | None:
        """The elements where this is a known list or set, else None."""
        return None

    @property
    def known_map(self) -> Mapping[str, Value] | None:
        """The entries where this is a known object or map, else None."""
        return None

    @property
    def known_text(self) -> str | None:
        """The text where this is a known string, else None."""
        return None

    @property
    def outcomes(self) -> Sequence[Value] | None:
        """Every value that this can be: itself where that is known or absent; None where nobody can tell."""
        return (self,)

    def verdict(self, test: Callable[[Any], bool], absent: bool | None = False) -> bool | None:
        """Whether `test` holds: None where it can't be told.

        A known value is tested; an unknown one is true or false only where all its candidates agree; `absent`
        is the answer where nothing is set.
        """
        return None


class Known(Value):
    """What a plan would show.

    `value` is None (null), bool, int, Decimal (Terraform's fractions), float (CloudFormation's), str, a list of
    Values (a `ValueSet` for a set), or a dict of Values by name.
    """

    __slots__ = ("value",)

    def __init__(
        self,
        value: Any,
        span: Span | None = None,
        via: tuple[Step, ...] = (),
        parts: tuple[Value, ...] | None = None,
        decoded: Value | None = None,
    ) -> None:
        self.value = value
        self.span = span
        self.via = via
        self.parts = parts
        self.decoded = decoded

    @property
    def is_known(self) -> bool:
        return True

    @property
    def is_absent(self) -> bool:
        return self.value is None

    def copy(self) -> Known:
        return Known(self.value, self.span, self.via, self.parts, self.decoded)

    def get(self, name: str) -> Value:
        if isinstance(self.value, dict):
            child: Value | None = self.value.get(name)
            if child is not None and not child.is_absent:
                return child.within(self)
        return ABSENT

    def elements(self) -> list[Value]:
        if self.value is None:
            return []
        if isinstance(self.value, list):
            return [element.within(self) for element in self.value]
        return [self]

    @property
    def known_list(self) -> Sequence[Value] | None:
        return self.value if isinstance(self.value, list) else None

    @property
    def known_map(self) -> Mapping[str, Value] | None:
        return self.value if isinstance(self.value, dict) else None

    @property
    def known_text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    def verdict(self, test: Callable[[Any], bool], absent: bool | None = False) -> bool | None:
        return absent if self.value is None else test(self.value)

    def __repr__(self) -> str:
        return f"Known({self.value!r})"


class Unknown(Value):
    """What no reading of the code can tell.

    `why` says so to a person ("var.size has no default"); `refs` are what it comes from; `candidates` are the
    values it can take where only a condition is unknown; `members` are the elements that a list or set surely has,
    though not how many others there are.
    """

    __slots__ = ("candidates", "links", "members", "why")

    stands_for_one = False
    """Whether this is one thing for certain, such as a resource, and no list of an unknown length."""

    def __init__(
        self,
        why: str,
        refs: tuple[Reference, ...] = (),
        candidates: tuple[Value, ...] = (),
        span: Span | None = None,
        via: tuple[Step, ...] = (),
        parts: tuple[Value, ...] | None = None,
        decoded: Value | None = None,
        members: tuple[Value, ...] = (),
    ) -> None:
        self.why = why
        self.links = refs
        self.candidates = candidates
        self.members = members
        self.span = span
        self.via = via
        self.parts = parts
        self.decoded = decoded

    @property
    def refs(self) -> tuple[Reference, ...]:
        named = super().refs
        return tuple(dict.fromkeys((*named, *self.links))) if named else self.links

    @property
    def outcomes(self) -> Sequence[Value] | None:
        found: list[Value] = []
        for candidate in self.candidates:
            outcomes = candidate.outcomes
            if outcomes is None:
                return None
            found.extend(outcomes)
        return found or None

    def copy(self) -> Unknown:
        return Unknown(
            self.why, self.links, self.candidates, self.span, self.via, self.parts, self.decoded, self.members
        )

    def get(self, name: str) -> Value:
        refs = tuple(Reference(ref.address, f"{ref.attribute}.{name}" if ref.attribute else name) for ref in self.links)
        candidates = tuple(candidate.get(name) for candidate in self.candidates)
        return Unknown(self.why, refs, candidates, self.span, self.via)

    def elements(self) -> list[Value]:
        if not self.members:
            return [self]
        others = Unknown(self.why, self.links, span=self.span, via=self.via)
        return [*(member.within(self) for member in self.members), others]

    def verdict(self, test: Callable[[Any], bool], absent: bool | None = False) -> bool | None:
        answers = {candidate.verdict(test, absent) for candidate in self.candidates}
        return answers.pop() if len(answers) == 1 else None

    def __repr__(self) -> str:
        return f"Unknown({self.why!r}, {list(self.refs)!r})"


class Absent(Value):
    """Not written: the provider's default applies, and the mapping module says which that is."""

    __slots__ = ()

    def __init__(self, span: Span | None = None, via: tuple[Step, ...] = ()) -> None:
        self.span = span
        self.via = via
        self.parts = None
        self.decoded = None

    @property
    def is_absent(self) -> bool:
        return True

    def copy(self) -> Absent:
        return Absent(self.span, self.via)

    def verdict(self, test: Callable[[Any], bool], absent: bool | None = False) -> bool | None:
        return absent

    def __repr__(self) -> str:
        return "Absent()"


ABSENT = Absent()


class ValueSet(list[Value]):
    """The elements of a set: without duplicates, in the order in which Terraform walks it.

    Here and in the next two, `element` is the Terraform type of the elements where it was told: there may be none.
    """

    __slots__ = ("element",)

    def __init__(self, elements: Iterable[Value] = ()) -> None:
        super().__init__(elements)
        self.element: object = None


class TypedList(list[Value]):
    """The elements of a Terraform list, all of one type; a plain list is a tuple."""

    __slots__ = ("element",)

    def __init__(self, elements: Iterable[Value] = ()) -> None:
        super().__init__(elements)
        self.element: object = None


class TypedMap(dict[str, Value]):
    """The entries of a Terraform map, all of one type; a plain dict is an object."""

    __slots__ = ("element",)

    def __init__(self, entries: Mapping[str, Value] | Iterable[tuple[str, Value]] = ()) -> None:
        super().__init__(entries)
        self.element: object = None


def each(value: Value, *path: str) -> Iterator[Value]:
    """Every value at a path of names, entering each element of the lists on the way (repeated blocks).

    Nothing is given where something on the way is absent; an unknown on the way gives an unknown. Where only a
    condition is unknown, each place in the list has as candidates what stands there by either outcome.
    """
    for container in value.elements():
        for element in _by_place(container):
            if element.is_absent:
                continue
            if path:
                yield from each(element.get(path[0]), *path[1:])
            else:
                yield element


def _by_place(value: Value) -> Sequence[Value]:
    if not isinstance(value, Unknown) or all(candidate.known_list is None for candidate in value.candidates):
        return (value,)
    places = zip_longest(*(candidate.elements() for candidate in value.candidates), fillvalue=ABSENT)
    return [Unknown(value.why, value.refs, place, value.span, value.via) for place in places]


def fragments(value: Value) -> Iterator[str | Unknown]:
    """The pieces of a text, outermost template first: known text as str, each unknown piece as it is."""
    if value.parts is not None:
        for part in value.parts:
            yield from fragments(part)
    elif isinstance(value, Known):
        if value.value is not None:
            yield text_of(value.value)
    elif isinstance(value, Unknown):
        yield value


def unless_empty(value: Value) -> Value:
    """The value, or absent for an empty text: code and plans write one where nothing is meant to be set."""
    return ABSENT if value.known_text == "" else value


def why_unknown(value: Value) -> str:
    """Why a value is not known, in brackets, to follow what is said of it; empty for one that is known."""
    return f" ({value.why})" if isinstance(value, Unknown) and value.why else ""


def text_of(value: str | int | float | bool) -> str:
    """A scalar as Terraform and CloudFormation write it into a text: true, 1, 2.5."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    return str(value)


def is_true(value: Any) -> bool:
    """Whether a scalar means yes: attributes that look boolean may be texts in either language."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_false(value: Any) -> bool:
    """Whether a scalar means no, also as text."""
    return value is False or (isinstance(value, str) and value.lower() == "false")
