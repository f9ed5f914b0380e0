"""Paths to a restored machine and ways in to it, in CloudFormation: templates as dicts that can be put together.

A path is a function that takes the groups of the machine, as a list or None, and gives resources by their names, or
files by theirs; the machine is `M` where it can be one.
"""

SNAPSHOT_ID = "snap-0123456789abcdef0"
GROUP = [{"Fn::GetAtt": ["G", "GroupId"]}]

DISKS = [{"DeviceName": "/dev/sdf", "Ebs": {"SnapshotId": SNAPSHOT_ID}}]


def resource(type, **properties):
    return {"Type": type, "Properties": {name: value for name, value in properties.items() if value is not None}}


def ref(name):
    return {"Ref": name}


def instance(groups, **properties):
    return resource("AWS::EC2::Instance", SecurityGroupIds=groups, **properties)


def disk_of(snapshot, **more):
    """An instance with a disk made from a snapshot that the code names so."""

    def path(groups):
        disks = [{"DeviceName": "/dev/sdf", "Ebs": {"SnapshotId": snapshot}}]
        return {"M": instance(groups, BlockDeviceMappings=disks), **more}

    return path


def attached(volume, **more):
    """An instance with a volume on it that the code names so."""

    def path(groups):
        attachment = resource("AWS::EC2::VolumeAttachment", InstanceId=ref("M"), VolumeId=volume, Device="/dev/sdf")
        return {"M": instance(groups), "X": attachment, **more}

    return path


def started(image, **more):
    return lambda groups: {"M": instance(groups, ImageId=image), **more}


VOLUME = resource("AWS::EC2::Volume", AvailabilityZone="a", SnapshotId=SNAPSHOT_ID)
BUILT = {
    "Recipe": resource("AWS::ImageBuilder::ImageRecipe", BlockDeviceMappings=DISKS),
    "Image": resource("AWS::ImageBuilder::Image", ImageRecipeArn={"Fn::GetAtt": ["Recipe", "Arn"]}),
}
IMAGE = {"Fn::GetAtt": ["Image", "ImageId"]}


def template(groups, **data):
    content = {"BlockDeviceMappings": DISKS, "SecurityGroupIds": groups, **data}
    data = {name: value for name, value in content.items() if value is not None}
    return resource("AWS::EC2::LaunchTemplate", LaunchTemplateName="t", LaunchTemplateData=data)


BY_ID = {"LaunchTemplateId": ref("T"), "Version": "1"}


def by_template(user, **data):
    """Something that starts machines by a template."""
    more = BUILT if "ImageId" in data else {}
    return lambda groups: {"T": template(groups, **data), "M": user, **more}


def by_configuration(**properties):
    more = BUILT if "ImageId" in properties else {}
    return lambda groups: {
        "C": resource("AWS::AutoScaling::LaunchConfiguration", SecurityGroups=groups, **properties),
        "M": resource("AWS::AutoScaling::AutoScalingGroup", LaunchConfigurationName=ref("C")),
        **more,
    }


def group_by(**properties):
    return resource("AWS::AutoScaling::AutoScalingGroup", MinSize="1", MaxSize="1", **properties)


def fleet_overridden(override):
    """A fleet by a plain template, of which an override makes restored machines."""

    def path(groups):
        configuration = {"LaunchTemplateSpecification": BY_ID, "Overrides": [override]}
        return {
            "T": template(groups, BlockDeviceMappings=None),
            "M": resource("AWS::EC2::EC2Fleet", LaunchTemplateConfigs=[configuration]),
            **BUILT,
        }

    return path


def spot_fleet(**specification):
    more = BUILT if "ImageId" in specification else {}

    def path(groups):
        named = None if groups is None else [{"GroupId": group} for group in groups]
        launch = {"SecurityGroups": named, **specification}
        data = {"LaunchSpecifications": [{name: value for name, value in launch.items() if value is not None}]}
        return {"M": resource("AWS::EC2::SpotFleet", SpotFleetRequestConfigData=data), **more}

    return path


