from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from snapguard.cloudformation.intrinsics import plain
from snapguard.cloudformation.nodes import scalar_value

RESOURCE = "Resources:\n  Vol:\n    Type: AWS::EC2::Volume\n    Properties:\n"


def first(roots):
    return next(iter(roots[0].resources()))


def messages(roots):
    return [(error.message, error.span.line, error.span.column) for error in roots[0].errors()]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("yes", True),
        ("No", False),
        ("ON", True),
        ("off", False),
        ("y", "y"),
        ("N", "N"),
        ("yEs", "yEs"),
        ("'yes'", "yes"),
        ("only", "only"),
        ("~", None),
        ("null", None),
        ("nowhere", "nowhere"),
        ("12", 12),
        ("-1", -1),
        ("0", 0),
        ("1.5", 1.5),
        ("8.0", "8.0"),
        ("012345678901", "012345678901"),
        ("111122223333", 111122223333),
        ("0x1f", "0x1f"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("2012-10-17", "2012-10-17"),
        ("12:30:45", "12:30:45"),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
        ("1.10", "1.10"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("! 12", "12"),
    ],
)
def test_a_scalar_is_what_cloudformation_takes_it_for(read, written, value):
    roots = read(f"{RESOURCE}      A: [{written}, x]\n".encode())
    found = first(roots).get("A").known_list
    assert [one.value for one in found] == ([value, "x"] if value is not None else ["x"])
    assert found[0].value is value or found[0].value == value or value is None


@given(st.from_regex(r"-?[0-9]{0,20}(\.[0-9]{0,6})?", fullmatch=True))
def test_a_number_is_written_back_as_it_was(text):
    value = scalar_value(text)
    assert value is None or str(value) == text


def test_places_are_exact_with_other_than_ascii_text(read):
    roots = read(
        "\ufeff# 日本 😀 é\r\nResources:\r\n  Völ:\r\n    Type: 'T::é'\r\n"
        "    Properties:\r\n      Ä: 😀 b\r\n      B: x\r\n".encode()
    )
    resource = first(roots)
    assert resource.header.text == "Völ"
    assert (resource.header.line, resource.header.column) == (3, 3)
    assert (resource.span.line, resource.span.end_line) == (3, 7)
    assert resource.get("Ä").span.text == "😀 b"
    assert resource.get("B").span.text == "x"
    assert (resource.get("B").span.line, resource.get("B").span.column) == (7, 10)


def test_the_place_of_a_block_ends_with_its_text(read):
    roots = read(
        """
        Resources:
          Vol:
            Type: T::T::T
            Properties:
              A: |
                text

              B:
                - x
                - y

            # comment

          Other:
            Type: T::T::T
        """
    )
    resource = first(roots)
    assert resource.get("A").known_text == "text\n"
    assert resource.get("A").span.text == "|\n        text"
    assert resource.get("B").span.text == "- x\n        - y"
    assert resource.span.end_line == 10


def test_a_quoted_key_is_a_header_with_its_quotes(read):
    roots = read("'Resources':\n  \"Vol\":\n    Type: T::T::T\n")
    assert first(roots).header.text == '"Vol"'


def test_an_alias_is_the_value_that_it_names_reached_from_its_place(read):
    roots = read(
        """
        Shared: &off {Encrypted: false, Size: 1}
        Resources:
          A:
            Type: T::T::T
            Properties: *off
          B:
            Type: T::T::T
            Properties:
              <<: *off
              Size: 2
          C:
            Type: &kind T::T::T
            Properties:
              X: *kind
        """
    )
    a, b, c = roots[0].resources()
    assert a.get("Encrypted").place.line == 5
    assert a.get("Encrypted").via[0].note == "*off"
    assert a.get("Encrypted").span.line == 1
    assert list(a.attribute_names()) == ["Encrypted", "Size"]
    assert b.get("Encrypted").place.line == 9
    assert b.get("Size").value == 2
    assert c.get("X").known_text == "T::T::T"


