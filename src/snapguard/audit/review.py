"""The review of all that lies under some paths: principals against capabilities."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from snapguard.audit.account import ACCOUNT, AccountRoot, account_root
from snapguard.audit.arrangements import Arrangement, arrangements_of, in_order
from snapguard.audit.entries import Entry, Key, entries_of, joined
from snapguard.audit.lock import root_key
from snapguard.discovery import Target, discover
from snapguard.estate import Estate
from snapguard.judging import ErrorLog, InternalError, read
from snapguard.resources import InputError, Root
from snapguard.settings import Settings
from snapguard.source import Span


class Review(NamedTuple):
    """What a review found: the principals in order, and what could not be read, is missing or failed.

    `roots` are the keys of all that was reviewed, `covered` the keys of the given directories, `arrangements` what the
    code does about copies by itself.
    """

    entries: Sequence[Entry]
    roots: frozenset[str]
    covered: Sequence[str]
    unread: Sequence[InputError]
    missing: Sequence[str]
    errors: Sequence[InternalError]
    arrangements: Sequence[Arrangement] = ()

    @property
    def holders(self) -> list[Entry]:
        """The principals that have or may have any of the rights."""
        return [entry for entry in self.entries if entry.cells]

    @property
    def exit_status(self) -> int:
        """0 where all was read, 1 where something could not be, 2 where the run is incomplete."""
        return 2 if self.missing or self.errors else int(bool(self.unread))

    def covers(self, root: str) -> bool:
        """Whether a root is among what was reviewed, or would be if it still were there."""
        if root in self.roots or root.startswith(ACCOUNT):
            return root in self.roots
        return any(top == "." or root == top or root.startswith(f"{top}/") for top in self.covered)


def review(paths: Sequence[str], settings: Settings) -> Review:
    """Who may do what in all that lies under the paths: code, and the authorization details of live accounts."""
    accounts = {path: account for path in paths if os.path.isfile(path) and (account := account_root(path))}
    found = discover([path for path in paths if path not in accounts], settings)
    given = {os.path.realpath(path) for path in accounts}
    lying_there = [path for path in found.accounts if os.path.realpath(path) not in given]
    accounts |= {path: account for path in lying_there if (account := account_root(path))}
    unread = [InputError(message, Span(file, 0, 0)) for file, message in found.unreadable]
    entries: dict[Key, Entry] = {}
    arrangements: set[Arrangement] = set()
    errors: list[InternalError] = []
    targets: list[tuple[str, Target | AccountRoot]] = [(account.name, account) for account in accounts.values()]
    targets += [(root_key(target.language, target.path, settings), target) for target in found.targets]
    for name, target in targets:
        log = ErrorLog(name)
        found_here = _found_in(target, name, settings, unread, log)
        arrangements.update(found_here.arrangements)
        for entry in found_here.entries:
            known = entries.get(entry.key)
            entries[entry.key] = entry if known is None else joined([known, entry])
        errors += log.all
    covered = [root_key("terraform", path, settings) for path in paths if os.path.isdir(path)]
    ordered = [entries[key] for key in sorted(entries)]
    roots = frozenset(name for name, _ in targets)
    return Review(ordered, roots, covered, unread, found.missing, errors, in_order(arrangements))


class _Found(NamedTuple):
    """What one target has."""

    entries: Sequence[Entry]
    arrangements: Sequence[Arrangement]


def _found_in(
    target: Target | AccountRoot, name: str, settings: Settings, unread: list[InputError], log: ErrorLog
) -> _Found:
    """What a target has; an error in the code of a reader ends this target alone."""
    try:
        roots = read(target, settings) if isinstance(target, Target) else [target]
        estates = [Estate(root, settings) for root in roots]
        entries = _over_outcomes([list(entries_of(estate.identities, name)) for estate in estates], roots)
        arranged = () if isinstance(target, AccountRoot) else arrangements_of(estates, name)
        problems = {(error.span, error.message): error for estate in estates for error in estate.input_errors}
        unread += [error for error in problems.values() if error.check == "SNAP001"]
        return _Found(entries, list(arranged))
    except Exception as error:  # noqa: BLE001 - the other targets go on
        log.note("the review", error)
        return _Found([], [])


def _over_outcomes(outcomes: Sequence[Sequence[Entry]], roots: Sequence[Root]) -> list[Entry]:
    """The principals of all outcomes of a template; what is not there in each of them says in which it is."""
    if len(outcomes) == 1:
        return list(outcomes[0])
    together: dict[Key, list[Entry]] = {}
    where: dict[object, list[str]] = {}
    for entries, root in zip(outcomes, roots, strict=True):
        for entry in entries:
            together.setdefault(entry.key, []).append(entry)
            for capability, cell in entry.cells.items():
                for source in cell.sources:
                    where.setdefault((entry.key, capability, source), []).append(root.assumption)

    def placed(entry: Entry) -> Entry:
        cells = {
            capability: cell._replace(
                sources=[
                    source if len(held) == len(roots) else source._replace(assumption=" or ".join(held))
                    for source in cell.sources
                    for held in [where[entry.key, capability, source]]
                ]
            )
            for capability, cell in entry.cells.items()
        }
        return entry._replace(cells=cells)

    return [joined([placed(entry) for entry in entries]) for entries in together.values()]
