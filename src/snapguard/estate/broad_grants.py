"""Statements whose rights over copies know no limit, as the checks report them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from snapguard.estate.entities import Entity
from snapguard.estate.principals import Identities, Policy
from snapguard.estate.proposals import proposal
from snapguard.findings import Evidence, Finding, Severity, provenance
from snapguard.iam.capabilities import CAPABILITIES, Action, actions_possible
from snapguard.iam.documents import Statement, pattern_text
from snapguard.iam.grants import Grant, Rights, patterns, wildcard_actions
from snapguard.iam.patterns import UNKNOWN, is_wildcard
from snapguard.iam.scopes import Bounds, Reach
from snapguard.values import Unknown, Value

ACTIONS_NAMED = 2
"""How many actions a message names behind each capability, and how many patterns before it counts them."""


class BroadGrant(Entity):
    """Actions of tier core that one statement gives without a limit: all by wildcards, or all by name.

    `rights` holds no more than those.
    """

    __slots__ = ("by_wildcard", "certain", "policy", "rights", "statement")

    def __init__(self, policy: Policy, statement: Statement, rights: Rights, by_wildcard: bool, certain: bool) -> None:
        super().__init__(policy.resource)
        self.policy = policy
        self.statement = statement
        self.rights = rights
        self.by_wildcard = by_wildcard
        self.certain = certain

    @property
    def severity(self) -> Severity:
        """The highest of its actions."""
        return max(self._severity_of(action, bounds) for action, bounds in self.rights.items())

    def _severity_of(self, action: Action, bounds: Bounds) -> Severity:
        severity = action.severity
        if self._reach(bounds) is Reach.CONDITIONAL:
            severity = severity.lowered()
        if not self.by_wildcard and not action.can_be_scoped:
            severity = severity.lowered()
        return severity

    def _reach(self, bounds: Bounds) -> Reach:
        return bounds.low if self.certain else bounds.high

    def report(self) -> Finding:
        """The finding: at the statement, on the policy's resource, with who holds it as evidence."""
        span = self.policy.span_of(self.statement)
        evidence = [*self._provenance(), *self.policy.evidence()]
        place = self.policy.value.place
        own = self.resource.span
        if place is not None and (span.file is not own.file or not own.start <= span.start < own.end):
            evidence.insert(0, Evidence(place, f"is the policy document of {self.resource.address}"))
        return self.finding(
            f"{self._source} {self._gives} {summary(self.rights)} on every resource{self._condition}",
            span,
            evidence=evidence,
            certain=self.certain,
            severity=self.severity,
            help=proposal(self.statement, self.rights),
        )

    def _provenance(self) -> list[Evidence]:
        """The way of the first action that was not written in the statement itself."""
        for value in self.statement.actions:
            trail = provenance(value)
            if trail:
                return trail
        return []

    @property
    def _gives(self) -> str:
        if not self.certain:
            return "may give"
        always = any(bounds.low >= Reach.CONDITIONAL for bounds in self.rights.values())
        return "gives" if always else "gives, by one outcome or another,"

    @property
    def _condition(self) -> str:
        conditional = all(self._reach(bounds) is Reach.CONDITIONAL for bounds in self.rights.values())
        return ", with conditions on the caller alone" if conditional else ""

    @property
    def _source(self) -> str:
        texts = [shown(value) for value in self.statement.actions]
        if self.statement.negated_actions:
            return f"everything but {listed(texts)}"
        if not self.by_wildcard:
            return "the statement"
        giving = zip(texts, patterns(self.statement.actions), strict=True)
        return listed([text for text, pattern in giving if self._gives_by(pattern)])

    def _gives_by(self, pattern: str) -> bool:
        """Whether a pattern is one of those that give these rights."""
        return (is_wildcard(pattern) or UNKNOWN in pattern) and any(
            action in self.rights for action in actions_possible(pattern)
        )


def broad_grants(identities: Identities) -> Iterator[BroadGrant]:
    """Every statement that gives rights of tier core without a limit; one entry for wildcards and one for names."""
    for policy in identities.policies:
        for grant in () if policy.only_fences else policy.grants:
            is_whole = not policy.holders or not grant.reading.is_partial
            if is_whole and not any(_counts(action, bounds) for action, bounds in grant.rights.items()):
                continue
            rights = identities.rights_left(policy, grant)
            if not any(_counts(action, bounds) for action, bounds in rights.items()):
                continue
            wild = wildcard_actions(grant.statement)
            entries = []
            for by_wildcard in (True, False):
                chosen = {action: bounds for action, bounds in rights.items() if (action in wild) is by_wildcard}
                found, certain = broad(chosen)
                if found:
                    entries.append(BroadGrant(policy, grant.statement, found, by_wildcard, certain))
            if not any(entry.certain for entry in entries):
                entries[0].certain = _is_broad_in_every_form(identities, policy, grant)
            yield from entries


def _is_broad_in_every_form(identities: Identities, policy: Policy, grant: Grant) -> bool:
    """Whether a statement surely gives something without a limit, whichever way conditions decide what that is."""
    each = (identities.rights_left(policy, grant._replace(rights=rights)) for rights in grant.forms)
    return bool(grant.forms) and all(broad(rights)[1] for rights in each)


def broad(rights: Rights) -> tuple[Rights, bool]:
    """Of rights those of tier core that know no limit, and whether that is certain.

    What may be unlimited is among them only where nothing is for certain.
    """
    possible = {action: bounds for action, bounds in rights.items() if _counts(action, bounds)}
    certain = {action: bounds for action, bounds in possible.items() if bounds.low >= Reach.CONDITIONAL}
    return certain or possible, bool(certain)


def _counts(action: Action, bounds: Bounds) -> bool:
    return action.is_judged and bounds.high >= Reach.CONDITIONAL


def summary(actions: Collection[Action]) -> str:
    """Capabilities with the actions behind each: `create (ec2:CreateSnapshot), share (ec2:ModifySnapshotAttribute)`."""
    ordered = sorted(actions, key=lambda action: (-action.severity, action.name))
    parts = []
    for capability in CAPABILITIES:
        names = [action.name for action in ordered if capability in action.capabilities]
        if names:
            parts.append(f"{capability} ({listed(names)})")
    return ", ".join(parts)


def capabilities_of(actions: Collection[Action]) -> str:
    """What actions are good for, in words: `create, copy, share`."""
    found = {capability for action in actions for capability in action.capabilities}
    return ", ".join(capability for capability in CAPABILITIES if capability in found)


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - ACTIONS_NAMED
    return ", ".join(names[:ACTIONS_NAMED]) + (f" and {more} more" if more > 0 else "")


def shown(value: Value) -> str:
    """A text as messages show it: an unknown piece as what it comes from, `…` where nobody can tell anything."""

    def name(piece: Unknown) -> str:
        return "${" + (piece.links[0].address if piece.links else "…") + "}"

    return pattern_text(value, name) or "…"
