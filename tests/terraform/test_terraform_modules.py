"""Modules, variables and their files, resolved as a plan would."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snapguard.findings import Severity
from snapguard.settings import Settings
from snapguard.terraform.modules import TerraformRoot, read_root

Planned = Callable[..., dict[str, dict[str, Any]]]
UNKNOWN = "<unknown>"

VOLUME = (
    'variable "size" {\n  type    = number\n  default = 1\n}\nresource "aws_ebs_volume" "v" {\n  size = var.size\n}\n'
)


def test_arguments_reach_the_module_and_defaults_fill_the_rest(planned: Planned) -> None:
    code = 'module "a" {\n  source = "./m"\n  size = 5\n}\nmodule "b" {\n  source = "./m"\n}\n'
    assert planned({"main.tf": code, "m/main.tf": VOLUME}) == {
        "module.a.aws_ebs_volume.v": {"size": 5},
        "module.b.aws_ebs_volume.v": {"size": 1},
    }


def test_outputs_come_back_also_from_expanded_modules(planned: Planned) -> None:
    code = """
    module "each" {
      source   = "./m"
      for_each = { x = 1, y = 2 }
      size     = each.value
    }
    module "two" {
      source = "./m"
      count  = 2
      size   = count.index
    }
    module "none" {
      source = "./m"
      count  = 0
    }
    resource "aws_ebs_volume" "sum" {
      size = sum([for k, m in module.each : m.size])
      tags = {
        one   = module.each["x"].size
        first = module.two[0].size
        all   = join(",", module.two[*].size)
        none  = length(module.none)
        whole = jsonencode({ for k, m in module.each : k => m })
      }
    }
    """
    plan = planned({"main.tf": code, "m/main.tf": VOLUME + 'output "size" {\n  value = var.size\n}\n'})
    assert plan["aws_ebs_volume.sum"] == {
        "size": 3,
        "tags": {"one": "1", "first": "0", "all": "0,1", "none": "0", "whole": '{"x":{"size":1},"y":{"size":2}}'},
    }
    assert 'module.each["y"].aws_ebs_volume.v' in plan
    assert "module.two[1].aws_ebs_volume.v" in plan
    assert not any("none" in address for address in plan if address.startswith("module.none"))


def test_modules_nest_and_a_module_that_is_called_twice_is_two(planned: Planned) -> None:
    files = {
        "main.tf": 'module "a" {\n  source = "./outer"\n}\nmodule "b" {\n  source = "./outer"\n}\n',
        "outer/main.tf": 'module "inner" {\n  source = "../inner"\n  size = 7\n}\n',
        "inner/main.tf": VOLUME,
    }
    assert list(planned(files)) == ["module.a.module.inner.aws_ebs_volume.v", "module.b.module.inner.aws_ebs_volume.v"]


def test_a_source_that_is_not_on_disk_is_told_and_what_it_gives_is_unknown(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
        'module "gone" {\n  source = "./gone"\n}\n'
        'resource "aws_ebs_volume" "v" {\n  size = module.vpc.size\n  tags = module.gone.tags.x\n}\n'
    )
    volume = root.find("aws_ebs_volume.v")
    assert not volume.get("size").is_known
    assert [(ref.address, ref.attribute) for ref in volume.get("tags").refs] == [("module.gone", "tags.x")]
    errors = {(error.check, error.span.line, error.message) for error in root.errors()}
    assert errors == {
        (
            "SNAP002",
            1,
            "source 'terraform-aws-modules/vpc/aws' of module 'vpc' is not on disk; `terraform init` brings it",
        ),
        ("SNAP002", 4, "source './gone' of module 'gone' is not on disk"),
    }


def test_what_terraform_init_fetched_is_read(planned: Planned) -> None:
    manifest = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "x", "Dir": ".terraform/modules/m"}]}
    files = {
        "main.tf": 'module "m" {\n  source = "registry/x/aws"\n  size = 4\n}\n',
        ".terraform/modules/modules.json": json.dumps(manifest),
        ".terraform/modules/m/main.tf": VOLUME,
    }
    assert planned(files) == {"module.m.aws_ebs_volume.v": {"size": 4}}


def test_a_manifest_that_is_no_json_is_told(terraform: Callable[..., Any]) -> None:
    root = terraform({"main.tf": 'module "m" {\n  source = "x/y/z"\n}\n', ".terraform/modules/modules.json": "{"})
    assert "modules.json is not what `terraform init` writes" in [error.message for error in root.errors()]


def test_a_module_that_calls_itself_ends_at_a_bound(terraform: Callable[..., Any]) -> None:
    root = terraform('module "again" {\n  source = "."\n}\nresource "aws_ebs_volume" "v" {}\n')
    assert len(list(root.resources())) > 10
    assert "modules are nested deeper than 64" in [error.message for error in root.errors()]


def test_variable_files_win_in_terraforms_order(planned: Planned, tmp_path: Path) -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    code = "".join(f'variable "{n}" {{\n  default = "default"\n}}\n' for n in names)
    code += 'resource "terraform_data" "x" {\n  input = [' + ", ".join(f"var.{n}" for n in names) + "]\n}\n"
    files = {
        "main.tf": code,
        "terraform.tfvars": 'b = "tfvars"\nc = "tfvars"\nd = "tfvars"\ne = "tfvars"\nf = "tfvars"\n',
        "z.auto.tfvars": 'd = "auto z"\ne = "auto"\nf = "auto"\n',
        "y.auto.tfvars": 'c = "auto y"\nd = "auto y"\n',
        "given.tfvars": 'e = "given"\nf = "given"\n',
    }
    plan = planned(files, var_files=[str(tmp_path / "given.tfvars")], variables={"f": "command line"})
    assert plan["terraform_data.x"]["input"] == ["default", "tfvars", "auto y", "auto z", "given", "command line"]


def test_json_variable_files_are_read(planned: Planned) -> None:
    files = {
        "main.tf": 'variable "a" {}\nresource "terraform_data" "x" {\n  input = var.a\n}\n',
        "terraform.tfvars.json": '{"a": {"b": [1, "${not}"]}}',
    }
    assert planned(files) == {"terraform_data.x": {"input": {"b": [1, "${not}"]}}}


def test_a_variable_file_that_is_missing_is_told(terraform: Callable[..., Any], tmp_path: Path) -> None:
    root = terraform('variable "a" {}\n', var_files=[str(tmp_path / "missing.tfvars")])
    (error,) = root.errors()
    assert error.message.startswith("the variable file can't be read")


def test_a_value_from_the_command_line_is_read_as_its_type(planned: Planned) -> None:
    code = (
        'variable "n" {\n  type = number\n}\nvariable "l" {\n  type = list(string)\n}\n'
        'variable "s" {\n  type = string\n}\n'
        'resource "terraform_data" "x" {\n  input = [var.n + 1, var.l[0], var.s]\n}\n'
    )
    plan = planned(code, variables={"n": "4", "l": '["a"]', "s": "[1]"})
    assert plan == {"terraform_data.x": {"input": [5, "a", "[1]"]}}


def test_types_convert_and_optional_attributes_get_their_defaults(planned: Planned) -> None:
    code = """
    variable "disk" {
      type    = object({ size = optional(number, 25), sealed = optional(bool), tags = optional(map(string), {}) })
      default = { size = "30" }
    }
    variable "ids" {
      type    = set(string)
      default = ["b", "a", "b"]
    }
    variable "pair" {
      type    = tuple([string, number])
      default = [1, "2"]
    }
    variable "old" {
      type    = "list"
      default = ["x"]
    }
    variable "none" {
      type     = string
      default  = "kept"
      nullable = false
    }
    resource "terraform_data" "x" {
      input = [var.disk, [for i in var.ids : i], var.pair, var.old, var.none]
    }
    """
    assert planned(code)["terraform_data.x"]["input"] == [
        {"size": 30, "sealed": None, "tags": {}},
        ["a", "b"],
        ["1", 2],
        ["x"],
        "kept",
    ]


def test_null_given_to_a_variable_that_refuses_it_gives_the_default(planned: Planned) -> None:
    module = (
        'variable "a" {\n  default = "kept"\n  nullable = false\n}\n'
        'resource "terraform_data" "x" {\n  input = var.a\n}\n'
    )
    code = 'module "m" {\n  source = "./m"\n  a = null\n}\n'
    assert planned({"main.tf": code, "m/main.tf": module}) == {"module.m.terraform_data.x": {"input": "kept"}}


def test_a_value_that_does_not_fit_its_type_is_told_at_its_place(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'variable "n" {\n  type = number\n  default = "x"\n}\nresource "aws_ebs_volume" "v" {\n  size = var.n\n}\n'
    )
    assert not root.find("aws_ebs_volume.v").get("size").is_known
    (error,) = root.errors()
    assert error.span.line == 3
    assert error.message.startswith("the value of var.n does not fit its type")


def test_a_type_that_is_none_is_told(terraform: Callable[..., Any]) -> None:
    root = terraform('variable "n" {\n  type = nonsense(3)\n  default = 1\n}\noutput "o" {\n  value = var.n\n}\n')
    assert root.module.output("o").value == 1
    assert [error.span.line for error in root.errors()] == [2]


def test_a_cycle_is_told_and_ends(terraform: Callable[..., Any]) -> None:
    root = terraform(
        'locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_ebs_volume" "v" {\n  size = local.a\n}\n'
    )
    assert not root.find("aws_ebs_volume.v").get("size").is_known
    assert [(error.span.line, error.message) for error in root.errors()] == [(2, "local.a depends on itself")]


def test_a_long_chain_of_locals_is_followed_or_ends_at_a_bound(terraform: Callable[..., Any]) -> None:
    chain = "".join(f"  l{i} = local.l{i + 1}\n" for i in range(5000))
    root = terraform(f'locals {{\n{chain}  l5000 = 1\n}}\nresource "aws_ebs_volume" "v" {{\n  size = local.l0\n}}\n')
    value = root.find("aws_ebs_volume.v").get("size")
    assert value.is_known or "references are nested too deep to be followed" in [e.message for e in root.errors()]


def test_a_block_declared_twice_is_told_with_the_place_of_the_first(terraform: Callable[..., Any]) -> None:
    root = terraform(
        {"a.tf": 'variable "x" {}\n', "b.tf": '\nvariable "x" {}\nresource "t" "r" {}\nresource "t" "r" {}\n'}
    )
    first, second = root.errors()
    assert first.message.startswith("variable x is declared twice; the first stands in ")
    assert first.message.endswith("a.tf:1")
    assert (second.span.line, second.message.split(";")[0]) == (4, "resource t.r is declared twice")


def test_override_files_win(planned: Planned) -> None:
    files = {
        "main.tf": 'resource "aws_instance" "i" {\n  ami = "a"\n  type = "t"\n'
        "  ebs_block_device {\n    volume_size = 1\n  }\n}\n"
        'variable "v" {\n  default = 1\n}\nlocals {\n  l = 1\n}\n',
        "override.tf": 'resource "aws_instance" "i" {\n  ami = "b"\n'
        "  ebs_block_device {\n    volume_size = 2\n  }\n}\n",
        "z_override.tf": 'locals {\n  l = 2\n}\nvariable "v" {\n  default = 2\n}\nresource "terraform_data" "n" {\n'
        "  input = [local.l, var.v]\n}\n",
    }
    plan = planned(files)
    assert plan["aws_instance.i"] == {"ami": "b", "type": "t", "ebs_block_device": [{"volume_size": 2}]}
    assert plan["terraform_data.n"] == {"input": [2, 2]}


def test_a_tofu_file_stands_for_the_tf_file_of_the_same_name(planned: Planned) -> None:
    files = {
        "main.tf": 'resource "terraform_data" "tf" {}\n',
        "main.tofu": 'resource "terraform_data" "tofu" {}\n',
        "other.tf": 'resource "terraform_data" "other" {}\n',
    }
    assert sorted(planned(files)) == ["terraform_data.other", "terraform_data.tofu"]


def test_a_broken_file_loses_nothing_of_the_others(terraform: Callable[..., Any]) -> None:
    root = terraform(
        {
            "bad.tf": 'resource "aws_ebs_volume" "bad" {\n  size = \n}\n',
            "good.tf": 'resource "aws_ebs_volume" "good" {}\n',
        }
    )
    assert [resource.address for resource in root.resources_of("aws_ebs_volume")] == [
        "aws_ebs_volume.bad",
        "aws_ebs_volume.good",
    ]
    assert not root.find("aws_ebs_volume.bad").get("encrypted").is_absent
    assert [(Path(error.span.file.path).name, error.span.line) for error in root.errors()] == [("bad.tf", 2)]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.tf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.tf").write_text('resource "terraform_data" "x" {}\n')
    root = read_root(str(tmp_path), Settings())
    assert [resource.address for resource in root.resources()] == ["terraform_data.x"]
    (error,) = root.errors()
    assert error.message == "the file can't be read: No such file or directory"
    assert error.span.file.path == os.path.join(tmp_path, "gone.tf")


def test_a_directory_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    root = read_root(str(tmp_path / "nowhere"), Settings())
    assert [error.message for error in root.errors()] == ["the directory can't be read: No such file or directory"]


def test_templatefile_renders_with_the_variables_given(planned: Planned) -> None:
    files = {
        "main.tf": 'resource "terraform_data" "x" {\n'
        '  input = templatefile("${path.module}/t.tpl", { names = ["a", "b"], n = 2 })\n}\n',
        "t.tpl": "%{ for name in names ~}\nhello ${name}\n%{ endfor ~}\n${n + 1}",
    }
    assert planned(files) == {"terraform_data.x": {"input": "hello a\nhello b\n3"}}


def test_a_template_that_names_what_it_is_not_given_is_unknown(planned: Planned) -> None:
    files = {
        "main.tf": 'resource "terraform_data" "x" {\n  input = templatefile("t.tpl", {})\n}\n',
        "t.tpl": "${missing.value}",
    }
    assert planned(files) == {"terraform_data.x": {"input": UNKNOWN}}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ('module.m["a.b"].terraform_data.x[0]', True),
        ('module.m["a.b"].terraform_data.x', False),
        ('module.m["a.b"].terraform_data.x[5]', False),
        ('module.m["none"].terraform_data.x[0]', False),
        ("module.none.terraform_data.x", False),
        ('module.m["a.b"].data.aws_ami.a', True),
        ("terraform_data.none", False),
        ("nonsense", False),
    ],
)
def test_resources_are_found_by_the_address_that_a_plan_prints(
    terraform: Callable[..., Any], address: str, found: bool
) -> None:
    code = 'module "m" {\n  source = "./m"\n  for_each = toset(["a.b", "c\\"d"])\n}\n'
    root = terraform(
        {"main.tf": code, "m/main.tf": 'resource "terraform_data" "x" {\n count = 1\n}\ndata "aws_ami" "a" {}\n'}
    )
    resource = root.find(address)
    assert (resource is not None) is found
    if resource is not None:
        assert resource.address == address


def test_all_files_of_a_root_are_listed_once(terraform: Callable[..., Any]) -> None:
    code = 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n'
    root = terraform({"main.tf": code, "m/main.tf": VOLUME, "terraform.tfvars": "x = 1\n"})
    assert [Path(file.path).name for file in root.files()] == ["main.tf", "main.tf", "terraform.tfvars"]


def test_a_value_that_its_own_validation_refuses_is_an_input_error_of_low_severity(
    terraform: Callable[..., TerraformRoot],
) -> None:
    code = """
    variable "size" {
      default = 500
      validation {
        condition     = var.size < 100
        error_message = "At most ${50 + 50}."
      }
      validation {
        condition     = var.size > 0
        error_message = "Positive."
      }
      validation {
        error_message = "no condition"
      }
    }
    variable "unset" {
      validation {
        condition = var.unset == 1
      }
    }
    variable "silent" {
      default = 1
      validation {
        condition = var.silent == 2
      }
    }
    """
    errors = terraform(code).errors()
    assert [(error.span.line, error.message, error.severity) for error in errors] == [
        (5, "the value of var.size fails its validation: At most 100.", Severity.LOW),
        (24, "the value of var.silent fails its validation", Severity.LOW),
    ]


def test_a_tofu_file_stands_for_the_tf_file_of_its_name(planned: Callable[..., dict[str, Any]]) -> None:
    files = {
        "a.tf": 'resource "terraform_data" "tf" {}\n',
        "a.tofu": 'resource "terraform_data" "tofu" {}\n',
        "b.tf.json": '{"resource": {"terraform_data": {"tf": {}}}}',
        "b.tofu.json": '{"resource": {"terraform_data": {"json": {}}}}',
        "my.tf.tf": 'resource "terraform_data" "other" {}\n',
        "#c.tf": 'resource "terraform_data" "hash" {}\n',
        ".d.tf": 'resource "terraform_data" "hidden" {}\n',
    }
    assert sorted(planned(files)) == [
        "terraform_data.hash",
        "terraform_data.json",
        "terraform_data.other",
        "terraform_data.tofu",
    ]


def test_only_a_file_named_so_overrides(planned: Callable[..., dict[str, Any]]) -> None:
    files = {
        "main.tf": 'resource "terraform_data" "x" {\n  input = "base"\n}\n',
        "a.b_override.tf": 'resource "terraform_data" "x" {\n  input = "overridden"\n}\n',
        "override.more.tf": 'resource "terraform_data" "y" {\n  input = "plain"\n}\n',
    }
    assert planned(files) == {
        "terraform_data.x": {"input": "overridden"},
        "terraform_data.y": {"input": "plain"},
    }


def test_a_data_source_that_waits_for_a_resource_is_known_only_as_what_it_will_be(
    terraform: Callable[..., TerraformRoot],
) -> None:
    document = 'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["a:B"]\n  }\n  %s\n}\n'
    files = {
        "main.tf": document % "depends_on = [terraform_data.r]"
        + 'resource "terraform_data" "r" {}\n'
        + 'module "waits" {\n  source = "./m"\n  depends_on = [module.other]\n}\n'
        + 'module "other" {\n  source = "./m"\n  depends_on = [var.x]\n}\n',
        "m/main.tf": document % "depends_on = []",
    }
    root = terraform(files)
    found = {one.address: one.get("json") for one in root.data_sources_of("aws_iam_policy_document")}
    assert [value.is_known for value in found.values()] == [False, False, True]
    waiting = found["data.aws_iam_policy_document.d"]
    assert waiting.decoded is not None
    assert waiting.decoded.at("Statement", "Action").known_text == "a:B"


def test_an_attribute_in_a_nested_block_of_another_resource_is_what_is_written_there(
    terraform: Callable[..., TerraformRoot],
) -> None:
    code = """
    resource "aws_instance" "i" {
      root_block_device {
        volume_size = 10
      }
    }
    resource "aws_ebs_volume" "v" {
      size        = aws_instance.i.root_block_device[0].volume_size
      iops        = aws_instance.i.root_block_device[1].iops
      throughput  = aws_instance.i.root_block_device.0.throughput
      snapshot_id = aws_instance.i.root_block_device[count.index].snapshot_id
    }
    """
    volume = terraform(code).find("aws_ebs_volume.v")
    assert volume is not None
    size = volume.get("size")
    assert size.verdict(lambda value: value == 10)
    assert [tuple(reference) for reference in size.refs] == [("aws_instance.i", "root_block_device.0.volume_size")]
    assert not any(volume.get(name).is_known for name in ("iops", "throughput", "snapshot_id"))


def test_an_output_without_a_value_and_one_that_is_not_declared_are_unknown(planned: Callable[..., Any]) -> None:
    code = 'module "m" {\n  source = "./m"\n}\n'
    inputs = '[module.m.none, try(module.m.no, module.m.none), path.cwd != ""]'
    code += f'resource "terraform_data" "x" {{\n  input = {inputs}\n}}\n'
    plan = planned({"main.tf": code, "m/main.tf": 'output "none" {}\n'})
    assert plan["terraform_data.x"] == {"input": ["<unknown>", "<unknown>", True]}


def test_an_address_with_escapes_is_found(terraform: Callable[..., TerraformRoot]) -> None:
    root = terraform('resource "terraform_data" "x" {\n  for_each = toset(["a\\".b\\\\"])\n}\n')
    (resource,) = root.resources()
    assert resource.address == 'terraform_data.x["a\\".b\\\\"]'
    assert root.find(resource.address) is resource
