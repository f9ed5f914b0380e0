"""Fn::ImportValue: known where a template beside this one exports what is known before it is deployed."""

from __future__ import annotations

import pytest

from snapguard.values import Reference

IMPORT = "Resources:\n  R: {Type: T::T::T, Properties: {A: !ImportValue range}}\n"


@pytest.fixture
def imported(read, tmp_path):
    """What the export `range` comes out as, with other templates beside the one that imports it."""

    def resolve(**others):
        for name, text in others.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        (root,) = read(IMPORT)
        value = next(root.resources()).get("A")
        assert [error.message for error in root.errors()] == []
        return value

    return resolve


def exporting(value, name="range"):
    head = "Parameters: {Env: {Type: String, Default: all}}\nResources: {V: {Type: AWS::EC2::VPC}}\n"
    return (
        f"{head}Outputs:\n  O: {{Value: {value}, Export: {{Name: {name}}}}}\n  P: {{Value: x}}\n  Q: {{Export: {{}}}}\n"
    )


def test_an_export_that_is_written_out_is_known_and_tells_where(imported):
    value = imported(network=exporting("0.0.0.0/0"))

    assert value.known_text == "0.0.0.0/0"
    assert value.span.file.path.endswith("network.yaml")
    assert [step.note for step in value.via] == ["export range"]


def test_the_name_of_an_export_can_rest_on_a_default(imported):
    assert imported(network=exporting("10.0.0.0/8", "!Sub 'range'")).known_text == "10.0.0.0/8"
    assert imported(network=exporting("10.0.0.0/8", "!Sub '${Env}-range'")).known_text is None


def test_an_export_that_only_a_deployment_knows_is_a_link_to_the_export_alone(imported):
    value = imported(network=exporting("!GetAtt V.CidrBlock"))

    assert value.refs == (Reference("export:range"),)
    assert value.candidates == ()


def test_exports_of_one_name_in_several_templates_are_candidates(imported):
    value = imported(dev=exporting("10.0.0.0/8"), prod=exporting("0.0.0.0/0"))

    assert [one.known_text for one in value.outcomes] == ["10.0.0.0/8", "0.0.0.0/0"]


def test_what_is_no_template_exports_nothing(imported):
    assert imported(values="Export: {Name: range}\n", broken="Resources: {\nExport: [").known_text is None


IMPORTING = (
    "Parameters: {Snapshot: {Type: String, Default: snap-1}}\n"
    "Resources:\n"
    "  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: x\n"
    "      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !ImportValue range}]\n"
    "  Machine:\n    Type: AWS::EC2::Instance\n    Properties:\n      SecurityGroupIds: [!GetAtt Group.GroupId]\n"
    "      BlockDeviceMappings: [{DeviceName: /dev/sda1, Ebs: {SnapshotId: !Ref Snapshot}}]\n"
)


def test_an_open_range_that_another_template_exports_is_found(scan_files):
    report = scan_files({"machine.yaml": IMPORTING, "network.yaml": exporting("0.0.0.0/0")}, select=["SNAP401"])

    (result,) = report.results
    assert (result.status.value, result.address) == ("fail", "Group")
    assert any(item.span.file.display == "network.yaml" for item in result.evidence)


def test_a_file_beside_that_can_not_be_read_exports_nothing(imported, tmp_path):
    (tmp_path.parent / "outside.yaml").write_text(exporting("0.0.0.0/0"), encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(tmp_path.parent / "outside.yaml")

    assert imported().known_text is None


def test_a_directory_that_can_not_be_listed_exports_nothing(imported, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "no", path)

    monkeypatch.setattr("os.scandir", refuse)

    assert imported(network=exporting("0.0.0.0/0")).known_text is None


def test_an_export_whose_name_is_not_known_is_passed_over(imported):
    unnamed = exporting("10.0.0.0/8", "!ImportValue other")
    same = "Resources: {V: {Type: AWS::EC2::VPC}}\nOutputs: {O: {Value: 10.1.0.0/16, Export: {Name: range}}}\n"

    assert imported(a=unnamed, b=same).known_text == "10.1.0.0/16"


def test_a_template_elsewhere_in_the_same_scan_exports_too(scan_files):
    files = {"apps/machine.yaml": IMPORTING, "base/network.yaml": exporting("0.0.0.0/0")}

    together = scan_files(files, select=["SNAP401"])
    alone = scan_files(files, ["apps"], select=["SNAP401"])

    assert [result.status.value for result in together.results] == ["fail"]
    assert [result.status.value for result in alone.results] == ["unknown"]
