"""Databases, clusters, caches, file systems and warehouses of CloudFormation templates.

What always is encrypted (FSx, DynamoDB, MemoryDB, the serverless kinds) is left out. The language can't copy a
snapshot of a database by itself, but it can have all of them copied to another Region.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.storage import DatabaseCopy, DataStore, Medium, Snapshot, encrypts_by_itself
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Reference, Unknown, Value, unless_empty

CLUSTERS = {
    "AWS::RDS::DBCluster": "the database cluster",
    "AWS::DocDB::DBCluster": "the document database cluster",
    "AWS::Neptune::DBCluster": "the graph database cluster",
}
WAREHOUSE_COPY = "the copy of the warehouse's snapshots in another Region"
GLOBAL_CLUSTERS = ("AWS::DocDB::GlobalCluster", "AWS::Neptune::GlobalCluster", "AWS::RDS::GlobalCluster")
INSTANCE_SOURCES = (
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "SourceDBInstanceIdentifier",
    "SourceDbiResourceId",
    "SourceDBInstanceAutomatedBackupsArn",
    "SourceDBClusterIdentifier",
)
CLUSTER_SOURCES = (
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDbClusterResourceId",
    "ReplicationSourceIdentifier",
    "GlobalClusterIdentifier",
)


def data_stores(root: Root) -> Iterator[DataStore]:
    """Every store whose encryption is a choice; a database in a cluster follows the cluster and is left out."""
    for resource in root.resources_of("AWS::RDS::DBInstance"):
        if resource.get("DBClusterIdentifier").is_absent:
            origin = _first(resource, INSTANCE_SOURCES)
            yield _store(resource, "the database", encrypted=resource.get("StorageEncrypted"), origin=origin)
    for resource in root.resources_of(*CLUSTERS):
        yield _cluster(resource)
    for resource in root.resources_of(*GLOBAL_CLUSTERS):
        origin, encrypted = resource.get("SourceDBClusterIdentifier"), resource.get("StorageEncrypted")
        yield DataStore(resource, "the global database cluster", encrypted=encrypted, origin=origin)
    for resource in root.resources_of("AWS::Redshift::Cluster"):
        yield _store(resource, "the warehouse", encrypted=resource.get("Encrypted"), by_service=True)
    for resource in root.resources_of("AWS::EFS::FileSystem"):
        yield _store(resource, "the file system", encrypted=resource.get("Encrypted"))
    for resource in root.resources_of("AWS::ElastiCache::ReplicationGroup"):
        yield _store(
            resource,
            "the cache",
            encrypted=resource.get("AtRestEncryptionEnabled"),
            origin=resource.get("GlobalReplicationGroupId"),
            by_service=resource.get("Engine").verdict(lambda engine: engine == "valkey"),
            kind=resource.get("Engine"),
        )
    for resource in root.resources_of("AWS::ElastiCache::CacheCluster"):
        engine = resource.get("Engine")
        is_redis = engine.verdict(lambda name: name == "redis")
        if is_redis is not False:
            by_service = False if is_redis else None
            yield DataStore(resource, "the cache of a single cluster", by_service=by_service, kind=engine)


def _cluster(resource: Resource) -> DataStore:
    """A cluster: one that is restored with a key is encrypted by it (RDS API: RestoreDBClusterFromSnapshot)."""
    origin = _first(resource, CLUSTER_SOURCES)
    mode = resource.get("EngineMode")
    serverless = mode.verdict(lambda text: text == "serverless")
    return _store(
        resource,
        CLUSTERS[resource.type],
        encrypted=resource.get("StorageEncrypted"),
        origin=origin,
        by_service=encrypts_by_itself(origin, resource.get("KmsKeyId"), serverless),
        kind=mode,
    )


def _store(
    resource: Resource,
    subject: str,
    *,
    encrypted: Value,
    origin: Value = ABSENT,
    by_service: bool | None = False,
    kind: Value = ABSENT,
) -> DataStore:
    key = resource.get("KmsKeyId")
    return DataStore(resource, subject, encrypted=encrypted, origin=origin, key=key, by_service=by_service, kind=kind)


def database_snapshots(root: Root) -> Iterator[Medium]:
    """Every snapshot of a database or cluster."""
    for resource in root.resources_of("AWS::RDS::DBSnapshot"):
        yield Snapshot(resource, "the database snapshot", origin=resource.get("DBInstanceIdentifier"))
    for resource in root.resources_of("AWS::RDS::ClusterSnapshot"):
        yield Snapshot(resource, "the cluster snapshot", origin=resource.get("DBClusterIdentifier"))


def database_copies(root: Root) -> Iterator[DatabaseCopy]:
    """The copies of backups and snapshots that a database or warehouse has made in another Region."""
    for resource in root.resources_of("AWS::RDS::DBInstance"):
        region, key = resource.get("AutomaticBackupReplicationRegion"), "AutomaticBackupReplicationKmsKeyId"
        if not unless_empty(region).is_absent:
            yield _own_copy(resource, "the copy of the database's backups", region, key, goes_to=region)
    for resource in root.resources_of("AWS::Redshift::Cluster"):
        region = resource.get("DestinationRegion")
        if not unless_empty(region).is_absent:
            yield _own_copy(resource, WAREHOUSE_COPY, region, "SnapshotCopyGrantName")


def _own_copy(
    resource: Resource, subject: str, place: Value, key_name: str, *, goes_to: Value = ABSENT
) -> DatabaseCopy:
    return DatabaseCopy(
        resource,
        subject,
        origin=Unknown("it is the database itself", (Reference(resource.address),)),
        key=resource.get(key_name),
        region=goes_to,
        is_setting=True,
        place=place.place,
    )


def _first(resource: Resource, names: tuple[str, ...]) -> Value:
    values = (resource.get(name) for name in names)
    return next((value for value in values if not value.is_absent), ABSENT)
