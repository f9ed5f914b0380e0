"""A template: its sections and parameters, and the files that it includes."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.cloudformation.local_files import local_path
from snapguard.cloudformation.nodes import (
    SECTIONS,
    Call,
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    as_mapping,
    as_text,
    bare,
)
from snapguard.cloudformation.parameters import Parameter
from snapguard.cloudformation.syntax import parse_file
from snapguard.resources import InputError

SERVERLESS = "AWS::Serverless::"
"""How the types begin that SAM turns into others."""

INCLUDE = "AWS::Include"
"""The transform that puts a file into a template."""


class Template:
    """A document read as a template. `errors` gathers what is wrong with it, also what is found later."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.errors: list[InputError] = document.errors
        root = as_mapping(document.root)
        self.snippets: dict[str, Document] = {}
        """Included files by their path."""
        self.is_serverless = SERVERLESS.encode() in document.file.data
        """Whether it may hold resources that SAM turns into others."""
        self.has_macro = False
        """Whether a macro of the project's own, or an include that is not here, adds what nobody can tell."""
        self.sections: dict[str, Node] = {} if root is None else dict(root.entries)
        for transform in self._transforms():
            self._transform(transform)
        if root is None and document.root is not None:
            self._complain(document.root, "expected a template with Resources, found no mapping")
        for name in SECTIONS:
            section = self.sections.get(name)
            if section is not None and not self._is_section(section):
                self._complain(section, f"{name} must be a mapping of names")
        self.parameters = self._parameters()

    def _transforms(self) -> Iterator[Node]:
        """What `Transform` names, as one or as a list, and a call of Fn::Transform beside the sections."""
        for key in ("Transform", "Fn::Transform"):
            found = bare(self.sections.get(key))
            if isinstance(found, SequenceNode):
                yield from found.items
            elif found is not None:
                yield found

    def _transform(self, node: Node) -> None:
        found = bare(node)
        if isinstance(found, Call) and found.name == "Transform":
            found = bare(found.argument)
        mapping = as_mapping(found)
        name = as_text(found if mapping is None else mapping.entries.get("Name"))
        if name == INCLUDE and mapping is not None:
            self._include(mapping)
        elif name is None or not name.startswith("AWS::"):
            self.has_macro = True

    def _include(self, transform: MappingNode) -> None:
        """Add the sections of a local file that is named by AWS::Include; what the template sets itself counts."""
        parameters = as_mapping(transform.entries.get("Parameters"))
        location = None if parameters is None else as_text(parameters.entries.get("Location"))
        path = local_path(self.document.file.path, location)
        snippet = None if path is None else as_mapping(self.snippet(path))
        if snippet is None:
            self.has_macro = True
            return
        for name, section in snippet.entries.items():
            own, added = as_mapping(self.sections.get(name)), as_mapping(section)
            if own is None or added is None:
                self.sections.setdefault(name, section)
                continue
            joint = MappingNode(own.document, own.start, own.end)
            for key, child in (*added.entries.items(), *own.entries.items()):
                joint.put(key, child.key_start, child.key_end, child)
            self.sections[name] = joint

    def _is_section(self, node: Node) -> bool:
        found = bare(node)
        return not isinstance(found, SequenceNode) and not (isinstance(found, ScalarNode) and found.value is not None)

    def _parameters(self) -> dict[str, Parameter]:
        section = as_mapping(self.sections.get("Parameters"))
        found = {}
        for name, node in section.entries.items() if section is not None else ():
            declaration = as_mapping(node)
            if declaration is None:
                self._complain(node, f"the parameter {name} must be a mapping with a Type")
            else:
                declaration.key_start, declaration.key_end = node.key_start, node.key_end
                found[name] = Parameter(name, declaration)
        return found

    def snippet(self, path: str) -> Node | None:
        """The content of an included file, read once; None where it can't be read."""
        if path not in self.snippets:
            document, *others = parse_file(path)
            for one in (document, *others):
                self.errors.extend(one.errors)
            self.snippets[path] = document
        return self.snippets[path].root

    def _complain(self, node: Node, message: str) -> None:
        self.errors.append(InputError(message, node.span))
