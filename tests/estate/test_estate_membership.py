"""By which ways a group reaches a restored machine: seen by whether its open rule is a finding of SNAP401."""

import pytest

TF_OPEN = """
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
"""
TF_DISK = """
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
  }
"""
CFN_OPEN = "SecurityGroupIngress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}]"
CFN_DISK = "BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]"


def findings(scan_text, language, code):
    code = code.replace("OPEN", {"terraform": TF_OPEN, "cloudformation": CFN_OPEN}[language])
    code = code.replace("DISK", {"terraform": TF_DISK, "cloudformation": CFN_DISK}[language])
    return [(each.status.value, each.address) for each in scan_text(language, code, select=["SNAP401"])]


TF_GROUP = """
resource "aws_security_group" "g" {
  name = "g"
  OPEN
}
"""

TF_WAYS = {
    "its id": """
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.g.id]
          DISK
        }
    """,
    "its name": """
        resource "aws_instance" "i" {
          security_groups = [aws_security_group.g.name]
          DISK
        }
    """,
    "its name as text": """
        resource "aws_instance" "i" {
          security_groups = ["g"]
          DISK
        }
    """,
    "a list in a local": """
        locals { groups = concat([aws_security_group.g.id], ["sg-12345678"]) }
        resource "aws_instance" "i" {
          vpc_security_group_ids = local.groups
          DISK
        }
    """,
    "an interface": """
        resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
        resource "aws_instance" "i" {
          network_interface {
            device_index         = 0
            network_interface_id = aws_network_interface.n.id
          }
          DISK
        }
    """,
    "a primary interface": """
        resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
        resource "aws_instance" "i" {
          primary_network_interface { network_interface_id = aws_network_interface.n.id }
          DISK
        }
    """,
    "an interface that says so": """
        resource "aws_network_interface" "n" {
          security_groups = [aws_security_group.g.id]
          attachment {
            device_index = 1
            instance     = aws_instance.i.id
          }
        }
        resource "aws_security_group" "shut" { name = "shut" }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.shut.id]
          DISK
        }
    """,
    "an interface that is attached": """
        resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
        resource "aws_instance" "i" {
          DISK
        }
        resource "aws_network_interface_attachment" "a" {
          device_index         = 1
          instance_id          = aws_instance.i.id
          network_interface_id = aws_network_interface.n.id
        }
    """,
    "an attachment to its interface": """
        resource "aws_network_interface" "n" { subnet_id = "subnet-12345678" }
        resource "aws_network_interface_sg_attachment" "a" {
          network_interface_id = aws_network_interface.n.id
          security_group_id    = aws_security_group.g.id
        }
        resource "aws_instance" "i" {
          network_interface {
            device_index         = 0
            network_interface_id = aws_network_interface.n.id
          }
          DISK
        }
    """,
    "an attachment to the machine": """
        resource "aws_security_group" "shut" { name = "shut" }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.shut.id]
          DISK
        }
        resource "aws_network_interface_sg_attachment" "a" {
          network_interface_id = aws_instance.i.primary_network_interface_id
          security_group_id    = aws_security_group.g.id
        }
    """,
    "a template": """
        resource "aws_launch_template" "t" { vpc_security_group_ids = [aws_security_group.g.id] }
        resource "aws_instance" "i" {
          launch_template { id = aws_launch_template.t.id }
          DISK
        }
    """,
    "a template by name": """
        resource "aws_launch_template" "t" {
          name                 = "restore"
          security_group_names = ["g"]
        }
        resource "aws_instance" "i" {
          launch_template { name = "restore" }
          DISK
        }
    """,
    "an interface in a template": """
        resource "aws_launch_template" "t" {
          network_interfaces { security_groups = [aws_security_group.g.id] }
        }
        resource "aws_instance" "i" {
          launch_template { id = aws_launch_template.t.id }
          DISK
        }
    """,
    "an interface named in a template": """
        resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
        resource "aws_launch_template" "t" {
          network_interfaces { network_interface_id = aws_network_interface.n.id }
        }
        resource "aws_instance" "i" {
          launch_template { id = aws_launch_template.t.id }
          DISK
        }
    """,
    "a search for its name": """
        data "aws_security_group" "found" { name = "g" }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [data.aws_security_group.found.id]
          DISK
        }
    """,
    "a search for the name that it has": """
        data "aws_security_group" "found" {
          filter {
            name   = "group-name"
            values = [aws_security_group.g.name]
          }
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [data.aws_security_group.found.id]
          DISK
        }
    """,
    "the groups of another resource": """
        resource "aws_launch_template" "t" { vpc_security_group_ids = [aws_security_group.g.id] }
        resource "aws_instance" "i" {
          vpc_security_group_ids = aws_launch_template.t.vpc_security_group_ids
          DISK
        }
    """,
    "its name that a template has": """
        resource "aws_launch_template" "t" { security_group_names = [aws_security_group.g.name] }
        resource "aws_instance" "i" {
          security_groups = aws_launch_template.t.security_group_names
          DISK
        }
    """,
}


