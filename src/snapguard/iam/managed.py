"""AWS managed policies: what each of them gives.

It is read from managed.json, which tools/generate_capabilities.py writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from snapguard.iam.capabilities import Action
from snapguard.iam.grants import expanded
from snapguard.iam.scopes import NOTHING, Bounds, Reach

ADMINISTRATOR = "AdministratorAccess"

# How far the scopes of managed.json go. "type" is every resource of a type, but of which the file doesn't say; an
# "-if" scope stands under conditions of which the file has the keys alone.
_SCOPES = {
    "star": Bounds(Reach.UNLIMITED, Reach.UNLIMITED),
    "type": Bounds(Reach.SCOPED, Reach.UNLIMITED),
    "scoped": Bounds(Reach.SCOPED, Reach.SCOPED),
    "star-if": Bounds(Reach.SCOPED, Reach.UNLIMITED),
    "type-if": Bounds(Reach.SCOPED, Reach.UNLIMITED),
    "scoped-if": Bounds(Reach.SCOPED, Reach.SCOPED),
}

# The scopes that leave out nothing of a kind.
_WHOLE = frozenset(("star", "type"))

# Keys of what is made or handed on, and of the region: whatever they ask for, every existing copy is within reach.
_LIMIT_NOTHING = ("iam:passedtoservice", "iam:awsservicename", "aws:requesttag/", "aws:tagkeys", "aws:requestedregion")

# The policies that AWS documents for the roles of its own backup services (AWS Backup developer guide, "IAM service
# roles"; Amazon EBS user guide, "Data Lifecycle Manager service roles").
_SERVICE_POLICIES: Mapping[str, tuple[str, ...]] = {
    "backup": ("service-role/AWSBackupServiceRolePolicy", "AWSBackupServiceRolePolicy"),
    "dlm": ("service-role/AWSDataLifecycleManager",),
}


def managed_path(arn: str) -> str | None:
    """The path and name of an AWS managed policy from its ARN, whose partition may be unknown; None for any other."""
    fields = arn.split(":", 5)
    if len(fields) < 6 or fields[2] != "iam" or fields[4] != "aws" or not fields[5].startswith("policy/"):
        return None
    return fields[5].removeprefix("policy/")


class _Managed(NamedTuple):
    """What managed.json holds: by policy and scope the patterns of actions, and the keys that conditions ask for."""

    keys: Sequence[str]
    policies: Mapping[str, Mapping[str, Sequence[str]]]
    conditions: Mapping[str, Mapping[str, Sequence[int]]]

    def effective(self, path: str, scope: str) -> str:
        """The scope that a scope of a policy comes to: one without conditions where they limit nothing."""
        keys = [self.keys[number].lower() for number in self.conditions.get(path, {}).get(scope, ())]
        limits_nothing = keys and all(key.startswith(_LIMIT_NOTHING) for key in keys)
        return scope.removesuffix("-if") if limits_nothing else scope


@cache
def _managed() -> _Managed:
    with open(os.path.join(os.path.dirname(__file__), "managed.json"), encoding="utf-8") as stream:
        content = json.load(stream)
    return _Managed(content["keys"], content["policies"], content["conditions"])


def _policies() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return _managed().policies


def managed_path_of(name: str) -> str | None:
    """The path and name of the AWS managed policy of a name, of those in managed.json; None for any other name."""
    return next((path for path in _policies() if path.rpartition("/")[2] == name), None)


@cache
def managed_rights(path: str) -> Mapping[Action, Bounds]:
    """What an AWS managed policy gives of the catalogue; nothing for one that gives none of it."""
    rights: dict[Action, Bounds] = {}
    for action, scope in _scoped_actions(path):
        rights[action] = rights.get(action, NOTHING).or_else(_SCOPES[scope])
    return rights


def _scoped_actions(path: str) -> Iterator[tuple[Action, str]]:
    """Every action of the catalogue that a policy gives, with a scope that it gives it on."""
    for scope, patterns in _policies().get(path, {}).items():
        effective = _managed().effective(path, scope)
        for pattern in patterns:
            negated = pattern.startswith("NotAction:")
            names = tuple(pattern.removeprefix("NotAction:").split(","))
            for action in expanded(names, negated)[0]:
                yield action, effective


@cache
def service_rights(service: str) -> Mapping[Action, Reach]:
    """How far the policies for the own role of `backup` or `dlm` let each action go; nothing for another service."""
    prefixes = _SERVICE_POLICIES.get(service, ())
    paths = [path for path in _policies() if path.startswith(prefixes)] if prefixes else []
    rights: dict[Action, Reach] = {}
    for path in paths:
        for action, scope in _scoped_actions(path):
            reach = Reach.UNLIMITED if scope in _WHOLE else Reach.SCOPED
            rights[action] = max(rights.get(action, reach), reach)
    return rights


def is_service_policy(path: str) -> bool:
    """Whether AWS wrote a managed policy for the own role of one of its backup services."""
    return any(path.startswith(prefixes) for prefixes in _SERVICE_POLICIES.values())
