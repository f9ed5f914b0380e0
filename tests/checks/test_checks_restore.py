"""SNAP401 to SNAP404: what stands between a restored copy and the world."""

import pytest

TF_MACHINE = """
resource "aws_instance" "i" {
  vpc_security_group_ids = [aws_security_group.g.id]
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
}
"""


def restore_findings(scan_text, language, code, **settings):
    results = scan_text(language, code, select=["restore-ssh"], **settings)
    return [(each.code, each.severity.label, each.status.value, each.address) for each in results]


def tf_rule(side, protocol, first, last):
    return f"""
    resource "aws_security_group" "g" {{
      {side} {{
        protocol    = "{protocol}"
        from_port   = {first}
        to_port     = {last}
        cidr_blocks = ["0.0.0.0/0"]
      }}
    }}
    """


@pytest.mark.parametrize(
    ("protocol", "first", "last", "severity"),
    [("tcp", 22, 22, "medium"), ("tcp", 1, 1024, "medium"), ("-1", 0, 0, "low"), ("tcp", 0, 65535, "low")],
)
def test_a_way_out_by_ssh_is_less_severe_where_the_rule_lets_everything_out(scan_text, protocol, first, last, severity):
    code = TF_MACHINE + tf_rule("egress", protocol, first, last)
    assert restore_findings(scan_text, "terraform", code) == [("SNAP402", severity, "fail", "aws_security_group.g")]


def test_a_group_of_a_template_without_an_egress_rule_is_left_alone(scan_text):
    code = """
Resources:
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g}}
  I:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref G]
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
"""
    assert restore_findings(scan_text, "cloudformation", code) == []


def test_a_way_out_to_a_trusted_range_is_left_alone(scan_text):
    code = TF_MACHINE + tf_rule("egress", "tcp", 22, 22).replace("0.0.0.0/0", "203.0.113.0/24")
    assert restore_findings(scan_text, "terraform", code, trusted_cidrs=["203.0.113.0/24"]) == []


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (3389, 3389, "RDP"),
        (5985, 5985, "WinRM"),
        (5986, 5986, "WinRM"),
        (5901, 5901, "VNC"),
        (23, 23, "Telnet"),
        (3000, 6000, "RDP and WinRM and VNC"),
    ],
)
def test_other_ways_to_a_session_are_named_in_one_finding(scan_text, first, last, names):
    code = TF_MACHINE + tf_rule("ingress", "tcp", first, last)
    assert restore_findings(scan_text, "terraform", code) == [("SNAP403", "high", "fail", "aws_security_group.g")]
    (result,) = scan_text("terraform", code, select=["SNAP403"])
    assert f"can be reached by {names} from all IPv4 addresses" in result.message


def test_a_rule_that_lets_ssh_in_as_well_is_a_finding_of_both(scan_text):
    code = TF_MACHINE + tf_rule("ingress", "-1", 0, 0)
    assert restore_findings(scan_text, "terraform", code) == [
        ("SNAP401", "critical", "fail", "aws_security_group.g"),
        ("SNAP403", "high", "fail", "aws_security_group.g"),
    ]


