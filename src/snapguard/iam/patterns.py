"""Patterns as IAM reads them: `*` is any run of characters, `?` any one character, anywhere in the text.

Actions match without regard to case, ARNs with (IAM user guide, "IAM JSON policy elements: Action" and "Resource").
A piece of a pattern that no reading of the code can tell is written as UNKNOWN: it stands for some text, so a
pattern that holds one may match more than can be told.
"""

from __future__ import annotations

UNKNOWN = "\x01"
"""Stands in a pattern for a piece of text that is not known, and that may hold wildcards."""

NAMED = "\x02"
"""Stands for a piece that is not known but is a plain name: an account id, the id of a resource."""

FRESH = "\x00"
"""A character that no pattern holds: what only a wildcard can match."""

MAX_PATTERN = 2048
"""The longest ARN that AWS takes (IAM user guide, quotas); what is longer matches nothing."""


def is_wildcard(pattern: str) -> bool:
    """Whether a pattern is more than a single name."""
    return "*" in pattern or "?" in pattern


def without_variables(pattern: str) -> str:
    """A pattern whose policy variables (`${aws:username}`) stand as plain names, which is what they turn into."""
    if "${" not in pattern:
        return pattern
    head, *rest = pattern.split("${")
    return head + "".join(NAMED + after.partition("}")[2] for after in rest)


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern, case and all."""
    if "?" not in pattern:
        if "*" not in pattern:
            return pattern == text
        first, *middle, last = pattern.split("*")
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True
    return _matches_with_backtracking(pattern, text)


def _matches_with_backtracking(pattern: str, text: str) -> bool:
    """The general case: on a mismatch, the last `*` takes one character more. Quadratic at worst."""
    at = place = 0
    star, resume = -1, 0
    while place < len(text):
        sign = pattern[at : at + 1]
        if sign == "*":
            star, resume = at, place
            at += 1
        elif sign and sign in ("?", text[place]):
            at += 1
            place += 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


def intersects(first: str, second: str) -> bool:
    """Whether some text matches both patterns."""
    if len(first) > MAX_PATTERN or len(second) > MAX_PATTERN:
        return False
    if not is_wildcard(second):
        return matches(first, second)
    if not is_wildcard(first):
        return matches(second, first)
    head = min(_fixed_head(first), _fixed_head(second))
    if first[:head] != second[:head]:
        return False
    first, second = first[head:], second[head:]
    return first == "*" or second == "*" or _intersects_beyond(first, second)


def _fixed_head(pattern: str) -> int:
    """How many characters stand before the first wildcard."""
    ends = [at for at in (pattern.find("*"), pattern.find("?")) if at >= 0]
    return min(ends, default=len(pattern))


def _intersects_beyond(first: str, second: str) -> bool:
    """Walks both patterns as automata at once; `places` are the positions in `second` for a position in `first`."""
    places = _after_stars(second, {0})
    for sign in first:
        if sign == "*":
            reached = set(range(min(places), len(second) + 1)) if places else set()
        else:
            reached = {at for at in places if second[at : at + 1] == "*"}
            reached |= {at + 1 for at in places if at < len(second) and (sign == "?" or second[at] in ("?", sign))}
        places = _after_stars(second, reached)
        if not places:
            return False
    return len(second) in places


def _after_stars(pattern: str, places: set[int]) -> set[int]:
    """The positions with those that are reached by letting a `*` match nothing."""
    reached = set(places)
    for place in places:
        at = place
        while pattern[at : at + 1] == "*":
            at += 1
            reached.add(at)
    return reached
