"""What grows without end stops at a bound, and that is an input error."""

from collections.abc import Callable
from typing import Any

import pytest

Terraform = Callable[..., Any]


def _doubling(first: str, again: str, times: int = 60) -> str:
    lines = [f"  a{n + 1} = {again.replace('LAST', f'local.a{n}')}" for n in range(times)]
    use = f'resource "terraform_data" "x" {{\n  input = local.a{times}\n}}\n'
    return "\n".join(["locals {", f"  a0 = {first}", *lines, "}", use])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('resource "terraform_data" "x" {\n  input = setproduct(range(999), range(999))\n}\n', "100,000 elements"),
        ('resource "terraform_data" "x" {\n  input = range(1e9)\n}\n', "1,024 elements"),
        (_doubling('"xxxxxxxx"', '"${LAST}${LAST}"'), "a text of more than 4,000,000 characters"),
        (_doubling('["x"]', "[LAST, LAST]"), "more than 500000 elements"),
        (_doubling('{ a = "x" }', "{ a = LAST, b = LAST }"), "more than 500000 elements"),
        (_doubling("1", "LAST", 3000), "nested too deep"),
    ],
)
def test_growth_ends_at_a_bound_that_is_reported(terraform: Terraform, code: str, message: str) -> None:
    root = terraform(code)
    assert not root.find("terraform_data.x").get("input").is_known
    (error,) = root.errors()
    assert message in error.message
    assert error.check == "SNAP001"


def test_loops_in_loops_end_at_a_bound(terraform: Terraform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snapguard.terraform.modules.MAX_STEPS", 500)
    code = """
    resource "terraform_data" "x" {
      input = [for a in range(100) : [for b in range(100) : "${a}${b}"]]
    }
    resource "terraform_data" "y" {
      input = "%{ for a in ["p", "q"] }${a}%{ endfor }"
    }
    """
    root = terraform(code)
    assert not root.find("terraform_data.x").get("input").is_known
    (error,) = root.errors()
    assert error.message == "the code makes more than 500 elements in all"


def test_a_template_that_renders_itself_is_reported(terraform: Terraform) -> None:
    template = '${templatefile("t.tftpl", {})}'
    code = 'resource "terraform_data" "x" {\n  input = templatefile("t.tftpl", {})\n}\n'
    root = terraform({"main.tf": code, "t.tftpl": template})
    assert not root.find("terraform_data.x").get("input").is_known
    (error,) = root.errors()
    assert "a template can't render another template" in error.message


def test_modules_that_call_themselves_end_at_a_bound(terraform: Terraform) -> None:
    root = terraform(
        {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": 'module "m" {\n  source = "../m"\n}\n'}
    )
    assert list(root.resources()) == []
    assert [error.message for error in root.errors()] == ["modules are nested deeper than 64"]


def test_too_many_blocks_of_a_dynamic_block_are_reported(terraform: Terraform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snapguard.terraform.expand.MAX_INSTANCES", 5)
    code = """
    resource "aws_security_group" "g" {
      dynamic "ingress" {
        for_each = range(10)
        content {
          from_port = ingress.value
        }
      }
    }
    resource "aws_ebs_volume" "v" {
      for_each = toset(["a", "b", "c", "d", "e", "f"])
    }
    """
    root = terraform(code)
    root.find("aws_security_group.g").get("ingress")
    (volume,) = root.resources_of("aws_ebs_volume")
    assert volume.exists is None
    assert [error.message for error in root.errors()] == [
        "a dynamic block makes more than 5 blocks",
        "6 instances; at most 5 are followed",
    ]


def test_a_block_of_a_long_file_says_and_stands_where_it_does_in_a_short_one(terraform: Terraform) -> None:
    code = """
    resource "aws_instance" "x" {
      ami = "ami-${upper("a")}"
      ebs_block_device {
        device_name = "/dev/${["sdb"][0]}"
      }
    }
    """
    short = terraform(code).find("aws_instance.x")
    long = terraform(code + "# and so on\n" * 10_000).find("aws_instance.x")
    for path in (("ami",), ("ebs_block_device", "device_name")):
        one, other = short.at(*path), long.at(*path)
        assert one.known_text == other.known_text != ""
        assert (one.span.start, one.span.end) == (other.span.start, other.span.end)
    assert short.header.text == long.header.text


@pytest.mark.parametrize("digits", ["1e99999", "-1e-99999", "1e9999999999", "1e-9999999999999999999", "1" * 5_000])
@pytest.mark.parametrize(
    "expression",
    [
        *("{}", "{} + 0.1", "{} / 3", "{} % 3", "-{}", "{} == 1", "{} < 1", "[1, 2][{}]", '"${{{}}}"'),
        *('tonumber("{}")', 'jsondecode("{}")', 'yamldecode("[{}]")', 'format("%f %v", {}, {})', 'parseint("{}", 10)'),
        *("pow({}, 2)", "log({}, 2)", "floor({})", "sum([{}, 0.5])", "range({})", "range(0, 1, {})", "toset([{}, 1])"),
    ],
)
def test_a_number_beyond_all_bounds_is_refused_or_unknown(
    evaluated: Callable[[str], Any], digits: str, expression: str
) -> None:
    written = expression.format(*[digits] * 2)
    assert evaluated(f'try({written}, "refused")') in ("refused", "<unknown>")


@pytest.mark.parametrize("digits", ["1e99999", "1e-99999", "1e9999999999999999999"])
def test_a_number_beyond_all_bounds_in_json_is_an_error_at_its_place(terraform: Terraform, digits: str) -> None:
    root = terraform({"main.tf.json": f'{{"variable": {{"size": {{"default":\n{digits}}}}}}}'})
    (error,) = root.errors()
    assert error.span.line == 2
    assert "number" in error.message
