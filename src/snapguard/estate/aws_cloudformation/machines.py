"""CloudFormation's AWS resources as machines, databases and what they are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
from snapguard.values import ABSENT, Known, Unknown, Value, is_true


def machines(root: Root) -> Iterator[Machine]:
    """Everything in the root that starts machines, and the templates of machines."""
    for resource in root.resources_of(*_MACHINES):
        yield from _MACHINES[resource.type](resource)


def _disks(resource_or_block: Resource | Value) -> list[Disk]:
    blocks = written(resource_or_block.get("BlockDeviceMappings"))
    return [disk(block.get("DeviceName"), block.at("Ebs", "SnapshotId")) for block in blocks]


def _template(specification: Value) -> Value:
    return first_present(specification.get("LaunchTemplateId"), specification.get("LaunchTemplateName"))


def _instance(resource: Resource) -> Iterator[Machine]:
    interfaces = resource.get("NetworkInterfaces").elements()
    yield Machine(
        resource,
        image=resource.get("ImageId"),
        disks=_disks(resource),
        volumes=present(*(block.get("VolumeId") for block in resource.get("Volumes").elements())),
        template=_template(resource.get("LaunchTemplate")),
        groups=present(
            resource.get("SecurityGroupIds"),
            resource.get("SecurityGroups"),
            *(block.get("GroupSet") for block in interfaces),
        ),
        interfaces=present(*(block.get("NetworkInterfaceId") for block in interfaces)),
        subnets=present(resource.get("SubnetId"), *(block.get("SubnetId") for block in interfaces)),
        public=present(*(block.get("AssociatePublicIpAddress") for block in interfaces)),
    )


def _launch_template(resource: Resource) -> Iterator[Machine]:
    data = resource.get("LaunchTemplateData")
    interfaces = data.get("NetworkInterfaces").elements()
    yield Machine(
        resource,
        image=data.get("ImageId"),
        disks=_disks(data),
        groups=present(
            data.get("SecurityGroupIds"),
            data.get("SecurityGroups"),
            *(block.get("Groups") for block in interfaces),
        ),
        interfaces=present(*(block.get("NetworkInterfaceId") for block in interfaces)),
        subnets=present(*(block.get("SubnetId") for block in interfaces)),
        public=present(*(block.get("AssociatePublicIpAddress") for block in interfaces)),
        names=present(resource.get("LaunchTemplateName")),
        is_template=True,
    )


def _launch_configuration(resource: Resource) -> Iterator[Machine]:
    yield Machine(
        resource,
        image=resource.get("ImageId"),
        disks=_disks(resource),
        template=resource.get("InstanceId"),
        groups=present(resource.get("SecurityGroups")),
        public=present(resource.get("AssociatePublicIpAddress")),
        names=present(resource.get("LaunchConfigurationName")),
        is_template=True,
    )


def _autoscaling_group(resource: Resource) -> Iterator[Machine]:
    mixed = resource.at("MixedInstancesPolicy", "LaunchTemplate")
    common = _template(mixed.get("LaunchTemplateSpecification"))
    subnets = present(resource.get("VPCZoneIdentifier"))
    templates = present(
        _template(resource.get("LaunchTemplate")),
        resource.get("LaunchConfigurationName"),
        resource.get("InstanceId"),
        common,
    )
    for template in templates:
        yield Machine(resource, template=template, subnets=subnets)
    for override in written(mixed.get("Overrides")):
        template = first_present(_template(override.get("LaunchTemplateSpecification")), common)
        yield Machine(resource, template=template, image=override.get("ImageId"), subnets=subnets)


def _spot_fleet(resource: Resource) -> Iterator[Machine]:
    request = resource.get("SpotFleetRequestConfigData")
    for block in written(request.get("LaunchSpecifications")):
        interfaces = block.get("NetworkInterfaces").elements()
        yield Machine(
            resource,
            image=block.get("ImageId"),
            disks=_disks(block),
            groups=present(
                *(group.get("GroupId") for group in block.get("SecurityGroups").elements()),
                *(interface.get("Groups") for interface in interfaces),
            ),
            interfaces=present(*(interface.get("NetworkInterfaceId") for interface in interfaces)),
            subnets=present(block.get("SubnetId")),
            public=present(*(interface.get("AssociatePublicIpAddress") for interface in interfaces)),
        )
    for block in written(request.get("LaunchTemplateConfigs")):
        yield Machine(resource, template=_template(block.get("LaunchTemplateSpecification")))


def _fleet(resource: Resource) -> Iterator[Machine]:
    for block in written(resource.get("LaunchTemplateConfigs")):
        template = _template(block.get("LaunchTemplateSpecification"))
        overrides = written(block.get("Overrides"))
        if not overrides:
            yield Machine(resource, template=template)
        for override in overrides:
            interfaces = override.get("NetworkInterfaces").elements()
            yield Machine(
                resource,
                image=override.get("ImageId"),
                disks=_disks(override),
                template=template,
                groups=present(
                    override.get("SecurityGroupIds"), *(interface.get("Groups") for interface in interfaces)
                ),
                interfaces=present(*(interface.get("NetworkInterfaceId") for interface in interfaces)),
                subnets=present(override.get("SubnetId")),
                public=present(*(interface.get("AssociatePublicIpAddress") for interface in interfaces)),
            )


def _batch_environment(resource: Resource) -> Iterator[Machine]:
    configurations = written(resource.at("ComputeResources", "Ec2Configuration"))
    yield Machine(
        resource,
        image=first_present(
            *(block.get("ImageIdOverride") for block in configurations),
            resource.at("ComputeResources", "ImageId"),
        ),
        template=_template(resource.at("ComputeResources", "LaunchTemplate")),
        groups=present(resource.at("ComputeResources", "SecurityGroupIds")),
        subnets=present(resource.at("ComputeResources", "Subnets")),
    )


def _node_group(resource: Resource) -> Iterator[Machine]:
    template = first_present(resource.at("LaunchTemplate", "Id"), resource.at("LaunchTemplate", "Name"))
    yield Machine(resource, template=template, subnets=[OWN_GROUPS])


def _emr_cluster(resource: Resource) -> Iterator[Machine]:
    yield Machine(
        resource,
        image=resource.get("CustomAmiId"),
        groups=present(
            resource.at("Instances", "EmrManagedMasterSecurityGroup"),
            resource.at("Instances", "AdditionalMasterSecurityGroups"),
            resource.at("Instances", "EmrManagedSlaveSecurityGroup"),
            resource.at("Instances", "AdditionalSlaveSecurityGroups"),
        ),
        subnets=[OWN_GROUPS],
    )


def _container_service(resource: Resource) -> Iterator[Machine]:
    volumes = written(resource.get("VolumeConfigurations"))
    network = resource.at("NetworkConfiguration", "AwsvpcConfiguration")
    yield Machine(
        resource,
        disks=[disk(block.get("Name"), block.at("ManagedEBSVolume", "SnapshotId")) for block in volumes],
        groups=present(network.get("SecurityGroups")),
        subnets=present(network.get("Subnets")),
    )


def _restore_test(resource: Resource) -> Iterator[Machine]:
    """The machines that AWS Backup restores on a schedule to see whether it can."""
    if resource.get("ProtectedResourceType").known_text == "EC2":
        copies = first_present(resource.get("ProtectedResourceArns"), resource.get("ProtectedResourceType"))
        groups = resource.get("RestoreMetadataOverrides").get("securityGroupIds")
        yield Machine(
            resource,
            disks=[Disk(ABSENT, Source(copies, "restores copies of", is_snapshot=True))],
            groups=present(structured(groups)),
            subnets=[OWN_GROUPS],
        )


_MACHINES: dict[str, Callable[[Resource], Iterator[Machine]]] = {
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::AutoScaling::LaunchConfiguration": _launch_configuration,
    "AWS::AutoScaling::AutoScalingGroup": _autoscaling_group,
    "AWS::EC2::SpotFleet": _spot_fleet,
    "AWS::EC2::EC2Fleet": _fleet,
    "AWS::Batch::ComputeEnvironment": _batch_environment,
    "AWS::EKS::Nodegroup": _node_group,
    "AWS::EMR::Cluster": _emr_cluster,
    "AWS::ECS::Service": _container_service,
    "AWS::Backup::RestoreTestingSelection": _restore_test,
}


def attachments(root: Root) -> Iterator[Attachment]:
    """The volumes that are put on machines by a resource of their own."""
    for resource in root.resources_of("AWS::EC2::VolumeAttachment"):
        yield Attachment(resource.get("InstanceId"), resource.get("VolumeId"), resource)


def artefacts(root: Root) -> Iterator[Artefact]:
    """The volumes and images of the root; there is no EBS snapshot in CloudFormation."""
    for resource in root.resources_of(*_ARTEFACTS):
        yield _ARTEFACTS[resource.type](resource)


def _volume(resource: Resource) -> Artefact:
    snapshot = Source(resource.get("SnapshotId"), "is made from snapshot", is_snapshot=True)
    original = resource.get("SourceVolumeId")
    return Artefact(
        resource, "volume", [snapshot, Source(original, "is a copy of volume")], is_copy=bool(present(original))
    )


def _built_image(resource: Resource) -> Artefact:
    return Artefact(resource, "image", [Source(resource.get("ImageRecipeArn"), "is built by")])


def _image_recipe(resource: Resource) -> Artefact:
    disks = [each.source for each in _disks(resource)]
    return Artefact(resource, "image", [*disks, Source(resource.get("ParentImage"), "builds on")])


_ARTEFACTS: dict[str, Callable[[Resource], Artefact]] = {
    "AWS::EC2::Volume": _volume,
    "AWS::ImageBuilder::Image": _built_image,
    "AWS::ImageBuilder::ImageRecipe": _image_recipe,
}


PORT_ATTRIBUTES = (
    "ClusterEndpoint.Port",
    "ConfigurationEndPoint.Port",
    "ConfigurationEndpoint.Port",
    "Endpoint.Port",
    "Port",
    "PrimaryEndPoint.Port",
    "RedisEndpoint.Port",
    "Workgroup.Endpoint.Port",
)
"""What Fn::GetAtt calls the port of a database, cluster, cache or warehouse (resource provider schemas)."""


def databases(root: Root) -> Iterator[Database]:
    """The databases that can be restored from a snapshot or backup, and the instances of clusters."""
    for resource in root.resources_of(*_DATABASES):
        yield _DATABASES[resource.type](resource)


def _restored(*values: Value) -> list[Source]:
    return [Source(value, "is restored from", is_snapshot=True) for value in present(*values)]


def _or_by_subnets(public: Value) -> Value:
    return Unknown("it depends on the subnets where it is not written") if public.is_absent else public


def _or_private(public: Value) -> Value:
    return Known(False) if public.is_absent else public


def _past_state_of(resource: Resource, *sources: Value) -> list[Value]:
    """The database that is restored to an earlier point in time; without a time its copy is a replica of it."""
    is_asked = not resource.get("RestoreTime").is_absent or resource.get("UseLatestRestorableTime").verdict(is_true)
    return list(sources) if is_asked else []


def _db_instance(resource: Resource) -> Database:
    cluster = resource.get("DBClusterIdentifier")
    return Database(
        resource,
        sources=_restored(
            resource.get("DBSnapshotIdentifier"),
            resource.get("DBClusterSnapshotIdentifier"),
            resource.get("SourceDbiResourceId"),
            resource.get("SourceDBInstanceAutomatedBackupsArn"),
            *_past_state_of(resource, resource.get("SourceDBInstanceIdentifier")),
        ),
        public=_or_by_subnets(resource.get("PubliclyAccessible")),
        groups=present(resource.get("VPCSecurityGroups"), resource.get("DBSecurityGroups")),
        port=resource.get("Port"),
        port_attributes=PORT_ATTRIBUTES,
        ports=engine_ports(resource.get("Engine")),
        cluster=cluster,
        subnet=first_present(resource.get("DBSubnetGroupName")) if cluster.is_absent else None,
    )


def _cluster(resource: Resource, public: Value, port: Value, ports: tuple[int, ...]) -> Database:
    return Database(
        resource,
        sources=_restored(
            resource.get("SnapshotIdentifier"),
            resource.get("SourceDBClusterIdentifier"),
            resource.get("SourceDbClusterResourceId"),
        ),
        public=public,
        groups=present(resource.get("VpcSecurityGroupIds")),
        port=port,
        port_attributes=PORT_ATTRIBUTES,
        ports=ports,
        names=present(resource.get("DBClusterIdentifier")),
        subnet=first_present(resource.get("DBSubnetGroupName")),
    )


def _rds_cluster(resource: Resource) -> Database:
    public = _or_private(resource.get("PubliclyAccessible"))
    return _cluster(resource, public, resource.get("Port"), engine_ports(resource.get("Engine")))


def _docdb_cluster(resource: Resource) -> Database:
    return _cluster(resource, Known(False), resource.get("Port"), (27017,))


def _neptune_cluster(resource: Resource) -> Database:
    return _cluster(resource, Known(False), resource.get("DBPort"), (8182,))


def _neptune_instance(resource: Resource) -> Database:
    return Database(
        resource,
        sources=_restored(resource.get("DBSnapshotIdentifier")),
        public=_or_private(resource.get("PubliclyAccessible")),
        groups=[],
        port=ABSENT,
        ports=(8182,),
        cluster=resource.get("DBClusterIdentifier"),
    )


def _redshift_cluster(resource: Resource) -> Database:
    return Database(
        resource,
        sources=_restored(resource.get("SnapshotIdentifier")),
        public=_or_private(resource.get("PubliclyAccessible")),
        groups=present(resource.get("VpcSecurityGroupIds")),
        port=resource.get("Port"),
        port_attributes=PORT_ATTRIBUTES,
        ports=(5439,),
        subnet=first_present(resource.get("ClusterSubnetGroupName")),
    )


def _workgroup(resource: Resource) -> Database:
    return Database(
        resource,
        sources=_restored(resource.get("SnapshotArn"), resource.get("SnapshotName"), resource.get("RecoveryPointId")),
        public=_or_private(resource.get("PubliclyAccessible")),
        groups=present(resource.get("SecurityGroupIds")),
        port=resource.get("Port"),
        port_attributes=PORT_ATTRIBUTES,
        ports=(5439,),
        subnet=first_present(resource.get("SubnetIds")),
    )


def _cache(resource: Resource) -> Database:
    is_memcached = resource.get("Engine").known_text == "memcached"
    return Database(
        resource,
        sources=_restored(
            resource.get("SnapshotName"), resource.get("SnapshotArns"), resource.get("SnapshotArnsToRestore")
        ),
        public=Known(False),
        groups=present(resource.get("SecurityGroupIds"), resource.get("VpcSecurityGroupIds")),
        port=resource.get("Port"),
        port_attributes=PORT_ATTRIBUTES,
        ports=(11211,) if is_memcached else (6379,),
        subnet=first_present(
            *(resource.get(name) for name in ("CacheSubnetGroupName", "SubnetGroupName", "SubnetIds"))
        ),
    )


def _restored_by_test(resource: Resource) -> Database:
    """The databases that AWS Backup restores on a schedule to see whether it can."""
    is_database = resource.get("ProtectedResourceType").known_text in {"RDS", "Aurora"}
    copies = first_present(resource.get("ProtectedResourceArns"), resource.get("ProtectedResourceType"))
    overrides = resource.get("RestoreMetadataOverrides")
    return Database(
        resource,
        sources=[Source(copies, "restores copies of", is_snapshot=True)] if is_database else [],
        public=overrides.get("publiclyAccessible"),
        groups=present(structured(overrides.get("vpcSecurityGroupIds"))),
        port=ABSENT,
        ports=engine_ports(ABSENT),
    )


_DATABASES: dict[str, Callable[[Resource], Database]] = {
    "AWS::RDS::DBInstance": _db_instance,
    "AWS::RDS::DBCluster": _rds_cluster,
    "AWS::DocDB::DBCluster": _docdb_cluster,
    "AWS::Neptune::DBCluster": _neptune_cluster,
    "AWS::Neptune::DBInstance": _neptune_instance,
    "AWS::Redshift::Cluster": _redshift_cluster,
    "AWS::RedshiftServerless::Workgroup": _workgroup,
    "AWS::ElastiCache::CacheCluster": _cache,
    "AWS::ElastiCache::ReplicationGroup": _cache,
    "AWS::ElastiCache::ServerlessCache": _cache,
    "AWS::MemoryDB::Cluster": _cache,
    "AWS::Backup::RestoreTestingSelection": _restored_by_test,
}
