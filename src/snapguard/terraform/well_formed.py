"""Reads Terraform code that is well formed, in one pass over its text.

This is the road that almost every file takes: one regular expression a statement, one or two a term. It follows HCL's
native syntax (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md) to the letter and gives up at the first
thing that it does not expect: whatever is wrong, and what is right but rare (a name outside ASCII, brackets within
brackets without end), is left to the slower roads, which tell what is wrong and save what stands around it.
"""

from __future__ import annotations

import re
from functools import cache
from sys import intern

from snapguard.source import SourceFile, Span
from snapguard.terraform.syntax import (
    SIMPLE,
    Access,
    Accessor,
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    GetIndex,
    GetSplat,
    Literal,
    ObjectExpression,
    Template,
    TupleExpression,
    Unary,
    Variable,
    nest_splats,
    word_expression,
)
from snapguard.terraform.template_pieces import Piece, assemble, text_pieces
from snapguard.terraform.types import BoundError, number_of

_BYTE_ORDER_MARK = "\xef\xbb\xbf"

_MAX_DEPTH = 60
"""How deep this reader follows brackets and blocks."""


def _is_in_splat(accessors: list[Accessor]) -> bool:
    """Whether what follows would stand within a `.*`, which takes no other one."""
    for accessor in reversed(accessors):
        if isinstance(accessor, GetSplat):
            return not accessor.is_full
        if isinstance(accessor, GetIndex) and not accessor.is_legacy:
            return False
    return False


class NotWellFormedError(Exception):
    """The text holds something that this reader does not take."""


_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_WHOLE_NAME = rf"{_NAME}(?![\w-])"
_PLAIN = r'"[^"\\$%\n]*"'
_BLOCK_COMMENT = r"/\*[^*]*(?:\*(?!/)[^*]*)*\*/"
_LINE_COMMENT = r"(?:#|//)[^\n]*(?![^\n])"
_SPACE = rf"(?:[ \t]|{_BLOCK_COMMENT})*"
_LINE_END = rf"[ \t]*(?:{_LINE_COMMENT})?(?:\r?\n|\Z)"
_EMPTY_LINES = rf"(?:[ \t]*(?:{_LINE_COMMENT}|{_BLOCK_COMMENT}[ \t]*)?\r?\n)*[ \t]*"
_ANYTHING_BETWEEN = rf"[ \t\r\n]*(?:(?:{_LINE_COMMENT}|{_BLOCK_COMMENT})[ \t\r\n]*)*"

_match_statement = re.compile(
    rf"{_EMPTY_LINES}(?:"
    rf"({_NAME})[ \t]*=[ \t]*(?:({SIMPLE}){_LINE_END})?"
    rf"|({_NAME})((?:[ \t]+(?:{_PLAIN}|{_NAME}))*)[ \t]*(\{{)({_LINE_END})?"
    rf"|(\}}){_LINE_END}"
    rf"|(?:{_LINE_COMMENT})?(\Z))"
).match
_ATTRIBUTE, _SIMPLE_VALUE, _BLOCK, _LABELS, _OPENING, _LINE_AFTER_OPENING, _CLOSING, _END = range(1, 9)
_find_labels = re.compile(rf'"([^"]*)"|({_NAME})').findall
_match_one_line_body = re.compile(rf"[ \t]*(?:(\}})|({_NAME})[ \t]*=)").match
_match_line_end = re.compile(_LINE_END).match

_NUMBER_END = r"(?!\w|\.(?!\.\.))"
_TERM = rf'(?:"([^"\\$%\n]*)"|([0-9]{{1,18}}){_NUMBER_END}|({_NAME})((?:\.{_NAME})*)|(["\[({{!<0-9\])-]))'
_TEXT, _DIGITS, _WORD, _REST, _OTHER = range(1, 6)
_match_term = (re.compile(_SPACE + _TERM).match, re.compile(_ANYTHING_BETWEEN + _TERM).match)
"""A term: first where a line's end counts, then within brackets, where it does not."""

