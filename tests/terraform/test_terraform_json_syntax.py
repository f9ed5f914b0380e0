from decimal import Decimal

import pytest

from snapguard.source import SourceFile
from snapguard.terraform.json_syntax import parse_json, read_json_values
from snapguard.terraform.parsing import parse
from snapguard.terraform.syntax import Access, Block, Call, ObjectExpression, Template, TupleExpression, Variable


def source(text: str | bytes) -> SourceFile:
    data = text.encode() if isinstance(text, str) else text
    return SourceFile("main.tf.json", "main.tf.json", data)


def blocks_of(text: str) -> list[Block]:
    """The blocks of a file that nothing is wrong with."""
    parsed = parse_json(source(text))
    assert not parsed.errors
    return parsed.body.blocks


def errors_of(text: str | bytes) -> list[str]:
    return [f"{error.span.line}:{error.span.column} {error.message}" for error in parse_json(source(text)).errors]


def test_blocks_have_their_type_labels_and_places():
    block, data, variable = blocks_of(
        """{
  "resource": {
    "aws_ebs_volume": {
      "v": {
        "size": 1
      }
    }
  },
  "data": {"aws_region": {"here": {}}},
  "variable": {"x": {}}
}
"""
    )
    assert (block.type, block.labels) == ("resource", ["aws_ebs_volume", "v"])
    assert block.header.text == '"v": {'
    assert (block.span.line, block.span.end_line) == (4, 6)
    assert block.body.attributes["size"].name_span.text == '"size"'
    assert block.body.attributes["size"].span.text == '"size": 1'
    assert block.body.expression("size").span.text == "1"
    assert (data.type, data.labels) == ("data", ["aws_region", "here"])
    assert (variable.type, variable.labels) == ("variable", ["x"])


def test_objects_may_stand_in_lists_at_every_level():
    found = blocks_of(
        """[
  {"resource": [{"a": [{"x": [{"n": 1}]}, {"y": {"n": 2}}]}, {"b": {"z": {}}}]},
  {"locals": [{"p": 1}, {"q": 2}]}
]"""
    )
    assert [(block.type, *block.labels) for block in found] == [
        ("resource", "a", "x"),
        ("resource", "a", "y"),
        ("resource", "b", "z"),
        ("locals",),
        ("locals",),
    ]


def test_null_stands_for_nothing():
    assert blocks_of('{"resource": null}') == []
    (block,) = blocks_of('{"locals": {"a": null, "b": 1}}')
    assert list(block.body.attributes) == ["b"]


def test_comments_are_no_properties():
    (block,) = blocks_of('{"//": "made by hand", "locals": {"//": {"x": 1}, "a": {"//": 1}}}')
    assert list(block.body.attributes) == ["a"]


def test_texts_are_templates():
    (block,) = blocks_of(
        r"""{"locals": {
  "plain": "a $ b % c",
  "whole": "${var.x}",
  "mixed": "x-${var.x}",
  "escaped": "é\n${upper(\"a\")}",
  "literal": "$${x}",
  "nested": {"${var.k}": ["${var.x}", 1]}
}}"""
    )
    body = block.body
    assert body.expression("plain").value == "a $ b % c"
    assert isinstance(body.expression("whole"), Template)
    assert isinstance(body.expression("whole").parts[0], Access)
    assert body.expression("mixed").parts[0] == "x-"
    assert isinstance(body.expression("escaped").parts[1], Call)
    assert body.expression("literal").parts == ["${x}"]
    nested = body.expression("nested")
    assert isinstance(nested, ObjectExpression)
    assert isinstance(nested.items[0][0], Template)
    assert isinstance(nested.items[0][1], TupleExpression)


def test_what_stands_in_a_template_is_at_the_text():
    (block,) = blocks_of('{"locals": {"ä": "é ${var.x}"}}')
    template = block.body.expression("ä")
    assert template.span.text == '"é ${var.x}"'
    assert template.parts[1].span.text == '"é ${var.x}"'


def test_scalars_keep_their_kind():
    (block,) = blocks_of('{"locals": {"a": 1, "b": 1.50, "c": 2.0, "d": 1e3, "e": true, "f": [null], "g": 1e500}}')
    values = [attribute.expression for attribute in block.body.attributes.values()]
    assert [value.value for value in values[:5]] == [1, Decimal("1.50"), 2, 1000, True]
    assert [type(value.value) for value in values[:5]] == [int, Decimal, int, int, bool]
    assert values[5].elements[0].value is None
    assert values[6].value == Decimal("1e500")


