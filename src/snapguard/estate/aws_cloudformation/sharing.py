"""Shares of snapshots and images of CloudFormation templates.

The language can share the snapshots of a lifecycle policy and the images of an image builder; it has no type for
the permissions of other EBS snapshots, images and database snapshots.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.policies import ResourcePolicy
from snapguard.estate.sharing import Export, PublicAccessBlock, ReceiverKind, Share
from snapguard.resources import Root
from snapguard.values import each

BUILT_IMAGE_RECEIVERS = {
    "UserIds": ReceiverKind.ACCOUNT,
    "UserGroups": ReceiverKind.GROUP,
    "OrganizationArns": ReceiverKind.ORGANIZATION,
    "OrganizationalUnitArns": ReceiverKind.UNIT,
}


def shares(root: Root) -> Iterator[Share]:
    """Every receiver that a copy is given to, one share each."""
    for resource in root.resources_of("AWS::DLM::LifecyclePolicy"):
        for account in each(resource.get("PolicyDetails"), "Schedules", "ShareRules", "TargetAccounts"):
            yield Share(resource, "every snapshot of the lifecycle policy", account)
    for resource in root.resources_of("AWS::ImageBuilder::DistributionConfiguration"):
        for distribution in each(resource.get("Distributions"), "AmiDistributionConfiguration"):
            for account in each(distribution, "TargetAccountIds"):
                yield Share(resource, "a copy of the built image", account)
            for name, kind in BUILT_IMAGE_RECEIVERS.items():
                for receiver in each(distribution, "LaunchPermissionConfiguration", name):
                    yield Share(resource, "the built image", receiver, kind)


def public_access_blocks(root: Root) -> Iterator[PublicAccessBlock]:
    """The account's block against public snapshots; the language has none for images."""
    for resource in root.resources_of("AWS::EC2::SnapshotBlockPublicAccess"):
        yield PublicAccessBlock(resource, "snapshots", resource.get("State"), hides_existing=True)


def exports(_root: Root) -> Iterator[Export]:
    """None: the language can't export a copy."""
    return iter(())


def snapshot_policies(_root: Root) -> Iterator[ResourcePolicy]:
    """None: the language has no policy on a snapshot."""
    return iter(())
