"""Paths to a restored machine and ways in to it, in Terraform: each is code that can be put together with any other.

A path is a function that takes the groups of the machine, as a list in Terraform, and gives files by their names; the
machine is `aws_instance.m` where it can be one, so that what is joined to an instance can be joined to it.
"""

SNAPSHOT_ID = "snap-0123456789abcdef0"
GROUP = "[aws_security_group.g.id]"
NO_GROUP = ""

DISK = f"""
  ebs_block_device {{
    device_name = "/dev/sdf"
    snapshot_id = "{SNAPSHOT_ID}"
  }}
"""
SNAPSHOT = """
resource "aws_ebs_volume" "live" {
  availability_zone = "a"
  size              = 8
}
resource "aws_ebs_snapshot" "s" {
  volume_id = aws_ebs_volume.live.id
}
"""
IMAGE = (
    SNAPSHOT
    + """
resource "aws_ami" "a" {
  name = "a"
  ebs_block_device {
    device_name = "/dev/sda1"
    snapshot_id = aws_ebs_snapshot.s.id
  }
}
"""
)


def instance(inner, groups, head="", type="aws_instance"):
    line = f"  vpc_security_group_ids = {groups}\n" if groups else ""
    return f'resource "{type}" "m" {{\n{head}{line}{inner}\n}}\n'


def attached(volume, more=""):
    """An instance with a volume on it that the code names so."""

    def path(groups):
        return (
            more
            + instance("", groups)
            + f"""
resource "aws_volume_attachment" "x" {{
  device_name = "/dev/sdf"
  volume_id   = {volume}
  instance_id = aws_instance.m.id
}}
"""
        )

    return path


def volume_of(snapshot, more=""):
    """An instance with a volume on it that is made from a snapshot that the code names so."""
    made = f'resource "aws_ebs_volume" "v" {{\n  availability_zone = "a"\n  snapshot_id = {snapshot}\n}}\n'
    return attached("aws_ebs_volume.v.id", more + made)


def started(image, more=""):
    """An instance that starts from an image that the code names so."""
    return lambda groups: more + instance(f"  ami = {image}", groups)


def disk_of(snapshot, more=""):
    """An instance with a disk made from a snapshot that the code names so."""
    disk = DISK.replace(f'"{SNAPSHOT_ID}"', snapshot)
    return lambda groups: more + instance(disk, groups)


def template(inner, groups, more=""):
    line = f"  vpc_security_group_ids = {groups}\n" if groups else ""
    return f'{more}resource "aws_launch_template" "t" {{\n  name = "t"\n{line}{inner}\n}}\n'


MAPPING = f"""
  block_device_mappings {{
    device_name = "/dev/sdf"
    ebs {{
      snapshot_id = "{SNAPSHOT_ID}"
    }}
  }}
"""


def by_template(user, inner=MAPPING, more=""):
    """Something that starts machines by a template."""
    return lambda groups: template(inner, groups, more) + user


def by_configuration(inner, more=""):
    return lambda groups: (
        f'{more}resource "aws_launch_configuration" "c" {{\n  security_groups = {groups or "[]"}\n{inner}\n}}\n'
        'resource "aws_autoscaling_group" "m" {\n  min_size = 1\n'
        "  launch_configuration = aws_launch_configuration.c.name\n}\n"
    )


def spot_fleet(inner, more=""):
    return lambda groups: (
        f'{more}resource "aws_spot_fleet_request" "m" {{\n  launch_specification {{\n'
        f"    vpc_security_group_ids = {groups or '[]'}\n{inner}\n  }}\n}}\n"
    )


def group_of(inner):
    return f'resource "aws_autoscaling_group" "m" {{\n  min_size = 1\n{inner}\n}}\n'


TEMPLATE_BLOCK = "  launch_template {\n    id = aws_launch_template.t.id\n  }\n"
SPECIFICATION = """
    launch_template_specification {
      launch_template_id = aws_launch_template.t.id
    }
"""


def through_argument(groups):
    return {
        "main.tf": SNAPSHOT
        + 'module "lab" {\n  source   = "./lab"\n  snapshot = aws_ebs_snapshot.s.id\n'
        + f"  groups   = {groups or '[]'}\n}}\n",
        "lab/main.tf": 'variable "snapshot" {}\nvariable "groups" {}\n'
        + instance(DISK.replace(f'"{SNAPSHOT_ID}"', "var.snapshot"), "var.groups"),
    }


