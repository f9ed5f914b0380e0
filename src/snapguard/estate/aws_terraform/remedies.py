"""The smallest change that mends a finding, by check and resource type, for the Terraform AWS provider (5.x and 6.x).

Names that stand for the reader's own (`copies`, `own`, an account, a range) are examples.
"""

from __future__ import annotations

from collections.abc import Mapping


def _encrypted(switch: str = "encrypted", key: str = "kms_key_id") -> str:
    width = max(len(switch), len(key))
    return f"{switch:<{width}} = true\n{key:<{width}} = aws_kms_key.copies.arn"


def _within(text: str, *blocks: str) -> str:
    """Lines inside nested blocks, outermost first."""
    for block in reversed(blocks):
        inner = "\n".join(f"  {line}" for line in text.split("\n"))
        text = f"{block} {{\n{inner}\n}}"
    return text


_PLAIN_DEVICE = _within("encrypted = true", "ebs_block_device")
_INSTANCE_DEVICE = "\n".join(
    [_within(_encrypted(), "root_block_device"), "# or, for the others:", _within(_encrypted(), "ebs_block_device")]
)
_LIFECYCLE_COPY = "\n".join(
    [
        _within(_encrypted(key="cmk_arn"), "schedule", "cross_region_copy_rule"),
        "# or, in a policy that answers to events:",
        _within(_encrypted(key="cmk_arn"), "action", "cross_region_copy", "encryption_configuration"),
    ]
)
_OWN_ACCOUNT = "data.aws_caller_identity.own.account_id"
_SHARED = f"shared_accounts = [{_OWN_ACCOUNT}]"
_OWN_IMAGE = "organization_arn = data.aws_organizations_organization.own.arn"
_LIFECYCLE_SHARE = _within(f"target_accounts = [{_OWN_ACCOUNT}]", "schedule", "share_rule")
_BUILT_SHARE = _within(f"user_ids = [{_OWN_ACCOUNT}]", "launch_permission")
_SHARES = {
    "aws_ami_launch_permission": _OWN_IMAGE,
    "aws_db_cluster_snapshot": _SHARED,
    "aws_db_snapshot": _SHARED,
    "aws_db_snapshot_copy": _SHARED,
    "aws_dlm_lifecycle_policy": _within(_LIFECYCLE_SHARE, "policy_details"),
    "aws_imagebuilder_distribution_configuration": _within(
        _BUILT_SHARE, "distribution", "ami_distribution_configuration"
    ),
    "aws_rds_cluster_snapshot_copy": _SHARED,
    "aws_snapshot_create_volume_permission": f"account_id = {_OWN_ACCOUNT}",
}


def _policy(actions: str) -> str:
    """A policy that lets the own organization alone in."""
    return f"""\
policy = jsonencode({{
  Version = "2012-10-17"
  Statement = [{{
    Effect    = "Allow"
    Principal = {{ AWS = "*" }}
    Action    = [{actions}]
    Resource  = "*"
    Condition = {{ StringEquals = {{ "aws:PrincipalOrgID" = data.aws_organizations_organization.own.id }} }}
  }}]
}})"""


_KEY_POLICY = _policy('"kms:Decrypt", "kms:CreateGrant"')
_RANGE = '["203.0.113.0/24"]'


def _group(port: str, side: str) -> str:
    lines = f'protocol    = "tcp"\nfrom_port   = {port}\nto_port     = {port}\ncidr_blocks = {_RANGE}'
    return _within(lines, side)


def _openings(port: str, side: str = "ingress") -> Mapping[str, str]:
    group = _group(port, side)
    return {
        "aws_default_security_group": group,
        "aws_security_group": group,
        "aws_security_group_rule": f"cidr_blocks = {_RANGE}",
        f"aws_vpc_security_group_{side}_rule": 'cidr_ipv4 = "203.0.113.0/24"',
    }


_NOT_PUBLIC = "publicly_accessible = false"
_RESTORED_PRIVATELY = _within('publiclyAccessible = "false"', "restore_metadata_overrides =")

