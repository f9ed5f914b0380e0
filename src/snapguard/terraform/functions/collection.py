"""Functions on lists, sets, tuples, maps and objects.

Elements that a function only passes on keep their places and the way that they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import product, takewhile
from math import prod

from snapguard.terraform.arithmetic import calculated, counted
from snapguard.terraform.functions.signature import (
    AMOUNT,
    ANYTHING,
    OPEN,
    OPEN_LIST,
    TEXTS,
    WHOLE_LIST,
    Call,
    Function,
    Parameter,
    Tolerance,
    Undecided,
    check_elements,
    unknown,
)
from snapguard.terraform.functions.text import graphemes
from snapguard.terraform.types import (
    ANY,
    BOOL,
    MAX_COMBINATIONS,
    MIXED,
    NUMBER,
    STRING,
    BoundError,
    EvaluationError,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    TupleOf,
    Type,
    TypedUnknown,
    convert,
    describe,
    element_type_of,
    equal,
    has_no_type,
    has_open_order,
    holds_any,
    is_wholly_known,
    passing,
    type_of,
    typed,
    typed_list,
    typed_map,
    typed_set,
    unify,
    unify_types,
    whole,
    without_optional,
)
from snapguard.values import Known, TypedList, TypedMap, Unknown, Value, ValueSet

_MAX_RANGE = 1024
"""Terraform's own bound."""


def _sequence(value: Value, *, with_sets: bool = True) -> list[Value]:
    """The elements of a known list, tuple or set, each reached by the way of the whole."""
    content = value.known_list
    if content is None or (not with_sets and isinstance(content, ValueSet)):
        raise EvaluationError(f"a list or tuple is required, but this is {describe(value)}")
    if has_open_order(value):
        raise Undecided
    return [element.within(value) for element in content]


def _entries(value: Value) -> dict[str, Value]:
    content = value.known_map
    if content is None:
        raise EvaluationError(f"a map or object is required, but this is {describe(value)}")
    return {name: content[name].within(value) for name in sorted(content)}


def _like(value: Value, elements: Iterable[Value], call: Call) -> Known:
    """Elements as a tuple where they come from one, else as a list."""
    is_tuple = isinstance(value, Known) and type(value.value) is list
    return Known(list(elements) if is_tuple else typed_list(elements, element_type_of(value)), call.span)


def _length(call: Call, value: Value) -> Value:
    type = type_of(value)
    if type in (NUMBER, BOOL):
        raise EvaluationError(f"a text or a collection is required, but this is a {type}")
    if isinstance(value, Unknown):
        if isinstance(type, TupleOf | ObjectOf):
            return Known(len(type.elements if isinstance(type, TupleOf) else type.attributes), call.span)
        raise Undecided
    text = value.known_text
    if text is not None:
        return Known(len(graphemes(text)), call.span)
    entries = value.known_map
    if entries is not None:
        return Known(len(entries), call.span)
    return Known(len(_sequence(value)), call.span)


def _coalesce(_call: Call, *arguments: Value) -> Value:
    type = _coalesced_type(arguments)
    if all(map(is_wholly_known, arguments)):
        type = passing(type)
    for argument in arguments:
        if not isinstance(argument, Known):
            raise Undecided
        if argument.value is None or (argument.value == "" and type == STRING):
            continue
        if type is MIXED:
            return argument
        with suppress(EvaluationError):  # what does not become the type of all is left out
            return convert(argument, type)
    raise EvaluationError("every argument is null or empty")


def _coalesced_type(arguments: Sequence[Value]) -> Type:
    type = unify_types(list(map(type_of, arguments)))
    if type is None:
        raise EvaluationError("its arguments must be of one type")
    return type


def _coalesce_list(_call: Call, *arguments: Value) -> Value:
    known = list(takewhile(lambda argument: argument.is_known, arguments))
    for argument in known:
        content = argument.known_list
        if isinstance(content, ValueSet) or (content is None and not isinstance(type_of(argument), ListOf | TupleOf)):
            raise EvaluationError(f"a list or tuple is required, but this is {describe(argument)}")
    for argument in known:
        if argument.known_list:
            return argument
    if len(known) < len(arguments):
        raise Undecided
    raise EvaluationError("every argument is empty")


