from __future__ import annotations

import os

import pytest

from snapguard.cloudformation.stacks import read_roots
from snapguard.settings import Settings
from snapguard.values import Reference, Unknown


def test_a_resource_tells_what_was_written_and_where(read):
    (root,) = read(
        """
        Resources:
          Vol:
            Type: AWS::EC2::Volume
            DeletionPolicy: Retain
            Metadata:
              snapguard: {ignore: [{check: SNAP201, reason: test}]}
              aws:cdk:path: Stack/Vol
            Properties:
              Encrypted: false
              Gone: !Ref AWS::NoValue
          Other:
            Type: AWS::EC2::Snapshot
        """
    )
    (volume,) = root.resources_of("AWS::EC2::Volume")
    assert (volume.address, volume.name, volume.mode, volume.index, volume.module) == (
        "Vol",
        "Vol",
        "managed",
        None,
        "",
    )
    assert (volume.header.text, volume.header.line) == ("Vol", 2)
    assert (volume.span.line, volume.span.end_line) == (2, 10)
    assert volume.attribute_names() == ["Encrypted"]
    assert volume.attribute("DeletionPolicy").known_text == "Retain"
    assert volume.attribute("UpdatePolicy").is_absent
    assert volume.metadata("snapguard").at("ignore", "check").known_text == "SNAP201"
    assert volume.metadata("aws:cdk:path").known_text == "Stack/Vol"
    assert root.find("Other").metadata("snapguard").is_absent
    assert root.find("Other").get("Size").is_absent
    assert root.find("Other").attribute_names() == []
    assert root.find("Nowhere") is None
    assert repr(volume) == "TemplateResource('Vol', 'AWS::EC2::Volume')"
    assert root.language == "cloudformation"
    assert root.name.endswith("template.yaml")


def test_resources_of_several_types_come_in_file_order(read):
    (root,) = read("Resources:\n  A: {Type: X}\n  B: {Type: Y}\n  C: {Type: X}\n  D: {Type: Z}\n")
    assert [resource.address for resource in root.resources_of("Y", "X")] == ["A", "B", "C"]
    assert root.resources_of("V", "W") == []
    assert root.resources_of("V") == []


def test_a_path_enters_lists_of_one_element(read):
    (root,) = read("Resources:\n  A: {Type: X, Properties: {Maps: [{Ebs: {Encrypted: true}}]}}\n")
    assert root.find("A").at("Maps", "Ebs", "Encrypted").value is True


def test_properties_can_be_a_choice(read):
    (root,) = read("Resources:\n  A: {Type: X, Properties: !If [Nowhere, {S: 1}, {S: 2}]}\n")
    assert [one.value for one in root.find("A").get("S").outcomes] == [1, 2]
    assert root.find("A").attribute_names() == []


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("Resources:\n  A: 3\n", "the resource A must be a mapping with a Type", "A"),
        ("Resources:\n  A: {Properties: {}}\n", "the resource A must be a mapping with a Type", "A"),
        ("Resources: [a]\n", "Resources must be a mapping of names", "[a]"),
        ("Resources: {}\nParameters: x\n", "Parameters must be a mapping of names", "x"),
        ("Resources: {}\nParameters: {P: x}\n", "the parameter P must be a mapping with a Type", "x"),
        ("[Resources]\n", "expected a template with Resources, found no mapping", "[Resources]"),
    ],
)
def test_a_template_that_is_not_well_formed_is_an_error_at_its_place(read, text, message, place):
    (root,) = read(text)
    assert list(root.resources()) == []
    assert [(error.message, error.span.text) for error in root.errors()] == [(message, place)]


def test_an_empty_section_is_no_error(read):
    (root,) = read("Resources:\nConditions:\nParameters: {}\n")
    assert list(root.resources()) == []
    assert root.errors() == []


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    (root,) = read_roots(str(tmp_path / "nowhere.yaml"), Settings())
    assert [error.message for error in root.errors()] == ["can't be read: No such file or directory"]
    assert list(root.resources()) == []


def test_an_override_of_what_is_no_parameter_is_passed_over(read):
    (root,) = read(
        "Parameters: {P: {Type: String}}\nResources:\n  A: {Type: X, Properties: {P: !Ref P}}\n", P="1", Q="2"
    )
    assert root.find("A").get("P").known_text == "1"


PARENT = """
    Parameters:
      Env: {Type: String, Default: dev}
    Resources:
      Net:
        Type: AWS::CloudFormation::Stack
        Properties:
          TemplateURL: ./child.yaml
          Parameters:
            Stage: !Ref Env
            Disk: !GetAtt Vol.VolumeId
            Left: !Ref AWS::NoValue
      Vol:
        Type: AWS::EC2::Volume
        Properties: {Out: !GetAtt Net.Outputs.Name, Missing: !GetAtt Net.Outputs.Missing}
"""
CHILD = """
Parameters:
  Stage: {Type: String}
  Disk: {Type: String}
  Left: {Type: String, Default: left}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {Stage: !Ref Stage, Disk: !Ref Disk, Left: !Ref Left, Self: !GetAtt Twin.Arn}
Outputs:
  Name: {Value: !Sub '${Stage}-${Bucket}'}
"""


