"""Who can do what: principals, the policies that they hold by any way, and what is left of each policy's rights.

The mapping module of each language says what its resources are; here they are linked, by reference or by name, into
what IAM would put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.estate.entities import Entity
from snapguard.estate.guardrails import Guardrail
from snapguard.findings import Evidence
from snapguard.iam.capabilities import Action
from snapguard.iam.documents import IDENTITY_POLICY, PolicyDocument, Statement, pattern_text, read_document
from snapguard.iam.grants import (
    Denial,
    Fence,
    Grant,
    Rights,
    Support,
    denials_of,
    fence_of,
    grants_of,
    in_any_case,
    joined,
    less,
    not_denied_by_name,
    piece_text,
    spared_by,
)
from snapguard.iam.managed import is_service_policy, managed_path, managed_rights, service_rights
from snapguard.iam.patterns import NAMED, UNKNOWN
from snapguard.iam.scopes import Bounds, Reach
from snapguard.resources import InputError, Resource
from snapguard.source import Span
from snapguard.values import ABSENT, Unknown, Value

ROLE, USER, GROUP, PERMISSION_SET = "role", "user", "group", "permission set"

BACKUP_SERVICES = frozenset(("backup", "dlm"))
"""A role that only these may assume is left alone with the rights that the service's own policies give."""

MAX_POLICIES_HELD = 100
"""More than IAM lets any principal hold (IAM user guide, quotas); beyond that they are not put together."""

MAX_HOLDERS_NAMED = 5
"""How many attachments a finding names; the rest is counted."""


class Policy(Entity):
    """A policy document with the resource that carries it; `value` is the document as written.

    `name` is set for a policy that others attach by its ARN; `holders` are what gives it to principals, and `fences`
    tells that it is the permissions boundary of one.
    """

    __slots__ = ("denials", "document", "fences", "grants", "holders", "name", "value")

    def __init__(self, resource: Resource, value: Value, name: Value = ABSENT) -> None:
        super().__init__(resource)
        self.value = value
        self.name = name
        self.document: PolicyDocument = read_document(value, IDENTITY_POLICY)
        self.grants: Sequence[Grant] = grants_of(self.document)
        self.denials: Sequence[Denial] = _denials(self.document, resource)
        self.holders: list[Attachment] = []
        self.fences = False

    @property
    def only_fences(self) -> bool:
        """Whether it is used as a permissions boundary alone: then it gives nothing."""
        return self.fences and not self.holders

    def span_of(self, statement: Statement) -> Span:
        """Where a finding about a statement points."""
        return statement.span or self.value.place or self.resource.header

    def evidence(self) -> list[Evidence]:
        """Who holds it, as far as this code tells."""
        others = [holder for holder in self.holders if holder.holder.resource is not self.resource]
        named = [holder.evidence() for holder in others[:MAX_HOLDERS_NAMED]]
        more = len(others) - len(named)
        return [*named, Evidence(self.resource.header, f"and {more} attachments more")] if more else named


class Principal:
    """A role, user, group or permission set; `resource` is None for one that is only named in this code.

    `path` is what stands before the name in its ARN, `/` where it is absent.
    """

    __slots__ = ("attachments", "boundary", "fence", "groups", "kind", "name", "path", "resource", "services", "trust")

    def __init__(
        self,
        kind: str,
        name: Value,
        resource: Resource | None = None,
        trust: PolicyDocument | None = None,
        boundary: Value = ABSENT,
        path: Value = ABSENT,
    ) -> None:
        self.kind = kind
        self.name = name
        self.path = path
        self.resource = resource
        self.trust = trust
        self.boundary = boundary
        self.services = frozenset() if trust is None else services_trusted(trust)
        self.fence: Fence | None = None
        self.attachments: list[Attachment] = []
        self.groups: list[Principal] = []

    @property
    def label(self) -> str:
        """How messages name it: its address, or its name."""
        if self.resource is not None:
            return self.resource.address
        name = self.name.known_text
        return f"a {self.kind} that is not known" if name is None else f"{self.kind} {name}"

    def held(self) -> list[Attachment]:
        """All that is attached to it, also through its groups."""
        return [*self.attachments, *(attachment for group in self.groups for attachment in group.attachments)]


