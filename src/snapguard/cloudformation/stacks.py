"""From a template file to its roots: one an outcome of its conditions, nested stacks included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from snapguard.cloudformation.assumptions import assumption_text
from snapguard.cloudformation.conditions import outcomes
from snapguard.cloudformation.deployment import Deployment
from snapguard.cloudformation.given_parameters import given_parameters
from snapguard.cloudformation.intrinsics import Scope
from snapguard.cloudformation.local_files import ASSET_PATH, local_path, local_template
from snapguard.cloudformation.nodes import Document, MappingNode, as_mapping, as_text, bare
from snapguard.cloudformation.stored_parameters import STORED, StoredParameter, stored_parameters
from snapguard.cloudformation.syntax import parse_file
from snapguard.cloudformation.template import Template
from snapguard.cloudformation.template_resources import TemplateResource, resource_of
from snapguard.cloudformation.transforms import entries
from snapguard.resources import InputError
from snapguard.settings import Settings
from snapguard.source import SourceFile
from snapguard.values import Value, fragments

if TYPE_CHECKING:
    from snapguard.cloudformation.exports import Exports

__all__ = ["TemplateRoot", "assumption_text", "read_roots"]

MAX_STACKS = 100
"""How many nested stacks are followed from one template."""

MAX_STACK_DEPTH = 10
"""How deep stacks may nest."""

_STACK_FILES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""The resource types that hold another template, and the property that names it."""


class TemplateRoot:
    """A template under one outcome of its conditions, with the stacks nested in it."""

    language = "cloudformation"

    def __init__(self, deployment: Deployment, assumption: str) -> None:
        self.name = deployment.template.document.file.display
        self.assumption = assumption
        self.outcome = deployment.truths
        self._deployment = deployment
        self._found: list[TemplateResource] | None = None
        self._by_type: dict[str, list[TemplateResource]] | None = None

    def resources(self) -> Iterator[TemplateResource]:
        """Every resource that exists in this outcome, those of a nested stack after it."""
        if self._found is None:
            self._found = list(self._walk(self._deployment, certain=True))
        return iter(self._found)

    def resources_of(self, *types: str) -> list[TemplateResource]:
        """The resources of the given types, in the order of the template."""
        if self._by_type is None:
            self._by_type = {}
            for resource in self.resources():
                self._by_type.setdefault(resource.type, []).append(resource)
        if len(types) == 1:
            return list(self._by_type.get(types[0], ()))
        if not any(kind in self._by_type for kind in types):
            return []
        return [resource for resource in self.resources() if resource.type in types]

    def data_sources_of(self, *types: str) -> list[StoredParameter]:
        """What parameters look up in the parameter store, the only data sources of a template."""
        return list(stored_parameters(self._deployment)) if STORED in types else []

    def find(self, address: str) -> TemplateResource | None:
        """The resource of a logical id (`Parent/Child` in a nested stack), or None."""
        return next((resource for resource in self.resources() if resource.address == address), None)

    def errors(self) -> Sequence[InputError]:
        """What was wrong with the template and those nested in it, as far as was looked at."""
        return [error for template in self._templates() for error in template.errors]

    def files(self) -> Sequence[SourceFile]:
        """The template, and what was read for it."""
        found = []
        for template in self._templates():
            found.append(template.document.file)
            found += [snippet.file for snippet in template.snippets.values()]
        return found

    def _templates(self) -> list[Template]:
        return list(dict.fromkeys(deployment.template for deployment in self._deployment.tree()))

    def _walk(self, deployment: Deployment, certain: bool) -> Iterator[TemplateResource]:
        section = deployment.template.sections.get("Resources")
        for name, node, scope in entries(section, Scope(deployment)):
            resource = None if node is None else resource_of(name, node, scope)
            if resource is None:
                continue
            if not certain:
                resource.exists = None
            yield resource
            role = None if node is None else resource.role(node)
            if role is not None:
                yield role
            child = deployment.nested.get(name) if resource.type in _STACK_FILES else None
            if child is not None:
                yield from self._walk(child, resource.exists is True)


