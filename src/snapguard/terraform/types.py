"""Terraform's types: what a value is, what it can become, and when two values are the same.

The rules are those of Terraform's type system ("Types and Values" and "Type Constraints" in its language reference);
where the reference is silent, what `terraform console` answers. A list is a TypedList, a tuple a plain list, a set a
ValueSet, a map a TypedMap, an object a plain dict, null is Known(None), a number an int or, with a fraction, a Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

from snapguard.values import Known, Reference, TypedList, TypedMap, Unknown, Value, ValueSet

if TYPE_CHECKING:
    pass

ARITHMETIC = Context(prec=1_200, Emax=999_999, Emin=-999_999)
"""Terraform calculates with 512 bits: enough decimal digits to hold any result before it is rounded to these."""

_BITS = 512
_SHORT = 150
_LARGE = 10**300
_EXACT = Context(prec=5_000, Emax=999_999, Emin=-999_999)

MAX_SIZE = 500_000
"""How many elements a value may have at all depths."""

MAX_COMBINATIONS = 16
"""How many combinations of candidates are followed before a result is plainly unknown."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


class EvaluationError(Exception):
    """An expression that Terraform would refuse; the message is for the user. `try` and `can` catch it."""


class BoundError(EvaluationError):
    """A value that grows beyond what is followed: not the language refuses it but this reading."""


class Type:
    """Base of all types; `str()` gives it as Terraform writes it."""

    __slots__ = ()

    @property
    def key(self) -> object:
        """What tells this type from others."""
        return str(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Type) and self.key == other.key

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return str(self)


