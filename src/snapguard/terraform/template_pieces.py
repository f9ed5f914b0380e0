"""Templates put together: the flat pieces of their text, with strip markers and margins applied as HCL does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from snapguard.terraform.syntax import Expression, TemplateFor, TemplateIf, TemplatePart


class Piece:
    """A piece of a template in the flat order of its text: literal text, an expression, or a directive's mark.

    `kind` is "text", "expression", "if", "else", "endif", "for" or "endfor"; `content` is the text; `expressions` are
    what a mark holds, `names` what a `for` binds.
    """

    __slots__ = ("content", "expressions", "kind", "names", "trims_left", "trims_right")

    def __init__(
        self,
        kind: str,
        content: str = "",
        expressions: Sequence[Expression] = (),
        names: Sequence[str] = (),
        trims_left: bool = False,
        trims_right: bool = False,
    ) -> None:
        self.kind = kind
        self.content = content
        self.expressions = expressions
        self.names = names
        self.trims_left = trims_left
        self.trims_right = trims_right


def text_pieces(text: str, *, is_heredoc: bool) -> list[Piece]:
    """The pieces of literal text as written: of a heredoc one a line, since HCL reads those line by line.

    So a strip marker in a heredoc takes white space up to the end of one line only.
    """
    if not is_heredoc:
        return [Piece("text", unescape(text))]
    lines = undouble(text).split("\n")
    pieces = [Piece("text", line + "\n") for line in lines]
    if ("$" in text or "%" in text) and _AFTER_MARKER.search(text):
        pieces = [part for piece in pieces for part in _as_hcl_reads(piece)]
    last = pieces[-1]
    last.content = last.content[:-1]
    if not last.content:
        pieces.pop()
    return pieces


_AFTER_MARKER = re.compile(r"[$%][ \t]\n")
"""A marker that begins nothing takes what follows it along: HCL reads the end of the line behind that by itself."""


def _as_hcl_reads(line: Piece) -> Iterator[Piece]:
    if _AFTER_MARKER.search(line.content):
        yield Piece("text", line.content[:-1])
        yield Piece("text", "\n")
    else:
        yield line


def assemble(pieces: Sequence[Piece], *, is_indented: bool = False) -> list[TemplatePart]:
    """The parts that pieces make; `is_indented` where the common margin of a heredoc's lines is taken off."""
    for position, piece in enumerate(pieces):
        if piece.trims_left and position and pieces[position - 1].kind == "text":
            before = pieces[position - 1]
            before.content = before.content.rstrip()
        if piece.trims_right and position + 1 < len(pieces) and pieces[position + 1].kind == "text":
            after = pieces[position + 1]
            after.content = after.content.lstrip()
    if is_indented:
        _dedent(pieces)
    return _nest(iter(pieces), ())[0]


def _nest(pieces: Iterator[Piece], ends: Sequence[str]) -> tuple[list[TemplatePart], str]:
    """Builds parts up to one of the closing marks; gives them and the mark that was met."""
    parts: list[TemplatePart] = []
    for piece in pieces:
        kind = piece.kind
        if kind == "text":
            parts.append(piece.content)  # also where nothing is left of it: an expression beside it gives a text
        elif kind in ends:
            return parts, kind
        elif kind == "expression":
            parts.append(piece.expressions[0])
        elif kind == "if":
            then, met = _nest(pieces, ("else", "endif"))
            otherwise = _nest(pieces, ("endif",))[0] if met == "else" else []
            parts.append(TemplateIf(piece.expressions[0], then, otherwise))
        elif kind == "for":
            body, _ = _nest(pieces, ("endfor",))
            key = piece.names[0] if len(piece.names) > 1 else None
            parts.append(TemplateFor(key, piece.names[-1], piece.expressions[0], body))
    return parts, ""


def _dedent(pieces: Sequence[Piece]) -> None:
    """Takes the common indentation off the lines of an indented heredoc; blank lines don't count for it."""
    first_of_line: list[Piece] = []
    least: int | None = None
    begins_line = True
    for piece in pieces:
        content = piece.content
        if begins_line:
            begins_line = False
            indentation = len(content) - len(content.lstrip()) if piece.kind == "text" else 0
            if not (piece.kind == "text" and content.endswith("\n") and indentation == len(content)):
                least = indentation if least is None else min(least, indentation)
                if piece.kind == "text":
                    first_of_line.append(piece)
        begins_line = begins_line or (piece.kind == "text" and content.endswith("\n"))
    for piece in first_of_line:
        piece.content = piece.content[least or 0 :]


_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def unescape(text: str) -> str:
    """The text that a quoted literal stands for: backslash escapes and the doubled template markers."""
    if "\\" in text:
        out = []
        at = 0
        while True:
            slash = text.find("\\", at)
            if slash < 0 or slash + 1 >= len(text):
                out.append(text[at:])
                break
            out.append(text[at:slash])
            mark = text[slash + 1]
            at = slash + 2
            if mark in "uU":
                digits = text[at : at + (4 if mark == "u" else 8)]
                at += len(digits)
                out.append(_character(digits))
            else:
                out.append(_SIMPLE_ESCAPES.get(mark, mark))
        text = "".join(out)
    return undouble(text)


def _character(digits: str) -> str:
    """The character of a code point in hexadecimal; the replacement character where there is none."""
    try:
        code = int(digits, 16)
    except ValueError:
        return "\ufffd"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def undouble(text: str) -> str:
    """The text with `$${` and `%%{` as the markers that they stand for."""
    return text.replace("$${", "${").replace("%%{", "%{") if "{" in text else text
