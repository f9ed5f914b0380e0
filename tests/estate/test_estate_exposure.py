"""Which rules let the world reach a restored machine: seen by the findings of SNAP401."""

import pytest

from snapguard.estate.openings import SHOWN_TARGETS

TF_MACHINE = """
resource "aws_instance" "i" {
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.g.id]
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
}
"""
CFN_MACHINE = """
Resources:
  I:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-12345678
      SecurityGroupIds: [!GetAtt G.GroupId]
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0, Encrypted: true}}]
"""


def findings(scan_text, language, code, check="SNAP401", **settings):
    """Status and address of what the check says of a machine beside the code."""
    machine = {"terraform": TF_MACHINE, "cloudformation": CFN_MACHINE}[language]
    return [
        (result.status.value, result.address)
        for result in scan_text(language, machine + code, select=[check], **settings)
    ]


def status(scan_text, language, code, check="SNAP401", **settings):
    found = findings(scan_text, language, code, check, **settings)
    assert len(found) <= 1
    return found[0][0] if found else None


@pytest.mark.parametrize(
    ("protocol", "first", "last", "expected"),
    [
        ('"tcp"', "22", "22", "fail"),
        ('"TCP"', "0", "65535", "fail"),
        ('"6"', "20", "30", "fail"),
        ("6", "22", "22", "fail"),
        ('"-1"', "0", "0", "fail"),
        ("-1", "443", "443", "fail"),
        ('"all"', "0", "0", "fail"),
        ('"tcp"', '"22"', '"22"', "fail"),
        ('"tcp"', "22.0", "22", "fail"),
        ('"tcp"', "0", "0", None),
        ('"tcp"', "-1", "-1", None),
        ('"tcp"', "23", "22", None),
        ('"tcp"', "443", "443", None),
        ('"udp"', "22", "22", None),
        ('"17"', "22", "22", None),
        ('"icmp"', "22", "22", None),
        ('"58"', "0", "65535", None),
        ('"50"', "0", "65535", None),
        ("var.unknown", "22", "22", "unknown"),
        ("var.unknown", "443", "443", "unknown"),
        ('"tcp"', "var.unknown", "22", "unknown"),
        ('"tcp"', "22", "var.unknown", "unknown"),
        ('"tcp"', "var.unknown", "21", None),
        ('"tcp"', "23", "var.unknown", None),
        ('"udp"', "var.unknown", "var.unknown", None),
        ('"tcp"', '"ssh"', '"ssh"', None),
        ('var.unknown ? "tcp" : "udp"', "22", "22", "unknown"),
    ],
)
def test_a_rule_lets_ssh_in_by_its_protocol_and_ports(scan_text, protocol, first, last, expected):
    code = f"""
    variable "unknown" {{}}
    resource "aws_security_group" "g" {{
      ingress {{
        protocol    = {protocol}
        from_port   = {first}
        to_port     = {last}
        cidr_blocks = ["0.0.0.0/0"]
      }}
    }}
    """
    assert status(scan_text, "terraform", code) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}", "fail"),
        ('{IpProtocol: "6", FromPort: "22", ToPort: "22", CidrIp: 1.2.3.4/0}', "fail"),
        ("{IpProtocol: -1, CidrIp: 0.0.0.0/0}", "fail"),
        ('{IpProtocol: "-1", FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}', "fail"),
        ("{IpProtocol: -1, CidrIpv6: '::/0'}", "fail"),
        ("{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}", None),
        ("{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}", None),
        ("{IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 0.0.0.0/0}", None),
        ("{IpProtocol: tcp, CidrIp: 0.0.0.0/0}", "unknown"),
        ("{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Range}", "unknown"),
        ("{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Sub '${Address}/32'}", None),
        ("{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !GetAtt Net.CidrBlock}", None),
        ("{IpProtocol: tcp, FromPort: 22, ToPort: 22, SourceSecurityGroupId: sg-12345678}", None),
    ],
)
def test_a_rule_of_a_template_lets_ssh_in_by_protocol_ports_and_range(scan_text, rule, expected):
    code = f"""
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      SecurityGroupIngress: [{rule}]
  Net: {{Type: AWS::EC2::VPC, Properties: {{Ipv4IpamPoolId: pool, Ipv4NetmaskLength: 16}}}}
Parameters:
  Range: {{Type: String}}
  Address: {{Type: String}}
"""
    assert status(scan_text, "cloudformation", code) == expected


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ('cidr_blocks = ["0.0.0.0/00"]', "fail"),
        ('cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]', "fail"),
        ('cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]', "fail"),
        ('cidr_blocks = [for half in ["0", "128"] : "${half}.0.0.0/1"]', "fail"),
        ('ipv6_cidr_blocks = ["::/0"]', "fail"),
        ('ipv6_cidr_blocks = ["0::0/0"]', "fail"),
        ('ipv6_cidr_blocks = ["2000::/3"]', "fail"),
        ('cidr_blocks = ["0.0.0.0/1"]', None),
        ("cidr_blocks = []", None),
        ("self = true", None),
        ("security_groups = [aws_security_group.g2.id]", None),
        ('cidr_blocks = ["not a range"]', None),
        ("cidr_blocks = var.unknown", "unknown"),
        ('cidr_blocks = [var.unknown, "0.0.0.0/0"]', "fail"),
        ('cidr_blocks = ["${var.unknown}/32"]', None),
        ('cidr_blocks = ["${var.unknown}/0"]', "unknown"),
        ('cidr_blocks = ["10.0.0.0/${var.unknown}"]', "unknown"),
        ("cidr_blocks = [aws_vpc.v.cidr_block, data.aws_subnet.s.cidr_block]", None),
        ('cidr_blocks = var.unknown ? ["0.0.0.0/0"] : ["10.0.0.0/8"]', "unknown"),
        ('cidr_blocks = [var.unknown ? "0.0.0.0/0" : "10.0.0.0/8"]', "unknown"),
        ('cidr_blocks = [var.unknown ? "0.0.0.0/0" : "1.2.3.4/0"]', "fail"),
        ('cidr_blocks = [var.unknown ? "192.0.2.0/24" : "10.0.0.0/8"]', None),
        ("prefix_list_ids = [aws_ec2_managed_prefix_list.world.id]", "fail"),
        ("prefix_list_ids = [aws_ec2_managed_prefix_list.halves.id]", "fail"),
        ("prefix_list_ids = [aws_ec2_managed_prefix_list.office.id]", None),
        ("prefix_list_ids = [data.aws_ec2_managed_prefix_list.service.id]", None),
        ("prefix_list_ids = [data.aws_ec2_managed_prefix_list.filtered.id]", None),
        ("prefix_list_ids = [data.aws_prefix_list.service.id]", None),
        ("prefix_list_ids = [data.aws_ec2_managed_prefix_list.other.id]", "unknown"),
        ('prefix_list_ids = ["pl-12345678"]', "unknown"),
        (
            "prefix_list_ids = [var.unknown ? aws_ec2_managed_prefix_list.world.id : "
            "aws_ec2_managed_prefix_list.office.id]",
            "unknown",
        ),
        ("prefix_list_ids = [aws_ec2_managed_prefix_list.empty.id]", "unknown"),
    ],
)
def test_a_rule_lets_the_world_in_by_its_ranges(scan_text, ranges, expected):
    code = f"""
    variable "unknown" {{}}
    resource "aws_security_group" "g" {{
      ingress {{
        protocol  = "tcp"
        from_port = 22
        to_port   = 22
        {ranges}
      }}
    }}
    resource "aws_security_group" "g2" {{ name = "g2" }}
    resource "aws_vpc" "v" {{ ipv4_ipam_pool_id = "pool" }}
    data "aws_subnet" "s" {{ id = "subnet-12345678" }}
    resource "aws_ec2_managed_prefix_list" "world" {{
      entry {{ cidr = "0.0.0.0/0" }}
    }}
    resource "aws_ec2_managed_prefix_list" "halves" {{
      entry {{ cidr = "0.0.0.0/1" }}
    }}
    resource "aws_ec2_managed_prefix_list_entry" "other" {{
      prefix_list_id = aws_ec2_managed_prefix_list.halves.id
      cidr           = "128.0.0.0/1"
    }}
    resource "aws_ec2_managed_prefix_list" "empty" {{ name = "empty" }}
    resource "aws_ec2_managed_prefix_list_entry" "maybe" {{
      count          = var.unknown ? 1 : 0
      prefix_list_id = aws_ec2_managed_prefix_list.empty.id
      cidr           = "0.0.0.0/0"
    }}
    resource "aws_ec2_managed_prefix_list" "office" {{
      entry {{ cidr = "192.0.2.0/24" }}
    }}
    data "aws_ec2_managed_prefix_list" "service" {{ name = "com.amazonaws.eu-west-1.s3" }}
    data "aws_ec2_managed_prefix_list" "filtered" {{
      filter {{
        name   = "prefix-list-name"
        values = ["com.amazonaws.global.cloudfront.origin-facing"]
      }}
    }}
    data "aws_ec2_managed_prefix_list" "other" {{ name = "partners" }}
    data "aws_prefix_list" "service" {{ prefix_list_id = "pl-12345678" }}
    """
    assert status(scan_text, "terraform", code) == expected