def test_a_nested_stack_is_read_with_its_parameters_and_outputs(read, tmp_path):
    (tmp_path / "child.yaml").write_text(CHILD)
    (root,) = read(PARENT)
    assert [resource.address for resource in root.resources()] == ["Net", "Net/Bucket", "Vol"]
    bucket = root.find("Net/Bucket")
    assert (bucket.module, bucket.name, bucket.type) == ("Net", "Bucket", "AWS::S3::Bucket")
    assert bucket.get("Stage").known_text == "dev"
    assert [step.note for step in bucket.get("Stage").via] == ["parameter Stage", "parameter Env"]
    assert bucket.get("Disk").refs == (Reference("Vol", "VolumeId"),)
    assert bucket.get("Left").known_text == "left"
    assert bucket.get("Self").refs == (Reference("Net/Twin", "Arn"),)
    assert root.find("Vol").get("Out").refs == (Reference("Net/Bucket", "Ref"),)
    assert root.find("Vol").get("Out").via[0].note == "output Name of Net"
    assert isinstance(root.find("Vol").get("Missing"), Unknown)
    assert [os.path.basename(file.path) for file in root.files()] == ["template.yaml", "child.yaml"]


def test_the_conditions_of_a_nested_stack_come_out_with_those_of_its_parent(read, tmp_path):
    (tmp_path / "child.yaml").write_text(
        """
Parameters:
  Stage: {Type: String}
Conditions:
  Live: !Equals [!Ref Stage, prod]
Resources:
  A: {Type: X, Condition: Live}
"""
    )
    roots = read(
        """
        Parameters:
          Env: {Type: String, Default: dev}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
        Resources:
          Net:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: child.yaml, Parameters: {Stage: !Ref Env}}
          Vol: {Type: Y, Condition: IsProd}
        """
    )
    found = {root.assumption: [resource.address for resource in root.resources()] for root in roots}
    assert found == {"IsProd is false": ["Net"], "IsProd is true": ["Net", "Net/A", "Vol"]}
    assert roots[0].outcome == {"IsProd": False, "Net/Live": False}


def test_a_nested_stack_that_may_not_exist_holds_nothing_certain(read, tmp_path):
    (tmp_path / "child.yaml").write_text("Resources:\n  A: {Type: X}\n")
    (root,) = read(
        """
        Resources:
          Net:
            Type: AWS::CloudFormation::Stack
            Condition: Nowhere
            Properties: {TemplateURL: child.yaml}
        """
    )
    assert root.find("Net/A").exists is None


def test_the_parameters_of_a_nested_stack_that_nobody_can_tell_are_unknown(read, tmp_path):
    (tmp_path / "child.yaml").write_text(
        "Parameters: {P: {Type: String, Default: x}}\nResources:\n  A: {Type: X, Properties: {P: !Ref P}}\n"
    )
    (root,) = read(
        """
        Resources:
          One:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: child.yaml, Parameters: !If [Nowhere, {P: a}, {P: b}]}
          Two:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: child.yaml}
          Three:
            Type: AWS::Serverless::Application
            Properties: !If [Nowhere, {Location: child.yaml}, {Location: child.yaml}]
        """
    )
    assert isinstance(root.find("One/A").get("P"), Unknown)
    assert root.find("Two/A").get("P").known_text == "x"
    assert root.find("Three/A") is None


@pytest.mark.parametrize(
    "location", ["https://s3.amazonaws.com/b/child.yaml", "nowhere.yaml", "!Sub '${AWS::Region}.yaml'"]
)
def test_a_nested_stack_from_elsewhere_is_a_resource_alone(read, location):
    (root,) = read(f"Resources:\n  N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {location}}}}}\n")
    assert [resource.address for resource in root.resources()] == ["N"]


def test_a_template_that_nests_itself_is_stopped(read):
    (root,) = read(
        """
        Resources:
          A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}
          B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}
        """
    )
    assert 0 < sum(1 for _ in root.resources()) < 1_000
    assert {error.message for error in root.errors()} == {"stacks nest more than 10 deep, or are more than 100"}


def test_stacks_that_set_each_other_in_a_ring_are_unknown(read, tmp_path):
    (tmp_path / "child.yaml").write_text(
        "Parameters: {P: {Type: String}}\nResources: {A: {Type: X, Properties: {P: !Ref P}}}\n"
        "Outputs: {O: {Value: !Ref P}}\n"
    )
    (root,) = read(
        """
        Resources:
          A:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: child.yaml, Parameters: {P: !GetAtt B.Outputs.O}}
          B:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: child.yaml, Parameters: {P: !GetAtt A.Outputs.O}}
        """
    )
    assert isinstance(root.find("A/A").get("P"), Unknown)


def test_lists_within_a_list_are_no_parameter(read, tmp_path):
    (tmp_path / "child.yaml").write_text(
        "Parameters: {P: {Type: CommaDelimitedList}}\nResources: {A: {Type: X, Properties: {P: !Ref P}}}\n"
    )
    (root,) = read(
        """
        Resources:
          A:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: child.yaml, Parameters: {P: [[a], [b]]}}
        """
    )
    assert isinstance(root.find("A/A").get("P"), Unknown)


def test_what_is_wrong_with_a_nested_template_is_reported_there(read, tmp_path):
    (tmp_path / "child.yaml").write_text("Resources:\n  A: [x\n")
    (root,) = read("Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}\n")
    assert [error.span.file.path.endswith("child.yaml") for error in root.errors()] == [True]