def _compact(call: Call, texts: Value) -> Value:
    kept = [element for element in _sequence(texts) if not element.is_absent and element.known_text != ""]
    return Known(typed_list(kept, STRING), call.span)


def _concat(call: Call, *arguments: Value) -> Value:
    is_plain = any(argument.known_list.__class__ is list for argument in arguments)
    type = ANY if is_plain else _concatenated_type(arguments)
    parts = [_sequence(argument, with_sets=False) for argument in arguments]
    check_elements(sum(map(len, parts)))
    elements = [element for part in parts for element in part]
    if not isinstance(type, ListOf):
        return Known(elements, call.span)
    if type.element is MIXED:  # they stay what they are
        if len(set(map(type_of, elements))) > 1:
            raise Undecided
        return Known(TypedList(elements), call.span)
    return Known(typed_list((convert(element, type.element) for element in elements), type.element), call.span)


def _concatenated_type(arguments: Sequence[Value]) -> Type:
    if not arguments:
        raise EvaluationError("it takes at least 1 argument")
    types = list(map(type_of, arguments))
    lists = [type.element for type in types if isinstance(type, ListOf)]
    common = unify_types(lists) if len(lists) == len(types) else None
    if common is not None:
        return ListOf(common)
    for argument, type in zip(arguments, types, strict=True):
        if isinstance(argument, Unknown) and isinstance(type, ListOf):
            return ANY
        if not isinstance(type, ListOf | TupleOf):
            raise EvaluationError(f"a list or tuple is required, but this is {_kind_of(argument)}")
    return ANY


def _kind_of(value: Value) -> str:
    return f"of the type {type_of(value)}" if isinstance(value, Unknown) else describe(value)


def _contains(call: Call, collection: Value, wanted: Value) -> Value:
    content = collection.known_list
    if content is None:
        raise EvaluationError(f"a list or tuple is required, but this is {describe(collection)}")
    answers = [equal(element, wanted) for element in content]
    if True not in answers and None in answers:
        raise Undecided
    return Known(True in answers, call.span)


def _distinct(call: Call, elements: Value) -> Value:
    kept: list[Value] = []
    seen: set[str] = set()
    for element in _sequence(elements):
        text = element.known_text
        if text is None:
            is_new = not any(equal(element, other) for other in kept)
        else:
            is_new = text not in seen
            seen.add(text)
        if is_new:
            kept.append(element)
    return Known(typed_list(kept, element_type_of(elements)), call.span)


def _whole(value: Value, what: str) -> int:
    return whole(value.value if isinstance(value, Known) else None, what)


def _any_of(elements: Sequence[Value], key: Unknown) -> Value:
    """One of the elements, by a key that is not known."""
    if key.candidates or not 0 < len(elements) <= MAX_COMBINATIONS:
        raise Undecided
    return Unknown(key.why, key.refs, tuple(elements), key.span, key.via)


def _element(_call: Call, collection: Value, position: Value) -> Value:
    elements = _sequence(collection, with_sets=False)
    if isinstance(position, Unknown):
        return _any_of(elements, position)
    return elements[_place(position, len(elements), is_tuple=not isinstance(collection.known_list, TypedList))]


def _place(position: Value, length: int, *, is_tuple: bool) -> int:
    """Where element() finds what it gives; raises EvaluationError where there is nothing."""
    index = _whole(position, "index")
    if not length:
        raise EvaluationError("it can't take an element of an empty list")
    if index < 0 and index % length and is_tuple:
        raise EvaluationError("the index of an element of a tuple must not be negative")
    return index % length


def _element_type(arguments: Sequence[Value]) -> Type:
    collection, position = arguments
    type = type_of(collection)
    if isinstance(type, ListOf):
        return type.element
    if not isinstance(type, TupleOf):
        raise EvaluationError(f"a list or tuple is required, but this is {_kind_of(collection)}")
    return ANY if isinstance(position, Unknown) else type.elements[_place(position, len(type.elements), is_tuple=True)]


