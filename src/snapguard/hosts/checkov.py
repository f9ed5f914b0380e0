"""The checks as checks of Checkov, for Terraform, plans of it and CloudFormation.

Checkov asks a graph check once a run, with everything that it read. The checks of SnapGuard are registered as such:
the first that is asked has the files judged, and each looks up which of Checkov's blocks its findings belong to.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple

from snapguard import registry
from snapguard.findings import Result, Severity
from snapguard.hosts.pages import page
from snapguard.source import Span

UNREADABLE = "SNAP001"
"""The check that fails where something could not be judged."""

GRAPHS = ("terraform", "cloudformation")
"""Checkov's registries of graph checks; plans share that of Terraform."""

_LOG = logging.getLogger(__name__)

Vertex = dict[str, Any]


def register() -> None:
    """Add the checks to Checkov; where that is done already, nothing happens."""
    from checkov.common.bridgecrew.severities import Severities
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.runner_filter import RunnerFilter

    class SnapGuardCheck(BaseGraphCheck):  # type: ignore[misc]  # Checkov ships no types
        """The findings of one check and severity, since Checkov gives a check a single severity."""

        def __init__(self, code: str, severity: Severity, source: _Source) -> None:
            super().__init__()
            self.id = code
            self.guideline = page(registry.check_modules()[code])
            self.severity = Severities[severity.name]
            self._key = (code, severity)
            self._source = source

        @property
        def name(self) -> str:
            """The summary, read when somebody asks: Checkov loads checks in many processes that never run them."""
            return registry.load(self.id).summary

        @name.setter
        def name(self, name: str) -> None:
            """Checkov's own constructor sets an empty one."""

        def run(self, graph_connector: Any) -> tuple[list[Vertex], list[Vertex], list[Vertex]]:
            return [], self._source.failing(graph_connector)[self._key], []

    source = _Source()
    for graph in GRAPHS:
        checks = get_graph_checks_registry(graph).checks
        known = {check.id for check in checks}
        for code in registry.check_modules():
            if code not in known:
                RunnerFilter.notify_external_check(code)
                checks.extend(SnapGuardCheck(code, severity, source) for severity in Severity)


class _Source:
    """The answers for the graph that Checkov asks about; all checks ask at once, from threads of their own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._graph: Any = None
        self._failing: Mapping[tuple[str, Severity], list[Vertex]] = {}

    def failing(self, graph: Any) -> Mapping[tuple[str, Severity], list[Vertex]]:
        """The blocks of a graph in which something was found, by check and severity."""
        with self._lock:
            if graph is not self._graph:
                with _collector_at_rest():
                    self._failing = failing_blocks(list(_vertices(graph)))
                self._graph = graph
            return self._failing


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """What is parsed stays, and each look of the collector would go through all that Checkov holds besides."""
    import gc

    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _vertices(graph: Any) -> Iterable[Vertex]:
    """What a graph of rustworkx, or of networkx, which Checkov can be told to use, holds."""
    nodes = graph.nodes() if hasattr(graph, "node_indices") else graph.nodes(data=True)
    return (vertex for _, vertex in nodes)


def failing_blocks(vertices: Sequence[Vertex]) -> Mapping[tuple[str, Severity], list[Vertex]]:
    """The blocks of Checkov's graph in which something is found, by check and severity.

    What stands in no block that Checkov knows counts for the nearest one, and is told in the log.
    """
    from collections import defaultdict

    from snapguard.hosts.answers import answers

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
    return defaultdict(list, {key: list(chosen.values()) for key, chosen in found.items()})


_FILE = "file_path_"
_KIND = "block_type_"
_NAME = "block_name_"
_ADDRESS = "__address__"
_KINDS = frozenset({"resource", "data", "module"})
"""Checkov's own names for what a block of its graph carries, and the kinds of block that it reports on."""


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

    def __init__(self, blocks: Sequence[_Block], files: Sequence[str]) -> None:
        wanted = frozenset(files)
        self._all = [block for block in blocks if block.kind in _KINDS and block.file in wanted]
        self._is_plan = any(block.is_planned for block in self._all)

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
        kind, name = _kind_and_name(address)
        file = os.path.realpath(header.file.path)
        candidates = [
            block for block in self._all if block.kind == kind and block.name == name and self._is_in(block, file)
        ]
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
    import re

    return re.sub(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]', "", address)
