"""Terraform's types: what a value is, what it can become, and when two values are the same.

The rules are those of Terraform's type system ("Types and Values" and "Type Constraints" in its language reference);
where the reference is silent, what `terraform console` answers. A list is a TypedList, a tuple a plain list, a set a
ValueSet, a map a TypedMap, an object a plain dict, null is Known(None), a number an int or, with a fraction, a Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal, InvalidOperation
from typing import Any

from snapguard.source import Span
from snapguard.values import Known, Reference, Step, TypedList, TypedMap, Unknown, Value, ValueSet

ARITHMETIC = Context(prec=1_200, Emax=999_999, Emin=-999_999)
"""Terraform calculates with 512 bits: enough decimal digits to hold any result before it is rounded to these."""

FULL_PRECISION = 512
"""How many binary digits a number has that is written in code."""

_LARGE = 10**300
_EXACT = Context(prec=5_000, Emax=999_999, Emin=-999_999)
_MOST_DIGITS = 4_000
_LEAST_PLACE = -1_000
_WHOLE_BITS = 13_287
NEGATIVE_ZERO = Decimal("-0")

MAX_SIZE = 500_000
"""How many elements a value may have at all depths."""

MAX_COMBINATIONS = 16
"""How many combinations of candidates are followed before a result is plainly unknown."""

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eEpP])([+-]?\d+))?", re.ASCII)
_INFINITE = frozenset(("Inf", "+Inf", "-Inf", "inf", "+inf", "-inf"))


class EvaluationError(Exception):
    """An expression that Terraform would refuse; the message is for the user. `try` and `can` catch it."""


class BoundError(EvaluationError):
    """A value that grows beyond what is followed: not the language refuses it but this reading."""


class _LeftOpenError(Exception):
    """Raised where what a value becomes hangs on the type of one beside it that has none yet."""


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
"""Any type as a constraint; as the type of a value, that null or an unknown value has none yet."""
MIXED = Simple("any")
"""What lists, maps and the like have in common with a value that has no type yet: Terraform leaves it open."""
UNSETTLED = Simple("any")
"""What is made of types in ways that are not followed here."""


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


class TypedNull(Known):
    """A null that has come to have a type, as one has that was converted to it."""

    __slots__ = ("type",)

    def __init__(self, type: Type, span: Span | None = None, via: tuple[Step, ...] = ()) -> None:
        super().__init__(None, span, via)
        self.type = type

    def copy(self) -> TypedNull:
        return TypedNull(self.type, self.span, self.via)


class MarkedNull(Known):
    """A null without a type that is marked as sensitive: no branch of a conditional takes it for a plain null."""

    __slots__ = ()

    def copy(self) -> MarkedNull:
        return MarkedNull(None, self.span, self.via)


class ShortNumber(Known):
    """A number of which Terraform keeps fewer binary digits (`bits`) than of one that is written."""

    __slots__ = ("bits",)

    def __init__(self, value: int | Decimal, bits: int, span: Span | None = None, via: tuple[Step, ...] = ()) -> None:
        super().__init__(value, span, via)
        self.bits = bits

    def copy(self) -> ShortNumber:
        return ShortNumber(self.value, self.bits, self.span, self.via)


class TypedUnknown(Unknown):
    """An unknown value of which the type is known, and of some that they will not be null."""

    __slots__ = ("is_never_null", "type")

    def __init__(self, value: Unknown, type: Type, is_never_null: bool = False) -> None:
        super().__init__(
            value.why,
            value.links,
            value.candidates,
            value.span,
            value.via,
            value.parts,
            value.decoded,
            value.members,
        )
        self.type = type
        self.is_never_null = is_never_null

    def copy(self) -> TypedUnknown:
        return TypedUnknown(self, self.type, self.is_never_null)

    def get(self, name: str) -> Value:
        found = super().get(name)
        if isinstance(self.type, ObjectOf):
            return typed(found, self.type.attributes.get(name, ANY))
        return typed(found, self.type.element) if isinstance(self.type, CollectionType) else found


def is_never_null(value: Value) -> bool:
    """Whether a value is not null, and can't come out as it."""
    if isinstance(value, Unknown):
        if value.parts is not None or value.stands_for_one:
            return True
        return isinstance(value, TypedUnknown) and value.is_never_null
    return not value.is_absent