def test_a_prefix_list_of_a_template_counts_by_its_entries(scan_text):
    code = """
  L: {Type: AWS::EC2::PrefixList, Properties: {Entries: [{Cidr: 0.0.0.0/0}], PrefixListName: l}}
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, SourcePrefixListId: !Ref L}]
"""
    assert status(scan_text, "cloudformation", code) == "fail"


TF_HALF = """
resource "aws_vpc_security_group_ingress_rule" "%s" {
  security_group_id = aws_security_group.%s.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "%s"
}
"""


def test_ranges_of_several_rules_are_the_world_between_them(scan_text):
    code = 'resource "aws_security_group" "g" { name = "g" }'
    code += TF_HALF % ("office", "g", "192.0.2.0/24")
    code += TF_HALF % ("low", "g", "0.0.0.0/1")
    code += TF_HALF % ("high", "g", "128.0.0.0/1")
    results = scan_text("terraform", TF_MACHINE + code, select=["SNAP401"])
    assert [result.address for result in results] == ["aws_vpc_security_group_ingress_rule.low"]
    places = [step.message for step in results[0].evidence]
    assert "aws_vpc_security_group_ingress_rule.high is open to more of the world" in places
    assert not any("office" in place for place in places)


def test_ranges_of_several_groups_are_the_world_between_them(scan_text):
    code = """
    resource "aws_security_group" "g" { name = "g" }
    resource "aws_security_group" "h" { name = "h" }
    resource "aws_network_interface_sg_attachment" "h" {
      security_group_id    = aws_security_group.h.id
      network_interface_id = aws_instance.i.primary_network_interface_id
    }
    """
    code += TF_HALF % ("low", "g", "0.0.0.0/1")
    assert status(scan_text, "terraform", code) is None
    assert status(scan_text, "terraform", code + TF_HALF % ("high", "h", "128.0.0.0/1")) == "fail"


