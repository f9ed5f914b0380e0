from __future__ import annotations

import json

import pytest

from snapguard.cloudformation.intrinsics import plain


def first(roots):
    return next(iter(roots[0].resources()))


def test_a_template_in_json_has_exact_places(read):
    roots = read(
        '{\n\t"Resources": {\n\t\t"Völ": {"Type": "T::T::T",\n\t\t\t'
        '"Properties": {"A": "é \\ud83d\\ude00", "B": [1, true]}}}}'
    )
    resource = first(roots)
    assert resource.header.text == '"Völ"'
    assert (resource.span.line, resource.span.end_line) == (3, 4)
    assert resource.get("A").known_text == "é 😀"
    assert resource.get("B").span.text == "[1, true]"
    assert (resource.get("B").span.line, resource.get("B").span.column) == (4, 47)
    assert plain(resource.get("B")) == [1, True]


def test_long_forms_are_functions_in_json(read):
    content = {
        "Parameters": {"Env": {"Type": "String", "Default": "prod"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}},
        "Resources": {
            "R": {
                "Type": "T::T::T",
                "Properties": {"A": {"Fn::Sub": "x-${Env}"}, "B": {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}},
            }
        },
    }
    roots = read(json.dumps(content), name="template.json")
    assert [first([root]).get("A").known_text for root in roots] == ["x-prod", "x-prod"]
    assert [first([root]).get("B").is_absent for root in roots] == [False, True]


def test_a_loop_in_json_is_written_out(read):
    content = {
        "Resources": {
            "Fn::ForEach::Loop": ["N", ["a", "b"], {"R${N}": {"Type": "T::T::T", "Properties": {"A": {"Ref": "N"}}}}]
        }
    }
    roots = read("\ufeff" + json.dumps(content), name="template.json")
    assert {one.address: one.get("A").known_text for one in roots[0].resources()} == {"Ra": "a", "Rb": "b"}


def test_a_fraction_that_would_lose_a_digit_stays_a_text(read):
    roots = read('{"Resources": {"R": {"Type": "T::T::T", "Properties": {"A": 8.0, "B": 1.5}}}}')
    assert [first(roots).get("A").value, first(roots).get("B").value] == ["8.0", 1.5]


def test_a_key_that_is_there_twice_is_an_error_at_the_second(read):
    roots = read('{"Resources": {"R": {"Type": "T::T::T", "Type": "U::U::U"}}}')
    assert [(error.message, error.span.column) for error in roots[0].errors()] == [
        ("the key Type is there twice; only the last one counts", 41)
    ]
    assert first(roots).type == "U::U::U"


def test_yaml_in_braces_is_read_as_yaml(read):
    roots = read("{Resources: {R: {Type: T::T::T, Properties: {A: !Ref B}}}}")
    assert roots[0].errors() == []
    assert first(roots).get("A").refs[0].address == "B"


def test_damaged_json_keeps_the_resources_before_the_damage(read):
    roots = read('{"Resources": {"A": {"Type": "T::T::T"}, "B": {"Type": "T::T::T", "Properties": {"X" 1}}}}')
    (error,) = roots[0].errors()
    assert "expected" in error.message
    assert error.span.line == 1
    assert [resource.address for resource in roots[0].resources()] == ["A"]


@pytest.mark.parametrize("depth", [160, 5_000])
def test_deep_nesting_is_an_error(read, depth):
    roots = read('{"Resources": {"A": {"Type": "T::T::T"}, "B": ' + "[" * depth + "]" * depth + "}}")
    (error,) = roots[0].errors()
    assert "nested" in error.message
    assert [resource.address for resource in roots[0].resources()] == ["A"]
