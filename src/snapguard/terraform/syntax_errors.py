"""What is wrong with a Terraform file that does not parse, in words, and at the place where it is wrong.

tree-sitter marks damaged stretches, but far too wide and without a reason. So a file that has such a stretch is read
once more, by a strict reader of HCL's native syntax (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md)
that builds nothing: it knows at every place what may follow, and goes on behind each damage at the next statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from tree_sitter import Node

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span

MAX_ERRORS = 20
MAX_NESTING = 100

_NAME = r"[^\W\d][\w\u0300-\u036f-]*"
_match_name = re.compile(_NAME).match
_match_gap = re.compile(r"(?:[ \t]|/\*.*?\*/|\r(?=\n))*", re.DOTALL).match
_match_wide_gap = re.compile(r"(?:[ \t\n]|\r(?=\n)|/\*.*?\*/|#[^\n]*|//[^\n]*)*", re.DOTALL).match
_match_number = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").match
_match_operator = re.compile(r"==|!=|<=|>=|&&|\|\||/(?![/*=])|[<>+\-*%](?!=)").match
_match_plain = re.compile(r'[^"\\$%\n\r]+|\$\$+\{|%%+\{|\$+(?![${])|%+(?![%{])').match
_match_escape = re.compile(r'\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})').match
_match_heredoc = re.compile(rf"<<-?({_NAME})\r?\n").match
_match_heredoc_plain = re.compile(r"[^$%\n]+|\$\$+\{|%%+\{|\$+(?![${])|%+(?![%{])").match
_STATEMENT = rf'{_NAME}[ \t]*(?:=(?!=)|\{{|"[^"\n]*"[ \t]*["{{])'
_match_statement = re.compile(_STATEMENT).match
_match_resumption = re.compile(rf"[ \t]*(?:[}}#\r\n]|//|/\*|\Z|{_STATEMENT})").match
_HEADER = re.compile(
    r'^(?:(?:resource|data|ephemeral)[ \t]+"[^"\n]*"[ \t]+"[^"\n]*"'
    r'|(?:module|variable|output|provider|check)[ \t]+"[^"\n]*"'
    r"|locals|terraform|moved|import|removed)[ \t]*\{",
    re.MULTILINE,
)
_find_header = _HEADER.search
_find_headers = _HEADER.finditer
_find_conflict = re.compile(r"^<{7} .*\n(?:.*\n)*?={7}\r?\n(?:.*\n)*?>{7}(?: .*)?$", re.MULTILINE).search
_find_conflict_end = re.compile(r"^(?:\|{7}|={7})[^\n]*\n(?:.*\n)*?>{7}[^\n]*$", re.MULTILINE).search
_find_token = re.compile(
    rf"(?P<comment>#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<heredoc><<-?({_NAME})\r?\n.*?\n[ \t]*\3[ \t\r]*$)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*"?)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<line>\n)',
    re.DOTALL | re.MULTILINE,
).finditer

_CLOSERS = {"{": "}", "[": "]", "(": ")", "${": "}", "%{": "}"}
_FOREIGN_QUOTES = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb`"
_SYMBOLS = ("=>", "==", "!=", "<=", ">=", "&&", "||", "...", "::", "${", "%{", "++", "--", "+=", "-=", ":=", "//")


def syntax_errors(file: SourceFile, root: Node) -> list[InputError]:
    """Everything that is wrong with the syntax of a file in which the parser marked damage, in file order.

    `root` is what the parser made of the `readable` form of the file. One error a damage and line, at most
    MAX_ERRORS; empty only where nothing but what `readable` mends was in the parser's way.
    """
    try:
        text = file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        return [InputError(_undecodable(file.data), Span(file, error.start, error.end))]
    if "\0" in text:
        at = file.data.index(b"\0")
        return [InputError("not a text file: it holds a NUL character", Span(file, at, at + 1))]
    reader = _Reader(text)
    reader.file()
    found = sorted(reader.found.values())[:MAX_ERRORS]
    if not found and root.has_error:
        return _unexplained(file, root)
    return [InputError(message, _span(file, text, start, end)) for start, end, message in found]


def template_problem(text: str) -> str:
    """What is wrong with a text that is not the template that it should be."""
    reader = _Reader(text)
    with suppress(_Damage, _Restart):
        reader.template()
    return next((message for _, _, message in reader.found.values()), "it can't be read")


def readable(data: bytes) -> bytes:
    """The same text, of the same length, with what is right but beyond the parser's grammar written within it.

    That is: a number with an exponent and no fraction (`1e5`), a name of a heredoc outside ASCII, white space in
    `[ * ]` and `. *`. Places in the result are places in `data`, where the numbers and names are to be read from.
    """
    data = re.sub(rb"(?<![\w.\x80-\xff])(?<![\w\x80-\xff]-)[0-9]+[eE][+-]?[0-9]+(?![\w.])", lambda m: b"1" * len(m[0]), data)
    data = re.sub(rb"\[([ \t]*)\*([ \t]*)\]", lambda m: m[1] + b"[*]" + m[2], data)
    data = re.sub(rb"\.([ \t]+)\*", lambda m: m[1] + b".*", data)
    names = {m for m in re.findall(rb"<<-?([\w\x80-\xff-]+)\r?\n", data) if not m.isascii()}
    for name in names:
        data = data.replace(name, re.sub(rb"[\x80-\xff]", b"_", name))
    return data


def _undecodable(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "written in UTF-16: save the file as UTF-8"
    if b"\0" in data:
        return "not a text file"
    return "not UTF-8 from here on: save the file as UTF-8"


def _unexplained(file: SourceFile, root: Node) -> list[InputError]:
    """The first damage that the parser marked, where the strict reader found none."""
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return [InputError("this part of the file can't be read", Span(file, node.start_byte, node.end_byte))]


def _span(file: SourceFile, text: str, start: int, end: int) -> Span:
    first = len(text[:start].encode("utf-8"))
    return Span(file, first, first + len(text[start:end].encode("utf-8")))


class _Damage(Exception):  # noqa: N818 (it ends the reading of a statement, not of the program)
    """A statement can't be read on; it has been reported."""