class Simple(Type):
    """A primitive type, or `any`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


STRING = Simple("string")
NUMBER = Simple("number")
BOOL = Simple("bool")
ANY = Simple("any")


class CollectionType(Type):
    """Base of the types whose elements are all of one type."""

    __slots__ = ("element",)
    name = ""

    def __init__(self, element: Type) -> None:
        self.element = element

    def __str__(self) -> str:
        return f"{self.name}({self.element})"


class ListOf(CollectionType):
    """`list(…)`"""

    __slots__ = ()
    name = "list"


class SetOf(CollectionType):
    """`set(…)`"""

    __slots__ = ()
    name = "set"


class MapOf(CollectionType):
    """`map(…)`"""

    __slots__ = ()
    name = "map"


class ObjectOf(Type):
    """`object({…})`; `optional` are the attributes that may be missing, `defaults` what some of these then are."""

    __slots__ = ("attributes", "defaults", "optional")

    def __init__(
        self,
        attributes: Mapping[str, Type],
        optional: Iterable[str] = (),
        defaults: Mapping[str, Value] | None = None,
    ) -> None:
        self.attributes = attributes
        self.optional = frozenset(optional)
        self.defaults = defaults or {}

    def __str__(self) -> str:
        attributes = ",".join(f"{name}={self._written(name)}" for name in sorted(self.attributes))
        return f"object({{{attributes}}})"

    def _written(self, name: str) -> str:
        type = self.attributes[name]
        return f"optional({type})" if name in self.optional else str(type)


class TupleOf(Type):
    """`tuple([…])`"""

    __slots__ = ("elements",)

    def __init__(self, elements: Sequence[Type]) -> None:
        self.elements = tuple(elements)

    def __str__(self) -> str:
        return f"tuple([{','.join(map(str, self.elements))}])"


def type_of(value: Value) -> Type:
    """The type of a value; `any` for null, for an unknown value, and for elements of an empty list, set or map."""
    content = value.value if isinstance(value, Known) else None
    if content is None:
        return ANY
    if isinstance(content, bool):
        return BOOL
    if isinstance(content, (int, Decimal)):
        return NUMBER
    if isinstance(content, str):
        return STRING
    if isinstance(content, dict):
        if isinstance(content, TypedMap):
            return MapOf(_common_type(content.values()))
        return ObjectOf({name: type_of(item) for name, item in content.items()})
    if isinstance(content, ValueSet):
        return SetOf(_common_type(content))
    if isinstance(content, TypedList):
        return ListOf(_common_type(content))
    return TupleOf([type_of(item) for item in content])


def _common_type(values: Iterable[Value]) -> Type:
    return unify_types([type_of(value) for value in values]) or ANY


def describe(value: Value) -> str:
    """What a value is, with its article, for messages: "a string", "an object", "null"."""
    content = value.value if isinstance(value, Known) else None
    if value.is_absent:
        return "null"
    if isinstance(content, dict):
        return "a map" if isinstance(content, TypedMap) else "an object"
    if isinstance(content, list):
        return "a set" if isinstance(content, ValueSet) else "a list" if isinstance(content, TypedList) else "a tuple"
    return "a value" if content is None else f"a {type_of(value)}"


def number(value: int | Decimal) -> int | Decimal:
    """A number in its one form: an int unless there is a fraction. Raises EvaluationError for one out of range."""
    if isinstance(value, int):
        return value
    if not value.is_finite() or value.adjusted() > 4000:
        raise EvaluationError("the number is too large")
    if len(value.as_tuple().digits) > _SHORT:
        value = _shortest(value)
    if value == value.to_integral_value():
        return int(value)
    return value.normalize(ARITHMETIC)


def exact_binary(value: int | Decimal) -> Decimal:
    """The number of 512 binary digits that Terraform has where a decimal fraction is written."""
    if isinstance(value, int) or not value:
        return Decimal(value)
    digits, exponent = _binary(value.copy_abs())
    exact = _EXACT.scaleb(Decimal(digits * 5**-exponent), exponent) if exponent < 0 else value
    return exact.copy_sign(value)


def _binary(value: Decimal) -> tuple[int, int]:
    """The nearest binary number: its digits, and the power of two that they are multiplied with."""
    numerator, denominator = value.as_integer_ratio()
    exponent = min(numerator.bit_length() - denominator.bit_length() - _BITS, 0)
    exponent += min((numerator << -exponent) // denominator >> _BITS, 1)
    digits, rest = divmod(numerator << -exponent, denominator)
    return digits + (2 * rest > denominator or (2 * rest == denominator and digits & 1)), exponent


def _shortest(value: Decimal) -> Decimal:
    """The shortest decimal fraction that stands for the same binary number, as Terraform writes it."""
    digits, exponent = _binary(value.copy_abs())
    if exponent >= 0:
        return value
    exact = _EXACT.scaleb(Decimal(digits * 5**-exponent), exponent)
    half = _EXACT.scaleb(Decimal(5**-exponent), exponent) / 2
    for length in range(1, len(exact.as_tuple().digits)):
        below, nearest, above = (
            exact.quantize(Decimal(1).scaleb(exact.adjusted() - length + 1), way, _EXACT)
            for way in (ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP)
        )
        fits_below, fits_above = exact - below < half, above - exact < half
        if fits_below or fits_above:
            found = nearest if fits_below and fits_above else below if fits_below else above
            return found.copy_sign(value)
    return exact.copy_sign(value)


def number_text(value: int | Decimal) -> str:
    """A number as Terraform writes it into a text: never with an exponent."""
    return str(value) if isinstance(value, int) else format(value.normalize(ARITHMETIC), "f")


def parse_number(text: str) -> int | Decimal | None:
    """The number that a text spells, or None."""
    return number(Decimal(text)) if _NUMBER.fullmatch(text) else None


def to_text(value: Value) -> Value:
    """A scalar as string; null and unknown stay. Raises EvaluationError for anything else."""
    if not isinstance(value, Known):
        return _each_candidate(value, to_text)
    content = value.value
    if content is None or isinstance(content, str):
        return value
    if isinstance(content, bool):
        text = "true" if content else "false"
    elif isinstance(content, (int, Decimal)):
        text = number_text(content)
    else:
        raise EvaluationError(f"a string is required, but this is {describe(value)}")
    return Known(text, value.span, value.via)


def to_number(value: Value) -> Value:
    """A scalar as number; null and unknown stay. Raises EvaluationError for what spells none."""
    if not isinstance(value, Known) or value.value is None:
        return _each_candidate(value, to_number)
    content = value.value
    if isinstance(content, (int, Decimal)) and not isinstance(content, bool):
        return value
    found = parse_number(content) if isinstance(content, str) else None
    if found is None:
        shown = f'"{content}"' if isinstance(content, str) else describe(value)
        raise EvaluationError(f"a number is required, but this is {shown}")
    return Known(found, value.span, value.via)


_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def to_bool(value: Value) -> Value:
    """A scalar as bool; null and unknown stay. Raises EvaluationError for what is neither true nor false."""
    if not isinstance(value, Known) or value.value is None:
        return _each_candidate(value, to_bool)
    content = value.value
    if isinstance(content, bool):
        return value
    found = _BOOLS.get(content) if isinstance(content, str) else None
    if found is None:
        shown = f'"{content}"' if isinstance(content, str) else describe(value)
        raise EvaluationError(f"a bool is required, but this is {shown}; write true or false")
    return Known(found, value.span, value.via)


def _each_candidate(value: Value, change: Callable[[Value], Value]) -> Value:
    """An unknown value whose candidates are changed; none are left where one can't be changed."""
    if not isinstance(value, Unknown) or not value.candidates:
        return value
    other = value.copy()
    try:
        other.candidates = tuple(change(candidate) for candidate in value.candidates)
    except EvaluationError:
        other.candidates = ()
    return other