@pytest.mark.parametrize("way", TF_WAYS)
def test_a_group_reaches_a_machine_by(scan_text, way):
    assert findings(scan_text, "terraform", TF_GROUP + TF_WAYS[way]) == [("fail", "aws_security_group.g")]


TF_DEFAULTS = {
    "of the default network": (
        """
        resource "aws_default_security_group" "d" {
          OPEN
        }
        resource "aws_instance" "i" {
          DISK
        }
        """,
        "aws_default_security_group.d",
    ),
    "of a managed default network": (
        """
        resource "aws_default_vpc" "v" {}
        resource "aws_default_subnet" "s" { availability_zone = "eu-west-1a" }
        resource "aws_default_security_group" "d" {
          vpc_id = aws_default_vpc.v.id
          OPEN
        }
        resource "aws_instance" "i" {
          subnet_id = aws_default_subnet.s.id
          DISK
        }
        """,
        "aws_default_security_group.d",
    ),
    "of a default network that is looked up": (
        """
        data "aws_vpc" "v" { default = true }
        resource "aws_default_security_group" "d" {
          vpc_id = data.aws_vpc.v.id
          OPEN
        }
        resource "aws_instance" "i" {
          DISK
        }
        """,
        "aws_default_security_group.d",
    ),
    "of the network of the machine's subnet": (
        """
        resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
        resource "aws_subnet" "s" { vpc_id = aws_vpc.v.id }
        resource "aws_default_security_group" "d" {
          vpc_id = aws_vpc.v.id
          OPEN
        }
        resource "aws_instance" "i" {
          subnet_id = aws_subnet.s.id
          DISK
        }
        """,
        "aws_default_security_group.d",
    ),
    "of the network of the subnet of its interface": (
        """
        resource "aws_subnet" "s" { vpc_id = "vpc-12345678" }
        resource "aws_network_interface" "n" { subnet_id = aws_subnet.s.id }
        resource "aws_default_security_group" "d" {
          vpc_id = "vpc-12345678"
          OPEN
        }
        resource "aws_instance" "i" {
          network_interface {
            device_index         = 0
            network_interface_id = aws_network_interface.n.id
          }
          DISK
        }
        """,
        "aws_default_security_group.d",
    ),
    "of the network of the subnet of a scaling group": (
        """
        resource "aws_subnet" "s" { vpc_id = "vpc-12345678" }
        resource "aws_default_security_group" "d" {
          vpc_id = "vpc-12345678"
          OPEN
        }
        resource "aws_launch_configuration" "c" {
          DISK
        }
        resource "aws_autoscaling_group" "g" {
          launch_configuration = aws_launch_configuration.c.name
          vpc_zone_identifier  = [aws_subnet.s.id]
        }
        """,
        "aws_default_security_group.d",
    ),
    "by a rule on the network's attribute": (
        """
        resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
        resource "aws_subnet" "s" { vpc_id = aws_vpc.v.id }
        resource "aws_vpc_security_group_ingress_rule" "r" {
          security_group_id = aws_vpc.v.default_security_group_id
          ip_protocol       = "-1"
          cidr_ipv4         = "0.0.0.0/0"
        }
        resource "aws_instance" "i" {
          subnet_id = aws_subnet.s.id
          DISK
        }
        """,
        "aws_vpc_security_group_ingress_rule.r",
    ),
    "named by the network's attribute": (
        """
        resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
        resource "aws_default_security_group" "d" {
          vpc_id = aws_vpc.v.id
          OPEN
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_vpc.v.default_security_group_id]
          DISK
        }
        """,
        "aws_default_security_group.d",
    ),
}


