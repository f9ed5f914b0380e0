"""Modules as a plan calls them: variables, locals, outputs and resources of each instance, resolved when asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from snapguard.lazy import lazy
from snapguard.resources import InputError
from snapguard.settings import Settings
from snapguard.source import SourceFile, Span, repository_around
from snapguard.terraform import functions
from snapguard.terraform.evaluate import evaluate
from snapguard.terraform.expand import (
    ONE,
    Instances,
    ResourceObject,
    TerraformResource,
    index_suffix,
    instances_of,
    waits_for_apply,
)
from snapguard.terraform.functions import CallContext
from snapguard.terraform.inputs import InputValues
from snapguard.terraform.module_files import ModuleFiles, ResourceBlock, read_module_files
from snapguard.terraform.parsing import parse_template
from snapguard.terraform.syntax import Accessor, Block, Expression, GetAttribute, GetIndex, Literal
from snapguard.terraform.type_syntax import parse_type
from snapguard.terraform.types import (
    BoundError,
    EvaluationError,
    Type,
    check_size,
    convert,
    to_bool,
    to_number,
    to_text,
)
from snapguard.values import Known, Reference, Unknown, Value

if TYPE_CHECKING:
    from snapguard.findings import Severity

RECURSION_LIMIT = 6_000
"""How deep Python may call: chains of references are followed by recursion."""

CALL_ARGUMENTS = frozenset({"count", "for_each", "providers", "depends_on", "source", "version"})
"""What a module call says beside the values of variables."""

MAX_STEPS = 600_000
"""How many elements may be walked or made in a root, over all its expressions."""

MAX_MODULE_DEPTH = 64
"""How deep modules may call modules."""


class ModuleScope:
    """What names mean in a module, with the names bound around an expression."""

    __slots__ = ("module", "names")

    def __init__(self, module: Module, names: Mapping[str, Value]) -> None:
        self.module = module
        self.names = names

    def bind(self, names: Mapping[str, Value]) -> ModuleScope:
        """The same scope with further names."""
        return ModuleScope(self.module, {**self.names, **names}) if names else self

    def value_of(self, expression: Expression) -> Value:
        """The value of an expression; unknown, saying why, where a plan would fail."""
        try:
            value = evaluate(expression, self)
            check_size(value)
        except BoundError as error:
            self.module.root.report(str(error), expression.span)
            return Unknown(str(error), span=expression.span)
        except EvaluationError as error:
            return Unknown(str(error), span=expression.span)
        except RecursionError:
            message = "references are nested too deep to be followed"
            self.module.root.report(message, expression.span)
            return Unknown(message, span=expression.span)
        return value

    def spend(self, steps: int) -> None:
        """Counts the elements that are walked or made; raises BoundError where they are too many in all."""
        root = self.module.root
        root.steps += steps
        if root.steps > MAX_STEPS:
            raise BoundError(f"the code makes more than {MAX_STEPS:,} elements in all")

    def call(self, name: str, arguments: Sequence[Value], span: Span) -> Value:
        """The result of a function; raises EvaluationError."""
        return functions.call(name, arguments, self.module.call_context, span)

    def is_sensitive(self, expression: Expression) -> bool | None:
        """Whether the value of an expression is marked as sensitive; None where that can't be told."""
        from snapguard.terraform.sensitivity import is_sensitive

        return is_sensitive(expression, self)

    def resolve(self, name: str, accessors: Sequence[Accessor], span: Span) -> tuple[Value, int]:
        """The value of a reference, and how many of the accessors it took; raises EvaluationError."""
        module = self.module
        first = accessors[0].name if accessors and isinstance(accessors[0], GetAttribute) else None
        if first is None:
            raise EvaluationError(f"{name} needs an attribute behind it")
        if name == "var":
            return module.variable(first).through(span, f"var.{first}"), 1
        if name == "local":
            return module.local(first).through(span, f"local.{first}"), 1
        if name == "module":
            value, taken = module.call_reference(first, accessors[1:], self, span)
            return value, taken + 1
        if name == "data":
            second = accessors[1].name if len(accessors) > 1 and isinstance(accessors[1], GetAttribute) else None
            if second is None:
                raise EvaluationError(f"data.{first} needs a name behind it")
            value, taken = module.resource_reference(("data", first, second), accessors[2:], self, span)
            return value, taken + 2
        if name == "path":
            return Known(module.path_of(first), span), 1
        if name in ("terraform", "tofu") and first == "workspace":
            return Known("default", span), 1
        if name in ("each", "count", "self"):
            raise EvaluationError(f"{name}.{first} has no meaning here")
        value, taken = module.resource_reference(("managed", name, first), accessors[1:], self, span)
        return value, taken + 1


