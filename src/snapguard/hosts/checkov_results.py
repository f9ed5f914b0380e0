"""What is found in a graph of Checkov's, as Checkov's checks report it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.models.enums import CheckResult
from checkov.runner_filter import RunnerFilter

from snapguard import registry
from snapguard.findings import Severity
from snapguard.hosts.checkov_blocks import Vertex, failing_blocks
from snapguard.hosts.pages import page


def results(graph: Any, runner_filter: Any, report_type: str) -> dict[Any, list[dict[str, Any]]]:
    """The failures in a graph, by a check for each code and severity, as Checkov gives a check a single severity.

    Nothing is judged where the graph is empty or the command line leaves out every check.
    """
    for code in registry.check_modules():
        RunnerFilter.notify_external_check(code)
    vertices = _vertices(graph)
    if not vertices or not _is_any_asked(runner_filter, report_type):
        return {}
    with _collector_at_rest():
        failing = failing_blocks(vertices)
    checks = {SnapGuardCheck(code, severity): blocks for (code, severity), blocks in failing.items()}
    return {
        check: [{"result": CheckResult.FAILED, "entity": block, "evaluated_keys": []} for block in blocks]
        for check, blocks in checks.items()
        if runner_filter.should_run_check(check, report_type=report_type)
    }


class SnapGuardCheck(BaseGraphCheck):  # type: ignore[misc]  # Checkov ships no types
    """What Checkov wants to know of a check."""

    def __init__(self, code: str, severity: Severity) -> None:
        super().__init__()
        self.id = code
        self.name = registry.load(code).summary
        self.guideline = page(registry.check_modules()[code])
        self.severity = Severities[severity.name]


def _is_any_asked(runner_filter: Any, report_type: str) -> bool:
    return any(
        runner_filter.should_run_check(check_id=code, severity=Severities[severity.name], report_type=report_type)
        for code in registry.check_modules()
        for severity in Severity
    )


def _vertices(graph: Any) -> list[Vertex]:
    """What a graph of rustworkx, or of networkx, which Checkov can be told to use, holds."""
    nodes: Iterable[tuple[object, Vertex]] = graph.nodes() if hasattr(graph, "node_indices") else graph.nodes(data=True)
    return [vertex for _, vertex in nodes]


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
