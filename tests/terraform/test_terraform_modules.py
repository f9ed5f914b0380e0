"""Modules, variables and their files, resolved as a plan would."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snapguard.settings import Settings
from snapguard.terraform.modules import read_root

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


def test_what_terraform_init_fetched_is_read(planned: Planned, tmp_path: Path) -> None:
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
        'variable "n" {\n  type = number\n}\nvariable "l" {\n  type = list(string)\n}\nvariable "s" {\n  type = string\n}\n'
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
    module = 'variable "a" {\n  default = "kept"\n  nullable = false\n}\nresource "terraform_data" "x" {\n  input = var.a\n}\n'
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
        "main.tf": 'resource "aws_instance" "i" {\n  ami = "a"\n  type = "t"\n  ebs_block_device {\n    volume_size = 1\n  }\n}\n'
        'variable "v" {\n  default = 1\n}\nlocals {\n  l = 1\n}\n',
        "override.tf": 'resource "aws_instance" "i" {\n  ami = "b"\n  ebs_block_device {\n    volume_size = 2\n  }\n}\n',
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
