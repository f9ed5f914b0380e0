"""Backup vaults and plans of the Terraform AWS provider (5.x and 6.x)."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.backups import SERVICE_KEYS, Vault, VaultCopy
from snapguard.estate.organization_policies import declared_copies
from snapguard.resources import Root
from snapguard.values import Known, Value, each

ALIASES = {"aws_kms_alias": "name", "aws_kms_key": "key_id"}
"""What data sources look a key up by."""


def vaults(root: Root) -> Iterator[Vault]:
    """Every vault whose key is a choice."""
    for resource in root.resources_of("aws_backup_vault"):
        key = resource.get("kms_key_arn")
        yield Vault(resource, _service_key(key, root) or key)


def _service_key(key: Value, root: Root) -> Value | None:
    """The alias of a key of AWS's that a key was looked up by; None for any other key."""
    for reference in key.refs:
        found = root.find(reference.address)
        if found is not None and found.mode == "data" and found.type in ALIASES:
            alias = found.get(ALIASES[found.type]).known_text or ""
            if alias.startswith(SERVICE_KEYS):
                return Known(alias, key.span, key.via)
    return None


def vault_copies(root: Root) -> Iterator[VaultCopy]:
    """Every copy action of a backup plan, or of the plans that an organization sets."""
    for resource in root.resources_of("aws_backup_plan"):
        for action in each(resource.get("rule"), "copy_action"):
            yield VaultCopy(resource, action.get("destination_vault_arn"), action.place)
    for resource in root.resources_of("aws_organizations_policy"):
        yield from declared_copies(resource, resource.get("type"), resource.get("content"))
