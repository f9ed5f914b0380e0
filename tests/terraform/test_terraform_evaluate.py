"""Expressions come out as Terraform evaluates them; the expected values were checked with `terraform plan`."""

from collections.abc import Callable
from typing import Any

import pytest

from snapguard.terraform.types import type_of

Evaluate = Callable[[str], Any]
UNKNOWN = "<unknown>"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(<<EOT\n  % \n${~ 1 }\nEOT\n)", "  % 1\n"),
        ("(<<EOT\n  %  \n${~ 1 }\nEOT\n)", "  %1\n"),
        ("(<<-EOT\n    $ \n  ${~ 1 }\n  EOT\n)", "    $ \n1\n"),
        ("1 - 2 - 3", -4),
        ("(1 + 2) * 3", 9),
        ("-7 % 3", -1),
        ('"${-0} ${0 * -1} ${0 / -5} ${-0 + -0} ${-(-0)} ${-0 + 0} ${abs(-0)}"', "-0 -0 -0 -0 0 0 0"),
        ("[-0 == 0, [5][-0], ceil(-0.5), signum(-0), 0 % -5]", [True, 5, 0, 0, 0]),
        ('[format("%d", -0), format("%5.1f", -0), jsonencode(-0), tostring(sum([0, -0]))]', ["0", " -0.0", "-0", "0"]),
        ("1e300 + 1 == 1e300", True),
        ("1e200 * 1e200 == 1e400", True),
        ("length(tostring(12345678901234567890 * 1e150 + 1))", 170),
        ('tonumber("1p5") + tonumber("3p-1")', 33.5),
        ('can(tonumber("1p"))', False),
        ("try(1e99999 * 2, 3)", "<unknown>"),
        ('can(tonumber("inf"))', "<unknown>"),
        ("try({ a = 1 }.b, null[*], 3)", []),
        ("can(tolist(null)[*])", False),
        ("try(terraform_data.one.id.x, 5)", 5),
        ("try(terraform_data.one.id[0], 5)", 5),
        ("try([terraform_data.one.id][*].x, 5)", 5),
        ("try(tolist([terraform_data.one.id])[0].x, 5)", 5),
        ("true ? 1 : [][0] + 1", 1),
        ("can(true ? [1] : [][0] + 1)", False),
        ("can(true ? [1] : ([][0] ? 1 : 2))", False),
        ('can(true ? [1] : "${[][0]} x")', False),
        ('can(true ? 1 : { for k in ["a"] : k => [][0] })', False),
        ('can(true ? 1 : { "a" = [][0] })', False),
        ("can(true ? 1 : [[][0]])", False),
        ("true ? 1 : { (null) = [][0] }", 1),
        ("true ? 1 : ([][0] ? [] : {})", 1),
        ("true ? null : [][0]", None),
        ('tostring(length("a") / length("abc"))', "0.33333333333333333334"),
        ('length("abc") / length("ab") + 1', 2.5),
        ('length("a") / 4', 0.25),
        ('length("a") < length("abc")', True),
        ('parseint("ffffffffffff", 16) * parseint("ffffffffffff", 16)', 79228162514263774643590529025),
        ("can(true ? toset([]) : [[1], {}])", False),
        ("7 % 0", 7),
        ("try([1, 2]...)", 1),
        ("coalesce(null, false, [])", False),
        ('"${~ 5 ~} "', "5"),
        ("-0.1 == 0 - 1 / 10", True),
        ("-(1 / 3) + 1 / 3", 0),
        ("7 % 1e-7", 0),
        ("1.5 % 0", 1.5),
        ("7 / 2 * 2", 7),
        ("10 / 5", 2),
        ('"5" + 1', 6),
        ("1.5e3", 1500),
        ("0.1 + 0.2 == 0.3", True),
        ("5.5 % 2 == 1.5", True),
        ("-1.5 < 0 && 2 >= 2 && 1 <= 2 && 2 > 1", True),
        ("!true || !false", True),
        ('"true" && true', True),
        ("false || false", False),
        ("1 == 1 ? 2 : 3", 2),
        ("false ? 1 : false ? 2 : 3", 3),
        ('true ? 1 : "a"', "1"),
        ("true ? [1] : []", [1]),
        ('can(true ? "a" : ["b"])', False),
        ("can(true ? {} : [])", False),
        ('true ? null : "a"', None),
        ('1 == "1"', False),
        ('"a" != "b"', True),
        ("null == null", True),
    ],
)
def test_operators_convert_and_bind_as_terraform_has_it(evaluated: Evaluate, expression: str, expected: Any) -> None:
    assert evaluated(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.sizes.small", 10),
        ('var.sizes["large"]', 100),
        ("var.zones[0]", "b"),
        ('var.zones["1"]', "a"),
        ("var.zones.2", "c"),
        ("local.nested[*].d.n", [1, 2]),
        ("local.nested.*.id", ["i-1", "i-2"]),
        ("local.nested.*.id[0]", "i-1"),
        ("local.nested[*].d[*].n", [[1], [2]]),
        ("var.nothing[*]", []),
        ("var.name[*]", ["db"]),
        ('{ a = 1, "b" : 2, (var.name) = 3, true = 4, null = 5 }', {"a": 1, "b": 2, "db": 3, "true": 4, "null": 5}),
        ("{ for z in var.zones : z => upper(z) }", {"a": "A", "b": "B", "c": "C"}),
        ('{ for k, v in var.sizes : (v > 50 ? "big" : "small") => k... }', {"big": ["large"], "small": ["small"]}),
        ('[for i, z in var.zones : "${i}${z}" if z != "a"]', ["0b", "2c"]),
        ("[for z in toset(var.zones) : z]", ["a", "b", "c"]),
        ("[for k, v in toset(var.zones) : k == v]", [True, True, True]),
        ("[for s in [1, 2] : s][1]", 2),
        ("{ a = { b = [1] } }.a.b[0]", 1),
        ("max([1, 5, 2]...)", 5),
        ("try(var.sizes.none, var.sizes.small)", 10),
        ("can(var.sizes.none)", False),
        ("[for k, v in {} : v if true]", []),
        ("can([for x in [] : x if null])", False),
        ("can([1] + terraform_data.one.id)", False),
        ("can(null < terraform_data.one.id)", False),
        ("can([for v in length(terraform_data.one.id) : v])", False),
        ('can([for k, x in [] : x if "yes"])', False),
        ("can([for x in [] : x if x])", True),
        ("can(var.sizes.small)", True),
        ('"${var.name}"', "db"),
        ('"a-${var.name}-${1 + 1}"', "a-db-2"),
        ('"${var.zones}"', ["b", "a", "c"]),
        (r'"$${x} %%{y} \"q\" \t \u00e9 \U0001F600 \\"', '${x} %{y} "q" \t é 😀 \\'),
        ('"$$${var.name}"', "$${var.name}"),
        ('"%{ if var.name == "db" }yes%{ else }no%{ endif }"', "yes"),
        ('"%{ if var.name == "x" }yes%{ endif }"', ""),
        ('"%{ for z in var.zones }${z},%{ endfor }"', "b,a,c,"),
        ('"%{ for i, z in var.zones ~} ${i}${z} %{~ endfor }"', "0b1a2c"),
        ('"a  ${~ var.name ~}  b"', "adbb"),
        ("path.root", "."),
        ("path.module", "."),
        ("terraform.workspace", "default"),
        ("terraform_data.two[*].input == null", False),
        ("length(terraform_data.two)", 2),
        ("keys(terraform_data.three)", ["x", "y"]),
        ("[for k, v in terraform_data.three : v.input]", ["x", "y"]),
        ('terraform_data.three["x"].input', "x"),
    ],
)
def test_collections_references_and_templates(evaluated: Evaluate, expression: str, expected: Any) -> None:
    assert evaluated(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.unset", UNKNOWN),
        ("var.unset + 1", UNKNOWN),
        ("-var.unset", UNKNOWN),
        ("!var.unset", UNKNOWN),
        ('"x-${var.unset}"', UNKNOWN),
        ("[var.unset, 1]", [UNKNOWN, 1]),
        ("{ a = var.unset }", {"a": UNKNOWN}),
        ("{ (var.unset) = 1 }", UNKNOWN),
        ("{ for z in var.zones : var.unset => z }", UNKNOWN),
        ("[for z in var.zones : z if var.unset]", UNKNOWN),
        ("[for z in var.unset : z]", UNKNOWN),
        ("var.unset[*].id", UNKNOWN),
        ("var.unset.a.b[0]", UNKNOWN),
        ("var.zones[var.unset]", UNKNOWN),
        ("var.unset ? 1 : 2", UNKNOWN),
        ("var.unset ? 1 : 1", 1),
        ("false && var.unset", UNKNOWN),
        ("var.unset || true", UNKNOWN),
        ("var.unset == 1", UNKNOWN),
        ("max(var.unset...)", UNKNOWN),
        ("can(var.unset)", UNKNOWN),
        ("try([1, terraform_data.one.id], 2)", UNKNOWN),
        ("can([1, terraform_data.one.id])", UNKNOWN),
        ("try(terraform_data.one.id...)", UNKNOWN),
        ("({ x = 1, y = { z = 2 } })[terraform_data.one.id].z", UNKNOWN),
        ("({ x = 1, y = true })[terraform_data.one.id] + 1", UNKNOWN),
        ("(tobool(terraform_data.one.id) ? [] : [])[*].name", UNKNOWN),
        ("can((tobool(terraform_data.one.id) ? [] : []).*.name)", UNKNOWN),
        ('"%{ for z in var.unset }x%{ endfor }"', UNKNOWN),
        ('"%{ if var.unset }x%{ endif }"', UNKNOWN),
        ("terraform_data.one.id", UNKNOWN),
        ("terraform_data.two[0].id", UNKNOWN),
        ("terraform_data.two[*].id", [UNKNOWN, UNKNOWN]),
        ("terraform_data.one[*].id", [UNKNOWN]),
        ("terraform_data.one", UNKNOWN),
    ],
)
def test_what_is_not_known_stays_unknown(evaluated: Evaluate, expression: str, expected: Any) -> None:
    assert evaluated(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 / 0",
        "false && null",
        "null + 1",
        "-null",
        "!null",
        '"a" + 1',
        '"a${null}"',
        "null ? 1 : 2",
        "var.missing",
        "local.missing",
        "module.missing.out",
        "data.aws_ami.missing.id",
        "terraform_data.missing.id",
        "terraform_data.two[5].id",
        'terraform_data.three["z"].id',
        "var.sizes.none",
        'var.sizes["none"]',
        "var.zones[7]",
        "var.zones.name",
        "var.name.x",
        "var.nothing.x",
        "var.name[0]",
        "{ (null) = 1 }",
        "[for x in 5 : x]",
        "{ for z in [1, 1] : z => z }",
        "{ for z in [null] : z => z }",
        "max(5...)",
        "no_such_function()",
        "try()",
        "can()",
        "try(var.missing, local.missing)",
        "each.key",
        "count.index",
        "path.nowhere",
        "var",
        "data.aws_ami",
        "true && null",
    ],
)
def test_what_a_plan_would_refuse_is_unknown_and_says_why(evaluated: Evaluate, expression: str) -> None:
    assert evaluated(expression) in (UNKNOWN, [UNKNOWN])
    assert evaluated(f"can({expression})") in (False, UNKNOWN)


