"""Shares of snapshots and images of CloudFormation templates.

The language can share the snapshots of a lifecycle policy, the images of an image builder and what resource shares
hold; it has no type for the permissions of other EBS snapshots, images and database snapshots.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.organization_policies import declared_blocks
from snapguard.estate.policies import ResourcePolicy
from snapguard.estate.resource_shares import Association, ResourceShare
from snapguard.estate.sharing import Export, PublicAccessBlock, ReceiverKind, Share
from snapguard.resources import Resource, Root
from snapguard.values import Reference, Unknown, Value, each

SHARED_COPIES = {
    "AWS::Backup::LogicallyAirGappedBackupVault": "the vault",
    "AWS::FSx::Volume": "the file system's volume",
    "AWS::ImageBuilder::Image": "the built image",
    "AWS::RDS::DBCluster": "the database cluster",
}
"""What holds copies of all that resource shares can give away."""

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


def resource_shares(root: Root) -> Iterator[ResourceShare]:
    """Every resource share; the service lets receivers outside the organization in unless told otherwise."""
    for resource in root.resources_of("AWS::RAM::ResourceShare"):
        yield ResourceShare(resource, resource.get("AllowExternalPrincipals"), by_default=True)


def shared_contents(root: Root) -> Iterator[Association]:
    """What puts things into resource shares: a list of the share's own, or a resource."""
    for resource in root.resources_of("AWS::RAM::ResourceShare"):
        for thing in each(resource.get("ResourceArns")):
            yield Association(resource, _itself(resource), thing)
    for resource in root.resources_of("AWS::RAM::ResourceAssociation"):
        yield Association(resource, resource.get("ResourceShareArn"), resource.get("ResourceArn"))


def share_receivers(root: Root) -> Iterator[Association]:
    """Who receives resource shares, in a list of the share's own or by a resource."""
    for resource in root.resources_of("AWS::RAM::ResourceShare"):
        for receiver in each(resource.get("Principals")):
            yield Association(resource, _itself(resource), receiver)
    for resource in root.resources_of("AWS::RAM::PrincipalAssociation"):
        yield Association(resource, resource.get("ResourceShareArn"), resource.get("Principal"))


def _itself(resource: Resource) -> Value:
    return Unknown("it is the share itself", (Reference(resource.address),))


def public_access_blocks(root: Root) -> Iterator[PublicAccessBlock]:
    """The account's block against public snapshots, and those that an organization declares, for images too."""
    for resource in root.resources_of("AWS::EC2::SnapshotBlockPublicAccess"):
        yield PublicAccessBlock(resource, "snapshots", resource.get("State"), hides_existing=True)
    for resource in root.resources_of("AWS::Organizations::Policy"):
        yield from declared_blocks(resource, resource.get("Type"), resource.get("Content"))


def exports(_root: Root) -> Iterator[Export]:
    """None: the language can't export a copy."""
    return iter(())


def snapshot_policies(_root: Root) -> Iterator[ResourcePolicy]:
    """None: the language has no policy on a snapshot."""
    return iter(())
