"""Terraform's arithmetic, to the last digit.

Numbers are binary and hold 512 digits where they are written in code, and fewer where Terraform counted them itself
(indexes, lengths) or a provider sent them back. What two of them make is rounded to the digits of the one that has
more, and written as the shortest decimal fraction that stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import is_

from snapguard.terraform.types import (
    ARITHMETIC,
    FULL_PRECISION,
    NEGATIVE_ZERO,
    ShortNumber,
    exact_binary,
    number,
    significant_bits,
)
from snapguard.values import Known, TypedList, TypedMap, Value, ValueSet

Number = int | Decimal

_LARGE = Decimal("1e300")

COUNTED_BITS = 64
"""How many binary digits a number has that Terraform counted."""

FLOAT_BITS = 53
"""How many it has that was calculated as a plain floating-point number."""


def precision_of(value: Value) -> int:
    """How many binary digits a number has."""
    return value.bits if isinstance(value, ShortNumber) else FULL_PRECISION


def number_value(content: Number, bits: int) -> Known:
    """A number as a value with that many binary digits."""
    return Known(content) if bits >= FULL_PRECISION else ShortNumber(content, bits)


def counted(content: int) -> ShortNumber:
    """A number that Terraform counted."""
    return ShortNumber(content, max(COUNTED_BITS, content.bit_length()))


def calculated(operator: str, left: Known, right: Known) -> Known:
    """What an operator (`+ - * / %`) makes of two numbers, of which the second is not zero where it divides."""
    x, y = left.value, right.value
    bits = FULL_PRECISION
    if left.__class__ is ShortNumber and right.__class__ is ShortNumber:
        bits = max(precision_of(left), precision_of(right))
    if operator == "%":
        bits = precision_of(left)
    if isinstance(x, int) and isinstance(y, int):
        whole = _of_whole(operator, x, y)
        if whole is not None and (isinstance(whole, Decimal) or whole.bit_length() <= bits):
            return number_value(whole, bits)
    a, b = exact_binary(x, precision_of(left)), exact_binary(y, precision_of(right))
    if operator == "%":
        return number_value(_remainder(a, b, bits, max(bits, precision_of(right))), bits)
    exact = _OPERATIONS[operator](a, b)
    if operator == "*":
        bits = max(bits, significant_bits(exact))
    return number_value(number(exact, bits), bits)


def _of_whole(operator: str, x: int, y: int) -> Number | None:
    """The same for whole numbers, where the result is one too."""
    if operator == "+":
        return x + y
    if operator == "-":
        return x - y
    if (x == 0 or y == 0) and (x < 0 or y < 0) and operator != "%":
        return NEGATIVE_ZERO
    if operator == "*":
        return x * y
    if operator == "%":
        return abs(x) % abs(y) * (1 if x >= 0 else -1)
    return x // y if x % y == 0 else None


def _remainder(x: Decimal, y: Decimal, bits: int, bits_of_quotient: int) -> Number:
    """What Terraform has left of a division whose quotient is rounded before its fraction is cut off."""
    quotient = int(exact_binary(ARITHMETIC.divide(x, y), bits_of_quotient))
    taken = exact_binary(ARITHMETIC.multiply(exact_binary(Decimal(quotient), bits), y), bits)
    return number(ARITHMETIC.subtract(x, taken), bits)


_OPERATIONS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
}


def from_provider(value: Value) -> Value:
    """A value with its numbers as a provider sends them back: with no more digits than it takes to hold them."""
    content = value.value if isinstance(value, Known) else None
    if content is None or isinstance(content, bool | str | ValueSet):
        return value
    if isinstance(content, int | Decimal):
        bits = _bits_on_the_wire(content)
        return ShortNumber(content, bits, value.span, value.via) if bits < FULL_PRECISION else value
    if type(content) not in (dict, TypedMap, list, TypedList):
        return value
    before = list(content.values()) if isinstance(content, dict) else content
    after = list(map(from_provider, before))
    if all(map(is_, before, after)):
        return value
    other = value.copy()
    items = dict(zip(content, after, strict=True)) if isinstance(content, dict) else after
    other.value = _like(content, items)  # type: ignore[attr-defined]
    return other


def _like(content: object, items: dict[str, Value] | list[Value]) -> object:
    if isinstance(content, TypedList | TypedMap):
        made = type(content)(items)  # type: ignore[arg-type]
        made.element = content.element
        return made
    return items


def _bits_on_the_wire(content: Number) -> int:
    if isinstance(content, int) and -(2**63) <= content < 2**63:
        return COUNTED_BITS
    is_float = -_LARGE < content < _LARGE and Decimal(float(content)) == content
    return FLOAT_BITS if is_float else FULL_PRECISION