REMEDIES: Mapping[str, Mapping[str, str]] = {
    "SNAP201": {
        "aws_ebs_volume": _encrypted(),
        "aws_ecs_service": _within(_encrypted(), "volume_configuration", "managed_ebs_volume"),
        "aws_instance": _INSTANCE_DEVICE,
        "aws_launch_configuration": _within("encrypted = true", "root_block_device"),
        "aws_launch_template": _within(_encrypted(), "block_device_mappings", "ebs"),
        "aws_spot_fleet_request": _within(_encrypted(), "launch_specification", "ebs_block_device"),
        "aws_spot_instance_request": _INSTANCE_DEVICE,
    },
    "SNAP202": {
        "aws_ami_copy": _encrypted(),
        "aws_dlm_lifecycle_policy": _within(_LIFECYCLE_COPY, "policy_details"),
        "aws_ebs_snapshot_copy": _encrypted(),
        "aws_ebs_snapshot_import": _encrypted(),
    },
    "SNAP203": {"aws_ebs_encryption_by_default": "enabled = true"},
    "SNAP204": {
        "aws_ami": _PLAIN_DEVICE,
        "aws_imagebuilder_image_recipe": _within(_encrypted(), "block_device_mapping", "ebs"),
    },
    "SNAP205": {
        "aws_db_instance": _encrypted("storage_encrypted"),
        "aws_docdb_cluster": _encrypted("storage_encrypted"),
        "aws_docdb_global_cluster": "storage_encrypted = true",
        "aws_efs_file_system": _encrypted(),
        "aws_elasticache_cluster": "replication_group_id = aws_elasticache_replication_group.encrypted.id",
        "aws_elasticache_replication_group": _encrypted("at_rest_encryption_enabled"),
        "aws_neptune_cluster": _encrypted("storage_encrypted", "kms_key_arn"),
        "aws_neptune_global_cluster": "storage_encrypted = true",
        "aws_rds_cluster": _encrypted("storage_encrypted"),
        "aws_rds_global_cluster": "storage_encrypted = true",
        "aws_redshift_cluster": _encrypted(),
    },
    "SNAP206": {
        "aws_db_instance_automated_backups_replication": "kms_key_id = aws_kms_key.elsewhere.arn",
        "aws_db_snapshot_copy": "kms_key_id = aws_kms_key.elsewhere.arn",
        "aws_rds_cluster_snapshot_copy": "kms_key_id = aws_kms_key.elsewhere.arn",
    },
    "SNAP207": {
        "aws_backup_plan": _within("destination_vault_arn = aws_backup_vault.with_own_key.arn", "rule", "copy_action"),
        "aws_backup_vault": "kms_key_arn = aws_kms_key.backups.arn",
    },
    "SNAP301": _SHARES,
    "SNAP302": {
        **_SHARES,
        "aws_redshiftserverless_resource_policy": _policy('"redshift-serverless:RestoreFromSnapshot"'),
    },
    "SNAP303": {
        "aws_ebs_snapshot_block_public_access": 'state = "block-all-sharing"',
        "aws_ec2_image_block_public_access": 'state = "block-new-sharing"',
    },
    "SNAP304": {"aws_backup_vault_policy": _policy('"backup:CopyIntoBackupVault"')},
    "SNAP305": {
        "aws_kms_external_key": _KEY_POLICY,
        "aws_kms_grant": "grantee_principal = aws_iam_role.restore.arn",
        "aws_kms_key": _KEY_POLICY,
        "aws_kms_key_policy": _KEY_POLICY,
        "aws_kms_replica_external_key": _KEY_POLICY,
        "aws_kms_replica_key": _KEY_POLICY,
    },
    "SNAP306": {"aws_backup_plan": _within("destination_vault_arn = aws_backup_vault.own.arn", "rule", "copy_action")},
    "SNAP307": {
        "aws_dynamodb_table_export": 's3_sse_algorithm  = "KMS"\ns3_sse_kms_key_id = aws_kms_key.exports.arn',
        "aws_rds_export_task": "kms_key_id = aws_kms_key.exports.arn",
    },
    "SNAP401": _openings("22"),
    "SNAP402": _openings("443", "egress"),
    "SNAP403": _openings("3389"),
    "SNAP404": {
        **_openings("5432"),
        "aws_backup_restore_testing_selection": _RESTORED_PRIVATELY,
        "aws_db_instance": _NOT_PUBLIC,
        "aws_neptune_cluster_instance": _NOT_PUBLIC,
        "aws_rds_cluster_instance": _NOT_PUBLIC,
        "aws_redshift_cluster": _NOT_PUBLIC,
    },
}