def test_ranges_of_a_group_that_may_not_apply_are_not_the_world_for_certain(scan_text):
    code = """
    variable "unknown" {}
    resource "aws_security_group" "g" { name = "g" }
    resource "aws_security_group" "h" { name = "h" }
    resource "aws_network_interface_sg_attachment" "h" {
      count                = var.unknown ? 1 : 0
      security_group_id    = aws_security_group.h.id
      network_interface_id = aws_instance.i.primary_network_interface_id
    }
    """
    code += TF_HALF % ("low", "g", "0.0.0.0/1") + TF_HALF % ("high", "h", "128.0.0.0/1")
    assert status(scan_text, "terraform", code) == "unknown"


def test_a_rule_that_is_the_world_alone_needs_no_others(scan_text):
    code = 'resource "aws_security_group" "g" { name = "g" }'
    code += TF_HALF % ("low", "g", "0.0.0.0/1")
    code += TF_HALF % ("high", "g", "128.0.0.0/1")
    code += TF_HALF % ("all", "g", "0.0.0.0/0")
    assert findings(scan_text, "terraform", code) == [("fail", "aws_vpc_security_group_ingress_rule.all")]


def test_each_rule_that_is_the_world_is_a_finding(scan_text):
    code = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "tcp"
        from_port   = 22
        to_port     = 22
        cidr_blocks = ["0.0.0.0/0"]
      }
      ingress {
        protocol         = "-1"
        from_port        = 0
        to_port          = 0
        ipv6_cidr_blocks = ["::/0"]
      }
    }
    """
    results = scan_text("terraform", TF_MACHINE + code, select=["SNAP401"])
    assert [(result.address, result.span.line) for result in results] == [
        ("aws_security_group.g", 13),
        ("aws_security_group.g", 19),
    ]


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [
        ([], "fail"),
        (["203.0.113.0/24"], "fail"),
        (["0.0.0.0/0"], None),
        (["0.0.0.0/1", "128.0.0.0/1"], None),
    ],
)
def test_trusted_ranges_open_nothing(scan_text, trusted, expected):
    code = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "tcp"
        from_port   = 22
        to_port     = 22
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    """
    assert status(scan_text, "terraform", code, trusted_cidrs=trusted) == expected


@pytest.mark.parametrize(
    ("side", "ingress", "egress"),
    [('"ingress"', "fail", None), ('"egress"', None, "fail"), ("var.unknown", "unknown", "unknown")],
)
def test_a_rule_of_its_own_counts_on_the_side_that_it_names(scan_text, side, ingress, egress):
    code = f"""
    variable "unknown" {{}}
    resource "aws_security_group" "g" {{ name = "g" }}
    resource "aws_security_group_rule" "r" {{
      type              = {side}
      security_group_id = aws_security_group.g.id
      protocol          = "tcp"
      from_port         = 22
      to_port           = 22
      cidr_blocks       = ["0.0.0.0/0"]
    }}
    """
    assert status(scan_text, "terraform", code) == ingress
    assert status(scan_text, "terraform", code, "SNAP402") == egress


