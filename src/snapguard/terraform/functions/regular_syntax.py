"""The syntax of regular expressions, from text to a program for the matcher in `regular`.

The syntax is RE2's, with the flags that Go's regexp package uses; what RE2 lacks (look-around, references back,
possessive repetition) is refused as Terraform refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from snapguard.terraform.functions.signature import Undecided
from snapguard.terraform.types import EvaluationError

MAX_INSTRUCTIONS = 10_000
_MAX_REPEAT = 1000
_MAX_NESTING = 100
_LAST = 0x10FFFF

Ranges = tuple[tuple[int, int], ...]

_DIGIT: Ranges = ((48, 57),)
_SPACE: Ranges = ((9, 10), (12, 13), (32, 32))
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_POSIX: Mapping[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": _DIGIT,
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
_PERL: Mapping[str, Ranges] = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_CONTROL: Mapping[str, int] = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_FOLDS = {"k": "\u212a", "K": "\u212a", "s": "\u017f", "S": "\u017f", "\xe5": "\u212b", "\xc5": "\u212b"}
_SUBCATEGORIES = {"C": "cfos", "L": "lmotu", "M": "cen", "N": "dlo", "P": "cdefios", "S": "ckmo", "Z": "lps"}
_CATEGORIES = frozenset(major + minor for major, minors in _SUBCATEGORIES.items() for minor in ("", *minors))


class CharacterClass:
    """A set of characters: ranges, Unicode categories and further classes, perhaps negated or blind to case."""

    __slots__ = ("_answers", "_categories", "_folds", "_is_negated", "_nested", "_ranges")

    def __init__(
        self,
        ranges: Sequence[tuple[int, int]] = (),
        *,
        categories: Sequence[str] = (),
        nested: Sequence[CharacterClass] = (),
        is_negated: bool = False,
        folds: bool = False,
    ) -> None:
        self._ranges = ranges
        self._categories = categories
        self._nested = nested
        self._is_negated = is_negated
        self._folds = folds
        self._answers: dict[str, bool] = {}

    def matches(self, character: str) -> bool:
        """Whether a character is in the set."""
        answer = self._answers.get(character)
        if answer is None:
            variants = _variants(character) if self._folds else {character}
            is_inside = any(map(self._holds, variants)) or any(nested.matches(character) for nested in self._nested)
            answer = is_inside is not self._is_negated
            self._answers[character] = answer
        return answer

    def _holds(self, character: str) -> bool:
        code = ord(character)
        if any(low <= code <= high for low, high in self._ranges):
            return True
        if self._categories:
            import unicodedata

            return unicodedata.category(character).startswith(tuple(self._categories))
        return False


def _variants(character: str) -> set[str]:
    """The characters that differ from one only by case."""
    found = {character}
    for _ in range(2):
        for one in tuple(found):
            found |= {other for other in (one.lower(), one.upper(), _FOLDS.get(one, one)) if len(other) == 1}
    return found


class Empty(NamedTuple):
    """Matches without a character."""


class Character(NamedTuple):
    """One character of a class."""

    members: CharacterClass


class Assertion(NamedTuple):
    """A place: start or end of the text or of a line, a word boundary or none."""

    kind: str


class Group(NamedTuple):
    """A group that captures; 0 is the whole match."""

    number: int
    content: Node


class Concatenation(NamedTuple):
    """One after another."""

    items: Sequence[Node]


class Alternation(NamedTuple):
    """The first that leads to a match."""

    choices: Sequence[Node]


class Repetition(NamedTuple):
    """At least `least` and at most `most` times (None: any number); as often as possible where greedy."""

    content: Node
    least: int
    most: int | None
    is_greedy: bool


Node = Empty | Character | Assertion | Group | Concatenation | Alternation | Repetition


class Flags(NamedTuple):
    """i, m, s and U of the syntax."""

    folds: bool = False
    is_multiline: bool = False
    dot_is_all: bool = False
    is_ungreedy: bool = False


class Parsed(NamedTuple):
    """A parsed expression, and the name of each group (None for one without)."""

    node: Node
    groups: Sequence[str | None]


def parse(pattern: str) -> Parsed:
    """Parse an expression; raises EvaluationError with the place where it goes wrong."""
    parser = _Parser(pattern)
    node = parser.alternation(Flags(), 0)
    if parser.at < len(pattern):
        raise parser.error("a ) without its (")
    return Parsed(Group(0, node), parser.groups)


class _Parser:
    """Reads an expression from left to right; `at` is the place."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups: list[str | None] = []

    def error(self, what: str) -> EvaluationError:
        return EvaluationError(f'the regular expression "{self.pattern}" has {what} at character {self.at + 1}')

    def peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def accept(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def next(self, what: str) -> str:
        if self.at >= len(self.pattern):
            raise self.error(what)
        self.at += 1
        return self.pattern[self.at - 1]

    def alternation(self, flags: Flags, depth: int) -> Node:
        if depth > _MAX_NESTING:
            raise self.error("too many nested groups")
        choices: list[Node] = []
        items: list[Node] = []
        while self.at < len(self.pattern) and not self.peek(")"):
            if self.accept("|"):
                choices.append(Concatenation(items))
                items = []
            elif (changed := self._flag_setting(flags)) is not None:
                flags = changed
            elif (count := self._count()) is not None:
                self._repeat(items, count, flags)
            else:
                items.extend(self._atom(flags, depth))
        choices.append(Concatenation(items))
        return Alternation(choices) if len(choices) > 1 else choices[0]

    def _flag_setting(self, flags: Flags) -> Flags | None:
        """`(?i)`: flags for the rest of the group."""
        start = self.at
        if not self.accept("(?") or self.peek("P<") or self.peek("<"):
            self.at = start
            return None
        changed = self._flags(flags)
        if self.accept(")"):
            return changed
        self.at = start
        return None

    def _flags(self, flags: Flags) -> Flags:
        fields = {"i": "folds", "m": "is_multiline", "s": "dot_is_all", "U": "is_ungreedy"}
        value = True
        while not self.peek(")") and not self.peek(":"):
            character = self.next("an unfinished group")
            if character == "-" and value:
                value = False
            elif character in fields:
                flags = flags._replace(**{fields[character]: value})
            else:
                self.at -= 1
                raise self.error("a group that RE2 does not know")
        return flags

    def _repeat(self, items: list[Node], count: tuple[int, int | None], flags: Flags) -> None:
        if not items:
            raise self.error("nothing to repeat")
        is_greedy = self.accept("?") is flags.is_ungreedy
        if self._count() is not None:
            raise self.error("a repetition of a repetition")
        items[-1] = Repetition(items[-1], *count, is_greedy)

    def _count(self) -> tuple[int, int | None] | None:
        for sign, count in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.accept(sign):
                return count
        end = self.pattern.find("}", self.at)
        if not self.peek("{") or end < 0:
            return None
        least, comma, most = self.pattern[self.at + 1 : end].partition(",")
        if not _is_number(least) or (most and not _is_number(most)):
            return None  # a brace that stands for itself
        low, high = int(least), int(most) if most else None if comma else int(least)
        if low > _MAX_REPEAT or (high is not None and not low <= high <= _MAX_REPEAT):
            raise self.error(f"a repetition that is not within 0 to {_MAX_REPEAT}")
        self.at = end + 1
        return low, high

    def _atom(self, flags: Flags, depth: int) -> list[Node]:
        character = self.next("an end too early")
        if character == "(":
            return [self._group(flags, depth)]
        if character == "[":
            return [Character(self._class(flags))]
        if character == ".":
            outside = () if flags.dot_is_all else ((10, 10),)
            return [Character(CharacterClass(outside, is_negated=True))]
        if character == "^":
            return [Assertion("line start" if flags.is_multiline else "start")]
        if character == "$":
            return [Assertion("line end" if flags.is_multiline else "end")]
        if character == "\\":
            return self._escape(flags)
        return [_literal(ord(character), flags)]

    def _group(self, flags: Flags, depth: int) -> Node:
        number = 0
        if self.accept("?P<") or self.accept("?<"):
            number = self._new_group(self._group_name())
        elif self.accept("?"):
            flags = self._flags(flags)
            self.accept(":")
        else:
            number = self._new_group(None)
        content = self.alternation(flags, depth + 1)
        if not self.accept(")"):
            raise self.error("a ( without its )")
        return Group(number, content) if number else content

    def _group_name(self) -> str:
        end = self.pattern.find(">", self.at)
        name = self.pattern[self.at : max(end, self.at)]
        if not name or not all(character == "_" or (character.isascii() and character.isalnum()) for character in name):
            raise self.error("no valid name of a group")
        self.at = end + 1
        return name

    def _new_group(self, name: str | None) -> int:
        self.groups.append(name)
        return len(self.groups)

    def _escape(self, flags: Flags) -> list[Node]:
        if self.accept("Q"):
            end = self.pattern.find("\\E", self.at)
            text = self.pattern[self.at : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.pattern)
            return [_literal(ord(character), flags) for character in text]
        for letter, kind in (("A", "start"), ("z", "end"), ("b", "boundary"), ("B", "no boundary")):
            if self.accept(letter):
                return [Assertion(kind)]
        named = self._named_class(flags)
        return [Character(named)] if named else [_literal(self._escaped_code(), flags)]

    def _named_class(self, flags: Flags) -> CharacterClass | None:
        """`\\d`, `\\pL` and the like, the backslash being read."""
        for letter, ranges in _PERL.items():
            if self.accept(letter):
                return CharacterClass(ranges, folds=flags.folds)
            if self.accept(letter.upper()):
                return CharacterClass(ranges, is_negated=True, folds=flags.folds)
        if not self.peek("p") and not self.peek("P"):
            return None
        is_negated = self.next("") == "P"
        name = self.next("a class without a name")
        if name == "{":
            end = self.pattern.find("}", self.at)
            if end < 0:
                raise self.error("a class without a name")
            name = self.pattern[self.at : end]
            self.at = end + 1
        if name.startswith("^"):
            name, is_negated = name[1:], not is_negated
        if name == "Any":
            return CharacterClass(((0, _LAST),), is_negated=is_negated)
        if name not in _CATEGORIES:
            raise Undecided(f"the regular expression names a class of characters that is not followed: {name}")
        return CharacterClass(categories=(name,), is_negated=is_negated, folds=flags.folds)

    def _escaped_code(self) -> int:
        character = self.next("a \\ at its end")
        if character in _CONTROL:
            return _CONTROL[character]
        if character == "x":
            return self._hexadecimal()
        if character == "0" or (character in "1234567" and self.pattern[self.at : self.at + 1] in tuple("01234567")):
            digits = character
            while len(digits) < 3 and self.pattern[self.at : self.at + 1] in tuple("01234567"):
                digits += self.next("")
            return int(digits, 8)
        if character.isascii() and not character.isalnum():
            return ord(character)
        self.at -= 1
        raise self.error("an escape that RE2 does not know")

    def _hexadecimal(self) -> int:
        if self.accept("{"):
            end = self.pattern.find("}", self.at)
            digits = self.pattern[self.at : max(end, self.at)]
            length = len(digits) + 1
        else:
            digits = self.pattern[self.at : self.at + 2]
            length = 2
            if len(digits) < length:
                digits = ""
        if not digits or len(digits) > 8 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise self.error("no hexadecimal number")
        if int(digits, 16) > _LAST:
            raise self.error("a character beyond Unicode")
        self.at += length
        return int(digits, 16)

    def _class(self, flags: Flags) -> CharacterClass:
        is_negated = self.accept("^")
        ranges: list[tuple[int, int]] = []
        nested: list[CharacterClass] = []
        is_first = True
        while is_first or not self.peek("]"):
            is_first = False
            named = self._class_in_class(flags)
            if named is not None:
                nested.append(named)
                continue
            low = high = self._class_code()
            if self.peek("-") and not self.peek("-]"):
                self.at += 1
                high = self._class_code()
            if high < low:
                raise self.error("a range of characters that runs backwards")
            ranges.append((low, high))
        self.at += 1
        return CharacterClass(ranges, nested=nested, is_negated=is_negated, folds=flags.folds)

    def _class_in_class(self, flags: Flags) -> CharacterClass | None:
        end = self.pattern.find(":]", self.at + 2)
        if self.peek("[:") and end >= 0:
            name = self.pattern[self.at + 2 : end]
            ranges = _POSIX.get(name.removeprefix("^"))
            if ranges is None:
                raise self.error("a class that RE2 does not know")
            self.at = end + 2
            return CharacterClass(ranges, is_negated=name.startswith("^"), folds=flags.folds)
        start = self.at
        if self.accept("\\"):
            named = self._named_class(flags)
            if named is not None:
                return named
        self.at = start
        return None

    def _class_code(self) -> int:
        character = self.next("a [ without its ]")
        return self._escaped_code() if character == "\\" else ord(character)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6 and (text == "0" or not text.startswith("0"))


def _literal(code: int, flags: Flags) -> Node:
    return Character(CharacterClass(((code, code),), folds=flags.folds))


class Split(NamedTuple):
    """Go on at `first`, or, where that leads to no match, at `second`."""

    first: int
    second: int


class Jump(NamedTuple):
    """Go on elsewhere."""

    target: int


class Save(NamedTuple):
    """Note the place as the beginning (even) or end (odd) of a group."""

    slot: int


class Match(NamedTuple):
    """The end."""


Instruction = Character | Assertion | Split | Jump | Save | Match


def compile_program(node: Node) -> Sequence[Instruction]:
    """The program of an expression; raises EvaluationError where it would be too long."""
    program: list[Instruction] = []
    _emit(node, program)
    program.append(Match())
    return program


def _add(program: list[Instruction], instruction: Instruction) -> int:
    if len(program) >= MAX_INSTRUCTIONS:
        raise EvaluationError("the regular expression is too large")
    program.append(instruction)
    return len(program) - 1


def _emit(node: Node, program: list[Instruction]) -> None:
    if isinstance(node, Character | Assertion):
        _add(program, node)
    elif isinstance(node, Group):
        _add(program, Save(2 * node.number))
        _emit(node.content, program)
        _add(program, Save(2 * node.number + 1))
    elif isinstance(node, Concatenation):
        for item in node.items:
            _emit(item, program)
    elif isinstance(node, Alternation):
        _emit_choices(node.choices, program)
    elif isinstance(node, Repetition):
        _emit_repetition(node, program)


def _emit_choices(choices: Sequence[Node], program: list[Instruction]) -> None:
    jumps = []
    for choice in choices[:-1]:
        split = _add(program, Match())
        _emit(choice, program)
        jumps.append(_add(program, Match()))
        program[split] = Split(split + 1, len(program))
    _emit(choices[-1], program)
    for jump in jumps:
        program[jump] = Jump(len(program))


def _emit_repetition(node: Repetition, program: list[Instruction]) -> None:
    if node.most is None:
        for _ in range(node.least - 1):
            _emit(node.content, program)
        # Where the content can be empty, x* is (x+)?, as RE2 has it
        opening = _add(program, Match()) if node.least == 0 else -1
        start = len(program)
        _emit(node.content, program)
        split = _add(program, Match())
        program[split] = _split(start, len(program), node.is_greedy)
        if opening >= 0:
            program[opening] = _split(start, len(program), node.is_greedy)
        return
    for _ in range(node.least):
        _emit(node.content, program)
    openings = []
    for _ in range(node.most - node.least):
        openings.append(_add(program, Match()))
        _emit(node.content, program)
    for opening in openings:
        program[opening] = _split(opening + 1, len(program), node.is_greedy)


def _split(inside: int, outside: int, is_greedy: bool) -> Split:
    return Split(inside, outside) if is_greedy else Split(outside, inside)