@pytest.mark.parametrize("way", TF_DEFAULTS)
def test_a_machine_without_groups_is_in_the_default_group(scan_text, way):
    code, address = TF_DEFAULTS[way]
    assert findings(scan_text, "terraform", code) == [("fail", address)]


TF_ELSEWHERE = {
    "a group of its own": """
        resource "aws_security_group" "shut" { name = "shut" }
        resource "aws_default_security_group" "d" {
          OPEN
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.shut.id]
          DISK
        }
    """,
    "another network": """
        resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
        resource "aws_vpc" "w" { cidr_block = "10.0.0.0/16" }
        resource "aws_subnet" "s" { vpc_id = aws_vpc.w.id }
        resource "aws_default_security_group" "d" {
          vpc_id = aws_vpc.v.id
          OPEN
        }
        resource "aws_instance" "i" {
          subnet_id = aws_subnet.s.id
          DISK
        }
    """,
    "a subnet that is looked up": """
        data "aws_subnet" "s" { id = "subnet-12345678" }
        resource "aws_default_security_group" "d" {
          OPEN
        }
        resource "aws_instance" "i" {
          subnet_id = data.aws_subnet.s.id
          DISK
        }
    """,
    "a subnet that is only named": """
        resource "aws_default_security_group" "d" {
          OPEN
        }
        resource "aws_instance" "i" {
          subnet_id = "subnet-12345678"
          DISK
        }
    """,
    "a template that is only named": """
        resource "aws_default_security_group" "d" {
          OPEN
        }
        resource "aws_instance" "i" {
          launch_template { id = "lt-12345678" }
          DISK
        }
    """,
    "groups of the service": """
        resource "aws_default_security_group" "d" {
          OPEN
        }
        resource "aws_launch_template" "t" {
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_eks_node_group" "n" {
          launch_template { id = aws_launch_template.t.id }
        }
    """,
}


@pytest.mark.parametrize("way", TF_ELSEWHERE)
def test_the_default_group_is_silent_where_the_machine_is_in(scan_text, way):
    assert findings(scan_text, "terraform", TF_ELSEWHERE[way]) == []


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("var.group", "fail"),
        ("data.aws_security_group.d.id", "fail"),
        ('"sg-0123456789abcdef0"', "fail"),
        ("module.groups.id", "fail"),
    ],
)
def test_rules_and_machines_meet_at_a_group_that_the_code_only_names(scan_text, group, expected):
    code = f"""
    variable "group" {{}}
    data "aws_security_group" "d" {{ name = "shared" }}
    module "groups" {{ source = "./groups" }}
    resource "aws_security_group_rule" "r" {{
      type              = "ingress"
      security_group_id = {group}
      protocol          = "-1"
      from_port         = 0
      to_port           = 0
      cidr_blocks       = ["0.0.0.0/0"]
    }}
    resource "aws_instance" "i" {{
      vpc_security_group_ids = [{group}]
      {TF_DISK}
    }}
    """
    files = {
        "main.tf": code,
        "groups/main.tf": """
            resource "aws_security_group" "g" { name = "g" }
            output "id" { value = aws_security_group.g.id }
        """,
    }
    results = scan_text("terraform", files, select=["SNAP401"])
    assert [(each.status.value, each.address) for each in results] == [(expected, "aws_security_group_rule.r")]