def typed(value: Value, type: Type) -> Value:
    """Null or an unknown value as one of that type; other values have one."""
    if type == ANY:
        return value
    if isinstance(value, Unknown):
        return value if value.stands_for_one else TypedUnknown(value, type, is_never_null(value))
    return TypedNull(type, value.span, value.via) if isinstance(value, Known) and value.value is None else value


def untyped(value: Unknown) -> Unknown:
    """An unknown value of which the type may still come to be another."""
    return Unknown(
        value.why, value.links, value.candidates, value.span, value.via, value.parts, value.decoded, value.members
    )


def without_optional(type: Type) -> Type:
    """The type that values have once they were converted to a constraint: none of its attributes may be missing."""
    if isinstance(type, Simple):
        return type
    if isinstance(type, CollectionType):
        return type.__class__(without_optional(type.element))
    if isinstance(type, ObjectOf):
        return ObjectOf({name: without_optional(kind) for name, kind in type.attributes.items()})
    return TupleOf(list(map(without_optional, type.elements))) if isinstance(type, TupleOf) else type


def has_attribute(type: Type, name: str) -> bool:
    """Whether `.name` can be asked of a value of that type."""
    if isinstance(type, ObjectOf):
        return name in type.attributes
    return isinstance(type, MapOf) or (name.isdecimal() and isinstance(type, ListOf | TupleOf))


def has_no_type(value: Value) -> bool:
    """Whether this is null, or unknown, and may still come to be of any type."""
    if isinstance(value, Unknown):
        return not isinstance(value, TypedUnknown)
    return value.is_absent and not isinstance(value, TypedNull)


def typed_list(elements: Iterable[Value], element_type: Type) -> TypedList:
    """A list, which knows the type of its elements also where there are none."""
    made = TypedList(elements)
    made.element = element_type
    return made


def typed_set(elements: Iterable[Value], element_type: Type) -> ValueSet:
    """A set, which knows the type of its elements also where there are none."""
    made = make_set(elements)
    made.element = element_type
    return made


def typed_map(entries: Mapping[str, Value], element_type: Type) -> TypedMap:
    """A map, which knows the type of its elements also where there are none."""
    made = TypedMap(entries)
    made.element = element_type
    return made


def type_of(value: Value) -> Type:
    """The type of a value; `any` for null and unknown values that have none yet, and for what is inside of nothing."""
    content = value.value if isinstance(value, Known) else None
    if content is None:
        return value.type if isinstance(value, TypedNull | TypedUnknown) else ANY
    if isinstance(content, bool):
        return BOOL
    if isinstance(content, (int, Decimal)):
        return NUMBER
    if isinstance(content, str):
        return STRING
    if isinstance(content, dict):
        if isinstance(content, TypedMap):
            return MapOf(_element_type(content, content.values()))
        return ObjectOf({name: type_of(item) for name, item in content.items()})
    if isinstance(content, ValueSet):
        return SetOf(_element_type(content, content))
    if isinstance(content, TypedList):
        return ListOf(_element_type(content, content))
    return TupleOf([type_of(item) for item in content])


def _element_type(collection: TypedList | ValueSet | TypedMap, elements: Iterable[Value]) -> Type:
    if isinstance(collection.element, Type):
        return collection.element
    found: Type = ANY
    for element in elements:
        found = _completed(found, type_of(element))
        if not holds_any(found):
            break
    return found


def element_type_of(value: Value) -> Type:
    """The type of the elements of a list, set or map; `any` where there is nothing that would have one."""
    type = type_of(value)
    return type.element if isinstance(type, CollectionType) else ANY


