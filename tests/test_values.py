"""Known, unknown and absent values, and what can be asked of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.source import SourceFile, Span
from snapguard.values import (
    ABSENT,
    Absent,
    Known,
    Reference,
    Unknown,
    each,
    fragments,
    is_false,
    is_true,
    text_of,
)

FILE = SourceFile("f", "f", b"0123456789")
HERE, THERE = Span(FILE, 0, 1), Span(FILE, 5, 6)


def test_null_counts_as_absent():
    assert Known(None).is_absent
    assert Known(None).is_known
    assert Known({"a": Known(None)}).get("a") is ABSENT
    assert Known(None).elements() == []


def test_an_attribute_is_reached_by_its_path_through_single_blocks():
    value = Known({"rule": Known([Known({"port": Known(22)})]), "none": Known([])})

    assert value.at("rule", "port").verdict(lambda port: port == 22) is True
    assert value.at("none", "port").is_absent
    assert value.at("missing", "port").is_absent
    assert Known("text").get("x") is ABSENT
    assert ABSENT.get("x") is ABSENT


def test_an_attribute_of_an_unknown_is_unknown_with_the_longer_link():
    value = Unknown("provider", (Reference("aws_x.y"), Reference("aws_z.w", "a")), (Known({"id": Known(1)}),))
    child = value.get("id")

    assert child.refs == (Reference("aws_x.y", "id"), Reference("aws_z.w", "a.id"))
    assert child.verdict(lambda number: number == 1) is True


def test_elements_are_those_of_a_list_or_the_one_value():
    assert [element.known_text for element in Known([Known("a"), Known("b")]).elements()] == ["a", "b"]
    assert len(Known("a").elements()) == 1
    assert len(Unknown("?").elements()) == 1
    assert ABSENT.elements() == []


def test_collections_and_texts_are_told_apart():
    assert Known([]).known_list == []
    assert Known({}).known_map == {}
    assert Known("a").known_text == "a"
    for value in (Known(1), ABSENT, Unknown("?")):
        assert (value.known_list, value.known_map, value.known_text) == (None, None, None)


def test_a_way_is_kept_and_its_first_step_is_the_place():
    value = Known(1, THERE).through(HERE, "var.a")

    assert value.place == HERE
    assert value.span == THERE
    assert [step.note for step in value.via] == ["var.a"]
    assert Known(1, THERE).place == THERE
    assert Known(1, THERE).through(None, "x").via == ()


def test_a_part_has_the_way_of_the_whole():
    whole = Known({"a": Known(1, THERE)}).through(HERE, "local.a")

    assert [step.note for step in whole.get("a").via] == ["local.a"]
    assert [step.note for step in Known([Known(1)]).through(HERE, "local.l").elements()[0].via] == ["local.l"]


def test_a_link_stays_where_the_value_is_known():
    value = Known("x").through(HERE, "aws_x.y.id", Reference("aws_x.y", "id"))

    assert value.refs == (Reference("aws_x.y", "id"),)
    unknown = Unknown("?", (Reference("aws_z.w"),)).through(HERE, "aws_x.y.id", Reference("aws_x.y", "id"))
    assert unknown.refs == (Reference("aws_x.y", "id"), Reference("aws_z.w"))


@pytest.mark.parametrize("value", [Known("a", HERE), Unknown("?", span=HERE), Absent(HERE)])
def test_a_copy_is_the_same_value_as_an_object_of_its_own(value):
    other = value.copy()

    assert other is not value
    assert repr(other) == repr(value)
    assert other.span == value.span


def test_a_verdict_is_given_only_where_all_that_can_be_agrees():
    def is_public(cidr):
        return cidr == "0.0.0.0/0"

    assert Known("0.0.0.0/0").verdict(is_public) is True
    assert Known("10.0.0.0/8").verdict(is_public) is False
    assert Unknown("?").verdict(is_public) is None
    assert Unknown("?", candidates=(Known("0.0.0.0/0"), Known("10.0.0.0/8"))).verdict(is_public) is None
    assert Unknown("?", candidates=(Known("0.0.0.0/0"), Known("0.0.0.0/0"))).verdict(is_public) is True
    assert ABSENT.verdict(is_public) is False
    assert ABSENT.verdict(is_public, absent=True) is True
    assert Known(None).verdict(is_public, absent=None) is None


def test_outcomes_are_all_that_a_value_can_be():
    one, two = Known(1), Known(2)

    assert one.outcomes == (one,)
    assert Unknown("?").outcomes is None
    assert Unknown("?", candidates=(one, Unknown("?", candidates=(two, ABSENT)))).outcomes == [one, two, ABSENT]
    assert Unknown("?", candidates=(one, Unknown("?"))).outcomes is None


CANDIDATES = st.lists(st.sampled_from([Known(1), Known(2), ABSENT]), min_size=1)


@given(CANDIDATES)
def test_a_verdict_on_candidates_is_their_common_answer(candidates):
    answers = {candidate.verdict(lambda number: number == 1) for candidate in candidates}
    verdict = Unknown("?", candidates=tuple(candidates)).verdict(lambda number: number == 1)

    assert verdict == (answers.pop() if len(answers) == 1 else None)


def test_repeated_blocks_are_walked_through_all_lists():
    value = Known(
        [
            Known({"rule": Known([Known({"port": Known(1)}), Known({"port": Known([Known(2), Known(3)])})])}),
            Known({"rule": Unknown("?")}),
            Known(None),
            Known({}),
        ]
    )

    found = list(each(value, "rule", "port"))
    assert [element.value for element in found if isinstance(element, Known)] == [1, 2, 3]
    assert len(found) == 4


def test_the_pieces_of_a_text_are_told_apart():
    account = Unknown("account")
    text = Unknown("template", parts=(Known("arn:"), Unknown("inner", parts=(account, Known(1))), Known(None)))

    assert list(fragments(text)) == ["arn:", account, "1"]
    assert list(fragments(ABSENT)) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.0, "1"),
        (2.5, "2.5"),
        (1e30, "1e+30"),
        (Decimal("0.1"), "0.1"),
        ("x", "x"),
    ],
)
def test_scalars_become_texts_as_both_languages_write_them(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("value", [True, "true", "TRUE"])
def test_yes_may_be_a_text(value):
    assert is_true(value)
    assert not is_false(value)


@pytest.mark.parametrize("value", [False, "false", "False"])
def test_no_may_be_a_text(value):
    assert is_false(value)
    assert not is_true(value)


@pytest.mark.parametrize("value", [1, 0, "yes", None])
def test_other_scalars_are_neither(value):
    assert not is_true(value)
    assert not is_false(value)
