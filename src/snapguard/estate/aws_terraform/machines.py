"""Terraform's AWS resources as machines, databases and what they are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from snapguard.estate.aws_terraform.publishers import PUBLISHERS
from snapguard.estate.machines import (
    OWN_GROUPS,
    Artefact,
    Attachment,
    Database,
    Disk,
    Machine,
    Source,
    disk,
    engine_ports,
    first_present,
    present,
    structured,
    written,
)
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Known, Unknown, Value


def machines(root: Root) -> Iterator[Machine]:
    """Everything in the root that starts machines, and the templates of machines."""
    for resource in root.resources_of(*_MACHINES):
        yield from _MACHINES[resource.type](resource)


def _disks(resource_or_block: Resource | Value) -> list[Disk]:
    blocks = written(resource_or_block.get("ebs_block_device"))
    return [disk(block.get("device_name"), block.get("snapshot_id")) for block in blocks]


def _instance(resource: Resource) -> Iterator[Machine]:
    interfaces = resource.get("network_interface").elements()
    yield Machine(
        resource,
        image=resource.get("ami"),
        disks=_disks(resource),
        template=_template(resource.get("launch_template")),
        groups=present(resource.get("vpc_security_group_ids"), resource.get("security_groups")),
        interfaces=present(
            *(block.get("network_interface_id") for block in interfaces),
            resource.at("primary_network_interface", "network_interface_id"),
        ),
        subnets=present(resource.get("subnet_id")),
        public=present(resource.get("associate_public_ip_address")),
    )


def _template(block: Value, prefix: str = "") -> Value:
    content = block.known_list
    if content is not None:
        block = content[0].within(block) if content else ABSENT
    return first_present(block.get(f"{prefix}id"), block.get(f"{prefix}name"))


def _launch_template(resource: Resource) -> Iterator[Machine]:
    mappings = written(resource.get("block_device_mappings"))
    interfaces = resource.get("network_interfaces").elements()
    yield Machine(
        resource,
        image=resource.get("image_id"),
        disks=[disk(block.get("device_name"), block.at("ebs", "snapshot_id")) for block in mappings],
        groups=present(
            resource.get("vpc_security_group_ids"),
            resource.get("security_group_names"),
            *(block.get("security_groups") for block in interfaces),
        ),
        interfaces=present(*(block.get("network_interface_id") for block in interfaces)),
        subnets=present(*(block.get("subnet_id") for block in interfaces)),
        public=present(*(block.get("associate_public_ip_address") for block in interfaces)),
        names=present(resource.get("name"), resource.get("id")),
        is_template=True,
    )


def _launch_configuration(resource: Resource) -> Iterator[Machine]:
    yield Machine(
        resource,
        image=resource.get("image_id"),
        disks=_disks(resource),
        groups=present(resource.get("security_groups")),
        public=present(resource.get("associate_public_ip_address")),
        names=present(resource.get("name")),
        is_template=True,
    )


def _autoscaling_group(resource: Resource) -> Iterator[Machine]:
    mixed = resource.at("mixed_instances_policy", "launch_template")
    overrides = written(mixed.at("override"))
    templates = present(
        _template(resource.get("launch_template")),
        resource.get("launch_configuration"),
        _template(mixed.at("launch_template_specification"), "launch_template_"),
        *(_template(override.get("launch_template_specification"), "launch_template_") for override in overrides),
    )
    subnets = present(resource.get("vpc_zone_identifier"))
    for template in templates:
        yield Machine(resource, template=template, subnets=subnets)


def _spot_fleet(resource: Resource) -> Iterator[Machine]:
    for block in written(resource.get("launch_specification")):
        yield Machine(
            resource,
            image=block.get("ami"),
            disks=_disks(block),
            groups=present(block.get("vpc_security_group_ids")),
            subnets=present(block.get("subnet_id")),
            public=present(block.get("associate_public_ip_address")),
        )
    for block in written(resource.get("launch_template_config")):
        yield Machine(resource, template=_template(block.get("launch_template_specification")))


def _fleet(resource: Resource) -> Iterator[Machine]:
    for block in written(resource.get("launch_template_config")):
        yield Machine(resource, template=_template(block.get("launch_template_specification"), "launch_template_"))


def _batch_environment(resource: Resource) -> Iterator[Machine]:
    configurations = written(resource.at("compute_resources", "ec2_configuration"))
    yield Machine(
        resource,
        image=first_present(
            *(block.get("image_id_override") for block in configurations),
            resource.at("compute_resources", "image_id"),
        ),
        template=_template(resource.at("compute_resources", "launch_template"), "launch_template_"),
        groups=present(resource.at("compute_resources", "security_group_ids")),
        subnets=present(resource.at("compute_resources", "subnets")),
    )


def _node_group(resource: Resource) -> Iterator[Machine]:
    yield Machine(resource, template=_template(resource.get("launch_template")), subnets=[OWN_GROUPS])


def _emr_cluster(resource: Resource) -> Iterator[Machine]:
    yield Machine(
        resource,
        image=resource.get("custom_ami_id"),
        groups=present(
            resource.at("ec2_attributes", "emr_managed_master_security_group"),
            resource.at("ec2_attributes", "additional_master_security_groups"),
            resource.at("ec2_attributes", "emr_managed_slave_security_group"),
            resource.at("ec2_attributes", "additional_slave_security_groups"),
        ),
        subnets=[OWN_GROUPS],
    )


def _container_service(resource: Resource) -> Iterator[Machine]:
    volumes = written(resource.get("volume_configuration"))
    yield Machine(
        resource,
        disks=[disk(block.get("name"), block.at("managed_ebs_volume", "snapshot_id")) for block in volumes],
        groups=present(resource.at("network_configuration", "security_groups")),
        subnets=present(resource.at("network_configuration", "subnets")),
    )


def _restore_test(resource: Resource) -> Iterator[Machine]:
    """The machines that AWS Backup restores on a schedule to see whether it can."""
    if resource.get("protected_resource_type").known_text == "EC2":
        copies = first_present(resource.get("protected_resource_arns"), resource.get("protected_resource_type"))
        groups = resource.get("restore_metadata_overrides").get("securityGroupIds")
        yield Machine(
            resource,
            disks=[Disk(ABSENT, Source(copies, "restores copies of", is_snapshot=True))],
            groups=present(structured(groups)),
            subnets=[OWN_GROUPS],
        )


_MACHINES: dict[str, Callable[[Resource], Iterator[Machine]]] = {
    "aws_instance": _instance,
    "aws_spot_instance_request": _instance,
    "aws_launch_template": _launch_template,
    "aws_launch_configuration": _launch_configuration,
    "aws_autoscaling_group": _autoscaling_group,
    "aws_spot_fleet_request": _spot_fleet,
    "aws_ec2_fleet": _fleet,
    "aws_batch_compute_environment": _batch_environment,
    "aws_eks_node_group": _node_group,
    "aws_emr_cluster": _emr_cluster,
    "aws_ecs_service": _container_service,
    "aws_backup_restore_testing_selection": _restore_test,
}


def attachments(root: Root) -> Iterator[Attachment]:
    """The volumes that are put on machines by a resource of their own."""
    for resource in root.resources_of("aws_volume_attachment"):
        yield Attachment(resource.get("instance_id"), resource.get("volume_id"), resource)


def artefacts(root: Root) -> Iterator[Artefact]:
    """The volumes, snapshots and images of the root, those that it looks up among them."""
    for resource in root.resources_of(*_ARTEFACTS):
        yield _ARTEFACTS[resource.type](resource)
    for resource in root.data_sources_of(*_FOUND_ARTEFACTS):
        yield _FOUND_ARTEFACTS[resource.type](resource)


def _volume(resource: Resource) -> Artefact:
    source = Source(resource.get("snapshot_id"), "is made from snapshot", is_snapshot=True)
    return Artefact(resource, "volume", [source])


def _volume_copy(resource: Resource) -> Artefact:
    source = Source(resource.get("source_volume_id"), "is a copy of volume")
    return Artefact(resource, "volume", [source], is_copy=True)


def _snapshot(resource: Resource) -> Artefact:
    source = Source(resource.get("volume_id"), "is a snapshot of")
    return Artefact(resource, "snapshot", [source], is_copy=True)


def _snapshot_copy(resource: Resource) -> Artefact:
    source = Source(resource.get("source_snapshot_id"), "is a copy of snapshot", is_snapshot=True)
    return Artefact(resource, "snapshot", [source], is_copy=True)


def _snapshot_import(resource: Resource) -> Artefact:
    return Artefact(resource, "snapshot", [], is_copy=True)


def _image(resource: Resource) -> Artefact:
    return Artefact(resource, "image", [each.source for each in _disks(resource)])


def _image_copy(resource: Resource) -> Artefact:
    return Artefact(resource, "image", [Source(resource.get("source_ami_id"), "is a copy of image")])


def _image_of_instance(resource: Resource) -> Artefact:
    source = Source(resource.get("source_instance_id"), "is an image of the disks of")
    return Artefact(resource, "image", [source], is_copy=True)


def _built_image(resource: Resource) -> Artefact:
    return Artefact(resource, "image", [Source(resource.get("image_recipe_arn"), "is built by")])


def _image_recipe(resource: Resource) -> Artefact:
    blocks = written(resource.get("block_device_mapping"))
    disks = [disk(block.get("device_name"), block.at("ebs", "snapshot_id")).source for block in blocks]
    return Artefact(resource, "image", [*disks, Source(resource.get("parent_image"), "builds on")])


_ARTEFACTS: dict[str, Callable[[Resource], Artefact]] = {
    "aws_ebs_volume": _volume,
    "aws_ebs_volume_copy": _volume_copy,
    "aws_ebs_snapshot": _snapshot,
    "aws_ebs_snapshot_copy": _snapshot_copy,
    "aws_ebs_snapshot_import": _snapshot_import,
    "aws_ami": _image,
    "aws_ami_copy": _image_copy,
    "aws_ami_from_instance": _image_of_instance,
    "aws_imagebuilder_image": _built_image,
    "aws_imagebuilder_image_recipe": _image_recipe,
}


def _found_snapshot(resource: Resource) -> Artefact:
    return Artefact(resource, "snapshot", [], is_copy=True)


def _found_image(resource: Resource) -> Artefact:
    return Artefact(resource, "image", [], is_copy=_is_private_image(resource))


_FOUND_ARTEFACTS: dict[str, Callable[[Resource], Artefact]] = {
    "aws_ebs_snapshot": _found_snapshot,
    "aws_ebs_snapshot_ids": _found_snapshot,
    "aws_ami": _found_image,
    "aws_ami_ids": _found_image,
}


def _is_private_image(resource: Resource) -> bool | None:
    """Whether a search for an image finds one's own, or one that another account shared.

    It does where the owners are this account or others that publish nothing, and where it asks for images that are
    not public. Without owners, and with those that publish for everybody, an image is not a restored disk; where both
    are searched nobody can tell.
    """
    filters = {block.get("name").known_text: block.get("values") for block in written(resource.get("filter"))}
    for wanted in present(resource.get("executable_users"), filters.get("is-public", ABSENT)):
        if wanted.known_text in {"self", "false"}:
            return True
        if wanted.known_text in {"all", "true"}:
            return False
    owners = present(resource.get("owners"), *(filters.get(name, ABSENT) for name in ("owner-id", "owner-alias")))
    answers = {_is_private_owner(owner) for owner in owners}
    return answers.pop() if len(answers) == 1 else None if answers else False


def _is_private_owner(owner: Value) -> bool | None:
    if any(_is_own_account(ref.address, ref.attribute) for ref in owner.refs):
        return True
    return owner.verdict(lambda name: name == "self" or (str(name).isdigit() and str(name) not in PUBLISHERS))


def _is_own_account(address: str, attribute: str) -> bool:
    return "data.aws_caller_identity." in f".{address}" and attribute == "account_id"


def databases(root: Root) -> Iterator[Database]:
    """The databases that can be restored from a snapshot or backup, and the instances of clusters."""
    for resource in root.resources_of(*_DATABASES):
        yield _DATABASES[resource.type](resource)


def _restored(*values: Value) -> list[Source]:
    return [Source(value, "is restored from", is_snapshot=True) for value in present(*values)]


def _not_public() -> Value:
    return Known(False)


def _db_instance(resource: Resource) -> Database:
    backup = resource.get("restore_to_point_in_time")
    return Database(
        resource,
        sources=_restored(
            resource.get("snapshot_identifier"),
            _inner(backup, "source_db_instance_identifier"),
            _inner(backup, "source_dbi_resource_id"),
            _inner(backup, "source_db_instance_automated_backups_arn"),
            resource.at("s3_import", "bucket_name"),
        ),
        public=resource.get("publicly_accessible"),
        groups=present(resource.get("vpc_security_group_ids")),
        port=resource.get("port"),
        port_attributes=["port"],
        ports=engine_ports(resource.get("engine")),
        subnet=first_present(resource.get("db_subnet_group_name")),
    )


def _inner(block: Value, name: str) -> Value:
    """An attribute of a block that may stand only once, where the block is known to be written."""
    return next((each.get(name) for each in written(block)), ABSENT)


def _cluster(resource: Resource, ports: tuple[int, ...]) -> Database:
    backup = resource.get("restore_to_point_in_time")
    return Database(
        resource,
        sources=_restored(
            resource.get("snapshot_identifier"),
            _inner(backup, "source_cluster_identifier"),
            _inner(backup, "source_cluster_resource_id"),
            resource.at("s3_import", "bucket_name"),
        ),
        public=_not_public(),
        groups=present(resource.get("vpc_security_group_ids")),
        port=resource.get("port"),
        port_attributes=["port"],
        ports=ports,
        names=present(resource.get("cluster_identifier")),
        subnet=first_present(resource.get("db_subnet_group_name"), resource.get("neptune_subnet_group_name")),
    )


def _rds_cluster(resource: Resource) -> Database:
    return _cluster(resource, engine_ports(resource.get("engine")))


def _docdb_cluster(resource: Resource) -> Database:
    return _cluster(resource, (27017,))


def _neptune_cluster(resource: Resource) -> Database:
    return _cluster(resource, (8182,))


def _cluster_instance(resource: Resource) -> Database:
    return Database(
        resource,
        sources=[],
        public=resource.get("publicly_accessible"),
        groups=[],
        port=ABSENT,
        ports=(),
        cluster=resource.get("cluster_identifier"),
    )


def _redshift_cluster(resource: Resource) -> Database:
    public = resource.get("publicly_accessible")
    if public.is_absent:
        public = Unknown("version 5 of the provider makes a cluster public where nothing is written, later ones do not")
    return Database(
        resource,
        sources=_restored(resource.get("snapshot_identifier"), resource.get("snapshot_arn")),
        public=public,
        groups=present(resource.get("vpc_security_group_ids")),
        port=resource.get("port"),
        port_attributes=["port"],
        ports=(5439,),
        subnet=first_present(resource.get("cluster_subnet_group_name")),
    )


def _cache(resource: Resource) -> Database:
    is_memcached = resource.get("engine").known_text == "memcached"
    return Database(
        resource,
        sources=_restored(
            resource.get("snapshot_name"), resource.get("snapshot_arns"), resource.get("snapshot_arns_to_restore")
        ),
        public=_not_public(),
        groups=present(resource.get("security_group_ids")),
        port=resource.get("port"),
        port_attributes=["port"],
        ports=(11211,) if is_memcached else (6379,),
        subnet=first_present(resource.get("subnet_group_name"), resource.get("subnet_ids")),
    )


def _restored_by_test(resource: Resource) -> Database:
    """The databases that AWS Backup restores on a schedule to see whether it can."""
    is_database = resource.get("protected_resource_type").known_text in {"RDS", "Aurora"}
    copies = first_present(resource.get("protected_resource_arns"), resource.get("protected_resource_type"))
    overrides = resource.get("restore_metadata_overrides")
    return Database(
        resource,
        sources=[Source(copies, "restores copies of", is_snapshot=True)] if is_database else [],
        public=overrides.get("publiclyAccessible"),
        groups=present(structured(overrides.get("vpcSecurityGroupIds"))),
        port=ABSENT,
        ports=engine_ports(ABSENT),
    )


_DATABASES: dict[str, Callable[[Resource], Database]] = {
    "aws_db_instance": _db_instance,
    "aws_rds_cluster": _rds_cluster,
    "aws_rds_cluster_instance": _cluster_instance,
    "aws_docdb_cluster": _docdb_cluster,
    "aws_neptune_cluster": _neptune_cluster,
    "aws_neptune_cluster_instance": _cluster_instance,
    "aws_redshift_cluster": _redshift_cluster,
    "aws_elasticache_cluster": _cache,
    "aws_elasticache_replication_group": _cache,
    "aws_elasticache_serverless_cache": _cache,
    "aws_memorydb_cluster": _cache,
    "aws_backup_restore_testing_selection": _restored_by_test,
}
