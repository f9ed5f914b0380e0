"""Which blocks of a graph of Checkov's a finding is about: Checkov reports blocks, SnapGuard places."""

from __future__ import annotations

import logging
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from snapguard import registry
from snapguard.findings import Result, Severity
from snapguard.hosts.answers import answers
from snapguard.source import Span

UNREADABLE = "SNAP001"
"""The check that fails where something could not be judged."""

_LOG = logging.getLogger(__name__)

Vertex = dict[str, Any]

_FILE = "file_path_"
_KIND = "block_type_"
_NAME = "block_name_"
_ADDRESS = "__address__"
_KINDS = frozenset({"resource", "data", "module"})
"""Checkov's own names for what a block of its graph carries, and the kinds of block that it reports on."""

_KEY_OF_INSTANCE = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


def failing_blocks(vertices: Sequence[Vertex]) -> Mapping[tuple[str, Severity], Sequence[Vertex]]:
    """The blocks in which something is found, by check and severity; judged by what is on disk.

    What stands in no block that Checkov knows counts for the nearest one, and is told in the log.
    """
    found: dict[tuple[str, Severity], dict[int, Vertex]] = defaultdict(dict)
    real = {path: os.path.realpath(path) for path in {vertex[_FILE] for vertex in vertices}}
    everything = [_block(vertex, real[vertex[_FILE]]) for vertex in vertices]
    plans = sorted({block.file for block in everything if block.is_planned})
    others = sorted(set(real.values()).difference(plans))
    for group in [*([others] if others else []), *([plan] for plan in plans)]:
        blocks = _Blocks(everything, group)
        judged = answers(group)
        for trouble in judged.troubles:
            _LOG.error("SnapGuard: %s", trouble)
            for vertex in blocks.any():
                found[UNREADABLE, registry.load(UNREADABLE).severity][id(vertex)] = vertex
        for result in judged.failures:
            for vertex in blocks.of(result):
                found[result.code, result.severity][id(vertex)] = vertex
    return {key: list(chosen.values()) for key, chosen in found.items()}


class _Block(NamedTuple):
    kind: str
    name: str
    address: str
    file: str
    start: int
    end: int
    vertex: Vertex

    @property
    def is_planned(self) -> bool:
        """Whether it comes from a plan: JSON in which resources have addresses, which those of templates have not."""
        return self.address != "" and self.file.endswith(".json")


class _Blocks:
    """The blocks of some files, to be found by a finding."""

    def __init__(self, blocks: Iterable[_Block], files: Sequence[str]) -> None:
        wanted = frozenset(files)
        self._all = [block for block in blocks if block.kind in _KINDS and block.file in wanted]
        self._is_plan = any(block.is_planned for block in self._all)
        self._named: dict[tuple[str, str], list[_Block]] = defaultdict(list)
        for block in self._all:
            self._named[block.kind, block.name].append(block)

    def any(self) -> Sequence[Vertex]:
        """One block, for what concerns no block."""
        return [block.vertex for block in self._all[:1]]

    def of(self, result: Result) -> Iterator[Vertex]:
        """The blocks that a finding is about."""
        about = [
            vertex
            for address, header in zip(result.addresses, result.headers, strict=True)
            for vertex in self._at(address, header)
        ]
        yield from about or self._around(result)

    def _at(self, address: str, header: Span) -> Iterator[Vertex]:
        file = os.path.realpath(header.file.path)
        candidates = [block for block in self._named.get(_kind_and_name(address), ()) if self._is_in(block, file)]
        exact = [block for block in candidates if block.address == address]
        similar = [block for block in candidates if without_indices(block.address) == without_indices(address)]
        yield from (block.vertex for block in exact or similar or ([] if self._is_plan else candidates))

    def _is_in(self, block: _Block, file: str) -> bool:
        """Whether a block stands in a file; that of a plan stands in the plan, its finding in the code."""
        return self._is_plan or block.file == file

    def _around(self, result: Result) -> Iterator[Vertex]:
        file, line = os.path.realpath(result.span.file.path), result.span.line
        in_file = [block for block in self._all if block.file == file]
        around = [block for block in in_file if block.start <= line <= block.end]
        if not around:
            _LOG.error("SnapGuard: %s:%s: %s %s", result.span.file.display, line, result.code, result.message)
        beside = [block for block in self._all if os.path.dirname(block.file) == os.path.dirname(file)]
        yield from (block.vertex for block in (around or in_file or beside or self._all)[:1])


def _block(vertex: Vertex, file: str) -> _Block:
    kind = str(vertex[_KIND])
    name = without_indices(vertex[_NAME])
    return _Block(
        kind,
        name if _ADDRESS in vertex else name.rpartition(".")[2],
        vertex.get(_ADDRESS) or "",
        file,
        _line(vertex, "start"),
        _line(vertex, "end"),
        vertex,
    )


def _line(vertex: Vertex, which: str) -> int:
    """The first or last line of a block, which Checkov calls differently in Terraform and in templates."""
    for key in (f"__{which}_line__", f"__{which}line__"):
        if key in vertex:
            return int(vertex[key])
    return 0


def _kind_and_name(address: str) -> tuple[str, str]:
    """The kind and name of the block of an address: `module.m["x"].data.aws_ami.a[0]` gives data and aws_ami.a."""
    parts = without_indices(address).split(".")
    if len(parts) < 2:
        return "resource", address.rpartition("/")[2]
    return "data" if parts[-3:-2] == ["data"] else "resource", ".".join(parts[-2:])


def without_indices(address: str) -> str:
    """An address without the keys of its instances, which may hold brackets and dots of their own."""
    return _KEY_OF_INSTANCE.sub("", address)