def through_output(groups):
    return {
        "main.tf": 'module "disk" {\n  source = "./disk"\n}\n' + attached("module.disk.id")(groups),
        "disk/main.tf": f"""
resource "aws_ebs_volume" "v" {{
  availability_zone = "a"
  snapshot_id       = "{SNAPSHOT_ID}"
}}
output "id" {{
  value = aws_ebs_volume.v.id
}}
""",
    }


def through_two_modules(groups):
    return {
        "main.tf": 'module "outer" {\n  source = "./outer"\n}\n' + attached('module.outer.volumes["b"].id')(groups),
        "outer/main.tf": 'module "disk" {\n  source = "./disk"\n  for_each = toset(["a", "b"])\n}\n'
        'output "volumes" {\n  value = { for name, disk in module.disk : name => { id = disk.id } }\n}\n',
        "outer/disk/main.tf": through_output(groups)["disk/main.tf"],
    }


def in_a_module(groups):
    return {
        "main.tf": f'module "lab" {{\n  source = "./lab"\n  groups = {groups or "[]"}\n}}\n',
        "lab/main.tf": 'variable "groups" {}\n' + instance(DISK, "var.groups"),
    }


PATHS = {
    "a disk of a snapshot by its id": disk_of(f'"{SNAPSHOT_ID}"'),
    "a disk of a snapshot in the code": disk_of("aws_ebs_snapshot.s.id", SNAPSHOT),
    "a disk of what a variable names": disk_of("var.snapshot", 'variable "snapshot" {}\n'),
    "a disk of what a local names": disk_of(
        'local.snapshots["data"]', f'locals {{\n  snapshots = {{ data = "{SNAPSHOT_ID}" }}\n}}\n'
    ),
    "a disk of a snapshot that is looked up": disk_of(
        "data.aws_ebs_snapshot.latest.id", 'data "aws_ebs_snapshot" "latest" {\n  most_recent = true\n}\n'
    ),
    "a disk of the first of several that are looked up": disk_of(
        "data.aws_ebs_snapshot_ids.all.ids[0]", 'data "aws_ebs_snapshot_ids" "all" {\n  owners = ["self"]\n}\n'
    ),
    "disks of a dynamic block": lambda groups: instance(
        f"""
  dynamic "ebs_block_device" {{
    for_each = {{ "/dev/sdf" = "{SNAPSHOT_ID}" }}
    content {{
      device_name = ebs_block_device.key
      snapshot_id = ebs_block_device.value
    }}
  }}
""",
        groups,
    ),
    "a volume": volume_of(f'"{SNAPSHOT_ID}"'),
    "a volume of a snapshot in the code": volume_of("aws_ebs_snapshot.s.id", SNAPSHOT),
    "a volume of a copied snapshot": volume_of(
        "aws_ebs_snapshot_copy.c.id",
        SNAPSHOT
        + 'resource "aws_ebs_snapshot_copy" "c" {\n  source_region = "a"\n'
        + "  source_snapshot_id = aws_ebs_snapshot.s.id\n}\n",
    ),
    "a volume of an imported snapshot": volume_of(
        "aws_ebs_snapshot_import.i.id",
        'resource "aws_ebs_snapshot_import" "i" {\n  disk_container {\n    format = "VHD"\n  }\n}\n',
    ),
    "a copy of a volume": attached(
        "aws_ebs_volume_copy.c.id",
        SNAPSHOT + 'resource "aws_ebs_volume_copy" "c" {\n  source_volume_id = aws_ebs_volume.live.id\n}\n',
    ),
    "one of several volumes by count": attached(
        "aws_ebs_volume.v[1].id",
        'resource "aws_ebs_volume" "v" {\n  count = 2\n  availability_zone = "a"\n'
        f'  snapshot_id = "{SNAPSHOT_ID}"\n}}\n',
    ),
    "one of several volumes by for_each": attached(
        'aws_ebs_volume.v["b"].id',
        'resource "aws_ebs_volume" "v" {\n  for_each = { a = "", b = "'
        + SNAPSHOT_ID
        + '" }\n  availability_zone = "a"\n  snapshot_id = each.value == "" ? null : each.value\n}\n',
    ),
    "an image": started("aws_ami.a.id", IMAGE),
    "a copied image": started(
        "aws_ami_copy.c.id",
        IMAGE + 'resource "aws_ami_copy" "c" {\n  name = "c"\n  source_ami_id = aws_ami.a.id\n}\n',
    ),
    "an image of a machine": started(
        "aws_ami_from_instance.i.id",
        'resource "aws_instance" "o" {\n  ami = "ami-12345678"\n}\n'
        'resource "aws_ami_from_instance" "i" {\n  name = "i"\n  source_instance_id = aws_instance.o.id\n}\n',
    ),
    "an image whose id a parameter holds": started(
        "aws_ssm_parameter.p.value",
        IMAGE + 'resource "aws_ssm_parameter" "p" {\n  name = "p"\n  type = "String"\n  value = aws_ami.a.id\n}\n',
    ),
    "an image of one's own": started("data.aws_ami.own.id", 'data "aws_ami" "own" {\n  owners = ["self"]\n}\n'),
    "an image that another account shared": started(
        "data.aws_ami.theirs.id", 'data "aws_ami" "theirs" {\n  owners = ["210987654321"]\n}\n'
    ),
    "the first of one's own images": started(
        "data.aws_ami_ids.own.ids[0]", 'data "aws_ami_ids" "own" {\n  owners = ["self"]\n}\n'
    ),
    "a built image": started(
        "tolist(aws_imagebuilder_image.i.output_resources[0].amis)[0].image",
        f"""
resource "aws_imagebuilder_image_recipe" "r" {{
  parent_image = "arn:aws:imagebuilder:eu-west-1:aws:image/linux/x.x.x"
  block_device_mapping {{
    device_name = "/dev/sdf"
    ebs {{
      snapshot_id = "{SNAPSHOT_ID}"
    }}
  }}
}}
resource "aws_imagebuilder_image" "i" {{
  image_recipe_arn = aws_imagebuilder_image_recipe.r.arn
}}
""",
    ),
    "a template's disk": by_template(instance(TEMPLATE_BLOCK, NO_GROUP)),
    "a template by its name": by_template(instance('  launch_template {\n    name = "t"\n  }\n', NO_GROUP)),
    "a template's image": by_template(instance(TEMPLATE_BLOCK, NO_GROUP), "  image_id = aws_ami.a.id", IMAGE),
    "a set of machines by a template": by_template(group_of(TEMPLATE_BLOCK)),
    "a set of machines by a mixed policy": by_template(
        group_of(f"  mixed_instances_policy {{\n    launch_template {{\n{SPECIFICATION}\n    }}\n  }}\n")
    ),
    "a set of machines by an override": lambda groups: (
        'resource "aws_launch_template" "plain" {\n  image_id = "ami-12345678"\n}\n'
        + template(MAPPING, groups)
        + group_of(
            "  mixed_instances_policy {\n    launch_template {\n"
            + SPECIFICATION.replace("launch_template.t", "launch_template.plain")
            + f"      override {{\n{SPECIFICATION}\n      }}\n    }}\n  }}\n"
        )
    ),
    "a launch configuration's disk": by_configuration(DISK),
    "a launch configuration's image": by_configuration("  image_id = aws_ami.a.id", IMAGE),
    "a spot request's disk": lambda groups: instance(DISK, groups, type="aws_spot_instance_request"),
    "a spot request's image": lambda groups: (
        IMAGE + instance("  ami = aws_ami.a.id", groups, type="aws_spot_instance_request")
    ),
    "a spot request's template": by_template(instance(TEMPLATE_BLOCK, NO_GROUP, type="aws_spot_instance_request")),
    "a spot fleet's disk": spot_fleet(DISK),
    "a spot fleet's image": spot_fleet("    ami = aws_ami.a.id", IMAGE),
    "a spot fleet's template": by_template(
        'resource "aws_spot_fleet_request" "m" {\n  launch_template_config {\n'
        "    launch_template_specification {\n      id = aws_launch_template.t.id\n    }\n  }\n}\n"
    ),
    "a fleet's template": by_template(
        f'resource "aws_ec2_fleet" "m" {{\n  launch_template_config {{\n{SPECIFICATION}\n  }}\n}}\n'
    ),
    "a batch environment's image": lambda groups: (
        f'{IMAGE}resource "aws_batch_compute_environment" "m" {{\n  compute_resources {{\n'
        f"    image_id = aws_ami.a.id\n    security_group_ids = {groups or '[]'}\n  }}\n}}\n"
    ),
    "a batch environment's template": by_template(
        'resource "aws_batch_compute_environment" "m" {\n  compute_resources {\n    launch_template {\n'
        "      launch_template_id = aws_launch_template.t.id\n    }\n  }\n}\n"
    ),
    "a node group's template": by_template(f'resource "aws_eks_node_group" "m" {{\n{TEMPLATE_BLOCK}}}\n'),
    "a cluster's own image": lambda groups: (
        f'{IMAGE}resource "aws_emr_cluster" "m" {{\n  custom_ami_id = aws_ami.a.id\n  ec2_attributes {{\n'
        f"    emr_managed_master_security_group = one({groups or '[]'})\n  }}\n}}\n"
    ),
    "a container's volume": lambda groups: (
        f"""
resource "aws_ecs_service" "m" {{
  network_configuration {{
    subnets         = ["subnet-1"]
    security_groups = {groups or "[]"}
  }}
  volume_configuration {{
    name = "data"
    managed_ebs_volume {{
      snapshot_id = "{SNAPSHOT_ID}"
    }}
  }}
}}
"""
    ),
    "a test of restoring": lambda groups: (
        f"""
resource "aws_backup_restore_testing_selection" "m" {{
  protected_resource_type    = "EC2"
  protected_resource_arns    = ["*"]
  restore_metadata_overrides = {{ securityGroupIds = jsonencode({groups or "[]"}) }}
}}
"""
    ),
    "through a module's argument": through_argument,
    "through a module's output": through_output,
    "through two modules with keys": through_two_modules,
    "a machine in a module": in_a_module,
}