def _completed(type: Type, other: Type) -> Type:
    """A type with what is open in it as the other one has it: both are of the elements of one collection."""
    if type is ANY or not holds_any(type):
        return other if type is ANY else type
    if isinstance(type, CollectionType) and isinstance(other, CollectionType):
        return type.__class__(_completed(type.element, other.element))
    if isinstance(type, ObjectOf) and isinstance(other, ObjectOf):
        attributes = {name: _completed(kind, other.attributes.get(name, ANY)) for name, kind in type.attributes.items()}
        return ObjectOf(attributes)
    if isinstance(type, TupleOf) and isinstance(other, TupleOf) and len(type.elements) == len(other.elements):
        return TupleOf(list(map(_completed, type.elements, other.elements)))
    return type


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


def number(value: int | Decimal, bits: int = FULL_PRECISION) -> int | Decimal:
    """A number in its one form: rounded to its binary digits, an int unless there is a fraction or a negative zero.

    Raises BoundError for one too large or too small to be followed.
    """
    if isinstance(value, int):
        length = value.bit_length()
        if length <= bits:
            return value
        if length > _WHOLE_BITS:
            raise BoundError("the number is too large")
        return int(_shortest(Decimal(value), bits))
    if not value:
        return NEGATIVE_ZERO if value.is_signed() else 0
    if not value.is_finite() or not _LEAST_PLACE < value.adjusted() < _MOST_DIGITS:
        raise BoundError("the number is too large or too small")
    if len(value.as_tuple().digits) > _exact_digits(bits):
        value = _shortest(value, bits)
    if value == value.to_integral_value():
        return int(value)
    return value.normalize(ARITHMETIC)


def _exact_digits(bits: int) -> int:
    """How many decimal digits are always told apart by that many binary ones."""
    return bits * 3 // 10 - 2


def whole(value: object, what: str) -> int:
    """A number as the index, length or amount that Terraform has 64 bits for. Raises EvaluationError for others."""
    if value == 0:
        return 0
    if not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise EvaluationError(f"the {what} must be a whole number of 64 bits")
    return value


def number_of(text: str) -> int | Decimal:
    """The number that digits spell, with a fraction and an exponent or without.

    Raises BoundError for one too large or too small to be followed.
    """
    if len(text) > _MOST_DIGITS:
        raise BoundError("the number has too many digits")
    try:
        return number(Decimal(text))
    except InvalidOperation:
        raise BoundError("the number is too large or too small") from None


def exact_binary(value: int | Decimal, bits: int = FULL_PRECISION) -> Decimal:
    """The number of so many binary digits that Terraform has where this decimal one is written."""
    value = Decimal(value)
    if not value or (value.as_tuple().exponent == 0 and len(value.as_tuple().digits) <= _exact_digits(bits)):
        return value
    return _power_of_two(*_binary(value.copy_abs(), bits)).copy_sign(value)


def significant_bits(value: Decimal) -> int:
    """How many binary digits it takes to hold a number, of those that a number can have at all."""
    digits = _binary(value.copy_abs(), FULL_PRECISION)[0] if value else 0
    return digits.bit_length() - ((digits & -digits).bit_length() - 1) if digits else 0


def _power_of_two(factor: int, exponent: int) -> Decimal:
    """A whole number times a power of two."""
    if exponent >= 0:
        return Decimal(factor << exponent)
    return _EXACT.scaleb(Decimal(factor * 5**-exponent), exponent)


def _binary(value: Decimal, bits: int) -> tuple[int, int]:
    """The nearest binary number: its digits, and the power of two that they are multiplied with."""
    numerator, denominator = value.as_integer_ratio()
    exponent = numerator.bit_length() - denominator.bit_length() - bits
    if denominator == 1 and exponent < 0:
        return numerator, 0
    if numerator << max(-exponent, 0) >= denominator << max(exponent, 0) + bits:
        exponent += 1
    denominator <<= max(exponent, 0)
    digits, rest = divmod(numerator << max(-exponent, 0), denominator)
    return digits + (2 * rest > denominator or (2 * rest == denominator and digits & 1)), exponent


