"""The smallest change that mends a finding, by check and resource type, for the Terraform AWS provider (5.x and 6.x).

Names that stand for the reader's own (`copies`, `own`, an account, a range) are examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from snapguard.estate.remedies import Choice, InStatement, Remedies

if TYPE_CHECKING:
    from snapguard.terraform.syntax import Body, Expression


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
_MACHINE_DEVICE = {name: _within(_encrypted(), name) for name in ("root_block_device", "ebs_block_device")}
_LIFECYCLE_COPY = Choice(
    {
        "cross_region_copy_rule": _within(
            _encrypted(key="cmk_arn"), "policy_details", "schedule", "cross_region_copy_rule"
        ),
        "cross_region_copy": _within(
            _encrypted(key="cmk_arn"), "policy_details", "action", "cross_region_copy", "encryption_configuration"
        ),
    }
)
_OWN_ACCOUNT = "data.aws_caller_identity.own.account_id"
_OWN_ORGANIZATION = "data.aws_organizations_organization.own.arn"
_SHARED = f"shared_accounts = [{_OWN_ACCOUNT}]"
_OWN_IMAGE = {
    "organization_arn": f"organization_arn = {_OWN_ORGANIZATION}",
    "group": f"organization_arn = {_OWN_ORGANIZATION}",
    "account_id": f"account_id = {_OWN_ACCOUNT}",
    "organizational_unit_arn": f"organization_arn = {_OWN_ORGANIZATION}",
}
_LIFECYCLE_SHARE = _within(f"target_accounts = [{_OWN_ACCOUNT}]", "policy_details", "schedule", "share_rule")


def _built_share(text: str) -> str:
    return _within(text, "distribution", "ami_distribution_configuration", "launch_permission")


_OWN_BUILT = _built_share(f"organization_arns = [{_OWN_ORGANIZATION}]")
_BUILT_SHARE = {
    "organization_arns": _OWN_BUILT,
    "organizational_unit_arns": _OWN_BUILT,
    "user_groups": _OWN_BUILT,
    "user_ids": _built_share(f"user_ids = [{_OWN_ACCOUNT}]"),
    "target_account_ids": _within(
        f"target_account_ids = [{_OWN_ACCOUNT}]", "distribution", "ami_distribution_configuration"
    ),
}
_SHARES: Mapping[str, str | Choice] = {
    "aws_ami_launch_permission": Choice(_OWN_IMAGE, replaced=("group", "organizational_unit_arn")),
    "aws_db_cluster_snapshot": _SHARED,
    "aws_db_snapshot": _SHARED,
    "aws_db_snapshot_copy": _SHARED,
    "aws_dlm_lifecycle_policy": _LIFECYCLE_SHARE,
    "aws_imagebuilder_distribution_configuration": Choice(
        _BUILT_SHARE, replaced=("organizational_unit_arns", "user_groups")
    ),
    "aws_rds_cluster_snapshot_copy": _SHARED,
    "aws_snapshot_create_volume_permission": f"account_id = {_OWN_ACCOUNT}",
}


def _policy(actions: str) -> InStatement:
    """A condition that lets the own organization alone in, and a policy that has it."""
    own = "data.aws_organizations_organization.own.id"
    condition = f'Condition = {{ StringEquals = {{ "aws:PrincipalOrgID" = {own} }} }}'
    block = f'test     = "StringEquals"\nvariable = "aws:PrincipalOrgID"\nvalues   = [{own}]'
    return InStatement(
        members=condition,
        blocks=_within(block, "condition"),
        whole=f"""\
policy = jsonencode({{
  Version = "2012-10-17"
  Statement = [{{
    Effect    = "Allow"
    Principal = {{ AWS = "*" }}
    Action    = [{actions}]
    Resource  = "*"
    {condition}
  }}]
}})""",
    )


_KEY_POLICY = _policy('"kms:*"')
_VAULT_POLICY = _policy('"backup:CopyIntoBackupVault"')
_RESTORE_POLICY = _policy('"redshift-serverless:RestoreFromSnapshot"')


def _declared(content: str) -> str:
    """What an organization's policy sets: the names of `content` within each other, the last with its value."""
    *names, value = content.split(" > ")
    for name in reversed(names):
        value = f"{{\n{_within_lines(f'{_key(name)} = {value}')}\n}}"
    return f"content = jsonencode({value})"