INSTALLED = {
    "a new disk": disk_of("null"),
    "a volume that starts empty": volume_of("null"),
    "a vendor's image by its id": started('"ami-12345678"'),
    "a vendor's image that is looked up": started(
        "data.aws_ami.linux.id", 'data "aws_ami" "linux" {\n  owners = ["amazon"]\n}\n'
    ),
    "an image that a parameter names": started(
        "data.aws_ssm_parameter.ami.value",
        'data "aws_ssm_parameter" "ami" {\n  name = "/aws/service/ami-amazon-linux-latest/al2023"\n}\n',
    ),
    "a template without a copy": by_template(instance(TEMPLATE_BLOCK, NO_GROUP), '  image_id = "ami-12345678"'),
    "a machine that replaces the template's disk": by_template(
        instance(TEMPLATE_BLOCK + '  ebs_block_device {\n    device_name = "/dev/sdf"\n    volume_size = 1\n  }\n', "")
    ),
    "no machine at all (count = 0)": lambda groups: instance(DISK, groups, "  count = 0\n"),
    "a machine in a module that is not called": lambda groups: {
        "main.tf": f'module "lab" {{\n  source = "./lab"\n  count  = 0\n  groups = {groups or "[]"}\n}}\n',
        "lab/main.tf": 'variable "groups" {}\n' + instance(DISK, "var.groups"),
    },
    "a restored machine in a group of its own": lambda _: (
        instance(DISK, "[aws_security_group.own.id]") + 'resource "aws_security_group" "own" {}\n'
    ),
}