def test_a_rule_that_may_not_exist_is_no_certain_opening(scan_text):
    code = """
    variable "unknown" {}
    resource "aws_security_group" "g" { name = "g" }
    resource "aws_vpc_security_group_ingress_rule" "r" {
      count             = var.unknown ? 1 : 0
      security_group_id = aws_security_group.g.id
      ip_protocol       = "-1"
      cidr_ipv4         = "0.0.0.0/0"
    }
    """
    assert status(scan_text, "terraform", code) == "unknown"


def test_rules_that_nobody_can_tell_are_no_certain_opening(scan_text):
    code = """
    variable "rules" {}
    resource "aws_security_group" "g" {
      dynamic "ingress" {
        for_each = var.rules
        content {
          protocol    = "tcp"
          from_port   = 22
          to_port     = 22
          cidr_blocks = ingress.value
        }
      }
    }
    """
    assert status(scan_text, "terraform", code) == "unknown"


def test_rules_by_a_dynamic_block_count(scan_text):
    code = """
    locals { ports = [443, 22] }
    resource "aws_security_group" "g" {
      dynamic "ingress" {
        for_each = local.ports
        content {
          protocol    = "tcp"
          from_port   = ingress.value
          to_port     = ingress.value
          cidr_blocks = ["0.0.0.0/0"]
        }
      }
    }
    """
    assert findings(scan_text, "terraform", code) == [("fail", "aws_security_group.g")]


def test_rules_as_an_attribute_count(scan_text):
    code = """
    resource "aws_security_group" "g" {
      ingress = [{
        description      = "ssh"
        protocol         = "tcp"
        from_port        = 22
        to_port          = 22
        cidr_blocks      = ["0.0.0.0/0"]
        ipv6_cidr_blocks = []
        prefix_list_ids  = []
        security_groups  = []
        self             = false
      }]
    }
    """
    assert findings(scan_text, "terraform", code) == [("fail", "aws_security_group.g")]


def test_a_range_from_a_variable_is_traced_to_where_it_is_set(scan_text):
    code = """
    variable "allowed" { default = ["0.0.0.0/0"] }
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "tcp"
        from_port   = 22
        to_port     = 22
        cidr_blocks = var.allowed
      }
    }
    """
    (result,) = scan_text("terraform", TF_MACHINE + code, select=["SNAP401"])
    assert result.span.line == 14
    assert "comes from var.allowed" in [step.message for step in result.evidence]


def test_an_opening_before_several_machines_is_one_finding(scan_text):
    code = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    resource "aws_instance" "more" {
      count                  = 5
      vpc_security_group_ids = [aws_security_group.g.id]
      ebs_block_device {
        device_name = "/dev/sdf"
        snapshot_id = "snap-0123456789abcdef0"
      }
    }
    """
    (result,) = scan_text("terraform", TF_MACHINE + code, select=["SNAP401"])
    assert result.message.startswith("aws_instance.i and 1 more, restored from a snapshot, can be reached by SSH")
    assert result.addresses == ("aws_security_group.g",)
    messages = [step.message for step in result.evidence]
    assert sum(" is in " in message for message in messages) == SHOWN_TARGETS
    assert messages[-1] == "so is aws_instance.more[2] and 2 more"


def test_the_same_opening_in_every_call_of_a_module_is_one_finding(scan_text):
    module = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    """
    call = """
    module "m" {
      count  = 2
      source = "./m"
    }
    """
    (result,) = scan_text("terraform", {"main.tf": call, "m/main.tf": TF_MACHINE + module}, select=["SNAP401"])
    assert result.addresses == ("module.m[0].aws_security_group.g", "module.m[1].aws_security_group.g")


@pytest.mark.parametrize("port", [".inf", "[22]", "{a: 22}", "'\u00b2'", "null", "9" * 400])
def test_a_port_that_is_no_number_opens_nothing_for_certain(scan_text, port):
    code = f"""
  G:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: g
      SecurityGroupIngress: [{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: 0.0.0.0/0}}]
"""
    assert status(scan_text, "cloudformation", code) in {None, "unknown"}


