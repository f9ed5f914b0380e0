"""Templates in JSON: the nodes of the JSON reader as nodes of a template."""

from __future__ import annotations

from snapguard import json_nodes
from snapguard.cloudformation.nodes import (
    MAX_DEPTH,
    TOO_DEEP,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    duplicate_key,
    long_form,
    scalar_value,
)
from snapguard.resources import InputError
from snapguard.source import SourceFile


def read(file: SourceFile, text: str, shift: int) -> Document:
    """The document of a JSON text that begins `shift` bytes into its file; raises JsonError where it is none."""
    document = Document(file, text, shift)
    document.root = _node(json_nodes.parse(text, scalar_value), document, 1)
    return document


def _node(found: json_nodes.JsonNode, document: Document, depth: int) -> Node:
    content = found.value
    if content.__class__ is dict:
        return _mapping(found, document, depth)
    if content.__class__ is not list:
        return ScalarNode(document, found.start, found.end, content)
    if depth > MAX_DEPTH:
        raise json_nodes.JsonError(TOO_DEEP, found.start)
    sequence = SequenceNode(document, found.start, found.end)
    sequence.items = [_node(child, document, depth + 1) for child in content]
    return sequence


def _mapping(found: json_nodes.JsonNode, document: Document, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise json_nodes.JsonError(TOO_DEEP, found.start)
    mapping = MappingNode(document, found.start, found.end)
    entries = mapping.entries
    places = found.key_spans
    for key, child in found.value.items():
        value = child.value
        # Most entries are scalars: making them here saves a call for each.
        if value.__class__ is str:
            entry: Node = ScalarNode(document, child.start, child.end, value)
        else:
            entry = _node(child, document, depth + 1)
        entry.key_start, entry.key_end = places[key]
        entries[key] = entry
        if key[:4] == "Fn::":
            mapping.expands = True
    for key, (start, end) in found.duplicates:
        document.errors.append(InputError(duplicate_key(key), document.span(start, end)))
    return long_form(mapping) if len(entries) == 1 else mapping