def test_rules_for_different_ports_are_not_the_world_between_them(scan_text):
    code = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "tcp"
        from_port   = 5900
        to_port     = 5900
        cidr_blocks = ["0.0.0.0/1"]
      }
      ingress {
        protocol    = "tcp"
        from_port   = 5901
        to_port     = 5901
        cidr_blocks = ["128.0.0.0/1"]
      }
    }
    """
    assert restore_findings(scan_text, "terraform", TF_MACHINE + code) == []


def test_other_services_are_other_tools_business(scan_text):
    code = TF_MACHINE + tf_rule("ingress", "tcp", 443, 443)
    assert restore_findings(scan_text, "terraform", code) == []


def test_a_group_on_a_machine_that_was_not_restored_is_silent(scan_text):
    code = """
    resource "aws_instance" "i" {
      ami                    = "ami-12345678"
      vpc_security_group_ids = [aws_security_group.g.id]
    }
    """
    assert restore_findings(scan_text, "terraform", code + tf_rule("ingress", "-1", 0, 0)) == []


def test_a_group_that_nothing_uses_is_silent(scan_text):
    code = TF_MACHINE.replace("aws_security_group.g.id", '"sg-12345678"')
    assert restore_findings(scan_text, "terraform", code + tf_rule("ingress", "-1", 0, 0)) == []


# Databases

TF_DATABASES = [
    ('resource "aws_db_instance" "d" { snapshot_identifier = "s" PUBLIC }', True),
    (
        'resource "aws_db_instance" "d" { restore_to_point_in_time { source_db_instance_identifier = "p" } PUBLIC }',
        True,
    ),
    ('resource "aws_db_instance" "d" { restore_to_point_in_time { source_dbi_resource_id = "p" } PUBLIC }', True),
    ('resource "aws_db_instance" "d" { s3_import { bucket_name = "b" } PUBLIC }', True),
    ('resource "aws_db_instance" "d" { snapshot_identifier = data.aws_db_snapshot.s.id PUBLIC }', True),
    ('resource "aws_redshift_cluster" "d" { snapshot_identifier = "s" PUBLIC }', True),
    ('resource "aws_db_instance" "d" { engine = "postgres" PUBLIC }', False),
    ('resource "aws_db_instance" "d" { replicate_source_db = "p" PUBLIC }', False),
    ('resource "aws_db_instance" "d" { snapshot_identifier = null PUBLIC }', False),
    ('resource "aws_redshift_cluster" "d" { number_of_nodes = 1 PUBLIC }', False),
]


def tf_block(one_line):
    """The resource with each argument in a line of its own, as Terraform wants it."""
    head, _, body = one_line.partition(" { ")
    body = body.removesuffix(" }").replace("{ ", "{\n").replace(" }", "\n}\n").replace(" PUBLIC", "\nPUBLIC")
    return f"{head} {{\n{body}\n}}\n"


@pytest.mark.parametrize(("resource", "is_restored"), TF_DATABASES)
def test_a_restored_database_is_a_finding_where_it_is_public(scan_text, resource, is_restored):
    code = 'data "aws_db_snapshot" "s" { most_recent = true }\n' + tf_block(resource)
    address = resource.split('"')[1] + ".d"
    expected = [("SNAP404", "critical", "fail", address)] if is_restored else []
    for public in ("publicly_accessible = true", 'publicly_accessible = "true"'):
        assert restore_findings(scan_text, "terraform", code.replace("PUBLIC", public)) == expected
    assert restore_findings(scan_text, "terraform", code.replace("PUBLIC", "publicly_accessible = false")) == []


def test_a_public_flag_that_nobody_can_tell_is_no_certain_finding(scan_text):
    code = """
    variable "public" {}
    resource "aws_db_instance" "d" {
      snapshot_identifier = "s"
      publicly_accessible = var.public
    }
    """
    assert restore_findings(scan_text, "terraform", code) == [("SNAP404", "critical", "unknown", "aws_db_instance.d")]


def test_a_database_without_a_public_flag_is_private_in_terraform(scan_text):
    code = 'resource "aws_db_instance" "d" { snapshot_identifier = "s" }'
    assert restore_findings(scan_text, "terraform", code) == []


def test_a_warehouse_without_a_public_flag_depends_on_the_provider(scan_text):
    code = 'resource "aws_redshift_cluster" "d" { snapshot_identifier = "s" }'
    assert restore_findings(scan_text, "terraform", code) == [
        ("SNAP404", "critical", "unknown", "aws_redshift_cluster.d")
    ]


@pytest.mark.parametrize(
    ("cluster", "instance"),
    [("aws_rds_cluster", "aws_rds_cluster_instance"), ("aws_neptune_cluster", "aws_neptune_cluster_instance")],
)
@pytest.mark.parametrize("identifier", ["{cluster}.c.id", "{cluster}.c.cluster_identifier", '"orders"'])
def test_a_public_instance_of_a_restored_cluster_is_a_finding(scan_text, cluster, instance, identifier):
    code = f"""
    resource "{cluster}" "c" {{
      cluster_identifier  = "orders"
      snapshot_identifier = "s"
    }}
    resource "{instance}" "i" {{
      cluster_identifier  = {identifier.format(cluster=cluster)}
      publicly_accessible = true
    }}
    """
    results = scan_text("terraform", code, select=["SNAP404"])
    assert [each.address for each in results] == [f"{instance}.i"]
    assert [step.message for step in results[0].evidence][-2:] == [
        f"{instance}.i is an instance of {cluster}.c",
        f"{cluster}.c is restored from s",
    ]


def test_a_public_instance_of_a_cluster_that_was_not_restored_is_silent(scan_text):
    code = """
    resource "aws_rds_cluster" "c" { engine = "aurora-postgresql" }
    resource "aws_rds_cluster_instance" "i" {
      cluster_identifier  = aws_rds_cluster.c.id
      publicly_accessible = true
    }
    """
    assert restore_findings(scan_text, "terraform", code) == []


@pytest.mark.parametrize(
    ("database", "port", "status"),
    [
        ('"aws_db_instance" "d" { snapshot_identifier = "s", port = 5000', 5000, "fail"),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", port = 5000', 5432, None),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", engine = "postgres"', 5432, "fail"),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", engine = "postgres"', 3306, None),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", engine = "oracle-se2"', 1521, "fail"),
        ('"aws_db_instance" "d" { snapshot_identifier = "s"', 3306, "unknown"),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", port = 3306', 3306, "fail"),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", engine = "mysql", port = var.port', 3306, "unknown"),
        ('"aws_db_instance" "d" { snapshot_identifier = "s", engine = "mysql", port = var.port', 443, None),
        ('"aws_db_instance" "d" { snapshot_identifier = "s"', 443, None),
        ('"aws_rds_cluster" "d" { snapshot_identifier = "s", engine = "aurora-mysql"', 3306, "fail"),
        ('"aws_docdb_cluster" "d" { snapshot_identifier = "s"', 27017, "fail"),
        ('"aws_neptune_cluster" "d" { snapshot_identifier = "s"', 8182, "fail"),
        ('"aws_redshift_cluster" "d" { snapshot_identifier = "s", publicly_accessible = false', 5439, "fail"),
        ('"aws_elasticache_replication_group" "d" { snapshot_name = "s"', 6379, "fail"),
        ('"aws_elasticache_cluster" "d" { snapshot_arns = ["s"], engine = "memcached"', 11211, "fail"),
        ('"aws_memorydb_cluster" "d" { snapshot_name = "s"', 6379, "fail"),
        ('"aws_elasticache_replication_group" "d" { snapshot_arns = []', 6379, None),
    ],
)
def test_a_group_that_lets_the_world_in_on_the_port_of_a_restored_database_is_a_finding(
    scan_text, database, port, status
):
    groups = "security_group_ids" if "cache" in database or "memory" in database else "vpc_security_group_ids"
    block = database.replace("{ ", "{\n").replace(", ", "\n")
    code = f"resource {block}\n{groups} = [aws_security_group.g.id]\n}}\n" + tf_rule("ingress", "tcp", port, port)
    code += 'variable "port" {}\n'
    severity = "high" if "publicly_accessible = false" in database else "critical"
    expected = [("SNAP404", severity, status, "aws_security_group.g")] if status else []
    assert restore_findings(scan_text, "terraform", code) == expected


@pytest.mark.parametrize("database", ['snapshot_identifier = "s"', 'snapshot_identifier = "s"\nport = var.port'])
@pytest.mark.parametrize(
    ("protocol", "first", "last", "status"),
    [("-1", 0, 0, "fail"), ("tcp", 0, 65535, "fail"), ("tcp", 1150, 65535, "fail"), ("tcp", 3000, 6000, "unknown")],
)
def test_a_restored_database_of_an_unknown_port_is_reached_for_certain_only_on_every_port_it_can_have(
    scan_text, database, protocol, first, last, status
):
    code = f"""
    variable "port" {{}}
    resource "aws_db_instance" "d" {{
      {database}
      vpc_security_group_ids = [aws_security_group.g.id]
    }}
    """ + tf_rule("ingress", protocol, first, last)
    assert restore_findings(scan_text, "terraform", code) == [("SNAP404", "critical", status, "aws_security_group.g")]


@pytest.mark.parametrize(
    ("protocol", "first", "last", "status"),
    [
        ("tcp", "aws_db_instance.d.port", "aws_db_instance.d.port", "fail"),
        ("tcp", "local.port", "local.port", "fail"),
        ("tcp", "aws_db_instance.other.port", "aws_db_instance.other.port", "unknown"),
        ("tcp", "aws_db_instance.d.port", "aws_db_instance.other.port", "unknown"),
        ("tcp", "aws_db_instance.d.allocated_storage", "aws_db_instance.d.allocated_storage", "unknown"),
        ("udp", "aws_db_instance.d.port", "aws_db_instance.d.port", None),
    ],
)
def test_a_rule_for_the_port_that_a_restored_database_is_given_is_an_opening_whichever_that_is(
    scan_text, protocol, first, last, status
):
    code = """
    locals { port = aws_db_instance.d.port }
    resource "aws_db_instance" "other" { engine = "mysql" }
    resource "aws_db_instance" "d" {
      snapshot_identifier    = "orders"
      vpc_security_group_ids = [aws_security_group.g.id]
    }
    """ + tf_rule("ingress", protocol, first, last)
    found = [("SNAP404", "critical", status, "aws_security_group.g")] if status else []
    assert restore_findings(scan_text, "terraform", code) == found


@pytest.mark.parametrize(
    ("named", "status"),
    [("D.Endpoint.Port", "fail"), ("D.ReadEndpoint.Address", "unknown"), ("Other.Endpoint.Port", "unknown")],
)
def test_a_rule_of_a_template_for_the_port_of_a_restored_cluster_is_an_opening_whichever_that_is(
    scan_text, named, status
):
    code = f"""