PORTS = '    protocol = "tcp"\n    from_port = 22\n    to_port = 22\n'
WORLD = '    cidr_blocks = ["0.0.0.0/0"]\n'


def inline(*rules):
    inner = "".join(f"  ingress {{\n{rule}  }}\n" for rule in rules)
    return f'resource "aws_security_group" "g" {{\n  name = "g"\n{inner}}}\n'


EMPTY = inline()


def apart(type, inner, head=""):
    return f'{EMPTY}resource "{type}" "r" {{\n{head}  security_group_id = aws_security_group.g.id\n{inner}}}\n'


def ports(protocol, first, last):
    return f'    protocol = "{protocol}"\n    from_port = {first}\n    to_port = {last}\n'


MODERN = PORTS.replace("protocol", "ip_protocol")

RULES = {
    "in the group": inline(PORTS + WORLD),
    "for all traffic": inline(ports("-1", 0, 0) + WORLD),
    "for every protocol by name": apart(
        "aws_vpc_security_group_ingress_rule", '  ip_protocol = "all"\n  cidr_ipv4 = "0.0.0.0/0"\n'
    ),
    "for TCP by its number": inline(ports("6", 22, 22) + WORLD),
    "for TCP in capitals": apart(
        "aws_vpc_security_group_ingress_rule", MODERN.replace('"tcp"', '"TCP"') + '  cidr_ipv4 = "0.0.0.0/0"\n'
    ),
    "for a range of ports": inline(ports("tcp", 0, 65535) + WORLD),
    "with ports as text": inline(PORTS.replace("22", '"22"') + WORLD),
    "for IPv6": inline(PORTS + '    ipv6_cidr_blocks = ["::/0"]\n'),
    "for IPv6 in long": inline(PORTS + '    ipv6_cidr_blocks = ["0:0:0:0:0:0:0:0/0"]\n'),
    "with zeros in its prefix": inline(PORTS + '    cidr_blocks = ["0.0.0.0/00"]\n'),
    "with halves of the world": inline(PORTS + '    cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]\n'),
    "halves of the world in two": inline(
        PORTS + '    cidr_blocks = ["0.0.0.0/1"]\n', PORTS + '    cidr_blocks = ["128.0.0.0/1"]\n'
    ),
    "a fourth in the group, the rest apart": inline(PORTS + '    cidr_blocks = ["0.0.0.0/2", "64.0.0.0/2"]\n')
    + apart(
        "aws_security_group_rule", f'  type = "ingress"\n{PORTS}  cidr_blocks = ["128.0.0.0/2", "192.0.0.0/2"]\n'
    ).removeprefix(EMPTY),
    "all but private ranges": inline(
        PORTS
        + "    cidr_blocks = ["
        + ", ".join(
            f'"{block}"'
            for block in (
                *("0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/2"),
                *("128.0.0.0/3", "160.0.0.0/5", "168.0.0.0/6", "172.0.0.0/12", "172.32.0.0/11", "172.64.0.0/10"),
                *("172.128.0.0/9", "173.0.0.0/8", "174.0.0.0/7", "176.0.0.0/4", "192.0.0.0/9", "192.128.0.0/11"),
                *("192.160.0.0/13", "192.169.0.0/16", "192.170.0.0/15", "192.172.0.0/14", "192.176.0.0/12"),
                *("192.192.0.0/10", "193.0.0.0/8", "194.0.0.0/7", "196.0.0.0/6", "200.0.0.0/5", "208.0.0.0/4"),
            )
        )
        + "]\n"
    ),
    "a rule of its own": apart("aws_security_group_rule", f'  type = "ingress"\n{PORTS}{WORLD}'),
    "an ingress rule": apart("aws_vpc_security_group_ingress_rule", f'{MODERN}  cidr_ipv4 = "0.0.0.0/0"\n'),
    "an ingress rule for IPv6": apart("aws_vpc_security_group_ingress_rule", f'{MODERN}  cidr_ipv6 = "::/0"\n'),
    "rules by for_each": apart(
        "aws_security_group_rule",
        f'  type = "ingress"\n{PORTS}  cidr_blocks = [each.value]\n',
        '  for_each = toset(["10.0.0.0/8", "0.0.0.0/0"])\n',
    ),
    "a dynamic block": f"""
variable "ranges" {{
  default = ["10.0.0.0/8", "0.0.0.0/0"]
}}
resource "aws_security_group" "g" {{
  name = "g"
  dynamic "ingress" {{
    for_each = var.ranges
    content {{
{PORTS}      cidr_blocks = [ingress.value]
    }}
  }}
}}
""",
    "blocks as an attribute": (
        'resource "aws_security_group" "g" {\n  name = "g"\n  ingress = [{\n    description = ""\n'
        f"{PORTS}{WORLD}    ipv6_cidr_blocks = []\n    prefix_list_ids = []\n    security_groups = []\n"
        "    self = false\n  }]\n}\n"
    ),
    "a prefix list": 'resource "aws_ec2_managed_prefix_list" "l" {\n  name = "l"\n  address_family = "IPv4"\n'
    '  max_entries = 1\n  entry {\n    cidr = "0.0.0.0/0"\n  }\n}\n'
    + inline(PORTS + "    prefix_list_ids = [aws_ec2_managed_prefix_list.l.id]\n"),
    "an entry of a prefix list": 'resource "aws_ec2_managed_prefix_list" "l" {\n  name = "l"\n'
    '  address_family = "IPv4"\n  max_entries = 1\n}\nresource "aws_ec2_managed_prefix_list_entry" "e" {\n'
    '  cidr = "0.0.0.0/0"\n  prefix_list_id = aws_ec2_managed_prefix_list.l.id\n}\n'
    + apart("aws_vpc_security_group_ingress_rule", f"{MODERN}  prefix_list_id = aws_ec2_managed_prefix_list.l.id\n"),
}

