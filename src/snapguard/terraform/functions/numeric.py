"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from snapguard.terraform.functions.signature import (
    AMOUNT,
    OPEN,
    WHOLE,
    Call,
    Function,
    Undecided,
    lift,
    plain,
)
from snapguard.terraform.types import (
    ARITHMETIC,
    NEGATIVE_ZERO,
    BoundError,
    EvaluationError,
    describe,
    exact_binary,
    number,
    to_number,
    whole,
)
from snapguard.values import Known, Value

Number = int | Decimal
_EXACT = 2.0**53
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _absolute(value: Number) -> Number:
    return abs(value) if isinstance(value, int) else number(value.copy_abs())


def _extreme(choose: Callable[..., Number]) -> Callable[..., Number]:
    def run(*values: Number) -> Number:
        if not values:
            raise EvaluationError("it takes at least 1 argument")
        return choose(values)

    return run


def _of_float(calculate: Callable[[float, float], float]) -> Callable[..., Number]:
    """Terraform calculates these with 64 bits."""

    def run(first: Number, second: Number) -> Number:
        try:
            result = calculate(float(first), float(second))
        except OverflowError:
            result = math.inf
        except ValueError:
            result = math.nan
        if math.isnan(result):
            raise EvaluationError("it has no result for these numbers")
        if math.isinf(result):
            raise Undecided("its result is infinite")
        return number(Decimal(repr(result)))

    return run


def _log(value: float, base: float) -> float:
    dividend, divisor = _natural_log(value), _natural_log(base)
    if divisor == 0:
        return dividend * math.inf
    return dividend / divisor


def _natural_log(value: float) -> float:
    return math.log(value) if value else -math.inf


def _power(value: float, exponent: float) -> float:
    result = math.inf if value == 0 and exponent < 0 else math.pow(value, exponent)
    if math.isfinite(result) and not result.is_integer() and value % 0.5:
        raise Undecided("its last digit depends on the machine")
    if abs(result) > _EXACT and math.isfinite(result) and Decimal(result) != Decimal(repr(result)):
        raise Undecided("it has more digits than Terraform shows of it")
    return result


def _parse_int(text: object, base: Number) -> Number:
    if not isinstance(text, str):
        raise EvaluationError("a string is required")
    if not 2 <= whole(base, "base") <= 62:
        raise EvaluationError("the base must be a whole number from 2 to 62")
    digits = text[1:] if text.startswith(("-", "+")) else text
    if len(digits) > 2_000:
        raise BoundError("the number has too many digits")
    result = 0
    for character in digits:
        digit = _digit(character, int(base))
        if digit >= base:
            raise EvaluationError(f'"{text}" is no number of base {base}')
        result = result * int(base) + digit
    if not digits:
        raise EvaluationError(f'"{text[:40]}" is no number of base {base}')
    return -result if text.startswith("-") else result


def _digit(character: str, base: int) -> int:
    """Up to base 36 letters stand for the same digits in either case; above, capitals follow."""
    if base > 36 and "A" <= character <= "Z":
        return ord(character) - ord("A") + 36
    lowered = character.lower()
    return _DIGITS.index(lowered) if lowered in _DIGITS and len(lowered) == 1 else base


def _sign(value: Number) -> int:
    amount = whole(value, "number")
    return (amount > 0) - (amount < 0)


def _sum(call: Call, values: Value) -> Value:
    content = values.known_list
    if content is None:
        raise EvaluationError(f"a list of numbers is required, but this is {describe(values)}")
    if not content:
        raise EvaluationError("it can't add up an empty list")
    total: Number = NEGATIVE_ZERO
    for element in content:
        summand = to_number(element)
        if summand.is_absent:
            raise EvaluationError("an element is null")
        if not isinstance(summand, Known):
            raise Undecided
        total = number(ARITHMETIC.add(exact_binary(total), exact_binary(summand.value)))
    return lift(total, call.span)


FUNCTIONS = {
    "abs": plain(_absolute, AMOUNT),
    "ceil": plain(math.ceil, AMOUNT),
    "floor": plain(math.floor, AMOUNT),
    "log": plain(_of_float(_log), AMOUNT, AMOUNT),
    "max": plain(_extreme(max), rest=AMOUNT),
    "min": plain(_extreme(min), rest=AMOUNT),
    "parseint": plain(_parse_int, WHOLE, AMOUNT),
    "pow": plain(_of_float(_power), AMOUNT, AMOUNT),
    "signum": plain(_sign, AMOUNT),
    "sum": Function(_sum, [OPEN]),
}