def in_a_nested_stack(groups):
    child = {
        "Parameters": {"Snapshot": {"Type": "String"}, "Groups": {"Type": "CommaDelimitedList"}},
        "Resources": disk_of(ref("Snapshot"))(ref("Groups")),
    }
    parameters = {"Snapshot": SNAPSHOT_ID, "Groups": {"Fn::Join": [",", groups or []]}}
    return {
        "template.json": {"Lab": resource("AWS::CloudFormation::Stack", TemplateURL="lab.json", Parameters=parameters)},
        "lab.json": child,
    }


def out_of_a_nested_stack(groups):
    child = {"Resources": {"V": VOLUME}, "Outputs": {"Volume": {"Value": ref("V")}}}
    return {
        "template.json": {
            "Disk": resource("AWS::CloudFormation::Stack", TemplateURL="disk.json"),
            **attached({"Fn::GetAtt": ["Disk", "Outputs.Volume"]})(groups),
        },
        "disk.json": child,
    }


PATHS = {
    "a disk of a snapshot by its id": disk_of(SNAPSHOT_ID),
    "a disk of what a parameter names": disk_of(ref("Snapshot")),
    "a disk of what a mapping names": disk_of({"Fn::FindInMap": ["Copies", "eu", "Data"]}),
    "a disk of what another stack exports": disk_of({"Fn::ImportValue": "snapshot"}),
    "a disk of a text that is put together": disk_of({"Fn::Sub": "snap-${Suffix}"}),
    "a volume": attached(ref("V"), V=VOLUME),
    "a volume by its attribute": attached({"Fn::GetAtt": ["V", "VolumeId"]}, V=VOLUME),
    "a volume that the machine names": lambda groups: {
        "M": instance(groups, Volumes=[{"Device": "/dev/sdf", "VolumeId": ref("V")}]),
        "V": VOLUME,
    },
    "a copy of a volume": attached(
        ref("V"),
        V=resource("AWS::EC2::Volume", AvailabilityZone="a", SourceVolumeId=ref("Live")),
        Live=resource("AWS::EC2::Volume", AvailabilityZone="a", Size=8),
    ),
    "a built image": started(IMAGE, **BUILT),
    "a template's disk": by_template(instance(None, LaunchTemplate=BY_ID)),
    "a template by its name": by_template(instance(None, LaunchTemplate={"LaunchTemplateName": "t", "Version": "1"})),
    "a template's image": by_template(instance(None, LaunchTemplate=BY_ID), BlockDeviceMappings=None, ImageId=IMAGE),
    "a set of machines by a template": by_template(group_by(LaunchTemplate=BY_ID)),
    "a set of machines by a mixed policy": by_template(
        group_by(MixedInstancesPolicy={"LaunchTemplate": {"LaunchTemplateSpecification": BY_ID}})
    ),
    "a set of machines by an override": lambda groups: {
        "T": template(groups),
        "Plain": template(groups, BlockDeviceMappings=None, ImageId="ami-12345678"),
        "M": group_by(
            MixedInstancesPolicy={
                "LaunchTemplate": {
                    "LaunchTemplateSpecification": {"LaunchTemplateId": ref("Plain")},
                    "Overrides": [{"LaunchTemplateSpecification": BY_ID}],
                }
            }
        ),
    },
    "an override's image": lambda groups: {
        "T": template(groups, BlockDeviceMappings=None),
        "M": group_by(
            MixedInstancesPolicy={
                "LaunchTemplate": {"LaunchTemplateSpecification": BY_ID, "Overrides": [{"ImageId": IMAGE}]}
            }
        ),
        **BUILT,
    },
    "a set of machines like a restored one": lambda groups: {
        **disk_of(SNAPSHOT_ID)(groups),
        "Set": group_by(InstanceId=ref("M")),
    },
    "a launch configuration's disk": by_configuration(BlockDeviceMappings=DISKS),
    "a launch configuration's image": by_configuration(ImageId=IMAGE),
    "a spot fleet's disk": spot_fleet(BlockDeviceMappings=DISKS),
    "a spot fleet's image": spot_fleet(ImageId=IMAGE),
    "a spot fleet's template": by_template(
        resource(
            "AWS::EC2::SpotFleet",
            SpotFleetRequestConfigData={"LaunchTemplateConfigs": [{"LaunchTemplateSpecification": BY_ID}]},
        )
    ),
    "a fleet's template": by_template(
        resource("AWS::EC2::EC2Fleet", LaunchTemplateConfigs=[{"LaunchTemplateSpecification": BY_ID}])
    ),
    "a fleet's disk in an override": fleet_overridden({"BlockDeviceMappings": DISKS}),
    "a fleet's image in an override": fleet_overridden({"ImageId": IMAGE}),
    "a batch environment's image": lambda groups: {
        "M": resource(
            "AWS::Batch::ComputeEnvironment", ComputeResources={"ImageId": IMAGE, "SecurityGroupIds": groups or []}
        ),
        **BUILT,
    },
    "a batch environment's template": by_template(
        resource("AWS::Batch::ComputeEnvironment", ComputeResources={"LaunchTemplate": BY_ID})
    ),
    "a node group's template": by_template(resource("AWS::EKS::Nodegroup", LaunchTemplate={"Id": ref("T")})),
    "a cluster's own image": lambda groups: {
        "M": resource(
            "AWS::EMR::Cluster", CustomAmiId=IMAGE, Instances={"AdditionalMasterSecurityGroups": groups or []}
        ),
        **BUILT,
    },
    "a container's volume": lambda groups: {
        "M": resource(
            "AWS::ECS::Service",
            NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": groups or []}},
            VolumeConfigurations=[{"Name": "data", "ManagedEBSVolume": {"SnapshotId": SNAPSHOT_ID}}],
        )
    },
    "a test of restoring": lambda groups: {
        "M": resource(
            "AWS::Backup::RestoreTestingSelection",
            ProtectedResourceType="EC2",
            ProtectedResourceArns=["*"],
            RestoreMetadataOverrides={"securityGroupIds": {"Fn::ToJsonString": groups or []}},
        )
    },
    "through a nested stack's parameter": in_a_nested_stack,
    "through a nested stack's output": out_of_a_nested_stack,
}

