"""Numbers come out to the last digit as Terraform has them; the expected ones are those of `terraform plan`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.terraform.arithmetic import (
    COUNTED_BITS,
    FLOAT_BITS,
    calculated,
    counted,
    from_provider,
    number_value,
    precision_of,
)
from snapguard.terraform.types import FULL_PRECISION, exact_binary, significant_bits
from snapguard.values import Known, TypedList, TypedMap, Unknown, ValueSet

SEVEN = 'length("1234567")'
A_THIRD = f"0.{'3' * 154}5"
THREE_SEVENTHS = f"0.{'428571' * 25}42856"

INTEGERS = st.integers(-(10**30), 10**30)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 / 3", A_THIRD),
        ("10 / 4", "2.5"),
        ("0.1 + 0.2", "0.3"),
        (f"length([1]) / {SEVEN}", "0.14285714285714285714"),
        (f"signum(9) / {SEVEN}", "0.14285714285714285714"),
        (f'index(["a", "b"], "b") / {SEVEN}', "0.14285714285714285714"),
        (f'parseint("3", 10) / {SEVEN}', "0.42857142857142857144"),
        (f"range(4)[3] / {SEVEN}", "0.42857142857142857144"),
        (f"[for at, one in [0, 0] : at][1] / {SEVEN}", "0.14285714285714285714"),
        (f'max(length("abc"), 2) / {SEVEN}', "0.42857142857142857144"),
        (f'sum([length("ab"), length("a")]) / {SEVEN}', "0.42857142857142857144"),
        (f'-length("abc") / {SEVEN}', "-0.42857142857142857144"),
        (f'abs(length("abc")) / {SEVEN}', "0.42857142857142857144"),
        (f"tolist([length([1, 2, 3]), 5])[0] / {SEVEN}", "0.42857142857142857144"),
        ('1.5 % length("a")', "0.5"),
        ('length("abcdefg") % 2.5', "2"),
        ("7.5 % 2", "1.5"),
        ("-7.5 % 2", "-1.5"),
    ],
)
def test_numbers_have_as_many_digits_as_in_terraform(
    evaluated: Callable[[str], Any], expression: str, expected: str
) -> None:
    assert evaluated(f"tostring({expression})") == expected


@pytest.mark.parametrize("expression", [f"3 / {SEVEN}", f"ceil(3) / {SEVEN}", f"floor(3.2) / {SEVEN}"])
def test_a_number_that_is_written_keeps_all_digits(evaluated: Callable[[str], Any], expression: str) -> None:
    assert evaluated(f"tostring({expression})") == THREE_SEVENTHS


def test_a_product_has_the_digits_that_it_takes() -> None:
    product = calculated("*", counted(2**63 + 1), counted(2**63 - 1))
    assert product.value == 2**126 - 1
    assert precision_of(product) == 126


@given(INTEGERS, INTEGERS)
def test_whole_numbers_are_calculated_exactly(a: int, b: int) -> None:
    assert calculated("+", Known(a), Known(b)).value == a + b
    assert calculated("-", Known(a), Known(b)).value == a - b
    assert calculated("*", Known(a), Known(b)).value == a * b


@given(INTEGERS, INTEGERS.filter(bool), st.sampled_from([FLOAT_BITS, COUNTED_BITS, FULL_PRECISION]))
def test_a_quotient_is_the_nearest_number_of_its_digits(a: int, b: int, bits: int) -> None:
    left, right = number_value(a % 2**bits, bits), number_value(b % 2**bits or 1, bits)
    quotient = calculated("/", left, right)
    wanted = Fraction(left.value) / Fraction(right.value)
    found = Fraction(exact_binary(quotient.value, bits))
    assert abs(found - wanted) <= abs(wanted) / 2**bits


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**9), max_value=10**9))
def test_a_number_is_as_exact_as_its_digits(value: Decimal) -> None:
    exact = exact_binary(value, COUNTED_BITS)
    assert significant_bits(exact) <= COUNTED_BITS
    assert exact_binary(exact, COUNTED_BITS) == exact


def test_a_provider_sends_numbers_back_with_fewer_digits() -> None:
    names = TypedMap({"a": Known(Decimal("0.5"))})
    names.element = "number"
    given = Known({"whole": Known(7), "list": Known(TypedList([Known(2**70)])), "map": Known(names), "no": Known(None)})
    content = from_provider(given).known_map
    assert content is not None
    assert precision_of(content["whole"]) == COUNTED_BITS
    assert precision_of((content["list"].known_list or ())[0]) == FLOAT_BITS
    inner = content["map"].known_map
    assert isinstance(inner, TypedMap)
    assert (precision_of(inner["a"]), inner.element) == (FLOAT_BITS, "number")
    assert content["no"].is_absent


@pytest.mark.parametrize("value", [Known("7"), Known(True), Known(Decimal("0.1")), Known(ValueSet([])), Unknown("why")])
def test_what_a_provider_leaves_as_it_is(value: Any) -> None:
    sent = from_provider(value)
    assert precision_of(sent) == FULL_PRECISION
    assert repr(sent) == repr(value)
