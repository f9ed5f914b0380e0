"""Templates in YAML: from the events of the parser to nodes.

The events of PyYAML's C parser are put together here, not by its composer: so a damaged file keeps what stood
before the damage, aliases stay links instead of copies, and nesting and expansion are bounded.
"""

from __future__ import annotations

from typing import Any

import yaml

from snapguard.cloudformation.damage import describe
from snapguard.cloudformation.nodes import (
    MAX_DEPTH,
    SECTIONS,
    TOO_DEEP,
    Alias,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_mapping,
    as_text,
    bare,
    call,
    duplicate_key,
    long_form,
    scalar_value,
)
from snapguard.resources import InputError
from snapguard.source import SourceFile

MAX_COPIES = 200_000
"""How many values the aliases of a file may stand for."""

_STANDARD_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = (None, "!", f"{_STANDARD_TAG}str")


def read(file: SourceFile, text: str, shift: int) -> list[Document]:
    """The documents of a text that begins `shift` bytes into its file, up to the damage if there is one."""
    return _Builder(file, text, shift).build()


def _parser(text: str) -> Any:
    """The C parser, or PyYAML's own where it was built without libyaml; both speak in the same events."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader(text)


class _Open:
    """A collection whose end has not been read yet."""

    __slots__ = ("anchor", "count", "key", "node", "tag")

    def __init__(self, node: SequenceNode | MappingNode, tag: str | None, anchor: str | None, count: int) -> None:
        self.node = node
        self.tag = tag
        self.anchor = anchor
        self.count = count
        self.key: tuple[str, int, int] | None = None


class _RefusedError(Exception):
    """A bound was passed or an alias leads nowhere: the rest of the file can't be read."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class _Builder:
    """Puts the events of one file together to documents."""

    def __init__(self, file: SourceFile, text: str, shift: int) -> None:
        self.file = file
        self.text = text
        self.shift = shift
        self.documents: list[Document] = []
        self.document = Document(file, text, shift)
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.count = 0
        """Nodes so far, each alias counted as all that it stands for."""
        self.copies = 0

    def build(self) -> list[Document]:
        """Read to the end, or to the damage."""
        try:
            self._read(_parser(self.text))
        except yaml.YAMLError as failure:
            self._give_up(*describe(failure, self.text))
        except _RefusedError as refusal:
            self._give_up(refusal.message, refusal.start, refusal.end)
        return self.documents

    def _read(self, parser: Any) -> None:
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start,
            yaml.DocumentEndEvent: self._finish,
        }
        next_event = parser.get_event
        next_event()
        while True:
            event = next_event()
            handler = handlers.get(type(event))
            if handler is None:
                return
            handler(event)

    def _start(self, event: Any) -> None:
        if self.documents:
            self.document = Document(self.file, self.text, self.shift)
        self.anchors = {}

    def _finish(self, event: Any) -> None:
        self.documents.append(self.document)

    def _give_up(self, message: str, start: int, end: int) -> None:
        """Report the damage, and keep the sections and resources that were complete before it."""
        document = self.document
        document.errors.append(InputError(message, document.span(start, end)))
        if document not in self.documents:
            self.documents.append(document)
        if self.stack:
            document.root = self._salvaged(start)

    def _salvaged(self, end: int) -> Node | None:
        """The open root with its open section; without the last entry if the damage may belong to it."""
        root = self.stack[0]
        if not isinstance(root.node, MappingNode):
            return None
        root.node.end = end
        section = next(reversed(root.node.entries.values()), None)
        if len(self.stack) > 1 and root.key is not None and root.key[0] in SECTIONS:
            section = self.stack[1].node
            section.key_start, section.key_end = root.key[1:]
            root.node.entries.setdefault(root.key[0], section)
        if isinstance(section, MappingNode):
            section.end = end
            if section.entries and (len(self.stack) < 3 or self.stack[1].key is None):
                section.entries.popitem()
        return root.node

    def _scalar(self, event: Any) -> None:
        start = event.start_mark.index
        end = event.end_mark.index
        text = event.value
        stack = self.stack
        if stack:
            top = stack[-1]
            if top.key is None and type(top.node) is MappingNode and event.tag in _TEXT_TAGS:
                top.key = (text, start, end)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (ScalarNode(self.document, start, end, text), 1)
                return
        tag = event.tag
        if event.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        plain = not event.style and (tag is None or tag not in _TEXT_TAGS)
        node: Node = ScalarNode(self.document, start, end, scalar_value(text) if plain else text)
        if tag is not None:
            node = self._tagged(node, tag)
        self.count += 1
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self._add(node)

    def _tagged(self, node: Node, tag: str) -> Node:
        return node if tag == "!" or tag.startswith(_STANDARD_TAG) else call(node, tag.lstrip("!"), node)

    def _open(self, event: Any) -> None:
        start = event.start_mark.index
        kind = MappingNode if type(event) is yaml.MappingStartEvent else SequenceNode
        if len(self.stack) >= MAX_DEPTH:
            raise _RefusedError(TOO_DEEP, start, start + 1)
        self.stack.append(_Open(kind(self.document, start, event.end_mark.index), event.tag, event.anchor, self.count))
        self.count += 1

    def _close(self, event: Any) -> None:
        top = self.stack.pop()
        node = top.node
        if event.start_mark.index != event.end_mark.index:
            node.end = event.end_mark.index
        elif isinstance(node, MappingNode):
            for child in reversed(node.entries.values()):
                node.end = max(node.end, child.end, child.key_end)
                break
        elif node.items:
            node.end = max(node.end, node.items[-1].end)
        finished: Node = node
        if type(node) is MappingNode:
            if "<<" in node.entries:
                self._merge(node)
            finished = long_form(node)
        if top.tag is not None:
            finished = self._tagged(finished, top.tag)
        if top.anchor is not None:
            self.anchors[top.anchor] = (finished, self.count - top.count)
        self._add(finished)

    def _merge(self, node: MappingNode) -> None:
        """Write out `<<`: what the mapping sets itself comes first, then the merged ones in their order."""
        merged = node.entries.pop("<<")
        listed = bare(merged)
        sources = listed.items if isinstance(listed, SequenceNode) else [merged]
        for source in sources:
            mapping = as_mapping(source)
            if mapping is None:
                self._complain("<< takes a mapping or a list of mappings", merged.key_start, merged.key_end)
                continue
            anchor = source.anchor if isinstance(source, Alias) else "<<"
            for key, child in mapping.entries.items():
                if key not in node.entries:
                    link = Alias(self.document, source.start, source.end, anchor, child)
                    node.put(key, merged.key_start, merged.key_end, link)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        anchor = event.anchor
        found = self.anchors.get(anchor)
        if found is None:
            inside = any(opened.anchor == anchor for opened in self.stack)
            reason = "stands inside of what it names" if inside else f"names nothing: there is no &{anchor} before it"
            raise _RefusedError(f"the alias *{anchor} {reason}", start, end)
        target, size = found
        self.count += size
        self.copies += size
        if self.copies > MAX_COPIES:
            raise _RefusedError(f"the aliases up to here stand for more than {MAX_COPIES:,} values", start, end)
        if self.stack and type(self.stack[-1].node) is MappingNode and self.stack[-1].key is None:
            named = as_text(target)
            if named is not None:
                self.stack[-1].key = (named, start, end)
                return
        self._add(Alias(self.document, start, end, anchor, target))

    def _add(self, node: Node) -> None:
        """Give a finished node to the collection that it stands in."""
        if not self.stack:
            self.document.root = node
            return
        top = self.stack[-1]
        container = top.node
        if type(container) is SequenceNode:
            container.items.append(node)
        elif type(container) is MappingNode:
            key = top.key
            if key is None:
                self._complain("a key must be a text", node.start, node.end)
                top.key = ("", node.start, node.start)
                return
            top.key = None
            if key[0] in container.entries:
                self._complain(duplicate_key(key[0]), key[1], key[2])
            container.put(*key, node)

    def _complain(self, message: str, start: int, end: int) -> None:
        self.document.errors.append(InputError(message, self.document.span(start, end)))
