"""What the code does about copies by itself, beside the rights: in the review, and in each of its formats."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from snapguard.audit.arrangements import ALLOWS, KEEPS, MAKES
from snapguard.cli import program
from snapguard.reports import audit_html, audit_json, audit_markdown, audit_text

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"

CODE = """\
resource "aws_iam_role" "backup" {
  name = "backup"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }
  ] })
}

resource "aws_backup_plan" "daily" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = "daily"
  }
}

resource "aws_backup_selection" "daily" {
  name         = "everything"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.backup.arn
  resources    = ["*"]
}

resource "aws_backup_vault_lock_configuration" "daily" {
  backup_vault_name = "daily"
  changeable_for_days = 3
  min_retention_days = 7
}
resource "aws_rbin_rule" "snapshots" {
  resource_type = "EBS_SNAPSHOT"
  retention_period {
    retention_period_unit  = "DAYS"
    retention_period_value = 14
  }
}
resource "aws_backup_global_settings" "organization" {
  global_settings = { isCrossAccountBackupEnabled = "true" }
}
resource "aws_backup_region_settings" "here" {
  resource_type_opt_in_preference = { EBS = true, RDS = true, DynamoDB = false }
}
"""

TEMPLATE = """
Parameters: {Stage: {Type: String}}
Conditions: {IsProduction: !Equals [!Ref Stage, production]}
Resources:
  Rule:
    Type: AWS::Rbin::Rule
    Condition: IsProduction
    Properties:
      ResourceType: EBS_SNAPSHOT
      RetentionPeriod: {RetentionPeriodUnit: DAYS, RetentionPeriodValue: 1}
  Images:
    Type: AWS::Rbin::Rule
    Properties:
      ResourceType: EC2_IMAGE
      RetentionPeriod: {RetentionPeriodUnit: DAYS, RetentionPeriodValue: 7}
"""


def test_the_page_shows_what_the_review_prints(reviewed):
    text = audit_text.table(
        reviewed({"main.tf": CODE}), shows_all=False, shows_statements=False, has_colour=False
    ).partition("\n\n")[2]
    assert text
    assert text in PAGE.read_text(encoding="utf-8")


def test_the_role_of_a_selection_is_told_by_its_address(reviewed):
    found = reviewed({"main.tf": CODE}).arrangements
    assert [(one.matter, one.resource, one.role) for one in found] == [
        (MAKES, "aws_backup_selection.daily", "aws_iam_role.backup"),
        (KEEPS, "aws_backup_vault_lock_configuration.daily", ""),
        (KEEPS, "aws_rbin_rule.snapshots", ""),
        (ALLOWS, "aws_backup_global_settings.organization", ""),
        (ALLOWS, "aws_backup_region_settings.here", ""),
    ]


def test_a_role_that_is_not_in_the_code_is_told_by_its_arn(reviewed):
    arn = "arn:aws:iam::111122223333:role/service-role/AWSBackupDefaultServiceRole"
    (selection, *_) = reviewed({"main.tf": CODE.replace("aws_iam_role.backup.arn", f'"{arn}"')}).arrangements
    assert selection.role == arn
    assert selection.text.endswith(f", as {arn}, whose rights are not part of what was read")


@pytest.mark.parametrize("arn", ["role/backup", "role/service/backup"])
def test_an_arn_names_a_role_of_the_code(reviewed, arn):
    code = CODE.replace("aws_iam_role.backup.arn", f'"arn:aws:iam::111122223333:{arn}"')
    assert reviewed({"main.tf": code}).arrangements[0].role == "aws_iam_role.backup"


@pytest.mark.parametrize("arn", ["user/backup", "role/restore"])
def test_another_s_name_is_no_role_of_the_code(reviewed, arn):
    code = CODE.replace("aws_iam_role.backup.arn", f'"arn:aws:iam::111122223333:{arn}"')
    assert reviewed({"main.tf": code}).arrangements[0].role == f"arn:aws:iam::111122223333:{arn}"


def test_what_may_not_be_there_says_so(reviewed):
    code = 'variable "some" {}\n' + CODE.replace(
        '"daily" {\n  name         =', '"daily" {\n  count = var.some\n  name ='
    )
    assert reviewed({"main.tf": code}).arrangements[0].text.endswith("as role backup (if it is there)")


def test_what_one_outcome_of_a_template_has_says_in_which(reviewed):
    found = reviewed({"template.yaml": TEMPLATE})
    assert [(one.resource, one.assumption) for one in found.arrangements] == [
        ("Rule", "IsProduction is true"),
        ("Images", ""),
    ]
    text = audit_text.table(found, shows_all=False, shows_statements=False, has_colour=False)
    assert "  template.yaml:5 Rule, when IsProduction is true keeps deleted snapshots for 1 day;" in text
    assert "when IsProduction is true" in audit_html.render(found.entries, found.arrangements)


def test_a_live_account_arranges_nothing_that_is_read(reviewed):
    account = {"RoleDetailList": [], "UserDetailList": [], "GroupDetailList": [], "Policies": []}
    assert reviewed({"live.json": json.dumps(account)}).arrangements == []


def test_without_arrangements_nothing_is_said_of_them(reviewed):
    found = reviewed({"main.tf": CODE.partition('resource "aws_backup_selection"')[0]})
    text = audit_text.table(found, shows_all=False, shows_statements=False, has_colour=False)
    assert text == "principals with such rights: 0 of 1; not shown: 1 without any (--all)\n"
    assert "copies" not in audit_markdown.render(found.entries, found.arrangements, shows_statements=False)
    assert '<section class="arranged">' not in audit_html.render(found.entries, found.arrangements)


def test_every_format_shows_them(reviewed):
    found = reviewed({"main.tf": CODE})
    document = json.loads(audit_json.render(found))
    assert document["arrangements"][0] == {
        "root": ".",
        "matter": "makes",
        "resource": "aws_backup_selection.daily",
        "file": "main.tf",
        "line": 16,
        "text": "backs up everything by aws_backup_plan.daily, as role backup",
        "role": "aws_iam_role.backup",
        "when": "",
    }
    markdown = audit_markdown.render(found.entries, found.arrangements, shows_statements=False)
    assert "\nWhat makes copies on a schedule:\n\n- main.tf:16 aws\\_backup\\_selection.daily backs up" in markdown
    page = audit_html.render(found.entries, found.arrangements)
    assert "<h2>What AWS Backup may do</h2>" in page
    assert "lets AWS Backup back up EBS, RDS, but not DynamoDB" in page


@pytest.mark.parametrize("format", ["text", "json", "markdown", "html"])
def test_so_does_the_command_line(write, format):
    write({"main.tf": CODE})
    result = CliRunner().invoke(program, ["audit", "--format", format])
    assert result.exit_code == 0
    assert "for 14 days" in result.stdout


def test_a_page_shows_names_as_they_are_written(reviewed):
    code = CODE.replace("{ EBS = true, RDS = true", '{ "<b>EBS" = true, RDS = true')
    found = reviewed({"main.tf": code})
    assert "&lt;b&gt;EBS" in audit_html.render(found.entries, found.arrangements)