def _flatten(call: Call, collection: Value) -> Value:
    mapping = collection.known_map
    if mapping is not None and not is_wholly_known(collection):  # then Terraform does not ask what it is
        collection = Known([mapping[name] for name in sorted(mapping)], collection.span, collection.via)
    flat: list[Value] = []
    _flatten_into(flat, _sequence(collection))
    return Known(flat, call.span)


def _flatten_into(flat: list[Value], elements: Iterable[Value]) -> None:
    for element in elements:
        if element.known_list is not None:
            _flatten_into(flat, _sequence(element))
        elif isinstance(element, Unknown) and _may_be_sequence(element):
            raise Undecided
        else:
            flat.append(element)
    check_elements(len(flat))


def _may_be_sequence(element: Unknown) -> bool:
    if isinstance(element, TypedUnknown):
        return isinstance(element.type, ListOf | SetOf | TupleOf)
    return element.parts is None and not element.stands_for_one


def _index(call: Call, collection: Value, wanted: Value) -> Value:
    for position, element in enumerate(_sequence(collection, with_sets=False)):
        answer = equal(element, wanted)
        if answer is None:
            raise Undecided
        if answer:
            return Known(position, call.span)
    raise EvaluationError("no element is equal to the value")


def _keys(call: Call, mapping: Value) -> Value:
    if isinstance(mapping, Unknown):
        type = type_of(mapping)
        if isinstance(type, ObjectOf):
            return Known([Known(name, mapping.span) for name in sorted(type.attributes)], call.span)
        raise Undecided
    names = [Known(name, value.span, value.via) for name, value in _entries(mapping).items()]
    return Known(typed_list(names, STRING) if isinstance(mapping.known_map, TypedMap) else names, call.span)


def _keys_type(arguments: Sequence[Value]) -> Type:
    _check_mapping(arguments[0])
    return ListOf(STRING)


def _check_mapping(value: Value) -> None:
    if not isinstance(type_of(value), MapOf | ObjectOf):
        raise EvaluationError(f"a map or object is required, but this is {_kind_of(value)}")


def _values_type(arguments: Sequence[Value]) -> Type:
    _check_mapping(arguments[0])
    type = type_of(arguments[0])
    if isinstance(type, MapOf):
        return ListOf(type.element)
    return TupleOf([kind for _, kind in sorted(type.attributes.items())]) if isinstance(type, ObjectOf) else ANY


def _values(call: Call, mapping: Value) -> Value:
    elements = list(_entries(mapping).values())
    is_map = isinstance(mapping.known_map, TypedMap)
    return Known(typed_list(elements, element_type_of(mapping)) if is_map else elements, call.span)


def _lookup(_call: Call, mapping: Value, key: Value, *default: Value) -> Value:
    if has_no_type(mapping):
        raise Undecided
    content = mapping.known_map
    if content is not None and not isinstance(content, TypedMap) and len(default) < 2:
        taken = content.get(key.known_text or "") if isinstance(key, Known) else None
        if taken is not None:
            return taken.within(mapping)
    _lookup_type((mapping, key, *default))
    fallback = default[0] if default else None
    element_type = element_type_of(mapping)
    if fallback is not None and isinstance(type_of(mapping), MapOf):
        fallback = convert(fallback, without_optional(element_type))
    if isinstance(mapping, Unknown):
        raise Undecided
    entries = _entries(mapping)
    if isinstance(key, Unknown):
        return _any_of([*entries.values(), *([] if fallback is None else [fallback])], key)
    found = entries.get(key.known_text or "")
    if found is not None:
        return found
    if fallback is None:
        raise EvaluationError(f'there is no element "{key.known_text}"; a third argument would give a default')
    return fallback


