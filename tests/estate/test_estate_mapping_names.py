"""The attribute names in the mapping modules exist: in cfn-lint's schemas, and in the provider's own.

The comparison with the schemas is left out where these are not at hand: cfn-lint may not be installed, and Terraform
needs a mirror of the provider to run offline, which SNAPGUARD_PROVIDER_MIRROR names (a directory for
`filesystem_mirror`).
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from names_asked import names_asked

# Types that are alike are read by one function: these lack what their kin have, and give nothing there.
LACKING = {
    "AWS::AutoScaling::LaunchConfiguration": {"BlockDeviceMappings.Ebs.KmsKeyId"},
    "AWS::DocDB::DBCluster": {"EngineMode", "SourceDbClusterResourceId"},
    "AWS::EC2::EC2Fleet": {
        "LaunchTemplateConfigs.Overrides.ImageId",
        "LaunchTemplateConfigs.Overrides.SecurityGroupIds",
    },
    "AWS::EC2::EIP": {"NetworkInterfaceId"},
    "AWS::EC2::SpotFleet": {"SpotFleetRequestConfigData.LaunchSpecifications.BlockDeviceMappings.Ebs.KmsKeyId"},
    "AWS::ElastiCache::CacheCluster": {"SecurityGroupIds", "SnapshotArnsToRestore"},
    "AWS::ElastiCache::ReplicationGroup": {"SnapshotArnsToRestore", "VpcSecurityGroupIds"},
    "AWS::ElastiCache::ServerlessCache": {"Port", "SnapshotArns", "SnapshotName", "VpcSecurityGroupIds"},
    "AWS::IAM::Group": {"AssumeRolePolicyDocument"},
    "AWS::IAM::User": {"AssumeRolePolicyDocument"},
    "AWS::MemoryDB::Cluster": {"SnapshotArnsToRestore", "VpcSecurityGroupIds"},
    "AWS::Neptune::DBCluster": {"EngineMode", "SourceDbClusterResourceId"},
    "AWS::WorkspacesInstances::WorkspaceInstance": {"ManagedInstance.BlockDeviceMappings.Ebs.SnapshotId"},
    "aws_ami": {"ebs_block_device.kms_key_id"},
    "aws_db_instance_automated_backups_replication": {"destination_region"},
    "aws_docdb_cluster": {
        "engine_mode",
        "replication_source_identifier",
        "restore_to_point_in_time.source_cluster_resource_id",
        "s3_import",
    },
    "aws_eip": {"instance_id", "network_interface_id"},
    "aws_eip_association": {"instance", "network_interface"},
    "aws_elasticache_cluster": {"snapshot_arns_to_restore"},
    "aws_elasticache_replication_group": {"snapshot_arns_to_restore"},
    "aws_elasticache_serverless_cache": {"port", "snapshot_arns", "snapshot_name"},
    "aws_instance": {"ebs_block_device.no_device"},
    "aws_launch_configuration": {"ebs_block_device.kms_key_id", "root_block_device.kms_key_id"},
    "aws_memorydb_cluster": {"snapshot_arns_to_restore"},
    "aws_neptune_cluster": {"engine_mode", "restore_to_point_in_time", "s3_import"},
    "aws_route_table": {"route.instance_id"},  # versions before 4 have it
    "aws_spot_fleet_request": {"launch_specification.ebs_block_device.no_device"},
    "aws_spot_instance_request": {"ebs_block_device.no_device", "primary_network_interface"},
}
# What only versions 6.x of the provider know.
NEWER = {
    "aws_backup_logically_air_gapped_vault": {"encryption_key_arn"},
    "aws_ebs_volume_copy": {"source_volume_id"},
    "aws_instance": {"primary_network_interface"},
    "aws_rbin_rule": {"exclude_resource_tags"},
    "aws_ssoadmin_customer_managed_policy_attachments_exclusive": {
        "customer_managed_policy_reference",
        "permission_set_arn",
    },
    "aws_ssoadmin_managed_policy_attachments_exclusive": {"managed_policy_arns", "permission_set_arn"},
}
# Maps whose keys are the service's, not the schema's.
FREE_FORM = {"global_settings", "restore_metadata_overrides", "RestoreMetadataOverrides"}


def unknown_paths(asked: dict[str, set[tuple[str, ...]]], has) -> list[str]:
    return [
        f"{kind}: {'.'.join(path)}"
        for kind, paths in sorted(asked.items())
        for path in sorted(paths)
        if FREE_FORM.isdisjoint(path[:-1]) and not _is_left_out(kind, path) and not has(kind, path)
    ]


def _is_left_out(kind: str, path: tuple[str, ...]) -> bool:
    """Whether a path, or one that leads to it, is known not to be in the schema."""
    known = LACKING.get(kind, set()) | NEWER.get(kind, set())
    return any(".".join(path[: length + 1]) in known for length in range(len(path)))


@pytest.mark.parametrize("language", ["terraform", "cloudformation"])
def test_what_a_type_is_known_to_lack_is_still_asked_for(language):
    asked = names_asked(language)
    paths = {(kind, ".".join(path)) for kind in asked for path in asked[kind]}
    of_language = [kind for kind in LACKING if ("::" in kind) == (language == "cloudformation")]
    assert {(kind, path) for kind in of_language for path in LACKING[kind]} <= paths


@pytest.mark.parametrize("language", ["terraform", "cloudformation"])
def test_every_mapping_module_asks_for_something(language):
    asked = names_asked(language)
    assert len(asked) > 60
    silent = {kind for kind, paths in asked.items() if not paths}
    assert silent == SILENT[language]


# Types that are only found or linked: nothing of them has to be read.
SILENT = {
    "terraform": {
        "aws_default_subnet",
        "aws_default_vpc",
        "aws_vpc",
        "data.aws_ebs_snapshot",
        "data.aws_ebs_snapshot_ids",
        "data.aws_prefix_list",
    },
    "cloudformation": {"AWS::EC2::NetworkAcl", "AWS::EC2::RouteTable", "AWS::EC2::VPC"},
}


def test_the_names_of_properties_are_in_the_schemas_of_cfn_lint():
    manager = pytest.importorskip("cfnlint.schema", reason="cfn-lint is not installed").PROVIDER_SCHEMA_MANAGER

    def has(kind: str, path: tuple[str, ...]) -> bool:
        schema = manager.get_resource_schema("us-east-1", kind).schema
        return _has_property(schema, schema, path)

    assert unknown_paths(names_asked("cloudformation"), has) == []


def _has_property(whole: dict, part: dict, path: tuple[str, ...]) -> bool:
    """Whether a JSON schema has a property at a path; below what has no properties of its own, anything may stand."""
    parts = list(_meanings(whole, part))
    if not path:
        return True
    named = [each["properties"][path[0]] for each in parts if path[0] in each.get("properties", {})]
    if any(_has_property(whole, each, path[1:]) for each in named):
        return True
    return not any("properties" in each for each in parts)


def _meanings(whole: dict, part: dict) -> Iterator[dict]:
    """What a part of a schema stands for: the elements of a list, what it refers to, and each of its variants."""
    yield part
    if "$ref" in part:
        inner = whole
        for name in part["$ref"].removeprefix("#/").split("/"):
            inner = inner[name]
        yield from _meanings(whole, inner)
    if isinstance(part.get("items"), dict):
        yield from _meanings(whole, part["items"])
    for combination in ("anyOf", "oneOf", "allOf"):
        for variant in part.get(combination, ()):
            yield from _meanings(whole, variant)


@pytest.fixture(scope="module")
def provider_schema(tmp_path_factory):
    mirror = os.environ.get("SNAPGUARD_PROVIDER_MIRROR")
    terraform = shutil.which("terraform")
    if not mirror or not terraform:
        pytest.skip("Terraform or a mirror of its AWS provider is not at hand")
    directory = tmp_path_factory.mktemp("schema")
    (directory / "main.tf").write_text(
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
    )
    (directory / "terraform.rc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(directory / "terraform.rc"), "CHECKPOINT_DISABLE": "1"}
    run = {"cwd": directory, "env": environment, "capture_output": True, "check": True, "text": True}
    subprocess.run([terraform, "init", "-input=false"], **run)
    output = subprocess.run([terraform, "providers", "schema", "-json"], **run).stdout
    return next(iter(json.loads(output)["provider_schemas"].values()))


def test_the_names_of_attributes_are_in_the_schema_of_the_provider(provider_schema):
    def has(kind: str, path: tuple[str, ...]) -> bool:
        is_data = kind.startswith("data.")
        schemas = provider_schema["data_source_schemas" if is_data else "resource_schemas"]
        schema = schemas.get(kind.removeprefix("data."))
        return schema is not None and _has_attribute(schema["block"], path)

    assert unknown_paths(names_asked("terraform"), has) == []


def _has_attribute(block: dict, path: tuple[str, ...]) -> bool:
    """Whether a block of a provider's schema has an attribute or a nested block at a path."""
    name, *rest = path
    attribute = block.get("attributes", {}).get(name)
    if attribute is not None:
        return _type_has(attribute.get("type"), attribute.get("nested_type"), tuple(rest))
    inner = block.get("block_types", {}).get(name)
    return inner is not None and (not rest or _has_attribute(inner["block"], tuple(rest)))


def _type_has(kind: object, nested: dict | None, path: tuple[str, ...]) -> bool:
    """Whether a type has a path; below a text, which may hold JSON, anything may stand."""
    if not path or kind in ("string", "dynamic"):
        return True
    if nested is not None:
        return _has_attribute(nested, path)
    name, inner = kind if isinstance(kind, list) else (kind, None)
    if name in ("list", "set"):
        return _type_has(inner, None, path)
    return name == "object" and path[0] in inner and _type_has(inner[path[0]], None, path[1:])
