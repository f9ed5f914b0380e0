"""What keeps the world from a restored machine makes its opening less severe, where the code shows it."""

import pytest

TF_GROUP = """
resource "aws_security_group" "g" {
  ingress {
    protocol         = "tcp"
    from_port        = 22
    to_port          = 22
    cidr_blocks      = ["0.0.0.0/0"]
  }
}
"""
TF_DISK = """
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
"""
TF_NETWORK = """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
resource "aws_vpn_gateway" "v" { vpc_id = aws_vpc.v.id }
resource "aws_nat_gateway" "n" { subnet_id = aws_subnet.other.id }
resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_subnet" "other" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.v.id
}
variable "any" {}
"""
TF_ASSOCIATION = """
resource "aws_route_table_association" "s" {
  subnet_id      = aws_subnet.s.id
  route_table_id = aws_route_table.t.id
}
"""


HTTPS = 'protocol = "6", from_port = 443, to_port = 443'


def tf_machine(*lines):
    inner = "\n  ".join(lines)
    return f"""
resource "aws_instance" "i" {{
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.g.id]
  {inner}
  {TF_DISK}
}}
"""


def severity(scan_text, language, code):
    (result,) = scan_text(language, code, select=["SNAP401"])
    assert result.status.value == "fail"
    return result.severity.label


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        ([], "", "critical"),
        (["associate_public_ip_address = true"], "", "critical"),
        (["associate_public_ip_address = false"], "", "high"),
        (["associate_public_ip_address = var.any"], 'variable "any" {}', "critical"),
        (
            ["associate_public_ip_address = false"],
            'resource "aws_eip" "e" { instance = aws_instance.i.id }',
            "critical",
        ),
        (
            ["associate_public_ip_address = false"],
            'resource "aws_eip_association" "e" { network_interface_id = aws_instance.i.primary_network_interface_id }',
            "critical",
        ),
        (
            ["associate_public_ip_address = false"],
            'resource "aws_eip_association" "e" { instance_id = var.any }\nvariable "any" {}',
            "critical",
        ),
        (
            ["associate_public_ip_address = false"],
            'resource "aws_instance" "o" {}\nresource "aws_eip" "e" { instance = aws_instance.o.id }',
            "high",
        ),
    ],
)
def test_a_machine_that_surely_has_no_public_address_is_less_severe(scan_text, lines, more, expected):
    assert severity(scan_text, "terraform", TF_GROUP + tf_machine(*lines) + more) == expected


def test_a_machine_without_a_public_address_is_as_severe_as_ever_where_ipv6_gets_in(scan_text):
    group = TF_GROUP.replace("cidr_blocks      =", "ipv6_cidr_blocks =").replace("0.0.0.0/0", "::/0")
    assert severity(scan_text, "terraform", group + tf_machine("associate_public_ip_address = false")) == "critical"


def test_a_machine_with_an_interface_of_its_own_may_get_its_address_there(scan_text):
    interface = """
resource "aws_network_interface" "n" {
  subnet_id = "subnet-1"
  attachment {
    instance     = aws_instance.i.id
    device_index = 1
  }
}
"""
    code = TF_GROUP + tf_machine("associate_public_ip_address = false") + interface
    assert severity(scan_text, "terraform", code) == "critical"


@pytest.mark.parametrize(
    ("association", "route", "expected"),
    [
        (TF_ASSOCIATION, "", "high"),
        ("", "", "critical"),
        (TF_ASSOCIATION, "nat_gateway_id = aws_nat_gateway.n.id", "high"),
        (TF_ASSOCIATION, "gateway_id = aws_vpn_gateway.v.id", "high"),
        (TF_ASSOCIATION, "gateway_id = aws_internet_gateway.g.id", "critical"),
        (TF_ASSOCIATION, 'gateway_id = "igw-12345678"', "critical"),
        (TF_ASSOCIATION, "gateway_id = var.any", "critical"),
        (TF_ASSOCIATION, 'vpc_endpoint_id = "vpce-12345678"', "critical"),
        (TF_ASSOCIATION.replace("aws_route_table.t.id", "var.any"), "", "critical"),
        (TF_ASSOCIATION.replace("aws_subnet.s.id", "aws_subnet.other.id"), "", "critical"),
    ],
)
def test_a_machine_in_a_subnet_without_a_way_to_the_internet_is_less_severe(scan_text, association, route, expected):
    rule = f"""
resource "aws_route" "r" {{
  route_table_id         = aws_route_table.t.id
  destination_cidr_block = "0.0.0.0/0"
  {route}
}}
"""
    code = TF_GROUP + TF_NETWORK + tf_machine("subnet_id = aws_subnet.s.id") + association + (rule if route else "")
    assert severity(scan_text, "terraform", code) == expected


