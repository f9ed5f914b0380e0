"""Functions on lists, sets, tuples, maps and objects.

Elements that a function only passes on keep their places and the way that they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import product
from math import prod

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
    plain,
)
from snapguard.terraform.functions.text import graphemes
from snapguard.terraform.types import (
    ANY,
    ARITHMETIC,
    BOOL,
    MAX_COMBINATIONS,
    MIXED,
    NUMBER,
    STRING,
    BoundError,
    EvaluationError,
    ListOf,
    MapOf,
    SetOf,
    TupleOf,
    Type,
    convert,
    describe,
    element_type_of,
    equal,
    exact_binary,
    has_no_type,
    has_open_order,
    number,
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
    text = value.known_text
    if text is not None:
        return Known(len(graphemes(text)), call.span)
    entries = value.known_map
    if entries is not None:
        return Known(len(entries), call.span)
    return Known(len(_sequence(value)), call.span)


def _coalesce(_call: Call, *arguments: Value) -> Value:
    type = unify_types([type_of(argument) for argument in arguments])
    if type is None:
        raise EvaluationError("its arguments must be of one type")
    for argument in arguments:
        if not isinstance(argument, Known):
            raise Undecided
        if argument.value is not None and argument.value != "":
            return argument if type is MIXED else convert(argument, type)
    raise EvaluationError("every argument is null or empty")


def _coalesce_list(_call: Call, *arguments: Value) -> Value:
    lengths = [len(_sequence(argument, with_sets=False)) if argument.is_known else -1 for argument in arguments]
    for argument, length in zip(arguments, lengths, strict=True):
        if length < 0:
            raise Undecided
        if length:
            return argument
    raise EvaluationError("every argument is empty")


def _compact(call: Call, texts: Value) -> Value:
    kept = [element for element in _sequence(texts) if not element.is_absent and element.known_text != ""]
    return Known(typed_list(kept, STRING), call.span)


def _concat(call: Call, *arguments: Value) -> Value:
    parts = [_sequence(argument, with_sets=False) for argument in arguments]
    if not parts:
        raise EvaluationError("it takes at least 1 argument")
    check_elements(sum(map(len, parts)))
    elements = [element for part in parts for element in part]
    if all(isinstance(argument.known_list, TypedList) for argument in arguments):
        element_type = unify_types([element_type_of(argument) for argument in arguments])
        if element_type is not None:
            return Known(typed_list((convert(element, element_type) for element in elements), element_type), call.span)
    return Known(elements, call.span)


def _contains(call: Call, collection: Value, wanted: Value) -> Value:
    if wanted.is_absent:
        raise EvaluationError("its argument (value) must not be null")
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
    index = _whole(position, "index")
    if not elements:
        raise EvaluationError("it can't take an element of an empty list")
    if index < 0 and index % len(elements) and not isinstance(collection.known_list, TypedList):
        raise EvaluationError("the index of an element of a tuple must not be negative")
    return elements[index % len(elements)]


def _flatten(call: Call, collection: Value) -> Value:
    flat: list[Value] = []
    _flatten_into(flat, _sequence(collection))
    return Known(flat, call.span)


def _flatten_into(flat: list[Value], elements: Iterable[Value]) -> None:
    for element in elements:
        if element.known_list is not None:
            _flatten_into(flat, _sequence(element))
        elif isinstance(element, Unknown) and element.parts is None and not element.stands_for_one:
            raise Undecided  # it may be a list
        else:
            flat.append(element)
    check_elements(len(flat))


def _index(call: Call, collection: Value, wanted: Value) -> Value:
    for position, element in enumerate(_sequence(collection, with_sets=False)):
        answer = equal(element, wanted)
        if answer is None:
            raise Undecided
        if answer:
            return Known(position, call.span)
    raise EvaluationError("no element is equal to the value")


def _keys(call: Call, mapping: Value) -> Value:
    names = [Known(name, value.span, value.via) for name, value in _entries(mapping).items()]
    return Known(typed_list(names, STRING) if isinstance(mapping.known_map, TypedMap) else names, call.span)


def _values(call: Call, mapping: Value) -> Value:
    elements = list(_entries(mapping).values())
    is_map = isinstance(mapping.known_map, TypedMap)
    return Known(typed_list(elements, element_type_of(mapping)) if is_map else elements, call.span)


def _lookup(_call: Call, mapping: Value, key: Value, *default: Value) -> Value:
    if len(default) > 1:
        raise EvaluationError(f"it takes 2 or 3 arguments, but {len(default) + 2} are given")
    entries = _entries(mapping)
    fallback = default[0] if default else None
    if fallback is not None and isinstance(mapping.known_map, TypedMap):
        fallback = convert(fallback, without_optional(element_type_of(mapping)))
    if isinstance(key, Unknown):
        return _any_of([*entries.values(), *([] if fallback is None else [fallback])], key)
    found = entries.get(key.known_text or "")
    if found is not None:
        return found
    if fallback is None:
        raise EvaluationError(f'there is no element "{key.known_text}"; a third argument would give a default')
    return fallback


def _match_keys(call: Call, values: Value, keys: Value, searched: Value) -> Value:
    elements, names = _sequence(values), _sequence(keys)
    if len(elements) != len(names):
        raise EvaluationError("the lists of values and keys must be of one length")
    unified = unify([*names, *_sequence(searched)])
    wanted = unified[len(names) :]
    kept = [
        element for element, name in zip(elements, unified, strict=False) if any(equal(name, other) for other in wanted)
    ]
    return Known(typed_list(kept, element_type_of(values)), call.span)


def _merge(call: Call, *mappings: Value) -> Value:
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
    types = {type_of(mapping) for mapping in mappings}
    type = types.pop() if len(types) == 1 else ANY
    return Known(typed_map(content, type.element) if isinstance(type, MapOf) else content, call.span)


def _one(call: Call, collection: Value) -> Value:
    elements = _sequence(collection)
    if len(elements) > 1:
        raise EvaluationError(f"the list must have no element or one, but it has {len(elements)}")
    return elements[0] if elements else typed(Known(None, call.span), element_type_of(collection))


def _range(*bounds: int | Decimal) -> list[int | Decimal]:
    if not 1 <= len(bounds) <= 3:
        raise EvaluationError(f"it takes 1 to 3 arguments, but {len(bounds)} are given")
    start, limit = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) == 3 else -1 if limit < start else 1
    if step == 0 or (limit - start) * step < 0:
        raise EvaluationError("the step must lead from the start to the limit")
    made: list[int | Decimal] = []
    while start < limit if step > 0 else start > limit:
        made.append(start)
        start = number(ARITHMETIC.add(exact_binary(start), exact_binary(step)))
        if len(made) > _MAX_RANGE:
            raise BoundError(f"it would make more than {_MAX_RANGE:,} elements")
    return made


def _reverse(call: Call, collection: Value) -> Value:
    return _like(collection, reversed(_sequence(collection)), call)


def _set_union(call: Call, *sets: Value) -> Value:
    rows, type = _set_rows(sets)
    return Known(typed_set((element for row in rows for element in row), type), call.span)


def _set_rows(sets: Sequence[Value]) -> tuple[list[list[Value]], Type]:
    """The elements of each set, made one type over all of them, and that type."""
    types = [
        element_type_of(argument) for argument in sets if argument.known_list or element_type_of(argument) is not ANY
    ]
    type = unify_types(types)
    if type is None:
        raise EvaluationError("the elements of its sets must be of one type")
    return [[convert(element, type) for element in argument.elements()] for argument in sets], type


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
    if len(collections) < 2:
        raise EvaluationError("it takes at least 2 arguments")
    rows = [unify(_sequence(collection)) for collection in collections]
    check_elements(prod(map(len, rows)) * len(rows))
    type = TupleOf(
        [type_of(row[0]) if row else element_type_of(one) for row, one in zip(rows, collections, strict=True)]
    )
    combinations: list[Value] = [Known(list(row), call.span) for row in product(*rows)]
    if any(isinstance(collection.known_list, ValueSet) for collection in collections):
        return Known(typed_set(combinations, type), call.span)
    return Known(typed_list(combinations, type), call.span)


def _slice(call: Call, collection: Value, start: Value, end: Value) -> Value:
    elements = _sequence(collection, with_sets=False)
    first, last = _whole(start, "start index"), _whole(end, "end index")
    if not 0 <= first <= last <= len(elements):
        raise EvaluationError(f"the indexes {first} and {last} don't lie in order within a list of {len(elements)}")
    return _like(collection, elements[first:last], call)


def _sort(call: Call, texts: Value) -> Value:
    elements = _sequence(texts)
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


_FLAGS = Parameter("list of bool", ListOf(BOOL), tolerance=Tolerance.INSIDE)
_SET = Parameter("set", SetOf(ANY))
_OPEN_SET = Parameter("set", SetOf(ANY), tolerance=Tolerance.INSIDE)
_LISTS = Parameter("map of lists of strings", MapOf(ListOf(STRING)))
_OPEN_WANTED = Parameter("value", takes_null=True, tolerance=Tolerance.INSIDE)
_KEY = Parameter("key", STRING, tolerance=Tolerance.ALL)
_POSITION = Parameter("index", NUMBER, tolerance=Tolerance.ALL)
_UNDECIDED = Parameter("list", tolerance=Tolerance.ALL)

FUNCTIONS = {
    "alltrue": Function(_truth(False), [_FLAGS]),
    "anytrue": Function(_truth(True), [_FLAGS]),
    "chunklist": Function(_chunk_list, [OPEN_LIST, AMOUNT]),
    "coalesce": Function(_coalesce, [], ANYTHING),
    "coalescelist": Function(_coalesce_list, [], _UNDECIDED),
    "compact": Function(_compact, [TEXTS]),
    "concat": Function(_concat, [], OPEN),
    "contains": Function(_contains, [OPEN, _OPEN_WANTED]),
    "distinct": Function(_distinct, [WHOLE_LIST]),
    "element": Function(_element, [OPEN, _POSITION]),
    "flatten": Function(_flatten, [OPEN]),
    "index": Function(_index, [OPEN, _OPEN_WANTED]),
    "keys": Function(_keys, [OPEN]),
    "length": Function(_length, [OPEN]),
    "lookup": Function(_lookup, [OPEN, _KEY], ANYTHING),
    "matchkeys": Function(_match_keys, [WHOLE_LIST, WHOLE_LIST, WHOLE_LIST]),
    "merge": Function(_merge, [], ANYTHING),
    "one": Function(_one, [OPEN]),
    "range": plain(_range, rest=AMOUNT),
    "reverse": Function(_reverse, [OPEN]),
    "setintersection": Function(_set_intersection, [_SET], _SET),
    "setproduct": Function(_set_product, [], OPEN),
    "setsubtract": Function(_set_subtract, [_SET, _SET]),
    "setunion": Function(_set_union, [_OPEN_SET], _OPEN_SET),
    "slice": Function(_slice, [OPEN, AMOUNT, AMOUNT]),
    "sort": Function(_sort, [TEXTS]),
    "transpose": Function(_transpose, [_LISTS]),
    "values": Function(_values, [OPEN]),
    "zipmap": Function(_zip_map, [TEXTS, OPEN]),
}