def test_a_variables_default_is_no_template_and_its_type_is_one_of_the_language():
    (block,) = blocks_of(
        """{"variable": {"x": {
  "type": "map(string)",
  "default": {"a": "${not.a.template}"},
  "validation": {"condition": "${var.x != null}", "error_message": "no"}
}}}"""
    )
    assert isinstance(block.body.expression("type"), Call)
    ((key, value),) = block.body.expression("default").items
    assert (key.value, value.value) == ("a", "${not.a.template}")
    (validation,) = block.body.blocks_of("validation")
    assert isinstance(validation.body.expression("condition"), Template)


def test_references_in_texts_are_references():
    resource, module, moved = blocks_of(
        """{
  "resource": {"a": {"x": {
    "provider": "aws.west",
    "depends_on": ["aws_vpc.v", "${aws_vpc.w}"],
    "lifecycle": {"ignore_changes": ["tags"], "replace_triggered_by": ["a.y.id"], "create_before_destroy": true}
  }}},
  "module": {"m": {"source": "./m", "providers": {"aws": "aws.west", "aws.x": "aws"}}},
  "moved": {"from": "a.old", "to": "a.x"}
}"""
    )
    assert isinstance(resource.body.expression("provider"), Access)
    assert [type(element) for element in resource.body.expression("depends_on").elements] == [Access, Access]
    (lifecycle,) = resource.body.blocks_of("lifecycle")
    assert isinstance(lifecycle.body.expression("ignore_changes").elements[0], Variable)
    assert isinstance(lifecycle.body.expression("replace_triggered_by").elements[0], Access)
    assert lifecycle.body.expression("create_before_destroy").value is True
    assert module.body.expression("source").value == "./m"
    assert [(key.value, type(value)) for key, value in module.body.expression("providers").items] == [
        ("aws", Access),
        ("aws.x", Variable),
    ]
    assert isinstance(moved.body.expression("from"), Access)


def test_an_argument_of_a_module_is_never_a_block():
    (block,) = blocks_of('{"module": {"m": {"lifecycle": {"a": 1}, "rules": {"dynamic": {"content": 1}}}}}')
    assert list(block.body.attributes) == ["lifecycle", "rules"]


def test_dynamic_blocks_are_blocks_wherever_they_stand():
    (block,) = blocks_of(
        """{"resource": {"aws_security_group": {"g": {
  "dynamic": {"ingress": {
    "for_each": "${var.ports}",
    "iterator": "port",
    "content": {"from_port": "${port.value}", "dynamic": {"inner": [{"for_each": [1], "content": {}}]}}
  }},
  "outer": [{"x": 1}, {"dynamic": {"inner": {"for_each": [], "content": {}}}}]
}}}}"""
    )
    (dynamic,) = block.body.blocks_of("dynamic")
    assert dynamic.labels == ["ingress"]
    assert isinstance(dynamic.body.expression("for_each"), Template)
    assert dynamic.body.expression("iterator").span.text == "port"
    (content,) = dynamic.body.blocks_of("content")
    assert content.body.blocks_of("dynamic")[0].labels == ["inner"]
    outer = block.body.blocks_of("outer")
    assert [(list(one.body.attributes), len(one.body.blocks)) for one in outer] == [(["x"], 0), ([], 1)]


def test_data_that_is_named_dynamic_makes_no_block():
    (block,) = blocks_of('{"resource": {"a": {"x": {"settings": {"dynamic": {"a": 1, "b": [{"c": 1}, 2]}}}}}}')
    assert list(block.body.attributes) == ["settings"]


def test_provisioners_have_their_label():
    (block,) = blocks_of(
        '{"resource": {"a": {"x": {"provisioner": [{"local-exec": {"command": "ls"}}], "connection": {"host": "h"}}}}}'
    )
    assert [(inner.type, *inner.labels) for inner in block.body.blocks] == [
        ("provisioner", "local-exec"),
        ("connection",),
    ]


def test_a_data_block_may_stand_in_a_check():
    (block,) = blocks_of('{"check": {"c": {"data": {"http": {"h": {"url": "u"}}}, "assert": {"condition": true}}}}')
    assert [(inner.type, *inner.labels) for inner in block.body.blocks_of("data")] == [("data", "http", "h")]


def test_an_argument_can_be_read_as_blocks():
    (block,) = blocks_of(
        """{"provider": {"aws": {
  "default_tags": {"tags": {"a": "b"}},
  "assume_role": [{"role_arn": "x"}, {"role_arn": "y"}],
  "region": "r",
  "odd": {"${var.k}": 1},
  "mixed": [{}, 1]
}}}"""
    )
    body = block.body
    (tags,) = body.blocks_of("default_tags")
    assert isinstance(tags.body.expression("tags"), ObjectExpression)
    assert tags.body.blocks_of("tags")[0].body.expression("a").value == "b"
    assert [role.body.expression("role_arn").value for role in body.blocks_of("assume_role")] == ["x", "y"]
    assert [body.blocks_of(name) for name in ("region", "odd", "mixed", "nothing")] == [[], [], [], []]


