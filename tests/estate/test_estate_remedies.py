"""The lines that mend a finding: right names, right syntax, for every type that a check judges."""

import importlib.util
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from snapguard import registry
from snapguard.estate.remedies import with_remedy
from snapguard.inspection import inspect
from snapguard.settings import Settings


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
    found = inspect(["."], Settings())
    assert not found.unread
    (resource,) = [each for each in found.resources if each["mode"] == "managed"]
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


def test_a_type_without_a_remedy_has_the_help_of_the_check_alone(scan_text):
    code = 'resource "aws_rds_cluster" "c" { snapshot_identifier = "s" }\n'
    assert with_remedy("Help.", "SNAP404", None) == "Help."
    assert [each.help for each in scan_text("terraform", code, select=["SNAP404"])] == []
