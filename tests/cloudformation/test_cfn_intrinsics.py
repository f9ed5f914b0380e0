from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapguard.cloudformation.intrinsics import plain
from snapguard.values import Known, Reference, Unknown, fragments

PARAMETERS = """
    Parameters:
      Env: {Type: String, Default: prod}
      Free: {Type: String}
      Choice: {Type: String, AllowedValues: [a, b]}
      Size: {Type: Number, Default: 8}
      Zones: {Type: CommaDelimitedList, Default: 'x, y'}
      Ports: {Type: List<Number>, Default: '22,80'}
      Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
      Flag: {Type: String, Default: true}
"""
MAPPINGS = """
    Parameters:
      Env: {Type: String, Default: prod}
      Free: {Type: String}
      Choice: {Type: String, AllowedValues: [prod, dev]}
    Mappings:
      Seal:
        prod: {Sealed: true, Size: 1}
        dev: {Sealed: false, Size: 2}
        test: {Sealed: false, Size: 3}
"""


def test_a_reference_to_a_parameter_gives_its_default_and_the_way_there(value):
    found = value("!Ref Env", PARAMETERS)
    assert found.known_text == "prod"
    assert found.span.text == "prod"
    assert [(step.span.text, step.note) for step in found.via] == [("!Ref Env", "parameter Env")]


def test_an_override_beats_the_default(value):
    assert value("!Ref Env", PARAMETERS, Env="dev").known_text == "dev"


def test_the_type_of_a_parameter_decides_what_its_default_becomes(value):
    assert plain(value("[!Ref Size, !Ref Zones, !Ref Ports, !Ref Flag]", PARAMETERS)) == [
        8,
        ["x", "y"],
        [22, 80],
        "true",
    ]


def test_an_override_may_be_a_list(value):
    assert plain(value("!Ref Zones", PARAMETERS, Zones=["p", "q"])) == ["p", "q"]
    assert plain(value("!Ref Zones", PARAMETERS, Zones="p,q")) == ["p", "q"]


def test_a_parameter_without_a_default_is_unknown_and_linked(value):
    found = value("!Ref Free", PARAMETERS)
    assert isinstance(found, Unknown)
    assert found.refs == (Reference("Free"),)
    assert found.outcomes is None


def test_allowed_values_are_the_candidates_of_a_parameter_without_a_default(value):
    found = value("!Ref Choice", PARAMETERS)
    assert [candidate.known_text for candidate in found.outcomes] == ["a", "b"]
    assert found.verdict(lambda text: text in "ab") is True


def test_a_parameter_from_the_parameter_store_is_unknown_even_with_a_default(value):
    assert isinstance(value("!Ref Stored", PARAMETERS), Unknown)
    assert isinstance(value("!Ref Stored", PARAMETERS, Stored="/c"), Unknown)


@pytest.mark.parametrize("name", ["AccountId", "Region", "Partition", "StackName", "StackId", "URLSuffix"])
def test_a_pseudo_parameter_is_unknown_and_linked_by_its_name(value, name):
    assert value(f"!Ref AWS::{name}").refs == (Reference(f"AWS::{name}"),)


def test_no_value_takes_a_property_or_an_element_away(value):
    assert value("!Ref AWS::NoValue").is_absent
    assert plain(value("[1, !Ref AWS::NoValue, {a: !Ref AWS::NoValue, b: 2}]")) == [1, {"b": 2}]


@pytest.mark.parametrize(
    "written", ["!GetAtt B.Arn", "!GetAtt [B, Arn]", "{'Fn::GetAtt': [B, Arn]}", "{'Fn::GetAtt': B.Arn}"]
)
def test_an_attribute_of_a_resource_is_unknown_and_linked(value, written):
    assert value(written).refs == (Reference("B", "Arn"),)


def test_an_attribute_with_dots_keeps_them(value):
    assert value("!GetAtt B.Endpoint.Port").refs == (Reference("B", "Endpoint.Port"),)
    assert value("!GetAtt [B, Endpoint, Port]").refs == (Reference("B", "Endpoint.Port"),)


def test_an_attribute_whose_name_is_not_known_links_to_nothing(value):
    assert value("!GetAtt [B, !Ref Free]", PARAMETERS).refs == ()
    assert value("!GetAtt [!Ref Free, Arn]", PARAMETERS).refs == ()


def test_a_reference_to_a_resource_is_unknown_and_linked(value):
    assert value("{Ref: B}").refs == (Reference("B", "Ref"),)


def test_a_substitution_of_known_parts_is_known(value):
    assert value("!Sub 'a-${Env}-${!Env}-${Size}'", PARAMETERS).known_text == "a-prod-${Env}-8"