def test_an_opening_before_four_machines_names_the_last_alone(scan_text):
    code = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    resource "aws_instance" "more" {
      count                  = 3
      vpc_security_group_ids = [aws_security_group.g.id]
      ebs_block_device {
        device_name = "/dev/sdf"
        snapshot_id = "snap-0123456789abcdef0"
      }
    }
    """
    (result,) = scan_text("terraform", TF_MACHINE + code, select=["SNAP401"])
    assert [step.message for step in result.evidence][-1] == "so is aws_instance.more[2]"


def test_a_machine_that_may_not_exist_makes_no_certain_opening(scan_text):
    code = """
    variable "unknown" {}
    resource "aws_security_group" "open" {
      ingress {
        protocol    = "-1"
        from_port   = 0
        to_port     = 0
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    resource "aws_security_group" "g" { name = "g" }
    resource "aws_instance" "maybe" {
      count                  = var.unknown ? 1 : 0
      vpc_security_group_ids = [aws_security_group.open.id]
      ebs_block_device {
        device_name = "/dev/sdf"
        snapshot_id = "snap-0123456789abcdef0"
      }
    }
    """
    assert findings(scan_text, "terraform", code) == [("unknown", "aws_security_group.open")]


INLINE = """
locals {
  rule = {
    from_port = 22, to_port = 22, protocol = "tcp", cidr_blocks = ["0.0.0.0/0"], ipv6_cidr_blocks = []
    description = "", prefix_list_ids = [], security_groups = [], self = false
  }
  rules   = [local.rule]
  by_name = { ssh = local.rule }
  text    = jsonencode(local.rules)
}
"""


@pytest.mark.parametrize(
    "rules",
    [
        "local.rules",
        "values(local.by_name)",
        "concat(local.rules, [])",
        "flatten([local.rules])",
        "jsondecode(local.text)",
        "[for name, rule in local.by_name : merge(rule, {})]",
    ],
)
@pytest.mark.parametrize("is_dynamic", [False, True])
def test_a_rule_that_is_made_elsewhere_is_shown_where_its_group_takes_it(scan_text, rules, is_dynamic):
    block = f"""
    dynamic "ingress" {{
      for_each = {rules}
      content {{
        from_port   = ingress.value.from_port
        to_port     = ingress.value.to_port
        protocol    = ingress.value.protocol
        cidr_blocks = ingress.value.cidr_blocks
      }}
    }}
    """
    group = f"""
resource "aws_security_group" "g" {{
{block if is_dynamic else "ingress = " + rules}
}}
"""
    (result,) = scan_text("terraform", INLINE + TF_MACHINE + group, select=["SNAP401"])

    assert result.span.line > (INLINE + TF_MACHINE).count("\n") + 1


def test_a_group_that_lets_in_another_of_the_same_machine_opens_nothing_more(scan_text):
    code = """
    resource "aws_security_group" "outer" {
      ingress {
        protocol    = "tcp"
        from_port   = 22
        to_port     = 22
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    resource "aws_security_group" "inner" {
      ingress {
        protocol        = "tcp"
        from_port       = 22
        to_port         = 22
        security_groups = [aws_security_group.outer.id]
      }
    }
    resource "aws_instance" "m" {
      vpc_security_group_ids = [aws_security_group.inner.id, aws_security_group.outer.id]
      ebs_block_device {
        device_name = "/dev/sdf"
        snapshot_id = "snap-0123456789abcdef0"
      }
    }
    """
    (result,) = scan_text("terraform", code, select=["SNAP401"])

    assert result.address == "aws_security_group.outer"


def test_an_access_to_many_groups_by_way_of_one_is_judged_once_each(scan_text):
    inner = "".join(
        f"""
    resource "aws_security_group" "inner{number}" {{
      ingress {{
        protocol        = "tcp"
        from_port       = 22
        to_port         = 22
        security_groups = [aws_security_group.outer.id]
      }}
    }}
    resource "aws_instance" "m{number}" {{
      vpc_security_group_ids = [aws_security_group.inner{number}.id]
      ebs_block_device {{
        device_name = "/dev/sdf"
        snapshot_id = "snap-0123456789abcdef0"
      }}
    }}
    """
        for number in range(3)
    )
    outer = """
    resource "aws_security_group" "outer" {
      ingress {
        protocol    = "tcp"
        from_port   = 22
        to_port     = 22
        cidr_blocks = ["0.0.0.0/0"]
      }
    }
    resource "aws_instance" "bastion" {
      vpc_security_group_ids = [aws_security_group.outer.id]
    }
    """
    results = scan_text("terraform", outer + inner, select=["SNAP401"])

    assert [result.address for result in results] == [f"aws_security_group.inner{number}" for number in range(3)]
    assert {result.severity.label for result in results} == {"high"}
