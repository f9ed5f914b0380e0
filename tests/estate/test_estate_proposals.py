"""What is proposed instead of a statement without a limit."""

import json
import textwrap

import pytest

from snapguard.reports.text import findings

ACTIONS = [
    '"ec2:*Snapshot*"',
    '"rds:*"',
    '"*"',
    '"backup:*"',
    '"ec2:CreateSnapshot"',
    '"ec2:CreateVolume", "ec2:CreateSnapshot"',
    '"dlm:*"',
    '"ebs:*"',
    '"redshift:*Snapshot*"',
    '"elasticfilesystem:*", "fsx:*"',
    '"dynamodb:*"',
]

FORMS = {
    "object": (
        "terraform",
        """
        resource "aws_iam_policy" "p" {
          policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [
              STATEMENT
            ]
          })
        }
        """,
        '{ Effect = "Allow", Action = [ACTIONS], Resource = "*" }',
    ),
    "block": (
        "terraform",
        """
        data "aws_iam_policy_document" "d" {
          STATEMENT
        }
        resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
        """,
        'statement {\n actions = [ACTIONS]\n resources = ["*"]\n}',
    ),
    "heredoc": (
        "terraform",
        """
        resource "aws_iam_policy" "p" {
          policy = <<-EOF
            {"Version": "2012-10-17", "Statement": [
              STATEMENT
            ]}
          EOF
        }
        """,
        '{"Effect": "Allow", "Action": [ACTIONS], "Resource": "*"}',
    ),
    "yaml": (
        "cloudformation",
        """
        Resources:
          P:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
        STATEMENT
        """,
        '- {Effect: Allow, Action: [ACTIONS], Resource: "*"}',
    ),
}


def with_statement(code, statement, margin=""):
    return textwrap.dedent(code).replace("STATEMENT", textwrap.indent(statement, margin))


def proposed(result):
    """The code that a finding's help proposes."""
    return textwrap.dedent(result.help.partition(":\n\n")[2])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("actions", ACTIONS)
def test_what_is_proposed_gives_nothing_that_could_be_limited_without_a_limit(scan_text, form, actions):
    language, code, statement = FORMS[form]
    margin = "          " if form == "yaml" else ""
    bad = with_statement(code, statement.replace("ACTIONS", actions), margin)
    first = scan_text(language, bad, select=["SNAP101", "SNAP102"])
    assert first

    mended = with_statement(code, proposed(first[0]), margin)
    left = scan_text(language, mended, select=["SNAP001", "SNAP101", "SNAP102"])
    assert [result.message for result in left if "with conditions on the caller alone" not in result.message] == []


def test_an_object_is_answered_by_an_object_with_the_actions_that_the_wildcard_matched(scan_text):
    code = FORMS["object"][1].replace("STATEMENT", '{ Effect = "Allow", Action = "ec2:CreateSnap*", Resource = "*" }')

    [result] = scan_text("terraform", textwrap.dedent(code), select=["SNAP101"])
    assert proposed(result).splitlines()[:10] == [
        "{",
        '  Effect = "Allow"',
        '  Action = ["ec2:CreateSnapshot", "ec2:CreateSnapshots"]',
        '  Resource = ["arn:aws:ec2:*:*:volume/vol-*", "arn:aws:ec2:*:*:instance/i-*"]',
        "  Condition = {",
        "    StringEquals = {",
        '      "aws:ResourceTag/backup" = "true"',
        "    }",
        "  }",
        "},",
    ]


def test_a_share_is_limited_to_an_account(scan_text):
    code = FORMS["heredoc"][1].replace(
        "STATEMENT", '{"Effect": "Allow", "Action": "ec2:ModifySnapshotAttribute", "Resource": "*"}'
    )

    [result] = scan_text("terraform", textwrap.dedent(code), select=["SNAP102"])
    assert '"ec2:Add/userId": "111122223333"' in proposed(result)


def test_a_json_template_is_answered_in_json(scan_files):
    template = """{"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {
      "Statement": [{"Effect": "Allow", "Action": "ec2:CreateSnapshot", "Resource": "*"}]}}}}}"""

    [result] = scan_files({"template.json": template}, select=["SNAP102"]).results
    assert '"Action": [\n    "ec2:CreateSnapshot"\n  ],' in proposed(result)


def test_conditions_that_the_statement_has_are_kept(scan_text):
    statement = (
        'statement {\n actions = [ACTIONS]\n resources = ["*"]\n'
        ' condition {\n test = "StringLike"\n variable = "aws:PrincipalArn"\n'
        ' values = ["arn:aws:iam::111122223333:role/&{aws:PrincipalTag/team}"]\n }\n'
        ' condition {\n test = "StringEquals"\n variable = "aws:SourceVpc"\n values = [var.vpc]\n }\n}'
    )
    code = with_statement('variable "vpc" {}\n' + textwrap.dedent(FORMS["block"][1]), statement)

    results = scan_text("terraform", code.replace("ACTIONS", '"ec2:CreateSnapshot"'), select=["SNAP102"])
    [text] = {proposed(result) for result in results}
    assert 'variable = "aws:PrincipalArn"' in text
    assert "&{aws:PrincipalTag/team}" in text
    assert "aws:SourceVpc" not in text


def test_of_many_actions_the_gravest_are_named(scan_text):
    code = with_statement(FORMS["object"][1], '{ Effect = "Allow", Action = "*", Resource = "*" }')

    [result] = scan_text("terraform", code, select=["SNAP101"])
    assert "(the 6 gravest of 3" in result.help


def test_the_text_report_shows_the_proposal_as_code(scan_files):
    code = with_statement(FORMS["object"][1], '{ Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "*" }')
    report = scan_files({"main.tf": code}, select=["SNAP102"])
    lines = [line.strip() for line in findings(report.results).splitlines()]
    assert 'Action = ["ec2:CreateSnapshot"]' in lines


@pytest.mark.parametrize(
    ("policy", "first", "second"),
    [
        ("${data.aws_iam_policy_document.d.json}", "{", '  "actions": ['),
        (
            '${jsonencode({Statement = [{Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "*"}]})}',
            "{",
            '  Effect = "Allow"',
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Action": "ec2:CreateSnapshot", "Resource": "*"}]}',
            "{",
            '  "Effect": "Allow",',
        ),
    ],
)
def test_terraform_s_json_is_answered_in_the_form_of_the_statement(scan_files, policy, first, second):
    document = {"statement": [{"actions": ["ec2:CreateSnapshot"], "resources": ["*"]}]}
    code = {
        "data": {"aws_iam_policy_document": {"d": document}},
        "resource": {"aws_iam_policy": {"p": {"policy": policy}}},
    }

    [result] = scan_files({"main.tf.json": json.dumps(code, indent=2)}, select=["SNAP102"]).results
    assert proposed(result).splitlines()[:2] == [first, second]


def test_the_conditions_of_a_document_in_json_are_blocks_with_its_variables(scan_files):
    condition = {"test": "StringLike", "variable": "aws:PrincipalArn", "values": ["*/&{aws:PrincipalTag/team}"]}
    document = {"statement": [{"actions": ["ec2:CreateSnapshot"], "resources": ["*"], "condition": [condition]}]}
    code = {
        "data": {"aws_iam_policy_document": {"d": document}},
        "resource": {"aws_iam_policy": {"p": {"policy": "${data.aws_iam_policy_document.d.json}"}}},
    }

    [result] = scan_files({"main.tf.json": json.dumps(code, indent=2)}, select=["SNAP102"]).results
    blocks = json.loads(f"[{proposed(result)}]")
    assert all(condition in block["condition"] for block in blocks)
