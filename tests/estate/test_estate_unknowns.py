"""What is unknown stays unknown: every form, with each thing in it replaced by a value that nobody can tell.

A bad form could still be bad then, so that its check must not be silent; a good one could still be good, so that it
must not fail. The forms are those of `bad_forms`, and those mended as their findings say.
"""

import json

import pytest
from bad_forms import FORMS
from forms_as_json import NAMES, OWN, as_json, body_of, mend
from names_asked import names_asked

from snapguard.findings import Status

ASKED = {language: names_asked(language) for language in FORMS}
TRUSTED = {"trusted_accounts": ["111122223333"]}
UNKNOWN = {"terraform": "${var.unknown}", "cloudformation": {"Ref": "Unknown"}}
CASES = [(language, code) for language, forms in FORMS.items() for code in forms]
# A restored machine or database is one for what the code shows: what it doesn't show is no restore.
COPIES = [(language, code) for language, code in CASES if code[4] in "23"]

# Who else answers: an account that is not known is taken for one that is not trusted, not for everyone.
BESIDE = {"SNAP301": ["SNAP302"]}

# Where to be given is enough, whatever is given: keys, and what takes a device or a database out of the question.
GIVEN = {
    *("kms_key_arn", "kms_key_id", "grant_name", "snapshot_copy_grant_name"),
    *("AutomaticBackupReplicationKmsKeyId", "EncryptionKeyArn", "SnapshotCopyGrantName"),
    *("DBClusterIdentifier", "NoDevice", "VirtualName"),
}
# A warehouse that the root does not make is never a plain one: the service refuses it.
ELSEWHERE = ("aws_redshift_snapshot_copy", "cluster_identifier")


def set_at(content, path, value):
    """The same content with another value at a path."""
    if not path:
        return value
    changed = dict(content) if isinstance(content, dict) else list(content)
    changed[path[0]] = set_at(changed[path[0]], path[1:], value) if path[1:] else value
    return changed


def places_in(content, path=()):
    """Every place in a resource's content; references are whole."""
    if isinstance(content, dict) and {"Ref", "Fn::GetAtt", "Fn::Sub"}.isdisjoint(content):
        for name, child in content.items():
            yield (*path, name)
            yield from places_in(child, (*path, name))
    elif isinstance(content, list):
        for number, child in enumerate(content):
            yield (*path, number)
            yield from places_in(child, (*path, number))


def gaps_in(content, asked, path=()):
    """Every place at which something is asked for that is not there."""
    if isinstance(content, dict):
        names = tuple(name for name in path if isinstance(name, str))
        here = {each[-1] for each in asked if each[:-1] == names}
        yield from ((*path, name) for name in sorted(here - content.keys()))
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, child in children:
        yield from gaps_in(child, asked, (*path, name))


def resources_in(language, content):
    """Each resource of a form with its type and the path of its content; what remedies name beside it is left out."""
    if language == "cloudformation":
        for name, resource in content["Resources"].items():
            if name not in OWN[language]:
                yield resource["Type"], ("Resources", name, "Properties")
        return
    for kind, named in content["resource"].items():
        for name in named:
            if name not in OWN[language]["resource"].get(kind, {}):
                yield kind, ("resource", kind, name)


def variants_of(language, content):
    """The form with each thing in turn unknown, each list with one more, each resource perhaps not there."""
    unknown = UNKNOWN[language]
    declared = (
        {"variable": {"unknown": {}}}
        if language == "terraform"
        else {
            "Parameters": {"Unknown": {"Type": "String"}, "Wanted": {"Type": "String"}},
            "Conditions": {"Chosen": {"Fn::Equals": [{"Ref": "Wanted"}, "yes"]}},
        }
    )
    content = {**content, **declared}
    for kind, where in resources_in(language, content):
        body = content
        for name in where:
            body = body[name]
        for place in (*places_in(body), *gaps_in(body, ASKED[language].get(kind, ()))):
            yield kind, place, set_at(content, (*where, *place), unknown)
        for place in places_in(body):
            value = body
            for name in place:
                value = value[name]
            if isinstance(value, list):
                yield kind, (*place, "+"), set_at(content, (*where, *place), [*value, unknown])
            elif language == "terraform" and isinstance(value, str | bool | int):
                choice = f'${{var.unknown == "a" ? {expression(value)} : null}}'
                yield kind, (*place, "null"), set_at(content, (*where, *place), choice)
        switch = ("count", unknown) if language == "terraform" else ("Condition", "Chosen")
        holder = where if language == "terraform" else where[:-1]
        yield kind, (switch[0],), set_at(content, (*holder, switch[0]), switch[1])


def expression(value):
    """A value of the JSON syntax as an expression."""
    is_reference = isinstance(value, str) and value.startswith("${") and value.endswith("}")
    return value[2:-1] if is_reference else json.dumps(value)


