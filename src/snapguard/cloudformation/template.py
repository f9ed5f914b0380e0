"""A template: its sections and parameters, and the files that it includes."""

from __future__ import annotations

from snapguard.cloudformation.nodes import SECTIONS, Document, Node, ScalarNode, SequenceNode, as_mapping, bare
from snapguard.cloudformation.parameters import Parameter
from snapguard.cloudformation.syntax import parse_file
from snapguard.resources import InputError


class Template:
    """A document read as a template. `errors` gathers what is wrong with it, also what is found later."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.errors: list[InputError] = document.errors
        root = as_mapping(document.root)
        self.snippets: dict[str, Document] = {}
        """Included files by their path."""
        self.sections: dict[str, Node] = {} if root is None else root.entries
        if root is None and document.root is not None:
            self._complain(document.root, "expected a template with Resources, found no mapping")
        for name in SECTIONS:
            section = self.sections.get(name)
            if section is not None and not self._is_section(section):
                self._complain(section, f"{name} must be a mapping of names")
        self.parameters = self._parameters()

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
