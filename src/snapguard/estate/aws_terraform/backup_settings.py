"""What makes and keeps backups, and the settings of AWS Backup, of the Terraform AWS provider (5.x and 6.x)."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.backup_settings import (
    CROSS_ACCOUNT,
    BackedUpTypes,
    BackupSelection,
    CrossAccountBackup,
    LifecyclePolicy,
    Maker,
    RecycleBinRule,
    VaultLock,
)
from snapguard.resources import Root
from snapguard.values import ABSENT, each


def makers(root: Root) -> Iterator[Maker]:
    """Every selection of a backup plan, and every lifecycle policy."""
    for resource in root.resources_of("aws_backup_selection"):
        yield BackupSelection(
            resource,
            role=resource.get("iam_role_arn"),
            plan=resource.get("plan_id"),
            resources=list(each(resource.get("resources"))),
            is_by_tags=any(resource.get(name).elements() for name in ("selection_tag", "condition")),
        )
    for resource in root.resources_of("aws_dlm_lifecycle_policy"):
        yield LifecyclePolicy(resource, resource.get("execution_role_arn"))


def vault_locks(root: Root) -> Iterator[VaultLock]:
    """Every lock on a vault."""
    for resource in root.resources_of("aws_backup_vault_lock_configuration"):
        yield VaultLock(
            resource,
            resource.get("backup_vault_name"),
            shortest=resource.get("min_retention_days"),
            longest=resource.get("max_retention_days"),
            cools_for=resource.get("changeable_for_days"),
        )
    for resource in root.resources_of("aws_backup_logically_air_gapped_vault"):
        shortest, longest = resource.get("min_retention_days"), resource.get("max_retention_days")
        yield VaultLock(resource, ABSENT, shortest=shortest, longest=longest, is_final_at_once=True)


def recycle_bin_rules(root: Root) -> Iterator[RecycleBinRule]:
    """Every retention rule of the recycle bin."""
    for resource in root.resources_of("aws_rbin_rule"):
        yield RecycleBinRule(
            resource,
            resource.get("resource_type"),
            days=resource.at("retention_period", "retention_period_value"),
            delay=resource.at("lock_configuration", "unlock_delay", "unlock_delay_value"),
            has_tags=bool(resource.get("resource_tags").elements()),
            has_exceptions=bool(resource.get("exclude_resource_tags").elements()),
        )


def cross_account_backup(root: Root) -> Iterator[CrossAccountBackup]:
    """The organization's switch for copies to other accounts."""
    for resource in root.resources_of("aws_backup_global_settings"):
        yield CrossAccountBackup(resource, resource.at("global_settings", CROSS_ACCOUNT))


def backed_up_types(root: Root) -> Iterator[BackedUpTypes]:
    """Which types of resources are backed up in the Region."""
    for resource in root.resources_of("aws_backup_region_settings"):
        yield BackedUpTypes(resource, resource.get("resource_type_opt_in_preference"))
