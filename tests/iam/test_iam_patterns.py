"""How IAM's patterns match."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from snapguard.iam.patterns import MAX_PATTERN, NAMED, intersects, is_wildcard, matches, without_variables

PATTERNS = st.text("ab*?", max_size=6)
TEXTS = st.text("ab", max_size=6)


def by_regex(pattern, text):
    expression = "".join(".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
    return re.fullmatch(expression, text) is not None


def all_texts(longest):
    texts = [""]
    for text in texts:
        if len(text) < longest:
            texts += [text + "a", text + "b"]
    return texts


@settings(deadline=None)
@given(PATTERNS, TEXTS)
def test_a_pattern_matches_what_its_regular_expression_matches(pattern, text):
    assert matches(pattern, text) == by_regex(pattern, text)


@settings(deadline=None)
@given(st.text("ab*?", max_size=4), st.text("ab*?", max_size=4))
def test_two_patterns_meet_where_some_text_matches_both(first, second):
    expected = any(
        matches(first, text) and matches(second, text) for text in all_texts(8 if "*" in first + second else 4)
    )
    assert intersects(first, second) == expected
    assert intersects(second, first) == expected


def test_patterns_longer_than_any_arn_meet_nothing():
    assert not intersects("*" * (MAX_PATTERN + 1), "a")


def test_a_pattern_built_to_backtrack_is_matched_at_once():
    assert not matches("a*?" * 300 + "b", "a" * 2000)
    assert not intersects("*a" * 200 + "b", "*a" * 200 + "c")


def test_a_wildcard_is_a_star_or_a_question_mark():
    assert [is_wildcard(text) for text in ("ec2:*", "ec2:CreateSnapsho?", "ec2:CreateSnapshot")] == [True, True, False]


def test_a_policy_variable_stands_as_a_plain_name():
    assert without_variables("arn:aws:s3:::home/${aws:username}/*") == f"arn:aws:s3:::home/{NAMED}/*"
    assert without_variables("plain") == "plain"