Resources:
  Other: {{Type: "AWS::RDS::DBCluster", Properties: {{Engine: aurora-mysql}}}}
  D:
    Type: AWS::RDS::DBCluster
    Properties: {{SnapshotIdentifier: orders, VpcSecurityGroupIds: [!GetAtt G.GroupId]}}
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      SecurityGroupIngress:
        - {{IpProtocol: tcp, FromPort: !GetAtt {named}, ToPort: !GetAtt {named}, CidrIp: 0.0.0.0/0}}
"""
    results = scan_text("cloudformation", code, select=["SNAP404"])
    assert [(result.address, result.status.value) for result in results] == [("G", status)]


IN_NETWORKS = """
resource "aws_vpc" "v" {}
resource "aws_vpc" "w" {}
resource "aws_subnet" "v" { vpc_id = aws_vpc.v.id }
resource "aws_subnet" "w" { vpc_id = aws_vpc.w.id }
resource "SUBNETS" "v" { subnet_ids = [aws_subnet.v.id] }
resource "SUBNETS" "w" { subnet_ids = [aws_subnet.w.id] }
resource "aws_default_security_group" "d" {
  vpc_id = aws_vpc.v.id
  ingress {
    protocol    = "tcp"
    from_port   = 3000
    to_port     = 30000
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


@pytest.mark.parametrize(("network", "expected"), [("v", ["aws_default_security_group.d"]), ("w", [])])
@pytest.mark.parametrize(
    ("kind", "subnets", "attribute", "restored"),
    [
        (
            "aws_db_instance",
            "aws_db_subnet_group",
            "db_subnet_group_name",
            'snapshot_identifier = "s"\nengine = "mysql"',
        ),
        (
            "aws_rds_cluster",
            "aws_db_subnet_group",
            "db_subnet_group_name",
            'snapshot_identifier = "s"\nengine = "mysql"',
        ),
        ("aws_docdb_cluster", "aws_docdb_subnet_group", "db_subnet_group_name", 'snapshot_identifier = "s"'),
        ("aws_neptune_cluster", "aws_neptune_subnet_group", "neptune_subnet_group_name", 'snapshot_identifier = "s"'),
        (
            "aws_redshift_cluster",
            "aws_redshift_subnet_group",
            "cluster_subnet_group_name",
            'snapshot_identifier = "s"\npublicly_accessible = false',
        ),
        (
            "aws_elasticache_replication_group",
            "aws_elasticache_subnet_group",
            "subnet_group_name",
            'snapshot_name = "s"',
        ),
        ("aws_memorydb_cluster", "aws_memorydb_subnet_group", "subnet_group_name", 'snapshot_name = "s"'),
    ],
)
def test_a_restored_database_without_groups_is_in_the_default_group_of_its_network(
    scan_text, kind, subnets, attribute, restored, network, expected
):
    code = IN_NETWORKS.replace("SUBNETS", subnets)
    code += f'resource "{kind}" "restored" {{\n{restored}\n{attribute} = {subnets}.{network}.name\n}}\n'
    results = scan_text("terraform", code, select=["SNAP404"])
    assert [result.address for result in results if result.status.value == "fail"] == expected


def test_a_restored_database_without_groups_and_subnets_is_in_the_default_group_of_the_default_network(scan_text):
    code = (
        IN_NETWORKS.replace("SUBNETS", "aws_db_subnet_group")
        + """
    resource "aws_db_instance" "restored" {
      engine              = "mysql"
      snapshot_identifier = "s"
    }
    """
    )
    assert restore_findings(scan_text, "terraform", code) == []
    found = restore_findings(scan_text, "terraform", code.replace('"d" {\n  vpc_id = aws_vpc.v.id', '"d" {'))
    assert [(check, address) for check, _, _, address in found] == [("SNAP404", "aws_default_security_group.d")]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::RDS::DBInstance", "DBSnapshotIdentifier: s, Engine: mysql, DBSubnetGroupName: !Ref Subnets"),
        ("AWS::RDS::DBCluster", "SnapshotIdentifier: s, Engine: aurora-mysql, DBSubnetGroupName: !Ref Subnets"),
        ("AWS::Redshift::Cluster", "SnapshotIdentifier: s, ClusterSubnetGroupName: !Ref Subnets"),
        ("AWS::RedshiftServerless::Workgroup", "SnapshotName: s, SubnetIds: [!Ref Subnet]"),
        ("AWS::ElastiCache::ReplicationGroup", "SnapshotName: s, CacheSubnetGroupName: !Ref Subnets"),
    ],
)
@pytest.mark.parametrize(("network", "expected"), [("V", ["R"]), ("W", [])])
def test_a_restored_database_of_a_template_without_groups_is_in_the_default_group_of_its_network(
    scan_text, kind, properties, network, expected
):
    groups = {"AWS::Redshift::Cluster": "AWS::Redshift::ClusterSubnetGroup"}
    groups |= {"AWS::ElastiCache::ReplicationGroup": "AWS::ElastiCache::SubnetGroup"}
    code = f"""
Resources:
  V: {{Type: AWS::EC2::VPC}}
  W: {{Type: AWS::EC2::VPC}}
  Subnet: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref {network}}}}}
  Subnets: {{Type: "{groups.get(kind, "AWS::RDS::DBSubnetGroup")}", Properties: {{SubnetIds: [!Ref Subnet]}}}}
  R:
    Type: AWS::EC2::SecurityGroupIngress
    Properties:
      {{GroupId: !GetAtt V.DefaultSecurityGroup, IpProtocol: tcp, FromPort: 3000, ToPort: 7000, CidrIp: 0.0.0.0/0}}
  Restored: {{Type: "{kind}", Properties: {{{properties}}}}}
"""
    results = scan_text("cloudformation", code, select=["SNAP404"])
    assert [result.address for result in results if result.status.value == "fail"] == expected