class Attachment(Entity):
    """That a principal holds a policy: one that stands inside it or lists it, or one attached by its ARN.

    `value` is the ARN, `link` names the principal. `holder` and, where they are known, `policy` (one of this code) or
    `managed` (the path and name of an AWS managed one) are found when everything is read; where a condition decides
    between AWS managed ones, these are in `either`.
    """

    __slots__ = ("either", "holder", "kind", "link", "managed", "policy", "value")

    holder: Principal

    def __init__(
        self,
        resource: Resource,
        kind: str,
        link: Value,
        value: Value = ABSENT,
        policy: Policy | None = None,
        managed: str | None = None,
    ) -> None:
        super().__init__(resource)
        self.kind = kind
        self.link = link
        self.value = value
        self.policy = policy
        self.managed = managed
        self.either: tuple[str, ...] = ()

    @property
    def managed_paths(self) -> tuple[str, ...]:
        """The AWS managed policies of which it surely is one; none where it may be another."""
        return self.either if self.managed is None else (self.managed,)

    @property
    def place(self) -> Span:
        """Where it is said."""
        inline = None if self.policy is None else self.policy.value.place
        return self.value.place or self.link.place or inline or self.resource.header

    def evidence(self) -> Evidence:
        """Where it is said, and who holds the policy."""
        return Evidence(self.place, f"is held by {self.holder.label}")


class Membership(NamedTuple):
    """A user's place in a group."""

    user: Value
    group: Value


class Boundary(NamedTuple):
    """A permissions boundary that is set by a resource of its own."""

    kind: str
    link: Value
    value: Value


class GuardrailAttachment(NamedTuple):
    """What an organization's policy is attached to, said by a resource of its own."""

    policy: Value
    target: Value


class IdentityProvider(NamedTuple):
    """A provider of identities (OpenID Connect) that the account knows by its URL."""

    address: str
    url: Value


Fact = Principal | Policy | Attachment | Membership | Boundary | Guardrail | GuardrailAttachment | IdentityProvider