def test_a_group_that_is_chosen_by_what_nobody_can_tell_is_no_certain_one(scan_text):
    code = """
    variable "switch" {}
    resource "aws_security_group" "shut" { name = "shut" }
    resource "aws_instance" "i" {
      vpc_security_group_ids = [var.switch ? aws_security_group.g.id : aws_security_group.shut.id]
      DISK
    }
    """
    assert findings(scan_text, "terraform", TF_GROUP + code) == [("unknown", "aws_security_group.g")]


def test_a_list_of_groups_that_is_chosen_by_what_nobody_can_tell_is_no_certain_one(scan_text):
    code = """
    variable "switch" {}
    resource "aws_instance" "i" {
      vpc_security_group_ids = var.switch ? [aws_security_group.g.id] : []
      DISK
    }
    """
    assert findings(scan_text, "terraform", TF_GROUP + code) == [("unknown", "aws_security_group.g")]


def test_a_name_that_two_groups_share_is_no_certain_one(scan_text):
    code = """
    resource "aws_security_group" "other" { name = "g" }
    resource "aws_instance" "i" {
      security_groups = ["g"]
      DISK
    }
    """
    assert findings(scan_text, "terraform", TF_GROUP + code) == [("unknown", "aws_security_group.g")]


def test_a_template_that_is_chosen_by_what_nobody_can_tell_brings_no_certain_group(scan_text):
    code = """
    variable "switch" {}
    resource "aws_launch_template" "t" { vpc_security_group_ids = [aws_security_group.g.id] }
    resource "aws_launch_template" "u" { image_id = "ami-12345678" }
    resource "aws_instance" "i" {
      launch_template { id = var.switch ? aws_launch_template.t.id : aws_launch_template.u.id }
      DISK
    }
    """
    assert findings(scan_text, "terraform", TF_GROUP + code) == [("unknown", "aws_security_group.g")]


TF_PERHAPS = {
    "an interface that is attached to one of two machines": """
        resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
        resource "aws_network_interface_attachment" "a" {
          device_index         = 1
          instance_id          = var.switch ? aws_instance.i.id : aws_instance.other.id
          network_interface_id = aws_network_interface.n.id
        }
    """,
    "one of two interfaces that is attached": """
        resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
        resource "aws_network_interface" "m" { security_groups = [aws_security_group.shut.id] }
        resource "aws_network_interface_attachment" "a" {
          device_index         = 1
          instance_id          = aws_instance.i.id
          network_interface_id = var.switch ? aws_network_interface.n.id : aws_network_interface.m.id
        }
    """,
    "an interface that says one of two machines": """
        resource "aws_network_interface" "n" {
          security_groups = [aws_security_group.g.id]
          attachment {
            device_index = 1
            instance     = var.switch ? aws_instance.i.id : aws_instance.other.id
          }
        }
    """,
    "an attachment that may not exist": """
        resource "aws_network_interface_sg_attachment" "a" {
          count                = var.switch ? 1 : 0
          network_interface_id = aws_instance.i.primary_network_interface_id
          security_group_id    = aws_security_group.g.id
        }
    """,
}


@pytest.mark.parametrize("way", TF_PERHAPS)
def test_a_group_reaches_a_machine_perhaps_by(scan_text, way):
    code = """
    variable "switch" {}
    resource "aws_security_group" "shut" { name = "shut" }
    resource "aws_instance" "other" { vpc_security_group_ids = [aws_security_group.shut.id] }
    resource "aws_instance" "i" {
      vpc_security_group_ids = [aws_security_group.shut.id]
      DISK
    }
    """
    assert findings(scan_text, "terraform", TF_GROUP + code + TF_PERHAPS[way]) == [("unknown", "aws_security_group.g")]


def test_one_group_of_many_by_for_each_is_the_one_that_is_open(scan_text):
    code = """
    resource "aws_security_group" "g" {
      for_each = { world = "0.0.0.0/0", office = "192.0.2.0/24" }
      ingress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = [each.value]
      }
    }
    resource "aws_instance" "i" {
      for_each               = aws_security_group.g
      vpc_security_group_ids = [each.value.id]
      DISK
    }
    """
    assert findings(scan_text, "terraform", code) == [("fail", 'aws_security_group.g["world"]')]


