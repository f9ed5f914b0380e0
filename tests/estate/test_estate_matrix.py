"""Every way to restore a machine against every way to let the world in, each with a twin that is fine."""

from pathlib import Path

import pytest

DISK = '{ device_name = "/dev/sdf", snapshot_id = "snap-0123456789abcdef0", encrypted = true }'
GROUPS = "vpc_security_group_ids = [aws_security_group.g.id]"


def block(text):
    """Blocks written on one line, for reading, as HCL wants them."""
    return text.replace("{ ", "{\n").replace(", ", "\n").replace(" }", "\n}")


VOLUME = block('resource "aws_ebs_volume" "v" { availability_zone = "a", snapshot_id = "snap-0123456789abcdef0" }\n')
SNAPSHOT = block('resource "aws_ebs_volume" "o" { size = 1 }\n') + block(
    'resource "aws_ebs_snapshot" "s" { volume_id = aws_ebs_volume.o.id }\n'
)
IMAGE = SNAPSHOT + block(
    'resource "aws_ami" "a" { name = "a", ebs_block_device { device_name = "/dev/sda1",'
    " snapshot_id = aws_ebs_snapshot.s.id } }\n"
)
TEMPLATE = block(
    f'resource "aws_launch_template" "t" {{ {GROUPS}, block_device_mappings {{ device_name = "/dev/sdf",'
    ' ebs { snapshot_id = "snap-0123456789abcdef0" } } }\n'
)


def machine(*lines):
    inner = "\n".join(block(line) for line in lines)
    return f'resource "aws_instance" "m" {{\n{GROUPS}\n{inner}\n}}\n'


RESTORED = {
    "a disk": machine(f"ebs_block_device {DISK}"),
    "an attached volume": VOLUME
    + machine()
    + block(
        'resource "aws_volume_attachment" "x" { volume_id = aws_ebs_volume.v.id, instance_id = aws_instance.m.id }\n'
    ),
    "an image": IMAGE + machine("ami = aws_ami.a.id"),
    "a copied image": IMAGE
    + block('resource "aws_ami_copy" "c" { name = "c", source_ami_id = aws_ami.a.id }\n')
    + machine("ami = aws_ami_copy.c.id"),
    "an image of a machine": block('resource "aws_instance" "o" { ami = "ami-12345678" }\n')
    + block('resource "aws_ami_from_instance" "i" { name = "i", source_instance_id = aws_instance.o.id }\n')
    + machine("ami = aws_ami_from_instance.i.id"),
    "an image of one's own": block('data "aws_ami" "own" { owners = ["self"] }\n')
    + machine("ami = data.aws_ami.own.id"),
    "a template": TEMPLATE
    + block('resource "aws_instance" "m" { launch_template { id = aws_launch_template.t.id } }\n'),
    "a set of machines": TEMPLATE
    + block(
        'resource "aws_autoscaling_group" "m" { min_size = 1, launch_template { id = aws_launch_template.t.id } }\n'
    ),
    "a spot request": machine(f"ebs_block_device {DISK}").replace("aws_instance", "aws_spot_instance_request"),
    "a fleet": TEMPLATE
    + block(
        'resource "aws_ec2_fleet" "m" { launch_template_config { launch_template_specification {'
        " launch_template_id = aws_launch_template.t.id } } }\n"
    ),
}
INSTALLED = {
    "a new disk": machine('ebs_block_device { device_name = "/dev/sdf", volume_size = 1 }'),
    "a vendor's image": machine('ami = "ami-12345678"'),
    "a published image": block('data "aws_ami" "p" { owners = ["amazon"] }\n') + machine("ami = data.aws_ami.p.id"),
    "nothing": machine(f"ebs_block_device {DISK}").replace('"m" {', '"m" {\ncount = 0'),
    "somebody else's group": machine(f"ebs_block_device {DISK}").replace("aws_security_group.g.id", '"sg-12345678"'),
}
PORTS = 'protocol = "tcp", from_port = 22, to_port = 22'
EMPTY = 'resource "aws_security_group" "g" {}\n'


def inline(*rules):
    inner = "\n".join(block(f"ingress {{ {rule} }}") for rule in rules)
    return f'resource "aws_security_group" "g" {{\n{inner}\n}}\n'


