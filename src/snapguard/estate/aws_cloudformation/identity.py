"""IAM and Identity Center in CloudFormation: principals, policies and what links them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from snapguard.estate.guardrails import Guardrail
from snapguard.estate.principals import (
    GROUP,
    PERMISSION_SET,
    ROLE,
    USER,
    Attachment,
    Fact,
    IdentityProvider,
    Membership,
    Policy,
    Principal,
)
from snapguard.iam.documents import TRUST_POLICY, read_document
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Reference, Unknown, Value

_LISTS_OF_HOLDERS = ((ROLE, "Roles"), (USER, "Users"), (GROUP, "Groups"))


def facts(root: Root) -> Iterator[Fact]:
    """Every principal, policy, attachment and membership of a root."""
    for resource in root.resources_of(*_READERS):
        yield from _READERS[resource.type](resource)


def _itself(resource: Resource) -> Value:
    return Unknown("known only after it is deployed", (Reference(resource.address, "Ref"),))


def _holds(resource: Resource, kind: str, boundary: Value) -> Iterator[Fact]:
    """A principal with what it holds by its own properties."""
    trust = resource.get("AssumeRolePolicyDocument")
    document = None if trust.is_absent else read_document(trust, TRUST_POLICY)
    name = resource.get(f"{kind.capitalize()}Name")
    yield Principal(kind, name, resource, document, boundary, resource.get("Path"))
    for entry in resource.get("Policies").elements():
        value = entry.get("PolicyDocument")
        if not value.is_absent:
            policy = Policy(resource, value)
            yield policy
            yield Attachment(resource, kind, _itself(resource), policy=policy)
    for arn in resource.get("ManagedPolicyArns").elements():
        yield Attachment(resource, kind, _itself(resource), arn)


def _role(resource: Resource) -> Iterator[Fact]:
    return _holds(resource, ROLE, resource.get("PermissionsBoundary"))


def _user(resource: Resource) -> Iterator[Fact]:
    yield from _holds(resource, USER, resource.get("PermissionsBoundary"))
    for group in resource.get("Groups").elements():
        yield Membership(_itself(resource), group)


def _group(resource: Resource) -> Iterator[Fact]:
    return _holds(resource, GROUP, ABSENT)


def _policy(name: str) -> Callable[[Resource], Iterator[Fact]]:
    """A policy that lists its holders; `name` is the property by whose value others may attach it, if any may."""

    def read(resource: Resource) -> Iterator[Fact]:
        policy = Policy(resource, resource.get("PolicyDocument"), resource.get(name) if name else ABSENT)
        yield policy
        for kind, attribute in _LISTS_OF_HOLDERS:
            for link in resource.get(attribute).elements():
                yield Attachment(resource, kind, link, policy=policy)

    return read


def _policy_of(kind: str, attribute: str) -> Callable[[Resource], Iterator[Fact]]:
    """A policy that names its one holder."""

    def read(resource: Resource) -> Iterator[Fact]:
        policy = Policy(resource, resource.get("PolicyDocument"))
        yield policy
        yield Attachment(resource, kind, resource.get(attribute), policy=policy)

    return read


def _members(resource: Resource) -> Iterator[Fact]:
    for user in resource.get("Users").elements():
        yield Membership(user, resource.get("GroupName"))


def _permission_set(resource: Resource) -> Iterator[Fact]:
    arn = resource.at("PermissionsBoundary", "ManagedPolicyArn")
    name = resource.at("PermissionsBoundary", "CustomerManagedPolicyReference", "Name")
    boundary = name if arn.is_absent else arn
    yield Principal(PERMISSION_SET, resource.get("Name"), resource, boundary=boundary)
    itself = _itself(resource)
    value = resource.get("InlinePolicy")
    if not value.is_absent:
        policy = Policy(resource, value)
        yield policy
        yield Attachment(resource, PERMISSION_SET, itself, policy=policy)
    for arn in resource.get("ManagedPolicies").elements():
        yield Attachment(resource, PERMISSION_SET, itself, arn)
    for reference in resource.get("CustomerManagedPolicyReferences").elements():
        yield Attachment(resource, PERMISSION_SET, itself, reference.get("Name"))


def _guardrail(resource: Resource) -> Iterator[Fact]:
    targets = resource.get("TargetIds").elements()
    yield Guardrail(resource, resource.get("Type"), resource.get("Content"), targets)


def _provider(resource: Resource) -> Iterator[Fact]:
    yield IdentityProvider(resource.address, resource.get("Url"))


_READERS: dict[str, Callable[[Resource], Iterator[Fact]]] = {
    "AWS::IAM::Role": _role,
    "AWS::IAM::User": _user,
    "AWS::IAM::Group": _group,
    "AWS::IAM::OIDCProvider": _provider,
    "AWS::IAM::ManagedPolicy": _policy("ManagedPolicyName"),
    "AWS::IAM::Policy": _policy(""),
    "AWS::IAM::RolePolicy": _policy_of(ROLE, "RoleName"),
    "AWS::IAM::UserPolicy": _policy_of(USER, "UserName"),
    "AWS::IAM::GroupPolicy": _policy_of(GROUP, "GroupName"),
    "AWS::IAM::UserToGroupAddition": _members,
    "AWS::Organizations::Policy": _guardrail,
    "AWS::SSO::PermissionSet": _permission_set,
}