INSTALLED = {
    "a new disk": lambda groups: {
        "M": instance(groups, BlockDeviceMappings=[{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 1}}])
    },
    "a volume that starts empty": attached(ref("V"), V=resource("AWS::EC2::Volume", AvailabilityZone="a", Size=1)),
    "a vendor's image by its id": started("ami-12345678"),
    "an image that a parameter names": started(ref("Image")),
    "an image that is looked up": started("{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023}}"),
    "a disk without a value": disk_of(ref("AWS::NoValue")),
    "a template without a copy": by_template(
        instance(None, LaunchTemplate=BY_ID), BlockDeviceMappings=None, ImageId="ami-12345678"
    ),
    "a machine that replaces the template's disk": by_template(
        instance(
            None,
            LaunchTemplate=BY_ID,
            BlockDeviceMappings=[{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 1}}],
        )
    ),
    "no machine at all (a condition that is never true)": lambda groups: {
        "M": {**disk_of(SNAPSHOT_ID)(groups)["M"], "Condition": "Never"}
    },
    "a restored machine in a group of its own": lambda _: {
        **disk_of(SNAPSHOT_ID)([{"Fn::GetAtt": ["Own", "GroupId"]}]),
        "Own": resource("AWS::EC2::SecurityGroup", GroupDescription="own", VpcId="vpc-1"),
    },
}

PORTS = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
WORLD = {"CidrIp": "0.0.0.0/0"}


def inline(*rules, **properties):
    ingress = list(rules) or None
    group = resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="g",
        GroupName="g",
        VpcId="vpc-1",
        SecurityGroupIngress=ingress,
        **properties,
    )
    return {"G": group}