def _shortest(value: Decimal, bits: int) -> Decimal:
    """The shortest decimal fraction that stands for the same binary number, as Terraform writes it."""
    digits, exponent = _binary(value.copy_abs(), bits)
    exact = _power_of_two(digits, exponent)
    half = _power_of_two(1, exponent - 1)
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
    """The number that a text spells, or None. Raises BoundError for one too large or too small to be followed."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        if text in _INFINITE:
            raise BoundError("the number is infinite")
        return None
    mantissa, letter, exponent = match.groups()
    if letter not in ("p", "P"):
        return number_of(text)
    if len(exponent) > 5:
        raise BoundError("the number is too large or too small")
    power = min(max(int(exponent), -_WHOLE_BITS), _WHOLE_BITS)
    return number(_EXACT.multiply(Decimal(number_of(mantissa)), _power_of_two(1, power)))


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
    return _converted(value, type)


def _converted(value: Value, type: Type) -> Value:
    try:
        return _convert(value, type)
    except _LeftOpenError:
        return _left_open(value)


def _convert(value: Value, type: Type) -> Value:
    if isinstance(type, Simple):
        if type is ANY:
            return value
        if type is MIXED or type is UNSETTLED:
            raise _LeftOpenError
        converted = _PRIMITIVES[type.name](value)
        return converted if isinstance(converted, Known) and converted.value is not None else _retyped(converted, type)
    if not isinstance(value, Known) or value.value is None:
        converted = _retyped(_each_candidate(value, lambda candidate: _convert(candidate, type)), type)
        if isinstance(value, TypedUnknown) and isinstance(value.type, TupleOf) and isinstance(converted, TypedUnknown):
            return _of_known_length(converted, len(value.type.elements))
        return converted
    if isinstance(type, ListOf | SetOf):
        return _to_sequence(value, type)
    if isinstance(type, MapOf):
        return _to_map(value, type)
    if isinstance(type, ObjectOf):
        return _to_object(value, type)
    return _to_tuple(value, type)


def _of_known_length(value: TypedUnknown, length: int) -> Value:
    """What was an unknown tuple as a list, or as a set where that too can only have as many elements."""
    is_list = isinstance(value.type, ListOf)
    if not value.is_never_null or not (is_list or (isinstance(value.type, SetOf) and length <= 1)):
        return value
    rows = [candidate.known_list for candidate in value.candidates]
    is_foreseen = all(row is not None and len(row) == length for row in rows)
    element = value.type.element  # type: ignore[attr-defined]
    elements = []
    for at in range(length):
        candidates = tuple(row[at] for row in rows if row is not None) if is_foreseen else ()
        elements.append(typed(Unknown(value.why, value.links, candidates, value.span, value.via), element))
    made = typed_list(elements, element) if is_list else typed_set(elements, element)
    return Known(made, value.span, value.via)


_PRIMITIVES: Mapping[str, Callable[[Value], Value]] = {"string": to_text, "number": to_number, "bool": to_bool}


def _retyped(value: Value, type: Type) -> Value:
    """Null or an unknown value as one of another type."""
    own = type_of(value)
    if own == type:
        return value
    if not _can_become(own, type):
        raise EvaluationError(f"{type} is required, but this is of the type {own}")
    return typed(value, type)


def _left_open(value: Value) -> Value:
    """What is as good as unknown, since its type hangs on a value that has none yet."""
    if isinstance(value, Unknown):
        return value
    why = "the type of a value beside it is not known"
    return Unknown(why, all_refs([value]), span=value.span, via=value.via)


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
        unknown = Unknown("the order of a set with unknown elements", all_refs([value]), span=value.span, via=value.via)
        return typed(unknown, ListOf(type_of(value).element))  # type: ignore[attr-defined]
    if not value.value:
        _check_elements(value, type)
    items = [_child(item, type.element, f"element {index}") for index, item in enumerate(value.value)]
    element = type.element
    if holds_any(element):
        if isinstance(value.value, TypedList | ValueSet) and (element == ANY or not items):
            element = _element_type(value.value, items) if element == ANY else element
        elif items:
            items, element = _one_kind(items, is_set=isinstance(type, SetOf))
    element = without_optional(element)
    return Known(
        typed_set(items, element) if isinstance(type, SetOf) else typed_list(items, element), value.span, value.via
    )


def _check_elements(value: Known, type: CollectionType) -> None:
    """An empty collection, too, becomes only what its elements could."""
    if not _can_become(element_type_of(value), type.element):
        raise _refusal(value, type)


def _one_kind(items: Sequence[Value], *, is_set: bool) -> tuple[list[Value], Type]:
    """Elements of a collection that is to hold any one type, as that type. Raises EvaluationError for a mixture."""
    types = [type_of(item) for item in items]
    element = unify_types(types)
    is_open = element == ANY and any(type is not ANY for type in types)
    if element is None or (is_open and ANY in types and not any(isinstance(item, Unknown) for item in items)):
        raise _mixture(items)
    if is_open or _holds_mixture(element):
        raise _open_or_mixture(items, element)
    converted = [_convert(item, element) for item in items]
    if is_set and holds_any(element) and len({type for type in map(type_of, converted) if type is not ANY}) > 1:
        raise _open_or_mixture(converted, element)  # what is in one element settles nothing for the others
    return _as_one_type(converted, element)


def _open_or_mixture(items: Sequence[Value], element: Type | None) -> Exception:
    """Elements of which all is known, and that are of several types, are refused for certain."""
    is_certain = all(map(is_wholly_known, items)) and not (element is not None and _holds_unsettled(element))
    types = {type for type in map(type_of, items) if type is not ANY}
    return _mixture(items) if is_certain and len(types) > 1 else _LeftOpenError()


def _as_one_type(items: list[Value], element: Type) -> tuple[list[Value], Type]:
    """Elements of a type that leaves something open, which what it is in one of them settles for all."""
    if not holds_any(element):
        return items, element
    settled = unify_types(list(map(type_of, items)))
    if settled is None or _holds_mixture(settled):
        raise _open_or_mixture(items, settled)
    return [_convert(item, settled) for item in items], settled


def _to_map(value: Known, type: MapOf) -> Value:
    if not isinstance(value.value, dict):
        raise _refusal(value, type)
    if not value.value:
        _check_elements(value, type)
    names = sorted(value.value)
    items = [_child(value.value[name], type.element, f'element "{name}"') for name in names]
    element = type.element
    if holds_any(element):
        if isinstance(value.value, TypedMap) and (element == ANY or not items):
            element = _element_type(value.value, items) if element == ANY else element
        elif items:
            items, element = _one_kind_of_map(items)
    entries = dict(zip(names, items, strict=True))
    return Known(typed_map(entries, without_optional(element)), value.span, value.via)


def _one_kind_of_map(items: Sequence[Value]) -> tuple[list[Value], Type]:
    """As for a list, but a null without a type is taken for one of the others' type where these have one."""
    types = list(map(type_of, items))
    element = unify_types(types)
    if element is None:
        raise _mixture(items)
    others = {type for type in types if type is not ANY}
    if (element is MIXED or element is ANY) and len(others) == 1:
        element = others.pop()
    if _holds_mixture(element) or (element is ANY and others):
        raise _open_or_mixture(items, element)
    return _as_one_type([_convert(item, element) for item in items], element)


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
    if not isinstance(type, TupleOf) or content.__class__ is not list:
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
    return type is ANY or type is MIXED or type is UNSETTLED