def test_an_instance_is_in_the_groups_of_its_cluster_alone(scan_text):
    code = """
Resources:
  V: {Type: AWS::EC2::VPC}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V}}
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {SubnetIds: [!Ref Subnet]}}
  R:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt V.DefaultSecurityGroup, IpProtocol: -1, CidrIp: 0.0.0.0/0}
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {SnapshotIdentifier: s, DBSubnetGroupName: !Ref Subnets, VpcSecurityGroupIds: [sg-12345678]}
  Instance:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref Cluster, DBSubnetGroupName: !Ref Subnets, PubliclyAccessible: false}
"""
    assert scan_text("cloudformation", code, select=["SNAP404"]) == []


ORIGINAL = """
resource "aws_db_instance" "original" {
  identifier = "original"
  engine     = "postgres"
}
resource "aws_db_snapshot" "s" {
  db_instance_identifier = aws_db_instance.original.identifier
  db_snapshot_identifier = "s"
}
resource "aws_db_instance" "between" {
  snapshot_identifier = aws_db_snapshot.s.id
}
"""


@pytest.mark.parametrize(
    "source",
    [
        "snapshot_identifier = aws_db_snapshot.s.id",
        "restore_to_point_in_time {\nsource_db_instance_identifier = aws_db_instance.original.identifier\n}",
        "restore_to_point_in_time {\nsource_dbi_resource_id = aws_db_instance.between.resource_id\n}",
    ],
)
@pytest.mark.parametrize(("original", "port", "status"), [("", 5432, "fail"), ("port = 6543", 6543, "fail")])
def test_a_restored_database_listens_on_the_port_of_its_original(scan_text, source, original, port, status):
    code = ORIGINAL.replace('engine     = "postgres"', f'engine = "postgres"\n{original}')
    code += f"""
    resource "aws_db_instance" "d" {{
      {source}
      vpc_security_group_ids = [aws_security_group.g.id]
    }}
    """
    closed = code + tf_rule("ingress", "tcp", 3306, 3306)
    opened = code + tf_rule("ingress", "tcp", port, port)
    assert restore_findings(scan_text, "terraform", closed) == []
    assert restore_findings(scan_text, "terraform", opened) == [("SNAP404", "critical", status, "aws_security_group.g")]


