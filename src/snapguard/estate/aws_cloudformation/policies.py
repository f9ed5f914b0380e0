"""Policies of vaults and keys of CloudFormation templates; the language has no grants."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.policies import ResourcePolicy
from snapguard.iam.documents import RESOURCE_POLICY, read_document
from snapguard.resources import Root


def vault_policies(root: Root) -> Iterator[ResourcePolicy]:
    """The access policy of every backup vault."""
    for resource in root.resources_of("AWS::Backup::BackupVault", "AWS::Backup::LogicallyAirGappedBackupVault"):
        document = read_document(resource.get("AccessPolicy"), RESOURCE_POLICY)
        yield ResourcePolicy(resource, "the vault's policy", document)


def key_policies(root: Root) -> Iterator[ResourcePolicy]:
    """The policy of every key."""
    for resource in root.resources_of("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        yield ResourcePolicy(resource, "the key's policy", read_document(resource.get("KeyPolicy"), RESOURCE_POLICY))