_AFTER = r"&&|\|\||::|=>|[=!<>]=|\.\.\.|/(?![/*])|[-+*%<>?:=,.\[\](){}]|~\}|if(?![\w-])"
_match_after = (
    re.compile(rf"{_SPACE}(?:{_LINE_COMMENT})?({_AFTER}|\r?\n|\Z)").match,
    re.compile(rf"{_ANYTHING_BETWEEN}({_AFTER})").match,
)
_match_number = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?" + _NUMBER_END).match
_match_accessor = re.compile(rf"\.(?:({_NAME})|([0-9]+)(?!\w|\.[0-9])|\*)|\[[ \t]*\*[ \t]*\]").match
_match_namespace = re.compile(rf"[ \t]*({_NAME}(?:[ \t]*::[ \t]*{_NAME})*)[ \t]*\(").match
_match_for_mark = re.compile(rf"{_ANYTHING_BETWEEN}for(?![\w-])").match
_match_key = re.compile(rf'{_ANYTHING_BETWEEN}(?:(?:({_NAME})|"([^"\\$%\n]*)"){_SPACE}[=:](?![=>])|(\}}))').match
_BARE_KEY, _QUOTED_KEY, _BRACE = range(1, 4)
_match_between = re.compile(_ANYTHING_BETWEEN).match
_ITEM_ENDS = frozenset({",", "\n", "\r\n"})
_NO_MARK = r"\$\$+\{|%%+\{|\$(?!\{)|%(?!\{)"
_ESCAPE = r'\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})'
_match_literal = re.compile(rf'[^"\\$%\n]*(?:(?:{_ESCAPE}|{_NO_MARK})[^"\\$%\n]*)*').match
_match_heredoc_text = re.compile(rf"[^$%\n]*(?:(?:{_NO_MARK})[^$%\n]*)*\n?").match

_BOUND = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
"""How tight binary operators bind."""


# What not every file has is compiled when it is met first: that takes as long as reading a small file.


@cache
def _for_intro() -> re.Pattern[str]:
    """`for key, value in`, behind the bracket."""
    return re.compile(
        rf"{_ANYTHING_BETWEEN}for(?![\w-]){_ANYTHING_BETWEEN}({_WHOLE_NAME})"
        rf"(?:{_ANYTHING_BETWEEN},{_ANYTHING_BETWEEN}({_WHOLE_NAME}))?{_ANYTHING_BETWEEN}in(?![\w-])"
    )


@cache
def _heredoc_intro() -> re.Pattern[str]:
    """The marker of a heredoc and the end of its line."""
    return re.compile(rf"<<(-?)({_NAME})\r?\n")


@cache
def _directive_intro() -> re.Pattern[str]:
    """A directive, whole or up to its expression."""
    return re.compile(
        rf"%\{{(~?){_ANYTHING_BETWEEN}(?:(else|endif|endfor){_ANYTHING_BETWEEN}(~?)\}}|(if)(?![\w-])"
        rf"|(for)(?![\w-]){_ANYTHING_BETWEEN}({_WHOLE_NAME})(?:{_ANYTHING_BETWEEN},{_ANYTHING_BETWEEN}({_WHOLE_NAME}))?"
        rf"{_ANYTHING_BETWEEN}in(?![\w-]))"
    )


def read(file: SourceFile) -> Body:
    """What stands at the top level of a file; raises NotWellFormedError where that takes another reader."""
    reader = _Reader(file)
    begin = len(_BYTE_ORDER_MARK) if reader.text.startswith(_BYTE_ORDER_MARK) else 0
    try:
        body = reader.body(begin, is_nested=False)
    except RecursionError:
        raise NotWellFormedError from None
    return body


def read_template(file: SourceFile) -> Expression:
    """A whole file as a template; raises NotWellFormedError where that takes another reader."""
    reader = _Reader(file)
    span = Span(file, 0, len(file.data))
    if "${" not in reader.text and "%{" not in reader.text:
        return Literal(span, reader.letters(reader.text))
    try:
        return Template(span, assemble(reader.pieces(0, is_heredoc=True, marker="")))
    except RecursionError:
        raise NotWellFormedError from None


