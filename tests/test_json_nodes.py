import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from snapguard.json_nodes import MAX_DEPTH, MAX_DIGITS, JsonError, JsonNode, parse, places_in, values_from_json
from snapguard.source import SourceFile, Span

characters = st.characters(exclude_categories=("Cs",))
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(characters)
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(characters, max_size=5), inner, max_size=4),
    max_leaves=20,
)


def plain(node: JsonNode):
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def nodes(node: JsonNode):
    yield node
    if isinstance(node.value, dict | list):
        for child in node.value.values() if isinstance(node.value, dict) else node.value:
            yield from nodes(child)


@given(documents, st.booleans(), st.sampled_from([None, 0, 2]))
def test_what_json_writes_is_read_as_it_was(document, is_ascii, indent):
    assert plain(parse(json.dumps(document, ensure_ascii=is_ascii, indent=indent))) == document


@given(documents, st.sampled_from([None, 1]))
def test_the_text_at_a_node_is_the_node(document, indent):
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    for node in nodes(parse(text)):
        assert json.loads(text[node.start : node.end]) == plain(node)
        for key, (start, end) in node.key_spans.items():
            assert json.loads(text[start:end]) == key


@given(st.lists(st.sampled_from([*'{}[]:,"\\aeu0123456789.-+ \n', "true", "null", '"a"', '"b":'])).map("".join))
def test_a_text_is_read_exactly_where_it_is_json(text):
    try:
        expected = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    except ValueError:
        with pytest.raises(JsonError) as raised:
            parse(text)
        assert 0 <= raised.value.offset <= len(text)
        assert raised.value.message
        return
    try:
        node = parse(text)
    except JsonError as error:
        assume(error.message != "a number that is too large")
        raise
    assert plain(node) == expected


@given(st.dictionaries(st.text(max_size=3), st.integers(), min_size=1), st.data())
def test_an_object_that_is_cut_off_is_an_error_and_never_a_crash(document, data):
    text = json.dumps(document)
    with pytest.raises(JsonError):
        parse(text[: data.draw(st.integers(0, len(text) - 1))])


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "expected a value, found nothing"),
        (" \n", 2, "expected a value, found nothing"),
        ("{", 0, "unclosed {"),
        ('{"a"', 0, "unclosed {"),
        ('{"a":', 0, "unclosed {"),
        ('{"a": 1', 0, "unclosed {"),
        ('{"a": 1,', 0, "unclosed {"),
        ('{"a": {"b": 1}', 0, "unclosed {"),
        ("[", 0, "unclosed ["),
        ("[1", 0, "unclosed ["),
        ('{"a": 1,}', 8, "expected another key: no comma may stand before }"),
        ("[1,]", 3, "expected another value: no comma may stand before ]"),
        ("[,1]", 1, "expected a value, found ,"),
        ("{,}", 1, "expected a key, found ,"),
        ('{"a" 1}', 5, 'expected : after the key "a", found 1'),
        ('{"a" "b"}', 5, 'expected : after the key "a", found "b"'),
        ("{a: 1}", 1, "expected a key in double quotes, found a"),
        ("{'a': 1}", 1, "strings take double quotes"),
        ('{"Action": "x" "b": 2}', 15, 'expected , or } after the value of "Action", found "b"'),
        ('{"a": [1}', 8, "expected , or ] after an element of the list, found }"),
        ("[1 2]", 3, "expected , or ] after an element of the list, found 2"),
        ('[1 "' + "x" * 50 + '"]', 3, "expected , or ] after an element of the list, found a string"),
        (f"[1 {'x' * 50}]", 3, f"expected , or ] after an element of the list, found {'x' * 37}..."),
        ('{"' + "k" * 50 + '": 1 2}', 57, 'expected , or } after the value of "' + "k" * 37 + '...", found 2'),
        ('{"a": }', 6, 'expected a value for "a", found }'),
        ('{"a": True}', 6, "expected true, found True"),
        ('{"a": None}', 6, "expected null, found None"),
        ('{"a": yes}', 6, 'expected a value for "a", found yes; text takes double quotes'),
        ("[NaN]", 1, "expected a value, found NaN; text takes double quotes"),
        ("01", 0, "01 is not a number as JSON writes it"),
        ("[+1]", 1, "+1 is not a number as JSON writes it"),
        ("[.5]", 1, ".5 is not a number as JSON writes it"),
        ("1.", 0, "1. is not a number as JSON writes it"),
        ("1e999", 0, "a number that is too large"),
        ("[1e99999999]", 1, "a number with an exponent beyond all bounds"),
        ("[1.5E-999999999999]", 1, "a number with an exponent beyond all bounds"),
        ("9" * (MAX_DIGITS + 1), 0, f"a number of more than {MAX_DIGITS} digits"),
        ('"abc', 0, "unclosed string"),
        ('["a\nb"]', 1, "unclosed string: it ends with its line"),
        ('{"a": "b\\', 6, "unclosed string"),
        ('["a\\\nb"]', 1, "unclosed string: it ends with its line"),
        ('{"a\nb": 1}', 1, "unclosed string: it ends with its line"),
        ('["a" "b]', 5, "unclosed string"),
        (r'["C:\Users"]', 4, r"\U is not an escape that JSON knows; write \\ for a backslash"),
        (r'["\u12"]', 2, r"\u takes four hexadecimal digits"),
        (r'["\u+123"]', 2, r"\u takes four hexadecimal digits"),
        ('["a\x01"]', 3, "a string can't hold the control character U+0001"),
        ("// note\n{}", 0, "JSON has no comments"),
        ('{"a": 1} # note', 9, "JSON has no comments"),
        ('{"a": /* b */ 1}', 6, "JSON has no comments"),
        ("{} {}", 3, "expected nothing more after the object, found {"),
        ("[] x", 3, "expected nothing more after the list, found x"),
        ("1 2", 2, "expected nothing more after the value, found 2"),
        ("[1,\x0c2]", 3, "expected a value, found the character U+000C"),
        ("{]", 1, "expected a key, found ]"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text, offset, message):
    with pytest.raises(JsonError) as raised:
        parse(text)
    assert (raised.value.offset, raised.value.message) == (offset, message)
    assert str(raised.value) == message


