"""Guardrails: what an organization's policies take from every principal, or from everyone outside.

A service control policy limits what the principals of an account can do, a resource control policy what anyone can do
to the account's resources; neither gives a right (AWS Organizations user guide, "Service control policies" and
"Resource control policies").
"""

from __future__ import annotations

from collections.abc import Sequence

from snapguard.estate.entities import Entity
from snapguard.estate.policies import is_denied_outside
from snapguard.estate.trust import is_own_account
from snapguard.iam.documents import IDENTITY_POLICY, RESOURCE_POLICY, PolicyDocument, read_document
from snapguard.iam.grants import Denial, denials_of
from snapguard.resources import Resource
from snapguard.values import Value

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

# Policies of other types (tags, backups, declarations) are no policies of IAM, and have a grammar of their own.
_GRAMMARS = {SERVICE_CONTROL: IDENTITY_POLICY, RESOURCE_CONTROL: RESOURCE_POLICY}


class Guardrail(Entity):
    """A policy of an organization, with the accounts, units or roots that it is attached to.

    It surely holds only where it is attached to the account that the code is deployed to: the members of a unit are not
    part of the code, and the management account is never limited.
    """

    __slots__ = ("document", "kind", "targets")

    def __init__(self, resource: Resource, kind: Value, content: Value, targets: Sequence[Value] = ()) -> None:
        super().__init__(resource)
        self.kind = kind.known_text if not kind.is_absent else SERVICE_CONTROL
        grammar = _GRAMMARS.get(self.kind or "")
        self.document = PolicyDocument(()) if grammar is None else read_document(content, grammar)
        self.targets = list(targets)

    @property
    def is_certain(self) -> bool:
        """Whether it surely limits the account that the code is deployed to."""
        return self.resource.exists is True and any(is_own_account(target) for target in self.targets)

    def denials(self) -> Sequence[Denial]:
        """What it takes from the principals of the account; nothing where it is attached to nothing."""
        if self.kind != SERVICE_CONTROL or not self.targets:
            return ()
        denials = denials_of(self.document)
        return denials if self.is_certain else [denial._replace(certain=False) for denial in denials]

    def keeps_outsiders_from(self, action: str) -> bool:
        """Whether it denies an action to everyone outside."""
        return self.kind == RESOURCE_CONTROL and bool(self.targets) and is_denied_outside(self.document, action)