def convert(value: Value, type: Type) -> Value:
    """The value as a type, with the defaults of optional attributes filled in first.

    Elements keep their places. An unknown value stays unknown. Raises EvaluationError where Terraform would refuse.
    """
    if not isinstance(type, Simple):
        check_size(value)
    return _convert(value, type)


def _convert(value: Value, type: Type) -> Value:
    if isinstance(type, Simple):
        return value if type is ANY else _PRIMITIVES[type.name](value)
    if not isinstance(value, Known) or value.value is None:
        return _each_candidate(value, lambda candidate: _convert(candidate, type))
    if isinstance(type, ListOf | SetOf):
        return _to_sequence(value, type)
    if isinstance(type, MapOf):
        return _to_map(value, type)
    if isinstance(type, ObjectOf):
        return _to_object(value, type)
    return _to_tuple(value, type)


_PRIMITIVES: Mapping[str, Callable[[Value], Value]] = {"string": to_text, "number": to_number, "bool": to_bool}


def _refusal(value: Value, type: Type) -> EvaluationError:
    return EvaluationError(f"{type} is required, but this is {describe(value)}")


def _child(value: Value, type: Type, place: str) -> Value:
    try:
        return _convert(value, type)
    except EvaluationError as error:
        raise EvaluationError(f"{place}: {error}") from None


def _to_sequence(value: Known, type: ListOf | SetOf) -> Value:
    if not isinstance(value.value, list):
        raise _refusal(value, type)
    if isinstance(type, ListOf) and has_open_order(value):
        return Unknown("the order of a set with unknown elements", all_refs([value]), span=value.span, via=value.via)
    if holds_any(type.element):
        items = unify([_child(item, type.element, f"element {index}") for index, item in enumerate(value.value)])
    else:
        items = [_child(item, type.element, f"element {index}") for index, item in enumerate(value.value)]
    return Known(make_set(items) if isinstance(type, SetOf) else TypedList(items), value.span, value.via)


def _to_map(value: Known, type: MapOf) -> Value:
    if not isinstance(value.value, dict):
        raise _refusal(value, type)
    names = sorted(value.value)
    items = [_child(value.value[name], type.element, f'element "{name}"') for name in names]
    if holds_any(type.element):
        items = unify(items)
    return Known(TypedMap(zip(names, items, strict=True)), value.span, value.via)


def _to_object(value: Known, type: ObjectOf) -> Value:
    if not isinstance(value.value, dict):
        raise _refusal(value, type)
    missing = [name for name in type.attributes if name not in value.value and name not in type.optional]
    if missing:
        names = ", ".join(f'"{name}"' for name in sorted(missing))
        raise EvaluationError(f"{'attribute' if len(missing) == 1 else 'attributes'} {names} missing")
    content = {}
    for name in sorted(type.attributes):
        item = value.value.get(name) or Known(None, value.span, value.via)
        if item.is_absent and name in type.defaults:
            item = type.defaults[name]
        content[name] = _child(item, type.attributes[name], f'attribute "{name}"')
    return Known(content, value.span, value.via)


