"""What is wrong with a Terraform file that does not parse, in words, and at the place where it is wrong.

tree-sitter marks damaged stretches, but far too wide and without a reason. So a file that has such a stretch is read
once more, by a strict reader of HCL's native syntax (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md)
that builds nothing: it knows at every place what may follow, and goes on behind each damage at the next statement.
"""

from __future__ import annotations

import re
from contextlib import suppress

from tree_sitter import Node

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span
from snapguard.terraform.damage import Damage, Restart
from snapguard.terraform.strict_files import MAX_ERRORS, FileReader


def syntax_errors(file: SourceFile) -> list[InputError]:
    """Everything that is wrong with the syntax of a file, in file order: one error a damage and line.

    Not more than MAX_ERRORS; empty where the file is right, whatever the parser made of it.
    """
    try:
        text = file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        return [InputError(_undecodable(file.data), Span(file, error.start, error.end))]
    if "\0" in text:
        at = file.data.index(b"\0")
        return [InputError("not a text file: it holds a NUL character", Span(file, at, at + 1))]
    reader = FileReader(text)
    reader.file()
    found = sorted(reader.found.values())[:MAX_ERRORS]
    return [InputError(message, _span(file, text, start, end)) for start, end, message in found]


def unexplained_error(file: SourceFile, root: Node) -> InputError:
    """The first damage that the parser marked in a file that is right as far as `syntax_errors` can tell."""
    node = root
    while not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error or child.is_missing)
    return InputError("this part of the file can't be read", Span(file, node.start_byte, node.end_byte))


def template_problem(text: str) -> str:
    """What is wrong with a text that is not the template that it should be."""
    reader = FileReader(text)
    with suppress(Damage, Restart):
        reader.template()
    return next((message for _, _, message in reader.found.values()), "it can't be read")


def readable(data: bytes) -> bytes:
    """The same text, of the same length, with what is right but beyond the parser's grammar written within it.

    That is: a number with an exponent and no fraction (`1e5`), a name of a heredoc outside ASCII, white space in
    `[ * ]`, `. *` and `a :: b()`, an escape of several signs (`$$$${`). Places in the result are places in `data`,
    where the numbers, names and texts are to be read from.
    """
    data = re.sub(
        rb"(?<![\w.\x80-\xff])(?<![\w\x80-\xff]-)[0-9](?:[0-9.eE]|(?<=[eE])[+-]|-(?=[0-9]))*",
        lambda m: re.sub(rb"(?<![0-9.])[0-9]+[eE][+-]?[0-9]+(?![\w.])", lambda n: b"1" * len(n[0]), m[0]),
        data,
    )
    data = re.sub(rb"(?<=\w)[ \t]*::[ \t]*(?=[A-Za-z_])", lambda m: b"__" + b"_" * (len(m[0]) - 2), data)
    data = re.sub(rb"\[([ \t]*)\*([ \t]*)\]", lambda m: m[1] + b"[*]" + m[2], data)
    data = re.sub(rb"\.([ \t]+)\*", lambda m: m[1] + b".*", data)
    data = re.sub(rb"(\$\$+|%%+)\{", lambda m: m[1] + b"(", data)
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


def _span(file: SourceFile, text: str, start: int, end: int) -> Span:
    first = len(text[:start].encode("utf-8"))
    return Span(file, first, first + len(text[start:end].encode("utf-8")))
