"""The lines that mend a finding: right names, right syntax, for every type that a check judges."""

import importlib.util
import json
import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from names_asked import names_asked

from snapguard import registry
from snapguard.estate.remedies import Choice, InStatement, with_remedy
from snapguard.inspection import described
from snapguard.settings import Settings
from snapguard.source import SourceFile, Span
from snapguard.terraform.modules import read_root


def module_at(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coverage_table = module_at(Path(__file__).parents[2] / "tools" / "coverage_table.py")

REMEDIES = {
    language: import_module(f"snapguard.estate.aws_{language}.remedies").REMEDIES
    for language in ("terraform", "cloudformation")
}


def texts_of(remedy):
    """Every text that a remedy can be, as it stands in a resource; what stands in a statement is tried elsewhere."""
    if isinstance(remedy, Choice):
        return list(remedy.texts.values())
    return [remedy.whole if isinstance(remedy, InStatement) else remedy]


# Encryption of a single cache cluster can't be switched on: the help is to replace it.
REPLACED = {"AWS::ElastiCache::CacheCluster"}
EVERY = [
    pytest.param(language, kind, text, id=f"{code}-{kind}-{number}")
    for language, remedies in REMEDIES.items()
    for code, by_type in remedies.items()
    for kind, remedy in by_type.items()
    for number, text in enumerate(texts_of(remedy))
    if kind not in REPLACED
]

# What a check judges by things that it can't be mended on: an opening is closed where it stands, and these have neither
# a public address of their own nor rules.
WITHOUT = {
    "SNAP402": {"aws_vpc_security_group_ingress_rule", "AWS::EC2::SecurityGroupIngress"},
    "SNAP401": {"aws_vpc_security_group_egress_rule", "AWS::EC2::SecurityGroupEgress"},
    "SNAP403": {"aws_vpc_security_group_egress_rule", "AWS::EC2::SecurityGroupEgress"},
    "SNAP404": {
        "aws_vpc_security_group_egress_rule",
        "AWS::EC2::SecurityGroupEgress",
        *("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"),
        *("AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"),
        *("aws_elasticache_cluster", "aws_elasticache_replication_group", "aws_elasticache_serverless_cache"),
        *("AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::ServerlessCache"),
        *("aws_memorydb_cluster", "AWS::MemoryDB::Cluster"),
    },
}
PLACE = Span(SourceFile("main.tf", "main.tf", b""), 0, 0)
# Below these stand words of IAM's, or of the service's own.
DOCUMENTS = {
    *("policy", "AccessPolicy", "KeyPolicy", "content", "Content"),
    *("restore_metadata_overrides", "RestoreMetadataOverrides"),
}


@pytest.mark.parametrize("language", REMEDIES)
@pytest.mark.parametrize("code", coverage_table.PARTS)
def test_every_type_that_a_check_judges_has_a_remedy(code, language):
    judged = set().union(*(coverage_table.types_of(part, language) for part in coverage_table.PARTS[code].judged))
    managed = {kind for kind in judged if not kind.startswith("data.")} - WITHOUT.get(code, set())
    assert set(REMEDIES[language].get(code, {})) == managed


@pytest.mark.parametrize(("language", "kind", "text"), EVERY)
def test_a_remedy_is_code_whose_names_the_mapping_modules_read(language, kind, text, project):
    paths = paths_of_terraform(kind, text, project) if language == "terraform" else paths_of_template(text)
    asked = names_asked(language)[kind]

    assert paths
    for path in paths:
        assert path in asked or (path[:1] in asked and path[0] in DOCUMENTS), path


def paths_of_terraform(kind, text, project):
    (project / "main.tf").write_text(f'resource "{kind}" "x" {{\n{text}\n}}\n', encoding="utf-8")
    root = read_root(".", Settings())
    assert not root.errors()
    (resource,) = [each for each in described([root]) if each["mode"] == "managed"]
    unknown = [tuple(part for part in path.split(".") if not part.isdigit()) for path in resource["unknown"]]
    return {tuple(name.partition("[")[0] for name in path) for path in unknown} | set(leaves(resource["values"]))


class AnyTag(yaml.SafeLoader):
    """Reads templates, intrinsic functions as what stands behind them."""


AnyTag.add_multi_constructor("!", lambda loader, _suffix, node: loader.construct_scalar(node))


def paths_of_template(text):
    return set(leaves(yaml.load(text, AnyTag)))


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves(child, (*path, name))
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child, path)
    else:
        yield path


@pytest.mark.parametrize(
    ("language", "code", "text"),
    [
        pytest.param(language, code, text, id=f"{code}-{language}")
        for code in coverage_table.PARTS
        for language, text in registry.load(code).examples("BAD").items()
        if text is not None
    ],
)
def test_the_help_of_a_finding_shows_the_lines_that_mend_it_in_the_language_of_the_code(
    language, code, text, scan_text
):
    for result in scan_text(language, text, select=[code]):
        prose, *lines = result.help.split("\n")
        assert prose.startswith(registry.load(code).help)
        assert lines
        assert all(line.startswith("    ") for line in lines)
        if prose.endswith("In the resource:"):
            assert any(re.match(r" +\w+ += |[ \w]+\{$", line) for line in lines) == (language == "terraform")


@pytest.mark.parametrize(("kind", "text"), [each.values[1:] for each in EVERY if each.values[0] == "cloudformation"])
def test_a_template_in_json_is_mended_in_json(kind, text):
    module = import_module("snapguard.estate.aws_cloudformation.remedies")
    assert kind
    assert set(leaves(json.loads("{" + module.in_json(text) + "}"))) >= paths_of_template(text) - set(intrinsics(text))