def test_a_route_in_an_unknown_table_may_lead_to_the_internet(scan_text):
    stray = """
resource "aws_route" "r" {
  route_table_id         = var.any
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.g.id
}
"""
    code = TF_GROUP + TF_NETWORK + tf_machine("subnet_id = aws_subnet.s.id") + TF_ASSOCIATION + stray
    assert severity(scan_text, "terraform", code) == "critical"


@pytest.mark.parametrize(("subnets", "expected"), [("s", "high"), ("other", "critical")])
def test_a_set_of_machines_is_less_severe_only_where_all_its_subnets_are_private(scan_text, subnets, expected):
    code = f"""
resource "aws_launch_template" "t" {{
  vpc_security_group_ids = [aws_security_group.g.id]
  block_device_mappings {{
    device_name = "/dev/sdf"
    ebs {{
      snapshot_id = "snap-0123456789abcdef0"
      encrypted   = true
    }}
  }}
}}
resource "aws_autoscaling_group" "a" {{
  vpc_zone_identifier = [aws_subnet.s.id, aws_subnet.{subnets}.id]
  launch_template {{
    id = aws_launch_template.t.id
  }}
}}
"""
    assert severity(scan_text, "terraform", TF_GROUP + TF_NETWORK + TF_ASSOCIATION + code) == expected


