"""Reads a whole file of HCL strictly: blocks and attributes, and behind each damage on from the next statement."""

from __future__ import annotations

import re
from typing import NoReturn

from snapguard.terraform.damage import NAME, Damage, Restart, Unclosed, match_name
from snapguard.terraform.strict_expressions import HEADER, STATEMENT, ExpressionReader, find_header, match_statement

MAX_ERRORS = 20
_MAX_DAMAGES = 200

_match_resumption = re.compile(rf"[ \t]*(?:[}}#\r\n]|//|/\*|\Z|{STATEMENT})").match
_match_space = re.compile(r"\s*").match
_find_conflict = re.compile(r"^<{7} .*\n(?:.*\n)*?={7}\r?\n(?:.*\n)*?>{7}(?: .*)?$", re.MULTILINE).search
_find_conflict_end = re.compile(r"^(?:\|{7}|={7})[^\n]*\n(?:.*\n)*?>{7}[^\n]*$", re.MULTILINE).search
_find_token = re.compile(
    rf"(?P<comment>#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<heredoc><<-?({NAME})\r?\n.*?\n[ \t]*\3[ \t\r]*$)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*"?)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<line>\n)',
    re.DOTALL | re.MULTILINE,
).finditer
_find_marker = re.compile(r"(?<![$%])[$%](?:[$%]{2})*\{").search