class _Library:
    """The templates of nested stacks, each read once, whatever number of stacks is made of it."""

    def __init__(self) -> None:
        self._templates: dict[str, Template] = {}

    def nested(self, deployment: Deployment) -> Mapping[str, Deployment]:
        """The stacks nested in a deployment whose templates lie on disk."""
        data = deployment.template.document.file.data
        if not any(kind.encode() in data for kind in _STACK_FILES):
            return {}
        found: dict[str, Deployment] = {}
        for name, node, scope in entries(deployment.template.sections.get("Resources"), Scope(deployment)):
            stack = as_mapping(node)
            kind = None if stack is None else as_text(stack.entries.get("Type"))
            if node is not None and stack is not None and kind in _STACK_FILES:
                child = self._child(deployment, name, TemplateResource(name, kind, node, scope, True))
                if child is not None:
                    found[name] = child
        return found

    def _child(self, parent: Deployment, name: str, stack: TemplateResource) -> Deployment | None:
        path = _file_of(parent.template.document.file.path, stack)
        if path is None:
            return None
        depth = 1
        top = parent
        while top.parent is not None:
            depth += 1
            top = top.parent
        top.stacks += 1
        if depth > MAX_STACK_DEPTH or top.stacks > MAX_STACKS:
            parent.complain(
                f"stacks nest more than {MAX_STACK_DEPTH} deep, or are more than {MAX_STACKS}", stack.header
            )
            return None
        return Deployment(
            self._template(path),
            self.nested,
            parent=parent,
            prefix=f"{stack.address}/",
            arguments=stack.arguments(),
            truths=top.truths,
        )

    def _template(self, path: str) -> Template:
        if path not in self._templates:
            self._templates[path] = Template(parse_file(path)[0])
        return self._templates[path]


def _file_of(template: str, stack: TemplateResource) -> str | None:
    """The template of a nested stack, where it lies on disk."""
    asset = stack.metadata(ASSET_PATH).known_text
    if asset is not None:
        return local_path(template, asset)
    location = stack.get(_STACK_FILES[stack.type])
    text = "".join(piece if isinstance(piece, str) else "${}" for piece in fragments(location))
    return local_template(template, text)


def _is_template(document: Document) -> bool:
    root = bare(document.root)
    return isinstance(root, MappingNode) and ("Resources" in root.entries or "AWSTemplateFormatVersion" in root.entries)


def read_roots(path: str, settings: Settings) -> list[TemplateRoot]:
    """The roots of a template file: one an outcome of the conditions of each of its documents.

    A file that can't be read gives one root that holds nothing but the error.
    """
    documents = parse_file(path)
    chosen = [document for document in documents if _is_template(document)] or documents[:1]
    for document in documents:
        if document not in chosen:
            chosen[0].errors.extend(document.errors)
    roots: list[TemplateRoot] = []
    for document in chosen:
        roots += _roots_of(Template(document), settings)
    return roots


def _roots_of(template: Template, settings: Settings) -> list[TemplateRoot]:
    library = _Library()

    def deploy(other: Template) -> Deployment:
        return Deployment(other, library.nested, overrides=given_parameters(other, settings))

    def exported(name: str) -> Sequence[Value]:
        from snapguard.cloudformation.exports import Exports

        if not exports:
            exports.append(Exports(template.document.file.path, settings.templates, deploy))
        return exports[0].values_of(name)

    exports: list[Exports] = []
    base = Deployment(template, library.nested, overrides=given_parameters(template, settings), imports=exported)
    ways = outcomes(base)
    every = [way.truths for way in ways]
    common: dict[tuple[str, str], Value] | None = {} if len(ways) > 1 else None
    varying = frozenset(name for way in ways for name in way.pinned)
    roots = []
    for way in ways:
        deployment = base.assuming(way.pinned, way.truths)
        deployment.common = common
        deployment.varying = varying
        roots.append(TemplateRoot(deployment, assumption_text([way.truths], every)))
    return roots
