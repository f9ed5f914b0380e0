"""Functions on times, which are texts as RFC 3339 has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import NamedTuple

from snapguard.terraform.functions.signature import TEXT, Call, Function, Undecided, plain, unknown
from snapguard.terraform.types import EvaluationError
from snapguard.values import Value

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DURATION_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Mapping[str, int] = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_SECOND = _UNITS["s"]
_MAX_DURATION = 2**63 - 1
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class _Time(NamedTuple):
    """A point in time to the second with its offset from UTC, and the nanoseconds behind it."""

    second: datetime
    nanoseconds: int


def _parse(text: str) -> _Time:
    match = _TIME.fullmatch(text)
    if match is not None:
        written, fraction, zone = match.groups()
        try:
            second = datetime.fromisoformat(written).replace(tzinfo=_zone(zone))
        except ValueError:
            match = None
    if match is None:
        raise EvaluationError(f'"{text}" is no time; one is written like 2026-01-02T03:04:05Z')
    return _Time(second, int((fraction or "0").ljust(9, "0")))


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[4:])
    if hours > 24 or minutes > 60:
        raise ValueError
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text.startswith("-") else offset)


def _offset(time: datetime, separator: str) -> str:
    minutes = int((time.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"


def _zone_text(time: datetime) -> str:
    return _offset(time, ":") if time.utcoffset() else "Z"


def timestamp_text(time: datetime) -> str:
    """A time as RFC 3339 has it, without a fraction."""
    return f"{time.year:04}-{time:%m-%dT%H:%M:%S}{_zone_text(time)}"


def _duration(text: str) -> Fraction:
    """The nanoseconds that a duration of Go spells, such as 1h30m."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    total, at = Fraction(0), 0
    while at < len(digits) and digits != "0":
        match = _DURATION_PART.match(digits, at)
        if match is None:
            break
        total += Fraction(match[1].rstrip(".")) * _UNITS[match[2]]
        at = match.end()
    if not digits or (at < len(digits) and digits != "0") or total > _MAX_DURATION:
        raise EvaluationError(f'"{text}" is no duration; one is written like 36h or 1h30m')
    return -total if text.startswith("-") else total


def _add(timestamp: str, duration: str) -> str:
    time = _parse(timestamp)
    nanoseconds = time.nanoseconds + int(_duration(duration))
    try:
        return timestamp_text(time.second + timedelta(seconds=nanoseconds // _SECOND))
    except OverflowError:
        raise Undecided("a year beyond 9999") from None


def _compare(first: str, second: str) -> int:
    a, b = _parse(first), _parse(second)
    return (a > b) - (a < b)


def _hour12(time: datetime) -> int:
    return time.hour % 12 or 12


_FORMATS: Mapping[str, Callable[[datetime], str]] = {
    "YYYY": lambda time: f"{time.year:04}",
    "YY": lambda time: f"{time.year % 100:02}",
    "MMMM": lambda time: _MONTHS[time.month - 1],
    "MMM": lambda time: _MONTHS[time.month - 1][:3],
    "MM": lambda time: f"{time.month:02}",
    "M": lambda time: str(time.month),
    "DD": lambda time: f"{time.day:02}",
    "D": lambda time: str(time.day),
    "EEEE": lambda time: _DAYS[time.weekday()],
    "EEE": lambda time: _DAYS[time.weekday()][:3],
    "hh": lambda time: f"{time.hour:02}",
    "h": lambda time: str(time.hour),
    "HH": lambda time: f"{_hour12(time):02}",
    "H": lambda time: str(_hour12(time)),
    "AA": lambda time: "PM" if time.hour >= 12 else "AM",
    "aa": lambda time: "pm" if time.hour >= 12 else "am",
    "mm": lambda time: f"{time.minute:02}",
    "m": lambda time: str(time.minute),
    "ss": lambda time: f"{time.second:02}",
    "s": lambda time: str(time.second),
    "ZZZZZ": lambda time: _offset(time, ":"),
    "ZZZZ": lambda time: _offset(time, ""),
    "ZZZ": lambda time: _offset(time, "") if time.utcoffset() else "UTC",
    "Z": _zone_text,
}


def _format(pattern: str, timestamp: str) -> str:
    time = _parse(timestamp).second
    made: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "'":
            text, at = _quoted(pattern, at)
            made.append(text)
        elif character.isascii() and character.isalpha():
            end = at
            while pattern.startswith(character, end):
                end += 1
            verb = pattern[at:end]
            if verb not in _FORMATS:
                raise EvaluationError(f'"{verb}" is no part of a date; other text stands between single quotes')
            made.append(_FORMATS[verb](time))
            at = end
        else:
            made.append(character)
            at += 1
    return "".join(made)


def _quoted(pattern: str, at: int) -> tuple[str, int]:
    """The text between single quotes, two of which stand for a quote, and where the pattern goes on."""
    made: list[str] = []
    at += 1
    while (end := pattern.find("'", at)) >= 0:
        made.append(pattern[at:end])
        if not pattern.startswith("'", end + 1):
            return "".join(made) or "'", end + 1
        made.append("'")
        at = end + 2
    raise EvaluationError("a single quote has no end")


def _now(call: Call) -> Value:
    return unknown([], call.span, f"{call.name}() is only known when applied")


FUNCTIONS = {
    "formatdate": plain(_format, TEXT, TEXT),
    "plantimestamp": Function(_now, []),
    "timeadd": plain(_add, TEXT, TEXT),
    "timecmp": plain(_compare, TEXT, TEXT),
    "timestamp": Function(_now, []),
}