class Identities:
    """All principals and policies of a root, linked; `providers` are the URLs of its identity providers, by address."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.policies: list[Policy] = []
        self.principals: list[Principal] = []
        self.attachments: list[Attachment] = []
        self._principals_by_link: dict[tuple[str, str], list[Principal]] = {}
        self._policies_by_link: dict[str, Policy] = {}
        self._denials: dict[int, Sequence[Denial]] = {}
        self._spared: dict[int, dict[Action, Bounds]] = {}
        self._support: dict[int, Support | None] = {}
        self.guardrails: list[Guardrail] = []
        self.providers: dict[str, str] = {}
        memberships: list[Membership] = []
        boundaries: list[Boundary] = []
        fastenings: list[GuardrailAttachment] = []
        for fact in facts:
            if isinstance(fact, Policy):
                self._add_policy(fact)
            elif isinstance(fact, Principal):
                self._add_principal(fact)
            elif isinstance(fact, Attachment):
                self.attachments.append(fact)
            elif isinstance(fact, Membership):
                memberships.append(fact)
            elif isinstance(fact, Boundary):
                boundaries.append(fact)
            elif isinstance(fact, Guardrail):
                self.guardrails.append(fact)
            elif isinstance(fact, IdentityProvider):
                self.providers[fact.address] = fact.url.known_text or ""
            else:
                fastenings.append(fact)
        self._link(memberships, boundaries)
        self._fasten(fastenings)
        self._limits = [denial for guardrail in self.guardrails for denial in guardrail.denials()]

    def _add_policy(self, policy: Policy) -> None:
        self.policies.append(policy)
        self._policies_by_link.setdefault(_address_link(policy.resource), policy)
        name = _text_link(policy.name)
        if name:
            self._policies_by_link.setdefault(name, policy)

    def _add_principal(self, principal: Principal) -> None:
        self.principals.append(principal)
        links = [] if principal.resource is None else [_address_link(principal.resource)]
        for link in [*links, _text_link(principal.name)]:
            if link:
                self._principals_by_link.setdefault((principal.kind, link), []).append(principal)

    def _link(self, memberships: Iterable[Membership], boundaries: Iterable[Boundary]) -> None:
        for attachment in self.attachments:
            attachment.holder = self._principal(attachment.kind, attachment.link, attachment.resource.module)
            attachment.holder.attachments.append(attachment)
            if attachment.policy is None and attachment.managed is None:
                attachment.managed = managed_path(pattern_text(attachment.value, piece_text))
                attachment.policy = None if attachment.managed else self._policy(attachment.value)
                attachment.either = _either_managed(attachment.value)
            if attachment.policy is not None:
                attachment.policy.holders.append(attachment)
        for membership in memberships:
            user, group = self._principal(USER, membership.user), self._principal(GROUP, membership.group)
            user.groups.append(group)
        for boundary in boundaries:
            self._principal(boundary.kind, boundary.link).boundary = boundary.value
        for principal in self.principals:
            principal.fence = self._fence(principal.boundary)

    def _fasten(self, fastenings: Iterable[GuardrailAttachment]) -> None:
        """Give each guardrail what it is attached to."""
        by_link = {_address_link(guardrail.resource): guardrail for guardrail in self.guardrails}
        for policy, target in fastenings:
            for link in _links(policy):
                if link in by_link:
                    by_link[link].targets.append(target)

    def _principal(self, kind: str, link: Value, module: str = "") -> Principal:
        """The principal that a value names; one that is not in this code is made up from its name.

        Roots for several accounts have namesakes: of those the one of the same module is meant.
        """
        links = _links(link)
        for name in links:
            found = self._principals_by_link.get((kind, name), ())
            same = (one for one in found if one.resource is not None and one.resource.module == module)
            if found:
                return next(same, found[0])
        principal = Principal(kind, link)
        self.principals.append(principal)
        for name in links:
            self._principals_by_link[kind, name] = [principal]
        return principal

    def _policy(self, value: Value) -> Policy | None:
        """The policy of this code that a value names, by reference, by ARN or by name."""
        for link in _links(value):
            found = self._policies_by_link.get(link) or self._policies_by_link.get(link.rpartition("/")[2])
            if found is not None:
                return found
        return None

    def _fence(self, boundary: Value) -> Fence | None:
        if boundary.is_absent:
            return None
        path = managed_path(pattern_text(boundary, piece_text))
        if path is not None:
            return Fence(managed_rights(path), complete=True)
        policy = self._policy(boundary)
        if policy is None:
            return Fence({}, complete=False)
        policy.fences = True
        return fence_of(policy.document)

    @property
    def errors(self) -> Iterator[InputError]:
        """What is wrong with the documents."""
        for policy in self.policies:
            yield from policy.document.errors
        for guardrail in self.guardrails:
            yield from guardrail.document.errors
        for principal in self.principals:
            if principal.trust is not None:
                yield from principal.trust.errors

    def rights_left(self, policy: Policy, grant: Grant) -> Rights:
        """What is left of what a statement gives, for whichever holder of its policy it is most.

        A policy that nobody holds in this code is judged by itself: someone may attach it elsewhere.
        """
        if not policy.holders:
            denials = [*policy.denials, *self._limits]
            return less(not_denied_by_name(grant, grant.rights, denials), denials)
        holders = {id(attachment.holder): attachment.holder for attachment in policy.holders}
        return joined(self.rights_of_holder(self.given(grant, holder), holder) for holder in holders.values())

    def given(self, grant: Grant, holder: Principal) -> Rights:
        """What a statement gives a principal, also where its other policies allow the rest of a request.

        What is denied on just what the statement names is not among it.
        """
        if not grant.reading.is_partial:
            return grant.rights
        if id(holder) not in self._support:
            policies = {id(one.policy): one.policy for one in holder.held() if one.policy is not None}
            joins = 1 < len(policies) <= MAX_POLICIES_HELD
            grants = (grant for policy in policies.values() for grant in policy.grants)
            self._support[id(holder)] = Support(grants) if joins else None
        support = self._support[id(holder)]
        rights = grant.rights if support is None else support.rights(grant)
        return not_denied_by_name(grant, rights, self._denials_of(holder))

    def rights_by(self, attachment: Attachment) -> Rights:
        """What a principal is given by one of the policies that it holds."""
        if attachment.managed_paths:
            rights = managed_given(attachment)
        elif attachment.policy is not None:
            rights = joined(self.given(grant, attachment.holder) for grant in attachment.policy.grants)
        else:
            return {}
        return self.rights_of_holder(rights, attachment.holder)

    def rights_of_holder(self, rights: Rights, holder: Principal) -> Rights:
        """What is left of rights in the hands of a principal: its boundary and every Deny that it holds take away."""
        if holder.services and holder.services <= BACKUP_SERVICES:
            rights = {action: bounds for action, bounds in rights.items() if not _is_own(action, bounds, holder)}
        return self.rights_kept_by(holder, rights)

    def rights_kept_by(self, holder: Principal, rights: Rights) -> Rights:
        """The same, with what the backup services' own policies give to the roles of those services."""
        if holder.fence is not None:
            rights = {action: bounds.at_most(holder.fence.lets_through(action)) for action, bounds in rights.items()}
        denials = self._denials_of(holder)
        if denials:
            spared = self._spared.setdefault(id(holder), {})
            for action in rights:
                if action not in spared:
                    spared[action] = spared_by(denials, action)
            rights = {action: bounds.at_most(spared[action]) for action, bounds in rights.items()}
        return {action: bounds for action, bounds in rights.items() if bounds.high}

    def _denials_of(self, holder: Principal) -> Sequence[Denial]:
        denials = self._denials.get(id(holder))
        if denials is None:
            held = (attachment.policy for attachment in holder.held())
            denials = [denial for policy in held if policy is not None for denial in policy.denials]
            denials += self._limits
            self._denials[id(holder)] = denials
        return denials