def test_heredocs_keep_lines_and_lose_common_indentation(evaluated: Evaluate) -> None:
    code = (
        '<<-EOT\n    first ${var.name}\n      second %{if var.name == "db"}prod%{else}other%{endif}\n\n    third\n  EOT'
    )
    assert evaluated(code) == "first db\n  second prod\n\nthird\n"
    assert evaluated("<<EOT\n  a\n EOT") == "  a\n"
    assert evaluated("<<EOT\nEOT") == ""


def test_strip_markers_in_heredocs_take_one_line_as_terraform_has_it(evaluated: Evaluate) -> None:
    code = "<<-EOT\n  a\n  %{ for z in var.zones ~}\n  ${z}\n  %{ endfor ~}\n  end\n  EOT"
    assert evaluated(code) == "a\n  b\n  a\n  c\n  end\n"


def test_an_unknown_condition_gives_candidates(terraform: Callable[..., Any]) -> None:
    root = terraform('variable "v" {}\nlocals {\n a = var.v ? 1 : 2\n b = local.a + 10\n c = "x${local.b}"\n}\n')
    candidates = root.module.local("c").outcomes
    assert [candidate.value for candidate in candidates] == ["x11", "x12"]


def test_an_unknown_key_gives_the_elements_as_candidates(terraform: Callable[..., Any]) -> None:
    root = terraform('variable "v" {}\nlocals {\n m = { a = 1, b = 2 }\n x = local.m[var.v]\n l = [3, 4][var.v]\n}\n')
    assert [candidate.value for candidate in root.module.local("x").outcomes] == [1, 2]
    assert [candidate.value for candidate in root.module.local("l").outcomes] == [3, 4]
    assert root.module.local("x").verdict(lambda v: v < 5) is True
    assert root.module.local("x").verdict(lambda v: v < 2) is None