def test_the_flag_of_a_template_counts_for_the_machines_that_are_started_by_it(scan_text):
    code = f"""
resource "aws_launch_template" "t" {{
  network_interfaces {{
    associate_public_ip_address = false
    security_groups             = [aws_security_group.g.id]
  }}
}}
resource "aws_instance" "i" {{
  launch_template {{
    id = aws_launch_template.t.id
  }}
  {TF_DISK}
}}
"""
    assert severity(scan_text, "terraform", TF_GROUP + code) == "high"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("", "high"),
        ('ingress { rule_no = 1, action = "allow", protocol = "-1", cidr_block = "0.0.0.0/0" }', "critical"),
        ('ingress { rule_no = 1, action = "deny", protocol = "-1", cidr_block = "0.0.0.0/0" }', "high"),
        ('ingress { rule_no = 1, action = "allow", protocol = "-1", cidr_block = "10.0.0.0/8" }', "high"),
        (f'ingress {{ rule_no = 1, action = "allow", {HTTPS}, cidr_block = "0.0.0.0/0" }}', "high"),
        ('ingress { rule_no = 1, action = var.any, protocol = "-1", cidr_block = "0.0.0.0/0" }', "critical"),
        ('ingress { rule_no = 1, action = "allow", protocol = "-1", cidr_block = var.any }', "critical"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_apart", [False, True])
def test_a_machine_behind_an_access_list_that_lets_nobody_in_is_less_severe(scan_text, entries, expected, is_apart):
    lines = entries.replace("{ ", "{\n").replace(", ", "\n").replace(" }", "\n}")
    if is_apart:
        entry = lines.replace(
            "ingress {", 'resource "aws_network_acl_rule" "e" {\nnetwork_acl_id = aws_network_acl.a.id'
        )
        entry = entry.replace("rule_no ", "rule_number ").replace("action ", "rule_action ")
        inside = ""
    else:
        entry, inside = "", lines
    acl = f"""
resource "aws_network_acl" "a" {{
  vpc_id     = aws_vpc.v.id
  subnet_ids = [aws_subnet.s.id]
  {inside}
}}
{entry}
"""
    code = TF_GROUP + TF_NETWORK + tf_machine("subnet_id = aws_subnet.s.id") + acl
    assert severity(scan_text, "terraform", code) == expected


def test_what_keeps_the_world_out_is_told(scan_text):
    code = TF_GROUP + TF_NETWORK + tf_machine("subnet_id = aws_subnet.s.id") + TF_ASSOCIATION
    (result,) = scan_text("terraform", code, select=["SNAP401"])
    assert result.evidence[-1].message == "aws_subnet.s has no route to an internet gateway"


CFN = """
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Vpn: {Type: AWS::EC2::VPNGateway, Properties: {Type: ipsec.1}}
  S: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24}}
  T: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref V}}
  Acl: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref V}}
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      VpcId: !Ref V
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
  I:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-12345678
      NetworkInterfaces:
        - {DeviceIndex: "0", SubnetId: !Ref S, GroupSet: [!Ref G], AssociatePublicIpAddress: FLAG}
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0, Encrypted: true}}]
"""
CFN_JOINED = """
  Joined: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref S, RouteTableId: !Ref T}}
"""
CFN_LISTED = """
  Listed: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref S, NetworkAclId: !Ref Acl}}
"""


def cfn_route(gateway):
    return f"""
  R:
    Type: AWS::EC2::Route
    Properties: {{RouteTableId: !Ref T, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref {gateway}}}
"""


def cfn_entry(action, is_egress=False):
    return f"""
  E:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: !Ref Acl
      RuleNumber: 100
      Protocol: 6
      PortRange: {{From: 0, To: 1024}}
      RuleAction: {action}
      Egress: {is_egress}
      CidrBlock: 0.0.0.0/0
"""


@pytest.mark.parametrize(
    ("flag", "more", "expected"),
    [
        ("true", "", "critical"),
        ("false", "", "high"),
        ("false", "\n  A: {Type: AWS::EC2::EIP, Properties: {InstanceId: !Ref I}}\n", "critical"),
        ("true", CFN_JOINED, "high"),
        ("true", CFN_JOINED + cfn_route("Gateway"), "critical"),
        ("true", CFN_JOINED + cfn_route("Vpn"), "high"),
        ("true", CFN_LISTED, "high"),
        ("true", CFN_LISTED + cfn_entry("allow"), "critical"),
        ("true", CFN_LISTED + cfn_entry("deny"), "high"),
        ("true", CFN_LISTED + cfn_entry("allow", is_egress=True), "high"),
    ],
)
def test_shelters_are_told_in_templates_as_well(scan_text, flag, more, expected):
    assert severity(scan_text, "cloudformation", CFN.replace("FLAG", flag) + more) == expected


@pytest.mark.parametrize(("line", "expected"), [("", "critical"), ("publicly_accessible = false", "high")])
def test_a_database_that_says_that_it_is_not_public_is_less_severe_behind_an_open_group(scan_text, line, expected):
    code = f"""
resource "aws_db_instance" "d" {{
  snapshot_identifier    = "orders"
  engine                 = "mysql"
  vpc_security_group_ids = [aws_security_group.g.id]
  {line}
}}
"""
    group = TF_GROUP.replace("22", "3306")
    (result,) = scan_text("terraform", group + code, select=["SNAP404"])
    assert result.severity.label == expected


TF_BASTION = """
resource "aws_security_group" "inner" {
  ingress {
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    security_groups = [aws_security_group.g.id]
  }
}
resource "aws_instance" "restored" {
  vpc_security_group_ids = [aws_security_group.inner.id]
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
}
"""
TF_BASTION_MACHINE = """
resource "aws_instance" "bastion" {
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.g.id]
}
"""


def test_a_machine_that_lets_in_the_group_of_an_open_bastion_is_reached_by_way_of_it(scan_text):
    (result,) = scan_text("terraform", TF_GROUP + TF_BASTION + TF_BASTION_MACHINE, select=["SNAP401"])

    assert (result.severity.label, result.address) == ("high", "aws_security_group.inner")
    assert result.message == (
        "aws_instance.restored, restored from a snapshot, can be reached by SSH from all IPv4 addresses"
        " by way of aws_instance.bastion"
    )
    messages = [evidence.message for evidence in result.evidence]
    assert "aws_security_group.g is open to the world" in messages
    assert "aws_instance.bastion is in aws_security_group.g" in messages


@pytest.mark.parametrize(
    "code",
    [
        TF_GROUP + TF_BASTION,
        TF_GROUP.replace("22", "443") + TF_BASTION + TF_BASTION_MACHINE,
        TF_GROUP.replace("0.0.0.0/0", "10.0.0.0/8") + TF_BASTION + TF_BASTION_MACHINE,
        TF_GROUP + TF_BASTION.replace("22", "443") + TF_BASTION_MACHINE,
    ],
    ids=["nobody is in the group", "open on another port", "open to a small range", "let in on another port"],
)
def test_a_group_that_leads_on_to_no_machine_that_the_world_reaches_by_ssh_is_silent(scan_text, code):
    assert scan_text("terraform", code, select=["SNAP401"]) == []


def test_a_group_is_followed_once_and_no_further(scan_text):
    middle = TF_BASTION.replace("inner", "middle").replace("restored", "middle").replace("ebs_block", "dynamic_block")
    middle = middle.split('resource "aws_instance"')[0]
    code = TF_GROUP + middle + TF_BASTION.replace("aws_security_group.g.id", "aws_security_group.middle.id")
    machine = TF_BASTION_MACHINE.replace("bastion", "m").replace(".g.id", ".middle.id")
    assert scan_text("terraform", code + TF_BASTION_MACHINE + machine, select=["SNAP401"]) == []


@pytest.mark.parametrize("kind", ["rule", "ingress"])
def test_rules_that_are_resources_of_their_own_name_groups_as_well(scan_text, kind):
    rule = {
        "rule": """
resource "aws_security_group_rule" "r" {
  security_group_id        = aws_security_group.inner.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 22
  to_port                  = 22
  source_security_group_id = aws_security_group.g.id
}
""",
        "ingress": """
resource "aws_vpc_security_group_ingress_rule" "r" {
  security_group_id            = aws_security_group.inner.id
  ip_protocol                  = "tcp"
  from_port                    = 22
  to_port                      = 22
  referenced_security_group_id = aws_security_group.g.id
}
""",
    }[kind]
    machine = TF_BASTION.partition('resource "aws_instance"')
    code = TF_GROUP + 'resource "aws_security_group" "inner" {}\n' + machine[1] + machine[2] + TF_BASTION_MACHINE + rule
    (result,) = scan_text("terraform", code, select=["SNAP401"])
    assert result.address.endswith(".r")


def test_a_template_s_groups_are_followed_as_well(scan_text):
    code = """
Resources:
  Outer:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: outer
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
  Inner:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: inner
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, SourceSecurityGroupId: !GetAtt Outer.GroupId}]
  Bastion: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-12345678, SecurityGroupIds: [!Ref Outer]}}
  Restored:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref Inner]
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0, Encrypted: true}}]
"""
    (result,) = scan_text("cloudformation", code, select=["SNAP401"])
    assert (result.severity.label, result.address) == ("high", "Inner")


SUBNET_FLAG = """
resource "aws_subnet" "one" {
  vpc_id                  = "vpc-1"
  map_public_ip_on_launch = ONE
}
resource "aws_subnet" "two" {
  vpc_id                  = "vpc-1"
  map_public_ip_on_launch = TWO
}
resource "aws_security_group" "g" {
  ingress {
    protocol         = "tcp"
    from_port        = 22
    to_port          = 22
    RANGES
  }
}
resource "aws_launch_template" "t" {
  vpc_security_group_ids = [aws_security_group.g.id]
  block_device_mappings {
    ebs {
      snapshot_id = "snap-0123456789abcdef0"
    }
  }
}
resource "aws_autoscaling_group" "m" {
  vpc_zone_identifier = [aws_subnet.one.id, aws_subnet.two.id]
  launch_template {
    id = aws_launch_template.t.id
  }
}
"""


@pytest.mark.parametrize(
    ("one", "two", "ranges", "expected"),
    [
        ("false", "false", 'cidr_blocks = ["0.0.0.0/0"]', "high"),
        ("false", "true", 'cidr_blocks = ["0.0.0.0/0"]', "critical"),
        ("false", "null", 'cidr_blocks = ["0.0.0.0/0"]', "critical"),
        ("false", "false", 'ipv6_cidr_blocks = ["::/0"]', "critical"),
    ],
)
def test_subnets_that_give_no_public_addresses_keep_ipv4_out(scan_text, one, two, ranges, expected):
    code = SUBNET_FLAG.replace("ONE", one).replace("TWO", two).replace("RANGES", ranges)
    (result,) = scan_text("terraform", code, select=["SNAP401"])

    assert result.severity.label == expected


def test_a_machine_that_asks_for_an_address_gets_one_in_any_subnet(scan_text):
    code = SUBNET_FLAG.replace("ONE", "false").replace("TWO", "false").replace("RANGES", 'cidr_blocks = ["0.0.0.0/0"]')
    code = code.replace(
        "  vpc_security_group_ids = [aws_security_group.g.id]\n",
        """
  network_interfaces {
    associate_public_ip_address = true
    security_groups             = [aws_security_group.g.id]
  }
""",
    )
    (result,) = scan_text("terraform", code, select=["SNAP401"])

    assert result.severity.label == "critical"


def access_list(*entries):
    blocks = "".join(
        f"""
  ingress {{
    rule_no    = {number}
    action     = "{action}"
    protocol   = "{protocol}"
    from_port  = {port}
    to_port    = {port}
    cidr_block = "{block}"
  }}"""
        for number, action, protocol, port, block in entries
    )
    return f"""
variable "number" {{}}
resource "aws_subnet" "s" {{
  vpc_id = "vpc-1"
}}
resource "aws_network_acl" "l" {{
  vpc_id     = "vpc-1"
  subnet_ids = [aws_subnet.s.id]{blocks}
}}
resource "aws_security_group" "g" {{
  ingress {{
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
resource "aws_instance" "m" {{
  ami                    = "ami-12345678"
  subnet_id              = aws_subnet.s.id
  vpc_security_group_ids = [aws_security_group.g.id]
  ebs_block_device {{
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
  }}
}}
"""


ALL = ("allow", "-1", 0, "0.0.0.0/0")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([(90, "deny", "tcp", 22, "0.0.0.0/0"), (100, *ALL)], "high"),
        ([(100, *ALL), (90, "deny", "6", 22, "0.0.0.0/0")], "high"),
        ([(100, *ALL), (110, "deny", "tcp", 22, "0.0.0.0/0")], "critical"),
        ([(90, "deny", "tcp", 3389, "0.0.0.0/0"), (100, *ALL)], "critical"),
        ([(90, "deny", "udp", 22, "0.0.0.0/0"), (100, *ALL)], "critical"),
        ([(90, "deny", "tcp", 22, "10.0.0.0/8"), (100, *ALL)], "critical"),
        ([(90, "deny", "tcp", 22, "0.0.0.0/1"), (100, *ALL)], "high"),
        ([("var.number", "deny", "tcp", 22, "0.0.0.0/0"), (100, *ALL)], "critical"),
        ([(80, "allow", "tcp", 22, "203.0.113.0/24"), (90, "deny", "-1", 0, "0.0.0.0/0"), (100, *ALL)], "high"),
    ],
)
def test_the_entries_of_an_access_list_are_tried_by_their_numbers(scan_text, entries, expected):
    (result,) = scan_text("terraform", access_list(*entries), select=["SNAP401"])

    assert result.severity.label == expected