class OutputsObject(Known):
    """The outputs of one module instance as an object; each is evaluated when first asked for."""

    __slots__ = ("_module",)

    def __init__(self, module: Module, span: Span | None, via: tuple[Any, ...] = ()) -> None:
        self._module = module
        self.span = span
        self.via = via
        self.parts = None
        self.decoded = None

    @property
    def value(self) -> Any:
        """All outputs by name."""
        return {name: self._module.output(name) for name in self._module.files.outputs}

    def copy(self) -> OutputsObject:
        return OutputsObject(self._module, self.span, self.via)


class Module:
    """One instance of a module: the root module, or a call with its index.

    `address` is "" for the root module, else "module.m[0]"; `arguments` are the expressions that the caller gives,
    to be evaluated in `caller`; `exists` is None where it can't be told whether the call has any instance;
    `is_deferred` where its data sources are read only after something else is applied.
    """

    def __init__(
        self,
        root: TerraformRoot,
        files: ModuleFiles,
        address: str = "",
        caller: ModuleScope | None = None,
        arguments: Mapping[str, Expression] | None = None,
        exists: bool | None = True,
        is_deferred: bool = False,
    ) -> None:
        self.root = root
        self.files = files
        self.address = address
        self.prefix = f"{address}." if address else ""
        self.caller = caller
        self.arguments = arguments or {}
        self.exists = exists
        self.is_deferred = is_deferred
        self.depth: int = caller.module.depth + 1 if caller is not None else 0
        self.scope = ModuleScope(self, {})
        self._variables: dict[str, Value] = {}
        self._locals: dict[str, Value] = {}
        self._outputs: dict[str, Value] = {}
        self._resources: dict[tuple[str, str, str], list[TerraformResource]] = {}
        self._calls: dict[str, tuple[Instances, list[Module]]] = {}

    @lazy
    def calls(self) -> tuple[Span, ...]:
        """The calls which lead to it as written, the innermost first; empty for the root module."""
        if self.caller is None:
            return ()
        caller = self.caller.module
        name = self.address[len(caller.prefix) :].removeprefix("module.").partition("[")[0]
        return (caller.files.calls[name].span, *caller.calls)

    @lazy
    def call_context(self) -> CallContext:
        """What functions may know of the world around them."""
        return CallContext(self.root.directory, self.root.boundary, self._render)

    @lazy
    def template_context(self) -> CallContext:
        """The same inside a template file, which may not render another."""
        return CallContext(self.root.directory, self.root.boundary, self._render, is_template=True)

    def _render(self, file: SourceFile, variables: Mapping[str, Value]) -> Value:
        return evaluate(parse_template(file), TemplateScope(self, variables))

    def path_of(self, name: str) -> str:
        """path.module, path.root and path.cwd, as Terraform gives them where it is started in the root module."""
        if name == "module":
            return os.path.relpath(self.files.directory, self.root.directory).replace(os.sep, "/")
        if name == "root":
            return "."
        if name == "cwd":
            return os.path.abspath(self.root.directory).replace(os.sep, "/")
        raise EvaluationError(f"there is no path.{name}")

    def variable(self, name: str) -> Value:
        """The value of a variable, as its type; raises EvaluationError for one that is not declared."""
        value = self._variables.get(name)
        if value is None:
            block = self.files.variables.get(name)
            if block is None:
                raise EvaluationError(f"variable {name!r} is not declared")
            with self.root.resolving((self.address, "var", name), block.header):
                value = self._variables[name] = self._variable(name, block)
            self._validate(name, block)
        return value

    def _validate(self, name: str, block: Block) -> None:
        """Reports the validation blocks of a variable that its value fails for certain."""
        for validation in block.body.blocks_of("validation"):
            condition, message = validation.body.expression("condition"), validation.body.expression("error_message")
            if condition is None:
                continue
            with suppress(EvaluationError):
                passes = to_bool(self.scope.value_of(condition))
                if passes.verdict(lambda answer: answer is False, None) is True:
                    text = self.scope.value_of(message).known_text if message is not None else None
                    self.root.report_refused(name, text or "", condition.span)

    def _variable(self, name: str, block: Block) -> Value:
        body = block.body
        kind = self._type_of(body.expression("type"))
        given = self._given(name, kind)
        default = body.expression("default")
        nullable = body.expression("nullable")
        refuses_null = nullable is not None and self.scope.value_of(nullable).verdict(lambda v: v is False) is True
        if given is None or (given.is_absent and refuses_null and default is not None):
            if default is None:
                address = f"{self.prefix}var.{name}"
                return Unknown(f"var.{name} has no value here", (Reference(address),), span=block.header)
            given = self.scope.value_of(default)
        if kind is None:
            return given
        try:
            return convert(given, kind)
        except EvaluationError as error:
            self.root.report(f"the value of var.{name} does not fit its type: {error}", given.place or block.header)
            return Unknown(str(error), span=given.place)

    def validate(self) -> None:
        """Resolves the variables that have validation blocks, so that what these refuse is reported."""
        for name, block in self.files.variables.items():
            span = block.span
            if name not in self._variables and span.file.data.find(b"validation", span.start, span.end) >= 0:
                with suppress(EvaluationError):
                    self.variable(name)

    def _given(self, name: str, kind: Type | None) -> Value | None:
        """What the caller gives; for the root module, what the user and the variable files give."""
        if self.caller is None:
            return self.root.inputs.value_of(name, kind)
        expression = self.arguments.get(name)
        return None if expression is None else self.caller.value_of(expression)

    def _type_of(self, expression: Expression | None) -> Type | None:
        if expression is None:
            return None
        try:
            return parse_type(expression, self.scope.value_of)
        except EvaluationError as error:
            self.root.report(str(error), expression.span)
            return None

    def local(self, name: str) -> Value:
        """The value of a local; raises EvaluationError for one that is not declared."""
        value = self._locals.get(name)
        if value is None:
            attribute = self.files.locals.get(name)
            if attribute is None:
                raise EvaluationError(f"local {name!r} is not declared")
            with self.root.resolving((self.address, "local", name), attribute.name_span):
                value = evaluate(attribute.expression, self.scope)
                check_size(value)
            self._locals[name] = value
        return value

    def output(self, name: str) -> Value:
        """The value of an output; raises EvaluationError for one that is not declared."""
        value = self._outputs.get(name)
        if value is None:
            block = self.files.outputs.get(name)
            if block is None:
                raise EvaluationError(f"{self.address} has no output {name!r}")
            expression = block.body.expression("value")
            if expression is None:
                return Unknown(f"output {name} has no value", span=block.header)
            with self.root.resolving((self.address, "output", name), block.header):
                value = self.scope.value_of(expression)
            self._outputs[name] = value
        return value

    def resource_reference(
        self, key: tuple[str, str, str], accessors: Sequence[Accessor], scope: ModuleScope, span: Span
    ) -> tuple[Value, int]:
        """The value of a reference to a resource of this module, and how many accessors behind its name it took."""
        declared = self.files.resources.get(key)
        mode, type, name = key
        address = f"{self.prefix}{'data.' if mode == 'data' else ''}{type}.{name}"
        if declared is None:
            raise EvaluationError(f"{address} is not declared")
        resources = self.resources_at(key)
        taken = 0
        chosen: TerraformResource | None = None
        if resources and resources[0].exists is None and resources[0].index is None:
            chosen = resources[0]
            if not self._has_single(declared):
                if not accessors or not isinstance(accessors[0], GetIndex):
                    return Unknown(f"how many {address} there are is not known", (Reference(address),), span=span), 0
                taken = 1
        elif self._has_single(declared):
            chosen = resources[0]
        elif accessors and isinstance(accessors[0], GetIndex):
            index = evaluate(accessors[0].key, scope)
            if isinstance(index, Known):
                chosen = self._at_index(resources, index, address)
                taken = 1
        if chosen is None:
            objects: dict[str | int | None, Value] = {one.index: ResourceObject(one, span) for one in resources}
            counted = declared.block.body.expression("count") is not None
            return Known(list(objects.values()) if counted else objects, span), 0
        if len(accessors) > taken:
            following = accessors[taken]
            if isinstance(following, GetAttribute):
                inside = self._in_block(chosen, accessors[taken : taken + 3], span)
                if inside is not None:
                    return inside, taken + 3
                return chosen.planned(following.name, span), taken + 1
        return ResourceObject(chosen, span), taken

    def _in_block(self, resource: TerraformResource, accessors: Sequence[Accessor], span: Span) -> Value | None:
        """What is written in a nested block of a resource, for `.block[0].attribute`; None for anything else."""
        if len(accessors) < 3:
            return None
        block, index, attribute = accessors
        if not isinstance(block, GetAttribute) or not isinstance(index, GetIndex):
            return None
        if not isinstance(attribute, GetAttribute) or not isinstance(index.key, Literal) or not resource.exists:
            return None
        blocks = resource.get(block.name).known_list if resource.has_block(block.name) else None
        position = index.key.value
        if blocks is None or not isinstance(position, int) or position >= len(blocks):
            return None
        value = blocks[position].get(attribute.name)
        if value.is_absent or isinstance(blocks[position], Unknown):
            return None
        name = f"{block.name}.{position}.{attribute.name}"
        return value.through(span, f"{resource.address}.{name}", Reference(resource.address, name))

    def _has_single(self, declared: ResourceBlock) -> bool:
        attributes = declared.block.body.attributes
        return "count" not in attributes and "for_each" not in attributes

    def _at_index(self, resources: Sequence[TerraformResource], index: Value, address: str) -> TerraformResource:
        wanted: object = None
        for convert_index in (to_text, to_number):
            try:
                converted = convert_index(index)
            except EvaluationError:
                continue
            wanted = converted.value if isinstance(converted, Known) else None
            for resource in resources:
                if resource.index == wanted:
                    return resource
        raise EvaluationError(f"{address} has no instance {wanted!r}")

    def resources_at(self, key: tuple[str, str, str]) -> list[TerraformResource]:
        """The instances of a resource of this module, in order."""
        found = self._resources.get(key)
        if found is None:
            declared = self.files.resources[key]
            attributes = declared.block.body.attributes
            if "count" in attributes or "for_each" in attributes:
                with self.root.resolving((self.address, *key), declared.block.header):
                    instances = instances_of(declared.block.body, self.scope)
            else:
                instances = ONE
            found = [
                TerraformResource(declared, self, index, names, instances.exist(index))
                for index, names in instances.entries
            ]
            self._resources[key] = found
        return found

    def call_reference(
        self, name: str, accessors: Sequence[Accessor], scope: ModuleScope, span: Span
    ) -> tuple[Value, int]:
        """The value of `module.name…`, and how many accessors behind the name it took."""
        if name not in self.files.calls:
            raise EvaluationError(f"module {name!r} is not declared")
        instances, modules = self.call(name)
        address = f"{self.prefix}module.{name}"
        if instances.unknown is not None or (not modules and instances.entries):
            attribute = ".".join(a.name for a in accessors if isinstance(a, GetAttribute))
            why = f"module.{name} can't be read" if instances.unknown is None else instances.unknown.why
            return Unknown(why, (Reference(address, attribute),), span=span), len(accessors)
        taken = 0
        chosen: Module | None = modules[0] if instances.is_single else None
        if chosen is None and accessors and isinstance(accessors[0], GetIndex):
            index = to_text(evaluate(accessors[0].key, scope))
            if isinstance(index, Known):
                by_index = {str(key): one for (key, _), one in zip(instances.entries, modules, strict=True)}
                chosen = by_index.get(index.value)
                taken = 1
                if chosen is None:
                    raise EvaluationError(f"{address} has no instance {index.value!r}")
        if chosen is None:
            outputs: list[tuple[str | int | None, Value]] = [
                (key, OutputsObject(one, span)) for (key, _), one in zip(instances.entries, modules, strict=True)
            ]
            counted = self.files.calls[name].body.expression("count") is not None
            return Known([value for _, value in outputs] if counted else dict(outputs), span), 0
        if len(accessors) > taken:
            following = accessors[taken]
            if isinstance(following, GetAttribute):
                note = f"{chosen.address}.{following.name}"
                return chosen.output(following.name).through(span, note), taken + 1
        return OutputsObject(chosen, span), taken

    def call(self, name: str) -> tuple[Instances, list[Module]]:
        """The instances of a module call; no modules where its source is not on disk."""
        found = self._calls.get(name)
        if found is None:
            block = self.files.calls[name]
            body = block.body
            with self.root.resolving((self.address, "module", name), block.header):
                instances = instances_of(body, self.scope)
            files = self.root.files_of_call(self, name)
            modules: list[Module] = []
            if files is not None:
                arguments = {
                    key: attribute.expression for key, attribute in body.attributes.items() if key not in CALL_ARGUMENTS
                }
                deferred = self.is_deferred or waits_for_apply(body)
                for index, names in instances.entries:
                    address = f"{self.prefix}module.{name}{index_suffix(index)}"
                    exists = instances.exist(index) and self.exists
                    modules.append(
                        Module(self.root, files, address, self.scope.bind(names), arguments, exists, deferred)
                    )
            found = self._calls[name] = (instances, modules)
        return found


