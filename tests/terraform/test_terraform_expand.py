"""count, for_each and dynamic blocks come out as a plan lists them."""

from collections.abc import Callable
from typing import Any

from snapguard.terraform.modules import TerraformRoot
from snapguard.values import Known, Unknown

Planned = Callable[..., dict[str, dict[str, Any]]]
UNKNOWN = "<unknown>"


def test_count_makes_instances_with_their_index(planned: Planned) -> None:
    plan = planned('resource "aws_ebs_volume" "v" {\n  count = 2\n  size = count.index + 1\n}\n')
    assert plan == {"aws_ebs_volume.v[0]": {"size": 1}, "aws_ebs_volume.v[1]": {"size": 2}}


def test_a_count_of_zero_makes_nothing(planned: Planned) -> None:
    assert planned('resource "aws_ebs_volume" "v" {\n  count = false ? 1 : 0\n}\n') == {}


def test_for_each_walks_maps_and_sets_in_key_order(planned: Planned) -> None:
    code = """
    resource "aws_ebs_volume" "m" {
      for_each = { b = 2, a = 1, "c d" = 3 }
      size     = each.value
      tags     = { k = each.key }
    }
    resource "aws_ebs_volume" "s" {
      for_each = toset(["y", "x\\"${"$"}{q}"])
      tags     = { k = each.value }
    }
    """
    assert list(planned(code)) == [
        'aws_ebs_volume.m["a"]',
        'aws_ebs_volume.m["b"]',
        'aws_ebs_volume.m["c d"]',
        'aws_ebs_volume.s["x\\"$${q}"]',
        'aws_ebs_volume.s["y"]',
    ]


def test_unknown_counts_and_keys_give_one_resource_that_may_not_exist(terraform: Callable[..., Any]) -> None:
    code = """
    variable "n" {}
    resource "aws_ebs_volume" "counted" {
      count = var.n
      size  = count.index
    }
    resource "aws_ebs_volume" "each" {
      for_each = toset([var.n])
      size     = 5
      tags     = { k = each.key }
    }
    resource "aws_ebs_volume" "wrong" {
      for_each = ["a"]
    }
    resource "aws_ebs_volume" "half" {
      count = 1.5
    }
    resource "aws_instance" "i" {
      volume = aws_ebs_volume.counted[0].id
      all    = aws_ebs_volume.counted[*].id
    }
    """
    root = terraform(code)
    volumes = root.resources_of("aws_ebs_volume")
    assert [(volume.address, volume.exists, volume.index) for volume in volumes] == [
        ("aws_ebs_volume.counted", None, None),
        ("aws_ebs_volume.each", None, None),
        ("aws_ebs_volume.wrong", None, None),
        ("aws_ebs_volume.half", None, None),
    ]
    assert volumes[1].get("size").value == 5
    assert not volumes[0].get("size").is_known
    instance = root.find("aws_instance.i")
    assert [ref.address for ref in instance.get("volume").refs] == ["aws_ebs_volume.counted"]
    assert [ref.address for ref in instance.get("all").refs] == ["aws_ebs_volume.counted"]


def test_a_resource_in_a_module_of_unknown_count_may_not_exist(terraform: Callable[..., Any]) -> None:
    root = terraform(
        {
            "main.tf": 'variable "n" {}\nmodule "m" {\n  source = "./m"\n  count = var.n\n}\n'
            'resource "terraform_data" "x" {\n  input = module.m[0].id\n}\n',
            "m/main.tf": 'resource "aws_ebs_volume" "v" {}\noutput "id" {\n  value = aws_ebs_volume.v.id\n}\n',
        }
    )
    (volume,) = root.resources_of("aws_ebs_volume")
    assert (volume.address, volume.exists) == ("module.m.aws_ebs_volume.v", None)
    assert not root.find("terraform_data.x").get("input").is_known


def test_for_each_over_another_resource_keeps_its_keys_and_links(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'resource "aws_ebs_volume" "v" {\n  for_each = toset(["a"])\n  size = 7\n}\n'
        'resource "aws_ebs_volume" "t" {\n  for_each = aws_ebs_volume.v\n'
        "  snapshot_id = each.value.id\n  size = each.value.size\n}\n"
    )
    attachment = root.find('aws_ebs_volume.t["a"]')
    assert [tuple(ref) for ref in attachment.get("snapshot_id").refs] == [('aws_ebs_volume.v["a"]', "id")]
    assert attachment.get("size").value == 7


def test_a_known_attribute_of_another_resource_keeps_the_link(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'resource "aws_iam_role" "r" {\n  name = "ops"\n}\n'
        'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.r.name\n}\n'
    )
    role = root.find("aws_iam_role_policy.p").get("role")
    assert role.value == "ops"
    assert [tuple(ref) for ref in role.refs] == [("aws_iam_role.r", "name")]


def test_attributes_in_nested_blocks_of_another_resource_are_links(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'resource "aws_instance" "i" {\n  root_block_device {\n    size = 1\n  }\n}\n'
        'resource "aws_ebs_snapshot" "s" {\n  volume_id = aws_instance.i.root_block_device[0].volume_id\n}\n'
    )
    refs = root.find("aws_ebs_snapshot.s").get("volume_id").refs
    assert [tuple(ref) for ref in refs] == [("aws_instance.i", "root_block_device.0.volume_id")]