def _to_tuple(value: Known, type: Type) -> Value:
    content = value.value
    if not isinstance(type, TupleOf) or not isinstance(content, list):
        raise _refusal(value, type)
    if len(content) != len(type.elements):
        raise EvaluationError(f"a tuple of {len(type.elements)} is required, but this holds {len(content)}")
    items = [
        _child(item, kind, f"element {i}") for i, (item, kind) in enumerate(zip(content, type.elements, strict=True))
    ]
    return Known(items, value.span, value.via)


def holds_any(type: Type) -> bool:
    """Whether a type leaves something open that all elements of a collection must agree on."""
    if isinstance(type, CollectionType):
        return holds_any(type.element)
    if isinstance(type, ObjectOf):
        return any(map(holds_any, type.attributes.values()))
    if isinstance(type, TupleOf):
        return any(map(holds_any, type.elements))
    return type is ANY


def unify_types(types: Sequence[Type]) -> Type | None:
    """The one type that all can become; None where there is none. `any` (null, unknown) becomes what the others are."""
    known = [type for type in dict.fromkeys(types) if type is not ANY]
    if not known:
        return ANY
    if len(known) == 1:
        return known[0]
    kinds = {type.__class__ for type in known}
    if len(kinds) == 1:
        kind = kinds.pop()
        if issubclass(kind, CollectionType):
            element = unify_types([type.element for type in known if isinstance(type, CollectionType)])
            return None if element is None else kind(element)
        if kind is ObjectOf:
            return _unify_objects([type for type in known if isinstance(type, ObjectOf)])
        if kind is TupleOf:
            return _unify_tuples([type for type in known if isinstance(type, TupleOf)])
    if kinds >= {ObjectOf, TupleOf}:
        return None
    return _unify_mixed(known, kinds) or _most_general(known)


def _unify_objects(objects: Sequence[ObjectOf]) -> Type | None:
    """An object where all have the same attributes, else a map."""
    first = objects[0]
    if any(other.attributes.keys() != first.attributes.keys() for other in objects):
        return _as_collection(MapOf, [type for other in objects for type in other.attributes.values()])
    attributes = {name: unify_types([other.attributes[name] for other in objects]) for name in first.attributes}
    whole = {name: type for name, type in attributes.items() if type is not None}
    return ObjectOf(whole) if len(whole) == len(attributes) else None


def _unify_tuples(tuples: Sequence[TupleOf]) -> Type | None:
    """A tuple where all are of one length, else a list."""
    if len({len(other.elements) for other in tuples}) > 1:
        return _as_collection(ListOf, [type for other in tuples for type in other.elements])
    columns = [unify_types(column) for column in zip(*(other.elements for other in tuples), strict=True)]
    whole = [column for column in columns if column is not None]
    return TupleOf(whole) if len(whole) == len(columns) else None


def _as_collection(kind: Callable[[Type], Type], elements: Sequence[Type]) -> Type | None:
    element = unify_types(elements) if elements else None
    return None if element is None else kind(element)


def _unify_mixed(types: Sequence[Type], kinds: set[type[Type]]) -> Type | None:
    """Objects beside maps are maps, and tuples beside lists are lists, if that can be."""
    if kinds == {MapOf, ObjectOf}:
        elements = [kind for type in types if isinstance(type, ObjectOf) for kind in type.attributes.values()]
        made = _as_collection(MapOf, elements)
    elif kinds == {ListOf, TupleOf}:
        elements = [kind for type in types if isinstance(type, TupleOf) for kind in type.elements]
        made = _as_collection(ListOf, elements)
    else:
        made = None
    return None if made is None else unify_types([made, *(type for type in types if isinstance(type, CollectionType))])


def _most_general(types: Sequence[Type]) -> Type | None:
    """The first of the types, the more general ones before the others, that all the others can become."""
    waiting = list(types)
    while waiting:
        wanted = next(type for type in waiting if not any(_generality(other, type) < 0 for other in waiting))
        if all(_can_become(type, wanted) for type in types):
            return wanted
        waiting.remove(wanted)
    return None


_RANKS: Mapping[type[Type], int] = {ListOf: 0, TupleOf: 1, SetOf: 2, MapOf: 3, ObjectOf: 4}


