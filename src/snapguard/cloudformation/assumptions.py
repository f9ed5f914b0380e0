"""In which outcomes of a template something holds, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations


def assumption_text(holds: Sequence[Mapping[str, bool]], all: Sequence[Mapping[str, bool]]) -> str:
    """The shortest words for the outcomes in which something holds, among all outcomes; empty if it is all of them."""
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
    """The shortest conjunction that no other outcome fulfils, and of those the one that covers most."""
    first = held[0]
    for size in range(1, len(first) + 1):
        fitting = [
            dict(term)
            for term in combinations(first.items(), size)
            if not any(set(term) <= other.items() for other in others)
        ]
        if fitting:
            return max(fitting, key=lambda term: sum(term.items() <= outcome.items() for outcome in held))
    return first
