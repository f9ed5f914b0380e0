"""What principals hold by their attachments: managed policies, standing rights, and roles that outsiders may assume."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapguard.estate.broad_grants import broad, capabilities_of
from snapguard.estate.entities import Entity
from snapguard.estate.federation import public_provider
from snapguard.estate.policies import POSITIVE_OPERATORS, ResourcePolicy, is_wild
from snapguard.estate.principals import GROUP, USER, Attachment, Identities, Principal
from snapguard.findings import Evidence, Finding, Severity
from snapguard.iam.documents import PolicyDocument, Statement
from snapguard.iam.grants import Rights
from snapguard.iam.managed import ADMINISTRATOR
from snapguard.resources import Root
from snapguard.settings import Settings

ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")

# Who knows the external id was told it (IAM user guide, "Access to AWS accounts owned by third parties"); the other
# keys tie the caller to something that the account knows.
TRUST_KEYS = frozenset(("sts:externalid", "sts:sourceidentity", "aws:sourceidentity", "saml:sub", "aws:userid"))


class Holding(Entity):
    """A policy that gives its holder rights of tier core without a limit; `rights` are those."""

    __slots__ = ("attachment", "certain", "rights")

    def __init__(self, attachment: Attachment, rights: Rights, certain: bool) -> None:
        super().__init__(attachment.resource)
        self.attachment = attachment
        self.rights = rights
        self.certain = certain

    @property
    def holder(self) -> Principal:
        """The principal that holds it."""
        return self.attachment.holder

    @property
    def is_managed(self) -> bool:
        """Whether the policy is an AWS managed one whose rights are more than its holder's service needs.

        A policy that lets a service restore, but neither copy nor give away, is part of the set-up of services
        that launch machines (Batch, EKS): in their own roles it is left alone.
        """
        if not self.attachment.managed_paths:
            return False
        grave = [action for action in self.rights if action.severity >= Severity.HIGH]
        capabilities = {capability for action in grave for capability in action.capabilities}
        spreads = capabilities & {"create", "copy", "share", "export"}
        return bool(spreads) or ("restore" in capabilities and not self.holder.services)

    @property
    def is_standing(self) -> bool:
        """Whether the holder has long-lived credentials, or hands the policy on to those who have."""
        return self.holder.kind in (USER, GROUP)

    def managed_finding(self) -> Finding:
        """The finding about a managed policy."""
        names = [path.rpartition("/")[2] for path in self.attachment.managed_paths]
        name = " or ".join(names)
        severity = Severity.CRITICAL if set(names) == {ADMINISTRATOR} else Severity.HIGH
        verb = "gives" if self.certain else "may give"
        message = f"{name} {verb} {self.holder.label} rights over every copy: {capabilities_of(self.rights)}"
        return self._report(message, severity)

    def standing_finding(self) -> Finding:
        """The finding about a user or group."""
        verb = "holds" if self.certain else "may hold"
        return self._report(
            f"{self.holder.label} {verb} rights over every copy for good: {capabilities_of(self.rights)}",
            Severity.MEDIUM,
        )

    def _report(self, message: str, severity: Severity) -> Finding:
        evidence = []
        principal = self.holder.resource
        if principal is not None and principal is not self.resource:
            evidence.append(Evidence(principal.header, f"is the {self.holder.kind} that holds it"))
        return self.finding(message, self.attachment.place, evidence=evidence, certain=self.certain, severity=severity)


def holdings(identities: Identities) -> Iterator[Holding]:
    """Every attachment that gives its holder rights of tier core without a limit."""
    for attachment in identities.attachments:
        rights, certain = broad(identities.rights_by(attachment))
        if rights:
            yield Holding(attachment, rights, certain)


def open_trusts(identities: Identities, held: Sequence[Holding], root: Root, settings: Settings) -> Iterator[Finding]:
    """A finding for each trust statement that lets an outsider assume a role with such rights.

    A resource control policy that keeps outsiders from assuming roles makes an open trust policy harmless.
    """
    rights: dict[int, list[Holding]] = {}
    closed = [rail for rail in identities.guardrails if rail.keeps_outsiders_from(ASSUMING[0])]
    if any(rail.is_certain for rail in closed):
        return
    for holding in held:
        rights.setdefault(id(holding.holder), []).append(holding)
    for principal in identities.principals:
        own = rights.get(id(principal))
        if own and principal.resource is not None and principal.trust is not None:
            document = PolicyDocument([one for one in principal.trust.statements if not _asks_for_proof(one)])
            policy = ResourcePolicy(principal.resource, f"the trust policy of {principal.label}", document)
            for finding in policy.openings(ASSUMING, root, settings):
                finding.certain = finding.certain and not closed
                yield _with_rights(finding, own)
            for statement in principal.trust.statements:
                host = public_provider(statement, identities.providers)
                if host:
                    message = f"{policy.subject} lets in everyone whom {host} knows"
                    yield _with_rights(policy.finding(message, statement.span), own)


def _with_rights(finding: Finding, held: Sequence[Holding]) -> Finding:
    actions = {action for holding in held for action in holding.rights}
    certain = finding.certain and any(holding.certain for holding in held)
    evidence = [Evidence(holding.attachment.place, "gives the role its rights") for holding in held[:3]]
    return Finding(
        f"{finding.message}, and the role has rights over every copy: {capabilities_of(actions)}",
        finding.span,
        resource=finding.resource,
        evidence=[*finding.evidence, *evidence],
        certain=certain,
        severity=Severity.HIGH,
    )


def _asks_for_proof(statement: Statement) -> bool:
    """Whether a trust statement asks the caller for something that a stranger does not have."""
    return any(
        condition.key.lower() in TRUST_KEYS
        and condition.operator.lower() in POSITIVE_OPERATORS
        and not any(value.verdict(_names_nobody) for value in condition.values)
        for condition in statement.conditions
    )


def _names_nobody(content: object) -> bool:
    """Whether a value lets anyone in: `*`, or the unique id of just any role before the name of a session."""
    return is_wild(str(content).partition(":")[0])