def _generality(a: Type, b: Type) -> int:
    """Below 0 where the first is the more general one, above 0 where the second is; 0 where none is."""
    if isinstance(a, Simple) or isinstance(b, Simple):
        return (a != STRING) - (b != STRING) if isinstance(a, Simple) and isinstance(b, Simple) else 0
    if a.__class__ is not b.__class__:
        are_mappings = [isinstance(type, MapOf | ObjectOf) for type in (a, b)]
        return _RANKS[a.__class__] - _RANKS[b.__class__] if are_mappings[0] is are_mappings[1] else 0
    if isinstance(a, CollectionType) and isinstance(b, CollectionType):
        return _generality(a.element, b.element)
    signs = [_generality(one, other) for one, other in _paired(a, b)]
    least, most = min(signs, default=0), max(signs, default=0)
    return 0 if least < 0 < most else least or most


def _paired(a: Type, b: Type) -> Iterable[tuple[Type, Type]]:
    """The parts of two objects or two tuples side by side; none where they differ in shape."""
    if isinstance(a, ObjectOf) and isinstance(b, ObjectOf) and a.attributes.keys() == b.attributes.keys():
        return [(type, b.attributes[name]) for name, type in a.attributes.items()]
    if isinstance(a, TupleOf) and isinstance(b, TupleOf) and len(a.elements) == len(b.elements):
        return zip(a.elements, b.elements, strict=True)
    return ()


def _can_become(type: Type, wanted: Type) -> bool:
    """Whether there is a conversion from one type to another; a value may still not fit."""
    if wanted is ANY or type is ANY or type == wanted:
        return True
    if isinstance(wanted, ListOf | SetOf):
        if isinstance(type, TupleOf):
            return all(_can_become(element, wanted.element) for element in type.elements)
        return isinstance(type, ListOf | SetOf) and _can_become(type.element, wanted.element)
    if isinstance(wanted, MapOf):
        if isinstance(type, ObjectOf):
            return all(_can_become(attribute, wanted.element) for attribute in type.attributes.values())
        return isinstance(type, MapOf) and _can_become(type.element, wanted.element)
    if isinstance(wanted, ObjectOf):
        if isinstance(type, MapOf):
            return all(_can_become(type.element, attribute) for attribute in wanted.attributes.values())
        return isinstance(type, ObjectOf) and all(
            name in type.attributes and _can_become(type.attributes[name], attribute)
            for name, attribute in wanted.attributes.items()
        )
    if isinstance(wanted, TupleOf):
        return (
            isinstance(type, TupleOf)
            and len(type.elements) == len(wanted.elements)
            and all(map(_can_become, type.elements, wanted.elements))
        )
    return isinstance(type, Simple) and STRING in (type, wanted)


def unify(values: Sequence[Value]) -> list[Value]:
    """The values as the one type that all can become: the branches of a conditional, the elements of a list.

    Raises EvaluationError where there is no such type.
    """
    for value in values:
        check_size(value)
    type = unify_types([type_of(value) for value in values])
    if type is None:
        kinds = sorted({describe(value) for value in values})
        raise EvaluationError(f"all must be of one type, but there is {' and '.join(kinds)}")
    return [_convert(value, type) for value in values]


def equal(left: Value, right: Value) -> bool | None:
    """Terraform's `==`: values of different types differ. None where an unknown value decides.

    Raises EvaluationError where they are too large to be compared.
    """
    check_size(left)
    check_size(right)
    return _equal(left, right)


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_candidates(left, right)
    if left.is_absent or right.is_absent:
        return left.is_absent and right.is_absent
    a, b = left.value, right.value  # type: ignore[attr-defined]
    if isinstance(a, dict) and isinstance(b, dict):
        if isinstance(a, TypedMap) != isinstance(b, TypedMap) or a.keys() != b.keys():
            return False
        return _all_equal((a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return _equal_sequences(a, b)
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)


def _equal_sequences(a: list[Value], b: list[Value]) -> bool | None:
    if type(a) is not type(b):
        return False
    if isinstance(a, ValueSet) and not (all(map(is_wholly_known, a)) and all(map(is_wholly_known, b))):
        return None
    return len(a) == len(b) and _all_equal(zip(a, b, strict=True))


def _all_equal(pairs: Iterable[tuple[Value, Value]]) -> bool | None:
    answers = [_equal(left, right) for left, right in pairs]
    return False if False in answers else None if None in answers else True


def _equal_candidates(left: Value, right: Value) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown) and one.parts is not None and other.is_absent:
            return False
    a, b = left.outcomes, right.outcomes
    if not a or not b or len(a) * len(b) > MAX_COMBINATIONS:
        return None
    answers = {_equal(x, y) for x, y in product(a, b)}
    return answers.pop() if len(answers) == 1 else None


