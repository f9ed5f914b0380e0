"""What an organization's policies take away, in both languages."""

import textwrap

import pytest

IAM = ["SNAP101", "SNAP102", "SNAP106"]

OPEN_ROLE = """
data "aws_caller_identity" "own" {}
resource "aws_organizations_organization" "all" {}
resource "aws_iam_policy" "operators" {
  policy = jsonencode({ Statement = [{
    Effect   = "Allow"
    Action   = ["ec2:ModifySnapshotAttribute", "rds:CreateDBSnapshot"]
    Resource = "*"
  }] })
}
"""
ATTACHED = """
resource "aws_organizations_policy" "rail" {
  name    = "rail"
  content = jsonencode({ Statement = [{ Effect = "Deny", Action = "ec2:Modify*", Resource = "*" }] })
}
resource "aws_organizations_policy_attachment" "rail" {
  policy_id = aws_organizations_policy.rail.id
  target_id = TARGET
}
"""
OWN = "data.aws_caller_identity.own.account_id"


@pytest.fixture
def messages(scan_text):
    def run(language, code):
        results = scan_text(language, textwrap.dedent(code), select=IAM)
        return [(result.status.value, result.message) for result in results]

    return run


def test_a_guardrail_on_the_own_account_takes_a_right_away(messages):
    [(status, message)] = messages("terraform", OPEN_ROLE + ATTACHED.replace("TARGET", OWN))

    assert status == "fail"
    assert "rds:CreateDBSnapshot" in message
    assert "ec2:" not in message


def test_a_guardrail_on_the_organization_leaves_it_open_whether_the_account_is_limited(messages):
    target = "aws_organizations_organization.all.roots[0].id"
    code = OPEN_ROLE.replace(', "rds:CreateDBSnapshot"', "") + ATTACHED.replace("TARGET", target)

    assert [status for status, _ in messages("terraform", code)] == ["unknown"]


def test_a_guardrail_that_is_attached_to_nothing_takes_nothing_away(messages):
    code = OPEN_ROLE + ATTACHED.partition('resource "aws_organizations_policy_attachment"')[0]

    [(status, message)] = messages("terraform", code)
    assert status == "fail"
    assert "ec2:ModifySnapshotAttribute" in message


def test_a_guardrail_also_limits_what_a_role_holds(messages):
    code = """
    data "aws_caller_identity" "own" {}
    resource "aws_iam_role_policy" "share" {
      role   = "operator"
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "ec2:ModifySnapshotAttribute", Resource = "*" }]
      })
    }
    """
    assert [status for status, _ in messages("terraform", code)] == ["fail"]
    assert messages("terraform", code + ATTACHED.replace("TARGET", OWN)) == []


def test_a_guardrail_that_allows_gives_no_right(messages):
    code = """
    data "aws_caller_identity" "own" {}
    resource "aws_organizations_policy" "all" {
      content = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
    }
    resource "aws_organizations_policy_attachment" "all" {
      policy_id = aws_organizations_policy.all.id
      target_id = data.aws_caller_identity.own.account_id
    }
    """
    assert messages("terraform", code) == []


CFN_RAIL = """
Resources:
  Operators:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement: [{Effect: Allow, Action: ec2:ModifySnapshotAttribute, Resource: "*"}]
  Rail:
    Type: AWS::Organizations::Policy
    Properties:
      Name: rail
      Type: SERVICE_CONTROL_POLICY
      TargetIds: [TARGET]
      Content:
        Statement: [{Effect: Deny, Action: "ec2:Modify*", Resource: "*"}]
"""


@pytest.mark.parametrize(("target", "statuses"), [("!Ref AWS::AccountId", []), ("ou-abcd-12345678", ["unknown"])])
def test_a_guardrail_limits_the_account_that_it_is_attached_to_in_cloudformation(messages, target, statuses):
    code = CFN_RAIL.replace("TARGET", target)

    assert [status for status, _ in messages("cloudformation", code)] == statuses


OPEN_TRUST = """
data "aws_caller_identity" "own" {}
resource "aws_iam_role" "backup" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" }]
  })
}
resource "aws_iam_role_policy_attachment" "backup" {
  role       = aws_iam_role.backup.name
  policy_arn = "arn:aws:iam::aws:policy/AWSBackupOperatorAccess"
}
resource "aws_organizations_policy" "perimeter" {
  type    = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({ Statement = [{
    Effect    = "Deny"
    Principal = "*"
    Action    = "sts:AssumeRole"
    Resource  = "*"
    Condition = {
      StringNotEqualsIfExists = { "aws:PrincipalOrgID" = "o-abc123" }
      BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
    }
  }] })
}
resource "aws_organizations_policy_attachment" "perimeter" {
  policy_id = aws_organizations_policy.perimeter.id
  target_id = TARGET
}
"""


@pytest.mark.parametrize(
    ("target", "statuses"), [(OWN, []), ('"r-abcd"', ["unknown"])], ids=["the own account", "the root"]
)
def test_a_perimeter_keeps_outsiders_from_roles_that_everyone_may_assume(messages, target, statuses):
    code = OPEN_TRUST.replace("TARGET", target)

    assert [status for status, message in messages("terraform", code) if "everyone" in message] == statuses


def test_a_malformed_guardrail_is_unreadable_input(scan_text):
    code = 'resource "aws_organizations_policy" "rail" {\n  content = "{\\"Statement\\": [}"\n}\n'

    results = scan_text("terraform", code, select=["SNAP101", "SNAP001"])
    assert [(result.code, result.span.line) for result in results] == [("SNAP001", 2)]