@pytest.mark.parametrize(("kind", "expected"), [("RDS", "fail"), ("Aurora", "fail"), ("EFS", None)])
def test_a_restore_test_that_makes_its_copies_public_is_a_finding(scan_text, kind, expected):
    code = f"""
    resource "aws_backup_restore_testing_selection" "t" {{
      protected_resource_type    = "{kind}"
      protected_resource_arns    = ["*"]
      restore_metadata_overrides = {{ publiclyAccessible = "true" }}
    }}
    """
    address = "aws_backup_restore_testing_selection.t"
    found = [("SNAP404", "critical", expected, address)] if expected else []
    assert restore_findings(scan_text, "terraform", code) == found


def cfn_database(type, properties):
    return f"""
Resources:
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: 5439, ToPort: 5439, CidrIp: 0.0.0.0/0}}]
  D: {{Type: {type}, Properties: {properties}}}
  C: {{Type: AWS::RDS::DBCluster, Properties: {{SnapshotIdentifier: s, PubliclyAccessible: false}}}}
"""


@pytest.mark.parametrize(
    ("type", "properties", "expected"),
    [
        ("AWS::RDS::DBInstance", "{DBSnapshotIdentifier: s, PubliclyAccessible: true}", ["fail D"]),
        ("AWS::RDS::DBInstance", '{DBSnapshotIdentifier: s, PubliclyAccessible: "true"}', ["fail D"]),
        ("AWS::RDS::DBInstance", "{DBSnapshotIdentifier: s, PubliclyAccessible: false}", []),
        ("AWS::RDS::DBInstance", "{DBSnapshotIdentifier: s}", ["unknown D"]),
        ("AWS::RDS::DBInstance", "{Engine: postgres, PubliclyAccessible: true}", []),
        ("AWS::RDS::DBInstance", "{SourceDBInstanceIdentifier: p, PubliclyAccessible: true}", []),
        (
            "AWS::RDS::DBInstance",
            "{SourceDBInstanceIdentifier: p, UseLatestRestorableTime: true, PubliclyAccessible: true}",
            ["fail D"],
        ),
        (
            "AWS::RDS::DBInstance",
            "{SourceDBInstanceIdentifier: p, RestoreTime: 2026-01-01T00:00:00Z, PubliclyAccessible: true}",
            ["fail D"],
        ),
        ("AWS::RDS::DBInstance", "{DBClusterIdentifier: !Ref C, PubliclyAccessible: true}", ["fail D"]),
        ("AWS::RDS::DBCluster", "{SnapshotIdentifier: s, PubliclyAccessible: true}", ["fail D"]),
        ("AWS::RDS::DBCluster", "{SnapshotIdentifier: s, Port: 5439, VpcSecurityGroupIds: [!Ref G]}", ["fail G"]),
        ("AWS::DocDB::DBCluster", "{SnapshotIdentifier: s, Port: 5439, VpcSecurityGroupIds: [!Ref G]}", ["fail G"]),
        ("AWS::Neptune::DBCluster", "{SnapshotIdentifier: s, DBPort: 5439, VpcSecurityGroupIds: [!Ref G]}", ["fail G"]),
        ("AWS::Neptune::DBInstance", "{DBSnapshotIdentifier: s, PubliclyAccessible: true}", ["fail D"]),
        ("AWS::Redshift::Cluster", "{SnapshotIdentifier: s, PubliclyAccessible: true}", ["fail D"]),
        ("AWS::Redshift::Cluster", "{SnapshotIdentifier: s, VpcSecurityGroupIds: [!Ref G]}", ["fail G"]),
        (
            "AWS::Backup::RestoreTestingSelection",
            '{ProtectedResourceType: RDS, RestoreMetadataOverrides: {publiclyAccessible: "true"}}',
            ["fail D"],
        ),
        ("AWS::RedshiftServerless::Workgroup", "{SnapshotName: s, PubliclyAccessible: true}", ["fail D"]),
        ("AWS::ElastiCache::ReplicationGroup", "{SnapshotName: s, Port: 5439, SecurityGroupIds: [!Ref G]}", ["fail G"]),
    ],
)
def test_a_restored_database_of_a_template_is_a_finding_where_the_world_reaches_it(
    scan_text, type, properties, expected
):
    found = restore_findings(scan_text, "cloudformation", cfn_database(type, properties))
    assert [f"{status} {address}" for _, _, status, address in found] == expected