def test_all_groups_by_a_splat_reach_the_machine(scan_text):
    code = """
    resource "aws_security_group" "g" {
      count = 2
      OPEN
    }
    resource "aws_instance" "i" {
      vpc_security_group_ids = aws_security_group.g[*].id
      DISK
    }
    """
    results = scan_text("terraform", code.replace("OPEN", TF_OPEN).replace("DISK", TF_DISK), select=["SNAP401"])
    assert [each.addresses for each in results] == [("aws_security_group.g[0]", "aws_security_group.g[1]")]


CFN_WAYS = {
    "its id": """
  I: {Type: AWS::EC2::Instance, Properties: {SecurityGroupIds: [!GetAtt G.GroupId], DISK}}
""",
    "its name": """
  I: {Type: AWS::EC2::Instance, Properties: {SecurityGroups: [!Ref G], DISK}}
""",
    "its name as text": """
  I: {Type: AWS::EC2::Instance, Properties: {SecurityGroups: [open], DISK}}
""",
    "an interface of the machine": """
  I: {Type: AWS::EC2::Instance, Properties: {NetworkInterfaces: [{DeviceIndex: "0", GroupSet: [!Ref G]}], DISK}}
""",
    "an interface": """
  N: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: subnet-1, GroupSet: [!Ref G]}}
  I:
    Type: AWS::EC2::Instance
    Properties: {NetworkInterfaces: [{DeviceIndex: "0", NetworkInterfaceId: !Ref N}], DISK}
""",
    "an interface that is attached": """
  N: {Type: AWS::EC2::NetworkInterface, Properties: {SubnetId: subnet-1, GroupSet: [!Ref G]}}
  I: {Type: AWS::EC2::Instance, Properties: {DISK}}
  A:
    Type: AWS::EC2::NetworkInterfaceAttachment
    Properties: {DeviceIndex: "1", InstanceId: !Ref I, NetworkInterfaceId: !Ref N}
""",
    "a template": """
  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {SecurityGroups: [open]}}}
  I:
    Type: AWS::EC2::Instance
    Properties: {LaunchTemplate: {LaunchTemplateId: !Ref T, Version: "1"}, DISK}
""",
}


@pytest.mark.parametrize("way", CFN_WAYS)
def test_a_group_of_a_template_reaches_a_machine_by(scan_text, way):
    group = """
Resources:
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, GroupName: open, OPEN}}
"""
    assert findings(scan_text, "cloudformation", group + CFN_WAYS[way]) == [("fail", "G")]


@pytest.mark.parametrize(
    "group",
    ["GroupId: !GetAtt G.GroupId", "GroupId: !Ref G", "GroupName: !Ref G", "GroupName: named"],
)
def test_a_rule_of_its_own_joins_the_group_that_it_names(scan_text, group):
    code = f"""
Resources:
  G: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: g, GroupName: named}}}}
  R:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0, {group}}}
  I: {{Type: AWS::EC2::Instance, Properties: {{SecurityGroupIds: [!GetAtt G.GroupId], DISK}}}}
"""
    assert findings(scan_text, "cloudformation", code) == [("fail", "R")]


def test_a_rule_on_the_default_group_of_the_network_reaches_a_machine_without_groups(scan_text):
    code = """
Resources:
  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  S: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.0.0/24}}
  R:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {IpProtocol: -1, CidrIp: 0.0.0.0/0, GroupId: !GetAtt V.DefaultSecurityGroup}
  I: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref S, DISK}}
"""
    assert findings(scan_text, "cloudformation", code) == [("fail", "R")]