def _holds_mixture(type: Type) -> bool:
    if isinstance(type, CollectionType):
        return _holds_mixture(type.element)
    if isinstance(type, ObjectOf):
        return any(map(_holds_mixture, type.attributes.values()))
    if isinstance(type, TupleOf):
        return any(map(_holds_mixture, type.elements))
    return type is MIXED or type is UNSETTLED


def _holds_unsettled(type: Type) -> bool:
    return type is UNSETTLED or any(map(_holds_unsettled, _parts(type)))


def unify_types(types: Sequence[Type]) -> Type | None:
    """The one type that all can become; None where there is none.

    `any` (null, unknown) becomes what the others are where these are simple, and leaves open what else they become.
    """
    made = _unified(types)
    is_open = made is not None and made != ANY and holds_any(made)
    return None if is_open and made is not None and not all(_can_become(type, made) for type in types) else made


def _unified(types: Sequence[Type]) -> Type | None:
    if any(type is UNSETTLED for type in types):
        return UNSETTLED
    known = [type for type in dict.fromkeys(types) if not (type is ANY or type is MIXED)]
    if not known:
        return ANY
    kinds = {type.__class__ for type in known}
    has_open = any(type is ANY or type is MIXED for type in types)
    if has_open and Simple not in kinds and len(kinds) == 1:
        return MIXED
    if len(known) == 1:
        return known[0]
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
    mixed = None if has_open else _unify_mixed(known, kinds)
    return mixed or _most_general(known) or (ANY if has_open else None)


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
        if made is not None and _mixes_sets(elements):
            return UNSETTLED  # what Terraform makes of the elements in two steps may differ in type and order
    else:
        return None
    return None if made is None else unify_types([made, *(type for type in types if isinstance(type, CollectionType))])


