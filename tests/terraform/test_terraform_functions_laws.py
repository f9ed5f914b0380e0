"""Laws that functions keep whatever they are given."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.source import SourceFile, Span
from snapguard.terraform.functions import CallContext, call
from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Value

SPAN = Span(SourceFile("main.tf", "main.tf", b""), 0, 0)


def refuse_to_render(*_: object) -> Value:
    raise AssertionError("no template is to be rendered here")


CONTEXT = CallContext(".", ".", refuse_to_render)


def value(content: Any) -> Value:
    if isinstance(content, list):
        return Known([value(item) for item in content])
    if isinstance(content, dict):
        return Known({name: value(item) for name, item in content.items()})
    return Known(content)


def plain(result: Value) -> Any:
    assert isinstance(result, Known)
    if isinstance(result.value, list):
        return [plain(item) for item in result.value]
    if isinstance(result.value, dict):
        return {name: plain(item) for name, item in result.value.items()}
    return result.value


def run(name: str, *contents: Any) -> Any:
    return plain(call(name, [value(content) for content in contents], CONTEXT, SPAN))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CONTENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


@given(CONTENTS)
def test_json_is_read_back_as_it_was_written(content: Any) -> None:
    text = run("jsonencode", content)
    assert run("jsondecode", text) == content
    assert json.loads(text) == content
    assert not set(text) & set("<>&\u2028\u2029")


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=20)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | PRINTABLE,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
    )
)
def test_yaml_is_read_back_as_it_was_written(content: Any) -> None:
    assert run("yamldecode", run("yamlencode", content)) == content


@given(TEXTS)
def test_encodings_are_read_back(text: str) -> None:
    assert run("base64decode", run("base64encode", text)) == text
    assert run("urldecode", run("urlencode", text)) == text
    assert run("textdecodebase64", run("textencodebase64", text, "UTF-16LE"), "UTF-16LE") == text


@given(st.lists(st.text("abc", max_size=3), min_size=1), st.sampled_from([",", ";", "--"]))
def test_what_was_joined_is_split_again(texts: list[str], separator: str) -> None:
    assert run("split", separator, run("join", separator, texts)) == texts


@given(TEXTS)
def test_reversing_twice_gives_back_the_characters(text: str) -> None:
    characters = run("split", "", text)
    assert "".join(characters) == run("substr", text, 0, -1)
    assert run("length", text) == len(characters)


@given(st.lists(st.text("abc", max_size=2)), st.lists(st.text("abc", max_size=2)))
def test_sets_obey_their_algebra(left: list[str], right: list[str]) -> None:
    union, common = run("setunion", left, right), run("setintersection", left, right)
    assert set(union) == set(left) | set(right)
    assert set(common) == set(left) & set(right)
    assert set(run("setsubtract", left, right)) == set(left) - set(right)
    assert union == sorted(union)


@given(st.lists(st.integers()), st.integers(min_value=1, max_value=5))
def test_chunks_flatten_to_the_list_again(numbers: list[int], size: int) -> None:
    assert run("flatten", run("chunklist", numbers, size)) == numbers


@given(st.dictionaries(TEXTS, st.integers()))
def test_keys_and_values_zip_to_the_map_again(mapping: dict[str, int]) -> None:
    assert run("zipmap", run("keys", mapping), run("values", mapping)) == mapping


@given(st.integers(min_value=0, max_value=2**32 - 1), st.integers(min_value=0, max_value=24), st.data())
def test_a_subnet_lies_within_its_network(address: int, length: int, data: st.DataObject) -> None:
    network = run(
        "cidrsubnet", f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}/{length}", 0, 0
    )
    bits = data.draw(st.integers(min_value=1, max_value=32 - length))
    number = data.draw(st.integers(min_value=0, max_value=2**bits - 1))
    subnet = run("cidrsubnet", network, bits, number)
    assert run("cidrcontains", network, subnet) is True
    assert run("cidrcontains", subnet, run("cidrhost", subnet, -1)) is True


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "(?:ab|a)", "(a|b)", "(?i:A)", "\n"])
PLACES = st.sampled_from(["^", "$", "\\b", "\\B"])
COUNTS = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{1,}?"])
PATTERNS = st.lists(st.tuples(ATOMS, COUNTS).map("".join) | PLACES, min_size=1, max_size=5).map("".join)


@given(PATTERNS, st.text("abA1 \n", min_size=1, max_size=8))
def test_the_first_match_is_the_one_that_backtracking_finds(pattern: str, text: str) -> None:
    python = re.search(pattern.replace("$", "\\Z"), text, re.ASCII)
    try:
        found = run("regex", f"(?P<whole>{pattern.replace('(a|b)', '(?:a|b)')})", text)["whole"]
    except EvaluationError:
        assert python is None
        return
    assert python is not None
    assert found == python[0]


@given(st.integers(min_value=-(10**9), max_value=10**9), st.integers(min_value=0, max_value=12))
def test_whole_numbers_are_formatted_as_python_does_it(number: int, width: int) -> None:
    assert run("format", f"%{width}d|%-{width}d|%0{width}d|%+d|%x", number, number, number, number, abs(number)) == (
        f"{number:{width}d}|{number:<{width}d}|{number:0{width}d}|{number:+d}|{abs(number):x}"
    )


@given(st.datetimes().map(lambda time: time.replace(microsecond=0)), st.integers(min_value=0, max_value=10**6))
def test_what_was_added_to_a_time_can_be_taken_away(time: Any, seconds: int) -> None:
    text = f"{time.isoformat()}Z"
    try:
        later = run("timeadd", text, f"{seconds}s")
    except AssertionError:
        return  # beyond the year 9999
    assert run("timeadd", later, f"-{seconds}s") == text
    assert run("timecmp", text, later) == (-1 if seconds else 0)


def test_half_a_surrogate_pair_has_no_bytes() -> None:
    with pytest.raises(EvaluationError, match="half of a surrogate pair"):
        run("sha256", "\ud83d")