OPEN_GROUP = RULES["in the group"]
BASTION = (
    'resource "aws_security_group" "outer" {\n  name = "outer"\n  ingress {\n'
    f"{PORTS}{WORLD}  }}\n}}\n"
    'resource "aws_instance" "bastion" {\n  ami = "ami-12345678"\n'
    "  vpc_security_group_ids = [aws_security_group.outer.id]\n}\n"
)
INTERFACE = """
resource "aws_network_interface" "n" {
  subnet_id       = "subnet-12345678"
  security_groups = [aws_security_group.g.id]
%s}
"""


def joined_by(inner, more):
    """A restored instance, with what joins it to its groups."""
    return instance(DISK + inner, NO_GROUP) + more


ATTACH = "  attachment {\n    instance     = aws_instance.m.id\n    device_index = 1\n  }\n"
MEMBERSHIPS = {
    "on the machine": instance(DISK, GROUP) + OPEN_GROUP,
    "on the machine, one of two": instance(DISK, '["sg-12345678", aws_security_group.g.id]') + OPEN_GROUP,
    "on the machine, by a list of groups": instance(DISK, "aws_security_group.g[*].id")
    + OPEN_GROUP.replace('"g" {', '"g" {\n  count = 1', 1),
    "by the group's name": joined_by('  security_groups = ["g"]\n', OPEN_GROUP),
    "on the interface that it starts with": joined_by(
        "  network_interface {\n    device_index = 0\n    network_interface_id = aws_network_interface.n.id\n  }\n",
        INTERFACE % "" + OPEN_GROUP,
    ),
    "on its primary interface": joined_by(
        "  primary_network_interface {\n    network_interface_id = aws_network_interface.n.id\n  }\n",
        INTERFACE % "" + OPEN_GROUP,
    ),
    "on an interface that names it": joined_by("", INTERFACE % ATTACH + OPEN_GROUP),
    "on an interface that is attached": joined_by(
        "",
        INTERFACE % ""
        + 'resource "aws_network_interface_attachment" "x" {\n  device_index = 1\n'
        + "  instance_id = aws_instance.m.id\n  network_interface_id = aws_network_interface.n.id\n}\n"
        + OPEN_GROUP,
    ),
    "added to its interface": joined_by(
        "",
        'resource "aws_network_interface_sg_attachment" "x" {\n  security_group_id = aws_security_group.g.id\n'
        "  network_interface_id = aws_instance.m.primary_network_interface_id\n}\n" + OPEN_GROUP,
    ),
    "on the template": template("", GROUP) + instance(DISK + TEMPLATE_BLOCK, NO_GROUP) + OPEN_GROUP,
    "on the template, by name": template('  security_group_names = ["g"]', NO_GROUP)
    + instance(DISK + TEMPLATE_BLOCK, NO_GROUP)
    + OPEN_GROUP,
    "on the template's interface": template(
        "  network_interfaces {\n    security_groups = [aws_security_group.g.id]\n  }", ""
    )
    + instance(DISK + TEMPLATE_BLOCK, NO_GROUP)
    + OPEN_GROUP,
    "on an interface that the template names": template(
        "  network_interfaces {\n    network_interface_id = aws_network_interface.n.id\n  }", ""
    )
    + instance(DISK + TEMPLATE_BLOCK, NO_GROUP)
    + INTERFACE % ""
    + OPEN_GROUP,
    "the default group of its network": instance(DISK + "  subnet_id = aws_subnet.s.id\n", NO_GROUP)
    + 'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\n'
    + 'resource "aws_subnet" "s" {\n  vpc_id = aws_vpc.v.id\n  cidr_block = "10.0.0.0/24"\n}\n'
    + OPEN_GROUP.replace('"aws_security_group"', '"aws_default_security_group"').replace(
        '  name = "g"', "  vpc_id = aws_vpc.v.id"
    ),
    "the default group of its network, by a rule": instance(DISK + "  subnet_id = aws_subnet.s.id\n", NO_GROUP)
    + 'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.0/16"\n}\n'
    + 'resource "aws_subnet" "s" {\n  vpc_id = aws_vpc.v.id\n  cidr_block = "10.0.0.0/24"\n}\n'
    + 'resource "aws_security_group_rule" "r" {\n  type = "ingress"\n'
    + f"  security_group_id = aws_vpc.v.default_security_group_id\n{PORTS}{WORLD}}}\n",
    "the default group of the default network": instance(DISK, NO_GROUP)
    + OPEN_GROUP.replace('"aws_security_group"', '"aws_default_security_group"').replace('  name = "g"\n', ""),
    "by way of another group": instance(DISK, GROUP)
    + BASTION
    + inline(PORTS + "    security_groups = [aws_security_group.outer.id]\n"),
}