def _mixes_sets(types: Sequence[Type]) -> bool:
    """Whether sets stand beside lists or tuples, at any depth; sets of plain values do no harm at the first."""
    kinds: set[type[Type]] = {
        ListOf if isinstance(type, TupleOf) else type.__class__
        for type in types
        if not (isinstance(type, CollectionType) and type.element in _SCALARS)
    }
    while not {SetOf, ListOf} <= kinds:
        types = [part for type in types for part in _parts(type)]
        if not types:
            return False
        kinds = {ListOf if isinstance(type, TupleOf) else type.__class__ for type in types}
    return True


def _parts(type: Type) -> Iterable[Type]:
    if isinstance(type, CollectionType):
        return (type.element,)
    if isinstance(type, ObjectOf):
        return type.attributes.values()
    return type.elements if isinstance(type, TupleOf) else ()


def _most_general(types: Sequence[Type]) -> Type | None:
    """The first of the types, the more general ones before the others, that all the others can become."""
    waiting = list(types)
    while waiting:
        wanted = next(type for type in waiting if not any(_generality(other, type) < 0 for other in waiting))
        if all(_can_become(type, wanted) for type in types):
            return UNSETTLED if any(_rivals(type, wanted) for type in types) else wanted
        waiting.remove(wanted)
    return None


def _rivals(type: Type, wanted: Type) -> bool:
    """Whether two types of a kind are each the more general one in a part: Terraform may not get on with either."""
    if type == wanted or isinstance(type, Simple):
        return False
    is_structure = isinstance(type, ObjectOf | TupleOf) and type.__class__ is wanted.__class__
    return _generality(type, wanted) == 0 and not (is_structure and not list(_paired(type, wanted)))


