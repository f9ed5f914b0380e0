"""What makes and keeps backups, of CloudFormation templates; the language can't set AWS Backup's own settings."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.backup_settings import (
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
    for resource in root.resources_of("AWS::Backup::BackupSelection"):
        selection = resource.get("BackupSelection")
        yield BackupSelection(
            resource,
            role=selection.get("IamRoleArn"),
            plan=resource.get("BackupPlanId"),
            resources=list(each(selection.get("Resources"))),
            is_by_tags=any(selection.get(name).elements() for name in ("ListOfTags", "Conditions")),
        )
    for resource in root.resources_of("AWS::DLM::LifecyclePolicy"):
        yield LifecyclePolicy(resource, resource.get("ExecutionRoleArn"))


def vault_locks(root: Root) -> Iterator[VaultLock]:
    """Every lock on a vault, which is a property of the vault."""
    for resource in root.resources_of("AWS::Backup::BackupVault"):
        lock = resource.get("LockConfiguration")
        if not lock.is_absent:
            yield VaultLock(
                resource,
                ABSENT,
                shortest=lock.get("MinRetentionDays"),
                longest=lock.get("MaxRetentionDays"),
                cools_for=lock.get("ChangeableForDays"),
            )
    for resource in root.resources_of("AWS::Backup::LogicallyAirGappedBackupVault"):
        shortest, longest = resource.get("MinRetentionDays"), resource.get("MaxRetentionDays")
        yield VaultLock(resource, ABSENT, shortest=shortest, longest=longest, is_final_at_once=True)


def recycle_bin_rules(root: Root) -> Iterator[RecycleBinRule]:
    """Every retention rule of the recycle bin."""
    for resource in root.resources_of("AWS::Rbin::Rule"):
        yield RecycleBinRule(
            resource,
            resource.get("ResourceType"),
            days=resource.at("RetentionPeriod", "RetentionPeriodValue"),
            delay=resource.at("LockConfiguration", "UnlockDelayValue"),
            has_tags=bool(resource.get("ResourceTags").elements()),
            has_exceptions=bool(resource.get("ExcludeResourceTags").elements()),
        )


def cross_account_backup(_root: Root) -> Iterator[CrossAccountBackup]:
    """None: the language has no global settings."""
    return iter(())


def backed_up_types(_root: Root) -> Iterator[BackedUpTypes]:
    """None: the language has no settings of the Region."""
    return iter(())