class _Reader:
    """Reads one text. `at` is where to go on; `token`, from there to `token_end`, is what stands behind a term."""

    __slots__ = ("at", "began", "depth", "end", "file", "has_foreign_letters", "text", "token", "token_end")

    def __init__(self, file: SourceFile) -> None:
        data = file.data
        self.file = file
        self.has_foreign_letters = not data.isascii()
        if self.has_foreign_letters:
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                raise NotWellFormedError from None
        # One letter a byte, so that places in the text are places in the file.
        self.text = text = data.decode("latin-1")
        if "\0" in text:
            raise NotWellFormedError
        if "\r" in text and text.count("\r") != text.count("\r\n"):
            raise NotWellFormedError
        self.at = self.began = self.end = self.token_end = self.depth = 0
        self.token = ""

    def letters(self, text: str) -> str:
        """A stretch of the text as it reads."""
        return text.encode("latin-1").decode("utf-8") if self.has_foreign_letters else text

    def body(self, at: int, *, is_nested: bool) -> Body:
        """Attributes and blocks from an offset up to the closing brace, or to the end of the file."""
        text, file = self.text, self.file
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while True:
            match = _match_statement(text, at)
            if match is None:
                raise NotWellFormedError
            kind = match.lastindex
            if kind == _SIMPLE_VALUE:
                name = intern(match[1])
                begin, end = match.span(2)
                attribute = Attribute(name, Span(file, match.start(1), end), None, begin)
                at = match.end()
            elif kind == _ATTRIBUTE:
                name = intern(match[1])
                self.at = match.end()
                expression = self.expression(0)
                token = self.token
                if token != "\n" and token != "" and token != "\r\n":
                    raise NotWellFormedError
                at = self.token_end
                attribute = Attribute(name, Span(file, match.start(1), self.end), expression)
            elif kind in (_OPENING, _LINE_AFTER_OPENING):
                blocks.append(self.block(match))
                at = self.at
                continue
            else:
                if is_nested is not (kind == _CLOSING):
                    raise NotWellFormedError
                self.end = match.start(_CLOSING) + 1
                self.at = match.end()
                return Body(attributes, blocks)
            if name in attributes:
                raise NotWellFormedError
            attributes[name] = attribute

    def block(self, match: re.Match[str]) -> Block:
        """The block whose header was met; goes on behind its closing brace and the end of that line."""
        file = self.file
        start = match.start(_BLOCK)
        written = match[_LABELS]
        labels = [intern(self.letters(quoted or bare)) for quoted, bare in _find_labels(written)] if written else []
        opening_end = match.end(_OPENING)
        self.enter()
        if match.lastindex == _LINE_AFTER_OPENING:
            body = self.body(match.end(), is_nested=True)
        else:
            body = self.one_line_body(opening_end)
        self.depth -= 1
        header = Span(file, start, opening_end)
        return Block(intern(match[_BLOCK]), labels, Span(file, start, self.end), header, body)

    def one_line_body(self, at: int) -> Body:
        """`{ }` or `{ name = expression }` in the line of the header."""
        match = _match_one_line_body(self.text, at)
        if match is None:
            raise NotWellFormedError
        attributes: dict[str, Attribute] = {}
        closing = match.start(1)
        if closing < 0:
            name = intern(match[2])
            self.at = match.end()
            expression = self.expression(0)
            if self.token != "}":
                raise NotWellFormedError
            attributes[name] = Attribute(name, Span(self.file, match.start(2), self.end), expression)
            closing = self.token_end - 1
        line_end = _match_line_end(self.text, closing + 1)
        if line_end is None:
            raise NotWellFormedError
        self.at = line_end.end()
        self.end = closing + 1
        return Body(attributes, [])

    # Expressions. `free` is 1 where a line's end is but space, else 0. Each leaves `began` and `end`, the offsets of
    # what was read, brackets around it included, and `token` and `token_end` of what stands behind it.

    def expression(self, free: int) -> Expression:
        """A whole expression from `at` on."""
        left = self.operand(free)
        token = self.token
        if token in _BOUND:
            left = self.operation(free, left, 0)
            token = self.token
        if token != "?":
            return left
        began = self.began
        self.at = self.token_end
        self.enter()
        then = self.expression(free)
        self.expect(":")
        otherwise = self.expression(free)
        self.depth -= 1
        self.began = began
        return Conditional(Span(self.file, began, self.end), left, then, otherwise)

    def operation(self, free: int, left: Expression, least: int) -> Expression:
        """The operators behind a term that bind tighter than `least`, with their right operands."""
        began = self.began
        operator = self.token
        bound = _BOUND.get(operator, 0)
        while bound > least:
            self.at = self.token_end
            right = self.operand(free)
            following = _BOUND.get(self.token, 0)
            if following > bound:
                right = self.operation(free, right, bound)
                following = _BOUND.get(self.token, 0)
            left = Binary(Span(self.file, began, self.end), operator, left, right)
            operator, bound = self.token, following
        self.began = began
        return left

    def operand(self, free: int) -> Expression:
        """A term with the accessors behind it."""
        match = _match_term[free](self.text, self.at)
        if match is None:
            raise NotWellFormedError
        kind = match.lastindex
        self.end = end = match.end()
        term: Expression
        if kind == _REST:
            began = match.start(_WORD)
            self.look(free)
            if self.token == "(" or self.token == "::":
                term = self.call(match)
                self.look(free)
            else:
                span = Span(self.file, began, end)
                term = word_expression(span, intern(match[_WORD]))
                rest = match[_REST]
                if rest:
                    term = Access(span, term, [GetAttribute(intern(name)) for name in rest[1:].split(".")])
        else:
            if kind == _TEXT:
                began = match.start(_TEXT) - 1
                term = Literal(Span(self.file, began, end), self.letters(match[_TEXT]))
            elif kind == _DIGITS:
                began = match.start(_DIGITS)
                term = Literal(Span(self.file, began, end), int(match[_DIGITS]))
            else:
                began = match.start(_OTHER)
                self.enter()
                term = self.other(began, match[_OTHER], free)
                self.depth -= 1
            self.look(free)
        self.began = began
        if self.token == "[" or self.token == ".":
            return self.access(began, term, free)
        return term

    def enter(self) -> None:
        """Goes one level deeper; whoever calls it comes back up."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise NotWellFormedError

    def access(self, began: int, base: Expression, free: int) -> Expression:
        """Accessors behind a base; `token` is the first of them."""
        text = self.text
        accessors: list[Accessor] = []
        if isinstance(base, Access) and base.span.start == began:
            accessors.extend(base.accessors)
            base = base.base
            if isinstance(base, Variable):
                base = Variable(Span(self.file, began, began + len(base.name)), base.name)
        while self.token == "." or self.token == "[":
            start = self.token_end - 1
            match = _match_accessor(text, start)
            if match is not None:
                self.end = match.end()
                name, position = match.groups()
                if name is not None:
                    accessors.append(GetAttribute(intern(name)))
                elif position is not None:
                    key = Literal(Span(self.file, start, self.end), int(position))
                    accessors.append(GetIndex(key, is_legacy=True))
                else:
                    if text[start] == "." and _is_in_splat(accessors):
                        raise NotWellFormedError
                    accessors.append(GetSplat((), is_full=text[start] == "["))
            elif self.token == "[":
                accessors.append(GetIndex(self.within(start + 1, "]")))
            else:
                raise NotWellFormedError
            self.look(free)
        self.began = began
        return Access(Span(self.file, began, self.end), base, nest_splats(accessors))

    def look(self, free: int) -> None:
        """Looks what stands behind `end`."""
        after = _match_after[free](self.text, self.end)
        if after is None:
            raise NotWellFormedError
        self.token = after[1]
        self.token_end = after.end()

    def expect(self, *tokens: str) -> str:
        """The token behind what was read, which must be one of these; goes on behind it."""
        if self.token not in tokens:
            raise NotWellFormedError
        self.at = self.token_end
        return self.token

    def within(self, at: int, closing: str) -> Expression:
        """An expression within brackets; `end` is behind the closing one."""
        self.at = at
        self.enter()
        expression = self.expression(1)
        self.depth -= 1
        self.expect(closing)
        self.end = self.token_end
        return expression

    def other(self, began: int, mark: str, free: int) -> Expression:
        """A term that begins with a mark; `end` is behind it."""
        if mark == '"':
            return self.template(began)
        if mark == "[":
            return self.sequence(began)
        if mark == "{":
            return self.object(began)
        if mark == "(":
            return self.within(began + 1, ")")
        if mark == "<":
            return self.heredoc(began)
        if mark in "-!":
            self.at = began + 1
            operand = self.operand(free)
            return Unary(Span(self.file, began, self.end), mark, operand)
        number = _match_number(self.text, began)
        if number is None:
            raise NotWellFormedError
        self.end = number.end()
        try:
            return Literal(Span(self.file, began, self.end), number_of(number[0]))
        except BoundError:
            raise NotWellFormedError from None

    def call(self, match: re.Match[str]) -> Expression:
        """The call of a function whose name, or the namespace before it, was met; `token` stands behind that."""
        name = match[_WORD]
        opening_end = self.token_end
        if self.token == "::":
            named = _match_namespace(self.text, opening_end)
            if named is None:
                raise NotWellFormedError
            name, opening_end = "::".join([name, *named[1].replace("::", " ").split()]), named.end()
        if match[_REST]:
            raise NotWellFormedError
        self.enter()
        arguments, is_expanding = self.elements(opening_end, ")")
        self.depth -= 1
        return Call(Span(self.file, match.start(_WORD), self.end), intern(name), arguments, is_expanding)

    def sequence(self, began: int) -> Expression:
        """`[a, b]`, or a `for` expression that makes one."""
        if _match_for_mark(self.text, began + 1):
            return self.comprehension(began, "]")
        elements, is_expanding = self.elements(began + 1, "]")
        if is_expanding:
            raise NotWellFormedError
        return TupleExpression(Span(self.file, began, self.end), elements)

    def elements(self, at: int, closing: str) -> tuple[list[Expression], bool]:
        """Expressions with commas between them up to the closing bracket, and whether `...` follows the last."""
        text = self.text
        elements: list[Expression] = []
        match_term, match_after = _match_term[1], _match_after[1]
        is_expanding = False
        while True:
            match = match_term(text, at)
            if match is None:
                raise NotWellFormedError
            kind = match.lastindex
            if kind == _OTHER and match[_OTHER] == closing and not is_expanding:
                self.end = match.end()
                return elements, False
            after = match_after(text, match.end()) if kind == _TEXT else None
            if after is not None and (after[1] == "," or after[1] == closing):
                end = match.end()
                elements.append(Literal(Span(self.file, match.start(_TEXT) - 1, end), self.letters(match[_TEXT])))
                token, at = after[1], after.end()
            else:
                self.at = at
                elements.append(self.expression(1))
                token, at = self.token, self.token_end
            if token == "...":
                self.end = at
                self.look(1)
                token, at = self.token, self.token_end
                is_expanding = True
            if token == closing:
                self.end = at
                return elements, is_expanding
            if token != "," or is_expanding:
                raise NotWellFormedError

    def object(self, began: int) -> Expression:
        """`{ a = 1 }`, or a `for` expression that makes one."""
        text, file = self.text, self.file
        items: list[tuple[Expression, Expression]] = []
        at = began + 1
        while True:
            match = _match_key(text, at)
            if match is None:
                if not items and _match_for_mark(text, at):
                    return self.comprehension(began, "}")
                between = _match_between(text, at)
                self.at = at if between is None else between.end()
                key = self.expression(0)
                self.expect("=", ":")
            elif match.lastindex == _BRACE:
                self.end = match.end()
                break
            elif match.lastindex == _BARE_KEY:
                name = intern(match[_BARE_KEY])
                if name == "for" and not items:
                    raise NotWellFormedError
                key = Literal(Span(file, *match.span(_BARE_KEY)), name)
                self.at = match.end()
            else:
                start, end = match.span(_QUOTED_KEY)
                key = Literal(Span(file, start - 1, end + 1), intern(self.letters(match[_QUOTED_KEY])))
                self.at = match.end()
            items.append((key, self.expression(0)))
            at = self.token_end
            if self.token == "}":
                self.end = at
                break
            if self.token not in _ITEM_ENDS:
                raise NotWellFormedError
        return ObjectExpression(Span(file, began, self.end), items)

    def comprehension(self, began: int, closing: str) -> Expression:
        """A `for` expression of either kind."""
        match = _for_intro().match(self.text, began + 1)
        if match is None:
            raise NotWellFormedError
        first, second = match.groups()
        self.at = match.end()
        collection = self.expression(1)
        self.expect(":")
        result = self.expression(1)
        result_key: Expression | None = None
        is_grouping = False
        if closing == "}":
            self.expect("=>")
            result_key, result = result, self.expression(1)
            if self.token == "...":
                is_grouping = True
                self.end = self.token_end
                self.look(1)
        condition: Expression | None = None
        if self.token == "if":
            self.at = self.token_end
            condition = self.expression(1)
        self.expect(closing)
        self.end = self.token_end
        span = Span(self.file, began, self.end)
        key, value = (first, second) if second else (None, first)
        return For(span, key, value, collection, result_key, result, condition, is_grouping)

    # Templates

    def template(self, began: int) -> Expression:
        """A quoted template."""
        pieces = self.pieces(began + 1, is_heredoc=False, marker='"')
        parts = assemble(pieces)
        span = Span(self.file, began, self.end)
        if all(isinstance(part, str) for part in parts):
            return Literal(span, "".join(part for part in parts if isinstance(part, str)))
        return Template(span, parts)

    def heredoc(self, began: int) -> Expression:
        """A heredoc, plain or indented."""
        match = _heredoc_intro().match(self.text, began)
        if match is None:
            raise NotWellFormedError
        pieces = self.pieces(match.end(), is_heredoc=True, marker=match[2])
        parts = assemble(pieces, is_indented=bool(match[1]))
        span = Span(self.file, began, self.end)
        if all(isinstance(part, str) for part in parts):
            return Literal(span, "".join(part for part in parts if isinstance(part, str)))
        return Template(span, parts, is_heredoc=True)

    def pieces(self, at: int, *, is_heredoc: bool, marker: str) -> list[Piece]:
        """The pieces of a template from an offset up to the quote or to the line that holds the marker alone.

        A template with an empty marker ends with the text.
        """
        text = self.text
        pieces: list[Piece] = []
        open_directives: list[str] = []
        begin = at
        while True:
            at = self.plain(at, marker) if is_heredoc else self.literal_end(at)
            if at > begin:
                pieces.extend(text_pieces(self.letters(text[begin:at]), is_heredoc=is_heredoc))
            mark = text[at : at + 2]
            if mark == "${":
                trims = text.startswith("~", at + 2)
                self.at = at + 3 if trims else at + 2
                expression = self.expression(1)
                closing = self.expect("}", "~}")
                pieces.append(Piece("expression", "", (expression,), (), trims, closing == "~}"))
            elif mark == "%{":
                pieces.append(self.directive(at, open_directives))
            elif open_directives:
                raise NotWellFormedError
            else:
                self.end = at + len(mark[:1]) if not is_heredoc else self.end
                return pieces
            begin = at = self.at
            if is_heredoc and marker and text[at : text.find("\n", at)].strip(" \t\r") == marker:
                raise NotWellFormedError

    def literal_end(self, at: int) -> int:
        """Where the literal text of a quoted template ends."""
        match = _match_literal(self.text, at)
        end = at if match is None else match.end()
        if self.text[end : end + 1] not in ('"', "$", "%"):
            raise NotWellFormedError
        return end

    def plain(self, at: int, marker: str) -> int:
        """Where literal text of a heredoc ends: at an interpolation or directive, or at the line of the marker.

        `at` is where a line begins or goes on behind an interpolation; in the line of the marker, `end` is behind it.
        """
        text = self.text
        while True:
            if at == 0 or text[at - 1] == "\n":
                line_end = text.find("\n", at)
                if marker and text[at:line_end].strip(" \t\r") == marker and line_end >= 0:
                    self.end = text.index(marker, at) + len(marker)
                    return at
            match = _match_heredoc_text(text, at)
            end = at if match is None else match.end()
            if end == len(text):
                if marker:
                    raise NotWellFormedError
                return end
            if text[end - 1] != "\n" or end == at:
                return end
            at = end

    def directive(self, at: int, opened: list[str]) -> Piece:
        """A directive at an offset; `opened` are those around it that are to be closed."""
        match = _directive_intro().match(self.text, at)
        if match is None:
            raise NotWellFormedError
        trims_left, kind, trims_right, _, is_for, first, second = match.groups()
        expressions: tuple[Expression, ...] = ()
        self.at = match.end()
        if kind is None:
            kind = "if" if is_for is None else "for"
            opened.append(kind)
            expressions = (self.expression(1),)
            trims_right = "~" if self.expect("}", "~}") == "~}" else ""
        elif kind == "else":
            if not opened or opened[-1] != "if":
                raise NotWellFormedError
            opened[-1] = "else"
        elif not opened or opened.pop() not in (("for",) if kind == "endfor" else ("if", "else")):
            raise NotWellFormedError
        names = [name for name in (first, second) if name]
        return Piece(kind, "", expressions, names, bool(trims_left), bool(trims_right))
