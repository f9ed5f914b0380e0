"""The catalogue: which IAM actions let someone make, copy, share, read or restore a copy, and on which resources.

It is read from capabilities.json, which tools/generate_capabilities.py writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from snapguard.findings import Severity
from snapguard.iam.patterns import NAMED, UNKNOWN, is_wildcard, matches

TIERS = ("core", "chain", "key", "identity", "peripheral")
"""How near an action is to a copy: it acts on one, is a neighbouring step, opens a key, gives rights, or is far off."""

HARMLESS = "info"
"""What the catalogue calls the severity of an action that only raises protection."""

CAPABILITIES = ("create", "copy", "share", "export", "restore", "attach", "destroy", "weaken", "enable")
"""What an action can be good for, in the order in which messages name it."""


class Action:
    """One IAM action: what it is good for, how bad it is on everything, and what it works on.

    `required` and `optional` are resource types (`ec2:snapshot`); both are empty where the action takes no resource.
    `subjects` are those of them that decide how far it reaches: what is read or given away, not what is made.
    `keys` are the condition keys of its service that it knows, `is_judged` tells that checks judge it by itself: it is
    of tier core and does not merely raise protection; `can_be_scoped` tells that a statement can limit it to resources
    at all. There is one object an action, so that sets of them are cheap.
    """

    __slots__ = (
        "can_be_scoped",
        "capabilities",
        "is_judged",
        "keys",
        "name",
        "optional",
        "required",
        "service",
        "severity",
        "subjects",
        "tier",
    )

    def __init__(
        self,
        name: str,
        tier: str,
        severity: str,
        capabilities: Sequence[str],
        kinds: Sequence[str],
        subjects: Sequence[str],
        keys: Sequence[str],
    ) -> None:
        self.service = name.partition(":")[0]
        self.name = name
        self.tier = tier
        self.is_judged = tier == TIERS[0] and severity != HARMLESS
        self.severity = Severity.LOW if severity == HARMLESS else Severity[severity.upper()]
        self.capabilities = tuple(capabilities)
        self.required = tuple(f"{self.service}:{kind[:-1]}" for kind in kinds if kind.endswith("*"))
        self.optional = tuple(f"{self.service}:{kind}" for kind in kinds if not kind.endswith("*"))
        self.subjects = tuple(f"{self.service}:{kind}" for kind in subjects)
        self.keys = tuple(keys)
        self.can_be_scoped = bool(kinds)

    def __repr__(self) -> str:
        return f"Action({self.name})"


class Catalogue:
    """Every action by its service, the ARN forms of every resource type, and the types that are or keep copies."""

    __slots__ = ("arns", "copies", "services")

    def __init__(
        self,
        arns: Mapping[str, tuple[str, ...]],
        copies: frozenset[str],
        services: Mapping[str, tuple[tuple[str, Action], ...]],
    ) -> None:
        self.arns = arns
        self.copies = copies
        self.services = services


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    with open(os.path.join(os.path.dirname(__file__), "capabilities.json"), encoding="utf-8") as stream:
        content = json.load(stream)
    services = {}
    keys = content["keys"]
    for service, entries in content["actions"].items():
        actions = []
        for name, tier, severity, capabilities, kinds, subjects, numbers in entries:
            own = [keys[number] for number in numbers]
            action = Action(f"{service}:{name}", tier, severity, capabilities, kinds, subjects, own)
            actions.append((action.name.lower(), action))
        services[service] = tuple(actions)
    arns = {kind: tuple(forms) for kind, forms in content["arns"].items()}
    return Catalogue(arns, frozenset(content["copies"]), services)


@lru_cache(maxsize=8192)
def actions_matching(pattern: str) -> frozenset[Action]:
    """The actions of the catalogue that a pattern gives, however it is cased; an unknown piece matches nothing."""
    return _expand(pattern.lower())


@lru_cache(maxsize=8192)
def actions_possible(pattern: str) -> frozenset[Action]:
    """The actions that a pattern may give once its unknown pieces are known."""
    return _expand(pattern.lower().replace(UNKNOWN, "*").replace(NAMED, "*"))


def _expand(pattern: str) -> frozenset[Action]:
    service, colon, _ = pattern.partition(":")
    services = catalogue().services
    if colon and not is_wildcard(service):
        return frozenset(action for name, action in services.get(service, ()) if matches(pattern, name))
    return frozenset(action for entries in services.values() for name, action in entries if matches(pattern, name))
