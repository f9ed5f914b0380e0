"""Where keys are used in CloudFormation templates."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.keys import KeyAlias, KeyUse
from snapguard.resources import Root
from snapguard.values import each

# The properties that name the key of what a resource stores or copies.
KEY_PROPERTIES = {
    "AWS::Backup::BackupVault": ("EncryptionKeyArn",),
    "AWS::Backup::LogicallyAirGappedBackupVault": ("EncryptionKeyArn",),
    "AWS::Cassandra::Table": ("EncryptionSpecification.KmsKeyIdentifier",),
    "AWS::DLM::LifecyclePolicy": (
        "PolicyDetails.Schedules.CrossRegionCopyRules.CmkArn",
        "PolicyDetails.Actions.CrossRegionCopy.EncryptionConfiguration.CmkArn",
    ),
    "AWS::DRS::ReplicationConfigurationTemplate": ("EbsEncryptionKeyArn",),
    "AWS::DSQL::Cluster": ("KmsEncryptionKey",),
    "AWS::DocDB::DBCluster": ("KmsKeyId",),
    "AWS::DocDBElastic::Cluster": ("KmsKeyId",),
    "AWS::DynamoDB::GlobalTable": ("Replicas.SSESpecification.KMSMasterKeyId",),
    "AWS::DynamoDB::Table": ("SSESpecification.KMSMasterKeyId",),
    "AWS::EC2::EC2Fleet": ("LaunchTemplateConfigs.Overrides.BlockDeviceMappings.Ebs.KmsKeyId",),
    "AWS::EC2::Instance": ("BlockDeviceMappings.Ebs.KmsKeyId",),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateData.BlockDeviceMappings.Ebs.KmsKeyId",),
    "AWS::EC2::Volume": ("KmsKeyId",),
    "AWS::ECS::Cluster": ("Configuration.ManagedStorageConfiguration.KmsKeyId",),
    "AWS::ECS::Service": ("VolumeConfigurations.ManagedEBSVolume.KmsKeyId",),
    "AWS::EFS::FileSystem": ("KmsKeyId", "ReplicationConfiguration.Destinations.KmsKeyId"),
    "AWS::ElastiCache::ReplicationGroup": ("KmsKeyId",),
    "AWS::ElastiCache::ServerlessCache": ("KmsKeyId",),
    "AWS::ElastiCache::ServerlessCacheSnapshot": ("KmsKeyId",),
    "AWS::ElastiCache::Snapshot": ("KmsKeyId",),
    "AWS::Elasticsearch::Domain": ("EncryptionAtRestOptions.KmsKeyId",),
    "AWS::FSx::FileCache": ("KmsKeyId",),
    "AWS::FSx::FileSystem": ("KmsKeyId",),
    "AWS::ImageBuilder::DistributionConfiguration": ("Distributions.AmiDistributionConfiguration.KmsKeyId",),
    "AWS::ImageBuilder::ImageRecipe": ("BlockDeviceMappings.Ebs.KmsKeyId",),
    "AWS::MemoryDB::Cluster": ("KmsKeyId",),
    "AWS::MemoryDB::Snapshot": ("KmsKeyId",),
    "AWS::Neptune::DBCluster": ("KmsKeyId",),
    "AWS::NeptuneGraph::Graph": ("KmsKeyIdentifier",),
    "AWS::OpenSearchService::Domain": ("EncryptionAtRestOptions.KmsKeyId",),
    "AWS::RDS::DBCluster": ("KmsKeyId",),
    "AWS::RDS::DBInstance": ("KmsKeyId", "AutomaticBackupReplicationKmsKeyId"),
    "AWS::Redshift::Cluster": ("KmsKeyId",),
    "AWS::Redshift::SnapshotCopyGrant": ("KmsKeyId",),
    "AWS::RedshiftServerless::Namespace": ("KmsKeyId", "SnapshotCopyConfigurations.DestinationKmsKeyId"),
    "AWS::StorageGateway::Volume": ("KMSKey",),
    "AWS::Timestream::Database": ("KmsKeyId",),
    "AWS::WorkSpaces::Workspace": ("VolumeEncryptionKey",),
    "AWS::WorkspacesInstances::Volume": ("KmsKeyId",),
    "AWS::WorkspacesInstances::WorkspaceInstance": ("ManagedInstance.BlockDeviceMappings.Ebs.KmsKeyId",),
}


def key_uses(root: Root) -> Iterator[KeyUse]:
    """Every use of a key to protect what is stored or copied."""
    for resource in root.resources_of(*KEY_PROPERTIES):
        for path in KEY_PROPERTIES[resource.type]:
            first, *rest = path.split(".")
            for key in each(resource.get(first), *rest):
                yield KeyUse(resource, key)


def key_aliases(root: Root) -> Iterator[KeyAlias]:
    """Every alias of a key."""
    for resource in root.resources_of("AWS::KMS::Alias"):
        yield KeyAlias(resource, resource.get("AliasName"), resource.get("TargetKeyId"))
