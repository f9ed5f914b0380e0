"""Reads expressions and templates of HCL strictly, building nothing: all that counts is what may follow what."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import NoReturn

from snapguard.terraform.damage import CLOSERS, NAME, Damage, DamageLog, Restart, match_name, match_number

_match_gap = re.compile(r"(?:[ \t]|/\*.*?\*/|\r(?=\n))*", re.DOTALL).match
_match_wide_gap = re.compile(r"(?:[ \t\n]|\r(?=\n)|/\*.*?\*/|#[^\n]*|//[^\n]*)*", re.DOTALL).match
_match_operator = re.compile(r"==|!=|<=|>=|&&|\|\||/(?![/*=])|[<>+\-*%](?!=)").match
_match_plain = re.compile(r'[^"\\$%\n\r]+|\$\$+\{|%%+\{|\$+(?![${])|%+(?![%{])').match
_match_pair = re.compile(r"([0-9]+)\.([0-9]+)(?!\w)")
_match_escape = re.compile(r'\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})').match
_match_rest_of_number = re.compile(r"(?:\.[0-9]+)+\w*").match
_match_heredoc = re.compile(rf"<<-?({NAME})\r?\n").match
_match_heredoc_plain = re.compile(r"[^$%\n]+|\$\$+\{|%%+\{|\$+(?![${])|%+(?![%{])").match
STATEMENT = rf'{NAME}[ \t]*(?:=(?!=)|\{{|"[^"\n]*"[ \t]*["{{])'
match_statement = re.compile(STATEMENT).match
HEADER = re.compile(
    r'^(?:(?:resource|data|ephemeral)[ \t]+"[^"\n]*"[ \t]+"[^"\n]*"'
    r'|(?:module|variable|output|provider|check)[ \t]+"[^"\n]*"'
    r"|locals|terraform|moved|import|removed)[ \t]*\{",
    re.MULTILINE,
)
find_header = HEADER.search


class ExpressionReader(DamageLog):
    """Reads expressions; `is_wide` tells whether line ends are space, as they are within brackets."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.is_wide = False

    def skip(self) -> None:
        """Skips space and comments, and line ends where they are space."""
        match = (_match_wide_gap if self.is_wide else _match_gap)(self.text, self.at)
        self.at = match.end() if match is not None else self.at

    def skip_lines(self) -> None:
        """Skips space, comments and line ends."""
        match = _match_wide_gap(self.text, self.at)
        self.at = match.end() if match is not None else self.at

    def is_line_end(self) -> bool:
        text, at = self.text, self.at
        return at >= len(text) or text[at] in "\n#" or text.startswith(("//", "\r\n"), at)

    def enclosed(self, read: Callable[[int], None], opener: int) -> None:
        """Reads what an opening bracket encloses, where line ends are space."""
        was_wide, self.is_wide = self.is_wide, True
        self.push(opener)
        try:
            read(opener)
        finally:
            self.is_wide = was_wide
        self.open.pop()

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
        number = match_number(self.text, at)
        if number is not None:
            self.at = number.end()
            rest = _match_rest_of_number(self.text, self.at)
            if rest is not None or self.is_token(self.at):
                word = self.text[at : self.at] + (self.seen(self.at) if rest is None else rest[0])
                self.fail(f"{word} is not a number", at, len(word))
            return
        name = match_name(self.text, at)
        if name is None:
            self.expected(what, at)
        self.at = name.end()
        self.skip()
        is_namespaced = self.here("::")
        while self.here("::"):
            self.at += 2
            self.skip()
            name = match_name(self.text, self.at)
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
        is_in_splat = False
        while True:
            before = self.at
            self.skip()
            if self.here("[") and not self.is_new_element(before):
                is_in_splat = False
                self.enclosed(self.index, self.at)
            elif self.here(".") and not self.here("..."):
                self.at += 1
                self.skip()
                if is_in_splat and self.here("*"):
                    self.fail("a .* can't stand within another one; write [*]", self.at - 1, 2)
                is_in_splat = is_in_splat or self.here("*")
                pair = _match_pair.match(self.text, self.at)
                if pair is not None:
                    self.fail(f".{pair[0]} takes two elements at once; write [{pair[1]}][{pair[2]}]", self.at)
                name = match_name(self.text, self.at) or re.compile(r"[0-9]+(?:[eE][0-9]+)?|\*").match(
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
            if self.ends_early(opener, "(") or self.ends_at_statement(opener, "("):
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
            if self.ends_early(opener, "[") or self.ends_at_statement(opener, "["):
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
            if HEADER.match(self.text, self.at):
                self.unclosed(opener, "{", self.at)
                return
            self.entry()
        self.close(opener)

    def entry(self) -> None:
        """Reads a key, its value and what separates it from the next."""
        at = self.at
        name = match_name(self.text, at)
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
        self.finish(opener, mark, f"{CLOSERS[mark]} at the end of for")

    def for_intro(self, word: str) -> None:
        """Reads `for key, value in collection`, as expressions and templates have it."""
        self.at += len(word)
        for _ in range(2):
            self.skip()
            name = match_name(self.text, self.at)
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
        name = match_name(self.text, self.at)
        if name is None or name.group() != word:
            return False
        self.at = name.end()
        self.skip()
        return True

    def finish(self, opener: int, mark: str, what: str) -> None:
        """Reads the bracket that closes another; `what` says what is expected."""
        self.skip()
        if self.here(CLOSERS[mark]):
            self.at += 1
        elif self.ends_early(opener, mark):
            return
        elif not self.ends_at_statement(opener, mark):
            self.expected(what, self.at)

    def ends_early(self, opener: int, mark: str) -> bool:
        """Whether the file, or a bracket around, ends before this one is closed; reports it."""
        at = self.at
        if at < len(self.text) and self.text[at] not in ")]}":
            return False
        if at < len(self.text) and self.is_mistaken(opener, at):
            closer = CLOSERS[mark]
            line = self.line(opener)
            self.guess(f"expected {closer} for the {mark} opened in line {line}, found {self.text[at]}", at)
            self.at += 1
        else:
            self.unclosed(opener, mark, at)
        return True

    def is_mistaken(self, opener: int, at: int) -> bool:
        """Whether a closing bracket is of the wrong kind, rather than meant for a bracket around."""
        outer = [place for place in self.open[:-1] if CLOSERS.get(self.text[place], "}") == self.text[at]]
        if not outer:
            return True
        if self.line_start(opener) == self.line_start(at):
            return self.line_start(outer[-1]) != self.line_start(at)
        indentation = self.indentation(opener)
        return self.begins_line(at) and self.indentation(at) == indentation != self.indentation(outer[-1])

    def ends_at_statement(self, opener: int, mark: str) -> bool:
        """Whether a statement begins here, on a later line than the bracket, so that this is unclosed; reports it."""
        is_new_line = self.line_start(opener) < self.line_start(self.at) and self.begins_line(self.at)
        if not is_new_line or match_statement(self.text, self.at) is None:
            return False
        self.unclosed(opener, mark, self.at)
        return True

    def ends_without_comma(self, opener: int, mark: str, what: str) -> bool:
        """Reports what is missing behind an element: the end of the bracket (then True), or a comma."""
        if self.ends_early(opener, mark) or self.ends_at_statement(opener, mark):
            return True
        at = self.at
        if not re.compile(r'[\w"(\[{]|<<').match(self.text, at):
            self.expected(f", or {CLOSERS[mark]} after an {what}", at)
        end = len(self.text[:at].rstrip())
        self.note(f"missing , between this {what} and {self.seen(at)}", end - 1 if end < at else at)
        return False

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
        if end > 0 and text[at] not in "}])#/" and match_statement(text, at) is None:
            message = "a string can't run over lines: write \\n, or use a heredoc"
            self.at = end + 1
        self.note(message, start, length, outranks=True)
        raise Damage

    def escape(self) -> None:
        match = _match_escape(self.text, self.at)
        if match is not None:
            self.at = match.end()
            if match[0][1] == "U" and int(match[0][2:], 16) > sys.maxunicode:
                self.note(f"there is no character {match[0]}", match.start(), len(match[0]))
            return
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in ("u", "U"):
            count = "four" if letter == "u" else "eight"
            self.note(f"\\{letter} takes {count} hexadecimal digits", self.at, 2)
        elif letter not in ("", "\r", "\n"):
            self.note(f"\\{letter} is not an escape that HCL knows; write \\\\ for a backslash", self.at, 2)
        self.at += 1 if letter in ("", "\r", "\n") else 2

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
        if end < 0:
            self.fail(f"the end of the heredoc {name} needs a new line behind it", self.at, len(line))
        self.at += len(line.rstrip())
        return True

    def fail_at_heredoc(self, start: int) -> NoReturn:
        match = re.compile(rf'<<-?([ \t]*)(["\']?)({NAME})?([^\n]*)').match(self.text, start)
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
        header = find_header(self.text, start)
        raise Restart(len(self.text) if header is None else header.start())

    def sequence(self, directives: list[tuple[str, int]]) -> None:
        """Reads an interpolation or a directive of a template."""
        opener = self.at
        mark = self.text[opener : opener + 2]
        was_wide, self.is_wide = self.is_wide, True
        self.at += 3 if self.text[opener + 2 : opener + 3] == "~" else 2
        self.push(opener)
        self.skip()
        if self.at >= len(self.text):
            self.unclosed(opener, mark, self.at)
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
                raise Damage
        else:
            self.expected(f"}} to close the {mark}", at)

    def directive(self, directives: list[tuple[str, int]], opener: int) -> None:
        """Reads what stands in `%{ }`, and holds it against the directives that are open."""
        name = match_name(self.text, self.at)
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
