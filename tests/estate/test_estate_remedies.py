"""The lines that mend a finding: right names, right syntax, for every type that a check judges."""

import importlib.util
import json
import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from snapguard import registry
from snapguard.estate.remedies import with_remedy
from snapguard.inspection import described
from snapguard.settings import Settings
from snapguard.terraform.modules import read_root


def module_at(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coverage_table = module_at(Path(__file__).parents[2] / "tools" / "coverage_table.py")
names_asked = module_at(Path(__file__).with_name("test_estate_mapping_names.py")).names_asked

REMEDIES = {
    language: import_module(f"snapguard.estate.aws_{language}.remedies").REMEDIES
    for language in ("terraform", "cloudformation")
}
# Encryption of a single cache cluster can't be switched on: the help is to replace it.
REPLACED = {"AWS::ElastiCache::CacheCluster"}
EVERY = [
    pytest.param(language, kind, text, id=f"{code}-{kind}")
    for language, remedies in REMEDIES.items()
    for code, by_type in remedies.items()
    for kind, text in by_type.items()
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
# Below these stand words of IAM's, or of the service's own.
DOCUMENTS = {"policy", "AccessPolicy", "KeyPolicy", "restore_metadata_overrides", "RestoreMetadataOverrides"}


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
        assert ("=" in lines[-1] or "}" in lines[-1]) == (language == "terraform")


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
    assert with_remedy("Help.", "SNAP404", None) == "Help."
    assert [each.help for each in scan_text("terraform", code, select=["SNAP404"])] == []


SWITCHED = [
    pytest.param(language, code, kind, text, id=f"{code}-{kind}")
    for language, remedies in REMEDIES.items()
    for code in ("SNAP201", "SNAP202", "SNAP203", "SNAP204", "SNAP205")
    for kind, text in remedies.get(code, {}).items()
    if "true" in text and kind not in REPLACED
]
# More that a type needs, or else nobody could tell whether something is wrong with it.
CONTEXT = {
    "aws_instance": 'ami = "ami-12345678"',
    "aws_ami": 'root_device_name = "/dev/sdf"',
    "aws_kms_grant": 'operations = ["Decrypt"]',
}


def resource_of(language, kind, text):
    """A resource with these lines, its devices by a name that no image starts from."""
    if language == "terraform":
        text = re.sub(r"((?:ebs_block_device|block_device_mappings?) \{)", r'\1\n  device_name = "/dev/sdf"', text)
        return f'resource "{kind}" "x" {{\n{CONTEXT.get(kind, "")}\n{text}\n}}\n'
    text = re.sub(r"( *)- Ebs:", r"\1- DeviceName: /dev/sdf\n\1  Ebs:", text)
    lines = "\n".join(f"      {line}" for line in text.split("\n"))
    return f"Resources:\n  X:\n    Type: {kind}\n    Properties:\n{lines}\n"


@pytest.mark.parametrize(("language", "code", "kind", "text"), SWITCHED)
def test_a_remedy_mends_what_its_opposite_breaks(language, code, kind, text, scan_text):
    mended = resource_of(language, kind, text)
    broken = resource_of(language, kind, text.replace("true", "false"))

    assert scan_text(language, mended, select=[code]) == []
    assert {(result.code, result.status.value) for result in scan_text(language, broken, select=[code])} >= {
        (code, "fail")
    }


OWN = """
data "aws_caller_identity" "own" {}
data "aws_organizations_organization" "own" {}
resource "aws_backup_vault" "own" {
  name        = "own"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
resource "aws_iam_role" "restore" {
  assume_role_policy = "{}"
}
"""
STRANGERS = (
    ("data.aws_caller_identity.own.account_id", '"999988887777"'),
    ("data.aws_organizations_organization.own.arn", '"arn:aws:organizations::999988887777:organization/o-theirs0000"'),
    ("data.aws_organizations_organization.own.id", '"*"'),
    ("aws_backup_vault.own.arn", '"arn:aws:backup:eu-west-1:999988887777:backup-vault:theirs"'),
    ("aws_iam_role.restore.arn", '"arn:aws:iam::999988887777:role/theirs"'),
    ("!Ref AWS::AccountId", '"999988887777"'),
    ('!Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"', '"*"'),
    ("!GetAtt OwnVault.BackupVaultArn", "arn:aws:backup:eu-west-1:999988887777:backup-vault:theirs"),
)
GIVEN = [
    pytest.param(language, code, kind, text, id=f"{code}-{kind}")
    for language, remedies in REMEDIES.items()
    for code in ("SNAP302", "SNAP304", "SNAP305", "SNAP306")
    for kind, text in remedies.get(code, {}).items()
]


@pytest.mark.parametrize(("language", "code", "kind", "text"), GIVEN)
def test_what_a_remedy_gives_to_one_s_own_is_a_finding_where_a_stranger_gets_it(language, code, kind, text, scan_text):
    theirs = text
    for own, stranger in STRANGERS:
        theirs = theirs.replace(own, stranger)
    vault = "\n  OwnVault: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: own}}\n"
    context = OWN if language == "terraform" else vault
    settings = {"trusted_organizations": ["o-ours000000"]} if "organization" not in text else {}

    assert scan_text(language, resource_of(language, kind, text) + context, select=[code]) == []
    found = scan_text(language, resource_of(language, kind, theirs) + context, select=[code], **settings)
    assert {(result.code, result.status.value) for result in found} == {(code, "fail")}
