"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from snapguard.terraform.arithmetic import calculated, number_value, precision_of
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
    NUMBER,
    STRING,
    BoundError,
    EvaluationError,
    Type,
    describe,
    is_wholly_known,
    number,
    to_number,
    type_of,
    whole,
)
from snapguard.values import Known, Value

Number = int | Decimal
_EXACT = 2.0**53
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _absolute(call: Call, value: Value) -> Value:
    content = _number_in(value)
    return _at(
        number_value(abs(content) if isinstance(content, int) else content.copy_abs(), precision_of(value)), call
    )


def _rounded(rounding: Callable[[Number], int]) -> Callable[..., Value]:
    """The whole number is as precise as the one that it is made of."""

    def run(call: Call, value: Value) -> Value:
        return _at(number_value(rounding(_number_in(value)), precision_of(value)), call)

    return run


def _at(value: Known, call: Call) -> Known:
    value.span = call.span
    return value


def _extreme(choose: Callable[..., Value]) -> Callable[..., Value]:
    def run(call: Call, *values: Value) -> Value:
        if not values:
            raise EvaluationError("it takes at least 1 argument")
        chosen = choose(values, key=_number_in)
        return _at(number_value(_number_in(chosen), precision_of(chosen)), call)

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


_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
_LOG_ODD = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01)


def _natural_log(value: float) -> float:
    """The logarithm as Terraform's mathematics library approximates it, which may be a digit beside the machine's.

    It takes a power of two out and sums the series of fdlibm (https://www.netlib.org/fdlibm/e_log.c).
    """
    if value == 0:
        return -math.inf
    if value < 0 or math.isinf(value):
        return math.log(value)
    fraction, power = math.frexp(value)
    if fraction < math.sqrt(0.5):
        fraction, power = fraction * 2, power - 1
    f = fraction - 1
    s = f / (2 + f)
    square = s * s
    fourth = square * square
    odd = square * _polynomial(fourth, _LOG_ODD)
    even = fourth * _polynomial(fourth, _LOG_EVEN)
    half = 0.5 * f * f
    return power * _LN2_HIGH - ((half - (s * (half + (odd + even)) + power * _LN2_LOW)) - f)


def _polynomial(x: float, coefficients: Sequence[float]) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = coefficient + x * total
    return total


def _power(value: float, exponent: float) -> float:
    result = math.inf if value == 0 and exponent < 0 else math.pow(value, exponent)
    if math.isfinite(result) and not result.is_integer() and (value % 0.5 or (exponent % 1 and abs(exponent) != 0.5)):
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
    if not is_wholly_known(values):
        raise Undecided
    total: Known | None = None
    for element in content:
        summand = to_number(element)
        if summand.is_absent or not isinstance(summand, Known):
            raise EvaluationError("an element is null")
        total = number_value(summand.value, precision_of(summand)) if total is None else calculated("+", total, summand)
    return total or lift(0, call.span)


def _number_in(value: Value) -> Number:
    content: Number = value.value if isinstance(value, Known) else 0
    return content


def _parsed_type(arguments: Sequence[Value]) -> Type:
    if type_of(arguments[0]) != STRING:
        raise EvaluationError("a string is required")
    return NUMBER


FUNCTIONS = {
    "abs": Function(_absolute, [AMOUNT]),
    "ceil": Function(_rounded(math.ceil), [AMOUNT]),
    "floor": Function(_rounded(math.floor), [AMOUNT]),
    "log": plain(_of_float(_log), AMOUNT, AMOUNT),
    "max": Function(_extreme(max), [], AMOUNT),
    "min": Function(_extreme(min), [], AMOUNT),
    "parseint": plain(_parse_int, WHOLE, AMOUNT)._replace(result=_parsed_type),
    "pow": plain(_of_float(_power), AMOUNT, AMOUNT),
    "signum": plain(_sign, AMOUNT),
    "sum": Function(_sum, [OPEN]),
}