@pytest.fixture
def judged(scan_files):
    """The results for each of many configurations, judged in one scan."""

    def run(language, contents, codes, directory="tried"):
        name = NAMES[language][1]
        files = {f"{directory}/{number}/{name}": json.dumps(content) for number, content in enumerate(contents)}
        report = scan_files(files, [directory], select=codes, **TRUSTED)
        assert not report.errors, report.errors[0].traceback
        found = [[] for _ in contents]
        for result in report.results:
            found[int(result.span.file.display.split("/")[1])].append(result)
        return found

    return run


def is_explained(kind, place):
    """Whether a bad form with this unknown may be silent."""
    names = [name for name in place if isinstance(name, str) and name not in ("null", "+")]
    is_given = names[-1] in GIVEN and place[-1] != "null"
    return is_given or (kind, *names) == ELSEWHERE


@pytest.mark.parametrize(("language", "code"), COPIES)
def test_what_is_unknown_in_a_bad_form_does_not_silence_its_check(language, code, judged):
    variants = [each for form in FORMS[language][code] for each in variants_of(language, as_json(language, form))]
    found = judged(language, [content for *_, content in variants], [code, *BESIDE.get(code, ())])

    silent = {(kind, *place) for (kind, place, _), results in zip(variants, found, strict=True) if not results}
    assert {place for place in silent if not is_explained(place[0], place[1:])} == set()


@pytest.mark.parametrize(("language", "code"), CASES)
def test_what_is_unknown_in_a_good_form_is_no_failure(language, code, judged):
    forms = [as_json(language, form) for form in FORMS[language][code]]
    for form, results in zip(forms, judged(language, forms, [code], "bad"), strict=True):
        for result in results:
            if "\n" in result.help:
                body = body_of(language, form, result.address)
                changed = json.loads(json.dumps(mend(language, body, result.help)))
                body.clear()
                body.update(changed)
    variants = [each for form in forms for each in variants_of(language, form)]
    found = judged(language, [content for *_, content in variants], [code])

    assert {
        (kind, *place)
        for (kind, place, _), results in zip(variants, found, strict=True)
        if any(result.status is Status.FAIL for result in results)
    } == set()


ONLY_UNKNOWN = [
    ("terraform", "SNAP205", 'resource "aws_elasticache_cluster" "c" {\n  engine = var.unknown\n}'),
    ("terraform", "SNAP205", 'resource "aws_elasticache_replication_group" "c" {\n  engine = var.unknown\n}'),
    ("terraform", "SNAP205", 'resource "aws_rds_cluster" "c" {\n  engine_mode = var.unknown\n}'),
    (
        "terraform",
        "SNAP205",
        'resource "aws_elasticache_cluster" "c" {\n  engine = "redis"\n  replication_group_id = var.unknown\n}',
    ),
    (
        "terraform",
        "SNAP205",
        'resource "aws_rds_cluster" "c" {\n  kms_key_id = "k"\n'
        '  snapshot_identifier = var.unknown == "a" ? "s" : null\n}',
    ),
    (
        "terraform",
        "SNAP206",
        'resource "aws_db_snapshot_copy" "c" {\n  source_db_snapshot_identifier = "s"\n'
        "  destination_region = var.unknown\n}",
    ),
    (
        "terraform",
        "SNAP207",
        'resource "aws_backup_vault" "c" {\n  kms_key_arn = var.unknown == "a" ? "arn:aws:kms:::key/1" : null\n}',
    ),
    ("terraform", "SNAP307", 'resource "aws_dynamodb_table_export" "c" {\n  s3_sse_algorithm = var.unknown\n}'),
    ("cloudformation", "SNAP205", "C: {Type: AWS::ElastiCache::CacheCluster, Properties: {Engine: !Ref Unknown}}"),
    ("cloudformation", "SNAP205", "C: {Type: AWS::ElastiCache::ReplicationGroup, Properties: {Engine: !Ref Unknown}}"),
    ("cloudformation", "SNAP205", "C: {Type: AWS::RDS::DBCluster, Properties: {EngineMode: !Ref Unknown}}"),
    (
        "cloudformation",
        "SNAP303",
        "C: {Type: AWS::Organizations::Policy, Properties: {Type: !Ref Unknown, Content: {ec2_attributes: "
        '{snapshot_block_public_access: {state: {"@@assign": unblocked}}}}}}',
    ),
]


@pytest.mark.parametrize(("language", "code", "text"), ONLY_UNKNOWN)
def test_what_decides_and_is_unknown_makes_the_answer_unknown(language, code, text, scan_text):
    if language == "terraform":
        text = f'variable "unknown" {{}}\n{text}\n'
    else:
        text = f"Parameters: {{Unknown: {{Type: String}}}}\nResources:\n  {text}\n"
    assert {result.status for result in scan_text(language, text, select=[code])} == {Status.UNKNOWN}