_SCALARS = frozenset((STRING, NUMBER, BOOL))
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
    if ANY in (wanted, type) or type == wanted:
        return True
    if isinstance(wanted, ListOf | SetOf):
        if isinstance(type, TupleOf):
            if wanted.element == ANY:
                element = unify_types(type.elements)
                return element is not None and (element is not ANY or set(type.elements) <= {ANY})
            return all(_can_become(element, wanted.element) for element in type.elements)
        return isinstance(type, ListOf | SetOf) and _can_become(type.element, wanted.element)
    if isinstance(wanted, MapOf):
        if isinstance(type, ObjectOf):
            if wanted.element == ANY:
                return unify_types(list(type.attributes.values())) is not None
            return all(_can_become(attribute, wanted.element) for attribute in type.attributes.values())
        return isinstance(type, MapOf) and _can_become(type.element, wanted.element)
    if isinstance(wanted, ObjectOf):
        if isinstance(type, MapOf):
            return all(_can_become(type.element, attribute) for attribute in wanted.attributes.values())
        return isinstance(type, ObjectOf) and all(
            _can_become(type.attributes[name], attribute) if name in type.attributes else name in wanted.optional
            for name, attribute in wanted.attributes.items()
        )
    if isinstance(wanted, TupleOf):
        return (
            isinstance(type, TupleOf)
            and len(type.elements) == len(wanted.elements)
            and all(map(_can_become, type.elements, wanted.elements))
        )
    return isinstance(type, Simple) and STRING in (type, wanted)


def passing(type: Type) -> Type:
    """A type that lets pass what another one leaves open, as Terraform does where all values are known."""
    if isinstance(type, CollectionType):
        return type.__class__(passing(type.element))
    if isinstance(type, ObjectOf):
        return ObjectOf({name: passing(kind) for name, kind in type.attributes.items()})
    if isinstance(type, TupleOf):
        return TupleOf(list(map(passing, type.elements)))
    return ANY if type is MIXED else type


def unify(values: Sequence[Value]) -> list[Value]:
    """The values as the one type that all can become: the branches of a conditional, the elements of a list.

    Raises EvaluationError where there is no such type.
    """
    type = _one_type(values)
    return [_converted(value, type) for value in values]


def beside(value: Value, other: Value) -> Value:
    """The value as the one type that it and another one can become. Raises EvaluationError where there is none."""
    return _converted(value, _one_type((value, other)))


def _one_type(values: Sequence[Value]) -> Type:
    for value in values:
        check_size(value)
    type = unify_types([type_of(value) for value in values])
    if type is None:
        raise _mixture(values)
    return UNSETTLED if _holds_unsettled(type) else MIXED if _holds_mixture(type) else type


def _mixture(values: Iterable[Value]) -> EvaluationError:
    given = list(values)
    kinds = sorted({describe(value) for value in given})
    if len(kinds) == 1:
        kinds = sorted({str(type_of(value)) for value in given})
    return EvaluationError(f"all must be of one type, but there is {' and '.join(kinds)}")


def equal(left: Value, right: Value) -> bool | None:
    """Terraform's `==`: values of different types differ. None where an unknown value decides.

    Raises EvaluationError where they are too large to be compared.
    """
    check_size(left)
    check_size(right)
    answer = _equal(left, right)
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return answer
    is_collection = isinstance(left, Known) and isinstance(left.value, list | dict)
    if (answer and is_collection) or (answer is None and not left.is_absent and not right.is_absent):
        is_one_type = _are_one_type(type_of(left), type_of(right))
        return is_one_type if answer or is_one_type is False else None
    return answer


def _are_one_type(a: Type, b: Type) -> bool | None:
    """Whether two types are the same; None where a part of one is open."""
    if a == b:
        return True
    if a is ANY or b is ANY:
        return None
    if a.__class__ is not b.__class__:
        return False
    if isinstance(a, CollectionType) and isinstance(b, CollectionType):
        return _are_one_type(a.element, b.element)
    pairs = list(_paired(a, b))
    answers = [_are_one_type(one, other) for one, other in pairs]
    return False if not pairs or False in answers else None


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
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
    if len(a) != len(b):
        return False
    answers = (_equal(left, right) for left, right in zip(a, b, strict=True))
    return next((answer for answer in answers if not answer), True)  # what follows the first unknown one is not asked


def _all_equal(pairs: Iterable[tuple[Value, Value]]) -> bool | None:
    answers = [_equal(left, right) for left, right in pairs]
    return None if None in answers else False not in answers


def _equal_unknown(left: Value, right: Value) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if other.is_absent and is_never_null(one):
            return False
    return None


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
