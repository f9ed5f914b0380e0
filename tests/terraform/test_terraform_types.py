"""Values become other types, are unified and compared as Terraform does it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.source import SourceFile, Span
from snapguard.terraform.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
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
    equal,
    make_set,
    number,
    number_text,
    parse_number,
    to_bool,
    to_number,
    to_text,
    type_of,
    unify,
    unify_types,
)
from snapguard.values import ABSENT, Known, Reference, Step, TypedList, TypedMap, Unknown, Value, ValueSet

SPAN = Span(SourceFile("main.tf", "main.tf", b"some text"), 0, 4)


def value(content: Any) -> Value:
    """A list gives a tuple, a dict an object; Values stay."""
    if isinstance(content, Value):
        return content
    if isinstance(content, list):
        return Known(type(content)(value(item) for item in content))
    if isinstance(content, dict):
        return Known(type(content)({name: value(item) for name, item in content.items()}))
    return Known(content)


def plain(result: Value) -> Any:
    if not isinstance(result, Known):
        return "<unknown>"
    content = result.value
    if isinstance(content, list):
        return [plain(item) for item in content]
    return {name: plain(item) for name, item in content.items()} if isinstance(content, dict) else content


def unknown(name: str = "aws_volume.a", *candidates: Value) -> Unknown:
    return Unknown("it is not known", (Reference(name, "id"),), candidates)


@pytest.mark.parametrize(
    ("content", "type", "expected"),
    [
        (True, STRING, "true"),
        (False, STRING, "false"),
        (10, STRING, "10"),
        (Decimal("0.50"), STRING, "0.5"),
        (Decimal("1E+30"), STRING, "1" + "0" * 30),
        ("x", STRING, "x"),
        (None, STRING, None),
        ("12", NUMBER, 12),
        ("1.5", NUMBER, Decimal("1.5")),
        ("1e3", NUMBER, 1000),
        (7, NUMBER, 7),
        ("true", BOOL, True),
        ("0", BOOL, False),
        (True, BOOL, True),
        ([1, "a"], ListOf(STRING), ["1", "a"]),
        (["b", "a", "b"], SetOf(STRING), ["a", "b"]),
        ({"b": 1, "a": "x"}, MapOf(STRING), {"a": "x", "b": "1"}),
        ([1, "a"], ListOf(ANY), ["1", "a"]),
        ({"a": 1, "b": "x"}, MapOf(ANY), {"a": "1", "b": "x"}),
        ([["a"], []], ListOf(ListOf(ANY)), [["a"], []]),
        ([{"a": 1}, {"a": "x"}], ListOf(ANY), [{"a": "1"}, {"a": "x"}]),
        ([1, True], TupleOf([STRING, ANY]), ["1", True]),
        ({"a": 1, "more": 2}, ObjectOf({"a": STRING}), {"a": "1"}),
        ({}, ObjectOf({"a": STRING}, ["a"]), {"a": None}),
        ({}, ObjectOf({"a": NUMBER}, ["a"], {"a": Known("5")}), {"a": 5}),
        ({"a": None}, ObjectOf({"a": STRING}, ["a"], {"a": Known("x")}), {"a": "x"}),
        ({"a": None}, ObjectOf({"a": STRING}, ["a"]), {"a": None}),
        (5, ANY, 5),
    ],
)
def test_a_value_becomes_another_type(content: Any, type: Type, expected: Any) -> None:
    assert plain(convert(value(content), type)) == expected


def test_defaults_are_filled_in_within_elements_and_within_defaults() -> None:
    inner = ObjectOf({"size": NUMBER}, ["size"], {"size": Known(8)})
    outer = ObjectOf({"disk": inner}, ["disk"], {"disk": Known({})})
    assert plain(convert(value({"a": {}, "b": {"disk": {"size": "9"}}}), MapOf(outer))) == {
        "a": {"disk": {"size": 8}},
        "b": {"disk": {"size": 9}},
    }


@pytest.mark.parametrize(
    ("content", "type", "message"),
    [
        ([], STRING, "a string is required, but this is a tuple"),
        ({}, NUMBER, "a number is required, but this is an object"),
        ("x", NUMBER, 'a number is required, but this is "x"'),
        (True, NUMBER, "a number is required, but this is a bool"),
        ("yes", BOOL, 'a bool is required, but this is "yes"; write true or false'),
        (1, BOOL, "a bool is required, but this is a number; write true or false"),
        ("x", ListOf(STRING), "list(string) is required, but this is a string"),
        ([], MapOf(STRING), "map(string) is required, but this is a tuple"),
        (["a", []], SetOf(STRING), "element 1: a string is required, but this is a tuple"),
        ({"a": []}, MapOf(STRING), 'element "a": a string is required, but this is a tuple'),
        ("x", ObjectOf({"a": STRING}), "object({a=string}) is required, but this is a string"),
        ({}, ObjectOf({"a": STRING}), 'attribute "a" missing'),
        ({}, ObjectOf({"b": STRING, "a": STRING}), 'attributes "a", "b" missing'),
        ({"a": {"b": []}}, ObjectOf({"a": MapOf(STRING)}), 'attribute "a": element "b": a string is required'),
        ([1], TupleOf([STRING, STRING]), "a tuple of 2 is required, but this holds 1"),
        ({}, TupleOf([]), "tuple([]) is required, but this is an object"),
        ([[]], TupleOf([NUMBER]), "element 0: a number is required, but this is a tuple"),
        ([1, True], ListOf(ANY), "all must be of one type, but there is a bool and a number"),
        ("1e5000", NUMBER, "the number is too large"),
    ],
)
def test_what_can_not_become_a_type_is_told_with_its_place(content: Any, type: Type, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        convert(value(content), type)
    assert message in str(caught.value)


def test_types_are_written_as_terraform_writes_them() -> None:
    written = ObjectOf({"b": ListOf(STRING), "a": SetOf(MapOf(ANY)), "c": TupleOf([NUMBER, BOOL])}, ["a"])
    assert repr(written) == "object({a=optional(set(map(any))),b=list(string),c=tuple([number,bool])})"


def test_types_are_equal_by_what_they_hold() -> None:
    assert ListOf(STRING) == ListOf(STRING)
    assert ListOf(STRING) != SetOf(STRING)
    assert len({TupleOf([STRING]), TupleOf([STRING]), TupleOf([NUMBER])}) == 2
    assert STRING != "string"


def test_collections_carry_their_kind() -> None:
    assert isinstance(convert(value(["a"]), ListOf(STRING)).known_list, TypedList)
    assert isinstance(convert(value(["a"]), SetOf(STRING)).known_list, ValueSet)
    assert isinstance(convert(value({"a": "b"}), MapOf(STRING)).known_map, TypedMap)
    assert not isinstance(convert(value({"a": "b"}), ObjectOf({"a": STRING})).known_map, TypedMap)


def test_elements_keep_their_places_and_their_way() -> None:
    step = Step(SPAN, "var.a")
    items = convert(Known([Known(1, SPAN, (step,)), Known("x", SPAN)]), ListOf(STRING)).known_list
    assert items is not None
    assert [item.span for item in items] == [SPAN, SPAN]
    assert items[0].via == (step,)


@pytest.mark.parametrize("change", [to_text, to_number, to_bool, lambda one: convert(one, ListOf(STRING))])
def test_unknown_and_absent_values_stay_what_they_are(change: Callable[[Value], Value]) -> None:
    changed = change(unknown())
    assert isinstance(changed, Unknown)
    assert changed.refs == unknown().refs
    assert change(ABSENT) is ABSENT


def test_what_has_no_value_has_the_type_that_it_was_converted_to() -> None:
    for kind in (STRING, ListOf(STRING), ObjectOf({"a": NUMBER})):
        assert type_of(convert(unknown(), kind)) == kind
        assert type_of(convert(Known(None), kind)) == kind
        assert type_of(convert(Known(None), kind).through(SPAN, "var.a")) == kind
    of_object = convert(unknown(), ObjectOf({"a": NUMBER, "b": MapOf(BOOL)}))
    assert type_of(of_object.get("a")) == NUMBER
    assert type_of(of_object.get("b").get("x")) == BOOL
    assert type_of(convert(unknown(), ListOf(ANY))) == ListOf(ANY)


def test_empty_collections_have_the_type_that_they_were_converted_to() -> None:
    for kind in (ListOf(STRING), SetOf(MapOf(NUMBER))):
        assert type_of(convert(Known([]), kind)) == kind
    assert type_of(convert(Known({}), MapOf(BOOL))) == MapOf(BOOL)
    assert type_of(convert(convert(Known([]), ListOf(STRING)), SetOf(ANY))) == SetOf(STRING)


def test_a_null_without_a_type_does_not_stand_beside_collections_in_a_list() -> None:
    with pytest.raises(EvaluationError, match="all must be of one type"):
        convert(value([["a"], None]), ListOf(ANY))
    assert plain(convert(value(["a", None]), ListOf(ANY))) == ["a", None]


def test_what_hangs_on_the_type_of_an_unknown_value_is_unknown() -> None:
    made = convert(value([[["a"], unknown()], [["b", "c"], ["d"]]]), ListOf(ANY))
    assert isinstance(made, Unknown)
    with pytest.raises(EvaluationError, match="all must be of one type"):
        convert(value([[["a"], None], [["b", "c"], ["d"]]]), ListOf(ANY))


def test_collections_of_different_types_differ_though_they_hold_the_same() -> None:
    texts, numbers = convert(Known([]), ListOf(STRING)), convert(Known([]), ListOf(NUMBER))
    assert equal(texts, numbers) is False
    assert equal(texts, convert(Known([]), ListOf(STRING))) is True
    assert equal(texts, Known(TypedList())) is None


def test_candidates_are_converted_too() -> None:
    converted = convert(unknown("a", Known("1"), Known("2")), NUMBER)
    assert isinstance(converted, Unknown)
    assert [plain(candidate) for candidate in converted.candidates] == [1, 2]
    assert converted.refs == (Reference("a", "id"),)


def test_candidates_that_can_not_be_converted_leave_a_value_without_any() -> None:
    converted = convert(unknown("a", Known("1"), Known("x")), NUMBER)
    assert isinstance(converted, Unknown)
    assert converted.candidates == ()


def test_unknown_elements_stay_within_known_collections() -> None:
    one = unknown()
    items = convert(value(["a", one]), ListOf(STRING)).known_list
    assert items is not None
    assert items[1].refs == one.refs
    members = convert(value([one, "a"]), SetOf(STRING))
    assert plain(members) == ["a", "<unknown>"]


def test_a_list_of_a_set_with_unknown_elements_has_no_known_order() -> None:
    members = convert(value([unknown("a"), unknown("b")]), SetOf(STRING))
    converted = convert(members, ListOf(STRING))
    assert converted.refs == (Reference("a", "id"), Reference("b", "id"))


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ([1, "a"], ["1", "a"]),
        ([True, "a"], ["true", "a"]),
        ([1, Decimal("1.5")], [1, Decimal("1.5")]),
        ([None, 1], [None, 1]),
        ([None, None], [None, None]),
        ([], []),
        ([[1], ["a", "b"]], [["1"], ["a", "b"]]),
        ([[1, "x"], ["a", 2]], [["1", "x"], ["a", "2"]]),
        ([{"a": 1}, {"b": "x"}], [{"a": "1"}, {"b": "x"}]),
        ([{"a": [1]}, {"a": ["x"]}], [{"a": ["1"]}, {"a": ["x"]}]),
        ([TypedMap({"a": 1}), {"b": "x"}], [{"a": "1"}, {"b": "x"}]),
        ([TypedList([1]), ["x"]], [["1"], ["x"]]),
        ([ValueSet(["x"]), [1]], [["x"], ["1"]]),
        ([ValueSet([1]), ["2"]], [[1], [2]]),
        ([ValueSet([1]), TypedList(["x"])], [["1"], ["x"]]),
        ([ValueSet([TypedList([1])]), [], TypedList([[]])], [[[1]], [], [[]]]),
        ([TypedList([ValueSet([2])]), TypedList([TypedList([3])])], [[[2]], [[3]]]),
        ([TypedMap({"a": ValueSet([1])}), TypedMap({"a": [2]})], [{"a": [1]}, {"a": [2]}]),
        ([{"a": ValueSet([1]), "b": 1}, {"a": ["2"], "b": "x"}], [{"a": [1], "b": "1"}, {"a": [2], "b": "x"}]),
        ([[ValueSet(["x"]), [1]], [["y"], ValueSet([2])]], [[["x"], [1]], [["y"], [2]]]),
    ],
)
def test_values_are_unified_as_the_branches_of_a_conditional(contents: list[Any], expected: list[Any]) -> None:
    assert [plain(one) for one in unify([value(content) for content in contents])] == expected


@pytest.mark.parametrize(
    "contents",
    [
        [1, True],
        ["a", ["b"]],
        [["a"], {"b": "c"}],
        [{"a": "x"}, {"a": ["y"]}],
        [{"a": "x"}, {"b": ["y"]}],
        [["x"], [["y"]]],
        [["x"], [["y"], "z"]],
        [ValueSet([TypedList([1])]), [1]],
        [ValueSet([{"a": 1}]), [{"b": 1}]],
        [TypedList([ValueSet([1])]), TypedList([TypedList([True])])],
        [ValueSet([TypedMap({"a": 1})]), [[1]]],
    ],
)
def test_what_has_no_common_type_is_refused(contents: list[Any]) -> None:
    with pytest.raises(EvaluationError, match="all must be of one type"):
        unify([value(content) for content in contents])


def test_the_elements_of_a_set_decide_what_a_tuple_beside_it_must_hold() -> None:
    with pytest.raises(EvaluationError, match="element 0: a number is required"):
        unify([value(ValueSet([1])), value(["x"])])


def test_unknown_values_take_the_type_of_the_others() -> None:
    one = unknown()
    assert type_of(unify([Known(1), one, Known("a")])[1]) == STRING
    assert unify_types([ANY, NUMBER]) == NUMBER


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1, True),
        (1, Decimal("1.5"), False),
        (1, "1", False),
        (True, "true", False),
        (True, 1, False),
        (None, None, True),
        (None, "a", False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1], False),
        ([1], TypedList([1]), False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, TypedMap({"a": 1}), False),
        (ValueSet([1]), ValueSet([1]), True),
        ({"a": unknown()}, {"a": 1}, None),
        ({"a": unknown(), "b": 1}, {"a": 1, "b": 2}, None),
        ([1, unknown()], [2, 1], False),
        ([unknown(), 1], [1, 2], None),
        (convert(unknown(), STRING), 1, False),
        (unknown(), 1, None),
        (unknown(), unknown(), None),
        (unknown("a", Known(1), Known(2)), 3, None),
        (unknown("a", Known(1)), 1, None),
        (convert(unknown(), STRING), convert(unknown(), NUMBER), None),
        (convert(unknown(), STRING), None, None),
        (TypedUnknown(unknown(), STRING, is_never_null=True), None, False),
        (ValueSet([unknown()]), ValueSet(["a"]), None),
        (Unknown("", parts=(Known("a"), unknown())), None, False),
    ],
)
def test_values_are_compared_as_terraform_does_it(left: Any, right: Any, expected: bool | None) -> None:
    assert equal(value(left), value(right)) is expected
    assert equal(value(right), value(left)) is expected


def test_many_candidates_are_not_compared_one_by_one() -> None:
    many = unknown("a", *(Known(at) for at in range(20)))
    assert equal(many, Known("x")) is None


def test_sets_are_walked_in_terraforms_order() -> None:
    assert plain(Known(make_set(map(value, ["b", "é", "a", "Z", "a"])))) == ["Z", "a", "b", "é"]
    assert plain(Known(make_set(map(value, [10, 9, Decimal("1.5")])))) == [Decimal("1.5"), 9, 10]
    assert plain(Known(make_set(map(value, [True, False, True])))) == [False, True]
    assert plain(Known(make_set(map(value, ["b", None, "a"])))) == ["a", "b", None]
    assert plain(Known(make_set(map(value, [{"a": 1}, {"a": 10}, {"a": None}, {"a": True}])))) == [
        {"a": 10},
        {"a": 1},
        {"a": True},
        {"a": None},
    ]
    assert plain(Known(make_set(map(value, [TypedMap({"b": "1"}), TypedMap({"a": "2"})])))) == [{"a": "2"}, {"b": "1"}]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Known(None), "null"),
        (ABSENT, "null"),
        (unknown(), "a value"),
        (value([]), "a tuple"),
        (value(TypedList()), "a list"),
        (value(ValueSet()), "a set"),
        (value({}), "an object"),
        (value(TypedMap()), "a map"),
        (value(True), "a bool"),
    ],
)
def test_values_are_named_in_messages(one: Value, expected: str) -> None:
    assert describe(one) == expected


def test_the_type_of_a_value_tells_tuples_and_objects_from_lists_and_maps() -> None:
    assert type_of(value([1, "a"])) == TupleOf([NUMBER, STRING])
    assert type_of(value({"a": True})) == ObjectOf({"a": BOOL})
    assert type_of(value(TypedList([1, None]))) == ListOf(NUMBER)
    assert type_of(value(ValueSet())) == SetOf(ANY)
    assert type_of(value(TypedMap({"a": "x"}))) == MapOf(STRING)


def test_a_number_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(EvaluationError, match="too large"):
        number(Decimal("Infinity"))


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
CONTENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


@given(CONTENTS)
def test_every_value_is_equal_to_itself_and_already_of_its_type(content: Any) -> None:
    one = value(content)
    assert equal(one, one) is True
    assert equal(convert(one, type_of(one)), one) is True


@given(st.lists(SCALARS))
def test_unifying_twice_changes_nothing_more(contents: list[Any]) -> None:
    try:
        once = unify([value(content) for content in contents])
    except EvaluationError:
        assert {bool, int} <= {type(content) for content in contents}
        return
    assert [plain(one) for one in unify(once)] == [plain(one) for one in once]


@given(st.lists(st.text() | st.integers(), max_size=8))
def test_a_set_holds_each_value_once_however_they_were_given(contents: list[Any]) -> None:
    texts = [to_text(value(content)) for content in contents]
    members = make_set(texts)
    assert plain(Known(make_set(reversed(texts)))) == plain(Known(members))
    assert plain(Known(make_set(members))) == plain(Known(members))
    assert {plain(text) for text in texts} == set(plain(Known(members)))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_number_is_read_back_from_its_text(written: Decimal) -> None:
    one = number(written)
    assert parse_number(number_text(one)) == one
    assert "e" not in number_text(one).lower()
