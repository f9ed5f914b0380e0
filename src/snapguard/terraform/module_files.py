"""The files of one module's directory: what they declare, merged as Terraform merges them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span, display_path, load, names_standing_in, stand_in
from snapguard.terraform.parsing import parse
from snapguard.terraform.syntax import BLOCK_LABELS, Attribute, Block, Body, Literal, TerraformFile

SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""The endings of files that hold code, native and JSON syntax, of Terraform and OpenTofu."""


class ResourceBlock(NamedTuple):
    """A `resource` or `data` block: its mode ("managed" or "data"), type and name."""

    mode: str
    type: str
    name: str
    block: Block


class ModuleFiles:
    """What the files of a directory declare, by name; `errors` are what could not be read or parsed."""

    def __init__(self, directory: str, files: Sequence[TerraformFile], errors: Sequence[InputError]) -> None:
        self.directory = directory
        self.files = [parsed.file for parsed in files]
        self.errors = [*errors, *(error for parsed in files for error in parsed.errors)]
        self.variables: dict[str, Block] = {}
        self.outputs: dict[str, Block] = {}
        self.locals: dict[str, Attribute] = {}
        self.calls: dict[str, Block] = {}
        self.resources: dict[tuple[str, str, str], ResourceBlock] = {}
        for parsed in files:
            if parsed.body.attributes and not parsed.errors and not parsed.file.path.endswith(".json"):
                self._outside(parsed.body.attributes)
        self._damaged = {parsed.file.path for parsed in files if parsed.errors}
        plain = [parsed for parsed in files if not _is_override(parsed.file.path)]
        for parsed in plain:
            for block in parsed.body.blocks:
                self._declare(block, is_override=False)
        for parsed in files:
            if _is_override(parsed.file.path):
                for block in parsed.body.blocks:
                    self._declare(block, is_override=True)
        self._by_type: dict[str, list[tuple[str, str, str]]] = {}
        for key in self.resources:
            self._by_type.setdefault(key[1], []).append(key)
        self.types = frozenset(self._by_type)

    def resources_of(self, mode: str, types: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """The keys of the resources of a mode and of some types, in their order."""
        listed = [keys for keys in map(self._by_type.get, types) if keys is not None]
        if len(listed) > 1:
            wanted = {key for keys in listed for key in keys if key[0] == mode}
            return (key for key in self.resources if key in wanted)
        return (key for keys in listed for key in keys if key[0] == mode)

    def _declare(self, block: Block, *, is_override: bool) -> None:
        kind, labels = block.type, block.labels
        if len(labels) != BLOCK_LABELS.get(kind, len(labels)) and block.span.file.path not in self._damaged:
            self._mislabelled(block)
        if kind in ("resource", "data") and len(labels) == 2:
            key = ("data" if kind == "data" else "managed", labels[0], labels[1])
            known = self.resources.get(key)
            if known is None:
                self.resources[key] = ResourceBlock(*key, block)
            elif is_override:
                self.resources[key] = ResourceBlock(*key, merge_override(known.block, block))
            else:
                self._repeated(block.header, f"{kind} {labels[0]}.{labels[1]}", known.block.span)
        elif kind == "locals":
            given = block.body.attributes
            if not is_override:
                for name in self.locals.keys() & given.keys():
                    self._repeated(given[name].name_span, f"local {name}", self.locals[name].name_span)
            self.locals.update(given)
        elif kind in ("variable", "output", "module") and len(labels) == 1:
            table = {"variable": self.variables, "output": self.outputs, "module": self.calls}[kind]
            known_block = table.get(labels[0])
            if known_block is None:
                table[labels[0]] = block
            elif is_override:
                table[labels[0]] = merge_override(known_block, block)
            else:
                self._repeated(block.header, f"{kind} {labels[0]}", known_block.span)

    def _repeated(self, span: Span, what: str, first: Span) -> None:
        place = f"{first.file.display}:{first.line}"
        self.errors.append(InputError(f"{what} is declared twice; the first stands in {place}", span))

    def _outside(self, attributes: Mapping[str, Attribute]) -> None:
        for name, attribute in attributes.items():
            message = f"{name} is set outside of any block; a value to name goes into a locals block"
            self.errors.append(InputError(message, attribute.name_span))

    def _mislabelled(self, block: Block) -> None:
        wanted, given = BLOCK_LABELS[block.type], len(block.labels)
        labels = {0: "no labels", 1: "one label: a name", 2: "two labels: a type and a name"}[wanted]
        message = f"{block.type} blocks take {labels}; this one has {given or 'none'}"
        self.errors.append(InputError(message, block.header))

    def local_directory(self, call: str) -> str | None:
        """The directory of a module call whose source is a local path; None for any other source."""
        source = self.source_of(call)
        if source is None or (not source.startswith(("./", "../", ".\\", "..\\")) and source not in (".", "..")):
            return None
        return os.path.normpath(os.path.join(self.directory, source))

    def source_of(self, call: str) -> str | None:
        """The source of a module call as written; None where it is not a plain text."""
        expression = self.calls[call].body.expression("source")
        if isinstance(expression, Literal) and isinstance(expression.value, str):
            return expression.value
        return None


def _is_override(path: str) -> bool:
    stem = _split(os.path.basename(path))[0]
    return stem == "override" or stem.endswith("_override")


def _split(name: str) -> tuple[str, str]:
    """The name of a file without the ending that makes it code, and that ending."""
    ending = next(suffix for suffix in SUFFIXES if name.endswith(suffix))
    return name.removesuffix(ending), ending


def merge_override(base: Block, override: Block) -> Block:
    """A block with what an override file says of it: its attributes win, its nested blocks replace those of a type.

    Dynamic blocks count as the type they make.
    """
    body, other = base.body, override.body
    replaced = {_made_type(block) for block in other.blocks}
    blocks = [block for block in body.blocks if _made_type(block) not in replaced]
    merged = Body(
        {**body.attributes, **other.attributes},
        [*blocks, *other.blocks],
        is_damaged=body.is_damaged or other.is_damaged,
        from_json=body.from_json or other.from_json,
    )
    return base._replace(body=merged)


def _made_type(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def read_module_files(directory: str, *, is_shared: bool) -> ModuleFiles:
    """The files of a directory, parsed. What can't be read is listed as an error.

    Those that are shared are kept for the next caller. All others are not: what is read for one root goes when that
    root is done, and the next one is made in the same memory, while the processor still holds it.
    """
    try:
        with os.scandir(directory) as entries:
            names = [_stamped(entry) if is_shared else (entry.name, 0, 0) for entry in entries if _holds_code(entry)]
    except OSError as error:
        file = SourceFile(directory, display_path(directory), b"")
        problem = InputError(f"the directory can't be read: {error.strerror or error}", Span(file, 0, 0))
        return ModuleFiles(directory, (), [problem])
    for name in names_standing_in(directory):
        if name.endswith(SUFFIXES) and not name.startswith("."):
            stamp = (name, -1, hash(stand_in(os.path.join(directory, name))))
            names = [other for other in names if other[0] != name] + [stamp]
    stamped = tuple(sorted(_preferred(names)))
    return _read_shared(directory, stamped) if is_shared else _read(directory, stamped)


def _holds_code(entry: os.DirEntry[str]) -> bool:
    """Whether Terraform reads an entry: not a directory, whatever its name; a broken link counts, and is told."""
    return entry.name.endswith(SUFFIXES) and not entry.name.startswith(".") and not entry.is_dir()


def _stamped(entry: os.DirEntry[str]) -> tuple[str, int, int]:
    try:
        status = entry.stat()
    except OSError:
        return entry.name, 0, 0
    return entry.name, status.st_mtime_ns, status.st_size


def _preferred(names: Iterable[tuple[str, int, int]]) -> Iterable[tuple[str, int, int]]:
    """Without the .tf files that a .tofu file of the same name stands for, as OpenTofu has it."""
    present = {name for name, _, _ in names}
    for stamped in names:
        name = stamped[0]
        stem, ending = _split(name)
        twin = stem + ending.replace(".tf", ".tofu")
        if twin == name or twin not in present:
            yield stamped


def _read(directory: str, names: tuple[tuple[str, int, int], ...]) -> ModuleFiles:
    parsed: list[TerraformFile] = []
    errors: list[InputError] = []
    for name, _, _ in names:
        path = os.path.join(directory, name)
        try:
            file = load(path)
        except OSError as error:
            empty = SourceFile(path, display_path(path), b"")
            errors.append(InputError(f"the file can't be read: {error.strerror or error}", Span(empty, 0, 0)))
            continue
        if name.endswith(".json"):
            from snapguard.terraform.json_syntax import parse_json

            parsed.append(parse_json(file))
        else:
            parsed.append(parse(file))
    return ModuleFiles(directory, parsed, errors)


_read_shared = lru_cache(maxsize=128)(_read)
