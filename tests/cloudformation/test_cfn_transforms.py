from __future__ import annotations

import os

import pytest

from snapguard.values import Unknown, fragments


def test_a_loop_over_resources_is_written_out(read):
    (root,) = read(
        """
        Parameters:
          Names: {Type: CommaDelimitedList, Default: 'a,b'}
        Resources:
          Fn::ForEach::Disks:
            - Name
            - !Ref Names
            - Disk${Name}:
                Type: AWS::EC2::Volume
                Properties:
                  Tag: !Ref Name
                  Sub: !Sub '${Name}-${AWS::Region}'
                  Text: 'plain ${Name}'
                  Other: 'plain ${Other}'
                  Twin: !GetAtt 'Disk${Name}.Arn'
        """
    )
    resources = list(root.resources())
    assert [resource.address for resource in resources] == ["Diska", "Diskb"]
    second = resources[1]
    assert second.get("Tag").known_text == "b"
    assert second.get("Tag").via[0].note == "loop variable Name"
    assert next(fragments(second.get("Sub"))) == "b"
    assert second.get("Text").known_text == "plain b"
    assert second.get("Other").known_text == "plain ${Other}"
    assert second.get("Twin").refs[0].address == "Diskb"
    assert second.header.text == "Disk${Name}"


def test_loops_nest_and_an_ampersand_takes_letters_and_digits_alone(read):
    (root,) = read(
        """
        Resources:
          Fn::ForEach::Outer:
            - X
            - [a.b, c]
            - Fn::ForEach::Inner:
                - Y
                - [1, 2]
                - 'R&{X}${Y}': {Type: T::T::T, Properties: {A: '${X}/${Y}'}}
        """
    )
    found = {resource.address: resource.get("A").known_text for resource in root.resources()}
    assert found == {"Rab1": "a.b/1", "Rab2": "a.b/2", "Rc1": "c/1", "Rc2": "c/2"}


def test_a_loop_writes_properties_beside_plain_ones(read):
    (root,) = read(
        """
        Resources:
          R:
            Type: T::T::T
            Properties:
              Plain: 1
              Fn::ForEach::Each:
                - Name
                - [A, B]
                - ${Name}Size: !Ref Name
        """
    )
    resource = root.find("R")
    assert list(resource.attribute_names()) == ["Plain", "ASize", "BSize"]
    assert resource.get("BSize").known_text == "B"
    assert resource.get("CSize").is_absent


def test_a_loop_over_what_is_not_known_leaves_the_resource_uncertain(read):
    (root,) = read(
        """
        Parameters:
          Names: {Type: CommaDelimitedList}
        Resources:
          Fn::ForEach::Disks:
            - Name
            - !Ref Names
            - Disk${Name}: {Type: T::T::T, Properties: {A: 'x-${Name}-y', B: 1}}
        """
    )
    (resource,) = root.resources()
    assert resource.exists is None
    assert resource.address == "Disk${Name}"
    assert [one if isinstance(one, str) else "?" for one in fragments(resource.get("A"))] == ["x-", "?", "-y"]
    assert resource.get("B").value == 1


def test_a_loop_over_one_of_several_lists_is_certain_of_what_all_hold(read):
    (root,) = read(
        """
        Parameters:
          Env: {Type: String}
        Mappings:
          Names:
            prod: {All: [a, b]}
            test: {All: [b, c]}
        Resources:
          Fn::ForEach::Disks:
            - Name
            - !FindInMap [Names, !Ref Env, All]
            - Disk${Name}: {Type: T::T::T}
        """
    )
    found = {resource.address: resource.exists for resource in root.resources()}
    assert found == {"Diska": None, "Diskb": True, "Diskc": None}


@pytest.mark.parametrize("written", ["x", "[a, b]", "[a, [b], c]", "[[a], [b], {c: d}]"])
def test_a_loop_that_is_not_well_formed_is_an_error(read, written):
    (root,) = read(f"Resources:\n  A: {{Type: T::T::T}}\n  Fn::ForEach::X: {written}\n")
    assert [resource.address for resource in root.resources()] == ["A"]
    assert [(error.message, error.span.line) for error in root.errors()] == [
        ("Fn::ForEach::X takes [variable, collection, {key: value}]", 3)
    ]