def test_nesting_is_bounded():
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse(text).end == len(text)
    with pytest.raises(JsonError, match=f"nested deeper than {MAX_DEPTH} levels") as raised:
        parse(f"[{text}]")
    assert raised.value.offset == MAX_DEPTH


def test_the_last_of_several_equal_keys_counts_and_all_later_ones_are_listed():
    node = parse('{"a": 1, "b": 2, "a": 3}')
    assert plain(node) == {"a": 3, "b": 2}
    assert node.duplicates == [("a", (17, 20))]
    assert node.key_spans["a"] == (17, 20)


def test_escapes_are_resolved_and_half_a_surrogate_pair_is_replaced():
    assert parse(r'"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"').value == '"\\/\b\f\n\r\t\u00e9\U0001f600'
    assert parse(r'"\ud83d x \ude00"').value == "\ufffd x \ufffd"
    assert parse(r'{"\u0061": 1}').value["a"].value == 1


def test_a_byte_order_mark_is_no_part_of_the_value():
    node = parse("\ufeff {}")
    assert (node.value, node.start, node.end) == ({}, 2, 4)


def test_numbers_are_whole_or_what_the_caller_makes_of_a_fraction():
    assert [type(child.value) for child in parse("[1, -20, 1.5, 1e2]").value] == [int, int, float, float]
    assert [child.value for child in parse("[1, 1.50]", Decimal).value] == [1, Decimal("1.50")]


def test_a_node_shows_its_value_and_place():
    assert repr(parse(" [1]")) == "JsonNode([JsonNode(1, 2, 3)], 1, 4)"


def test_values_know_where_they_are_written():
    text = '{"Ä": ["é", {"b": 2.5}], "n": null}'
    file = SourceFile("p", "p", text.encode())
    value = values_from_json(text, places_in(file, text))
    assert value.span.text == text
    assert value.get("Ä").elements()[0].known_text == "é"
    assert value.get("Ä").elements()[0].span.text == '"é"'
    assert value.get("Ä").elements()[1].get("b").span.text == "2.5"
    assert value.get("n").is_absent


def test_values_may_have_no_place_at_all():
    assert values_from_json("[1]", lambda *_: None).elements()[0].span is None


def test_values_take_the_callers_fractions():
    assert values_from_json("1.5", lambda *_: None, Decimal).value == Decimal("1.5")


@given(st.text(characters, min_size=1), st.data())
def test_places_in_a_file_are_bytes_of_the_same_characters(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    file = SourceFile("f", "f", text.encode())
    assert places_in(file, text)(start, end) == Span(file, len(text[:start].encode()), len(text[:end].encode()))