SEARCHED = """
resource "aws_vpc" "a" {}
resource "aws_vpc" "b" {}
data "aws_security_group" "of_machine" {
  MACHINE
}
data "aws_security_group" "of_rule" {
  RULE
}
resource "aws_security_group" "g" {
  name   = "g"
  vpc_id = aws_vpc.a.id
}
resource "aws_security_group_rule" "r" {
  security_group_id = data.aws_security_group.of_rule.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["0.0.0.0/0"]
}
resource "aws_instance" "i" {
  vpc_security_group_ids = [data.aws_security_group.of_machine.id]
  DISK
}
"""


@pytest.mark.parametrize(
    ("machine", "rule", "meet"),
    [
        ('name = "elsewhere"', 'name = "elsewhere"', True),
        ('name = "elsewhere"\nvpc_id = "vpc-1"', 'name = "elsewhere"\nvpc_id = "vpc-1"', True),
        ('name = "elsewhere"\nvpc_id = "vpc-1"', 'name = "elsewhere"\nvpc_id = "vpc-2"', False),
        ('name = "g"\nvpc_id = aws_vpc.a.id', "name = aws_security_group.g.name", True),
        ('name = "g"\nvpc_id = aws_vpc.b.id', "name = aws_security_group.g.name", False),
        ('name = "default"\nvpc_id = "vpc-1"', 'name = "default"\nvpc_id = "vpc-1"', True),
        ('name = "default"\nvpc_id = "vpc-1"', 'name = "default"\nvpc_id = "vpc-2"', False),
        ("tags = { a = 1 }", "tags = { a = 1 }", False),
    ],
)
def test_groups_that_are_looked_up_are_the_same_by_name_and_network(scan_text, machine, rule, meet):
    code = SEARCHED.replace("MACHINE", machine).replace("RULE", rule)
    assert findings(scan_text, "terraform", code) == ([("fail", "aws_security_group_rule.r")] if meet else [])


def test_a_rule_on_the_default_group_that_is_looked_up_reaches_a_machine_without_groups(scan_text):
    code = """
    data "aws_vpc" "d" { default = true }
    data "aws_security_group" "d" {
      name   = "default"
      vpc_id = data.aws_vpc.d.id
    }
    resource "aws_security_group_rule" "r" {
      security_group_id = data.aws_security_group.d.id
      type              = "ingress"
      protocol          = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_blocks       = ["0.0.0.0/0"]
    }
    resource "aws_instance" "i" {
      DISK
    }
    """
    assert findings(scan_text, "terraform", code) == [("fail", "aws_security_group_rule.r")]


def test_a_name_that_is_looked_up_and_that_two_groups_have_leads_to_no_certain_one(scan_text):
    code = """
    resource "aws_security_group" "g" {
      name = "g"
      OPEN
    }
    resource "aws_security_group" "h" { name = "g" }
    data "aws_security_group" "found" { name = "g" }
    resource "aws_instance" "i" {
      vpc_security_group_ids = [data.aws_security_group.found.id]
      DISK
    }
    """
    assert [status for status, _ in findings(scan_text, "terraform", code)] == ["unknown"]


@pytest.mark.parametrize(
    "group",
    ["aws_security_group_rule.web.security_group_id", "tolist(aws_instance.i.vpc_security_group_ids)[0]"],
)
def test_a_rule_joins_the_group_that_another_resource_names(scan_text, group):
    code = f"""
    resource "aws_security_group" "g" {{}}
    resource "aws_security_group_rule" "web" {{
      security_group_id = aws_security_group.g.id
      type              = "ingress"
      protocol          = "tcp"
      from_port         = 443
      to_port           = 443
      cidr_blocks       = ["0.0.0.0/0"]
    }}
    resource "aws_security_group_rule" "ssh" {{
      security_group_id = {group}
      type              = "ingress"
      protocol          = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_blocks       = aws_security_group_rule.web.cidr_blocks
    }}
    resource "aws_instance" "i" {{
      vpc_security_group_ids = [aws_security_group.g.id]
      DISK
    }}
    """
    assert findings(scan_text, "terraform", code) == [("fail", "aws_security_group_rule.ssh")]


