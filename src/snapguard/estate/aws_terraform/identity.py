"""IAM and Identity Center in Terraform (hashicorp/aws 5 and 6): principals, policies and what links them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from snapguard.estate.guardrails import Guardrail
from snapguard.estate.principals import (
    GROUP,
    PERMISSION_SET,
    ROLE,
    USER,
    Attachment,
    Boundary,
    Fact,
    GuardrailAttachment,
    IdentityProvider,
    Membership,
    Policy,
    Principal,
)
from snapguard.iam.documents import TRUST_POLICY, PolicyDocument, read_document
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Known, Reference, Unknown, Value


def facts(root: Root) -> Iterator[Fact]:
    """Every principal, policy, attachment, membership and boundary of a root."""
    for resource in root.resources_of(*_READERS):
        for fact in _READERS[resource.type](resource):
            if isinstance(fact, Attachment):
                fact.value = _looked_up(root, fact.value)
            elif isinstance(fact, Principal):
                fact.boundary = _looked_up(root, fact.boundary)
            elif isinstance(fact, Boundary):
                yield fact._replace(value=_looked_up(root, fact.value))
                continue
            yield fact
    for source in root.data_sources_of("aws_iam_openid_connect_provider"):
        yield from _provider(source)


def _looked_up(root: Root, arn: Value) -> Value:
    """The ARN of a policy; for one that a data source finds by its name, that name."""
    for ref in arn.refs if isinstance(arn, Unknown) else ():
        source = root.find(ref.address) if _DATA_SOURCE in ref.address else None
        name = None if source is None else source.get("name").known_text
        if name is not None:
            return Known(name, arn.span, arn.via)
    return arn


def _itself(resource: Resource) -> Value:
    return Unknown("known only after it is applied", (Reference(resource.address, "id"),))


def _inline(resource: Resource, kind: str, link: Value, value: Value) -> Iterator[Fact]:
    policy = Policy(resource, value)
    yield policy
    yield Attachment(resource, kind, link, policy=policy)


def _attached(resource: Resource, kind: str, link: Value, arns: Value) -> Iterator[Fact]:
    for arn in arns.elements():
        yield Attachment(resource, kind, link, arn)


def _principal(kind: str, resource: Resource, trust: PolicyDocument | None = None) -> Principal:
    boundary = resource.get("permissions_boundary")
    name = resource.get("name")
    if kind == ROLE and name.is_absent:
        name = _made_up(resource.get("name_prefix"))
    return Principal(kind, name, resource, trust, boundary, resource.get("path"))


def _made_up(prefix: Value) -> Value:
    """A name of which only the beginning is known before it is applied."""
    rest = Unknown("the provider makes up the rest of the name")
    return ABSENT if prefix.is_absent else Unknown(rest.why, span=prefix.span, via=prefix.via, parts=(prefix, rest))


def _role(resource: Resource) -> Iterator[Fact]:
    trust = read_document(resource.get("assume_role_policy"), TRUST_POLICY)
    yield _principal(ROLE, resource, trust)
    for block in resource.get("inline_policy").elements():
        value = block.get("policy")
        if not value.is_absent:
            yield from _inline(resource, ROLE, _itself(resource), value)
    yield from _attached(resource, ROLE, _itself(resource), resource.get("managed_policy_arns"))


def _user(resource: Resource) -> Iterator[Fact]:
    yield _principal(USER, resource)


def _group(resource: Resource) -> Iterator[Fact]:
    yield _principal(GROUP, resource)


def _permission_set(resource: Resource) -> Iterator[Fact]:
    yield Principal(PERMISSION_SET, resource.get("name"), resource)


def _policy(resource: Resource) -> Iterator[Fact]:
    yield Policy(resource, resource.get("policy"), resource.get("name"))


def _inline_policy(kind: str, attribute: str, document: str = "policy") -> Callable[[Resource], Iterator[Fact]]:
    def read(resource: Resource) -> Iterator[Fact]:
        return _inline(resource, kind, resource.get(attribute), resource.get(document))

    return read


def _attachment(kind: str, attribute: str, policy: str = "policy_arn") -> Callable[[Resource], Iterator[Fact]]:
    def read(resource: Resource) -> Iterator[Fact]:
        return _attached(resource, kind, resource.get(attribute), resource.get(policy))

    return read


def _attachment_to_many(resource: Resource) -> Iterator[Fact]:
    for kind, attribute in ((ROLE, "roles"), (USER, "users"), (GROUP, "groups")):
        for link in resource.get(attribute).elements():
            yield Attachment(resource, kind, link, resource.get("policy_arn"))


def _customer_attachment(resource: Resource) -> Iterator[Fact]:
    name = resource.at("customer_managed_policy_reference", "name")
    yield Attachment(resource, PERMISSION_SET, resource.get("permission_set_arn"), name)


def _customer_attachments(resource: Resource) -> Iterator[Fact]:
    for reference in resource.get("customer_managed_policy_reference").elements():
        yield Attachment(resource, PERMISSION_SET, resource.get("permission_set_arn"), reference.get("name"))


def _boundary_attachment(resource: Resource) -> Iterator[Fact]:
    arn = resource.at("permissions_boundary", "managed_policy_arn")
    name = resource.at("permissions_boundary", "customer_managed_policy_reference", "name")
    yield Boundary(PERMISSION_SET, resource.get("permission_set_arn"), name if arn.is_absent else arn)


def _groups_of_user(resource: Resource) -> Iterator[Fact]:
    for group in resource.get("groups").elements():
        yield Membership(resource.get("user"), group)


def _users_of_group(resource: Resource) -> Iterator[Fact]:
    for user in resource.get("users").elements():
        yield Membership(user, resource.get("group"))


def _guardrail(resource: Resource) -> Iterator[Fact]:
    yield Guardrail(resource, resource.get("type"), resource.get("content"))


def _guardrail_attachment(resource: Resource) -> Iterator[Fact]:
    yield GuardrailAttachment(resource.get("policy_id"), resource.get("target_id"))


def _provider(resource: Resource) -> Iterator[IdentityProvider]:
    yield IdentityProvider(resource.address, resource.get("url"))


_DATA_SOURCE = "data.aws_iam_policy."

_READERS: dict[str, Callable[[Resource], Iterator[Fact]]] = {
    "aws_iam_role": _role,
    "aws_iam_user": _user,
    "aws_iam_group": _group,
    "aws_iam_openid_connect_provider": _provider,
    "aws_iam_policy": _policy,
    "aws_iam_role_policy": _inline_policy(ROLE, "role"),
    "aws_iam_user_policy": _inline_policy(USER, "user"),
    "aws_iam_group_policy": _inline_policy(GROUP, "group"),
    "aws_iam_policy_attachment": _attachment_to_many,
    "aws_iam_role_policy_attachment": _attachment(ROLE, "role"),
    "aws_iam_user_policy_attachment": _attachment(USER, "user"),
    "aws_iam_group_policy_attachment": _attachment(GROUP, "group"),
    "aws_iam_role_policy_attachments_exclusive": _attachment(ROLE, "role_name", "policy_arns"),
    "aws_iam_user_policy_attachments_exclusive": _attachment(USER, "user_name", "policy_arns"),
    "aws_iam_group_policy_attachments_exclusive": _attachment(GROUP, "group_name", "policy_arns"),
    "aws_iam_user_group_membership": _groups_of_user,
    "aws_iam_group_membership": _users_of_group,
    "aws_organizations_policy": _guardrail,
    "aws_organizations_policy_attachment": _guardrail_attachment,
    "aws_ssoadmin_permission_set": _permission_set,
    "aws_ssoadmin_permission_set_inline_policy": _inline_policy(PERMISSION_SET, "permission_set_arn", "inline_policy"),
    "aws_ssoadmin_managed_policy_attachment": _attachment(PERMISSION_SET, "permission_set_arn", "managed_policy_arn"),
    "aws_ssoadmin_customer_managed_policy_attachment": _customer_attachment,
    "aws_ssoadmin_managed_policy_attachments_exclusive": _attachment(
        PERMISSION_SET, "permission_set_arn", "managed_policy_arns"
    ),
    "aws_ssoadmin_customer_managed_policy_attachments_exclusive": _customer_attachments,
    "aws_ssoadmin_permissions_boundary_attachment": _boundary_attachment,
}
