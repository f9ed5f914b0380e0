"""Lists that are known in part: what is sure of them is judged, and nothing more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.source import SourceFile, Span
from snapguard.terraform.functions import CallContext, call
from snapguard.terraform.types import STRING, SetOf, TypedUnknown
from snapguard.values import Known, Unknown, ValueSet

SPAN = Span(SourceFile("main.tf", "main.tf", b""), 0, 0)
CONTEXT = CallContext(".", ".", None)
TEXTS = st.lists(st.sampled_from(["a", "b", "", "c"]), max_size=4)


def listed(texts):
    return Known([Known(text) for text in texts])


def as_set(texts):
    return Known(ValueSet(Known(text) for text in dict.fromkeys(texts)))


CALLS = {
    "concat": lambda known, other: call("concat", [known, other], CONTEXT, SPAN),
    "flatten": lambda known, other: call("flatten", [Known([known, other])], CONTEXT, SPAN),
    "compact of concat": lambda known, other: call("compact", [CALLS["concat"](known, other)], CONTEXT, SPAN),
    "distinct of concat": lambda known, other: call("distinct", [CALLS["concat"](other, known)], CONTEXT, SPAN),
    "sort of concat": lambda known, other: call("sort", [CALLS["concat"](known, other)], CONTEXT, SPAN),
    "reverse of flatten": lambda known, other: call("reverse", [CALLS["flatten"](known, other)], CONTEXT, SPAN),
    "toset of concat": lambda known, other: call("toset", [CALLS["concat"](known, other)], CONTEXT, SPAN),
}


@pytest.mark.parametrize("make", CALLS.values(), ids=CALLS)
@given(known=TEXTS, other=TEXTS)
def test_what_is_sure_is_there_whatever_the_rest_comes_out_as(make, known, other):
    sure = make(listed(known), Unknown("var.x has no value here")).elements()
    whole = {element.value for element in make(listed(known), listed(other)).elements()}
    assert {element.value for element in sure if element.is_known} <= whole


@given(known=TEXTS, other=TEXTS)
def test_so_it_is_with_the_union_of_sets(known, other):
    rest = TypedUnknown(Unknown("var.x has no value here"), SetOf(STRING))
    sure = call("setunion", [as_set(known), rest], CONTEXT, SPAN).elements()
    whole = {element.value for element in call("setunion", [as_set(known), as_set(other)], CONTEXT, SPAN).elements()}
    assert {element.value for element in sure if element.is_known} <= whole


@pytest.mark.parametrize(
    ("expression", "sure"),
    [
        ('concat(["a"], var.x)', ["a"]),
        ('concat(var.x, ["a"], ["b"])', ["a", "b"]),
        ('distinct(concat(["a"], var.x))', ["a"]),
        ('compact(concat(["", "a", null], var.x))', ["a"]),
        ('flatten([["a"], var.x, ["b", ["c"]]])', ["a", "b", "c"]),
        ('tolist(toset(concat(["a"], var.x)))', ["a"]),
        ('setunion(["a"], var.x)', ["a"]),
        ('slice(concat(["a"], var.x), 0, 1)', []),
        ('setsubtract(concat(["a"], var.x), var.x)', []),
        ('setintersection(concat(["a"], var.x), var.x)', []),
        ("var.x", []),
        ('[for one in concat(["a", "b"], var.x) : upper(one)]', ["A", "B"]),
        ('[for one in concat(["a", "b"], var.x) : one if one != "a"]', ["b"]),
        ('[for i, one in concat(["a"], var.x) : "${i}${one}"]', []),
        ('concat(["a"], try(var.x, []))', ["a"]),
    ],
)
def test_what_is_sure_of_an_expression(value_of, expression, sure):
    value = value_of(expression, 'variable "x" {\n  type = list(string)\n}\n')
    assert not value.is_known
    assert [element.known_text for element in value.elements()[:-1]] == sure
    assert value.elements()[-1].known_text is None


def test_how_many_there_are_stays_unknown(value_of):
    value = value_of('length(concat(["a"], var.x))', 'variable "x" {}\n')
    assert not value.is_known
    assert value.outcomes is None


OPEN = """
variable "x" {
  type = list(string)
}
resource "aws_ebs_snapshot" "s" {
  volume_id = "vol-1"
}
resource "aws_ebs_volume" "v" {
  availability_zone = "eu-west-1a"
  snapshot_id       = aws_ebs_snapshot.s.id
}
resource "aws_instance" "i" {
  ami                    = "ami-1"
  vpc_security_group_ids = %s
}
resource "aws_volume_attachment" "a" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.v.id
  instance_id = aws_instance.i.id
}
resource "aws_security_group" "g" {
%s
}
"""
INGRESS = """  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = %s
  }"""
DYNAMIC = """  dynamic "ingress" {
    for_each = concat([%s], var.x)
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }"""


@pytest.mark.parametrize(
    ("groups", "rules", "status"),
    [
        ("[aws_security_group.g.id]", INGRESS % 'concat(["0.0.0.0/0"], var.x)', ["fail"]),
        ("concat(var.x, [aws_security_group.g.id])", INGRESS % '["0.0.0.0/0"]', ["fail"]),
        ("compact(concat([aws_security_group.g.id, null], var.x))", INGRESS % '["0.0.0.0/0"]', ["fail"]),
        ("[aws_security_group.g.id]", INGRESS % 'concat(["10.0.0.0/8"], var.x)', ["unknown"]),
        ("[aws_security_group.g.id]", DYNAMIC % '"0.0.0.0/0"', ["fail", "unknown"]),
        ("[aws_security_group.g.id]", DYNAMIC % '"10.0.0.0/8"', ["unknown"]),
    ],
)
def test_a_rule_is_judged_by_what_is_sure_of_it(scan_text, groups, rules, status):
    results = scan_text("terraform", OPEN % (groups, rules), select=["SNAP401"])
    assert sorted(result.status.value for result in results) == status


def test_each_sure_element_of_for_each_is_an_instance(terraform):
    root = terraform("""
variable "x" {
  type = list(string)
}
resource "aws_ebs_volume" "v" {
  for_each          = toset(concat(["a", "b"], var.x))
  availability_zone = each.key
}
""")
    found = [(volume.index, volume.exists, volume.get("availability_zone").known_text) for volume in root.resources()]
    assert found == [(None, None, None), ("a", True, "a"), ("b", True, "b")]


ROLE = """
variable "x" {
  type = list(string)
}
resource "aws_iam_role" "r" {
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = %s, Resource = "*" }]
  })
}
"""


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ('concat(["ec2:CreateSnapshot"], var.x)', {("SNAP101", "unknown"), ("SNAP102", "fail")}),
        ('concat(["s3:GetObject"], var.x)', {("SNAP101", "unknown")}),
    ],
)
def test_a_statement_is_judged_by_the_actions_that_are_sure(scan_text, actions, told):
    results = scan_text("terraform", ROLE % actions, select=["SNAP101", "SNAP102"])
    assert {(result.code, result.status.value) for result in results} == told