def test_several_mappings_are_merged_first_come_first_served(read):
    roots = read(
        """
        One: &one {A: 1, B: 1}
        Two: &two {B: 2, C: 2}
        Resources:
          R: {Type: T::T::T, Properties: {<<: [*one, *two], D: 3}}
        """
    )
    assert {name: first(roots).get(name).value for name in "ABCD"} == {"A": 1, "B": 1, "C": 2, "D": 3}
    assert roots[0].errors() == []


def test_a_merge_of_what_is_no_mapping_is_an_error(read):
    roots = read("Resources:\n  R: {Type: T::T::T, Properties: {<<: 3, D: 3}}")
    assert messages(roots) == [("<< takes a mapping or a list of mappings", 2, 35)]
    assert first(roots).get("D").value == 3


def test_an_anchor_on_a_key_can_be_named(read):
    roots = read("Resources:\n  &name R: {Type: T::T::T, Properties: {A: *name, *name : 1}}")
    assert first(roots).get("A").known_text == "R"
    assert first(roots).get("R").value == 1


def test_aliases_that_stand_for_too_much_are_refused(read):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    roots = read("\n".join([*lines, "Resources: {}"]))
    assert [message for message, *_ in messages(roots)] == ["the aliases up to here stand for more than 200,000 values"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("A: &x [1, *x]", "the alias *x stands inside of what it names"),
        ("A: *x", "the alias *x names nothing: there is no &x before it"),
    ],
)
def test_an_alias_that_leads_nowhere_is_an_error(read, written, message):
    assert [found for found, *_ in messages(read(f"{RESOURCE}      {written}\n".encode()))] == [message]


def test_a_key_that_is_there_twice_is_an_error_at_the_second(read):
    roots = read(f"{RESOURCE}      A: 1\n      A: 2\n".encode())
    assert messages(roots) == [("the key A is there twice; only the last one counts", 6, 7)]
    assert first(roots).get("A").value == 2


def test_a_key_that_is_no_text_is_an_error(read):
    roots = read("Resources:\n  R:\n    Type: T::T::T\n    Properties:\n      ? {a: b}\n      : c\n      D: 1\n")
    assert messages(roots) == [("a key must be a text", 5, 9)]
    assert first(roots).get("D").value == 1


def test_a_key_that_looks_like_a_number_stays_its_text(read):
    roots = read(f"{RESOURCE}      A: {{012345678901: x, 1: y, !!str 2: z, ! '3': u}}\n".encode())
    assert plain(first(roots).get("A")) == {"012345678901": "x", "1": "y", "2": "z", "3": "u"}


def test_deep_nesting_is_refused_and_what_stood_before_it_is_kept(read):
    deep = "[" * 10_000 + "]" * 10_000
    roots = read(f"Resources:\n  A: {{Type: T::T::T}}\n  B: {{Type: T::T::T, Properties: {{X: {deep}}}}}\n")
    assert [message for message, *_ in messages(roots)] == [
        "nested more than 150 levels deep; split the template or write it flatter"
    ]
    assert [resource.address for resource in roots[0].resources()] == ["A"]