class _Restart(Exception):  # noqa: N818 (as above)
    """The blocks around can't be read on: reading goes on at the top level, at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class _Unclosed(Exception):  # noqa: N818 (as above)
    """The file ended inside the body of the block that was opened at `opener`."""

    def __init__(self, opener: int) -> None:
        super().__init__()
        self.opener = opener


class _Reader:
    """Reads a text strictly and notes what is wrong; `at` is where it stands, `is_wide` whether line ends are space."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.is_wide = False
        self.open: list[int] = []
        self.found: dict[int, tuple[int, int, str]] = {}
        self.pairs: list[tuple[int, int]] = []

    # What the reader notes

    def line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def note(self, message: str, at: int, length: int = 1, *, outranks: bool = False) -> None:
        """Notes an error; a line shows only its first, unless a later one explains more."""
        line = self.line_start(at)
        if line not in self.found or outranks:
            self.found[line] = (at, min(at + length, len(self.text)), message)

    def fail(self, message: str, at: int, length: int = 1) -> NoReturn:
        self.note(message, at, length)
        raise _Damage

    def unclosed(self, opener: int, mark: str, before: int) -> None:
        """Reports a bracket at the place where it was opened, and goes on as if it were closed `before`."""
        if before >= len(self.text):
            where = "the end of the file"
        else:
            seen = '"' if self.text[before] == '"' else self.seen(before)
            where = f"{seen} in line {self.line(before)}"
        line = self.line(opener)
        self.note(f"unclosed {mark} opened in line {line}: expected {_CLOSERS[mark]} before {where}", opener, len(mark))
        if before >= len(self.text):
            raise _Restart(len(self.text))
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
        name = _match_name(text, at) or _match_number(text, at)
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
        seen = self.seen(at)
        if at >= len(self.text) or self.text[at] in "\r\n#":
            at = max(len(self.text[:at].rstrip()) - 1, 0)
        self.fail(f"expected {what}, found {seen}", at, len(seen) if self.is_token(at) else 1)

    def is_token(self, at: int) -> bool:
        return _match_name(self.text, at) is not None

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
        if character in "@^;\\~" or (not character.isascii() and _match_name(self.text, at) is None):
            self.fail(f"the character {character} has no place here", at)

    # Space

    def skip(self) -> None:
        """Skips space and comments, and line ends where they are space."""
        match = (_match_wide_gap if self.is_wide else _match_gap)(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def skip_lines(self) -> None:
        """Skips space, comments and line ends."""
        match = _match_wide_gap(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def is_line_end(self) -> bool:
        text, at = self.text, self.at
        return at >= len(text) or text[at] in "\n#" or text.startswith(("//", "\r\n"), at)

    def here(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def enclosed(self, read: Callable[[int], None], opener: int) -> None:
        """Reads what an opening bracket encloses, where line ends are space."""
        was_wide, self.is_wide = self.is_wide, True
        self.push(opener)
        try:
            read(opener)
        finally:
            self.is_wide = was_wide
        self.open.pop()

    def push(self, opener: int) -> None:
        """Remembers an opening bracket while what it encloses is read."""
        self.open.append(opener)
        if len(self.open) > MAX_NESTING:
            self.fail(f"nested deeper than {MAX_NESTING} levels", opener)

    # Bodies

    def file(self) -> None:
        """Reads the whole text."""
        self.drop_conflicts()
        if self.text.startswith("\ufeff"):
            self.at = 1
        self.skip_lines()
        if re.compile(r'[\[{]\s*(?:["\[{]|[\]}]\s*\Z)').match(self.text, self.at):
            self.note("JSON in a file of HCL: write it in HCL, or name the file .tf.json", self.at)
            return
        while self.at < len(self.text) and len(self.found) < MAX_ERRORS:
            try:
                self.body(-1)
            except _Restart as restart:
                self.at = restart.offset
            except _Unclosed as unclosed:
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
        """Reports the bracket that is unclosed at the end of a file, unless an error behind it explains that; gives
        where to read on.

        Where indentation shows that a closing bracket was meant for another opening one, that one is unclosed.
        """
        for start, end in sorted(self.pairs):
            if start > opener and self.indentation(start) > self.indentation(end) and self.begins_line(end):
                opener = start
                break
        if all(place < opener for place, _, _ in self.found.values()):
            self.note(f"unclosed {{ opened in line {self.line(opener)}", opener)
        header = _find_header(self.text, opener)
        return len(self.text) if header is None else header.start()

    def begins_line(self, at: int) -> bool:
        return not self.text[self.line_start(at) : at].strip()

    def indentation(self, at: int) -> int:
        line = self.text[self.line_start(at) : at + 1]
        return len(line) - len(line.lstrip())

    def body(self, opener: int) -> None:
        """Reads statements up to the end of the file (opener -1) or up to the brace that closes a block."""
        while True:
            self.skip_lines()
            start = self.at
            if start >= len(self.text):
                if opener >= 0:
                    raise _Unclosed(opener)
                return
            if opener >= 0 and self.closes_block(opener):
                self.close(opener)
                return
            if len(self.found) >= MAX_ERRORS:
                raise _Restart(len(self.text))
            depth = len(self.open)
            try:
                self.statement(is_top=opener < 0)
            except _Damage:
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

    def close(self, opener: int) -> None:
        self.pairs.append((opener, self.at))
        self.at += 1

    def resume(self, start: int, is_top: bool) -> None:
        """Goes on behind a damaged statement: at a line end outside its brackets, or at the next block's header."""
        failed = max(self.at, start)
        header = _find_header(self.text, max(failed, start + 1))
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
        raise _Restart(limit)

    def may_resume(self, start: int, at: int, depth: int) -> bool:
        """Whether a line seems to begin something new: outside the statement's brackets, or by the layout."""
        if _match_resumption(self.text, at) is None:
            return False
        following = len(self.text) - len(self.text[at:].lstrip())
        if following < len(self.text) and self.text[following] == "}":
            return self.is_outside(following, start)
        is_aligned = self.begins_line(start) and self.indentation(following) == self.indentation(start)
        return depth == 0 or (is_aligned and self.is_token(following))

    def is_outside(self, closer: int, start: int) -> bool:
        """Whether a closing bracket is laid out as one around the statement, not as one of its own."""
        return not self.begins_line(closer) or self.indentation(closer) < self.indentation(start)

    def statement(self, is_top: bool) -> None:
        """Reads an attribute or a block."""
        start = self.at
        name = _match_name(self.text, start)
        if name is None:
            self.fail_at_statement(start, is_top)
        self.at = name.end()
        self.skip()
        if self.here("=") and not self.here("==") and not self.here("=>"):
            self.at += 1
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
        header = next((match.start() for match in reversed(list(_find_headers(self.text, 0, at)))), 0)
        if any(header <= place < at for place, _, _ in self.found.values()):
            raise _Damage
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
        elif self.here("}") or _match_statement(self.text, at):
            self.note(f"expected a new line before {self.seen(at)}, behind the value of {name}", at, len(self.seen(at)))
        else:
            self.expected(f"the end of the line after the value of {name}", at)

    def block(self, type: str, start: int) -> None:
        """Reads the labels and the body of a block."""
        while not self.here("{"):
            if self.here('"'):
                self.quoted()
            else:
                name = _match_name(self.text, self.at)
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
        if not self.is_line_end() and not self.here("}"):
            if not _match_statement(self.text, self.at):
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
        name = _match_name(self.text, start)
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

    # Expressions

    def expression(self, what: str) -> None:
        """Reads an expression: operands and what joins them, since no precedence is needed to tell right from wrong."""
        choices: list[int] = []
        while True:
            self.operand(what)
            self.skip()
            operator = _match_operator(self.text, self.at)
            if operator is not None:
                self.at = operator.end()
                what = f"an expression after {operator.group()}"
            elif self.here("?"):
                choices.append(self.at)
                self.at += 1
                what = "an expression after ?"
            elif self.here(":") and choices:
                choices.pop()
                self.at += 1
                what = "an expression after :"
            elif choices:
                self.check_character(self.at)
                found = self.seen(self.at)
                self.fail(f"expected : and the other value of this ?, found {found}", choices[-1])
            else:
                return

    def operand(self, what: str) -> None:
        self.skip()
        while self.at < len(self.text) and self.text[self.at] in "-!" and not self.here("!="):
            self.at += 1
            what = f"an expression after {self.text[self.at - 1]}"
            self.skip()
        text, at = self.text, self.at
        character = text[at : at + 1]
        if character == '"':
            self.quoted()
        elif character == "[":
            self.enclosed(self.elements, at)
        elif character == "{":
            self.enclosed(self.entries, at)
        elif character == "(":
            self.enclosed(self.parentheses, at)
        elif text.startswith("<<", at):
            self.heredoc()
        else:
            self.word(what)
        self.accessors()

    def word(self, what: str) -> None:
        """Reads a name, a number or a function call."""
        at = self.at
        number = _match_number(self.text, at)
        if number is not None:
            self.at = number.end()
            if self.is_token(self.at):
                word = self.text[at : self.at] + self.seen(self.at)
                self.fail(f"{word} is not a number", at, len(word))
            return
        name = _match_name(self.text, at)
        if name is None:
            self.expected(what, at)
        self.at = name.end()
        self.skip()
        is_namespaced = self.here("::")
        while self.here("::"):
            self.at += 2
            self.skip()
            name = _match_name(self.text, self.at)
            if name is None:
                self.expected("the name of a function after ::", self.at)
            self.at = name.end()
            self.skip()
        if self.here("("):
            self.enclosed(self.arguments, self.at)
        elif is_namespaced:
            self.expected("( after the name of a function", self.at)
        else:
            self.at = name.end()

    def accessors(self) -> None:
        """Reads `.name`, `.0`, `.*` and `[…]` behind an operand."""
        while True:
            before = self.at
            self.skip()
            if self.here("[") and not self.is_new_element(before):
                self.enclosed(self.index, self.at)
            elif self.here(".") and not self.here("..."):
                self.at += 1
                self.skip()
                name = _match_name(self.text, self.at) or re.compile(r"[0-9]+(?:[eE][0-9]+)?|\*").match(
                    self.text, self.at
                )
                if name is None:
                    self.expected("a name after .", self.at)
                self.at = name.end()
            else:
                self.at = before
                return

    def is_new_element(self, before: int) -> bool:
        """Whether a [ on a line of its own is meant as an element rather than as an index (a comma is missing)."""
        gap = self.text[before : self.at]
        return "\n" in gap and self.text[max(before - 1, 0) : before] in ("]", "}")

    def index(self, opener: int) -> None:
        self.at += 1
        self.skip()
        if self.here("*"):
            self.at += 1
        else:
            self.expression("an index after [")
        self.finish(opener, "[", "]")

    def parentheses(self, opener: int) -> None:
        self.at += 1
        self.expression("an expression after (")
        self.finish(opener, "(", ")")

    def arguments(self, opener: int) -> None:
        """Reads the arguments of a call."""
        self.at += 1
        self.skip()
        while not self.here(")"):
            if self.ends_early(opener, "("):
                return
            self.expression("an argument or )")
            self.skip()
            if self.here("..."):
                self.at += 3
                self.finish(opener, "(", ") after ...")
                return
            if self.here(","):
                self.at += 1
                self.skip()
            elif not self.here(")") and self.ends_without_comma(opener, "(", "argument"):
                return
        self.at += 1

    def elements(self, opener: int) -> None:
        """Reads a list, or a `for` that makes one."""
        self.at += 1
        self.skip()
        if self.is_for():
            self.comprehension(opener, "[")
            return
        while not self.here("]"):
            if self.ends_early(opener, "["):
                return
            self.expression("an element or ]")
            self.skip()
            if self.here(","):
                self.at += 1
                self.skip()
            elif not self.here("]") and self.ends_without_comma(opener, "[", "element"):
                return
        self.at += 1

    def entries(self, opener: int) -> None:
        """Reads an object, or a `for` that makes one."""
        self.at += 1
        self.skip()
        if self.is_for():
            self.comprehension(opener, "{")
            return
        self.is_wide = False
        while not self.here("}"):
            if self.ends_early(opener, "{"):
                return
            self.entry()
        self.close(opener)

    def entry(self) -> None:
        """Reads a key, its value and what separates it from the next."""
        at = self.at
        name = _match_name(self.text, at)
        self.expression("a key or }")
        self.skip()
        if not (self.here("=") or self.here(":")) or self.here("=="):
            key = self.text[at : self.at].strip()
            is_block = name is not None and (self.here("{") or self.here('"'))
            if is_block:
                self.fail(f"expected = after {name.group() if name else ''}: an object holds no blocks", at, len(key))
            self.check_character(self.at)
            shown = key if len(key) <= 40 and "\n" not in key else "the key"
            self.fail(
                f"expected = or : after {shown}, found {self.seen(self.at)}", at if self.is_line_end() else self.at
            )
        mark = self.at
        self.at += 2 if self.here("=>") else 1
        if self.text.startswith("=>", mark):
            self.fail("an object takes = or : after a key; => belongs to for", mark, 2)
        self.skip()
        if self.is_line_end():
            self.fail(f"expected a value after {self.text[mark]}, found {self.seen(self.at)}", mark)
        self.expression(f"a value after {self.text[mark]}")
        self.skip()
        if self.here(","):
            self.at += 1
        elif not self.is_line_end() and self.text[self.at] not in ")]}":
            self.end_entry()
        self.skip_lines()

    def end_entry(self) -> None:
        at = self.at
        if self.here(";"):
            self.fail("entries of an object are separated by commas or line ends, not by ;", at)
        if not re.compile(r'[\w"(]').match(self.text, at):
            self.expected(", a new line or } after the value", at)
        self.note(f"expected , or a new line before {self.seen(at)}", at, len(self.seen(at)))

    def is_for(self) -> bool:
        return re.compile(r"for(?![\w-])").match(self.text, self.at) is not None

    def comprehension(self, opener: int, mark: str) -> None:
        """Reads a `for` expression from its keyword to its closing bracket."""
        self.for_intro("for")
        if not self.here(":"):
            self.expected(": after the collection of for", self.at)
        self.at += 1
        self.expression("an expression after :")
        self.skip()
        if mark == "{":
            if not self.here("=>"):
                self.expected("=> after the key of for", self.at)
            self.at += 2
            self.expression("an expression after =>")
            self.skip()
            if self.here("..."):
                self.at += 3
                self.skip()
        if self.keyword("if"):
            self.expression("a condition after if")
            self.skip()
        self.finish(opener, mark, f"{_CLOSERS[mark]} at the end of for")

    def for_intro(self, word: str) -> None:
        """Reads `for key, value in collection`, as expressions and templates have it."""
        self.at += len(word)
        for _ in range(2):
            self.skip()
            name = _match_name(self.text, self.at)
            if name is None:
                self.expected("a name after for", self.at)
            self.at = name.end()
            self.skip()
            if not self.here(","):
                break
            self.at += 1
        if not self.keyword("in"):
            self.expected("in after the name that for binds", self.at)
        self.expression("a collection after in")
        self.skip()

    def keyword(self, word: str) -> bool:
        name = _match_name(self.text, self.at)
        if name is None or name.group() != word:
            return False
        self.at = name.end()
        self.skip()
        return True

    # Brackets that do not close

    def finish(self, opener: int, mark: str, what: str) -> None:
        """Reads the bracket that closes another; `what` says what is expected."""
        self.skip()
        if self.here(_CLOSERS[mark]):
            self.at += 1
        elif self.ends_early(opener, mark):
            return
        elif self.is_next_statement(opener):
            self.unclosed(opener, mark, self.at)
        else:
            self.expected(what, self.at)

    def ends_early(self, opener: int, mark: str) -> bool:
        """Whether the file, or a bracket around, ends before this one is closed; reports it."""
        at = self.at
        if at < len(self.text) and self.text[at] not in ")]}":
            return False
        if at < len(self.text) and self.is_mistaken(opener, at):
            closer = _CLOSERS[mark]
            line = self.line(opener)
            self.note(f"expected {closer} for the {mark} opened in line {line}, found {self.text[at]}", at)
            self.at += 1
        else:
            self.unclosed(opener, mark, at)
        return True

    def is_mistaken(self, opener: int, at: int) -> bool:
        """Whether a closing bracket is of the wrong kind, rather than meant for a bracket around."""
        outer = [place for place in self.open[:-1] if _CLOSERS.get(self.text[place], "}") == self.text[at]]
        if not outer:
            return True
        if self.line_start(opener) == self.line_start(at):
            return self.line_start(outer[-1]) != self.line_start(at)
        indentation = self.indentation(opener)
        return self.begins_line(at) and self.indentation(at) == indentation != self.indentation(outer[-1])

    def is_next_statement(self, opener: int) -> bool:
        """Whether a statement seems to begin here, on a later line than the bracket."""
        return (
            self.line_start(opener) < self.line_start(self.at)
            and self.begins_line(self.at)
            and _match_statement(self.text, self.at) is not None
        )

    def ends_without_comma(self, opener: int, mark: str, what: str) -> bool:
        """Reports what is missing behind an element: the end of the bracket (then True), or a comma."""
        if self.ends_early(opener, mark):
            return True
        at = self.at
        if self.is_next_statement(opener) or re.compile(r"=(?!=)").match(self.text, at):
            self.unclosed(opener, mark, at)
            return True
        if not re.compile(r'[\w"(\[{]|<<').match(self.text, at):
            self.expected(f", or {_CLOSERS[mark]} after an {what}", at)
        end = len(self.text[:at].rstrip())
        self.note(f"missing , between this {what} and {self.seen(at)}", end - 1 if end < at else at)
        return False

    # Texts

    def quoted(self) -> None:
        """Reads a quoted template."""
        text = self.text
        start = self.at
        self.at += 1
        directives: list[tuple[str, int]] = []
        while True:
            plain = _match_plain(text, self.at)
            if plain is not None:
                self.at = plain.end()
            elif self.here('"'):
                self.at += 1
                break
            elif self.here("${") or self.here("%{"):
                self.sequence(directives)
            elif self.here("\\"):
                self.escape()
            else:
                self.fail_open_string(start)
        self.end_directives(directives)

    def fail_open_string(self, start: int) -> NoReturn:
        """Fails for a string that its line doesn't close; one that seems to run over lines is skipped whole."""
        text = self.text
        length = len(text[start : self.at].rstrip())
        following = re.compile(r"\s*").match(text, self.at)
        at = following.end() if following is not None else self.at
        end = text.find('"', at)
        message = "unclosed string"
        if end > 0 and text[at] not in "}])#/" and _match_statement(text, at) is None:
            message = "a string can't run over lines: write \\n, or use a heredoc"
            self.at = end + 1
        self.note(message, start, length, outranks=True)
        raise _Damage

    def escape(self) -> None:
        match = _match_escape(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in "uU" and letter:
            count = "four" if letter == "u" else "eight"
            self.note(f"\\{letter} takes {count} hexadecimal digits", self.at, 2)
        elif letter.strip():
            self.note(f"\\{letter} is not an escape that HCL knows; write \\\\ for a backslash", self.at, 2)
        self.at += 2 if letter.strip() else 1

    def heredoc(self) -> None:
        """Reads a heredoc up to the line that closes it."""
        start = self.at
        opening = _match_heredoc(self.text, start)
        if opening is None:
            self.fail_at_heredoc(start)
        name = opening.group(1)
        self.at = opening.end()
        was_wide, self.is_wide = self.is_wide, True
        directives: list[tuple[str, int]] = []
        is_line_start = True
        while True:
            if is_line_start and self.closes(name):
                break
            if self.at >= len(self.text):
                self.fail_open_heredoc(name, start)
            is_line_start = self.here("\n")
            plain = _match_heredoc_plain(self.text, self.at)
            if plain is not None:
                self.at = plain.end()
            elif is_line_start:
                self.at += 1
            else:
                self.sequence(directives)
        self.is_wide = was_wide
        self.end_directives(directives)

    def template(self) -> None:
        """Reads the whole text as a template without quotes."""
        directives: list[tuple[str, int]] = []
        while self.at < len(self.text):
            plain = _match_heredoc_plain(self.text, self.at)
            if plain is not None:
                self.at = plain.end()
            elif self.here("\n"):
                self.at += 1
            else:
                self.sequence(directives)
        self.end_directives(directives)

    def closes(self, name: str) -> bool:
        """Whether this line closes a heredoc; then goes behind the name."""
        end = self.text.find("\n", self.at)
        line = self.text[self.at : end if end >= 0 else len(self.text)]
        if line.strip() != name:
            return False
        self.at += len(line.rstrip())
        return True

    def fail_at_heredoc(self, start: int) -> NoReturn:
        match = re.compile(rf'<<-?([ \t]*)(["\']?)({_NAME})?([^\n]*)').match(self.text, start)
        space, quote, name, rest = match.groups() if match is not None else ("", "", None, "")
        if name is None:
            self.fail("expected the name of a heredoc after <<", start, 2)
        if quote:
            self.fail(f"the name of a heredoc takes no quotes: write <<{name}", start, 2)
        if space:
            self.fail(f"no space may stand between << and the name of a heredoc: write <<{name}", start, 2)
        if rest.strip():
            self.fail(f"expected the end of the line after <<{name}, found {rest.strip()[:20]}", start, 2)
        self.fail(f"heredoc {name} opened in line {self.line(start)} is never closed", start, 2)

    def fail_open_heredoc(self, name: str, start: int) -> NoReturn:
        message = f"heredoc {name} opened in line {self.line(start)} is never closed"
        almost = re.compile(rf"^[ \t]*{re.escape(name)}(?![\w-])[^\n]*$", re.MULTILINE).search(self.text, start)
        if almost is not None:
            message += f": {name} must stand alone in its line, in line {self.line(almost.start())} it does not"
        self.note(message, start, len(name) + 2)
        header = _find_header(self.text, start)
        raise _Restart(len(self.text) if header is None else header.start())

    def sequence(self, directives: list[tuple[str, int]]) -> None:
        """Reads an interpolation or a directive of a template."""
        opener = self.at
        mark = self.text[opener : opener + 2]
        was_wide, self.is_wide = self.is_wide, True
        self.at += 3 if self.text[opener + 2 : opener + 3] == "~" else 2
        self.push(opener)
        self.skip()
        if mark == "${":
            self.expression("an expression after ${")
        else:
            self.directive(directives, opener)
        self.skip()
        if self.here("~"):
            self.at += 1
        if self.here("}"):
            self.at += 1
        else:
            self.end_sequence(opener, mark)
        self.open.pop()
        self.is_wide = was_wide

    def end_sequence(self, opener: int, mark: str) -> None:
        """Reports an interpolation that does not close here."""
        at = self.at
        in_later_line = self.line_start(at) != self.line_start(opener)
        if at >= len(self.text) or self.here('"') or in_later_line:
            self.unclosed(opener, mark, at)
            if in_later_line:
                raise _Damage
        else:
            self.expected(f"}} to close the {mark}", at)

    def directive(self, directives: list[tuple[str, int]], opener: int) -> None:
        """Reads what stands in `%{ }`, and holds it against the directives that are open."""
        name = _match_name(self.text, self.at)
        word = name.group() if name is not None else ""
        innermost = directives[-1][0] if directives else ""
        if word == "for":
            self.for_intro(word)
            directives.append((word, opener))
        elif word == "if":
            self.at += 2
            self.expression("a condition after if")
            directives.append((word, opener))
        elif word == "else" and innermost == "if":
            self.at += 4
            directives[-1] = ("else", directives[-1][1])
        elif (word == "endif" and innermost in ("if", "else")) or (word == "endfor" and innermost == "for"):
            self.at += len(word)
            directives.pop()
        elif word in ("else", "endif", "endfor"):
            wanted = "for" if word == "endfor" else "if"
            self.fail(f"unexpected %{{ {word} }}: no %{{ {wanted} }} is open here", opener, 2)
        else:
            self.expected("if, else, endif, for or endfor after %{", self.at)

    def end_directives(self, directives: list[tuple[str, int]]) -> None:
        if directives:
            word, opener = directives[-1]
            kind = "for" if word == "for" else "if"
            self.fail(f"%{{ {kind} }} opened in line {self.line(opener)} has no %{{ end{kind} }}", opener, 2)
