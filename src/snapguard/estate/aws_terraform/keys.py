"""Where keys are used in the Terraform AWS provider (5.x and 6.x)."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.keys import KeyAlias, KeyUse
from snapguard.resources import Root
from snapguard.values import each

# The arguments that name the key of what a resource stores or copies.
KEY_ARGUMENTS = {
    "aws_ami_copy": ("kms_key_id",),
    "aws_backup_logically_air_gapped_vault": ("encryption_key_arn",),
    "aws_backup_vault": ("kms_key_arn",),
    "aws_db_instance": ("kms_key_id",),
    "aws_db_instance_automated_backups_replication": ("kms_key_id",),
    "aws_db_snapshot_copy": ("kms_key_id",),
    "aws_dlm_lifecycle_policy": (
        "policy_details.schedule.cross_region_copy_rule.cmk_arn",
        "policy_details.action.cross_region_copy.encryption_configuration.cmk_arn",
    ),
    "aws_docdb_cluster": ("kms_key_id",),
    "aws_docdbelastic_cluster": ("kms_key_id",),
    "aws_drs_replication_configuration_template": ("ebs_encryption_key_arn",),
    "aws_dsql_cluster": ("kms_encryption_key",),
    "aws_dynamodb_table": ("server_side_encryption.kms_key_arn", "replica.kms_key_arn"),
    "aws_dynamodb_table_export": ("s3_sse_kms_key_id",),
    "aws_dynamodb_table_replica": ("kms_key_arn",),
    "aws_ebs_default_kms_key": ("key_arn",),
    "aws_ebs_snapshot_copy": ("kms_key_id",),
    "aws_ebs_snapshot_import": ("kms_key_id",),
    "aws_ebs_volume": ("kms_key_id",),
    "aws_ecs_cluster": ("configuration.managed_storage_configuration.kms_key_id",),
    "aws_ecs_service": ("volume_configuration.managed_ebs_volume.kms_key_id",),
    "aws_efs_file_system": ("kms_key_id",),
    "aws_efs_replication_configuration": ("destination.kms_key_id",),
    "aws_elasticache_replication_group": ("kms_key_id",),
    "aws_elasticache_serverless_cache": ("kms_key_id",),
    "aws_elasticsearch_domain": ("encrypt_at_rest.kms_key_id",),
    "aws_fsx_file_cache": ("kms_key_id",),
    "aws_fsx_lustre_file_system": ("kms_key_id",),
    "aws_fsx_ontap_file_system": ("kms_key_id",),
    "aws_fsx_openzfs_file_system": ("kms_key_id",),
    "aws_fsx_windows_file_system": ("kms_key_id",),
    "aws_imagebuilder_distribution_configuration": ("distribution.ami_distribution_configuration.kms_key_id",),
    "aws_imagebuilder_image_recipe": ("block_device_mapping.ebs.kms_key_id",),
    "aws_instance": ("root_block_device.kms_key_id", "ebs_block_device.kms_key_id"),
    "aws_keyspaces_table": ("encryption_specification.kms_key_identifier",),
    "aws_launch_template": ("block_device_mappings.ebs.kms_key_id",),
    "aws_memorydb_cluster": ("kms_key_arn",),
    "aws_memorydb_snapshot": ("kms_key_arn",),
    "aws_neptune_cluster": ("kms_key_arn",),
    "aws_neptunegraph_graph": ("kms_key_identifier",),
    "aws_opensearch_domain": ("encrypt_at_rest.kms_key_id",),
    "aws_rds_cluster": ("kms_key_id",),
    "aws_rds_cluster_snapshot_copy": ("kms_key_id",),
    "aws_rds_export_task": ("kms_key_id",),
    "aws_redshift_cluster": ("kms_key_id",),
    "aws_redshift_snapshot_copy_grant": ("kms_key_id",),
    "aws_redshiftserverless_namespace": ("kms_key_id",),
    "aws_spot_fleet_request": (
        "launch_specification.root_block_device.kms_key_id",
        "launch_specification.ebs_block_device.kms_key_id",
    ),
    "aws_spot_instance_request": ("root_block_device.kms_key_id", "ebs_block_device.kms_key_id"),
    "aws_storagegateway_cached_iscsi_volume": ("kms_key",),
    "aws_storagegateway_stored_iscsi_volume": ("kms_key",),
    "aws_timestreamwrite_database": ("kms_key_id",),
    "aws_workspaces_workspace": ("volume_encryption_key",),
}


def key_uses(root: Root) -> Iterator[KeyUse]:
    """Every use of a key to protect what is stored or copied."""
    for resource in root.resources_of(*KEY_ARGUMENTS):
        for path in KEY_ARGUMENTS[resource.type]:
            first, *rest = path.split(".")
            for key in each(resource.get(first), *rest):
                yield KeyUse(resource, key)


def key_aliases(root: Root) -> Iterator[KeyAlias]:
    """Every alias of a key."""
    for resource in root.resources_of("aws_kms_alias"):
        yield KeyAlias(resource, resource.get("name"), resource.get("target_key_id"))