def test_native_syntax_knows_blocks_from_arguments():
    parsed = parse(SourceFile("main.tf", "main.tf", b"a = { b = 1 }\n"))
    assert parsed.body.blocks_of("a") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 expected a value, found nothing"]),
        ('{\n  "locals": {,}\n}', ["2:14 expected a key, found ,"]),
        ('{"é": 1,}', ["1:9 expected another key: no comma may stand before }"]),
        (b'{"a": "\xe9"}', ["1:8 not UTF-8 from here on: save the file as UTF-8"]),
        ('"x"', ["1:1 expected an object of blocks by their types, found a text"]),
        ("[{}, 1]", ["1:6 expected an object of blocks by their types, found a number"]),
        (
            '{"resources": {}}',
            [
                '1:2 "resources" is no block of Terraform; expected one of action, check, data, ephemeral, import, '
                "list, locals, module, moved, output, provider, removed, resource, terraform, variable"
            ],
        ),
        ('{"resource": true}', ["1:14 expected an object by label for resource, found true"]),
        ('{"resource": {"a": "b"}}', ['1:20 expected an object by label for resource "a", found a text']),
        (
            '{"resource": {"a": {"b": 1}}, "locals": false}',
            [
                '1:26 expected an object for the block resource "a" "b", found a number',
                "1:41 expected an object for the block locals, found false",
            ],
        ),
        (
            '{"locals": {"a": 1, "//": 1, "//": 2, "a": 2}, "locals": {}}',
            ['1:48 "locals" stands twice in this object; write it once'],
        ),
        ('{"locals": {"a": 1, "a": 2}}', ['1:21 "a" stands twice in this object; write it once']),
        (
            '{"locals": {"a": "x ${var.y"}}',
            ["1:18 this text is no template: unclosed ${ opened in line 1: expected } before the end of the file"],
        ),
        (
            '{"locals": {\n"a": "${1 +}"}}',
            ["2:6 this text is no template: expected an expression after +, found }"],
        ),
        (
            '{"variable": {"x": {"type": "list("}}}',
            ['1:29 expected a reference or a type, found "list("'],
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text, expected):
    assert errors_of(text) == expected


def test_what_is_right_is_kept_beside_what_is_wrong():
    parsed = parse_json(source('{"resource": {"a": {"x": {"n": "${"}, "y": {"n": 1}}}}'))
    assert len(parsed.errors) == 1
    assert parsed.body.is_damaged
    assert [block.labels for block in parsed.body.blocks] == [["a", "x"], ["a", "y"]]


def test_a_file_of_variables_holds_plain_values():
    values, errors = read_json_values(source('{"a": "${x}", "b": [1, 2.5, 2.0], "ä": {"c": null}}'))
    assert not errors
    assert values["a"].known_text == "${x}"
    assert [element.value for element in values["b"].elements()] == [1, Decimal("2.5"), 2]
    assert values["ä"].span.text == '{"c": null}'
    assert values["ä"].get("c").is_absent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1', "1:1 unclosed {"),
        ("[1]", "1:1 expected an object: the variables by name"),
        (b"\xff", "1:1 not UTF-8 from here on: save the file as UTF-8"),
    ],
)
def test_a_file_of_variables_that_is_none_has_one_error(text, expected):
    values, errors = read_json_values(source(text))
    assert values == {}
    assert [f"{error.span.line}:{error.span.column} {error.message}" for error in errors] == [expected]


NATIVE = """
locals {
  ports = [22, 443]
  text  = "a\\n${upper("b")} $${c}"
}

resource "aws_security_group" "g" {
  for_each    = toset(["x", "y"])
  name        = "sg-${each.key}"
  description = local.text
  tags        = { "k-${each.key}" = 1.50 }

  dynamic "ingress" {
    for_each = local.ports
    iterator = port
    content {
      from_port = port.value
      to_port   = port.value + 1
    }
  }
}
"""
JSON = r"""
{
  "locals": {"ports": [22, 443], "text": "a\n${upper(\"b\")} $${c}"},
  "resource": {"aws_security_group": {"g": {
    "for_each": "${toset([\"x\", \"y\"])}",
    "name": "sg-${each.key}",
    "description": "${local.text}",
    "tags": {"k-${each.key}": 1.50},
    "dynamic": {"ingress": {
      "for_each": "${local.ports}",
      "iterator": "port",
      "content": {"from_port": "${port.value}", "to_port": "${port.value + 1}"}
    }}
  }}}
}
"""


def test_both_syntaxes_plan_the_same(planned):
    native = planned({"main.tf": NATIVE})
    assert planned({"main.tf": "", "main.tf.json": JSON}) == native
    assert native['aws_security_group.g["x"]']["ingress"] == [
        {"from_port": 22, "to_port": 23},
        {"from_port": 443, "to_port": 444},
    ]