@pytest.mark.parametrize(
    "nest",
    [
        lambda depth: "[" * depth + "]" * depth,
        lambda depth: "{a: " * depth + "1" + "}" * depth,
        lambda depth: "!Join ['', [a, " * (depth // 2) + "b" + "]]" * (depth // 2),
        lambda depth: "!If [Nowhere, a, " * depth + "b" + "]" * depth,
        lambda depth: "!Sub ['${x}', {x: " * (depth // 2) + "b" + "}]" * (depth // 2),
    ],
)
def test_nesting_up_to_the_bound_is_resolved(value, nest):
    assert value(nest(140)) is not None


@pytest.mark.parametrize(
    ("damage", "message", "line", "column"),
    [
        ("A: [1, 2\n", "expected , or ], found the end of the file; the [ was opened in line 7", 8, 1),
        ("A: {b: 1\n", "expected , or }, found the end of the file; the { was opened in line 7", 8, 1),
        ("A: 'x\n", "expected a closing quote, found the end of the file; the quote opened here", 7, 10),
        ("A:\n\t- b\n", "a tab stands where YAML takes only spaces; indent with spaces", 8, 1),
        ("A: @x\n", "expected a value, found @x; a text that begins with @ needs quotes", 7, 10),
        (
            "A: b: c\n",
            "found a : where none can stand; put a text that holds one in quotes, or mend the indentation",
            7,
            11,
        ),
        ("A: 1\n     B: 2\n", "expected a key indented as in line 5, found B:", 8, 6),
        (
            "A:\n        - b\n        c: d\n",
            "expected - for another element of the list that begins in line 8, found c:",
            9,
            9,
        ),
        ("A: 1\n      key\n      B: 1\n", "expected : after the key in line 8, found B:", 9, 7),
        ('A: "\\q"\n', "an escape that YAML does not know; write \\\\ for a backslash, or use single quotes", 7, 11),
        ("A: x\x01\n", "a control character (U+0001) that YAML does not allow", 7, 11),
    ],
)
def test_damage_is_told_in_words_at_its_place_and_what_stood_before_it_is_kept(read, damage, message, line, column):
    text = "Resources:\n  First:\n    Type: T::T::T\n" + RESOURCE.partition("\n")[2] + f"      {damage}"
    text = text.replace("    Properties:\n", "    Properties:\n", 1)
    roots = read(text.encode())
    assert messages(roots) == [(message, line, column)]
    kept = [] if "control" in message else ["First"]
    assert [resource.address for resource in roots[0].resources()] == kept


def test_a_resource_that_the_damage_may_belong_to_is_not_judged(read):
    roots = read(
        """
        Resources:
          First:
            Type: T::T::T
          Vol:
            Type: AWS::EC2::Volume
            Properties:
              Size: 1
           Encrypted: true
        """
    )
    assert [message for message, *_ in messages(roots)] == ["expected a key indented as in line 2, found Encrypted:"]
    assert [resource.address for resource in roots[0].resources()] == ["First"]


def test_damage_after_the_last_section_takes_its_last_entry_away(read):
    roots = read("Resources:\n  A: {Type: T::T::T}\n  B: {Type: T::T::T}\n @x: 1\n")
    assert [resource.address for resource in roots[0].resources()] == ["A"]


def test_a_damaged_list_is_no_template(read):
    roots = read("- a\n- [b\n")
    assert list(roots[0].resources()) == []
    assert len(roots[0].errors()) == 1


def test_text_that_is_not_utf8_is_an_error_at_its_place(read):
    roots = read(b"Resources:\n  A: \xff\n")
    assert messages(roots) == [("not UTF-8 from here on; save the file as UTF-8", 2, 6)]


def test_utf16_is_named(read):
    roots = read("Resources: {}".encode("utf-16"))
    assert messages(roots)[0][0] == "UTF-16; save the file as UTF-8"


def test_a_file_that_is_too_large_is_an_error(read):
    roots = read(b"Resources: {}\n" + b"#" * 20_000_001)
    assert messages(roots)[0][0] == "larger than 20 MB; CloudFormation takes no such template"


def test_several_documents_are_roots_of_their_own(read):
    roots = read("---\nResources:\n  A: {Type: T::T::T}\n---\nnotes: x\n---\nResources:\n  B: {Type: T::T::T}\n")
    assert [[resource.address for resource in root.resources()] for root in roots] == [["A"], ["B"]]


def test_damage_in_another_document_is_reported_with_the_template(read):
    roots = read("Resources:\n  A: {Type: T::T::T}\n---\nnotes: [x\n")
    assert [resource.address for resource in roots[0].resources()] == ["A"]
    assert len(roots[0].errors()) == 1


def test_an_empty_file_holds_nothing(read):
    (root,) = read(b"")
    assert list(root.resources()) == []
    assert root.errors() == []


def test_without_the_c_parser_the_same_is_read(read, monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    roots = read("Resources:\n  Völ:\n    Type: T::T::T\n    Properties: {A: !Ref B, C: 'é x', D: 12}\n")
    resource = first(roots)
    assert resource.get("A").refs[0].address == "B"
    assert resource.get("C").span.text == "'é x'"
    assert resource.get("D").value == 12
    assert len(read("Resources:\n  A: [1\n")[0].errors()) == 1
    assert len(read(b"Resources:\n  A: \x01\n")[0].errors()) == 1