class FileReader(ExpressionReader):
    """Reads a file; what is wrong with it is in `found`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.damages = 0

    def file(self) -> None:
        """Reads the whole text."""
        self.drop_conflicts()
        if self.text.startswith("\ufeff"):
            self.at = 1
        self.skip_lines()
        if re.compile(r'[\[{]\s*(?:["\[{]|[\]}]\s*\Z)').match(self.text, self.at):
            self.note("JSON in a file of HCL: write it in HCL, or name the file .tf.json", self.at)
            return
        while self.at < len(self.text) and self.damages < _MAX_DAMAGES and len(self.found) < MAX_ERRORS:
            try:
                self.body(-1)
            except Restart as restart:
                self.at = restart.offset
            except Unclosed as unclosed:
                self.damages += 1
                self.at = self.blame(unclosed.opener)
            self.open.clear()
            self.is_wide = False

    def drop_conflicts(self) -> None:
        """Reports the conflicts that a merge left, and goes on with the first side of each."""
        conflict = _find_conflict(self.text)
        while conflict is not None:
            self.note("a merge conflict is not resolved", conflict.start(), 7)
            end = conflict.start() + 7
            first_line_end = self.text.find("\n", end)
            other = _find_conflict_end(self.text, end)
            blanks = [(conflict.start(), first_line_end), other.span() if other is not None else conflict.span()]
            for start, stop in blanks:
                hidden = re.sub(r"[^\n]", " ", self.text[start:stop])
                self.text = self.text[:start] + hidden + self.text[stop:]
            conflict = _find_conflict(self.text, end)

    def blame(self, opener: int) -> int:
        """Reports the bracket that is unclosed at the end of a file; gives where to read on.

        An error behind it explains it, and then nothing is said. Where indentation shows that a closing bracket was
        meant for another opening one, that one is unclosed.
        """
        for start, end in sorted(self.pairs):
            if start > opener and self.indentation(start) > self.indentation(end) and self.begins_line(end):
                opener = start
                break
        if all(place < opener for place, _, _ in self.found.values()):
            self.note(f"unclosed {{ opened in line {self.line(opener)}", opener)
        header = find_header(self.text, opener)
        return len(self.text) if header is None else header.start()

    def body(self, opener: int) -> None:
        """Reads statements up to the end of the file (opener -1) or up to the brace that closes a block."""
        given: dict[str, int] = {}
        while True:
            self.skip_lines()
            start = self.at
            if start >= len(self.text):
                if opener >= 0:
                    raise Unclosed(opener)
                return
            if opener >= 0 and self.closes_block(opener):
                self.close(opener)
                return
            depth = len(self.open)
            try:
                self.statement(given, is_top=opener < 0)
            except Damage:
                self.damages += 1
                if self.damages > _MAX_DAMAGES or len(self.found) >= MAX_ERRORS:
                    raise Restart(len(self.text)) from None
                del self.open[depth:]
                self.is_wide = False
                self.resume(start, is_top=opener < 0)

    def closes_block(self, opener: int) -> bool:
        """Whether a block ends here, if need be with a bracket of the wrong kind."""
        if self.here("}"):
            return True
        at = self.at
        if self.text[at] in ")]" and self.begins_line(at) and self.indentation(at) == self.indentation(opener):
            self.note(f"expected }} for the {{ opened in line {self.line(opener)}, found {self.text[at]}", at)
            return True
        return False

    def resume(self, start: int, is_top: bool) -> None:
        """Goes on behind a damaged statement: at a line end outside its brackets, or at the next block's header."""
        failed = max(self.at, start)
        header = find_header(self.text, max(failed, start + 1))
        limit = header.start() if header is not None else len(self.text)
        depth = 0
        for token in _find_token(self.text, start):
            if token.start() >= limit:
                break
            kind = token.lastgroup
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
                if depth < 0 and not is_top and token.start() >= failed and self.is_outside(token.start(), start):
                    self.at = token.start()
                    return
                depth = max(depth, 0)
            elif kind == "line" and token.start() >= failed and self.may_resume(start, token.end(), depth):
                self.at = token.end()
                return
        raise Restart(limit)

    def may_resume(self, start: int, at: int, depth: int) -> bool:
        """Whether a line seems to begin something new: outside the statement's brackets, or by the layout."""
        if _match_resumption(self.text, at) is None:
            return False
        following = self.text_from(at)
        first = self.text[following : following + 1]
        if first in ("{", "}"):
            return first == "}" and self.is_outside(following, start)
        is_aligned = self.begins_line(start) and self.indentation(following) == self.indentation(start)
        return depth == 0 or (is_aligned and self.is_token(following))

    def text_from(self, at: int) -> int:
        """Where the next text stands, over lines."""
        match = _match_space(self.text, at)
        return at if match is None else match.end()

    def is_outside(self, closer: int, start: int) -> bool:
        """Whether a closing bracket is laid out as one around the statement, not as one of its own."""
        return not self.begins_line(closer) or self.indentation(closer) < self.indentation(start)

    def statement(self, given: dict[str, int], is_top: bool) -> None:
        """Reads an attribute or a block; `given` are the attributes of the same body so far, and where they stand."""
        self.is_guessing = False
        start = self.at
        name = match_name(self.text, start)
        if name is None:
            self.fail_at_statement(start, is_top)
        self.at = name.end()
        self.skip()
        if self.here("=") and not self.here("==") and not self.here("=>"):
            self.at += 1
            first = given.setdefault(name.group(), start)
            if first != start:
                message = f"{name.group()} is set twice; the first time in line {self.line(first)}"
                self.note(message, start, len(name.group()))
            self.attribute(name.group())
        elif self.here("{") or self.here('"') or self.is_token(self.at):
            self.block(name.group(), start)
        else:
            self.fail_after_name(name.group(), start)

    def fail_at_statement(self, at: int, is_top: bool) -> NoReturn:
        if self.text[at] in ")]}":
            self.at += 1
            self.fail_at_surplus(at)
        quoted = re.compile(r'"[^"\n]*"[ \t]*([:={])?').match(self.text, at)
        if quoted is not None and quoted.group(1) in (":", "="):
            self.fail("the name of an argument takes no quotes (a map is written with = before its {)", at)
        if quoted is not None:
            self.fail(f"the type of a block takes no quotes, found {self.seen(at)}", at)
        self.expected("a block" if is_top else "an argument or a block", at)

    def fail_at_surplus(self, at: int) -> NoReturn:
        """Fails for a bracket that closes nothing, at the one that indentation shows to be too much.

        Behind an error in what seems to be the same block, it is most likely a consequence, and nothing new.
        """
        header = next((match.start() for match in reversed(list(HEADER.finditer(self.text, 0, at)))), 0)
        if any(header <= place < at for place, _, _ in self.found.values()):
            raise Damage
        for start, end in self.pairs:
            if start >= header and self.begins_line(end) and self.indentation(end) > self.indentation(start):
                self.fail(f"one }} too many: this one closes the {{ opened in line {self.line(start)}", end)
        self.fail(f"unexpected {self.text[at]}: nothing that it closes is open here", at)

    def fail_after_name(self, name: str, start: int) -> NoReturn:
        at = self.at
        if self.here(":") and not self.here("::"):
            self.fail("an argument takes = after its name, not :", at)
        if self.is_line_end():
            self.fail(f"expected = or {{ after {name}, found {self.seen(at)}", start, len(name))
        self.expected(f"= or {{ after {name}", at)

    def attribute(self, name: str, *, is_only: bool = False) -> None:
        """Reads the value of an attribute and the end of its line, or the } behind the only one of a block."""
        self.skip()
        if self.is_line_end():
            at = self.text.rfind("=", 0, self.at)
            self.fail(f"expected an expression after =, found {self.seen(self.at)}", at)
        self.expression("an expression after =")
        self.skip()
        if not self.is_line_end() and not (is_only and self.here("}")):
            self.end_attribute(name)

    def end_attribute(self, name: str) -> None:
        at = self.at
        if self.here(",") or self.here(";"):
            self.note(f"arguments are separated by line ends, not by {self.text[at]}", at)
            self.at += 1
        elif self.here("}") or match_statement(self.text, at):
            self.note(f"expected a new line before {self.seen(at)}, behind the value of {name}", at, len(self.seen(at)))
        else:
            self.expected(f"the end of the line after the value of {name}", at)

    def block(self, type: str, start: int) -> None:
        """Reads the labels and the body of a block."""
        while not self.here("{"):
            if self.here('"'):
                label = self.at
                self.quoted()
                marker = _find_marker(self.text, label, self.at)
                if marker is not None:
                    self.note("a label of a block holds no templates", marker.start(), 2)
            else:
                name = match_name(self.text, self.at)
                if name is None:
                    self.fail_at_label(type, start)
                self.at = name.end()
            self.skip()
        opener = self.at
        self.at += 1
        self.skip()
        if not self.is_line_end() and not self.here("}"):
            self.single_line(opener)
        was_wide, self.is_wide = self.is_wide, False
        self.push(opener)
        self.body(opener)
        self.open.pop()
        self.is_wide = was_wide
        self.skip()
        is_closing = self.here("}")
        if not self.is_line_end() and (self.open or not is_closing):
            if not is_closing and not match_statement(self.text, self.at):
                self.expected(f"the end of the line after the block {type}", self.at)
            self.note(f"expected a new line before {self.seen(self.at)}, behind the block {type}", self.at)

    def fail_at_label(self, type: str, start: int) -> NoReturn:
        at = self.at
        if self.here("="):
            self.fail(f"expected {{ after the labels of the block {type}, found =", at)
        if self.is_line_end():
            after = self.text[at:].lstrip()
            hint = " in the same line" if after.startswith("{") else ""
            self.fail(f"expected {{ after the labels of the block {type}{hint}", start, at - start)
        self.expected(f"{{ after the labels of the block {type}", at)

    def single_line(self, opener: int) -> None:
        """Reads a block in one line up to its brace: it may hold one attribute and nothing else."""
        start = self.at
        name = match_name(self.text, start)
        if name is None:
            return
        self.at = name.end()
        self.skip()
        if self.here("=") and not self.here("=="):
            self.at += 1
            self.attribute(name.group(), is_only=True)
            self.skip()
            if self.here("}"):
                return
        self.note("a block that holds more than one argument needs a new line after {", opener)
        self.at = start