def _key(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def _within_lines(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


_NO_PUBLIC_COPIES = {
    name: _declared(f'ec2_attributes > {name} > state > @@assign > "{state}"')
    for name, state in (
        ("snapshot_block_public_access", "block_all_sharing"),
        ("image_block_public_access", "block_new_sharing"),
    )
}
_OWN_VAULT = "arn:aws:backup:eu-central-1:$account:backup-vault:own"
_OWN_COPIES = _declared(
    f'plans > daily > rules > daily > copy_actions > {_OWN_VAULT} > target_backup_vault_arn > @@assign > "{_OWN_VAULT}"'
)
_RANGE, _RANGE_6 = '["203.0.113.0/24"]', '["2001:db8::/32"]'


def _rule(port: str) -> str:
    return f'protocol    = "tcp"\nfrom_port   = {port}\nto_port     = {port}\n'


def _openings(port: str, side: str = "ingress") -> Mapping[str, str | Choice]:
    ranges = {"cidr_blocks": f"cidr_blocks = {_RANGE}", "ipv6_cidr_blocks": f"ipv6_cidr_blocks = {_RANGE_6}"}
    group = Choice({name: _within(_rule(port) + text, side) for name, text in ranges.items()})
    return {
        "aws_default_security_group": group,
        "aws_security_group": group,
        "aws_security_group_rule": Choice(ranges),
        f"aws_vpc_security_group_{side}_rule": Choice(
            {"cidr_ipv4": 'cidr_ipv4 = "203.0.113.0/24"', "cidr_ipv6": 'cidr_ipv6 = "2001:db8::/32"'}
        ),
    }


_NOT_PUBLIC = "publicly_accessible = false"
_RESTORED_PRIVATELY = _within('publiclyAccessible = "false"', "restore_metadata_overrides =")

REMEDIES: Remedies = {
    "SNAP201": {
        "aws_drs_replication_configuration_template": (
            'ebs_encryption         = "CUSTOM"\nebs_encryption_key_arn = aws_kms_key.copies.arn'
        ),
        "aws_ebs_volume": _encrypted(),
        "aws_ebs_volume_copy": "source_volume_id = aws_ebs_volume.encrypted.id",
        "aws_ecs_service": _within(_encrypted(), "volume_configuration", "managed_ebs_volume"),
        "aws_instance": Choice(_MACHINE_DEVICE),
        "aws_launch_configuration": Choice({name: _within("encrypted = true", name) for name in _MACHINE_DEVICE}),
        "aws_launch_template": _within(_encrypted(), "block_device_mappings", "ebs"),
        "aws_spot_fleet_request": Choice(
            {name: _within(text, "launch_specification") for name, text in _MACHINE_DEVICE.items()}
        ),
        "aws_spot_instance_request": Choice(_MACHINE_DEVICE),
    },
    "SNAP202": {
        "aws_ami_copy": _encrypted(),
        "aws_dlm_lifecycle_policy": _LIFECYCLE_COPY,
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
        "aws_redshift_cluster": _encrypted(),
        "aws_redshift_snapshot_copy": (
            "snapshot_copy_grant_name = aws_redshift_snapshot_copy_grant.elsewhere.snapshot_copy_grant_name"
        ),
    },
    "SNAP207": {
        "aws_backup_plan": _within("destination_vault_arn = aws_backup_vault.with_own_key.arn", "rule", "copy_action"),
        "aws_backup_vault": "kms_key_arn = aws_kms_key.backups.arn",
        "aws_organizations_policy": _OWN_COPIES,
    },
    "SNAP301": _SHARES,
    "SNAP302": {
        **_SHARES,
        "aws_ram_principal_association": f"principal = {_OWN_ORGANIZATION}",
        "aws_redshiftserverless_resource_policy": _RESTORE_POLICY,
    },
    "SNAP303": {
        "aws_ebs_snapshot_block_public_access": 'state = "block-all-sharing"',
        "aws_ec2_image_block_public_access": 'state = "block-new-sharing"',
        "aws_organizations_policy": Choice(_NO_PUBLIC_COPIES),
    },
    "SNAP304": {"aws_backup_vault_policy": _VAULT_POLICY},
    "SNAP305": {
        "aws_kms_external_key": _KEY_POLICY,
        "aws_kms_grant": "grantee_principal = aws_iam_role.restore.arn",
        "aws_kms_key": _KEY_POLICY,
        "aws_kms_key_policy": _KEY_POLICY,
        "aws_kms_replica_external_key": _KEY_POLICY,
        "aws_kms_replica_key": _KEY_POLICY,
    },
    "SNAP306": {
        "aws_backup_plan": _within("destination_vault_arn = aws_backup_vault.own.arn", "rule", "copy_action"),
        "aws_organizations_policy": _OWN_COPIES,
    },
    "SNAP307": {
        "aws_dynamodb_table_export": Choice(
            {
                "s3_sse_kms_key_id": 's3_sse_algorithm  = "KMS"\ns3_sse_kms_key_id = aws_kms_key.exports.arn',
                "s3_bucket_owner": f"s3_bucket_owner = {_OWN_ACCOUNT}",
            }
        ),
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


def in_json(remedy: str) -> str:
    """The same lines for a file in Terraform's JSON syntax: expressions as templates, blocks as objects."""
    import json

    from snapguard.source import SourceFile
    from snapguard.terraform.parsing import parse

    body = parse(SourceFile("remedy.tf", "remedy.tf", remedy.encode())).body
    return "\n".join(line[2:] for line in json.dumps(_entries(body), indent=2).split("\n")[1:-1])


def _entries(body: Body) -> dict[str, Any]:
    entries = {name: _content(attribute.expression) for name, attribute in body.attributes.items()}
    for kind in dict.fromkeys(block.type for block in body.blocks):
        contents = [_entries(block.body) for block in body.blocks_of(kind)]
        entries[kind] = contents if len(contents) > 1 else contents[0]
    return entries


def _content(expression: Expression) -> Any:
    """A value where it is written out, and a template for any other expression."""
    from snapguard.terraform.syntax import Literal, ObjectExpression, TupleExpression

    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, TupleExpression):
        return [_content(element) for element in expression.elements]
    if isinstance(expression, ObjectExpression):
        return {key.span.text.strip('"'): _content(value) for key, value in expression.items}
    return f"${{{_in_one_line(expression)}}}"


def _in_one_line(expression: Expression) -> str:
    """An expression as a template holds it, for which the lines of objects are joined."""
    from snapguard.terraform.syntax import Call, ObjectExpression, TupleExpression

    if isinstance(expression, Call):
        return f"{expression.name}({', '.join(map(_in_one_line, expression.arguments))})"
    if isinstance(expression, TupleExpression):
        return f"[{', '.join(map(_in_one_line, expression.elements))}]"
    if isinstance(expression, ObjectExpression):
        pairs = [f"{key.span.text} = {_in_one_line(value)}" for key, value in expression.items]
        return f"{{ {', '.join(pairs)} }}"
    return expression.span.text