def test_dynamic_blocks_are_written_out(planned: Planned) -> None:
    code = """
    resource "aws_security_group" "g" {
      ingress {
        from_port = 1
      }
      dynamic "ingress" {
        for_each = { web = 443, ssh = 22 }
        content {
          description = ingress.key
          from_port   = ingress.value
        }
      }
    }
    resource "aws_launch_template" "t" {
      dynamic "block_device_mappings" {
        for_each = ["snap-1"]
        iterator = device
        content {
          device_name = device.key
          dynamic "ebs" {
            for_each = [device.value]
            content {
              snapshot_id = "${ebs.value}/${device.value}"
            }
          }
        }
      }
    }
    """
    plan = planned(code)
    assert plan["aws_security_group.g"]["ingress"] == [
        {"from_port": 1},
        {"description": "ssh", "from_port": 22},
        {"description": "web", "from_port": 443},
    ]
    mapping = {"device_name": "0", "ebs": [{"snapshot_id": "snap-1/snap-1"}]}
    assert plan["aws_launch_template.t"]["block_device_mappings"] == [mapping]


def test_a_dynamic_block_that_nobody_can_count_is_one_unknown_block(planned: Planned) -> None:
    code = """
    variable "rules" {}
    resource "aws_security_group" "g" {
      ingress {
        from_port = 1
      }
      dynamic "ingress" {
        for_each = var.rules
        content {
          from_port = 22
        }
      }
      dynamic "egress" {
        for_each = 5
        content {}
      }
    }
    """
    plan = planned(code)
    assert plan["aws_security_group.g"] == {"ingress": [{"from_port": 1}, UNKNOWN], "egress": [UNKNOWN]}


def test_meta_arguments_and_provisioners_are_no_attributes(planned: Planned) -> None:
    code = """
    resource "aws_instance" "i" {
      count      = 1
      depends_on = []
      provider   = aws.other
      ami        = "a"
      lifecycle {
        ignore_changes = [ami]
      }
      provisioner "local-exec" {
        command = "x"
      }
    }
    """
    assert planned(code) == {"aws_instance.i[0]": {"ami": "a"}}


def test_too_many_instances_are_an_input_error(terraform: Callable[..., Any]) -> None:
    root = terraform('resource "aws_ebs_volume" "v" {\n  count = 60000\n}\n')
    (volume,) = root.resources_of("aws_ebs_volume")
    assert volume.exists is None
    assert [(error.span.line, error.message) for error in root.errors()] == [
        (2, "60,000 instances; at most 50,000 are followed")
    ]


def test_resources_of_does_not_touch_other_modules(terraform: Callable[..., Any]) -> None:
    root = terraform(
        {
            "main.tf": 'module "a" {\n  source = "./a"\n  count = local.broken\n}\n'
            "locals {\n  broken = local.broken\n}\n"
            'module "b" {\n  source = "./b"\n}\n',
            "a/main.tf": 'resource "aws_instance" "i" {}\n',
            "b/main.tf": 'resource "aws_ebs_volume" "v" {}\n',
        }
    )
    assert [volume.address for volume in root.resources_of("aws_ebs_volume")] == ["module.b.aws_ebs_volume.v"]


def test_a_resource_knows_its_block_and_its_header(terraform: Callable[..., Any]) -> None:
    root = terraform('\nresource "aws_ebs_volume" "v" {\n  size = 1\n}\n')
    (volume,) = root.resources()
    assert (volume.span.line, volume.span.end_line, volume.header.text) == (2, 4, 'resource "aws_ebs_volume" "v" {')
    assert (volume.mode, volume.type, volume.name, volume.module) == ("managed", "aws_ebs_volume", "v", "")
    assert volume.at("size").value == 1


def test_blocks_over_what_try_foresees_are_foreseen_too(terraform: Callable[[str], TerraformRoot]) -> None:
    root = terraform(
        """
        resource "aws_security_group" "a" {}
        locals {
          rules = [{ ranges = ["0.0.0.0/0"], groups = [aws_security_group.a.id] }, { ranges = [], groups = [] }]
        }
        resource "aws_security_group" "b" {
          dynamic "ingress" {
            for_each = try(local.rules, [])
            content {
              cidr_blocks = ingress.value.ranges
            }
          }
        }
        """
    )
    [group] = [resource for resource in root.resources() if resource.address == "aws_security_group.b"]
    blocks = group.get("ingress").elements()
    assert len(blocks) == 2
    for block, expected in zip(blocks, (["0.0.0.0/0"], []), strict=True):
        ranges = block.get("cidr_blocks")
        assert isinstance(ranges, Unknown)
        [foreseen] = ranges.candidates
        assert isinstance(foreseen, Known)
        assert [one.known_text for one in foreseen.value] == expected


def test_resources_of_several_types_come_in_the_order_of_the_code(terraform: Callable[..., Any]) -> None:
    root = terraform(
        """
        resource "aws_ami" "first" {}
        resource "aws_ebs_volume" "second" {}
        data "aws_ami" "looked_up" {}
        resource "aws_ami" "third" {}
        """
    )
    found = root.resources_of("aws_ebs_volume", "aws_ami", "aws_instance")
    assert [resource.name for resource in found] == ["first", "second", "third"]
    assert [resource.name for resource in root.data_sources_of("aws_ami", "aws_ebs_volume")] == ["looked_up"]