def test_a_substitution_without_placeholders_is_its_text(value):
    assert value("!Sub abc").known_text == "abc"


def test_a_substitution_of_one_placeholder_is_what_it_names(value):
    found = value("!Sub '${Size}'", PARAMETERS)
    assert found.known_text == "8"
    assert found.via[0].note == "parameter Size"


def test_a_substitution_with_an_unknown_part_keeps_the_parts_in_order(value):
    found = value("!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:${B.Name}/${Env}'", PARAMETERS)
    assert [one if isinstance(one, str) else one.refs[0].address for one in fragments(found)] == [
        "arn:", "AWS::Partition", ":iam::", "AWS::AccountId", ":", "B", "/", "prod",
    ]  # fmt: skip
    assert found.refs == (Reference("AWS::Partition"), Reference("AWS::AccountId"), Reference("B", "Name"))


def test_a_substitution_with_its_own_names_prefers_them(value):
    written = "!Sub ['${Env}/${x}/${B.Arn}', {Env: own, x: !Join ['-', [a, b]], B.Arn: mine}]"
    assert value(written, PARAMETERS).known_text == "own/a-b/mine"


def test_a_substitution_over_a_choice_has_a_candidate_for_each(value):
    found = value("!Sub 'is-${Choice}'", PARAMETERS)
    assert [candidate.known_text for candidate in found.outcomes] == ["is-a", "is-b"]


def test_too_many_combinations_are_no_candidates(value):
    found = value("!Sub '" + "${Choice}" * 6 + "'", PARAMETERS)
    assert found.outcomes is None


def test_a_list_within_a_text_is_unknown(value):
    assert isinstance(value("!Sub 'a${Zones}'", PARAMETERS), Unknown)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=20).filter(
        lambda text: "${" not in text
    )
)
def test_a_substitution_puts_any_text_in_as_it_is(value, text):
    if "{{resolve:" in text:
        return
    assert value("!Sub 'a${Env}b'", PARAMETERS, Env=text).known_text == f"a{text}b"


def test_a_substitution_into_what_a_macro_makes_is_unknown(value):
    assert isinstance(value("!Sub {'Fn::Transform': {Name: Magic}}"), Unknown)


def test_a_join_of_known_parts_is_known(value):
    assert value("!Join ['', [a, !Ref Env, 1, true]]", PARAMETERS).known_text == "aprod1true"
    assert value("!Join ['-', !Ref Zones]", PARAMETERS).known_text == "x-y"


def test_a_join_of_one_number_is_a_text(value):
    assert value("!Join [',', [1]]").known_text == "1"
    assert value("!Join [',', []]").known_text == ""


def test_a_join_with_unknown_parts_keeps_the_delimiters(value):
    found = value("!Join [':', [arn, !Ref AWS::Partition, iam]]")
    assert [one if isinstance(one, str) else "?" for one in fragments(found)] == ["arn", ":", "?", ":", "iam"]


def test_a_join_of_an_unknown_list_is_unknown_but_linked(value):
    assert value("!Join [',', !GetAtt B.Names]").refs == (Reference("B", "Names"),)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.text("abc/ 1", max_size=5), min_size=1, max_size=5))
def test_splitting_undoes_joining(value, pieces):
    found = value(f"!Split [',', !Join [',', {json.dumps(pieces)}]]")
    assert plain(found) == pieces


def test_a_partly_known_text_is_split_around_words_without_delimiters(value):
    found = value("!Select [4, !Split [':', !Sub 'arn:aws:iam:${AWS::Region}:${AWS::AccountId}:role/x']]")
    assert found.refs == (Reference("AWS::AccountId"),)
    found = value("!Select [5, !Split [':', !Sub 'arn:aws:iam::${AWS::AccountId}:role/x']]")
    assert found.known_text == "role/x"


def test_a_partly_known_text_that_may_hold_the_delimiter_is_not_split(value):
    assert isinstance(value("!Select [0, !Split [':', !Sub 'a:${B.Arn}']]"), Unknown)
    assert isinstance(value("!Select [0, !Split ['-', !Sub 'a-${AWS::Region}']]"), Unknown)


def test_selecting_from_an_unknown_list_keeps_the_link_to_a_resource(value):
    assert value("!Select [0, !GetAtt B.Names]").refs == (Reference("B", "Names"),)
    assert value("!Select [0, !GetAZs '']").refs == ()
    assert value("!Select [0, !GetAZs {Ref: 'AWS::Region'}]").refs == ()


def test_selecting_takes_the_element_and_the_way_to_the_list(value):
    found = value("!Select ['1', !Ref Zones]", PARAMETERS)
    assert found.known_text == "y"
    assert found.via[0].note == "parameter Zones"