class TemplateScope(ModuleScope):
    """What names mean in a file that templatefile() reads: the variables given, and nothing else."""

    __slots__ = ()

    def bind(self, names: Mapping[str, Value]) -> TemplateScope:
        return TemplateScope(self.module, {**self.names, **names})

    def call(self, name: str, arguments: Sequence[Value], span: Span) -> Value:
        return functions.call(name, arguments, self.module.template_context, span)

    def resolve(self, name: str, accessors: Sequence[Accessor], span: Span) -> tuple[Value, int]:
        raise EvaluationError(f"the template names {name!r}, which it is not given")


class Resolving:
    """What is being resolved while its block runs; entering it again is a cycle."""

    __slots__ = ("_key", "_root", "_span")

    def __init__(self, root: TerraformRoot, key: tuple[str, ...], span: Span) -> None:
        self._root = root
        self._key = key
        self._span = span

    def __enter__(self) -> None:
        active = self._root.active
        if self._key in active:
            message = f"{'.'.join(part for part in self._key if part)} depends on itself"
            self._root.report(message, self._span)
            raise EvaluationError(message)
        active.add(self._key)

    def __exit__(self, *_: object) -> None:
        self._root.active.discard(self._key)


class TerraformRoot:
    """A root module with all that it calls: a `Root` as every reader gives it."""

    language = "terraform"
    assumption = ""

    def __init__(self, directory: str, settings: Settings) -> None:
        self.directory = directory
        self.name = directory
        self.settings = settings
        self.boundary = _boundary(directory)
        self.steps = 0
        self._problems: list[InputError] = []
        self._reported: set[tuple[str, Span]] = set()
        self.active: set[tuple[str, ...]] = set()
        self._child_files: dict[tuple[str, str], ModuleFiles | None] = {}
        self._deep_types: dict[str, frozenset[str]] = {}
        self._files: dict[str, ModuleFiles] = {}
        self.module = Module(self, self._read(directory))
        self.inputs = InputValues(self.module.scope, directory, settings, self._problems)

    def report(self, message: str, span: Span | None, severity: Severity | None = None) -> None:
        """Notes an input error, once."""
        if span is not None and (message, span) not in self._reported:
            self._reported.add((message, span))
            self._problems.append(InputError(message, span, severity=severity))

    def report_refused(self, variable: str, message: str, span: Span) -> None:
        """Notes that a variable's own validation refuses its value."""
        from snapguard.findings import Severity

        self.report(f"the value of var.{variable} fails its validation: {message}".rstrip(": "), span, Severity.LOW)

    def resolving(self, key: tuple[str, ...], span: Span) -> Resolving:
        """Marks what is being resolved, as a context; raises EvaluationError where it comes back to itself."""
        return Resolving(self, key, span)

    def files_of_call(self, module: Module, name: str) -> ModuleFiles | None:
        """The files behind a module call, from its local path or from what `terraform init` fetched; None without."""
        files = module.files
        key = (module.address, name)
        if key not in self._child_files:
            self._child_files[key] = self._find_files(module, files, name)
        return self._child_files[key]

    def _find_files(self, module: Module, files: ModuleFiles, name: str) -> ModuleFiles | None:
        header = files.calls[name].header
        if module.depth >= MAX_MODULE_DEPTH:
            self.report(f"modules are nested deeper than {MAX_MODULE_DEPTH}", header)
            return None
        directory = files.local_directory(name) or self._fetched.get(_call_key(module, name))
        if directory is not None and os.path.isdir(directory):
            return self._read(directory)
        source = files.source_of(name)
        where = f"source {source!r}" if source is not None else "the source"
        hint = "" if source is not None and source.startswith(".") else "; `terraform init` brings it"
        self._problems.append(InputError(f"{where} of module {name!r} is not on disk{hint}", header, "SNAP002"))
        return None

    def _read(self, directory: str) -> ModuleFiles:
        """The files of a directory. Those beside or above the root module are kept for other roots that call them."""
        files = self._files.get(directory)
        if files is None:
            is_below = directory == self.directory or directory.startswith(os.path.join(self.directory, ""))
            files = self._files[directory] = read_module_files(directory, is_shared=not is_below)
        return files

    @lazy
    def _fetched(self) -> Mapping[str, str]:
        """Directories of modules that `terraform init` fetched, by the key of the call ("vpc", "vpc.subnets")."""
        path = os.path.join(self.directory, ".terraform", "modules", "modules.json")
        if not os.path.isfile(path):
            return {}
        import json

        try:
            with open(path, encoding="utf-8") as stream:
                entries = json.load(stream)["Modules"]
            return {entry["Key"]: os.path.join(self.directory, entry["Dir"]) for entry in entries if entry["Key"]}
        except (OSError, ValueError, KeyError, TypeError):
            file = SourceFile(path, path, b"")
            self.report("modules.json is not what `terraform init` writes", Span(file, 0, 0))
            return {}

    def _modules(self, module: Module, types: frozenset[str] | None) -> Iterator[Module]:
        """A module and all below it, without those in which no resource of the types can be."""
        yield module
        for name in module.files.calls:
            files = self.files_of_call(module, name)
            if files is None or (types is not None and not types & self._types_below(files, module, name)):
                continue
            for child in module.call(name)[1]:
                yield from self._modules(child, types)

    @lazy
    def _types(self) -> frozenset[str]:
        """The resource types anywhere in the root."""
        files = self.module.files
        return files.types.union(*(self._types_of_call(self.module, name) for name in files.calls))

    def _types_of_call(self, module: Module, name: str) -> frozenset[str]:
        files = self.files_of_call(module, name)
        return frozenset() if files is None else self._types_below(files, module, name)

    def _types_below(self, files: ModuleFiles, caller: Module, name: str) -> frozenset[str]:
        """The resource types in a module's directory and in all that it calls; everything below fetched modules."""
        known = self._deep_types.get(files.directory)
        if known is None:
            self._deep_types[files.directory] = files.types
            types = set(files.types)
            for call in files.calls:
                directory = files.local_directory(call)
                if directory is None:
                    directory = self._fetched.get(f"{_call_key(caller, name)}.{call}")
                if directory is not None and os.path.isdir(directory):
                    types |= self._types_below(self._read(directory), caller, f"{name}.{call}")
            known = self._deep_types[files.directory] = frozenset(types)
        return known

    def resources(self) -> Iterator[TerraformResource]:
        """Every resource, a module after the other, in file order."""
        for module in self._modules(self.module, None):
            for key in module.files.resources:
                yield from self._instances(module, key)

    def resources_of(self, *types: str) -> list[TerraformResource]:
        """The managed resources of the given types, without resolving any other."""
        return self._of("managed", types)

    def data_sources_of(self, *types: str) -> list[TerraformResource]:
        """The data sources of the given types."""
        return self._of("data", types)

    def _of(self, mode: str, types: Sequence[str]) -> list[TerraformResource]:
        if self._types.isdisjoint(types):
            return []
        wanted = self._types.intersection(types)
        found: list[TerraformResource] = []
        modules = self._modules(self.module, wanted) if self.module.files.calls else (self.module,)
        for module in modules:
            for key in module.files.resources_of(mode, wanted):
                found.extend(self._instances(module, key))
        return found

    def _instances(self, module: Module, key: tuple[str, str, str]) -> list[TerraformResource]:
        try:
            return module.resources_at(key)
        except EvaluationError:
            return []

    def find(self, address: str) -> TerraformResource | None:
        """The resource at an address, or None."""
        prefix, mode, type, name, suffix = _split_address(address)
        module = self._module_at(prefix)
        if module is None or (mode, type, name) not in module.files.resources:
            return None
        for resource in self._instances(module, (mode, type, name)):
            if index_suffix(resource.index) == suffix:
                return resource
        return None

    def _module_at(self, prefix: str) -> Module | None:
        module = self.module
        while module.prefix != prefix:
            rest = prefix[len(module.prefix) :]
            name = rest[len("module.") :].partition(".")[0].partition("[")[0]
            if name not in module.files.calls:
                return None
            inner = [child for child in module.call(name)[1] if prefix.startswith(child.prefix)]
            if not inner:
                return None
            module = inner[0]
        return module

    def errors(self) -> Sequence[InputError]:
        """What could not be read or resolved: syntax errors of every module, and what was met while resolving."""
        found: list[InputError] = []
        seen: set[str] = set()
        for module in self._modules(self.module, None):
            module.validate()
            if module.files.directory not in seen:
                seen.add(module.files.directory)
                found.extend(module.files.errors)
        return [*found, *self._problems]

    def files(self) -> Sequence[SourceFile]:
        """Every file that was read for it."""
        found: dict[str, SourceFile] = {}
        for module in self._modules(self.module, None):
            for file in module.files.files:
                found.setdefault(file.path, file)
        for file in self.inputs.files:
            found.setdefault(file.path, file)
        return list(found.values())


