"""Arithmetic on numbers with a fraction as Terraform does it: in binary with 512 bits, shown by its shortest decimal.

A number is kept as the decimal that Terraform shows, which stands for one binary number only.
"""

from __future__ import annotations

from decimal import Context, Decimal

BITS = 512
"""The precision that Terraform gives to numbers (cty's, https://github.com/zclconf/go-cty/blob/main/docs/types.md)."""

_DIGITS = range(BITS * 1000 // 3322 - 1, BITS * 1000 // 3322 + 3)
"""How many decimal digits may be needed to tell a number of that precision from its neighbours."""

_Ratio = tuple[int, int]


def calculate(operator: str, x: int | Decimal, y: int | Decimal) -> Decimal:
    """The result of `+`, `-`, `*`, `/` or `%`; ZeroDivisionError where `y` is zero in the last two."""
    (a, b), (c, d) = _binary(*x.as_integer_ratio()), _binary(*y.as_integer_ratio())
    if operator == "*":
        ratio = (a * c, b * d)
    elif operator == "/":
        ratio = (a * d, b * c)
    elif operator == "%":
        whole = abs(a * d) // abs(b * c) * (1 if (a < 0) == (c < 0) else -1)
        ratio = (a * d - whole * c * b, b * d)
    else:
        ratio = (a * d + (c * b if operator == "+" else -c * b), b * d)
    if ratio[1] == 0:
        raise ZeroDivisionError
    return _shortest(_binary(*ratio))


def _binary(numerator: int, denominator: int) -> _Ratio:
    """The nearest number of that precision, the even one of two."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if denominator & (denominator - 1) == 0 and abs(numerator).bit_length() <= BITS:
        return numerator, denominator
    sign = -1 if numerator < 0 else 1
    shift = BITS - abs(numerator).bit_length() + denominator.bit_length()
    mantissa = _divided(abs(numerator), denominator, shift)
    if mantissa.bit_length() > BITS:
        shift -= 1
        mantissa = _divided(abs(numerator), denominator, shift)
    return (sign * mantissa, 1 << shift) if shift >= 0 else (sign * mantissa << -shift, 1)


def _divided(numerator: int, denominator: int, shift: int) -> int:
    if shift >= 0:
        numerator <<= shift
    else:
        denominator <<= -shift
    quotient, rest = divmod(numerator, denominator)
    return quotient + (1 if 2 * rest > denominator or (2 * rest == denominator and quotient & 1) else 0)


def _shortest(number: _Ratio) -> Decimal:
    """The shortest decimal that is nearer to the number than to any other of its precision."""
    shown = Decimal(0)
    for digits in _DIGITS:
        context = Context(prec=digits)
        shown = context.divide(Decimal(number[0]), Decimal(number[1]))
        ours, theirs = _binary(*shown.as_integer_ratio()), number
        if ours[0] * theirs[1] == theirs[0] * ours[1]:
            break
    return shown