def apart(kind, text):
    return EMPTY + block(f'resource "{kind}" "r" {{ security_group_id = aws_security_group.g.id, {text} }}\n')


OPEN = {
    "a rule in the group": inline(f'{PORTS}, cidr_blocks = ["0.0.0.0/0"]'),
    "a rule for all traffic": inline('protocol = "-1", from_port = 0, to_port = 0, cidr_blocks = ["0.0.0.0/0"]'),
    "a rule for IPv6": inline(f'{PORTS}, ipv6_cidr_blocks = ["::/0"]'),
    "a wide range of ports": inline('protocol = "6", from_port = 1, to_port = 1024, cidr_blocks = ["0.0.0.0/0"]'),
    "halves of the world": inline(f'{PORTS}, cidr_blocks = ["0.0.0.0/1"]', f'{PORTS}, cidr_blocks = ["128.0.0.0/1"]'),
    "a rule of its own": apart("aws_security_group_rule", f'type = "ingress", {PORTS}, cidr_blocks = ["0.0.0.0/0"]'),
    "an ingress rule": apart(
        "aws_vpc_security_group_ingress_rule", f'{PORTS.replace("protocol", "ip_protocol")}, cidr_ipv4 = "0.0.0.0/0"'
    ),
    "a prefix list": block(
        'resource "aws_ec2_managed_prefix_list" "l" { name = "l", address_family = "IPv4", max_entries = 1,'
        ' entry { cidr = "0.0.0.0/0" } }\n'.replace("1, ", "1\n")
    )
    + inline(f"{PORTS}, prefix_list_ids = [aws_ec2_managed_prefix_list.l.id]"),
}
CLOSED = {
    "a private range": inline(f'{PORTS}, cidr_blocks = ["10.0.0.0/8"]'),
    "another port": inline('protocol = "tcp", from_port = 2222, to_port = 2222, cidr_blocks = ["0.0.0.0/0"]'),
    "another protocol": inline('protocol = "udp", from_port = 22, to_port = 22, cidr_blocks = ["0.0.0.0/0"]'),
    "the way out alone": inline(f'{PORTS}, cidr_blocks = ["0.0.0.0/0"]').replace("ingress {", "egress {"),
    "half of the world": inline(f'{PORTS}, cidr_blocks = ["0.0.0.0/1"]'),
    "no rule": EMPTY,
}


def statuses(scan_text, code):
    return [result.status.value for result in scan_text("terraform", code, select=["SNAP401"])]


@pytest.mark.parametrize("way", OPEN)
@pytest.mark.parametrize("path", RESTORED)
def test_a_machine_restored_by_any_path_and_opened_in_any_way_is_found(scan_text, path, way):
    assert statuses(scan_text, RESTORED[path] + OPEN[way]) == ["fail"]


@pytest.mark.parametrize("way", CLOSED)
@pytest.mark.parametrize("path", RESTORED)
def test_a_restored_machine_that_is_not_open_is_silent(scan_text, path, way):
    assert statuses(scan_text, RESTORED[path] + CLOSED[way]) == []


@pytest.mark.parametrize("way", OPEN)
@pytest.mark.parametrize("path", INSTALLED)
def test_an_open_machine_that_was_not_restored_is_silent(scan_text, path, way):
    assert statuses(scan_text, INSTALLED[path] + OPEN[way]) == []


def test_the_page_has_every_path_and_every_way():
    page = (Path(__file__).parents[2] / "docs" / "restored.md").read_text(encoding="utf-8")
    assert page.partition("<!-- matrix -->\n")[2].partition("<!-- end -->")[0] == matrix()


def matrix():
    """The table of what is tried: what is restored in rows, how the world gets in in columns; ● is a finding."""
    ways = [*OPEN, *CLOSED]
    lines = [f"| {' | '.join(['', *ways])} |", "| --- " + "| :-: " * len(ways) + "|"]
    for path in [*RESTORED, *INSTALLED]:
        cells = ["●" if path in RESTORED and way in OPEN else "·" for way in ways]
        lines.append(f"| {' | '.join([path, *cells])} |")
    return "\n".join(lines) + "\n"