CLOSED = {
    "a private range": inline(PORTS + '    cidr_blocks = ["10.0.0.0/8"]\n'),
    "half of the world": inline(PORTS + '    cidr_blocks = ["0.0.0.0/1"]\n'),
    "halves of the world on different ports": inline(
        PORTS + '    cidr_blocks = ["0.0.0.0/1"]\n', ports("tcp", 443, 443) + '    cidr_blocks = ["128.0.0.0/1"]\n'
    ),
    "another port": inline(ports("tcp", 2222, 2222) + WORLD),
    "port 0 alone": inline(ports("tcp", 0, 0) + WORLD),
    "another protocol": inline(ports("udp", 22, 22) + WORLD),
    "ICMP of type 22": inline(ports("icmp", 22, 22) + WORLD),
    "another protocol by its number": inline(ports("50", 0, 65535) + WORLD),
    "the way out alone": (PORTS + WORLD).join(('resource "aws_security_group" "g" {\n  egress {\n', "  }\n}\n")),
    "the group itself": inline(PORTS + "    self = true\n"),
    "another group that is closed": inline(PORTS + "    security_groups = [aws_security_group.outer.id]\n")
    + BASTION.replace("0.0.0.0/0", "10.0.0.0/8"),
    "an open group that no machine is in": inline(PORTS + "    security_groups = [aws_security_group.outer.id]\n")
    + BASTION.partition('resource "aws_instance"')[0],
    "a range of addresses of AWS": inline(PORTS + "    prefix_list_ids = [data.aws_prefix_list.s3.id]\n")
    + 'data "aws_prefix_list" "s3" {\n  name = "com.amazonaws.eu-west-1.s3"\n}\n',
    "the network itself": inline(PORTS + "    cidr_blocks = [aws_vpc.v.cidr_block]\n")
    + 'resource "aws_vpc" "v" {\n  ipv4_ipam_pool_id = "ipam-pool-1"\n}\n',
    "a rule that is not there (count = 0)": apart(
        "aws_security_group_rule", f'  type = "ingress"\n{PORTS}{WORLD}', "  count = 0\n"
    ),
    "a list of no ranges": inline(PORTS + "    cidr_blocks = []\n"),
    "an open group that nothing uses": EMPTY + OPEN_GROUP.replace('"g"', '"unused"'),
    "no rule": EMPTY,
}
SHELTERED = {
    "no public address": instance(DISK + "  associate_public_ip_address = false\n", GROUP) + OPEN_GROUP,
    "a subnet that gives no public addresses": instance(DISK + "  subnet_id = aws_subnet.s.id\n", GROUP)
    + OPEN_GROUP
    + 'resource "aws_subnet" "s" {\n  vpc_id = "vpc-1"\n  map_public_ip_on_launch = false\n}\n',
    "a private subnet": instance(DISK + "  subnet_id = aws_subnet.s.id\n", GROUP)
    + OPEN_GROUP
    + """
resource "aws_subnet" "s" {
  vpc_id = "vpc-1"
}
resource "aws_route_table" "t" {
  vpc_id = "vpc-1"
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = "nat-1"
  }
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.s.id
  route_table_id = aws_route_table.t.id
}
""",
    "an access list that lets no world in": instance(DISK + "  subnet_id = aws_subnet.s.id\n", GROUP)
    + OPEN_GROUP
    + """
resource "aws_subnet" "s" {
  vpc_id = "vpc-1"
}
resource "aws_network_acl" "l" {
  vpc_id     = "vpc-1"
  subnet_ids = [aws_subnet.s.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "10.0.0.0/8"
  }
}
""",
    "an access list that denies before it allows": instance(DISK + "  subnet_id = aws_subnet.s.id\n", GROUP)
    + OPEN_GROUP
    + """
resource "aws_subnet" "s" {
  vpc_id = "vpc-1"
}
resource "aws_network_acl" "l" {
  vpc_id     = "vpc-1"
  subnet_ids = [aws_subnet.s.id]
  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
  ingress {
    rule_no    = 90
    action     = "deny"
    protocol   = "tcp"
    from_port  = 22
    to_port    = 22
    cidr_block = "0.0.0.0/0"
  }
}
""",
    "another machine in between": MEMBERSHIPS["by way of another group"],
}


