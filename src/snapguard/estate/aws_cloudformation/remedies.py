"""The smallest change that mends a finding, by check and resource type, for CloudFormation templates.

Names that stand for the reader's own (`CopiesKey`, an account, a range) are examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml


def _encrypted(switch: str = "Encrypted", key: str = "KmsKeyId") -> str:
    return f"{switch}: true\n{key}: !GetAtt CopiesKey.Arn"


def _within(text: str, *keys: str) -> str:
    """Lines below nested keys, outermost first; a key that ends in `[]` holds a list."""
    for key in reversed(keys):
        first, *rest = text.split("\n")
        if key.endswith("[]"):
            text = "\n".join([f"{key[:-2]}:", f"  - {first}", *(f"    {line}" for line in rest)])
        else:
            text = "\n".join([f"{key}:", f"  {first}", *(f"  {line}" for line in rest)])
    return text


_DEVICE = _within(_encrypted(), "BlockDeviceMappings[]", "Ebs")
_LIFECYCLE_COPY = "\n".join(
    [
        _within(_encrypted(key="CmkArn"), "Schedules[]", "CrossRegionCopyRules[]"),
        "# or, in a policy that answers to events:",
        _within(_encrypted(key="CmkArn"), "Actions[]", "CrossRegionCopy[]", "EncryptionConfiguration"),
    ]
)
_SHARES = {
    "AWS::DLM::LifecyclePolicy": _within(
        "TargetAccounts: [!Ref AWS::AccountId]", "PolicyDetails", "Schedules[]", "ShareRules[]"
    ),
    "AWS::ImageBuilder::DistributionConfiguration": _within(
        "UserIds: [!Ref AWS::AccountId]",
        "Distributions[]",
        "AmiDistributionConfiguration",
        "LaunchPermissionConfiguration",
    ),
}


def _policy(name: str, actions: str) -> str:
    """A policy that lets the own account alone in."""
    return f"""\
{name}:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal: {{AWS: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root"}}
      Action: [{actions}]
      Resource: "*\""""


_VAULT_POLICY = _policy("AccessPolicy", "backup:CopyIntoBackupVault")
_KEY_POLICY = _policy("KeyPolicy", '"kms:*"')
_RANGE = "CidrIp: 203.0.113.0/24"


def _openings(port: str, side: str = "Ingress") -> Mapping[str, str]:
    rule = f"IpProtocol: tcp\nFromPort: {port}\nToPort: {port}\n{_RANGE}"
    return {
        "AWS::EC2::SecurityGroup": _within(rule, f"SecurityGroup{side}[]"),
        f"AWS::EC2::SecurityGroup{side}": _RANGE,
    }


_NOT_PUBLIC = "PubliclyAccessible: false"

REMEDIES: Mapping[str, Mapping[str, str]] = {
    "SNAP201": {
        "AWS::AutoScaling::LaunchConfiguration": _within("Encrypted: true", "BlockDeviceMappings[]", "Ebs"),
        "AWS::EC2::EC2Fleet": _within(
            _encrypted(), "LaunchTemplateConfigs[]", "Overrides[]", "BlockDeviceMappings[]", "Ebs"
        ),
        "AWS::EC2::Instance": _DEVICE,
        "AWS::EC2::LaunchTemplate": _within(_DEVICE, "LaunchTemplateData"),
        "AWS::EC2::SpotFleet": _within(
            "Encrypted: true", "SpotFleetRequestConfigData", "LaunchSpecifications[]", "BlockDeviceMappings[]", "Ebs"
        ),
        "AWS::EC2::Volume": _encrypted(),
        "AWS::ECS::Service": _within(_encrypted(), "VolumeConfigurations[]", "ManagedEBSVolume"),
    },
    "SNAP202": {"AWS::DLM::LifecyclePolicy": _within(_LIFECYCLE_COPY, "PolicyDetails")},
    "SNAP204": {"AWS::ImageBuilder::ImageRecipe": _DEVICE},
    "SNAP205": {
        "AWS::DocDB::DBCluster": _encrypted("StorageEncrypted"),
        "AWS::DocDB::GlobalCluster": "StorageEncrypted: true",
        "AWS::EFS::FileSystem": _encrypted(),
        "AWS::ElastiCache::CacheCluster": (
            "Type: AWS::ElastiCache::ReplicationGroup\nProperties:\n  AtRestEncryptionEnabled: true"
        ),
        "AWS::ElastiCache::ReplicationGroup": _encrypted("AtRestEncryptionEnabled"),
        "AWS::Neptune::DBCluster": _encrypted("StorageEncrypted"),
        "AWS::Neptune::GlobalCluster": "StorageEncrypted: true",
        "AWS::RDS::DBCluster": _encrypted("StorageEncrypted"),
        "AWS::RDS::DBInstance": _encrypted("StorageEncrypted"),
        "AWS::RDS::GlobalCluster": "StorageEncrypted: true",
        "AWS::Redshift::Cluster": _encrypted(),
    },
    "SNAP207": {
        "AWS::Backup::BackupPlan": _within(
            "DestinationBackupVaultArn: !GetAtt VaultWithOwnKey.BackupVaultArn",
            "BackupPlan",
            "BackupPlanRule[]",
            "CopyActions[]",
        ),
        "AWS::Backup::BackupVault": "EncryptionKeyArn: !GetAtt BackupsKey.Arn",
    },
    "SNAP301": _SHARES,
    "SNAP302": _SHARES,
    "SNAP303": {"AWS::EC2::SnapshotBlockPublicAccess": "State: block-all-sharing"},
    "SNAP304": {
        "AWS::Backup::BackupVault": _VAULT_POLICY,
        "AWS::Backup::LogicallyAirGappedBackupVault": _VAULT_POLICY,
    },
    "SNAP305": {"AWS::KMS::Key": _KEY_POLICY, "AWS::KMS::ReplicaKey": _KEY_POLICY},
    "SNAP306": {
        "AWS::Backup::BackupPlan": _within(
            "DestinationBackupVaultArn: !GetAtt OwnVault.BackupVaultArn",
            "BackupPlan",
            "BackupPlanRule[]",
            "CopyActions[]",
        )
    },
    "SNAP401": _openings("22"),
    "SNAP402": _openings("443", "Egress"),
    "SNAP403": _openings("3389"),
    "SNAP404": {
        **_openings("5432"),
        "AWS::Backup::RestoreTestingSelection": _within('publiclyAccessible: "false"', "RestoreMetadataOverrides"),
        "AWS::Neptune::DBInstance": _NOT_PUBLIC,
        "AWS::RDS::DBCluster": _NOT_PUBLIC,
        "AWS::RDS::DBInstance": _NOT_PUBLIC,
        "AWS::Redshift::Cluster": _NOT_PUBLIC,
        "AWS::RedshiftServerless::Workgroup": _NOT_PUBLIC,
    },
}


def in_json(remedy: str) -> str:
    """The same lines for a template in JSON."""
    import json

    import yaml

    content = _content(yaml.compose(remedy, yaml.SafeLoader))
    return "\n".join(line[2:] for line in json.dumps(content, indent=2).split("\n")[1:-1])


def _content(node: yaml.Node | None) -> Any:
    """What a node stands for, short forms of intrinsic functions as the long ones."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        return {key.value: _content(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_content(item) for item in node.value]
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.tag == "!Ref":
        return {"Ref": node.value}
    if node.tag == "!GetAtt":
        return {"Fn::GetAtt": node.value.split(".")}
    if node.tag == "!Sub":
        return {"Fn::Sub": node.value}
    return yaml.safe_load(node.value) if node.tag in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int") else node.value
