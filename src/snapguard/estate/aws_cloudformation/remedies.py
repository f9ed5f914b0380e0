"""The smallest change that mends a finding, by check and resource type, for CloudFormation templates.

Names that stand for the reader's own (`CopiesKey`, an account, a range) are examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from snapguard.estate.remedies import Choice, InStatement, Remedies

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
_LIFECYCLE_COPY = Choice(
    {
        "CrossRegionCopyRules": _within(
            _encrypted(key="CmkArn"), "PolicyDetails", "Schedules[]", "CrossRegionCopyRules[]"
        ),
        "CrossRegionCopy": _within(
            _encrypted(key="CmkArn"), "PolicyDetails", "Actions[]", "CrossRegionCopy[]", "EncryptionConfiguration"
        ),
    }
)
_OWN = "!Ref AWS::AccountId"


def _built_share(text: str, *keys: str) -> str:
    return _within(text, "Distributions[]", "AmiDistributionConfiguration", *keys)


_OWN_BUILT = _built_share(f"UserIds: [{_OWN}]", "LaunchPermissionConfiguration")
_BUILT_SHARE = {
    "UserIds": _OWN_BUILT,
    "UserGroups": _OWN_BUILT,
    "OrganizationArns": _OWN_BUILT,
    "OrganizationalUnitArns": _OWN_BUILT,
    "TargetAccountIds": _built_share(f"TargetAccountIds: [{_OWN}]"),
}
_SHARES: Mapping[str, str | Choice] = {
    "AWS::DLM::LifecyclePolicy": _within(f"TargetAccounts: [{_OWN}]", "PolicyDetails", "Schedules[]", "ShareRules[]"),
    "AWS::ImageBuilder::DistributionConfiguration": Choice(
        _BUILT_SHARE, replaced=("UserGroups", "OrganizationArns", "OrganizationalUnitArns")
    ),
}


def _policy(name: str, actions: str) -> InStatement:
    """The own account as the only principal, and a policy that has it."""
    principal = 'Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}'
    whole = f"""\
{name}:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      {principal}
      Action: [{actions}]
      Resource: "*\""""
    return InStatement(members=principal, blocks="", whole=whole)


_VAULT_POLICY = _policy("AccessPolicy", "backup:CopyIntoBackupVault")
_KEY_POLICY = _policy("KeyPolicy", '"kms:*"')


def _declared(value: str, *names: str) -> str:
    """What an organization's policy sets: a value below names, outermost first."""
    return _within(f'"@@assign": {value}', "Content", *names)


_NO_PUBLIC_COPIES = {
    name: _declared(state, "ec2_attributes", name, "state")
    for name, state in (
        ("snapshot_block_public_access", "block_all_sharing"),
        ("image_block_public_access", "block_new_sharing"),
    )
}
_OWN_VAULT = "arn:aws:backup:eu-central-1:$account:backup-vault:own"
_OWN_COPIES = _declared(
    _OWN_VAULT, "plans", "daily", "rules", "daily", "copy_actions", _OWN_VAULT, "target_backup_vault_arn"
)
_RANGES = {"CidrIp": "CidrIp: 203.0.113.0/24", "CidrIpv6": "CidrIpv6: 2001:db8::/32"}


def _openings(port: str, side: str = "Ingress") -> Mapping[str, str | Choice]:
    rule = f"IpProtocol: tcp\nFromPort: {port}\nToPort: {port}\n"
    group = {name: _within(rule + text, f"SecurityGroup{side}[]") for name, text in _RANGES.items()}
    return {"AWS::EC2::SecurityGroup": Choice(group), f"AWS::EC2::SecurityGroup{side}": Choice(_RANGES)}


_NOT_PUBLIC = "PubliclyAccessible: false"

REMEDIES: Remedies = {
    "SNAP201": {
        "AWS::AutoScaling::LaunchConfiguration": _within("Encrypted: true", "BlockDeviceMappings[]", "Ebs"),
        "AWS::DRS::ReplicationConfigurationTemplate": (
            "EbsEncryption: CUSTOM\nEbsEncryptionKeyArn: !GetAtt CopiesKey.Arn"
        ),
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
        "AWS::WorkspacesInstances::Volume": _encrypted(),
        "AWS::WorkspacesInstances::WorkspaceInstance": _within(_DEVICE, "ManagedInstance"),
    },
    "SNAP202": {"AWS::DLM::LifecyclePolicy": _LIFECYCLE_COPY},
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
    "SNAP206": {
        "AWS::RDS::DBInstance": (
            "AutomaticBackupReplicationKmsKeyId: arn:aws:kms:eu-central-1:111122223333:alias/backups"
        ),
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
        "AWS::Organizations::Policy": _OWN_COPIES,
    },
    "SNAP301": _SHARES,
    "SNAP302": {
        **_SHARES,
        "AWS::RAM::PrincipalAssociation": f"Principal: {_OWN}",
        "AWS::RAM::ResourceShare": "AllowExternalPrincipals: false",
    },
    "SNAP303": {
        "AWS::EC2::SnapshotBlockPublicAccess": "State: block-all-sharing",
        "AWS::Organizations::Policy": Choice(_NO_PUBLIC_COPIES),
    },
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
        ),
        "AWS::Organizations::Policy": _OWN_COPIES,
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
