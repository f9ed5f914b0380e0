"""What is wrong in a text of HCL: how it is noted, worded and placed."""

from __future__ import annotations

import re
from typing import NoReturn

from snapguard.terraform.syntax import MAX_NESTING

NAME = r"[^\W\d][\w\u0300-\u036f-]*"
match_name = re.compile(NAME).match
match_number = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match

CLOSERS = {"{": "}", "[": "]", "(": ")", "${": "}", "%{": "}"}
"""The bracket that closes each opening one."""

_match_indentation = re.compile(r"[ \t]*").match
_FOREIGN_QUOTES = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb`"
_SYMBOLS = ("=>", "==", "!=", "<=", ">=", "&&", "||", "...", "::", "${", "%{", "++", "--", "+=", "-=", ":=", "//")


class Damage(Exception):  # noqa: N818 (it ends the reading of a statement, not of the program)
    """A statement can't be read on; it has been reported."""


class Restart(Exception):  # noqa: N818 (as above)
    """The blocks around can't be read on: reading goes on at the top level, at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class Unclosed(Exception):  # noqa: N818 (as above)
    """The file ended inside the body of the block that was opened at `opener`."""

    def __init__(self, opener: int) -> None:
        super().__init__()
        self.opener = opener


class DamageLog:
    """A text that is read from `at` on, and what was found to be wrong with it.

    `found` holds place, end and message by the beginning of the line; `open` the places of the brackets that are open,
    `pairs` those of the braces that were closed, with their closing ones; `is_guessing` tells whether a bracket of the
    current statement was taken for closed.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.is_guessing = False
        self.found: dict[int, tuple[int, int, str]] = {}
        self.open: list[int] = []
        self.pairs: list[tuple[int, int]] = []

    def line_start(self, at: int) -> int:
        """Where the line of a place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line(self, at: int) -> int:
        """The number of the line of a place, from 1."""
        return self.text.count("\n", 0, at) + 1

    def begins_line(self, at: int) -> bool:
        """Whether nothing but space stands before a place in its line."""
        return self.line_start(at) + self.indentation(at) == at

    def indentation(self, at: int) -> int:
        """How far the line of a place is indented, up to that place."""
        start = self.line_start(at)
        match = _match_indentation(self.text, start, at)
        return 0 if match is None else match.end() - start

    def note(self, message: str, at: int, length: int = 1, *, outranks: bool = False) -> None:
        """Notes an error; a line shows only its first, unless a later one explains more."""
        line = self.line_start(at)
        if line not in self.found or outranks:
            self.found[line] = (at, min(at + length, len(self.text)), message)

    def fail(self, message: str, at: int, length: int = 1) -> NoReturn:
        self.note(message, at, length)
        raise Damage

    def guess(self, message: str, at: int, length: int = 1) -> None:
        """Notes an error of a bracket; later ones in the same statement are consequences, and nothing new."""
        if self.is_guessing:
            raise Damage
        self.note(message, at, length)
        self.is_guessing = True

    def unclosed(self, opener: int, mark: str, before: int) -> None:
        """Reports a bracket at the place where it was opened, and goes on as if it were closed `before`."""
        if before >= len(self.text):
            where = "the end of the file"
        else:
            seen = '"' if self.text[before] == '"' else self.seen(before)
            where = f"{seen} in line {self.line(before)}"
        line = self.line(opener)
        self.guess(f"unclosed {mark} opened in line {line}: expected {CLOSERS[mark]} before {where}", opener, len(mark))
        if before >= len(self.text):
            raise Restart(len(self.text))
        if self.begins_line(before):
            before = self.line_start(before) - 1
            before -= self.text.startswith("\r", before - 1)
        self.at = before

    def seen(self, at: int) -> str:
        """What stands at a place, as a message names it."""
        text = self.text
        if at >= len(text):
            return "the end of the file"
        if text[at] in "\r\n#" or text.startswith("//", at):
            return "the end of the line"
        name = match_name(text, at) or match_number(text, at)
        if name is not None:
            return name.group() if len(name.group()) <= 40 else f"{name.group()[:37]}..."
        if text[at] == '"':
            end = text.find('"', at + 1)
            return text[at : end + 1] if 0 < end <= at + 40 and "\n" not in text[at:end] else "a string"
        symbol = next((symbol for symbol in _SYMBOLS if text.startswith(symbol, at)), text[at])
        return symbol if symbol.isprintable() else f"the character U+{ord(symbol):04X}"

    def expected(self, what: str, at: int) -> NoReturn:
        """Fails because something else stands where `what` should; a line end is shown by the character before it."""
        self.check_character(at)
        if self.is_guessing and self.text[at : at + 1] in (")", "]", "}"):
            raise Damage
        seen = self.seen(at)
        if at >= len(self.text) or self.text[at] in "\r\n#":
            at = max(len(self.text[:at].rstrip()) - 1, 0)
        self.fail(f"expected {what}, found {seen}", at, len(seen) if self.is_token(at) else 1)

    def is_token(self, at: int) -> bool:
        return match_name(self.text, at) is not None

    def check_character(self, at: int) -> None:
        """Fails for a character that has no place in the language, wherever it stands."""
        if at >= len(self.text):
            return
        character = self.text[at]
        if character == "'":
            self.fail("strings take double quotes, not single ones", at)
        if character in _FOREIGN_QUOTES:
            self.fail(f'strings take straight double quotes ("), not {character}', at)
        if self.text.startswith(("${", "%{"), at):
            self.fail(f"{self.text[at]}{{ has a meaning in strings only: write the expression without it", at, 2)
        if self.text.startswith("/*", at):
            self.fail(f"unclosed comment opened in line {self.line(at)}", at, 2)
        if character in "\r\n" and not self.text.startswith("\r", at):
            return
        if character == "\r" and not self.text.startswith("\r\n", at):
            self.fail("a carriage return without a line feed; save the file with LF or CRLF line ends", at)
        if not character.isprintable() and character not in "\r\n\t":
            self.fail(f"invisible character U+{ord(character):04X}; remove it", at)
        if character in "@^;\\~" or (not character.isascii() and match_name(self.text, at) is None):
            self.fail(f"the character {character} has no place here", at)

    def close(self, opener: int) -> None:
        self.pairs.append((opener, self.at))
        self.at += 1

    def push(self, opener: int) -> None:
        """Remembers an opening bracket while what it encloses is read."""
        self.open.append(opener)
        if len(self.open) > MAX_NESTING:
            self.fail(f"nested deeper than {MAX_NESTING} levels", opener)

    def here(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)
