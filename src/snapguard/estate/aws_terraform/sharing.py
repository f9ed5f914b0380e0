"""Shares of snapshots, images and database snapshots of the Terraform AWS provider (5.x and 6.x).

The provider has no way to give an EBS snapshot to everyone, nor to share Redshift, DocumentDB and Neptune snapshots.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.organization_policies import declared_blocks
from snapguard.estate.policies import ResourcePolicy
from snapguard.estate.resource_shares import Association, ResourceShare
from snapguard.estate.sharing import Export, PublicAccessBlock, ReceiverKind, Share
from snapguard.iam.documents import read_document
from snapguard.resources import Root
from snapguard.values import ABSENT, each

DATABASE_SNAPSHOTS = {
    "aws_db_snapshot": "the database snapshot",
    "aws_db_snapshot_copy": "the copy of the database snapshot",
    "aws_db_cluster_snapshot": "the cluster snapshot",
    "aws_rds_cluster_snapshot_copy": "the copy of the cluster snapshot",
}
IMAGE_RECEIVERS = {
    "account_id": ReceiverKind.ACCOUNT,
    "group": ReceiverKind.GROUP,
    "organization_arn": ReceiverKind.ORGANIZATION,
    "organizational_unit_arn": ReceiverKind.UNIT,
}
SHARED_COPIES = {
    "aws_backup_logically_air_gapped_vault": "the vault",
    "aws_fsx_openzfs_volume": "the file system's volume",
    "aws_imagebuilder_image": "the built image",
    "aws_rds_cluster": "the database cluster",
}
"""What holds copies of all that resource shares can give away."""

BUILT_IMAGE_RECEIVERS = {
    "user_ids": ReceiverKind.ACCOUNT,
    "user_groups": ReceiverKind.GROUP,
    "organization_arns": ReceiverKind.ORGANIZATION,
    "organizational_unit_arns": ReceiverKind.UNIT,
}


def shares(root: Root) -> Iterator[Share]:
    """Every receiver that a copy is given to, one share each."""
    for resource in root.resources_of("aws_snapshot_create_volume_permission"):
        for account in each(resource.get("account_id")):
            yield Share(resource, "the snapshot", account, copy=resource.get("snapshot_id"))
    for resource in root.resources_of("aws_ami_launch_permission"):
        for attribute, kind in IMAGE_RECEIVERS.items():
            for receiver in each(resource.get(attribute)):
                yield Share(resource, "the image", receiver, kind, copy=resource.get("image_id"))
    for resource in root.resources_of(*DATABASE_SNAPSHOTS):
        for account in each(resource.get("shared_accounts")):
            yield Share(resource, DATABASE_SNAPSHOTS[resource.type], account)
    for resource in root.resources_of("aws_dlm_lifecycle_policy"):
        for account in each(resource.get("policy_details"), "schedule", "share_rule", "target_accounts"):
            yield Share(resource, "every snapshot of the lifecycle policy", account)
    for resource in root.resources_of("aws_imagebuilder_distribution_configuration"):
        for distribution in each(resource.get("distribution"), "ami_distribution_configuration"):
            for account in each(distribution, "target_account_ids"):
                yield Share(resource, "a copy of the built image", account)
            for attribute, kind in BUILT_IMAGE_RECEIVERS.items():
                for receiver in each(distribution, "launch_permission", attribute):
                    yield Share(resource, "the built image", receiver, kind)


def resource_shares(root: Root) -> Iterator[ResourceShare]:
    """Every resource share; the provider keeps receivers outside the organization out unless told otherwise."""
    for resource in root.resources_of("aws_ram_resource_share"):
        yield ResourceShare(resource, resource.get("allow_external_principals"), by_default=False)


def shared_contents(root: Root) -> Iterator[Association]:
    """What puts things into resource shares."""
    for resource in root.resources_of("aws_ram_resource_association"):
        yield Association(resource, resource.get("resource_share_arn"), resource.get("resource_arn"))


def share_receivers(root: Root) -> Iterator[Association]:
    """Who receives resource shares."""
    for resource in root.resources_of("aws_ram_principal_association"):
        yield Association(resource, resource.get("resource_share_arn"), resource.get("principal"))


def public_access_blocks(root: Root) -> Iterator[PublicAccessBlock]:
    """The account's blocks against public snapshots and images, and those that an organization declares."""
    for resource in root.resources_of("aws_ebs_snapshot_block_public_access"):
        yield PublicAccessBlock(resource, "snapshots", resource.get("state"), hides_existing=True)
    for resource in root.resources_of("aws_ec2_image_block_public_access"):
        yield PublicAccessBlock(resource, "images", resource.get("state"), hides_existing=False)
    for resource in root.resources_of("aws_organizations_policy"):
        yield from declared_blocks(resource, resource.get("type"), resource.get("content"))


def exports(root: Root) -> Iterator[Export]:
    """Every export of a database snapshot or table; the key of the former is required, and tells whose it is."""
    for resource in root.resources_of("aws_rds_export_task"):
        source, key = resource.get("source_arn"), resource.get("kms_key_id")
        subject = "the export of the snapshot"
        yield Export(resource, subject, source=source, owner=ABSENT, key=key, default_decides=False)
    for resource in root.resources_of("aws_dynamodb_table_export"):
        yield Export(
            resource,
            "the export of the table",
            source=resource.get("table_arn"),
            owner=resource.get("s3_bucket_owner"),
            key=resource.get("s3_sse_kms_key_id"),
            default_decides=not resource.get("s3_sse_algorithm").verdict(lambda _name: True),
        )


def snapshot_policies(root: Root) -> Iterator[ResourcePolicy]:
    """The policies by which serverless warehouses share their snapshots."""
    for resource in root.resources_of("aws_redshiftserverless_resource_policy"):
        yield ResourcePolicy(resource, "the snapshot's policy", read_document(resource.get("policy")))