def test_a_for_over_candidates_is_followed(terraform: Callable[..., Any]) -> None:
    root = terraform('variable "v" {}\nlocals {\n a = var.v ? ["x"] : ["y"]\n b = [for i in local.a : upper(i)]\n}\n')
    outcomes = root.module.local("b").outcomes
    assert [[element.value for element in outcome.value] for outcome in outcomes] == [["X"], ["Y"]]


def test_a_value_tells_the_way_it_came(terraform: Callable[..., Any]) -> None:
    root = terraform('variable "open" {\n  default = "0.0.0.0/0"\n}\nlocals {\n  range = var.open\n}\n')
    value = root.module.scope.value_of(root.module.files.locals["range"].expression)
    assert [step.note for step in value.via] == ["var.open"]
    assert (value.span.line, value.span.column, value.span.text) == (2, 13, '"0.0.0.0/0"')


def test_deep_nesting_ends_at_a_bound(terraform: Callable[..., Any]) -> None:
    root = terraform(f"locals {{\n  deep = {'[' * 300}{']' * 300}\n  fine = 1\n}}\n")
    assert root.module.local("fine").value == 1
    value = root.module.scope.value_of(root.module.files.locals["deep"].expression)
    while value.is_known and value.value:
        value = value.value[0]
    assert not value.is_known


def test_an_empty_list_that_a_splat_gives_knows_what_it_would_hold(terraform: Callable[..., Any]) -> None:
    code = """
    variable "disks" {
      type    = list(object({ name = string, tags = map(number) }))
      default = []
    }
    locals {
      names = var.disks[*].name
      sizes = var.disks[*].tags.size
      first = var.disks[*].tags["a"]
    }
    """
    module = terraform(code).module
    assert str(type_of(module.local("names"))) == "list(string)"
    assert str(type_of(module.local("sizes"))) == "list(number)"
    assert str(type_of(module.local("first"))) == "list(number)"
