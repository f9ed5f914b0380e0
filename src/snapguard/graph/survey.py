"""The roads of all that lies under some paths, root by root."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from snapguard.discovery import Target, discover
from snapguard.estate import Estate
from snapguard.graph.condense import condensed
from snapguard.graph.model import Graph, joined
from snapguard.graph.roads import roads_of
from snapguard.judging import Assignment, ErrorLog, InternalError, in_order, judge_roots, read
from snapguard.resources import InputError
from snapguard.scan import checks_to_run
from snapguard.settings import Settings
from snapguard.source import Span, display_path


class Section(NamedTuple):
    """The roads of one root; `name` is its directory or file."""

    name: str
    graph: Graph


class Survey(NamedTuple):
    """The roots that have roads, and what could not be read, is missing or failed."""

    sections: Sequence[Section]
    unread: Sequence[InputError]
    missing: Sequence[str]
    errors: Sequence[InternalError]

    @property
    def exit_status(self) -> int:
        """0 where all was read, 1 where something could not be, 2 where the run is incomplete."""
        return 2 if self.missing or self.errors else int(bool(self.unread))


def survey(paths: Sequence[str], settings: Settings) -> Survey:
    """The roads of all that lies under the paths, marked by the checks that the settings select."""
    found = discover(paths, settings)
    codes = in_order(checks_to_run(settings))
    unread = [InputError(message, Span(file, 0, 0)) for file, message in found.unreadable]
    sections: list[Section] = []
    errors: list[InternalError] = []
    for target in found.targets:
        log = ErrorLog(target.path)
        graph = _roads(target, codes, settings, unread, log)
        if graph is not None and graph.nodes:
            sections.append(Section(display_path(target.path), graph))
        errors += log.all
    return Survey(sections, unread, found.missing, errors)


def _roads(
    target: Target, codes: Sequence[str], settings: Settings, unread: list[InputError], log: ErrorLog
) -> Graph | None:
    """The roads of a target, over all outcomes of a template; an error in a reader ends this target alone."""
    try:
        roots = read(target, settings)
        # A file that is given stands for its root: what leads out of that is drawn whole.
        assignment = Assignment(target._replace(shown=None), codes, settings, False)
        verdicts = judge_roots(roots, assignment, log).verdicts
        estates = [Estate(root, settings) for root in roots]
        graphs = [roads_of(estate, verdicts) for estate in estates]
        problems = {(error.span, error.message): error for estate in estates for error in estate.input_errors}
        unread += [error for error in problems.values() if error.check == "SNAP001"]
        nodes = (node for graph in graphs for node in graph.nodes)
        edges = (edge for graph in graphs for edge in graph.edges)
        return condensed(joined(nodes, edges))
    except Exception as error:  # noqa: BLE001 - the other targets go on
        log.note("the graph", error)
        return None
