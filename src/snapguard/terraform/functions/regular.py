"""Regular expressions as Terraform matches them: RE2's semantics, in time linear in the text.

The matcher walks all ways through the program at once (Thompson's construction, with captures as Pike keeps them), so
no pattern can make it hang.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from snapguard.source import Span
from snapguard.terraform.functions.regular_syntax import (
    Assertion,
    Character,
    Instruction,
    Jump,
    Match,
    Save,
    Split,
    compile_program,
    parse,
)
from snapguard.terraform.functions.signature import check_elements, check_text
from snapguard.terraform.types import STRING, EvaluationError, ObjectOf, TupleOf, Type, typed_list
from snapguard.values import Known, Value

MAX_STEPS = 1_000_000
"""How many instructions all matches of a call may take."""

Captures = tuple[int, ...]


class Pattern:
    """A regular expression, ready to match."""

    __slots__ = ("groups", "program")

    def __init__(self, text: str) -> None:
        parsed = parse(text)
        self.groups: Sequence[str | None] = parsed.groups
        self.program = compile_program(parsed.node)

    def matches(self, text: str) -> Iterator[Captures]:
        """The matches from left to right, none within another, as the places where each group begins and ends."""
        search = _Search(self.program, text, 2 * len(self.groups) + 2)
        at, before = 0, -1
        while at <= len(text):
            found = search.first(at)
            if found is None:
                return
            start, end = found[:2]
            if end > start or start != before:  # an empty match right behind another one does not count
                yield found
            before = end
            at = end if end > start else end + 1


class _Search:
    """A program on its way through a text; `steps` counts over all its matches."""

    __slots__ = ("program", "slots", "steps", "text")

    def __init__(self, program: Sequence[Instruction], text: str, slots: int) -> None:
        self.program = program
        self.text = text
        self.slots = slots
        self.steps = 0

    def first(self, at: int) -> Captures | None:
        """The first match from a place on."""
        text = self.text
        threads: dict[int, Captures] = {}
        found: Captures | None = None
        while True:
            if found is None:
                self._follow(threads, 0, (-1,) * self.slots, at)
            if not threads:
                return found
            character = text[at] if at < len(text) else ""
            following: dict[int, Captures] = {}
            for pc, captures in threads.items():
                instruction = self.program[pc]
                if isinstance(instruction, Match):
                    found = captures
                    break
                if isinstance(instruction, Character) and character and instruction.members.matches(character):
                    self._follow(following, pc + 1, captures, at + 1)
            if not character:
                return found
            threads = following
            at += 1

    def _follow(self, threads: dict[int, Captures], start: int, captures: Captures, at: int) -> None:
        """Add the ways that go on at an instruction, the preferred ones first."""
        stack = [(start, captures)]
        while stack:
            pc, captures = stack.pop()
            if pc in threads:
                continue
            self.steps += 1
            instruction = self.program[pc]
            threads[pc] = captures
            if isinstance(instruction, Split):
                stack.append((instruction.second, captures))
                stack.append((instruction.first, captures))
            elif isinstance(instruction, Jump):
                stack.append((instruction.target, captures))
            elif isinstance(instruction, Save):
                slot = instruction.slot
                stack.append((pc + 1, (*captures[:slot], at, *captures[slot + 1 :])))
            elif isinstance(instruction, Assertion) and self._holds(instruction.kind, at):
                stack.append((pc + 1, captures))
        if self.steps > MAX_STEPS:
            raise EvaluationError("the regular expression takes too long on this text")

    def _holds(self, kind: str, at: int) -> bool:
        text = self.text
        if kind == "start":
            return at == 0
        if kind == "end":
            return at == len(text)
        if kind == "line start":
            return at == 0 or text[at - 1] == "\n"
        if kind == "line end":
            return at == len(text) or text[at] == "\n"
        is_boundary = (at > 0 and _is_word(text[at - 1])) != (at < len(text) and _is_word(text[at]))
        return is_boundary is (kind == "boundary")


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> Pattern:
    return Pattern(pattern)


def first_match(pattern: str, text: str, span: Span) -> Value:
    """What `regex` gives: the match, or what its groups captured. Raises EvaluationError where there is none."""
    compiled = _compiled(pattern)
    _check_groups(compiled)
    for captures in compiled.matches(text):
        return _captured(compiled, text, captures, span)
    raise EvaluationError("the text doesn't match the regular expression")


def all_matches(pattern: str, text: str, span: Span) -> Value:
    """What `regexall` gives: for each match what `regex` would."""
    compiled = _compiled(pattern)
    _check_groups(compiled)
    found: list[Value] = []
    for captures in compiled.matches(text):
        found.append(_captured(compiled, text, captures, span))
        check_elements(len(found))
    return Known(typed_list(found, match_type(pattern)), span)


def match_type(pattern: str) -> Type:
    """The type of what `regex` gives for a pattern. Raises EvaluationError for one that is refused."""
    compiled = _compiled(pattern)
    _check_groups(compiled)
    if not compiled.groups:
        return STRING
    if compiled.groups[0] is None:
        return TupleOf([STRING] * len(compiled.groups))
    return ObjectOf({name: STRING for name in compiled.groups if name is not None})


def _check_groups(pattern: Pattern) -> None:
    if None in pattern.groups and any(pattern.groups):
        raise EvaluationError("the groups of a regular expression must be all named or all unnamed")


def _captured(pattern: Pattern, text: str, captures: Captures, span: Span) -> Value:
    values = [Known(_piece(text, captures, number), span) for number in range(len(pattern.groups) + 1)]
    if not pattern.groups:
        return values[0]
    if pattern.groups[0] is None:
        return Known(values[1:], span)
    named = {name: value for name, value in zip(pattern.groups, values[1:], strict=True) if name is not None}
    return Known({name: named[name] for name in sorted(named)}, span)


def _piece(text: str, captures: Captures, number: int) -> str | None:
    start, end = captures[2 * number : 2 * number + 2]
    return text[start:end] if start >= 0 and end >= 0 else None


def substitute(pattern: str, text: str, replacement: str) -> str:
    """What `replace` gives for a regular expression; `$1` and `${name}` in the replacement stand for groups."""
    compiled = _compiled(pattern)
    made: list[str] = []
    at = length = 0
    for captures in compiled.matches(text):
        made.append(text[at : captures[0]])
        made.append(_expanded(replacement, compiled, text, captures))
        length += len(made[-1])
        check_text(length + len(text))
        at = captures[1]
    made.append(text[at:])
    return "".join(made)


def _expanded(replacement: str, pattern: Pattern, text: str, captures: Captures) -> str:
    made: list[str] = []
    at = 0
    while (start := replacement.find("$", at)) >= 0:
        made.append(replacement[at:start])
        name, at = _reference(replacement, start + 1)
        made.append(_group_text(name, pattern, text, captures) if name not in ("", "$") else "$")
    made.append(replacement[at:])
    return "".join(made)


def _reference(replacement: str, at: int) -> tuple[str, int]:
    """The name behind a `$`, empty where it stands for itself, and where the text goes on."""
    if replacement.startswith("$", at):
        return "$", at + 1
    start = at + 1 if replacement.startswith("{", at) else at
    end = start
    while end < len(replacement) and (replacement[end] == "_" or replacement[end].isalnum()):
        end += 1
    if end == start:
        return "", at
    if start > at:
        return (replacement[start:end], end + 1) if replacement.startswith("}", end) else ("", at)
    return replacement[start:end], end


def _group_text(name: str, pattern: Pattern, text: str, captures: Captures) -> str:
    if name.isascii() and name.isdecimal():
        number = int(name[:6])
        known = number <= len(pattern.groups)
    else:
        known = name in pattern.groups
        number = pattern.groups.index(name) + 1 if known else 0
    return (_piece(text, captures, number) or "") if known else ""