def check_size(value: Value) -> None:
    """Raises BoundError for a collection with too many elements at all depths.

    A few locals that each name another several times can stand for more elements than any memory holds.
    """
    if not isinstance(value, Known) or not isinstance(value.value, (list, dict)):
        return
    pending: list[Value] = [value]
    count = 0
    while pending:
        one = pending.pop()
        content = one.value if isinstance(one, Known) else None
        if not isinstance(content, (list, dict)):
            continue
        count += len(content)
        if count > MAX_SIZE:
            raise BoundError(f"the value has more than {MAX_SIZE} elements")
        pending.extend(content if isinstance(content, list) else content.values())


def is_wholly_known(value: Value) -> bool:
    """Whether nothing in a value is unknown, at any depth."""
    if isinstance(value, Known):
        if isinstance(value.value, dict):
            return all(map(is_wholly_known, value.value.values()))
        if isinstance(value.value, list):
            return all(map(is_wholly_known, value.value))
        return True
    return value.is_absent


def has_open_order(value: Value) -> bool:
    """Whether this is a set whose size and order can't be told, since there are unknown elements."""
    content = value.value if isinstance(value, Known) else None
    return isinstance(content, ValueSet) and len(content) > 1 and not is_wholly_known(value)


def all_refs(values: Iterable[Value]) -> tuple[Reference, ...]:
    """What the unknown values, at any depth, refer to: each once, in order."""
    found: dict[Reference, None] = {}
    for value in values:
        for unknown in _unknowns(value):
            found.update(dict.fromkeys(unknown.refs))
    return tuple(found)


def _unknowns(value: Value) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Known):
        children: Iterable[Value] = ()
        if isinstance(value.value, dict):
            children = value.value.values()
        elif isinstance(value.value, list):
            children = value.value
        for child in children:
            yield from _unknowns(child)


def make_set(elements: Iterable[Value]) -> ValueSet:
    """The elements of one type as a set: each once, in the order in which Terraform walks them.

    An unknown element stays, at the end: whether it equals another can't be told.
    """
    known: dict[Any, Value] = {}
    unknown: list[Value] = []
    for element in elements:
        if is_wholly_known(element):
            known.setdefault(_order(element), element)
        else:
            unknown.append(element)
    return ValueSet([*(known[key] for key in sorted(known)), *unknown])


def _order(value: Value) -> tuple[int, Any]:
    """What a set is ordered by: strings by their bytes, numbers by size, the others by the text that they hash to."""
    content = getattr(value, "value", None)
    if content is None:
        return (4, "")
    if isinstance(content, bool):
        return (0, content)
    if isinstance(content, (int, Decimal)):
        return (1, content)
    if isinstance(content, str):
        return (2, content)
    return (3, _hash_text(value))


def _hash_text(value: Value) -> str:
    content = getattr(value, "value", None)
    if isinstance(content, TypedMap):
        return "{" + "".join(f'"{name}":{_hash_text(content[name])};' for name in sorted(content)) + "}"
    if isinstance(content, dict):
        return "<" + "".join(f"{_hash_text(content[name])};" for name in sorted(content)) + ">"
    if isinstance(content, list):
        opening, closing = "[]" if isinstance(content, TypedList | ValueSet) else "<>"
        return opening + "".join(f"{_hash_text(item)};" for item in content) + closing
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, (int, Decimal)):
        return f"{float(content):.10g}" if -_LARGE < content < _LARGE else number_text(content)
    return "~" if content is None else f'"{content}"'
