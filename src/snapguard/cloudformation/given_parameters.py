"""What sets the parameters of a template: settings, parameter files, samconfig.toml, the manifest of a CDK assembly."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from snapguard.cloudformation.nodes import MappingNode, Node, ScalarNode, SequenceNode, as_mapping, as_text, bare
from snapguard.cloudformation.syntax import parse, parse_file
from snapguard.cloudformation.template import Template
from snapguard.resources import InputError
from snapguard.settings import Settings
from snapguard.source import SourceFile, Span, load
from snapguard.values import Known, Value

SAM_CONFIGURATION = "samconfig.toml"
CDK_MANIFEST = "manifest.json"

FORMS = (
    'expected a list of {"ParameterKey": …, "ParameterValue": …}, a list of "NAME=VALUE", or {"Parameters": {NAME: …}}'
)

_SAM_TEMPLATES = frozenset({"template.yaml", "template.yml", "template.json"})
"""What `sam deploy` takes where it is told no template (AWS SAM CLI reference, `--template-file`)."""

_LONG_PAIR = r"(?s)ParameterKey=([^,]+),\s*ParameterValue=(.*)"


def given_parameters(template: Template, settings: Settings) -> dict[str, Value]:
    """The values that are given to the parameters of a template; what is set on the command line comes first.

    What can't be read is among the template's errors.
    """
    path = template.document.file.path
    found: dict[str, Value] = {}
    if template.parameters:
        found.update(_of_manifest(path))
        found.update(_of_sam(path, template))
        for file in settings.parameter_files:
            found.update(_of_file(file, template))
    for name, value in settings.parameters.items():
        parameter = template.parameters.get(name)
        if parameter is not None:
            found[name] = _value(value, parameter.span)
    return {name: value for name, value in found.items() if name in template.parameters}


def _value(content: Any, span: Span) -> Known:
    if isinstance(content, (list, tuple)):
        return Known([Known(item, span) for item in content], span)
    return Known(content, span)


def _of_file(path: str, template: Template) -> dict[str, Value]:
    """A parameter file in the forms that `aws cloudformation` takes for create-stack, deploy and pipelines."""
    (document, *_) = parse_file(path)
    template.errors.extend(document.errors)
    found: dict[str, Value] = {}
    root = bare(document.root)
    if isinstance(root, SequenceNode):
        pairs = list(map(_pair, root.items))
    elif isinstance(root, MappingNode) and as_mapping(root.entries.get("Parameters")) is not None:
        section = as_mapping(root.entries["Parameters"])
        pairs = [] if section is None else list(section.entries.items())
    else:
        pairs = [None]
    for pair in pairs:
        if pair is None:
            if not document.errors:
                template.errors.append(InputError(FORMS, document.span(0, 0) if root is None else root.span))
            break
        name, node = pair
        if node is not None:
            value = _value_of(node)
            if value is not None:
                found[name] = value
    return found


def _pair(item: Node) -> tuple[str, Node | None] | None:
    """A name and its value, None for one that keeps what it had; None where the item is no such pair."""
    mapping = as_mapping(item)
    if mapping is not None:
        name = as_text(mapping.entries.get("ParameterKey"))
        return None if name is None else (name, mapping.entries.get("ParameterValue"))
    text = as_text(item)
    if text is None or "=" not in text:
        return None
    name, _, value = text.partition("=")
    return name.strip(), ScalarNode(item.document, item.start, item.end, value)


def _value_of(node: Node) -> Value | None:
    found = bare(node)
    if isinstance(found, ScalarNode):
        return None if found.value is None else Known(found.value, found.span)
    if isinstance(found, SequenceNode):
        items = [_value_of(item) for item in found.items]
        return Known([item for item in items if item is not None], found.span)
    return None


def _of_sam(path: str, template: Template) -> dict[str, Value]:
    """The parameter_overrides of the default environment in a samconfig.toml beside the template."""
    beside = os.path.join(os.path.dirname(path), SAM_CONFIGURATION)
    if not os.path.isfile(beside):
        return {}
    try:
        file = load(beside)
        content = _toml(file)
    except (OSError, ValueError, RecursionError) as error:
        nowhere = SourceFile(beside, SAM_CONFIGURATION, b"")
        template.errors.append(InputError(f"{SAM_CONFIGURATION} can't be read: {error}", Span(nowhere, 0, 0)))
        return {}
    found: dict[str, Value] = {}
    for command in ("global", "deploy"):
        parameters = _table(_table(_table(content, "default"), command), "parameters")
        named = parameters.get("template_file", parameters.get("template"))
        meant = os.path.basename(path) in _SAM_TEMPLATES if named is None else _is_same(beside, named, path)
        if meant:
            for name, value in _sam_pairs(parameters.get("parameter_overrides")):
                found[name] = Known(value, _place(file, name))
    return found


def _toml(file: SourceFile) -> Mapping[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(file.data.decode("utf-8-sig"))


def _table(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def _is_same(configuration: str, named: object, template: str) -> bool:
    directory = os.path.dirname(configuration)
    return os.path.realpath(os.path.join(directory, str(named))) == os.path.realpath(template)


def _sam_pairs(written: object) -> Iterator[tuple[str, str]]:
    """The pairs of `parameter_overrides`: a text of pairs between blanks, or a list; each in a short or long form."""
    if isinstance(written, str):
        import shlex

        try:
            words = shlex.split(written)
        except ValueError:
            words = written.split()
    else:
        words = [str(word) for word in written] if isinstance(written, list) else []
    for word in words:
        match = re.fullmatch(_LONG_PAIR, word)
        name, equals, value = (match[1], "=", match[2]) if match is not None else word.partition("=")
        if equals:
            yield name.strip(), value


def _place(file: SourceFile, name: str) -> Span:
    """Where a name stands in a file: TOML's parser gives no places."""
    found = re.search(rb"\b" + re.escape(name.encode()) + rb"\b", file.data)
    return Span(file, 0, 0) if found is None else Span(file, found.start(), found.end())


def _of_manifest(path: str) -> dict[str, Value]:
    """What a CDK assembly sets parameters to (Cloud Assembly schema, `AwsCloudFormationStackProperties`)."""
    beside = os.path.join(os.path.dirname(path), CDK_MANIFEST)
    if not path.endswith(".template.json"):
        return {}
    try:
        file = load(beside)
    except OSError:
        return {}
    root = as_mapping(parse(file)[0].root) if b'"parameters"' in file.data else None
    artifacts = None if root is None else as_mapping(root.entries.get("artifacts"))
    found: dict[str, Value] = {}
    for node in artifacts.entries.values() if artifacts is not None else ():
        artifact = as_mapping(node)
        properties = None if artifact is None else as_mapping(artifact.entries.get("properties"))
        if properties is None or as_text(properties.entries.get("templateFile")) != os.path.basename(path):
            continue
        parameters = as_mapping(properties.entries.get("parameters"))
        for name, child in parameters.entries.items() if parameters is not None else ():
            value = _value_of(child)
            if value is not None:
                found[name] = value
    return found