def _lookup_type(arguments: Sequence[Value]) -> Type:
    if len(arguments) > 3:
        raise EvaluationError(f"it takes 2 or 3 arguments, but {len(arguments)} are given")
    mapping, key, *default = arguments
    _check_mapping(mapping)
    type = type_of(mapping)
    if isinstance(type, MapOf):
        for fallback in default:
            convert(fallback, without_optional(type.element))
        return type.element
    name = key.known_text
    if name is None or not isinstance(type, ObjectOf):
        return ANY
    if name not in type.attributes and not default:
        raise EvaluationError(f'there is no element "{name}"; a third argument would give a default')
    return type.attributes[name] if name in type.attributes else type_of(default[0])


def _match_keys(call: Call, values: Value, keys: Value, searched: Value) -> Value:
    _matched_type((values, keys, searched))
    elements, names, wanted = _sequence(values), _sequence(keys), _sequence(searched)
    if len(elements) != len(names):
        raise EvaluationError("the lists of values and keys must be of one length")
    if wanted and not (is_wholly_known(values) and is_wholly_known(keys)):
        raise Undecided
    unified = unify([*names, *wanted])
    kept: list[Value] = []
    for element, name in zip(elements, unified, strict=False):
        answer = next((answer for other in unified[len(names) :] if (answer := equal(name, other)) is not False), False)
        if answer is None:
            if holds_any(type_of(searched)):
                raise Undecided
            kept = []  # Terraform gives none of the elements then
            break
        kept.extend([element] if answer else [])
    return Known(typed_list(kept, element_type_of(values)), call.span)


def _matched_type(arguments: Sequence[Value]) -> Type:
    values, *others = arguments
    if unify_types(list(map(type_of, others))) is None:
        raise EvaluationError("the keys and what is searched must be of one type")
    return type_of(values)


def _merge(call: Call, *mappings: Value) -> Value:
    contents = [mapping.known_map for mapping in mappings]
    is_plain = None not in contents and not any(isinstance(content, TypedMap) for content in contents)
    type = ANY if is_plain else _merged_type(mappings)
    merged: dict[str, Value] = {}
    is_open = False  # behind a null without a type, Terraform does not look at what the others are
    for mapping in mappings:
        is_open = is_open or has_no_type(mapping)
        if mapping.is_absent:
            continue
        if not isinstance(mapping, Known) or (is_open and mapping.known_map is None):
            raise Undecided
        merged.update(_entries(mapping))
    check_elements(len(merged))
    content = {name: merged[name] for name in sorted(merged)}
    return Known(typed_map(content, type.element) if isinstance(type, MapOf) else content, call.span)


def _merged_type(mappings: Sequence[Value]) -> Type:
    attributes: dict[str, Type] = {}
    is_open = False
    for mapping in mappings:
        type = type_of(mapping)
        if has_no_type(mapping):
            return ANY
        _check_mapping(mapping)
        if isinstance(type, ObjectOf) and not mapping.is_absent:
            attributes.update(type.attributes)
        elif isinstance(type, MapOf) and isinstance(mapping, Unknown):
            is_open = True
        elif isinstance(type, MapOf):
            attributes.update(dict.fromkeys(mapping.known_map or (), type.element))
    types = set(map(type_of, mappings))
    if len(types) == 1:
        return types.pop()
    return ANY if is_open else ObjectOf(attributes)


def _one(call: Call, collection: Value) -> Value:
    elements = _sequence(collection)
    if len(elements) > 1:
        raise EvaluationError(f"the list must have no element or one, but it has {len(elements)}")
    return elements[0] if elements else typed(Known(None, call.span), element_type_of(collection))


def _type_of_one(arguments: Sequence[Value]) -> Type:
    type = type_of(arguments[0])
    if isinstance(type, ListOf | SetOf):
        return type.element
    if not isinstance(type, TupleOf) or len(type.elements) > 1:
        raise EvaluationError("a list, set or tuple with no element or one is required")
    return type.elements[0] if type.elements else ANY