def test_an_egress_rule_of_its_own_lets_nothing_in(scan_text):
    code = """
Resources:
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g}}
  R:
    Type: AWS::EC2::SecurityGroupEgress
    Properties: {IpProtocol: -1, CidrIp: 0.0.0.0/0, GroupId: !GetAtt G.GroupId}
  I: {Type: AWS::EC2::Instance, Properties: {SecurityGroupIds: [!GetAtt G.GroupId], DISK}}
"""
    assert findings(scan_text, "cloudformation", code) == []


def test_the_way_from_the_rule_to_the_machine_is_told_step_by_step(scan_text):
    code = """
    resource "aws_network_interface" "n" { security_groups = [aws_security_group.g.id] }
    resource "aws_instance" "i" {
      network_interface {
        device_index         = 0
        network_interface_id = aws_network_interface.n.id
      }
      DISK
    }
    """
    code = (TF_GROUP + code).replace("OPEN", TF_OPEN).replace("DISK", TF_DISK)
    (result,) = scan_text("terraform", code, select=["SNAP401"])
    assert [step.message for step in result.evidence] == [
        "aws_network_interface.n is in aws_security_group.g",
        "aws_network_interface.n is an interface of aws_instance.i",
        "aws_instance.i has disk /dev/sdf made from snapshot snap-0123456789abcdef0",
    ]


def test_groups_and_copies_are_followed_through_modules(scan_text):
    files = {
        "main.tf": """
            module "groups" { source = "./groups" }
            resource "aws_ebs_snapshot_copy" "c" {
              source_snapshot_id = "snap-0123456789abcdef0"
              source_region      = "eu-west-1"
            }
            module "machine" {
              for_each = toset(["a", "b"])
              source   = "./machine"
              groups   = [module.groups.ids["web"]]
              snapshot = aws_ebs_snapshot_copy.c.id
            }
        """,
        "groups/main.tf": """
            resource "aws_security_group" "g" {
              for_each = { web = ["0.0.0.0/0"], db = ["10.0.0.0/8"] }
              ingress {
                protocol    = "tcp"
                from_port   = 22
                to_port     = 22
                cidr_blocks = each.value
              }
            }
            output "ids" { value = { for name, group in aws_security_group.g : name => group.id } }
        """,
        "machine/main.tf": """
            variable "groups" {}
            variable "snapshot" {}
            resource "aws_ebs_volume" "v" { snapshot_id = var.snapshot }
            resource "aws_instance" "i" { vpc_security_group_ids = var.groups }
            resource "aws_volume_attachment" "a" {
              volume_id   = aws_ebs_volume.v.id
              instance_id = aws_instance.i.id
            }
        """,
    }
    (result,) = scan_text("terraform", files, select=["SNAP401"])
    assert result.address == 'module.groups.aws_security_group.g["web"]'
    assert [(step.span.file.display, step.message) for step in result.evidence][:4] == [
        ("machine/main.tf", f'module.machine["a"].aws_instance.i is in {result.address}'),
        (
            "machine/main.tf",
            'module.machine["a"].aws_volume_attachment.a puts module.machine["a"].aws_ebs_volume.v '
            'on module.machine["a"].aws_instance.i',
        ),
        ("machine/main.tf", 'module.machine["a"].aws_ebs_volume.v is made from snapshot aws_ebs_snapshot_copy.c'),
        ("main.tf", "aws_ebs_snapshot_copy.c is a copy of snapshot snap-0123456789abcdef0"),
    ]


def test_groups_are_followed_into_nested_stacks(scan_text):
    files = {
        "root.yaml": f"""
Resources:
  Net: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: net.yaml}}}}
  I: {{Type: AWS::EC2::Instance, Properties: {{SecurityGroupIds: [!GetAtt Net.Outputs.Group], {CFN_DISK}}}}}
""",
        "net.yaml": f"""
Resources:
  G: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: g, {CFN_OPEN}}}}}
Outputs:
  Group: {{Value: !GetAtt G.GroupId}}
""",
    }
    results = scan_text("cloudformation", files, select=["SNAP401"])
    assert [(each.status.value, each.address) for each in results] == [("fail", "Net/G")]
