"""The checks of IAM, as whoever runs them sees them."""

import textwrap

import pytest

IAM = ["SNAP101", "SNAP102", "SNAP103", "SNAP104", "SNAP105", "SNAP106"]


@pytest.fixture
def found(scan_text):
    """`found("terraform", code)`: code, severity, status, address and line of every IAM finding."""

    def run(language, code, select=IAM, **settings):
        results = scan_text(language, textwrap.dedent(code), select=select, **settings)
        return [
            (result.code, result.severity.label, result.status.value, result.address, result.span.line)
            for result in results
        ]

    return run


def policy(statement, language="terraform"):
    """A policy that nobody holds, with one statement: it stands in line 4 (Terraform) or 8 (CloudFormation)."""
    if language == "terraform":
        return f"""resource "aws_iam_policy" "p" {{
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = {statement}
  }})
}}
"""
    return f"""Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          {statement}
"""


def in_both(elements):
    """The same statement as an object of each language; JSON is YAML, and nearly HCL."""
    return [
        pytest.param("terraform", policy("{" + elements + "}"), "aws_iam_policy.p", 4, id="terraform"),
        pytest.param("cloudformation", policy("{" + elements + "}", "cloudformation"), "P", 8, id="cloudformation"),
    ]


WHOLE = '"Effect": "Allow", "Action": "*", "Resource": "*"'
WILD = '"Effect": "Allow", "Action": ["ec2:*Snapshot*", "ec2:DescribeVolumes"], "Resource": "*"'
NOT_ACTION = '"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"'
NAMED = '"Effect": "Allow", "Action": ["ec2:CreateSnapshot", "ec2:DescribeVolumes"], "Resource": "*"'
TYPE = '"Effect": "Allow", "Action": "ec2:ModifySnapshotAttribute", "Resource": "arn:aws:ec2:*::snapshot/*"'
UNSCOPABLE = '"Effect": "Allow", "Action": "dlm:CreateLifecyclePolicy", "Resource": "*"'
MFA = '"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}'
TAG = '"Condition": {"StringEquals": {"aws:ResourceTag/backup": "yes"}}'
ORGANIZATION = '"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}'
RECEIVER = '"Condition": {"StringEquals": {"ec2:Add/userId": "444455556666"}}'


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(WHOLE))
def test_a_star_is_critical(found, language, code, address, line):
    assert found(language, code) == [("SNAP101", "critical", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(WILD))
def test_a_wildcard_that_takes_in_sharing_is_critical(found, language, code, address, line):
    assert found(language, code) == [("SNAP101", "critical", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(NOT_ACTION))
def test_not_action_counts_as_a_wildcard(found, language, code, address, line):
    assert found(language, code) == [("SNAP101", "critical", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(NAMED))
def test_a_named_action_on_everything_has_its_own_severity(found, language, code, address, line):
    assert found(language, code) == [("SNAP102", "high", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(TYPE))
def test_every_resource_of_a_type_is_everything(found, language, code, address, line):
    assert found(language, code) == [("SNAP102", "critical", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(UNSCOPABLE))
def test_an_action_that_cannot_be_scoped_is_one_step_lower(found, language, code, address, line):
    assert found(language, code) == [("SNAP102", "medium", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(f"{UNSCOPABLE}, {MFA}"))
def test_such_an_action_under_a_condition_on_the_caller_is_two_steps_lower(found, language, code, address, line):
    assert found(language, code) == [("SNAP102", "low", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(f"{WILD}, {MFA}"))
def test_a_condition_on_the_caller_lowers_the_severity_by_one_step(found, language, code, address, line):
    assert found(language, code) == [("SNAP101", "high", "fail", address, line)]


@pytest.mark.parametrize(("language", "code", "address", "line"), in_both(f"{WILD}, {ORGANIZATION}"))
def test_the_own_organization_narrows_nothing(found, language, code, address, line):
    assert found(language, code) == [("SNAP101", "critical", "fail", address, line)]


@pytest.mark.parametrize(
    "elements",
    [
        f"{WILD}, {TAG}",
        f"{NAMED}, {TAG}",
        f"{TYPE}, {RECEIVER}",
        '"Effect": "Deny", "Action": "ec2:*", "Resource": "*"',
        '"Effect": "Allow", "Action": ["ec2:Describe*", "backup:List*", "rds:Describe*", "s3:*"], "Resource": "*"',
        '"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:instance/*"',
        '"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:111122223333:snapshot/*"',
        '"Effect": "Allow", "Action": "ec2:CreateSnapshot", '
        '"Resource": ["arn:aws:ec2:*:*:volume/vol-0123456789abcdef0", "arn:aws:ec2:*::snapshot/*"]',
        '"Effect": "Allow", "Action": "rds:CopyDBSnapshot", "Resource": "arn:aws:rds:*:*:snapshot:orders-*"',
        '"Effect": "Allow", "Action": ["kms:Decrypt", "iam:PassRole"], "Resource": "*"',
    ],
)
@pytest.mark.parametrize("language", ["terraform", "cloudformation"])
def test_rights_that_are_bound_or_harmless_are_silent(found, language, elements):
    assert found(language, policy("{" + elements + "}", language)) == []


def test_wildcard_and_named_action_of_one_statement_are_reported_once_each(found):
    code = policy('{ Effect = "Allow", Action = ["rds:Copy*", "rds:CopyDBSnapshot", "ec2:CopyImage"], Resource = "*" }')
    assert [one[0] for one in found("terraform", code)] == ["SNAP101", "SNAP102"]


def test_a_named_action_that_a_wildcard_beside_it_covers_is_reported_once(found):
    code = policy('{ Effect = "Allow", Action = ["ec2:Copy*", "ec2:CopyImage"], Resource = "*" }')
    assert [one[0] for one in found("terraform", code)] == ["SNAP101"]


def test_the_message_lists_capabilities_with_their_actions(scan_text):
    code = policy('{ Effect = "Allow", Action = "ec2:*Snapshot*", Resource = "*" }')
    (result,) = scan_text("terraform", code, select=["SNAP101"])
    assert result.message.startswith(
        "ec2:*Snapshot* gives create (ec2:CreateSnapshot, ec2:CreateSnapshots and 1 more), "
        "copy (ec2:CopySnapshot), share (ec2:ModifySnapshotAttribute, ec2:ResetSnapshotAttribute), "
    )
    assert result.message.endswith("on every resource")


def test_the_message_names_the_patterns_that_give_rights(scan_text):
    code = policy('{ Effect = "Allow", Action = ["s3:*", "EC2:Copy*", "ec2:CreateTags"], Resource = "*" }')
    (result,) = scan_text("terraform", code, select=["SNAP101"])
    assert result.message.startswith("EC2:Copy* gives copy (")


def test_the_message_about_not_action_says_what_is_left_out(scan_text):
    code = policy('{ Effect = "Allow", NotAction = ["iam:*", "sts:*"], Resource = "*" }')
    (result,) = scan_text("terraform", code, select=["SNAP101"])
    assert result.message.startswith("everything but iam:*, sts:* gives create (")


def test_actions_from_elsewhere_are_shown_with_the_way_they_came(scan_text):
    code = """variable "actions" {
  default = ["ec2:Copy*"]
}
""" + policy('{ Effect = "Allow", Action = var.actions, Resource = "*" }')
    (result,) = scan_text("terraform", code, select=["SNAP101"])
    assert any(evidence.span.line in (2, 7) for evidence in result.evidence)


def test_actions_that_are_not_known_are_an_unknown_finding(found, scan_text):
    code = 'variable "actions" {\n  type = list(string)\n}\n' + policy(
        '{ Effect = "Allow", Action = var.actions, Resource = "*" }'
    )
    assert found("terraform", code) == [("SNAP101", "critical", "unknown", "aws_iam_policy.p", 7)]
    (result,) = scan_text("terraform", code, select=["SNAP101"])
    assert result.message.startswith("${var.actions} may give ")


def test_a_named_action_beside_one_that_is_not_known_is_still_certain(found):
    code = 'variable "action" {}\n' + policy(
        '{ Effect = "Allow", Action = [var.action, "ec2:CopyImage"], Resource = "*" }'
    )
    assert [(one[0], one[2]) for one in found("terraform", code)] == [("SNAP101", "unknown"), ("SNAP102", "fail")]


def test_resources_that_are_not_known_are_an_unknown_finding(found):
    code = 'variable "arn" {}\n' + policy('{ Effect = "Allow", Action = "ec2:CopySnapshot", Resource = var.arn }')
    assert found("terraform", code) == [("SNAP102", "high", "unknown", "aws_iam_policy.p", 5)]


def test_a_link_to_one_resource_is_silent(found):
    code = """
        resource "aws_db_instance" "orders" {}
        resource "aws_iam_policy" "p" {
          policy = jsonencode({ Statement = [{
            Effect   = "Allow"
            Action   = "rds:CreateDBSnapshot"
            Resource = [aws_db_instance.orders.arn, "arn:aws:rds:*:*:snapshot:*"]
          }] })
        }
    """
    assert found("terraform", code) == []


def test_every_volume_of_the_own_account_is_everything(found):
    code = """
        Resources:
          P:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: ec2:CreateSnapshot
                    Resource:
                      - !Sub arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:volume/*
                      - !Sub arn:${AWS::Partition}:ec2:${AWS::Region}::snapshot/*
    """
    assert found("cloudformation", code) == [("SNAP102", "high", "fail", "P", 8)]


def test_a_volume_of_the_template_is_silent(found):
    code = """
        Resources:
          Data:
            Type: AWS::EC2::Volume
            Properties: {AvailabilityZone: eu-west-1a, Size: 1, Encrypted: true}
          P:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: ec2:CreateSnapshot
                    Resource:
                      - !Sub arn:aws:ec2:${AWS::Region}:${AWS::AccountId}:volume/${Data}
                      - arn:aws:ec2:*::snapshot/*
    """
    assert found("cloudformation", code) == []


def test_a_deny_of_the_same_document_takes_a_right_away(found):
    both = """[
      { Effect = "Allow", Action = "ec2:CopySnapshot", Resource = "*" },
      { Effect = "Deny", Action = "ec2:copy*", Resource = "*" },
    ]"""
    assert found("terraform", policy(both)) == []


def test_a_deny_of_another_region_takes_nothing_away(found):
    both = """[
      { Effect = "Allow", Action = "ec2:CopySnapshot", Resource = "*" },
      { Effect = "Deny", Action = "ec2:CopySnapshot", Resource = "arn:aws:ec2:us-east-1::snapshot/*" },
    ]"""
    assert [one[0] for one in found("terraform", policy(both))] == ["SNAP102"]


def test_a_deny_under_a_condition_takes_nothing_away(found):
    both = """[
      { Effect = "Allow", Action = "ec2:CopySnapshot", Resource = "*" },
      {
        Effect    = "Deny", Action = "ec2:*", Resource = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = "us-east-1" } }
      },
    ]"""
    assert [one[0] for one in found("terraform", policy(both))] == ["SNAP102"]


def test_a_malformed_document_is_unreadable_input(found):
    code = 'resource "aws_iam_policy" "p" {\n  policy = <<EOT\n{"Statement": [\n  {"Effect": "Allow"\n]}\nEOT\n}\n'
    assert [(one[0], one[4]) for one in found("terraform", code, select=["SNAP101", "SNAP001"])] == [("SNAP001", 5)]


def malformed(scan_text, language, code):
    """The message and line of all that is wrong with documents."""
    results = scan_text(language, code, select=["SNAP001", "iam"])
    return [(one.message.partition(": ")[2], one.span.line) for one in results if one.code == "SNAP001"]


HEREDOC = """resource "aws_iam_policy" "p" {
  policy = <<EOT
{"Statement": [
  {"Effect": "Allow", "Action": "ec2:CreateSnapshot",
   "Ressource": "*"}
]}
EOT
}
"""
ENCODED = """resource "aws_iam_role_policy" "p" {
  role = "r"
  policy = jsonencode({ Statement = [{
    Effect = "Allow"
    Action = "ec2:CreateSnapshot"
    Ressource = "*"
  }] })
}
"""
TEMPLATE = """Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ec2:CreateSnapshot
            Ressource: "*"
"""


@pytest.mark.parametrize(
    ("language", "code", "line"),
    [("terraform", HEREDOC, 5), ("terraform", ENCODED, 6), ("cloudformation", TEMPLATE, 9)],
)
def test_a_misspelled_element_is_told_at_its_place(scan_text, language, code, line):
    message = "a statement has no element `Ressource`; did you mean `Resource`?"
    assert malformed(scan_text, language, code) == [(message, line)]


def test_a_malformed_document_in_a_file_is_told_in_that_file(scan_text):
    files = {
        "main.tf": 'resource "aws_iam_policy" "p" {\n  policy = file("p.json")\n}\n',
        "p.json": '{"Statement": [\n  {"Effect": "Allow", "Action": "s3:*"}\n]}\n',
    }
    (found,) = (one for one in scan_text("terraform", files, select=["SNAP001", "iam"]))
    assert (found.span.file.display, found.span.line) == ("p.json", 2)
    assert found.message == "policy document: a statement names its Resource or NotResource"


def test_a_statement_block_without_resources_is_told_unless_it_sets_them_to_nothing(scan_text):
    code = """data "aws_iam_policy_document" "d" {
  statement { actions = ["s3:*"] }
  statement {
    actions   = ["s3:*"]
    resources = var.buckets
  }
}
variable "buckets" { default = [] }
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
"""
    assert malformed(scan_text, "terraform", code) == [("a statement names its Resource or NotResource", 2)]


def test_what_a_dynamic_block_turns_out_to_leave_empty_was_not_forgotten(scan_text):
    code = """variable "who" { default = [] }
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    dynamic "principals" {
      for_each = var.who
      content {
        type        = "AWS"
        identifiers = [principals.value]
      }
    }
  }
}
data "aws_iam_policy_document" "rights" {
  dynamic "statement" {
    for_each = var.who
    content { actions = ["s3:*"] }
  }
}
resource "aws_iam_role" "r" { assume_role_policy = data.aws_iam_policy_document.trust.json }
resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.rights.json }
"""
    assert malformed(scan_text, "terraform", code) == []


TRUST = """Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: {Effect: Allow, Action: sts:AssumeRole, %s}
"""


@pytest.mark.parametrize(
    ("elements", "told"),
    [
        ("Principal: {Service: ec2.amazonaws.com}", []),
        ("Principal: !Ref Who", []),
        (
            'Principal: {Service: ec2.amazonaws.com}, Resource: "*"',
            [("a trust policy is about the role that it stands in, and so names no Resource", 7)],
        ),
        ("Sid: A", [("a statement names its Principal or NotPrincipal", 7)]),
    ],
)
def test_a_trust_policy_names_who_and_no_resource(scan_text, elements, told):
    code = TRUST % elements + "Parameters: {Who: {Type: String}}\n"
    assert malformed(scan_text, "cloudformation", code) == told


def test_policies_of_an_organization_that_are_none_of_iam_have_a_grammar_of_their_own(scan_text):
    code = """resource "aws_organizations_policy" "t" {
  name    = "t"
  type    = "TAG_POLICY"
  content = jsonencode({ tags = { Cost = { tag_key = { "@@assign" = "Cost" } } } })
}
resource "aws_iam_user" "u" { name = "u" }
"""
    assert malformed(scan_text, "terraform", code) == []


def test_a_statement_that_another_one_may_complete_is_not_wrong(scan_text):
    code = """variable "extra" {}
variable "scoped" { type = bool }
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [
    merge({ Effect = "Allow", Action = "s3:*" }, var.extra),
    merge({ Effect = "Allow", Action = "s3:*" }, var.scoped ? { Resource = "arn:aws:s3:::b" } : {}),
  ] })
}
"""
    assert malformed(scan_text, "terraform", code) == []