def test_loops_that_produce_too_much_are_stopped(read):
    numbers = ", ".join(map(str, range(101)))
    text = f"""
        Resources:
          Fn::ForEach::A:
            - X
            - [{numbers}]
            - Fn::ForEach::B:
                - Y
                - [{numbers}]
                - R${{X}}x${{Y}}: {{Type: T::T::T}}
        """
    (root,) = read(text)
    assert 4_000 < sum(1 for _ in root.resources()) <= 10_000
    assert {error.message for error in root.errors()} == {"the loops of this template produce more than 10,000 entries"}


def test_an_included_file_is_read_in_its_place(read, tmp_path):
    (tmp_path / "more.yaml").write_text("B:\n  Type: T::T::T\n  Properties: {X: !Ref Env}\n")
    (tmp_path / "tags.yaml").write_text("Encrypted: true\n")
    (root,) = read(
        """
        Parameters:
          Env: {Type: String, Default: prod}
        Resources:
          A:
            Type: T::T::T
            Properties:
              Size: 1
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: tags.yaml}}
          Fn::Transform:
            Name: AWS::Include
            Parameters: {Location: ./more.yaml}
        """
    )
    assert [resource.address for resource in root.resources()] == ["A", "B"]
    assert root.find("A").get("Encrypted").value is True
    assert root.find("A").get("Encrypted").span.file.path.endswith("tags.yaml")
    assert root.find("A").get("Other").is_absent
    assert root.find("B").get("X").known_text == "prod"
    assert sorted(os.path.basename(file.path) for file in root.files()) == ["more.yaml", "tags.yaml", "template.yaml"]


def test_resources_can_be_an_included_file_alone(read, tmp_path):
    (tmp_path / "more.yaml").write_text("B: {Type: T::T::T}\n")
    (root,) = read("Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n")
    assert [resource.address for resource in root.resources()] == ["B"]


def test_an_included_file_can_be_a_value(read, tmp_path):
    (tmp_path / "value.yaml").write_text("[a, b]\n")
    (root,) = read(
        """
        Resources:
          A: {Type: T::T::T, Properties: {X: !Transform {Name: AWS::Include, Parameters: {Location: value.yaml}}}}
        """
    )
    found = root.find("A").get("X")
    assert [one.known_text for one in found.elements()] == ["a", "b"]
    assert found.via[0].note == "an included file"


def test_what_is_wrong_with_an_included_file_is_reported_there(read, tmp_path):
    (tmp_path / "more.yaml").write_text("B: [\n")
    (root,) = read("Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n")
    assert list(root.resources()) == []
    assert [error.span.file.path.endswith("more.yaml") for error in root.errors()] == [True]


@pytest.mark.parametrize("location", ["s3://bucket/x.yaml", "nowhere.yaml", "/etc/hostname", "!Ref Where"])
def test_what_a_macro_may_add_is_unknown_and_what_stands_beside_it_is_kept(read, location):
    (root,) = read(
        f"""
        Parameters:
          Where: {{Type: String}}
        Resources:
          A:
            Type: T::T::T
            Properties:
              Size: 1
              Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {location}}}}}
          Fn::Transform: {{Name: Magic, Parameters: {{Location: x}}}}
        """
    )
    (resource,) = root.resources()
    assert resource.get("Size").value == 1
    assert isinstance(resource.get("Encrypted"), Unknown)
    assert resource.at("Encrypted", "Deeper").verdict(bool) is None


def test_a_value_made_by_a_macro_is_unknown(read):
    (root,) = read(
        """
        Transform: Magic
        Resources:
          A:
            Type: T::T::T
            Properties:
              X: !Transform {Name: Magic, Parameters: {a: b}}
              Y: !ToJsonString {Fn::Transform: {Name: M}, a: 1}
        """
    )
    assert isinstance(root.find("A").get("X"), Unknown)
    assert isinstance(root.find("A").get("Y"), Unknown)


def test_a_link_that_leads_away_is_not_followed(read, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "more.yaml"
    elsewhere.write_text("B: {Type: T::T::T}\n")
    (tmp_path / "more.yaml").symlink_to(elsewhere)
    (tmp_path / "near.yaml").write_text("C: {Type: T::T::T}\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "near.yaml")
    include = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: %s}}\n"
    assert list(read(f"Resources:\n  {include % 'more.yaml'}")[0].resources()) == []
    assert [one.address for one in read(f"Resources:\n  {include % 'link.yaml'}")[0].resources()] == ["C"]
