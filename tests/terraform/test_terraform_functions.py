"""What functions make of unknown values, where their results come from, and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from snapguard.terraform.functions import is_function
from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Unknown, Value, ValueSet, fragments

ValueOf = Callable[..., Value]

DECLARATIONS = """
variable "unset" {}
variable "given" { default = ["x", "y"] }
resource "aws_volume" "a" {}
resource "aws_volume" "b" {}
locals {
  one_of = var.unset == "p" ? "prod" : "dev"
  links  = [aws_volume.a.id, aws_volume.b.id]
}
"""


def plain(value: Value) -> Any:
    if not isinstance(value, Known):
        return [f"{ref.address}.{ref.attribute}" for ref in value.refs]
    content = value.value
    if isinstance(content, list):
        return [plain(item) for item in content]
    return {name: plain(item) for name, item in content.items()} if isinstance(content, dict) else content


A, B = ["aws_volume.a.id"], ["aws_volume.b.id"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("length(local.links)", 2),
        ("length(toset([aws_volume.a.id]))", 1),
        ('length({ a = aws_volume.a.id, b = "x" })', 2),
        ('concat(["a"], local.links)', ["a", A, B]),
        ('merge({ a = aws_volume.a.id }, { b = "x" })', {"a": A, "b": "x"}),
        ("keys({ b = aws_volume.a.id, a = 1 })", ["a", "b"]),
        ("values({ b = aws_volume.a.id, a = 1 })", [1, A]),
        ("element(local.links, 3)", B),
        ('lookup({ a = aws_volume.a.id }, "a", "x")', A),
        ('lookup({ a = aws_volume.a.id }, "b", "x")', "x"),
        ('lookup({ a = "x" }, "b", aws_volume.a.id)', A),
        ('zipmap(["k"], [aws_volume.a.id])', {"k": A}),
        ("slice(local.links, 1, 2)", [B]),
        ("reverse(local.links)", [B, A]),
        ("flatten([[{ id = aws_volume.a.id }], []])", [{"id": A}]),
        ('flatten([["vol-${aws_volume.a.id}"]])', [A]),
        ("tolist(local.links)", [A, B]),
        ('tomap({ a = aws_volume.a.id, b = "x" })', {"a": A, "b": "x"}),
        ('toset([aws_volume.a.id, "x"])', ["x", A]),
        ('setunion(["x"], [aws_volume.a.id])', ["x", A]),
        ('setproduct(["x"], local.links)', [["x", A], ["x", B]]),
        ("chunklist(local.links, 1)", [[A], [B]]),
        ("one([aws_volume.a.id])", A),
        ('contains([aws_volume.a.id, "x"], "x")', True),
        ('index(["x", aws_volume.a.id], "x")', 0),
        ('coalesce(1, aws_volume.a.id, "x")', "1"),
        ("coalesce(null, [1], toset([2]))", [1]),
        ('coalesce("x", aws_volume.a.id)', "x"),
        ('coalescelist(["x"], aws_volume.a.ids)', ["x"]),
        ('alltrue([false, aws_volume.a.id == "x"])', False),
        ('anytrue([true, aws_volume.a.id == "x"])', True),
        ('startswith("prod-${aws_volume.a.id}", "prod")', True),
        ('startswith("prod-${aws_volume.a.id}", "dev")', False),
        ('formatlist("%s!", ["x", "vol-${aws_volume.a.id}"])', ["x!", A]),
        ("sensitive(aws_volume.a.id)", A),
        ("nonsensitive(local.links)", [A, B]),
        ("ephemeralasnull(aws_volume.a.id)", A),
    ],
)
def test_what_is_known_of_a_collection_stays_known(value_of: ValueOf, expression: str, expected: Any) -> None:
    assert plain(value_of(expression, DECLARATIONS)) == expected


@pytest.mark.parametrize(
    ("expression", "links"),
    [
        ("upper(aws_volume.a.id)", A),
        ("length(aws_volume.a.tags)", ["aws_volume.a.tags"]),
        ("length(toset(local.links))", A + B),
        ("concat(local.links, aws_volume.a.ids)", [*A, *B, "aws_volume.a.ids"]),
        ("merge({ a = aws_volume.a.id }, aws_volume.b.tags)", [*A, "aws_volume.b.tags"]),
        ("element(local.links, aws_volume.a.index)", ["aws_volume.a.index"]),
        ("element([], aws_volume.a.index)", ["aws_volume.a.index"]),
        ("flatten([[aws_volume.a.names]])", ["aws_volume.a.names"]),
        ("compact(local.links)", A + B),
        ("distinct(local.links)", A + B),
        ("sort(aws_volume.a.ids)", ["aws_volume.a.ids"]),
        ("setintersection(local.links, local.links)", A + B),
        ("reverse(toset(local.links))", A + B),
        ('contains(local.links, "x")', A + B),
        ('contains(["x"], aws_volume.a.id)', A),
        ('index(local.links, "x")', A + B),
        ('coalesce(aws_volume.a.id, "x")', A),
        ("coalescelist(aws_volume.a.ids, [])", ["aws_volume.a.ids"]),
        ('alltrue([true, aws_volume.a.id == "x"])', A),
        ("sum([1, aws_volume.a.size])", ["aws_volume.a.size"]),
        ("base64encode(aws_volume.a.id)", A),
        ("jsonencode({ a = aws_volume.a.id })", A),
        ("yamlencode([aws_volume.a.id])", A),
        ("jsondecode(aws_volume.a.json)", ["aws_volume.a.json"]),
        ("trimspace(aws_volume.a.id)", A),
        ('startswith("p${aws_volume.a.id}", "prod")', A),
        ('startswith(aws_volume.a.id, "prod")', A),
        ('endswith("${aws_volume.a.id}d", "prod")', A),
        ('formatlist("%s", aws_volume.a.ids)', ["aws_volume.a.ids"]),
        ('formatlist("%s", toset(local.links))', A + B),
        ('join(",", toset(local.links))', A + B),
        ('join(",", aws_volume.a.ids)', ["aws_volume.a.ids"]),
        ('format("%v", local.links)', A + B),
        ('file("${aws_volume.a.id}.txt")', A),
        ("issensitive(aws_volume.a.id)", A),
        ("timestamp()", []),
        ("plantimestamp()", []),
        ("uuid()", []),
        ('bcrypt("x", 5)', []),
        ('base64gzip("x")', []),
        ('rsadecrypt("x", "y")', []),
        ('pathexpand("~/.ssh/id_rsa")', []),
        ('file("~/.ssh/id_rsa.pub")', []),
        ("provider::aws::arn_parse(aws_volume.a.id)", A),
        ('regex("\\\\p{Greek}", "x")', []),
        ('textencodebase64("x", "EBCDIC")', []),
        ('cidrsubnet("10.0.0.0/16", 8, -1)', []),
        ('cidrsubnet("10.0.0.0/16", -8, 1)', []),
        ('timeadd("9999-12-31T23:59:59Z", "1h")', []),
        ('matchkeys(local.links, ["x", "y"], ["y"])', [*A, *B]),
        ("pow(0.3, 0.7)", []),
        ("pow(10, 25)", []),
        ('join(",", [aws_volume.a.id], [null])', A),
        ('format("%d", [1], aws_volume.a.id)', A),
    ],
)
def test_what_can_not_be_told_is_unknown_and_keeps_its_links(
    value_of: ValueOf, expression: str, links: list[str]
) -> None:
    value = value_of(expression, DECLARATIONS)
    assert isinstance(value, Unknown)
    assert plain(value) == links
    assert value.why


@pytest.mark.parametrize(
    ("expression", "candidates"),
    [
        ("upper(local.one_of)", ["PROD", "DEV"]),
        ('join("-", ["a", local.one_of])', ["a-prod", "a-dev"]),
        ('format("%s-%s", local.one_of, local.one_of)', ["prod-prod", "prod-dev", "dev-prod", "dev-dev"]),
        ("lookup({ prod = 1, dev = 2 }, local.one_of, 3)", [1, 2]),
        ("jsonencode(local.one_of)", ['"prod"', '"dev"']),
        ("coalesce(local.one_of)", ["prod", "dev"]),
        ('startswith(local.one_of, "p")', [True, False]),
        ('replace(local.one_of, "o", "0")', ["pr0d", "dev"]),
        ("tolist([local.one_of])[0]", ["prod", "dev"]),
        ('upper(var.unset == "x" ? "a" : var.unset == "y" ? "b" : "c")', ["A", "B", "C"]),
        ('join("-", [local.one_of, aws_volume.a.id])', [A, A]),
        ('lookup({ a = "x", b = "y" }, var.unset, "z")', ["x", "y", "z"]),
        ('lookup({ a = "x", b = "y" }, var.unset)', ["x", "y"]),
        ('element(["x", "y"], var.unset)', ["x", "y"]),
        ('compact([local.one_of, "", "x"])', [["prod", "x"], ["dev", "x"]]),
        ('flatten([var.unset == "p" ? ["a"] : [], ["b"]])', [["a", "b"], ["b"]]),
        ("length(toset([local.one_of, var.given[0]]))", [2, 2]),
        ("sort(values({ a = local.one_of, b = var.given[0] }))", [["prod", "x"], ["dev", "x"]]),
        ("transpose({ a = [local.one_of] })", [{"prod": ["a"]}, {"dev": ["a"]}]),
        ('endswith("${aws_volume.a.id}-disk", "-disk")', [True]),
        ('endswith("${aws_volume.a.id}-disk", "x")', [False]),
        ('startswith("p${aws_volume.a.id}", "dev")', [False]),
        ('try(jsondecode(jsonencode({ a = [aws_volume.a.id], b = toset(["x"]) })), "no")', [{"a": [A], "b": ["x"]}]),
    ],
)
def test_a_call_on_a_choice_is_a_choice(value_of: ValueOf, expression: str, candidates: list[Any]) -> None:
    value = value_of(expression, DECLARATIONS)
    assert isinstance(value, Unknown)
    assert [plain(candidate) for candidate in value.candidates] == candidates


@pytest.mark.parametrize(
    "expression",
    [
        "tonumber(local.one_of)",  # no choice can be taken
        'regex("^p", local.one_of)',  # one would fail
        'replace("%s", local.one_of, local.one_of, local.one_of)',
    ],
)
def test_a_call_that_fails_for_a_choice_is_plainly_unknown(value_of: ValueOf, expression: str) -> None:
    if expression.startswith("replace"):
        with pytest.raises(EvaluationError, match="takes 3 arguments, but 4 are given"):
            value_of(expression, DECLARATIONS)
        return
    value = value_of(expression, DECLARATIONS)
    assert isinstance(value, Unknown)
    assert value.candidates == ()


def test_too_many_combinations_of_choices_are_not_followed(value_of: ValueOf) -> None:
    choices = ", ".join(["local.one_of"] * 5)
    value = value_of(f'format("%s%s%s%s%s", {choices})', DECLARATIONS)
    assert isinstance(value, Unknown)
    assert value.candidates == ()
    assert len(value.parts or ()) == 5
    value = value_of(f"max(length(local.one_of), {', '.join(['length(local.one_of)'] * 5)})", DECLARATIONS)
    assert isinstance(value, Unknown)
    assert value.candidates == ()


@pytest.mark.parametrize(
    "expression",
    [
        'join("/", ["arn", aws_volume.a.id, "x"])',
        'format("arn/%s/%s", aws_volume.a.id, "x")',
        'format("%s/%s/%v", "arn", aws_volume.a.id, "x")',
        'trimspace("  arn/${aws_volume.a.id}/x \\n")',
        'chomp("arn/${aws_volume.a.id}/x\\n")',
        'trimspace("${" "}arn/${aws_volume.a.id}/x\\n${" "}")',
    ],
)
def test_a_partly_unknown_text_keeps_its_parts(value_of: ValueOf, expression: str) -> None:
    pieces = ["<a>" if isinstance(piece, Unknown) else piece for piece in fragments(value_of(expression, DECLARATIONS))]
    assert "".join(pieces) == "arn/<a>/x"


def test_a_text_of_spaces_is_cut_to_nothing_however_it_was_made(value_of: ValueOf) -> None:
    assert plain(value_of('trimspace("${join(" ", var.blanks)} ")', 'variable "blanks" { default = [" ", " "] }')) == ""


def test_a_quoted_unknown_text_stands_between_quotes(value_of: ValueOf) -> None:
    pieces = list(fragments(value_of('format("%q %d", aws_volume.a.id, aws_volume.a.size)', DECLARATIONS)))
    assert [piece for piece in pieces if isinstance(piece, str)] == ['"', '"', " "]


def test_an_encoded_structure_can_be_had_from_its_text(value_of: ValueOf) -> None:
    for call in ("jsonencode", "yamlencode"):
        partly = value_of(f'{call}({{ Action = "*", Resource = aws_volume.a.arn }})', DECLARATIONS)
        assert partly.decoded is not None
        assert plain(partly.decoded) == {"Action": "*", "Resource": ["aws_volume.a.arn"]}
    whole = value_of('trimspace(jsonencode({ Action = "*" }))')
    assert plain(whole) == '{"Action":"*"}'
    assert whole.decoded is not None
    assert plain(whole.decoded) == {"Action": "*"}


@pytest.mark.parametrize(
    "expression",
    [
        "concat(var.given, [])[0]",
        "flatten([var.given])[0]",
        "element(var.given, 0)",
        "merge({ a = var.given[0] }, {}).a",
        'lookup({ a = var.given[0] }, "a")',
        "slice(var.given, 0, 1)[0]",
        'coalesce(null, "", var.given[0])',
        "one([var.given[0]])",
        "tolist(var.given)[0]",
        "distinct(var.given)[0]",
        "compact(var.given)[0]",
        "sort(var.given)[0]",
        "reverse(reverse(var.given))[0]",
        "values({ a = var.given[0] })[0]",
        'zipmap(["a"], [var.given[0]]).a',
        "chunklist(var.given, 1)[0][0]",
        'matchkeys(var.given, ["1", "2"], ["1"])[0]',
        "tomap({ a = var.given[0] }).a",
    ],
)
def test_elements_that_pass_through_know_where_they_were_written(value_of: ValueOf, expression: str) -> None:
    value = value_of(expression, DECLARATIONS)
    assert plain(value) == "x"
    assert value.span is not None
    assert value.span.text == '"x"'
    assert value.span.line == 3


def test_a_result_stands_where_the_call_does(value_of: ValueOf) -> None:
    value = value_of('upper("x")')
    assert value.span is not None
    assert value.span.text == 'upper("x")'


def test_functions_have_a_core_namespace(value_of: ValueOf) -> None:
    assert plain(value_of('core::upper("x")')) == "X"
    assert is_function("core::upper")
    assert is_function("cidrcontains")
    assert not is_function("uppper")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('uppper("x")', 'there is no function named "uppper"; did you mean "upper"?'),
        ("qqqq()", 'there is no function named "qqqq"'),
        ("upper()", "upper(): it takes 1 argument, but 0 are given"),
        ('lookup({}, "a", 1, 2)', "lookup(): it takes 2 or 3 arguments, but 4 are given"),
        ("lookup({})", "lookup(): it takes at least 2 arguments, but 1 are given"),
        ('upper("a", "b")', "upper(): it takes 1 argument, but 2 are given"),
        ("upper(null)", "upper(): its argument (text) must not be null"),
        ("upper([])", "upper(): a string is required, but this is a tuple"),
        ("length(5)", "length(): a text or a collection is required, but this is a number"),
        ("keys([])", "keys(): a map or object is required, but this is a tuple"),
        ('regex("(a", "a")', 'regex(): the regular expression "(a" has a ( without its ) at character 3'),
        ('regex("b", "a")', "regex(): the text doesn't match the regular expression"),
        ('jsondecode("{")', "jsondecode(): this is not JSON"),
        ('yamldecode("[")', "yamldecode(): this is not YAML"),
        ('cidrhost("10.0.0.0", 1)', '"10.0.0.0" is no range of addresses; one is written like 10.0.0.0/16'),
        ('format("%y", 1)', "format(): %y is no verb of a format"),
        ('formatdate("Q", "2026-01-02T03:04:05Z")', '"Q" is no part of a date'),
        ("range(1, 10, 0)", "range(): the step must lead from the start to the limit"),
        ('base64gunzip("YQ==")', "base64gunzip(): what the text encodes is not a text packed by gzip"),
        ('base64gunzip("aGVsbG8gdGhlcmU=")', "base64gunzip(): what the text encodes is not a text packed by gzip"),
        ('urldecode("%ff")', "urldecode(): what the text encodes is not UTF-8"),
        ('templatestring("x", [])', "the variables must be an object, but this is a tuple"),
    ],
)
def test_a_refused_call_says_what_is_wrong(value_of: ValueOf, expression: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=re.escape(message)):
        value_of(expression)


BIG = 'join("", [for i in range(1000) : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"])'
ROWS = "[for i in range(1000) : i]"


@pytest.mark.parametrize(
    "expression",
    [
        "range(100000)",
        f"setproduct({ROWS}, {ROWS}, {ROWS})",
        f'replace({BIG}, "x", {BIG})',
        f'replace({BIG}, "/x/", {BIG})',
        f'indent(100000, replace({BIG}, "x", "\\n"))',
        'format("%100000000d", 1)',
        'format("%.100000000f", 1)',
        f"join({BIG}, {ROWS})",
        'regex("(((a{1000}){1000}){1000})", "a")',
        f'regex("{"(" * 150}a{")" * 150}", "a")',
        f'regexall("(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x$", "${{{BIG}}}y")',
        f"concat({', '.join([f'flatten([for a in range(100) : {ROWS}])'] * 2)})",
        f"flatten([for a in range(101) : {ROWS}])",
        f'yamldecode("a: &a [x,x,x,x,x,x,x,x,x,x]\\nb: &b [{",".join(["*a"] * 99)}]\\n'
        f'c: &c [{",".join(["*b"] * 99)}]\\nd: [{",".join(["*c"] * 99)}]")',
        f'yamldecode("{"[" * 300}{"]" * 300}")',
        f'jsondecode("{"[" * 100000}")',
        'jsondecode("1e999999")',
        f'jsondecode("{"1" * 5000}")',
        f'parseint("{"1" * 5000}", 10)',
    ],
)
def test_growth_stops_at_a_bound(value_of: ValueOf, expression: str) -> None:
    with pytest.raises(EvaluationError):
        value_of(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "1 / 0",
        "log(0, 10)",
        "log(2, 1)",
        "log(2, 0) + log(0, 2)",
        "pow(0, -1)",
        "pow(10, 400)",
        f"pow(10, {'9' * 400})",
    ],
)
def test_infinity_is_no_known_number_and_no_failure(value_of: ValueOf, expression: str) -> None:
    assert isinstance(value_of(expression), Unknown)


@pytest.mark.parametrize("expression", ["log(-1, 2)", "log(1, 1)", "log(0, 0)", "pow(-8, 0.5)"])
def test_what_is_no_number_is_a_failure(value_of: ValueOf, expression: str) -> None:
    with pytest.raises(EvaluationError, match="no result"):
        value_of(expression)


BOMB = "\n".join(
    ["locals {", '  a0 = ["x", "x", "x", "x", "x", "x", "x", "x", "x", "x"]']
    + [f"  a{at} = [{', '.join([f'local.a{at - 1}'] * 10)}]" for at in range(1, 12)]
    + ["}"]
)


@pytest.mark.parametrize(
    "expression",
    ["jsonencode(local.a11)", "tolist(local.a11)", "length(local.a11)", "local.a11 == local.a11", "flatten(local.a11)"],
)
def test_a_value_that_multiplies_is_refused(value_of: ValueOf, expression: str) -> None:
    with pytest.raises(EvaluationError, match="more than 500000 elements"):
        value_of(expression, BOMB)


def test_an_unknown_member_stays_in_a_set(value_of: ValueOf) -> None:
    members = value_of('toset(["b", aws_volume.a.id, "a"])', DECLARATIONS).known_list
    assert isinstance(members, ValueSet)
    assert [plain(member) for member in members] == ["a", "b", A]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('cidrcontains("10.0.0.0/8", "10.1.2.3")', True),
        ('cidrcontains("10.0.0.0/8", "11.0.0.0/8")', False),
        ('cidrcontains("10.0.0.0/16", "10.0.0.0/8")', False),
        ('cidrcontains("fe80::/10", "fe80::1")', True),
        ('urldecode("a%20b+c%2Fd")', "a b c/d"),
        ('base64gunzip("H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==")', "hello"),
        ('templatestring("Hi $${name}!", { name = "x" })', "Hi x!"),
    ],
)
def test_opentofus_functions_are_there_too(value_of: ValueOf, expression: str, expected: Any) -> None:
    assert plain(value_of(expression)) == expected


def test_a_template_can_not_render_another(value_of: ValueOf) -> None:
    with pytest.raises(EvaluationError, match="a template can't render another template"):
        value_of(
            "templatestring(var.outer, {})", """variable "outer" { default = "$${templatestring(\\"x\\", {})}" }"""
        )


def test_ranges_of_both_versions_are_not_compared(value_of: ValueOf) -> None:
    with pytest.raises(EvaluationError, match="both must be IPv4 or both IPv6"):
        value_of('cidrcontains("10.0.0.0/8", "::1/128")')
