"""Backup vaults and plans of CloudFormation templates."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.backups import Vault, VaultCopy
from snapguard.estate.organization_policies import declared_copies
from snapguard.resources import Root
from snapguard.values import each


def vaults(root: Root) -> Iterator[Vault]:
    """Every vault whose key is a choice."""
    for resource in root.resources_of("AWS::Backup::BackupVault"):
        yield Vault(resource, resource.get("EncryptionKeyArn"))


def vault_copies(root: Root) -> Iterator[VaultCopy]:
    """Every copy action of a backup plan, or of the plans that an organization sets."""
    for resource in root.resources_of("AWS::Backup::BackupPlan"):
        for action in each(resource.get("BackupPlan"), "BackupPlanRule", "CopyActions"):
            yield VaultCopy(resource, action.get("DestinationBackupVaultArn"), action.place)
    for resource in root.resources_of("AWS::Organizations::Policy"):
        yield from declared_copies(resource, resource.get("Type"), resource.get("Content"))