def test_selecting_by_an_unknown_index_leaves_all_elements_possible(value):
    found = value("!Select [!Ref Free, [a, b]]", PARAMETERS)
    assert [candidate.known_text for candidate in found.outcomes] == ["a", "b"]


def test_selecting_past_the_end_is_unknown(value):
    assert isinstance(value("!Select [7, [a]]"), Unknown)
    assert isinstance(value("!Select [-1, [a]]"), Unknown)


def test_a_name_or_delimiter_that_is_not_known_makes_the_result_unknown(value):
    assert isinstance(value("{Ref: !Ref Free}", PARAMETERS), Unknown)
    assert isinstance(value("!Split [!Ref Free, 'a,b']", PARAMETERS), Unknown)
    found = value("!Join [!Ref Free, [a, b]]", PARAMETERS)
    assert [one if isinstance(one, str) else "?" for one in fragments(found)] == ["a", "?", "b"]


def test_a_mapping_gives_its_entry_and_the_way_there(value):
    found = value("!FindInMap [Seal, !Ref Env, Sealed]", MAPPINGS)
    assert found.verdict(lambda sealed: sealed is True) is True
    assert found.via[0].note == "mapping Seal.prod.Sealed"
    assert found.span.text == "true"


def test_a_mapping_asked_for_an_unknown_key_leaves_its_entries_possible(value):
    found = value("!FindInMap [Seal, !Ref Free, Size]", MAPPINGS)
    assert [candidate.value for candidate in found.outcomes] == [1, 2, 3]
    found = value("!FindInMap [Seal, !Ref Choice, Size]", MAPPINGS)
    assert [candidate.value for candidate in found.outcomes] == [1, 2]
    assert found.refs == ()


def test_a_mapping_without_the_entry_gives_the_default_or_is_unknown(value):
    assert value("!FindInMap [Seal, nope, Size, {DefaultValue: 7}]", MAPPINGS).value == 7
    assert value("!FindInMap [Nope, nope, Size, {DefaultValue: !Ref Env}]", MAPPINGS).known_text == "prod"
    assert isinstance(value("!FindInMap [Seal, nope, Size]", MAPPINGS), Unknown)
    assert isinstance(value("!FindInMap [!Ref Free, nope, Size]", MAPPINGS), Unknown)


def test_a_default_beside_an_unknown_key_is_possible_too(value):
    found = value("!FindInMap [Seal, !Ref Choice, Size, {DefaultValue: 7}]", MAPPINGS)
    assert [candidate.value for candidate in found.outcomes] == [1, 2, 7]


def test_a_row_of_a_mapping_that_is_no_mapping_is_passed_over(value):
    before = MAPPINGS.rstrip() + "\n        odd: 3\n"
    assert isinstance(value("!FindInMap [Seal, odd, Size]", before), Unknown)


def test_base64_keeps_what_it_encodes(value):
    found = value("!Base64 'echo é'")
    assert base64.b64decode(found.known_text).decode() == "echo é"
    assert found.decoded.known_text == "echo é"
    found = value("!Base64 {'Fn::Sub': '${B.Arn}'}")
    assert isinstance(found, Unknown)
    assert found.decoded.refs == (Reference("B", "Arn"),)


def test_blocks_are_cut_as_cloudformation_cuts_them(value):
    assert plain(value("!Cidr [10.0.0.0/16, 2, 8]")) == ["10.0.0.0/24", "10.0.1.0/24"]
    assert plain(value("!Select [1, !Cidr ['2001:db8::/56', '2', '64']]")) == "2001:db8:0:1::/64"


def test_blocks_of_something_unknown_are_unknown(value):
    assert value("!Cidr [!GetAtt B.CidrBlock, 2, 8]").refs == (Reference("B", "CidrBlock"),)
    assert isinstance(value("!Cidr [10.0.0.0/16, 2]"), Unknown)


def test_an_import_is_linked_to_the_export(value):
    assert value("!ImportValue net-key").refs == (Reference("export:net-key"),)
    assert value("!ImportValue {'Fn::Sub': '${AWS::StackName}-key'}").refs == ()


def test_a_json_text_keeps_the_structure_that_it_was_made_of(value):
    found = value("!ToJsonString {a: [1, !Ref Env]}", PARAMETERS)
    assert found.known_text == '{"a":[1,"prod"]}'
    assert found.decoded.at("a").elements()[1].known_text == "prod"
    found = value("!ToJsonString {a: !GetAtt B.Arn}")
    assert isinstance(found, Unknown)
    assert found.decoded.get("a").refs == (Reference("B", "Arn"),)


