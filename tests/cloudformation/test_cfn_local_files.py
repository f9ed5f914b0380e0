"""Files beside a template: nested stacks as they are packaged and synthesised, includes, and what macros leave open."""

from __future__ import annotations

import json

import pytest

from snapguard.cloudformation.local_files import local_template, templates_named_in
from snapguard.cloudformation.stacks import read_roots
from snapguard.reports import sarif, text
from snapguard.scan import scan
from snapguard.settings import Settings

DISK = "Resources:\n  Disk: {Type: AWS::EC2::Volume, Properties: {AvailabilityZone: a, Size: 1, Encrypted: false}}\n"


@pytest.mark.parametrize(
    "location",
    [
        "./nested/disk.yaml",
        "https://s3.eu-west-1.amazonaws.com/bucket/nested/disk.yaml",
        "https://bucket.s3.amazonaws.com/releases/v1/nested/disk.yaml",
        "s3://bucket/prefix/nested/disk.yaml?versionId=3",
        '!Sub "https://${Bucket}.s3.${AWS::URLSuffix}/${Prefix}nested/disk.yaml"',
        '!Sub "${Base}/nested/disk.yaml"',
    ],
)
def test_a_nested_template_is_found_by_its_path_or_the_end_of_its_address(location, write):
    parent = f"Parameters: {{Bucket: {{Type: String}}, Prefix: {{Type: String}}, Base: {{Type: String}}}}\nResources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {location}\n"  # noqa: E501
    write({"parent.yaml": parent, "nested/disk.yaml": DISK})

    report = scan(["."], Settings(select=["SNAP201"]))

    assert [(result.address, result.span.file.display) for result in report.results] == [("S/Disk", "nested/disk.yaml")]
    assert report.statistics.roots == 1


def test_a_template_of_a_sibling_directory_is_found_by_two_names_of_its_address(write, project):
    write({"templates/parent.yaml": "x", "submodules/net/vpc.yaml": "x", "vpc.yaml": "x", "templates/b.yaml": "x"})

    def found(key):
        path = local_template("templates/parent.yaml", f"https://b.s3.amazonaws.com/{key}")
        return path and path.removeprefix(f"{project}/")

    assert found("quickstart/submodules/net/vpc.yaml") == "submodules/net/vpc.yaml"
    assert found("templates/b.yaml") == "templates/b.yaml"
    assert found("vpc.yaml") is None
    assert found("parent.yaml") is None
    assert found("../../etc/passwd") is None


def test_what_only_a_comment_names_is_no_nested_template(write):
    write({"a.yaml": "x"})

    written = b"# TemplateURL: a.yaml\nLocation: a.yaml\n"
    assert [path.rpartition("/")[2] for path in templates_named_in("t.yaml", written)] == ["a.yaml"]
    assert len(list(templates_named_in("t.json", b'{"#": 1, "TemplateURL": "a.yaml"}'))) == 1


CDK_STACK = {
    "Resources": {
        "Disk1A2B": {
            "Type": "AWS::EC2::Volume",
            "Properties": {"AvailabilityZone": "a", "Size": 1, "Encrypted": False},
            "Metadata": {"aws:cdk:path": "App/Data/Disk"},
        },
        "Inner": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/a/b.json"]]}},
            "Metadata": {"aws:cdk:path": "App/Inner", "aws:asset:path": "AppInner.nested.template.json"},
        },
    }
}


def test_a_cdk_assembly_is_read_stack_by_stack_with_its_construct_paths(write):
    inner = {
        "Resources": {"Disk": {**CDK_STACK["Resources"]["Disk1A2B"], "Metadata": {"aws:cdk:path": "App/Inner/Disk"}}}
    }
    artifacts = {"App": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "App.template.json"}}}
    write(
        {
            "cdk.out/App.template.json": json.dumps(CDK_STACK),
            "cdk.out/AppInner.nested.template.json": json.dumps(inner),
            "cdk.out/manifest.json": json.dumps({"version": "36.0.0", "artifacts": artifacts}),
            "cdk.out/tree.json": json.dumps({"version": "tree-0.1", "tree": {"id": "App", "path": ""}}),
        }
    )

    report = scan(["."], Settings(select=["SNAP201"]))

    found = [(result.address, result.constructs) for result in report.results]
    assert found == [("Disk1A2B", ("App/Data/Disk",)), ("Inner/Disk", ("App/Inner/Disk",))]
    assert report.statistics.roots == 1


