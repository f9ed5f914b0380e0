"""From the bytes of a template to documents of nodes that know their places."""

from __future__ import annotations

from snapguard.cloudformation import yaml_documents
from snapguard.cloudformation.nodes import Document
from snapguard.resources import InputError
from snapguard.source import SourceFile, Span, display_path, load

MAX_BYTES = 20_000_000
"""How big a file may be; CloudFormation takes 1 MB from S3 and 51,200 bytes directly."""

_BOM = b"\xef\xbb\xbf"


def parse(file: SourceFile) -> list[Document]:
    """The documents of a template file, in JSON or YAML, at least one; what can't be read is among their errors."""
    shift = len(_BOM) if file.data.startswith(_BOM) else 0
    if len(file.data) > MAX_BYTES:
        return [_unreadable(file, f"larger than {MAX_BYTES // 1_000_000} MB; CloudFormation takes no such template")]
    try:
        text = file.data[shift:].decode("utf-8")
    except UnicodeDecodeError as failure:
        at = shift + failure.start
        what = "UTF-16" if file.data.startswith((b"\xff\xfe", b"\xfe\xff")) else "not UTF-8 from here on"
        return [_unreadable(file, f"{what}; save the file as UTF-8", at)]
    if text.lstrip()[:1] == "{":
        return _parse_json(file, text, shift)
    return yaml_documents.read(file, text, shift) or [Document(file, text, shift)]


def _parse_json(file: SourceFile, text: str, shift: int) -> list[Document]:
    """JSON by its own grammar; what is not JSON can still be YAML in braces, and keeps what stood before damage."""
    from snapguard.cloudformation import json_documents
    from snapguard.json_nodes import JsonError

    try:
        return [json_documents.read(file, text, shift)]
    except JsonError as error:
        documents = yaml_documents.read(file, text, shift)
        if any(document.errors for document in documents):
            documents[0].errors[:] = [InputError(error.message, documents[0].span(error.offset, error.offset + 1))]
        return documents


def parse_file(path: str) -> list[Document]:
    """The documents of a file by its path; one that can't be read is one document with that error."""
    try:
        return parse(load(path))
    except OSError as failure:
        return [_unreadable(SourceFile(path, display_path(path), b""), f"can't be read: {failure.strerror or failure}")]


def _unreadable(file: SourceFile, message: str, at: int = 0) -> Document:
    document = Document(file, "", 0)
    document.errors.append(InputError(message, Span(file, at, at)))
    return document
