"""Databases, clusters, caches, file systems and warehouses of the Terraform AWS provider (5.x and 6.x).

What always is encrypted (FSx, DynamoDB, MemoryDB, the serverless kinds) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.entities import addresses_named
from snapguard.estate.storage import (
    DatabaseCopy,
    DataStore,
    Medium,
    Snapshot,
    encrypts_by_itself,
    if_given,
    is_given,
)
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Reference, Unknown, Value, each, unless_empty

CLUSTERS = {
    "aws_rds_cluster": ("the database cluster", "kms_key_id"),
    "aws_docdb_cluster": ("the document database cluster", "kms_key_id"),
    "aws_neptune_cluster": ("the graph database cluster", "kms_key_arn"),
}
WAREHOUSE_COPY = "the copy of the warehouse's snapshots in another Region"
GLOBAL_CLUSTERS = ("aws_docdb_global_cluster", "aws_neptune_global_cluster", "aws_rds_global_cluster")
SNAPSHOTS = {
    "aws_db_snapshot": ("the database snapshot", "db_instance_identifier"),
    "aws_db_cluster_snapshot": ("the cluster snapshot", "db_cluster_identifier"),
    "aws_docdb_cluster_snapshot": ("the cluster snapshot", "db_cluster_identifier"),
    "aws_neptune_cluster_snapshot": ("the cluster snapshot", "db_cluster_identifier"),
    "aws_elasticache_global_replication_group": ("the global cache", "primary_replication_group_id"),
}


def data_stores(root: Root) -> Iterator[DataStore]:
    """Every store whose encryption is a choice."""
    for resource in root.resources_of("aws_db_instance"):
        yield DataStore(
            resource,
            "the database",
            encrypted=resource.get("storage_encrypted"),
            origin=_first(
                resource.get("snapshot_identifier"),
                resource.get("replicate_source_db"),
                *_point_in_time(resource, "source_db_instance_identifier", "source_dbi_resource_id"),
                *_point_in_time(resource, "source_db_instance_automated_backups_arn"),
            ),
            key=resource.get("kms_key_id"),
        )
    for resource in root.resources_of(*CLUSTERS):
        yield _cluster(resource, *CLUSTERS[resource.type])
    for resource in root.resources_of(*GLOBAL_CLUSTERS):
        encrypted, origin = resource.get("storage_encrypted"), resource.get("source_db_cluster_identifier")
        yield DataStore(resource, "the global database cluster", encrypted=encrypted, origin=origin)
    for resource in root.resources_of("aws_redshift_cluster"):
        encrypted, key = resource.get("encrypted"), resource.get("kms_key_id")
        yield DataStore(resource, "the warehouse", encrypted=encrypted, key=key, by_service=True)
    for resource in root.resources_of("aws_efs_file_system"):
        encrypted, key = resource.get("encrypted"), resource.get("kms_key_id")
        yield DataStore(resource, "the file system", encrypted=encrypted, key=key)
    yield from _caches(root)


def _cluster(resource: Resource, subject: str, key_name: str) -> DataStore:
    """A cluster: one that is restored with a key is encrypted by it (RDS API: RestoreDBClusterFromSnapshot)."""
    key = unless_empty(resource.get(key_name))
    origin = _first(
        resource.get("snapshot_identifier"),
        resource.get("replication_source_identifier"),
        *_point_in_time(resource, "source_cluster_identifier", "source_cluster_resource_id"),
        resource.get("global_cluster_identifier"),
    )
    mode = resource.get("engine_mode")
    return DataStore(
        resource,
        subject,
        encrypted=resource.get("storage_encrypted"),
        origin=origin,
        key=key,
        by_service=encrypts_by_itself(origin, key, mode.verdict(lambda text: text == "serverless")),
        kind=mode,
    )


def _caches(root: Root) -> Iterator[DataStore]:
    for resource in root.resources_of("aws_elasticache_replication_group"):
        engine = resource.get("engine")
        yield DataStore(
            resource,
            "the cache",
            encrypted=resource.get("at_rest_encryption_enabled"),
            origin=resource.get("global_replication_group_id"),
            key=resource.get("kms_key_id"),
            by_service=engine.verdict(lambda name: name == "valkey"),
            kind=engine,
        )
    for resource in root.resources_of("aws_elasticache_cluster"):
        engine, group = resource.get("engine"), unless_empty(resource.get("replication_group_id"))
        is_redis = engine.verdict(lambda name: name == "redis")
        is_member = is_given(group) and not _is_variable(group)
        if is_redis is not False and not is_member:
            is_alone = is_redis and group.is_absent
            by_service, kind = False if is_alone else None, group if is_redis else engine
            yield DataStore(resource, "the cache of a single cluster", by_service=by_service, kind=kind)


def _is_variable(value: Value) -> bool:
    """Whether a variable stands for it that nobody has given a value: it may be null."""
    return bool(value.refs) and all(reference.address.split(".")[-2:-1] == ["var"] for reference in value.refs)


def database_snapshots(root: Root) -> Iterator[Medium]:
    """Every snapshot of a database or cluster, and what else passes on the encryption of one."""
    for resource in root.resources_of(*SNAPSHOTS):
        subject, source = SNAPSHOTS[resource.type]
        yield Snapshot(resource, subject, origin=resource.get(source))


def database_copies(root: Root) -> Iterator[DatabaseCopy]:
    """Every copy of a database's snapshot, and the replication of its backups to another Region."""
    for resource in root.resources_of("aws_db_snapshot_copy"):
        yield _copy(resource, "the copy of the database snapshot", "source_db_snapshot_identifier")
    for resource in root.resources_of("aws_rds_cluster_snapshot_copy"):
        yield _copy(resource, "the copy of the cluster snapshot", "source_db_cluster_snapshot_identifier")
    for resource in root.resources_of("aws_db_instance_automated_backups_replication"):
        yield _copy(resource, "the copy of the database's backups", "source_db_instance_arn")
    yield from _warehouse_copies(root)


def _warehouse_copies(root: Root) -> Iterator[DatabaseCopy]:
    """The copies of warehouses' snapshots in another Region: plain only where the root makes a plain warehouse."""
    for resource in root.resources_of("aws_redshift_snapshot_copy"):
        cluster, grant = resource.get("cluster_identifier"), resource.get("snapshot_copy_grant_name")
        if any(root.find(address) for address in addresses_named(cluster)):
            yield DatabaseCopy(resource, WAREHOUSE_COPY, origin=cluster, key=grant)
    for resource in root.resources_of("aws_redshift_cluster"):
        for block in each(resource.get("snapshot_copy")):
            yield DatabaseCopy(
                resource,
                WAREHOUSE_COPY,
                origin=Unknown("it is the warehouse itself", (Reference(resource.address),)),
                key=if_given(block.get("grant_name"), block),
                is_setting=True,
                place=block.place,
            )


def _copy(resource: Resource, subject: str, source: str) -> DatabaseCopy:
    key, region = resource.get("kms_key_id"), resource.get("destination_region")
    return DatabaseCopy(resource, subject, origin=resource.get(source), key=key, region=region)


def _point_in_time(resource: Resource, *names: str) -> list[Value]:
    return [resource.at("restore_to_point_in_time", name) for name in names]


def _first(*values: Value) -> Value:
    return next((value for value in values if not unless_empty(value).is_absent), ABSENT)
