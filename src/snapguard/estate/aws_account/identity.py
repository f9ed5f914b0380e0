"""IAM as `aws iam get-account-authorization-details` lists it: principals, policies and what links them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from snapguard.estate.principals import GROUP, ROLE, USER, Attachment, Fact, Membership, Policy, Principal
from snapguard.iam.documents import read_document
from snapguard.resources import Resource, Root
from snapguard.values import Known, Unknown, Value

_AWS_OWNED = ":iam::aws:"


def facts(root: Root) -> Iterator[Fact]:
    """Every principal, policy, attachment and membership of an account."""
    policies = {resource.address: _policy(resource) for resource in root.resources_of("policy")}
    yield from (policy for arn, policy in policies.items() if _AWS_OWNED not in arn)
    for resource in root.resources_of("role"):
        trust = read_document(_document(resource.get("AssumeRolePolicyDocument")))
        boundary = resource.at("PermissionsBoundary", "PermissionsBoundaryArn")
        yield Principal(ROLE, resource.get("RoleName"), resource, trust, boundary, resource.get("Path"))
        yield from _held(resource, ROLE, "RoleName", "RolePolicyList", policies)
    for resource in root.resources_of("group"):
        yield Principal(GROUP, resource.get("GroupName"), resource, path=resource.get("Path"))
        yield from _held(resource, GROUP, "GroupName", "GroupPolicyList", policies)
    for resource in root.resources_of("user"):
        boundary = resource.at("PermissionsBoundary", "PermissionsBoundaryArn")
        yield Principal(USER, resource.get("UserName"), resource, None, boundary, resource.get("Path"))
        yield from _held(resource, USER, "UserName", "UserPolicyList", policies)
        for group in resource.get("GroupList").elements():
            yield Membership(resource.get("UserName"), group)


def _policy(resource: Resource) -> Policy:
    """A policy with the version that is in force."""
    for version in resource.get("PolicyVersionList").elements():
        if version.get("IsDefaultVersion").verdict(lambda value: value is True):
            return Policy(resource, _document(version.get("Document")), Known(resource.address))
    document = Unknown("the version that is in force is not listed", span=resource.span)
    return Policy(resource, document, Known(resource.address))


def _held(
    resource: Resource, kind: str, name: str, inline: str, policies: Mapping[str, Policy]
) -> Iterator[Policy | Attachment]:
    """What a principal holds by itself: the policies inside it, and those attached to it.

    The answer brings the document of an AWS managed policy that is in use, which is newer than any list of them.
    """
    for entry in resource.get(inline).elements():
        policy = Policy(resource, _document(entry.get("PolicyDocument")))
        yield policy
        yield Attachment(resource, kind, resource.get(name), policy=policy)
    for entry in resource.get("AttachedManagedPolicies").elements():
        arn = entry.get("PolicyArn")
        known = policies.get(arn.known_text or "") if _AWS_OWNED in (arn.known_text or "") else None
        yield Attachment(resource, kind, resource.get(name), arn, policy=known)


def _document(value: Value) -> Value:
    """A policy document, which may be a percent-encoded text (RFC 3986)."""
    text = value.known_text
    if text is None or not text.startswith("%7B"):
        return value
    from urllib.parse import unquote

    return Known(unquote(text), value.span, value.via)