def test_reports_name_the_construct_beside_the_logical_id(write):
    write({"cdk.out/App.template.json": json.dumps(CDK_STACK)})
    report = scan(["."], Settings(select=["SNAP201"]))

    (run,) = json.loads(sarif.render(report, report.results))["runs"]
    (location,) = run["results"][0]["locations"]
    assert location["logicalLocations"] == [
        {"name": "Disk1A2B", "fullyQualifiedName": "App/Data/Disk", "kind": "resource"}
    ]
    assert "  on Disk1A2B (App/Data/Disk)\n" in text.findings(report.results)


def test_what_the_serverless_framework_packages_is_read(write):
    compiled = {"Resources": {"Disk": CDK_STACK["Resources"]["Disk1A2B"]}}
    state = {"service": {"provider": {"compiledCloudFormationTemplate": compiled}}}
    write(
        {
            ".serverless/cloudformation-template-update-stack.json": json.dumps(compiled),
            ".serverless/serverless-state.json": json.dumps(state),
        }
    )

    results = scan(["."], Settings(select=["SNAP001", "SNAP201"])).results

    assert [(result.code, result.address) for result in results] == [("SNAP201", "Disk")]
    assert results[0].span.file.display == ".serverless/cloudformation-template-update-stack.json"


INCLUDE = "{Name: AWS::Include, Parameters: {Location: %s}}"


@pytest.mark.parametrize("key", ["Transform", "'Fn::Transform'"])
def test_sections_of_an_included_file_are_added_to_those_of_the_template(key, read, tmp_path):
    (tmp_path / "more.yaml").write_text("Resources:\n  A: {Type: X}\n  B: {Type: Y}\nMappings: {}\n")
    (root,) = read(f"{key}: {INCLUDE % 'more.yaml'}\nResources:\n  B: {{Type: Z}}\n")

    assert [(one.address, one.type) for one in root.resources()] == [("A", "X"), ("B", "Z")]
    assert [file.path.rpartition("/")[2] for file in root.files()] == ["template.yaml", "more.yaml"]


@pytest.mark.parametrize(
    "transform",
    [
        "Company::Defaults",
        "[AWS::LanguageExtensions, {Name: Tagger}]",
        INCLUDE % "s3://bucket/more.yaml",
        "{Name: AWS::Include}",
        "!Ref X",
    ],
)
def test_what_is_written_under_a_macro_is_judged_and_what_it_may_set_is_unknown(transform, scan_text):
    resources = "Resources:\n  A: {Type: AWS::EC2::Volume, Properties: {Size: 1, AvailabilityZone: a}}\n" + DISK[11:]
    results = scan_text("cloudformation", f"Transform: {transform}\n{resources}", select=["SNAP201"])

    assert [(result.address, result.status.value) for result in results] == [("A", "unknown"), ("Disk", "fail")]


def test_under_the_transforms_of_aws_what_is_absent_is_judged(scan_text):
    code = "Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\n" + DISK.replace(", Encrypted: false", "")
    (result,) = scan_text("cloudformation", code, select=["SNAP201"])

    assert result.status.value == "fail"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
         + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)) + DISK, "aliases"),
        ("Resources: " + "[" * 10_000, "levels deep"),
        ("Resources:" + "".join("\n" + " " * n + "a:" for n in range(1, 2_000)), "levels deep"),
        ("[" * 10_000 + "]" * 10_000 + "}", "levels"),
        ('{"A":' * 10_000 + "1" + "}" * 10_001, "levels"),
    ],
    ids=["alias bomb", "flow", "block", "JSON lists", "JSON objects"],
)  # fmt: skip
def test_bombs_stop_at_a_bound(content, message, scan_files):
    if content[0] in "[{":
        files = {"template.json": '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": ' + content}
    else:
        files = {"template.yaml": f"AWSTemplateFormatVersion: '2010-09-09'\n{content}"}
    report = scan_files(files)

    assert report.errors == []
    assert any(result.code == "SNAP001" and message in result.message for result in report.results)


def test_a_file_that_is_no_template_is_passed_over(write):
    write({"values.yaml": "Resources: [cpu, memory]\n", "k8s.yaml": "kind: Pod\nResources:\n  limits: {}\n"})

    assert scan(["."], Settings()).results == []
    assert read_roots("values.yaml", Settings())[0].resources_of("AWS::EC2::Volume") == []