def test_the_length_of_a_known_list_is_known(value):
    assert value("!Length [a, b]").value == 2
    assert isinstance(value("!Length {Ref: Free}", PARAMETERS), Unknown)


@pytest.mark.parametrize("written", ["'{{resolve:ssm:/a/b}}'", "!Sub '{{resolve:ssm:/${Env}}}'"])
def test_a_dynamic_reference_is_unknown(value, written):
    assert isinstance(value(written, PARAMETERS), Unknown)


def test_the_text_around_a_dynamic_reference_stays(value):
    found = value("'a{{resolve:ssm:/x}}b{{resolve:ssm:/y}}c'")
    assert [one if isinstance(one, str) else "?" for one in fragments(found)] == ["a", "?", "b", "?", "c"]


def test_an_unclosed_dynamic_reference_is_a_text(value):
    assert value("'{{resolve:ssm'").known_text == "{{resolve:ssm"


def test_a_function_that_nobody_knows_is_unknown(value):
    assert isinstance(value("!Magic x"), Unknown)


def test_an_undecided_condition_leaves_both_branches_possible(value):
    found = value("!If [Nowhere, a, !Ref AWS::NoValue]")
    assert found.candidates[0].known_text == "a"
    assert found.candidates[1].is_absent


def test_nested_functions_of_both_forms_are_resolved(value):
    found = value("{'Fn::Join': ['', [!Sub 'a${Env}', {'Fn::Select': [0, !Split ['-', 'x-y']]}]]}", PARAMETERS)
    assert found.known_text == "aprodx"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("!Join [a]", "Fn::Join takes a delimiter and a list"),
        ("!Split [',']", "Fn::Split takes a delimiter and a text"),
        ("!Select [0]", "Fn::Select takes an index and a list"),
        ("!Sub [a, b, c]", "Fn::Sub takes a text, or a list of a text and a mapping of names"),
        ("!If [a, b]", "Fn::If takes a condition and two values"),
        ("!FindInMap [a, b]", "Fn::FindInMap takes the name of a mapping and two keys"),
        ("!GetAtt 3", "Fn::GetAtt takes a resource and an attribute"),
        ("!Ref [a]", "Ref takes the name of a parameter or resource"),
        (
            "!Cidr [10.0.0.0/16, 300, 8]",
            "Fn::Cidr takes a block, a count from 1 to 256 and a number of bits that fit the block",
        ),
        (
            "!Cidr [nonsense, 3, 8]",
            "Fn::Cidr takes a block, a count from 1 to 256 and a number of bits that fit the block",
        ),
        (
            "!Cidr [10.0.0.0/24, 3, 8]",
            "Fn::Cidr takes a block, a count from 1 to 256 and a number of bits that fit the block",
        ),
    ],
)
def test_a_function_that_is_not_well_formed_is_an_error_at_its_place(read, written, message):
    (root,) = read(f"Resources:\n  R:\n    Type: T::T::T\n    Properties:\n      A: {written}\n")
    found = root.find("R").get("A")
    assert isinstance(found, Unknown)
    root.find("R").attribute("Properties")
    assert [(error.message, error.span.text) for error in root.errors()] == [(message, written)]


def nested(template, depth):
    """A function around itself."""
    text = "x" * 100
    for _ in range(depth):
        text = template.replace("@", text)
    return text


@pytest.mark.parametrize(
    "written",
    [
        nested("!Sub ['" + "${a}" * 100 + "', {a: @}]", 5),
        nested("!Join ['', [" + "a, " * 3 + "@, " + "!Select [0, !Split [';', @]]]]", 3).replace(
            "x" * 100, "x" * 500_000
        ),
        nested("!Sub ['" + "${a}" * 100 + "', {a: @}]", 5).replace("x" * 100, "!Ref AWS::Region"),
        nested("!ToJsonString [@]", 30).replace("x" * 100, "'\"'"),
        nested("!Base64 {Ref: P}", 1),
    ],
)
def test_a_text_that_functions_blow_up_is_an_error(read, written):
    before = "Parameters: {P: {Type: String, Default: " + "x" * 1_000_001 + "}}\n"
    (root,) = read(f"{before}Resources:\n  R:\n    Type: T::T::T\n    Properties:\n      A: {written}\n".encode())
    assert isinstance(root.find("R").get("A"), Unknown)
    assert {error.message for error in root.errors()} == {
        "the functions here make a text of more than 1,000,000 characters"
    }


def test_many_placeholders_that_never_end_are_read_in_no_time(value):
    assert value("!Sub '" + "${" * 100_000 + "'").known_text == "${" * 100_000


def test_a_known_value_is_plain_data():
    assert plain(Known([Known({"a": Known(1)})])) == [{"a": 1}]
