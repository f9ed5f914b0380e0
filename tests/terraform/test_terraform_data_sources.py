"""aws_iam_policy_document comes out as the document that the provider makes of it."""

import json
from collections.abc import Callable
from typing import Any

Planned = Callable[..., dict[str, dict[str, Any]]]


def _document(planned: Planned, code: str, name: str = "d") -> Any:
    text = planned(code)[f"data.aws_iam_policy_document.{name}"]["json"]
    return text if text == "<unknown>" else json.loads(text)


def test_a_statement_with_everything(planned: Planned) -> None:
    code = """
    data "aws_iam_policy_document" "d" {
      policy_id = "id"
      version   = "2008-10-17"
      statement {
        sid           = "S"
        effect        = "Deny"
        not_actions   = ["ec2:A", "ec2:B"]
        not_resources = ["arn:aws:s3:::b/&{aws:username}"]
        not_principals {
          type        = "AWS"
          identifiers = ["111122223333", "444455556666"]
        }
        principals {
          type        = "Service"
          identifiers = ["ec2.amazonaws.com"]
        }
        condition {
          test     = "StringEquals"
          variable = "aws:x"
          values   = ["a", "b"]
        }
        condition {
          test     = "StringEquals"
          variable = "aws:y"
          values   = ["&{z}"]
        }
      }
    }
    """
    assert _document(planned, code) == {
        "Version": "2008-10-17",
        "Id": "id",
        "Statement": [
            {
                "Sid": "S",
                "Effect": "Deny",
                "NotAction": ["ec2:B", "ec2:A"],
                "NotResource": "arn:aws:s3:::b/${aws:username}",
                "NotPrincipal": {"AWS": ["444455556666", "111122223333"]},
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:x": ["a", "b"], "aws:y": "${z}"}},
            }
        ],
    }


def test_defaults_and_everyone(planned: Planned) -> None:
    code = """
    data "aws_iam_policy_document" "d" {
      statement {
        actions   = ["s3:*"]
        resources = ["*"]
        principals {
          type        = "*"
          identifiers = ["*"]
        }
      }
      statement {
        actions   = []
        resources = ["*"]
        principals {
          type        = "AWS"
          identifiers = ["*"]
        }
      }
    }
    """
    assert _document(planned, code) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"},
            {"Effect": "Allow", "Resource": "*", "Principal": {"AWS": "*"}},
        ],
    }


def test_sources_come_first_and_overrides_replace_by_sid(planned: Planned) -> None:
    code = """
    data "aws_iam_policy_document" "d" {
      source_policy_documents = [
        jsonencode({
          Statement = [{ Sid = "A", Effect = "Allow", Action = "s3:A" }, { Effect = "Allow", Action = "s3:N" }]
        }),
        "{\\"Statement\\": {\\"Sid\\": \\"B\\", \\"Effect\\": \\"Allow\\", \\"Action\\": \\"s3:B\\"}}",
      ]
      override_policy_documents = [jsonencode({ Statement = [{ Sid = "C", Effect = "Deny", Action = "s3:C2" }] })]
      statement {
        sid     = "A"
        actions = ["s3:A2"]
      }
      statement {
        sid     = "C"
        actions = ["s3:C"]
      }
    }
    """
    statements = _document(planned, code)["Statement"]
    assert [(one.get("Sid"), one["Effect"], one["Action"]) for one in statements] == [
        ("A", "Allow", "s3:A2"),
        (None, "Allow", "s3:N"),
        ("B", "Allow", "s3:B"),
        ("C", "Deny", "s3:C2"),
    ]


def test_a_sid_in_two_sources_is_refused_as_the_provider_refuses_it(planned: Planned) -> None:
    code = """
    data "aws_iam_policy_document" "d" {
      source_policy_documents = [
        jsonencode({ Statement = [{ Sid = "A" }] }),
        jsonencode({ Statement = [{ Sid = "A" }] }),
      ]
    }
    """
    assert _document(planned, code) == "<unknown>"


def test_a_source_that_is_no_json_is_unknown(planned: Planned) -> None:
    code = 'data "aws_iam_policy_document" "d" {\n  source_policy_documents = ["{"]\n}\n'
    assert _document(planned, code) == "<unknown>"


def test_without_statements_there_is_only_the_version(planned: Planned) -> None:
    assert _document(planned, 'data "aws_iam_policy_document" "d" {}\n') == {"Version": "2012-10-17"}


def test_what_is_unknown_keeps_the_rest_of_the_document(terraform: Callable[..., Any]) -> None:
    code = """
    variable "actions" {}
    variable "source" {}
    variable "type" {}
    data "aws_iam_policy_document" "d" {
      source_policy_documents = [var.source]
      statement {
        actions   = var.actions
        resources = ["arn:known"]
        principals {
          type        = var.type
          identifiers = ["*"]
        }
        condition {
          test     = var.type
          variable = "x"
          values   = []
        }
      }
      dynamic "statement" {
        for_each = var.actions
        content {}
      }
    }
    """
    value = terraform(code).find("data.aws_iam_policy_document.d").get("json")
    assert not value.is_known
    merged, own, dynamic = value.decoded.get("Statement").elements()
    assert not merged.is_known
    assert not dynamic.is_known
    assert own.get("Resource").value == "arn:known"
    assert own.span.line == 7
    for name in ("Action", "Principal", "Condition"):
        assert not own.get(name).is_known


def test_an_aws_managed_policy_is_known_by_its_name(planned: Planned) -> None:
    code = (
        'data "aws_iam_policy" "a" {\n  name = "AdministratorAccess"\n}\n'
        'data "aws_iam_policy" "b" {\n  name = "ours"\n}\n'
        'data "aws_iam_policy" "c" {\n  arn = "arn:aws:iam::aws:policy/X"\n}\n'
        'data "aws_caller_identity" "me" {}\n'
        'resource "terraform_data" "x" {\n  input = data.aws_caller_identity.me.account_id\n}\n'
    )
    plan = planned(code)
    assert plan["data.aws_iam_policy.a"]["arn"] == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert plan["data.aws_iam_policy.b"]["arn"] == "<unknown>"
    assert plan["data.aws_iam_policy.c"]["arn"] == "arn:aws:iam::aws:policy/X"
    assert plan["terraform_data.x"]["input"] == "<unknown>"
