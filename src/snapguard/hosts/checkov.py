"""The checks inside Checkov, for Terraform, plans of it and CloudFormation.

Checkov loads a directory of checks in each of some twenty worker processes, one a kind of code, and asks in a few of
them, once for each graph of what it has read. So hardly anything is imported until one asks; then the files are judged
once, and a check is made for what was found alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

GRAPHS = ("terraform", "cloudformation")
"""Checkov's registries of graph checks; plans share that of Terraform."""


def register() -> None:
    """Let Checkov's registries give SnapGuard's answers too; where they do so already, nothing happens."""
    from checkov.common.checks_infra.registry import get_graph_checks_registry

    _leave_alone_what_is_inherited()
    for graph in GRAPHS:
        registry = get_graph_checks_registry(graph)
        if not isinstance(registry.run_checks, _RunChecks):
            registry.run_checks = _RunChecks(registry.run_checks)


def _leave_alone_what_is_inherited() -> None:
    """Keep the collector of a forked worker off what Checkov had imported before: it is there until the worker ends.

    Each look at all of it copies pages that the processes share; that would cost as much as judging the files.
    """
    import gc
    import multiprocessing

    if multiprocessing.parent_process() is not None:
        gc.freeze()


class _RunChecks:
    """A registry's method that runs its checks on a graph, with SnapGuard's beside its own."""

    __slots__ = ("_own",)

    def __init__(self, own: Callable[[Any, Any, str], dict[Any, Any]]) -> None:
        self._own = own

    def __call__(self, graph_connector: Any, runner_filter: Any, report_type: str) -> dict[Any, Any]:
        from snapguard.hosts.checkov_results import results

        return {
            **self._own(graph_connector, runner_filter, report_type),
            **results(graph_connector, runner_filter, report_type),
        }