def _boundary(directory: str) -> str:
    """What functions may read: the repository around a root module, or its directory where there is none."""
    whole = os.path.abspath(directory)
    return repository_around(whole) or whole


def _call_key(module: Module, name: str) -> str:
    """The key of a call in modules.json: the names of the calls that lead to it, without indexes."""
    names = [part.partition("[")[0] for part in module.prefix.split("module.") if part]
    return ".".join([*(part.rstrip(".") for part in names), name])


def _split_address(address: str) -> tuple[str, str, str, str, str]:
    """An address as module prefix, mode, type, name and index suffix."""
    parts: list[str] = []
    start = at = 0
    quoted = False
    while at < len(address):
        mark = address[at]
        if mark == "\\" and quoted:
            at += 1
        elif mark == '"':
            quoted = not quoted
        elif mark == "." and not quoted:
            parts.append(address[start:at])
            start = at + 1
        at += 1
    parts.append(address[start:])
    count = 0
    while len(parts) > count + 1 and parts[count] == "module":
        count += 2
    prefix = "".join(f"{part}." for part in parts[:count])
    rest = parts[count:]
    mode = "managed"
    if rest and rest[0] == "data":
        mode, rest = "data", rest[1:]
    if len(rest) != 2:
        return prefix, mode, "", "", ""
    name, bracket, index = rest[1].partition("[")
    return prefix, mode, rest[0], name, bracket + index


def read_root(directory: str, settings: Settings) -> TerraformRoot:
    """The root module of a directory. What can't be read is among its errors."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    return TerraformRoot(directory, settings)