def intrinsics(text):
    """The paths at which a function stands, which JSON writes as an object."""
    content = yaml.compose(text, AnyTag)
    return [path for path, node in nodes(content, ()) if node.tag.startswith("!")]


def nodes(node, path):
    yield path, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from nodes(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from nodes(item, path)


def test_a_finding_in_a_json_template_shows_json(scan_text):
    code = '{"Resources": {"V": {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "a", "Size": 1}}}}'
    (result,) = scan_text("cloudformation", {"template.json": code}, select=["SNAP201"])
    assert result.help.split("\n")[1:3] == ['    "Encrypted": true,', '    "KmsKeyId": {']


def test_a_type_without_a_remedy_has_the_help_of_the_check_alone(scan_text):
    code = 'resource "aws_rds_cluster" "c" { snapshot_identifier = "s" }\n'
    assert with_remedy("Help.", "SNAP404", None, PLACE) == "Help."
    assert [each.help for each in scan_text("terraform", code, select=["SNAP404"])] == []


LISTING = """
resource "aws_instance" "m" {
  ami = "ami-12345678"
  root_block_device {
    encrypted = %s
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = %s
  }
}
"""


@pytest.mark.parametrize(
    ("switches", "expected"),
    [(("false", "true"), "    root_block_device {"), (("true", "false"), "    ebs_block_device {")],
)
def test_the_block_that_a_finding_points_at_is_the_one_that_is_mended(scan_text, switches, expected):
    (result,) = scan_text("terraform", LISTING % switches, select=["SNAP201"])
    assert result.help.split("\n")[1] == expected


def test_an_attribute_that_has_to_go_is_named(scan_text):
    code = 'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-12345678"\n  group = "all"\n}\n'
    (result,) = scan_text("terraform", code, select=["SNAP301"])
    assert result.help.endswith(
        "In the resource, in place of group:\n    organization_arn = data.aws_organizations_organization.own.arn"
    )


VAULT_POLICY = 'resource "aws_backup_vault_policy" "p" {\n  backup_vault_name = "v"\n  policy = %s\n}\n'
STATEMENT = '{"Effect": "Allow", "Principal": "*", "Action": "backup:*", "Resource": "*"}'
DOCUMENT = """
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["backup:CopyIntoBackupVault"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
"""
CONDITION = '"StringEquals": {'


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        (DOCUMENT + VAULT_POLICY % "data.aws_iam_policy_document.d.json", "condition {", '  test     = "StringEquals"'),
        (
            VAULT_POLICY % f"jsonencode({{ Statement = [{STATEMENT.replace(':', ' =', 4)}] }})",
            'Condition = { StringEquals = { "aws:PrincipalOrgID" = data.aws_organizations_organization.own.id } }',
            None,
        ),
        (VAULT_POLICY % f'<<-EOT\n{{"Statement": [{STATEMENT}]}}\nEOT', '"Condition": {', f"  {CONDITION}"),
    ],
)
def test_a_statement_is_limited_in_the_form_that_it_is_written_in(scan_text, code, first, second):
    (result,) = scan_text("terraform", code.replace("backup =*", "backup:*"), select=["SNAP304"])
    prose, *lines = result.help.split("\n")
    assert prose.endswith("In the statement:")
    assert lines[0] == f"    {first}"
    assert second is None or lines[1] == f"    {second}"


def test_a_statement_of_a_document_in_json_is_limited_by_a_block_in_json(scan_text):
    document = {
        "statement": [
            {
                "actions": ["backup:CopyIntoBackupVault"],
                "resources": ["*"],
                "principals": [{"type": "AWS", "identifiers": ["*"]}],
            }
        ]
    }
    code = {
        "data": {"aws_iam_policy_document": {"d": document}},
        "resource": {
            "aws_backup_vault_policy": {
                "p": {"backup_vault_name": "v", "policy": "${data.aws_iam_policy_document.d.json}"}
            }
        },
    }
    (result,) = scan_text("terraform", {"main.tf.json": json.dumps(code, indent=2)}, select=["SNAP304"])
    assert result.help.split("\n")[1:3] == ['    "condition": {', '      "test": "StringEquals",']


def test_a_policy_that_is_not_known_is_answered_by_a_whole_one(scan_text):
    code = 'variable "policy" {}\n' + VAULT_POLICY % "var.policy"
    (result,) = scan_text("terraform", code, select=["SNAP304"])
    assert result.help.split("\n")[1] == "    policy = jsonencode({"


def test_a_finding_in_terraform_s_json_is_mended_in_json(scan_text):
    code = {"resource": {"aws_ebs_volume": {"v": {"availability_zone": "a", "size": 1}}}}
    (result,) = scan_text("terraform", {"main.tf.json": json.dumps(code)}, select=["SNAP201"])
    assert result.help.split("\n")[1:] == [
        '    "encrypted": true,',
        '    "kms_key_id": "${aws_kms_key.copies.arn}"',
    ]


def test_blocks_of_a_kind_are_a_list_in_json():
    module = import_module("snapguard.estate.aws_terraform.remedies")
    text = module.in_json(
        'rule {\n  port = 1\n}\nrule {\n  ports = [2, "a", var.b]\n  tags = { a = f(1, [2], { b = c }) }\n}'
    )
    assert json.loads("{" + text + "}") == {
        "rule": [{"port": 1}, {"ports": [2, "a", "${var.b}"], "tags": {"a": "${f(1, [2], { b = c })}"}}]
    }