def _is_own(action: Action, bounds: Bounds, holder: Principal) -> bool:
    """Whether the policies that AWS wrote for the holder's service give a right, and as far as it goes for certain."""
    own = [service_rights(service).get(action, Reach.NONE) for service in holder.services]
    return max(own) > Reach.NONE and bounds.low <= max(own)


def _either_managed(value: Value) -> tuple[str, ...]:
    """The AWS managed policies between which a condition decides; none where it may decide for another policy."""
    outcomes = (value.outcomes if isinstance(value, Unknown) else None) or ()
    paths = [managed_path(pattern_text(outcome, piece_text)) for outcome in outcomes]
    known = tuple(path for path in paths if path is not None)
    return known if len(known) == len(paths) else ()


def managed_given(attachment: Attachment) -> Rights:
    """What an attached AWS managed policy gives.

    Whether the role is the one of a backup service, only its trust policy tells: where that is not in this code,
    what the policies of those services give is not certain to matter.
    """
    paths, holder = attachment.managed_paths, attachment.holder
    rights = in_any_case([managed_rights(path) for path in paths]) if len(paths) > 1 else managed_rights(paths[0])
    is_told = holder.kind != ROLE or (holder.trust is not None and holder.trust.complete)
    if is_told or not any(is_service_policy(path) for path in paths):
        return rights
    return {action: Bounds(Reach.NONE, bounds.high) for action, bounds in rights.items()}


def _denials(document: PolicyDocument, resource: Resource) -> Sequence[Denial]:
    denials = denials_of(document)
    return denials if resource.exists is True else [denial._replace(certain=False) for denial in denials]


def services_trusted(trust: PolicyDocument) -> frozenset[str]:
    """The services that may assume a role with this trust policy (`backup`, `ec2`); empty where others may, too."""
    services = set()
    for statement in trust.statements:
        if statement.allow is False:
            continue
        for item in statement.principals:
            services.add(_service_name(item.value) if item.kind == "Service" else "")
        if not statement.principals or statement.negated_principals:
            services.add("")
    return frozenset(services) if trust.complete and "" not in services else frozenset()


def _service_name(value: Value) -> str:
    """What stands before the suffix of a service principal; the suffix may be a reference."""
    name, _, suffix = pattern_text(value, piece_text).partition(".")
    return name if suffix in ("amazonaws.com", "amazonaws.com.cn", NAMED, UNKNOWN) else ""


def _address_link(resource: Resource) -> str:
    return f"@{resource.address}"


def _links(value: Value) -> list[str]:
    """What a value can name something by: the addresses that it refers to, or its text."""
    text = _text_link(value)
    while value.parts is not None and len(value.parts) == 1:
        value = value.parts[0]
    addresses = [f"@{ref.address}" for ref in value.refs] if value.parts is None else []
    return [*addresses, text] if text else addresses


def _text_link(value: Value) -> str:
    """A name as text in which each unknown piece stands as what it refers to; empty where it refers to nothing."""
    nameless = False

    def piece(unknown: Unknown) -> str:
        nonlocal nameless
        nameless = nameless or not unknown.links
        return "".join(f"<{ref.address}.{ref.attribute}>" for ref in unknown.links)

    text = pattern_text(value, piece)
    return "" if nameless else text