CHOICE = 'var.unknown == "a" ? %s : null'


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (
            "SNAP201",
            f'resource "aws_ecs_service" "c" {{\n  volume_configuration {{\n    managed_ebs_volume {{\n'
            f"      encrypted = {CHOICE % 'false'}\n    }}\n  }}\n}}",
            [Status.UNKNOWN],
        ),
        ("SNAP201", f'resource "aws_ebs_volume" "c" {{\n  encrypted = {CHOICE % "false"}\n}}', [Status.FAIL]),
        ("SNAP201", f'resource "aws_ebs_volume" "c" {{\n  encrypted = {CHOICE % "true"}\n}}', [Status.UNKNOWN]),
        (
            "SNAP201",
            f'resource "aws_instance" "c" {{\n  root_block_device {{\n    encrypted = {CHOICE % "false"}\n  }}\n}}',
            [Status.UNKNOWN],
        ),
        ("SNAP205", f'resource "aws_redshift_cluster" "c" {{\n  encrypted = {CHOICE % "false"}\n}}', [Status.UNKNOWN]),
        ("SNAP205", f'resource "aws_redshift_cluster" "c" {{\n  encrypted = {CHOICE % "true"}\n}}', [Status.UNKNOWN]),
        (
            "SNAP206",
            'resource "aws_db_snapshot" "s" {\n  db_instance_identifier = aws_db_instance.d.identifier\n}\n'
            'resource "aws_db_instance" "d" {\n  storage_encrypted = false\n}\n'
            'resource "aws_db_snapshot_copy" "c" {\n'
            f"  source_db_snapshot_identifier = aws_db_snapshot.s.id\n  kms_key_id = {CHOICE % '1'}\n}}",
            [Status.UNKNOWN],
        ),
        (
            "SNAP303",
            'resource "aws_ebs_snapshot_block_public_access" "c" {\n'
            '  state = var.unknown == "a" ? "block-new-sharing" : "block-all-sharing"\n}',
            [Status.UNKNOWN],
        ),
        (
            "SNAP303",
            'resource "aws_organizations_policy" "c" {\n  type = "DECLARATIVE_POLICY_EC2"\n  content = jsonencode({'
            ' ec2_attributes = { snapshot_block_public_access = { state = { "@@assign" ='
            ' var.unknown == "a" ? "block_new_sharing" : "block_all_sharing" } } } })\n}',
            [Status.UNKNOWN],
        ),
        (
            "SNAP306",
            'resource "aws_backup_vault" "v" {\n  name = "v"\n}\nresource "aws_backup_vault" "w" {\n  name = "w"\n}\n'
            'resource "aws_backup_plan" "c" {\n  rule {\n    copy_action {\n      destination_vault_arn = '
            'var.unknown == "a" ? aws_backup_vault.v.arn : aws_backup_vault.w.arn\n    }\n  }\n}',
            [],
        ),
    ],
)
def test_a_choice_that_is_not_known_is_judged_by_what_it_can_come_to(code, text, expected, scan_text):
    results = scan_text("terraform", f'variable "unknown" {{}}\n{text}\n', select=[code])
    assert [result.status for result in results if result.address.endswith(".c")] == expected


@pytest.mark.parametrize(("keyed", "expected"), [("", Status.FAIL), ('kms_key_arn = "k"', Status.UNKNOWN)])
def test_a_plan_that_copies_into_one_of_two_vaults_may_reach_a_plain_one(keyed, expected, scan_text):
    text = (
        'variable "unknown" {}\nresource "aws_backup_vault" "v" {\n  name = "v"\n}\n'
        f'resource "aws_backup_vault" "w" {{\n  name = "w"\n  {keyed}\n}}\n'
        'resource "aws_backup_plan" "c" {\n  rule {\n    copy_action {\n      destination_vault_arn = '
        'var.unknown == "a" ? aws_backup_vault.v.arn : aws_backup_vault.w.arn\n    }\n  }\n}\n'
    )
    results = scan_text("terraform", text, select=["SNAP207"])
    plan = [result for result in results if result.address == "aws_backup_plan.c"]
    assert {result.status for result in plan} == {expected}


def test_an_engine_that_is_not_known_is_told(scan_text):
    text = 'variable "engine" {}\nresource "aws_elasticache_cluster" "c" {\n  engine = var.engine\n}\n'
    (result,) = scan_text("terraform", text, select=["SNAP205"])
    assert result.message == (
        "the cache of a single cluster may not be encrypted: its kind decides, which is not known "
        "(var.engine has no value here)"
    )


@pytest.mark.parametrize("engine", ["memcached", "valkey"])
def test_a_cache_without_plain_snapshots_is_silent(scan_text, engine):
    text = f'resource "aws_elasticache_cluster" "c" {{\n  engine = "{engine}"\n}}\n'
    assert scan_text("terraform", text, select=["SNAP205"]) == []
    text = f"Resources: {{C: {{Type: AWS::ElastiCache::CacheCluster, Properties: {{Engine: {engine}}}}}}}"
    assert scan_text("cloudformation", text, select=["SNAP205"]) == []