def apart(group=None, **rule):
    named = group or {"Fn::GetAtt": ["G", "GroupId"]}
    return {**inline(), "R": resource("AWS::EC2::SecurityGroupIngress", GroupId=named, **rule)}


PREFIX_LIST = resource(
    "AWS::EC2::PrefixList",
    PrefixListName="l",
    AddressFamily="IPv4",
    MaxEntries=1,
    Entries=[{"Cidr": "0.0.0.0/0"}],
)
RULES = {
    "in the group": inline({**PORTS, **WORLD}),
    "for all traffic": inline({"IpProtocol": "-1", **WORLD}),
    "for all traffic by a number": inline({"IpProtocol": -1, **WORLD}),
    "for TCP by its number": inline({**PORTS, "IpProtocol": "6", **WORLD}),
    "for TCP in capitals": inline({**PORTS, "IpProtocol": "TCP", **WORLD}),
    "for a range of ports": inline({"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, **WORLD}),
    "with ports as text": inline({"IpProtocol": "tcp", "FromPort": "22", "ToPort": "22", **WORLD}),
    "for IPv6": inline({**PORTS, "CidrIpv6": "::/0"}),
    "for IPv6 in long": inline({**PORTS, "CidrIpv6": "0:0:0:0:0:0:0:0/0"}),
    "with other bits than zero": inline({**PORTS, "CidrIp": "1.2.3.4/0"}),
    "halves of the world in two": inline({**PORTS, "CidrIp": "0.0.0.0/1"}, {**PORTS, "CidrIp": "128.0.0.0/1"}),
    "half in the group, half apart": {
        **apart(**PORTS, CidrIp="128.0.0.0/1"),
        **inline({**PORTS, "CidrIp": "0.0.0.0/1"}),
    },
    "a rule of its own": apart(**PORTS, **WORLD),
    "a rule of its own for IPv6": apart(**PORTS, CidrIpv6="::/0"),
    "a rule by the group's reference": apart(ref("G"), **PORTS, **WORLD),
    "a parameter's default": inline({**PORTS, "CidrIp": ref("Range")}),
    "a prefix list": {
        "L": PREFIX_LIST,
        **inline({**PORTS, "SourcePrefixListId": {"Fn::GetAtt": ["L", "PrefixListId"]}}),
    },
    "a prefix list in a rule of its own": {
        "L": PREFIX_LIST,
        **apart(**PORTS, SourcePrefixListId={"Fn::GetAtt": ["L", "PrefixListId"]}),
    },
}

OPEN_GROUP = RULES["in the group"]
RESTORED = {"BlockDeviceMappings": DISKS}
BASTION = {
    "Outer": resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="outer",
        VpcId="vpc-1",
        SecurityGroupIngress=[{**PORTS, **WORLD}],
    ),
    "Bastion": instance([{"Fn::GetAtt": ["Outer", "GroupId"]}], ImageId="ami-12345678"),
}
FROM_OUTER = {**PORTS, "SourceSecurityGroupId": {"Fn::GetAtt": ["Outer", "GroupId"]}}
INTERFACE = {"N": resource("AWS::EC2::NetworkInterface", SubnetId="subnet-1", GroupSet=GROUP)}
NETWORK = {
    "V": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
    "S": resource("AWS::EC2::Subnet", VpcId=ref("V"), CidrBlock="10.0.0.0/24"),
}

MEMBERSHIPS = {
    "on the machine": {"M": instance(GROUP, **RESTORED), **OPEN_GROUP},
    "on the machine, by reference": {"M": instance([ref("G")], **RESTORED), **OPEN_GROUP},
    "on the machine, one of two": {"M": instance(["sg-12345678", *GROUP], **RESTORED), **OPEN_GROUP},
    "by the group's name": {"M": instance(None, SecurityGroups=["g"], **RESTORED), **OPEN_GROUP},
    "on an interface of the machine's own": {
        "M": instance(None, NetworkInterfaces=[{"DeviceIndex": "0", "GroupSet": GROUP}], **RESTORED),
        **OPEN_GROUP,
    },
    "on the interface that it starts with": {
        "M": instance(None, NetworkInterfaces=[{"DeviceIndex": "0", "NetworkInterfaceId": ref("N")}], **RESTORED),
        **INTERFACE,
        **OPEN_GROUP,
    },
    "on an interface that is attached": {
        "M": instance(["sg-12345678"], **RESTORED),
        "X": resource(
            "AWS::EC2::NetworkInterfaceAttachment",
            InstanceId=ref("M"),
            NetworkInterfaceId=ref("N"),
            DeviceIndex="1",
        ),
        **INTERFACE,
        **OPEN_GROUP,
    },
    "on the template": {"M": instance(None, LaunchTemplate=BY_ID), "T": template(GROUP), **OPEN_GROUP},
    "on the template, by name": {
        "M": instance(None, LaunchTemplate=BY_ID),
        "T": template(None, SecurityGroups=["g"]),
        **OPEN_GROUP,
    },
    "on the template's interface": {
        "M": instance(None, LaunchTemplate=BY_ID),
        "T": template(None, NetworkInterfaces=[{"DeviceIndex": 0, "Groups": GROUP}]),
        **OPEN_GROUP,
    },
    "on an interface that the template names": {
        "M": instance(None, LaunchTemplate=BY_ID),
        "T": template(None, NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": ref("N")}]),
        **INTERFACE,
        **OPEN_GROUP,
    },
    "the default group of its network": {
        "M": instance(None, SubnetId=ref("S"), **RESTORED),
        **NETWORK,
        "R": resource(
            "AWS::EC2::SecurityGroupIngress",
            GroupId={"Fn::GetAtt": ["V", "DefaultSecurityGroup"]},
            **PORTS,
            **WORLD,
        ),
    },
    "by way of another group": {"M": instance(GROUP, **RESTORED), **BASTION, **inline(FROM_OUTER)},
}

CLOSED = {
    "a private range": inline({**PORTS, "CidrIp": "10.0.0.0/8"}),
    "half of the world": inline({**PORTS, "CidrIp": "0.0.0.0/1"}),
    "halves of the world on different ports": inline(
        {**PORTS, "CidrIp": "0.0.0.0/1"}, {**PORTS, "FromPort": 443, "ToPort": 443, "CidrIp": "128.0.0.0/1"}
    ),
    "another port": inline({**PORTS, "FromPort": 2222, "ToPort": 2222, **WORLD}),
    "port 0 alone": inline({**PORTS, "FromPort": 0, "ToPort": 0, **WORLD}),
    "another protocol": inline({**PORTS, "IpProtocol": "udp", **WORLD}),
    "ICMP of type 22": inline({**PORTS, "IpProtocol": "icmp", **WORLD}),
    "another protocol by its number": inline({"IpProtocol": 50, "FromPort": 0, "ToPort": 65535, **WORLD}),
    "the way out alone": inline(SecurityGroupEgress=[{**PORTS, **WORLD}]),
    "another group that is closed": {
        **inline(FROM_OUTER),
        **BASTION,
        "Outer": resource("AWS::EC2::SecurityGroup", GroupDescription="outer", VpcId="vpc-1"),
    },
    "an open group that no machine is in": {**inline(FROM_OUTER), "Outer": BASTION["Outer"]},
    "the network itself": {**inline({**PORTS, "CidrIp": {"Fn::GetAtt": ["V", "CidrBlock"]}}), **NETWORK},
    "a rule that is not there (a condition that is never true)": {
        **inline(),
        "R": {**apart(**PORTS, **WORLD)["R"], "Condition": "Never"},
    },
    "a rule without a value": inline({"Fn::If": ["Never", {**PORTS, **WORLD}, ref("AWS::NoValue")]}),
    "an open group that nothing uses": {**inline(), "Unused": OPEN_GROUP["G"]},
    "no rule": inline(),
}
PRIVATE = {
    **NETWORK,
    "RouteTable": resource("AWS::EC2::RouteTable", VpcId=ref("V")),
    "Route": resource(
        "AWS::EC2::Route",
        RouteTableId=ref("RouteTable"),
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId="nat-1",
    ),
    "Association": resource("AWS::EC2::SubnetRouteTableAssociation", SubnetId=ref("S"), RouteTableId=ref("RouteTable")),
}


def access_entry(number, action, block, **ports):
    return resource(
        "AWS::EC2::NetworkAclEntry",
        NetworkAclId=ref("List"),
        RuleNumber=number,
        RuleAction=action,
        CidrBlock=block,
        **ports,
    )


GUARDED = {
    **NETWORK,
    "List": resource("AWS::EC2::NetworkAcl", VpcId=ref("V")),
    "ListOf": resource("AWS::EC2::SubnetNetworkAclAssociation", SubnetId=ref("S"), NetworkAclId=ref("List")),
}
SHELTERED = {
    "no public address": {
        "M": instance(
            None,
            NetworkInterfaces=[{"DeviceIndex": "0", "GroupSet": GROUP, "AssociatePublicIpAddress": False}],
            **RESTORED,
        ),
        **OPEN_GROUP,
    },
    "a subnet that gives no public addresses": {
        "M": instance(GROUP, SubnetId=ref("S"), **RESTORED),
        **OPEN_GROUP,
        "S": resource("AWS::EC2::Subnet", VpcId="vpc-1", CidrBlock="10.0.0.0/24", MapPublicIpOnLaunch=False),
    },
    "a private subnet": {"M": instance(GROUP, SubnetId=ref("S"), **RESTORED), **OPEN_GROUP, **PRIVATE},
    "an access list that lets no world in": {
        "M": instance(GROUP, SubnetId=ref("S"), **RESTORED),
        **OPEN_GROUP,
        **GUARDED,
        "Entry": access_entry(100, "allow", "10.0.0.0/8", Protocol=-1),
    },
    "an access list that denies before it allows": {
        "M": instance(GROUP, SubnetId=ref("S"), **RESTORED),
        **OPEN_GROUP,
        **GUARDED,
        "Last": access_entry(200, "allow", "0.0.0.0/0", Protocol=-1),
        "First": access_entry(90, "deny", "0.0.0.0/0", Protocol=6, PortRange={"From": 22, "To": 22}),
    },
    "another machine in between": MEMBERSHIPS["by way of another group"],
}

SURROUNDINGS = {
    "Parameters": {
        "Snapshot": {"Type": "String"},
        "Suffix": {"Type": "String"},
        "Image": {"Type": "AWS::EC2::Image::Id"},
        "Range": {"Type": "String", "Default": "0.0.0.0/0"},
    },
    "Mappings": {"Copies": {"eu": {"Data": SNAPSHOT_ID}}},
    "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
}
"""What every template has beside its resources."""


def database(type, groups_name="VPCSecurityGroups", **properties):
    """A database with what says where it is restored from."""
    return lambda groups: {"D": resource(type, **{groups_name: groups}, **properties)}


def cluster(kind, **properties):
    """A cluster that is restored, and an instance of it; the groups are those of the cluster."""
    return lambda groups: {
        "D": resource(f"{kind}Cluster", VpcSecurityGroupIds=groups, **properties),
        "I": resource(f"{kind}Instance", DBClusterIdentifier=ref("D")),
    }


RDS = "AWS::RDS::DBInstance"
DATABASES = {
    "a database from a snapshot": database(RDS, DBSnapshotIdentifier="orders"),
    "a database from a snapshot in the code": lambda groups: {
        **database(RDS, DBSnapshotIdentifier=ref("Copy"))(groups),
        "Copy": resource("AWS::RDS::DBSnapshot", DBInstanceIdentifier="orders"),
    },
    "a database from a cluster's snapshot": database(RDS, DBClusterSnapshotIdentifier="orders"),
    "a database at a point in time": database(RDS, SourceDBInstanceIdentifier="orders", UseLatestRestorableTime=True),
    "a database at a point in time by its resource": database(
        RDS, SourceDbiResourceId="db-1", RestoreTime="2026-01-01T00:00:00Z"
    ),
    "a database from replicated backups": database(
        RDS, SourceDBInstanceAutomatedBackupsArn="arn:aws:rds:eu-west-1:1:auto-backup:ab-1"
    ),
    "a cluster from a snapshot": cluster("AWS::RDS::DB", SnapshotIdentifier="orders"),
    "a cluster at a point in time": cluster(
        "AWS::RDS::DB", SourceDBClusterIdentifier="orders", UseLatestRestorableTime=True
    ),
    "a cluster at a point in time by its resource": cluster(
        "AWS::RDS::DB", SourceDbClusterResourceId="cluster-1", UseLatestRestorableTime=True
    ),
    "a document database": database("AWS::DocDB::DBCluster", "VpcSecurityGroupIds", SnapshotIdentifier="orders"),
    "a document database at a point in time": database(
        "AWS::DocDB::DBCluster", "VpcSecurityGroupIds", SourceDBClusterIdentifier="orders"
    ),
    "a graph database": cluster("AWS::Neptune::DB", SnapshotIdentifier="orders"),
    "a warehouse": database("AWS::Redshift::Cluster", "VpcSecurityGroupIds", SnapshotIdentifier="orders"),
    "a serverless warehouse": database("AWS::RedshiftServerless::Workgroup", "SecurityGroupIds", SnapshotName="orders"),
    "a serverless warehouse by the ARN of a snapshot": database(
        "AWS::RedshiftServerless::Workgroup",
        "SecurityGroupIds",
        SnapshotArn="arn:aws:redshift:eu-west-1:1:snapshot:a/b",
    ),
    "a serverless warehouse from a recovery point": database(
        "AWS::RedshiftServerless::Workgroup", "SecurityGroupIds", RecoveryPointId="rp-1"
    ),
    "a cache": database("AWS::ElastiCache::ReplicationGroup", "SecurityGroupIds", SnapshotName="s"),
    "a cache from backup files": database(
        "AWS::ElastiCache::ReplicationGroup", "SecurityGroupIds", SnapshotArns=["arn:aws:s3:::b/s.rdb"]
    ),
    "a cache of one node": database("AWS::ElastiCache::CacheCluster", "VpcSecurityGroupIds", SnapshotName="s"),
    "a serverless cache": database(
        "AWS::ElastiCache::ServerlessCache",
        "SecurityGroupIds",
        SnapshotArnsToRestore=["arn:aws:elasticache:eu-west-1:1:serverlesssnapshot:s"],
    ),
    "a memory database": database("AWS::MemoryDB::Cluster", "SecurityGroupIds", SnapshotName="s"),
    "a test of restoring databases": lambda groups: {
        "D": resource(
            "AWS::Backup::RestoreTestingSelection",
            ProtectedResourceType="RDS",
            ProtectedResourceArns=["*"],
            RestoreMetadataOverrides={"vpcSecurityGroupIds": {"Fn::ToJsonString": groups or []}},
        )
    },
}
NEW_DATABASES = {
    "a new database": database(RDS, AllocatedStorage="8", PubliclyAccessible=False),
    "a replica": database(RDS, SourceDBInstanceIdentifier="orders"),
    "a snapshot identifier without a value": database(RDS, DBSnapshotIdentifier=ref("AWS::NoValue")),
    "a new cluster": cluster("AWS::RDS::DB", Port=5432),
    "a new cache": database("AWS::ElastiCache::CacheCluster", "VpcSecurityGroupIds", NumCacheNodes=1),
}
