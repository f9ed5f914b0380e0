"""AWS managed policies: what each of them gives.

It is read from managed.json, which tools/generate_capabilities.py writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache

from snapguard.iam.capabilities import Action
from snapguard.iam.grants import expanded
from snapguard.iam.scopes import NOTHING, Bounds, Reach

ADMINISTRATOR = "AdministratorAccess"

# How far the scopes of managed.json go. "type" is every resource of a type, but of which the file doesn't say; an
# "-if" scope stands under conditions that are not in the file.
_SCOPES = {
    "star": Bounds(Reach.UNLIMITED, Reach.UNLIMITED),
    "type": Bounds(Reach.SCOPED, Reach.UNLIMITED),
    "scoped": Bounds(Reach.SCOPED, Reach.SCOPED),
    "star-if": Bounds(Reach.NONE, Reach.UNLIMITED),
    "type-if": Bounds(Reach.NONE, Reach.UNLIMITED),
    "scoped-if": Bounds(Reach.NONE, Reach.SCOPED),
}

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


@cache
def _policies() -> Mapping[str, Mapping[str, Sequence[str]]]:
    with open(os.path.join(os.path.dirname(__file__), "managed.json"), encoding="utf-8") as stream:
        policies: Mapping[str, Mapping[str, Sequence[str]]] = json.load(stream)["policies"]
    return policies


def managed_path_of(name: str) -> str | None:
    """The path and name of the AWS managed policy of a name, of those in managed.json; None for any other name."""
    return next((path for path in _policies() if path.rpartition("/")[2] == name), None)


@cache
def managed_rights(path: str) -> Mapping[Action, Bounds]:
    """What an AWS managed policy gives of the catalogue; nothing for one that gives none of it."""
    rights: dict[Action, Bounds] = {}
    for scope, patterns in _policies().get(path, {}).items():
        for pattern in patterns:
            negated = pattern.startswith("NotAction:")
            names = tuple(pattern.removeprefix("NotAction:").split(","))
            for action in expanded(names, negated)[0]:
                rights[action] = rights.get(action, NOTHING).or_else(_SCOPES[scope])
    return rights


@cache
def service_actions(service: str) -> frozenset[Action]:
    """The actions that the policies for the own role of `backup` or `dlm` give; none for any other service."""
    prefixes = _SERVICE_POLICIES.get(service, ())
    paths = [path for path in _policies() if path.startswith(prefixes)] if prefixes else []
    return frozenset(action for path in paths for action in managed_rights(path))


def is_service_policy(path: str) -> bool:
    """Whether AWS wrote a managed policy for the own role of one of its backup services."""
    return any(path.startswith(prefixes) for prefixes in _SERVICE_POLICIES.values())