def _range(call: Call, *bounds: Value) -> Value:
    if not 1 <= len(bounds) <= 3:
        raise EvaluationError(f"it takes 1 to 3 arguments, but {len(bounds)} are given")
    numbers = [bound for bound in bounds if isinstance(bound, Known)]
    start, limit = (counted(0), numbers[0]) if len(numbers) == 1 else numbers[:2]
    step = numbers[2] if len(numbers) == 3 else counted(-1 if limit.value < start.value else 1)
    if step.value == 0 or (limit.value - start.value) * step.value < 0:
        raise EvaluationError("the step must lead from the start to the limit")
    made: list[Value] = []
    while start.value < limit.value if step.value > 0 else start.value > limit.value:
        made.append(start)
        start = calculated("+", start, step)
        if len(made) > _MAX_RANGE:
            raise BoundError(f"it would make more than {_MAX_RANGE:,} elements")
    return Known(typed_list(made, NUMBER), call.span)


def _reverse(call: Call, collection: Value) -> Value:
    return _like(collection, reversed(_sequence(collection)), call)


def _reversed_type(arguments: Sequence[Value]) -> Type:
    type = type_of(arguments[0])
    if isinstance(type, TupleOf):
        return TupleOf(type.elements[::-1])
    if not isinstance(type, ListOf | SetOf):
        raise EvaluationError(f"a list or tuple is required, but this is {_kind_of(arguments[0])}")
    return ListOf(type.element)


def _set_union(call: Call, *sets: Value) -> Value:
    rows, type = _set_rows(sets)
    return Known(typed_set((element for row in rows for element in row), type), call.span)


def _set_rows(sets: Sequence[Value]) -> tuple[list[list[Value]], Type]:
    """The elements of each set, made one type over all of them, and that type."""
    common = _common_set(sets)
    converted = [convert(argument, common) for argument in sets]
    if holds_any(common.element):
        types = set(map(type_of, converted))
        if len(types) > 1:
            if not all(map(is_wholly_known, sets)):
                raise Undecided
            raise EvaluationError("the elements of its sets must be of one type")
    return [argument.elements() for argument in converted], common.element


def _common_set(sets: Sequence[Value]) -> SetOf:
    types = []
    for argument in sets:
        type = element_type_of(argument)
        if type is not ANY or isinstance(argument, Unknown) or argument.known_list:
            types.append(type)
    common = unify_types(types)
    if common is None:
        raise EvaluationError("the elements of its sets must be of one type")
    return SetOf(common)


def _set_intersection(call: Call, *sets: Value) -> Value:
    (first, *others), type = _set_rows(sets)
    kept = [element for element in first if all(_is_in(element, other) for other in others)]
    return Known(typed_set(kept, type), call.span)


def _set_subtract(call: Call, first: Value, second: Value) -> Value:
    (kept, taken), type = _set_rows([first, second])
    return Known(typed_set((element for element in kept if not _is_in(element, taken)), type), call.span)


def _is_in(element: Value, others: Iterable[Value]) -> bool:
    return any(equal(element, other) for other in others)


def _set_product(call: Call, *collections: Value) -> Value:
    type = _product_type(collections)
    rows = [unify(_sequence(collection)) for collection in collections]
    check_elements(prod(map(len, rows)) * len(rows))
    combinations: list[Value] = [Known(list(row), call.span) for row in product(*rows)]
    if isinstance(type, SetOf):
        return Known(typed_set(combinations, type.element), call.span)
    return Known(typed_list(combinations, type.element), call.span)


def _product_type(collections: Sequence[Value]) -> ListOf | SetOf:
    if len(collections) < 2:
        raise EvaluationError("it takes at least 2 arguments")
    elements: list[Type] = []
    for collection in collections:
        type = type_of(collection)
        if isinstance(type, ListOf | SetOf):
            elements.append(type.element)
            continue
        if not isinstance(type, TupleOf):
            raise EvaluationError(f"a set or list is required, but this is {_kind_of(collection)}")
        element = unify_types(type.elements)
        if element is None:
            raise EvaluationError("all elements must be of one type")
        elements.append(element)
    is_set = any(isinstance(type_of(collection), SetOf) for collection in collections)
    return (SetOf if is_set else ListOf)(TupleOf(elements))


