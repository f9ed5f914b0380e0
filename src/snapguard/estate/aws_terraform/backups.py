"""Backup vaults and plans of the Terraform AWS provider (5.x and 6.x)."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.backups import Vault, VaultCopy
from snapguard.resources import Root
from snapguard.values import each


def vaults(root: Root) -> Iterator[Vault]:
    """Every vault whose key is a choice."""
    for resource in root.resources_of("aws_backup_vault"):
        yield Vault(resource, resource.get("kms_key_arn"))


def vault_copies(root: Root) -> Iterator[VaultCopy]:
    """Every copy action of a backup plan."""
    for resource in root.resources_of("aws_backup_plan"):
        for action in each(resource.get("rule"), "copy_action"):
            yield VaultCopy(resource, action.get("destination_vault_arn"), action.place)
