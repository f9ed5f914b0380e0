"""Policies of vaults and keys of the Terraform AWS provider (5.x and 6.x)."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.policies import ResourcePolicy
from snapguard.iam.documents import RESOURCE_POLICY, PolicyDocument, PrincipalItem, Statement, read_document
from snapguard.resources import Root
from snapguard.values import Known, Unknown, Value, each

KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")


def vault_policies(root: Root) -> Iterator[ResourcePolicy]:
    """The access policy of every backup vault."""
    for resource in root.resources_of("aws_backup_vault_policy"):
        document = read_document(resource.get("policy"), RESOURCE_POLICY)
        yield ResourcePolicy(resource, "the vault's policy", document, resource.get("backup_vault_name"))


def key_policies(root: Root) -> Iterator[ResourcePolicy]:
    """The policy of every key, and every grant on one."""
    for resource in root.resources_of(*KEYS):
        yield ResourcePolicy(resource, "the key's policy", read_document(resource.get("policy"), RESOURCE_POLICY))
    for resource in root.resources_of("aws_kms_key_policy"):
        document = read_document(resource.get("policy"), RESOURCE_POLICY)
        yield ResourcePolicy(resource, "the key's policy", document, resource.get("key_id"))
    for resource in root.resources_of("aws_kms_grant"):
        grantee, operations = resource.get("grantee_principal"), resource.get("operations")
        statement = Statement(
            allow=True,
            actions=[_action(operation) for operation in each(operations)],
            principals=[PrincipalItem("AWS", grantee)],
            span=grantee.place,
        )
        yield ResourcePolicy(resource, "the grant", PolicyDocument([statement]), resource.get("key_id"))


def _action(operation: Value) -> Value:
    """The action that a grant's operation stands for: they share their names."""
    name = operation.known_text
    return Unknown("the operation is not known") if name is None else Known(f"kms:{name}", operation.span)