def _slice(call: Call, collection: Value, start: Value, end: Value) -> Value:
    elements = _sequence(collection, with_sets=False)
    first, last = _bounds(start, end, len(elements))
    return _like(collection, elements[first:last], call)


def _bounds(start: Value, end: Value, length: int | None) -> tuple[int, int | None]:
    """Where a slice begins and ends, as far as that is known. Raises EvaluationError where it can't be one."""
    first = _whole(start, "start index") if start.is_known else 0
    last = _whole(end, "end index") if end.is_known else length
    most = last if last is not None else first
    if not 0 <= first <= most <= (most if length is None else length):
        raise EvaluationError(f"the indexes {first} and {last} don't lie in order within a list of {length}")
    return first, last


def _sliced_type(arguments: Sequence[Value]) -> Type:
    collection, start, end = arguments
    type = type_of(collection)
    if not isinstance(type, ListOf | TupleOf):
        raise EvaluationError(f"a list or tuple is required, but this is {_kind_of(collection)}")
    known = len(collection.known_list) if collection.known_list is not None else None
    first, last = _bounds(start, end, len(type.elements) if isinstance(type, TupleOf) else known)
    if isinstance(type, ListOf):
        return type
    return TupleOf(type.elements[first:last]) if start.is_known and end.is_known else ANY


def _sort(call: Call, texts: Value) -> Value:
    elements = _sequence(texts)
    if not is_wholly_known(texts):
        if any(isinstance(element, Unknown) and element.candidates for element in elements):
            raise Undecided
        unknown_text = TypedUnknown(unknown([texts], call.span), STRING)
        return Known(typed_list([unknown_text] * len(elements), STRING), call.span)
    if any(element.is_absent for element in elements):
        raise EvaluationError("an element is null")
    return Known(typed_list(sorted(elements, key=lambda element: element.known_text or ""), STRING), call.span)


def _transpose(call: Call, mapping: Value) -> Value:
    found: dict[str, list[Value]] = {}
    for name, texts in _entries(mapping).items():
        for text in [texts] if texts.is_absent else _sequence(texts):
            if text.is_absent:
                raise EvaluationError(f'"{name}" is null, or an element of it')
            found.setdefault(text.known_text or "", []).append(Known(name, text.span, text.via))
    lists = {text: Known(typed_list(found[text], STRING), call.span) for text in sorted(found)}
    return Known(typed_map(lists, ListOf(STRING)), call.span)


def _zip_map(call: Call, keys: Value, values: Value) -> Value:
    names, elements = _sequence(keys), _sequence(values, with_sets=False)
    if len(names) != len(elements):
        raise EvaluationError(f"there are {len(names)} keys, but {len(elements)} values")
    for at, name in enumerate(names):
        if name.is_absent:
            raise EvaluationError(f"the key at {at} is null")
    pairs = {name.known_text or "": element for name, element in zip(names, elements, strict=True)}
    content = {name: pairs[name] for name in sorted(pairs)}
    is_map = isinstance(values.known_list, TypedList)
    return Known(typed_map(content, element_type_of(values)) if is_map else content, call.span)


def _zipped_type(arguments: Sequence[Value]) -> Type:
    keys, values = arguments
    type = type_of(values)
    if isinstance(type, ListOf):
        return MapOf(type.element)
    if not isinstance(type, TupleOf):
        raise EvaluationError(f"a list or tuple is required, but this is {_kind_of(values)}")
    names = keys.known_list
    if names is None or not is_wholly_known(keys):
        return ANY
    if len(names) != len(type.elements):
        raise EvaluationError(f"there are {len(names)} keys, but {len(type.elements)} values")
    if any(name.is_absent for name in names):
        raise EvaluationError("a key is null")
    return ObjectOf({name.known_text or "": kind for name, kind in zip(names, type.elements, strict=True)})