def database(type, inner, groups_name="vpc_security_group_ids", more=""):
    """A database with what says where it is restored from."""
    return lambda groups: f'{more}resource "{type}" "d" {{\n  {groups_name} = {groups or "[]"}\n{inner}\n}}\n'


def cluster_instance(kind, inner):
    """An instance of a cluster that is restored; the groups are those of the cluster."""
    instance = f'resource "{kind}_instance" "i" {{\n  cluster_identifier = {kind}.d.id\n}}\n'
    return database(kind, inner, more=instance)


def point_in_time(line):
    return f"  restore_to_point_in_time {{\n    use_latest_restorable_time = true\n    {line}\n  }}"


DATABASES = {
    "a database from a snapshot": database("aws_db_instance", '  snapshot_identifier = "orders"'),
    "a database from a snapshot in the code": database(
        "aws_db_instance",
        "  snapshot_identifier = aws_db_snapshot.s.id",
        more='resource "aws_db_snapshot" "s" {\n  db_instance_identifier = "x"\n  db_snapshot_identifier = "s"\n}\n',
    ),
    "a database from a snapshot that is looked up": database(
        "aws_db_instance",
        "  snapshot_identifier = data.aws_db_snapshot.s.id",
        more='data "aws_db_snapshot" "s" {\n  most_recent = true\n}\n',
    ),
    "a database at a point in time": database(
        "aws_db_instance", point_in_time('source_db_instance_identifier = "orders"')
    ),
    "a database at a point in time by its resource": database(
        "aws_db_instance", point_in_time('source_dbi_resource_id = "db-1"')
    ),
    "a database from replicated backups": database(
        "aws_db_instance",
        point_in_time('source_db_instance_automated_backups_arn = "arn:aws:rds:eu-west-1:1:auto-backup:ab-1"'),
    ),
    "a database from backup files": database("aws_db_instance", '  s3_import {\n    bucket_name = "backups"\n  }'),
    "a cluster from a snapshot": cluster_instance("aws_rds_cluster", '  snapshot_identifier = "orders"'),
    "a cluster at a point in time": cluster_instance(
        "aws_rds_cluster", point_in_time('source_cluster_identifier = "orders"')
    ),
    "a cluster at a point in time by its resource": cluster_instance(
        "aws_rds_cluster", point_in_time('source_cluster_resource_id = "cluster-1"')
    ),
    "a cluster from backup files": cluster_instance(
        "aws_rds_cluster", '  s3_import {\n    bucket_name = "backups"\n  }'
    ),
    "a document database": database("aws_docdb_cluster", '  snapshot_identifier = "orders"'),
    "a document database at a point in time": database(
        "aws_docdb_cluster", point_in_time('source_cluster_identifier = "orders"')
    ),
    "a graph database": cluster_instance("aws_neptune_cluster", '  snapshot_identifier = "orders"'),
    "a warehouse": database("aws_redshift_cluster", '  snapshot_identifier = "orders"'),
    "a warehouse by the ARN of a snapshot": database(
        "aws_redshift_cluster", '  snapshot_arn = "arn:aws:redshift:eu-west-1:1:snapshot:a/b"'
    ),
    "a cache": database("aws_elasticache_replication_group", '  snapshot_name = "s"', "security_group_ids"),
    "a cache from backup files": database(
        "aws_elasticache_replication_group", '  snapshot_arns = ["arn:aws:s3:::b/s.rdb"]', "security_group_ids"
    ),
    "a cache of one node": database("aws_elasticache_cluster", '  snapshot_name = "s"', "security_group_ids"),
    "a serverless cache": database(
        "aws_elasticache_serverless_cache",
        '  snapshot_arns_to_restore = ["arn:aws:elasticache:eu-west-1:1:serverlesssnapshot:s"]',
        "security_group_ids",
    ),
    "a memory database": database("aws_memorydb_cluster", '  snapshot_name = "s"', "security_group_ids"),
    "a test of restoring databases": lambda groups: (
        f"""
resource "aws_backup_restore_testing_selection" "d" {{
  protected_resource_type    = "RDS"
  protected_resource_arns    = ["*"]
  restore_metadata_overrides = {{ vpcSecurityGroupIds = jsonencode({groups or "[]"}) }}
}}
"""
    ),
}
NEW_DATABASES = {
    "a new database": database("aws_db_instance", "  allocated_storage = 8"),
    "a replica": database("aws_db_instance", '  replicate_source_db = "orders"'),
    "a snapshot identifier without a value": database("aws_db_instance", "  snapshot_identifier = null"),
    "a new cluster": cluster_instance("aws_rds_cluster", "  port = 5432"),
    "a new cache": database("aws_elasticache_cluster", "  num_cache_nodes = 1", "security_group_ids"),
}
