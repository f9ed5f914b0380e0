"""Functions on files and paths. No file outside the scanned tree is read: what depends on one is unknown."""

from __future__ import annotations

import base64
import os
import posixpath
from collections.abc import Callable

from snapguard.source import SourceFile, Span, load
from snapguard.terraform.functions.signature import (
    MAX_TEXT,
    TEXT,
    Call,
    Function,
    Parameter,
    Tolerance,
    Undecided,
    plain,
)
from snapguard.terraform.types import BoundError, EvaluationError, describe, make_set
from snapguard.values import Known, Value


def _expand(path: str) -> str:
    if path.startswith("~"):
        raise Undecided(f"{path} depends on who runs Terraform")
    return path


def _located(call: Call, path: str) -> str:
    """Where a path leads; Undecided where that is outside the boundary."""
    if "\0" in path:
        raise EvaluationError("the path holds a null character")
    located = os.path.realpath(os.path.join(call.context.base_directory, _expand(path)))
    boundary = os.path.realpath(call.context.boundary)
    if located != boundary and not located.startswith(boundary.rstrip(os.sep) + os.sep):
        raise Undecided(f"{path} lies outside of what is scanned")
    return located


def _load(call: Call, path: str) -> SourceFile:
    located = _located(call, path)
    if not os.path.exists(located):
        raise EvaluationError(f"there is no file {path}")
    if not os.path.isfile(located):
        raise EvaluationError(f"{path} is no file")
    try:
        if os.path.getsize(located) > MAX_TEXT:
            raise EvaluationError(f"{path} is larger than {MAX_TEXT} bytes")
        return load(located)
    except OSError as error:
        raise EvaluationError(f"{path} can't be read: {error.strerror}") from None


def _text(file: SourceFile, path: str) -> str:
    try:
        return file.data.decode()
    except UnicodeDecodeError:
        raise EvaluationError(f"{path} is not UTF-8") from None


def _file(call: Call, path: Value) -> Value:
    name = path.known_text or ""
    file = _load(call, name)
    content = Known(_text(file, name), Span(file, 0, len(file.data)))
    return content.through(call.span, f'file("{name}")')


def _digest(digest: Callable[[bytes], str]) -> Callable[..., Value]:
    def run(call: Call, path: Value) -> Value:
        return Known(digest(_load(call, path.known_text or "").data), call.span)

    return run


def _hexadecimal(algorithm: str) -> Callable[[bytes], str]:
    from snapguard.terraform.functions.hashing import hexadecimal

    return hexadecimal(algorithm)


def _base64_digest(algorithm: str) -> Callable[[bytes], str]:
    from snapguard.terraform.functions.hashing import base64_digest

    return base64_digest(algorithm)


def _exists(call: Call, path: Value) -> Value:
    name = path.known_text or ""
    located = _located(call, name)
    if os.path.exists(located) and not os.path.isfile(located):
        raise EvaluationError(f"{name} is no file")
    return Known(os.path.isfile(located), call.span)


def _file_set(call: Call, path: Value, pattern: Value) -> Value:
    from snapguard.terraform.functions.globbing import matching_files

    located = _located(call, path.known_text or "")
    names = matching_files(located, pattern.known_text or "", lambda name: _located(call, name))
    return Known(make_set(Known(name, call.span) for name in names), call.span)


def _template_file(call: Call, path: Value, variables: Value) -> Value:
    if call.context.is_template:
        raise BoundError("a template can't render another template")
    names = variables.known_map
    if names is None:
        raise EvaluationError(f"the variables must be an object, but this is {describe(variables)}")
    name = path.known_text or ""
    file = _load(call, name)
    _text(file, name)
    return call.context.render(file, names).through(call.span, f'templatefile("{name}")')


def _absolute(call: Call, path: Value) -> Value:
    name = path.known_text or ""
    joined = os.path.normpath(os.path.join(os.path.abspath(call.context.base_directory), name))
    return Known(joined.replace(os.sep, "/"), call.span)


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path)
    return "/" + cleaned.lstrip("/") if cleaned.startswith("/") else cleaned


def _base_name(path: str) -> str:
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


def _directory_name(path: str) -> str:
    return _clean(path[: path.rfind("/") + 1])


_VARIABLES = Parameter("variables", tolerance=Tolerance.INSIDE)

FUNCTIONS = {
    "abspath": Function(_absolute, [TEXT]),
    "basename": plain(_base_name, TEXT),
    "dirname": plain(_directory_name, TEXT),
    "file": Function(_file, [TEXT]),
    "filebase64": Function(_digest(lambda content: base64.b64encode(content).decode()), [TEXT]),
    "filebase64sha256": Function(_digest(_base64_digest("sha256")), [TEXT]),
    "filebase64sha512": Function(_digest(_base64_digest("sha512")), [TEXT]),
    "fileexists": Function(_exists, [TEXT]),
    "filemd5": Function(_digest(_hexadecimal("md5")), [TEXT]),
    "fileset": Function(_file_set, [TEXT, TEXT]),
    "filesha1": Function(_digest(_hexadecimal("sha1")), [TEXT]),
    "filesha256": Function(_digest(_hexadecimal("sha256")), [TEXT]),
    "filesha512": Function(_digest(_hexadecimal("sha512")), [TEXT]),
    "pathexpand": plain(_expand, TEXT),
    "templatefile": Function(_template_file, [TEXT, _VARIABLES]),
}
