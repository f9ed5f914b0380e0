"""In which outcomes of a template something holds, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations


def assumption_text(holds: Sequence[Mapping[str, bool]], all: Sequence[Mapping[str, bool]]) -> str:
    """The shortest words for the outcomes in which something holds, among all outcomes; empty if it is all of them.

    An outcome that lacks a condition leaves it undecided; one that decides it can't always be told apart from it.
    """
    held = [dict(outcome) for outcome in holds]
    others = [dict(outcome) for outcome in all if dict(outcome) not in held]
    if not others or not held:
        return ""
    terms: list[dict[str, bool]] = []
    while held:
        term = _best_term(held, others)
        terms.append(term)
        held = [outcome for outcome in held if not term.items() <= outcome.items()]
    texts = [
        " and ".join(f"{name} is {'true' if truth else 'false'}" for name, truth in term.items()) for term in terms
    ]
    return ", or ".join(texts)


def _best_term(held: list[dict[str, bool]], others: list[dict[str, bool]]) -> dict[str, bool]:
    """A short conjunction that the first outcome fulfils and no other one does; of equals, the one that covers most."""
    literals = list(held[0].items())
    for size in (1, 2):
        fitting = [dict(term) for term in combinations(literals, size) if not _remaining(term, others)]
        if fitting:
            return max(fitting, key=lambda term: sum(term.items() <= outcome.items() for outcome in held))
    chosen: list[tuple[str, bool]] = []
    while literals and _remaining(chosen, others):
        best = min(literals, key=lambda literal: len(_remaining([*chosen, literal], others)))
        literals.remove(best)
        chosen.append(best)
    return {name: truth for name, truth in held[0].items() if (name, truth) in chosen}


def _remaining(term: Iterable[tuple[str, bool]], outcomes: list[dict[str, bool]]) -> list[dict[str, bool]]:
    """The outcomes that fulfil a conjunction."""
    wanted = set(term)
    return [outcome for outcome in outcomes if wanted <= outcome.items()]
