"""What an organization's declarative and backup policies set in its accounts."""

import json

import pytest

TERRAFORM = 'resource "aws_organizations_policy" "p" {{\n  name = "p"\n  {kind}\n  content = {content}\n}}\n'
TEMPLATE = (
    "Resources:\n  P:\n    Type: AWS::Organizations::Policy\n    Properties: {{Name: p, {kind}, Content: {content}}}\n"
)


def told(scan_text, language, kind, content, **settings):
    """The findings for a policy of this content, in a language."""
    text = json.dumps(content)
    if language == "terraform":
        code = TERRAFORM.format(kind=f'type = "{kind}"', content=f"<<-EOT\n{text}\nEOT")
    else:
        code = TEMPLATE.format(kind=f"Type: {kind}", content=text)
    results = scan_text(language, code, **settings)
    return [(result.code, result.severity.label, result.status.value) for result in results]


def block(name, state):
    return {"ec2_attributes": {name: {"state": {"@@assign": state}}}}


def copy_to(vault):
    action = {"daily": {"target_backup_vault_arn": {"@@assign": vault}}}
    return {"plans": {"daily": {"rules": {"daily": {"copy_actions": action}}}}}


THEIRS = "arn:aws:backup:eu-west-1:999988887777:backup-vault:theirs"
LANGUAGES = ["terraform", "cloudformation"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "state", "expected"),
    [
        ("snapshot_block_public_access", "unblocked", [("SNAP303", "high", "fail")]),
        ("snapshot_block_public_access", "block_new_sharing", [("SNAP303", "low", "fail")]),
        ("snapshot_block_public_access", "block_all_sharing", []),
        ("image_block_public_access", "unblocked", [("SNAP303", "high", "fail")]),
        ("image_block_public_access", "block_new_sharing", []),
        ("serial_console_access", "unblocked", []),
    ],
)
def test_a_declared_block_is_judged_as_an_account_s_own(scan_text, language, name, state, expected):
    assert told(scan_text, language, "DECLARATIVE_POLICY_EC2", block(name, state)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("vault", "expected"),
    [
        (THEIRS, [("SNAP306", "high", "fail")]),
        (THEIRS.replace("999988887777", "123412341234"), []),
        (THEIRS.replace("999988887777", "$account"), []),
    ],
)
def test_a_copy_action_of_a_backup_policy_is_one_of_a_plan(scan_text, language, vault, expected):
    assert told(scan_text, language, "BACKUP_POLICY", copy_to(vault), trusted_accounts=["123412341234"]) == expected


@pytest.mark.parametrize("kind", ["DECLARATIVE_POLICY_EC2", "BACKUP_POLICY", "TAG_POLICY", "AISERVICES_OPT_OUT_POLICY"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_policy_without_statements_is_no_broken_document(scan_text, language, kind):
    assert told(scan_text, language, kind, {"services": {"@@operators_allowed_for_child_policies": ["@@none"]}}) == []


def test_the_kind_of_a_policy_decides_what_its_content_means(scan_text):
    content = block("snapshot_block_public_access", "unblocked") | copy_to(THEIRS)
    assert told(scan_text, "terraform", "TAG_POLICY", content) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "jsonencode({ ec2_attributes = { snapshot_block_public_access = {"
            ' state = { "@@assign" = var.unset } } } })',
            1,
        ),
        ("var.unset", 0),
        ('"no JSON"', 0),
    ],
)
def test_what_is_not_known_is_no_failure(scan_text, content, expected):
    code = 'variable "unset" {}\n' + TERRAFORM.format(kind='type = "DECLARATIVE_POLICY_EC2"', content=content)
    results = scan_text("terraform", code, select=["SNAP303"])
    assert [result.status.value for result in results if result.status.value == "fail"] == []
    assert len([result for result in results if "snapshots" in result.message]) >= expected


def test_a_plan_that_is_not_known_may_copy_to_a_stranger(scan_text):
    code = 'variable "plans" {}\n' + TERRAFORM.format(
        kind='type = "BACKUP_POLICY"', content="jsonencode({ plans = var.plans })"
    )
    results = scan_text("terraform", code, select=["SNAP306"])
    assert {result.status.value for result in results} <= {"unknown"}