def _truth(wanted: bool) -> Callable[..., Value]:
    """Whether an element is as wanted settles the result; elements that are null count as false."""

    def run(call: Call, flags: Value) -> Value:
        content = flags.known_list or ()
        settled = [isinstance(element, Known) and bool(element.value) is wanted for element in content]
        if True in settled:
            if not wanted and any(isinstance(element, Unknown) for element in content[: settled.index(True)]):
                raise Undecided
            return Known(wanted, call.span)
        if any(isinstance(element, Unknown) for element in content):
            raise Undecided
        return Known(not wanted, call.span)

    return run


def _chunk_list(call: Call, collection: Value, size: Value) -> Value:
    elements, length = _sequence(collection), _whole(size, "size")
    if length < 0:
        raise EvaluationError("the size must not be negative")
    step = length or len(elements) or 1
    type = element_type_of(collection)
    chunks = [Known(typed_list(elements[at : at + step], type), call.span) for at in range(0, len(elements), step)]
    return Known(typed_list(chunks, ListOf(type)), call.span)


def _own_type(arguments: Sequence[Value]) -> Type:
    return type_of(arguments[0])


_FLAGS = Parameter("list of bool", ListOf(BOOL), tolerance=Tolerance.INSIDE)
_SET = Parameter("set", SetOf(ANY))
_OPEN_SET = Parameter("set", SetOf(ANY), tolerance=Tolerance.INSIDE)
_LISTS = Parameter("map of lists of strings", MapOf(ListOf(STRING)))
_KEY = Parameter("key", STRING, tolerance=Tolerance.ALL)
_POSITION = Parameter("index", NUMBER, tolerance=Tolerance.ALL)
_MEASURED = Parameter("value", tolerance=Tolerance.ALL, takes_untyped=True)
_MAPPING = Parameter("map", tolerance=Tolerance.ALL)
_OPEN_TEXTS = Parameter("list of strings", ListOf(STRING), tolerance=Tolerance.INSIDE)

FUNCTIONS = {
    "alltrue": Function(_truth(False), [_FLAGS]),
    "anytrue": Function(_truth(True), [_FLAGS]),
    "chunklist": Function(_chunk_list, [OPEN_LIST, AMOUNT], result=lambda arguments: ListOf(type_of(arguments[0]))),
    "coalesce": Function(_coalesce, [], ANYTHING, result=_coalesced_type),
    "coalescelist": Function(_coalesce_list, [], ANYTHING),
    "compact": Function(_compact, [TEXTS]),
    "concat": Function(_concat, [], OPEN, result=_concatenated_type),
    "contains": Function(_contains, [OPEN, OPEN]),
    "distinct": Function(_distinct, [WHOLE_LIST], result=_own_type),
    "element": Function(_element, [OPEN, _POSITION], result=_element_type),
    "flatten": Function(_flatten, [OPEN]),
    "index": Function(_index, [OPEN, OPEN]),
    "keys": Function(_keys, [_MAPPING], result=_keys_type),
    "length": Function(_length, [_MEASURED]),
    "lookup": Function(_lookup, [_MAPPING, _KEY], ANYTHING, result=_lookup_type),
    "matchkeys": Function(_match_keys, [OPEN_LIST, OPEN_LIST, OPEN_LIST], result=_matched_type),
    "merge": Function(_merge, [], ANYTHING, result=_merged_type),
    "one": Function(_one, [OPEN], result=_type_of_one),
    "range": Function(_range, [], AMOUNT),
    "reverse": Function(_reverse, [OPEN], result=_reversed_type),
    "setintersection": Function(_set_intersection, [_SET], _SET, result=_common_set),
    "setproduct": Function(_set_product, [], OPEN, result=_product_type),
    "setsubtract": Function(_set_subtract, [_SET, _SET], result=_common_set),
    "setunion": Function(_set_union, [_OPEN_SET], _OPEN_SET, result=_common_set),
    "slice": Function(_slice, [OPEN, AMOUNT, AMOUNT], result=_sliced_type),
    "sort": Function(_sort, [_OPEN_TEXTS]),
    "transpose": Function(_transpose, [_LISTS]),
    "values": Function(_values, [OPEN], result=_values_type),
    "zipmap": Function(_zip_map, [TEXTS, OPEN], result=_zipped_type),
}
