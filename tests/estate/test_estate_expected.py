"""Principals that nobody expects, and administrators beyond what is allowed, in both languages."""

import textwrap

import pytest

SNAPSHOT = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "rds:CopyDBSnapshot", Resource = "RESOURCE" }] })'
SCOPED = SNAPSHOT.replace("RESOURCE", "arn:aws:rds:*:*:snapshot:orders-*")

TERRAFORM = f"""
resource "aws_iam_role" "backup" {{
  name               = NAME
  path               = "/team/"
  assume_role_policy = jsonencode({{ Statement = [] }})
}}
resource "aws_iam_role_policy" "backup" {{
  role   = aws_iam_role.backup.id
  policy = {SCOPED}
}}
"""


@pytest.fixture
def found(scan_text):
    def run(language, code, select="SNAP107", **settings):
        results = scan_text(language, textwrap.dedent(code), select=[select], **settings)
        return [(result.status.value, result.address, result.span.line) for result in results]

    return run


def named(name):
    return TERRAFORM.replace("NAME", name)


@pytest.mark.parametrize(
    "expected",
    [
        "aws_iam_role.backup",
        "aws_iam_role.*",
        "arn:aws:iam::*:role/nightly",
        "arn:aws:iam::111122223333:role/team/night*",
        "arn:aws:iam::*:role/*",
    ],
)
def test_an_expected_principal_is_silent(found, expected):
    assert found("terraform", named('"nightly"'), expected_principals=[expected]) == []


@pytest.mark.parametrize(
    "expected", ["aws_iam_role.other", "arn:aws:iam::*:role/other", "arn:aws:iam::*:user/nightly", "nightly"]
)
def test_a_principal_that_is_not_expected_is_found_at_its_header(found, expected):
    code = named('"nightly"')

    assert found("terraform", code, expected_principals=[expected]) == [("fail", "aws_iam_role.backup", 2)]


@pytest.mark.parametrize(
    ("path", "expected", "status"),
    [
        ('"/"', "arn:aws:iam::*:role/dlm-*", "fail"),
        ("null", "arn:aws:iam::*:role/dlm-*", "fail"),
        ('"/dlm-jobs/"', "arn:aws:iam::*:role/dlm-*", None),
        ('"/team/"', "arn:aws:iam::*:role/other/*", "fail"),
        ('"/team/"', "arn:aws:iam::*:role/team/*", None),
        ("var.path", "arn:aws:iam::*:role/dlm-*", "fail"),
        ("var.path", "arn:aws:iam::*:role/team/night*", None),
        ("var.path", "arn:aws:iam::*:role/team/daily", "fail"),
    ],
)
def test_a_pattern_of_roles_goes_by_their_path_too(found, path, expected, status):
    code = 'variable "path" {}\n' + named('"nightly"').replace('"/team/"', path)

    answers = [answer for answer, _, _ in found("terraform", code, expected_principals=[expected])]
    assert answers == ([] if status is None else [status])


def test_without_a_list_and_a_lock_everybody_is_expected(found):
    assert found("terraform", named('"nightly"')) == []


@pytest.mark.parametrize(("name", "status"), [("null", "unknown"), ('"${var.stage}-job"', "unknown")])
def test_a_name_that_is_not_known_may_be_an_expected_one(found, name, status):
    code = 'variable "stage" {}\n' + named(name)

    [(answer, _, _)] = found("terraform", code, expected_principals=["arn:aws:iam::*:role/prod-job"])
    assert answer == status


def test_a_name_of_which_the_end_is_known_is_expected_by_a_pattern_for_that_end(found):
    code = 'variable "stage" {}\n' + named('"${var.stage}-job"')

    assert found("terraform", code, expected_principals=["arn:aws:iam::*:role/*-job"]) == []


@pytest.mark.parametrize(("expected", "status"), [("dlm-*", []), ("dlm-x", ["unknown"]), ("ops-*", ["fail"])])
def test_of_a_made_up_name_the_beginning_counts(found, expected, status):
    code = named("null").replace("name  ", 'name_prefix = "dlm-"\n  name  ').replace("/team/", "/")

    answers = found("terraform", code, expected_principals=[f"arn:aws:iam::*:role/{expected}"])
    assert [answer for answer, _, _ in answers] == status


def test_a_principal_without_such_rights_need_not_be_expected(found):
    code = named('"nightly"').replace("rds:CopyDBSnapshot", "rds:DeleteDBSnapshot")

    assert found("terraform", code, expected_principals=["aws_iam_role.other"]) == []


def test_a_principal_that_is_only_named_is_found_where_its_rights_are_attached(found):
    code = f"""
    resource "aws_iam_user_policy" "p" {{
      user   = "joe"
      policy = {SCOPED}
    }}
    """
    [finding] = found("terraform", code, expected_principals=["arn:aws:iam::*:role/*"])
    assert finding == ("fail", "aws_iam_user_policy.p", 3)
    assert found("terraform", code, expected_principals=["arn:aws:iam::*:user/joe"]) == []
    assert found("terraform", code, expected_principals=["joe"]) == []
    assert found("terraform", code, expected_principals=["arn:aws:iam::*:user/ops/joe"]) == []
    assert found("terraform", code, expected_principals=["arn:aws:iam::*:user/dlm-*"]) == [finding]


def test_a_permission_set_is_expected_by_the_role_that_it_becomes(found):
    code = f"""
    resource "aws_ssoadmin_permission_set" "ops" {{
      name         = "Operators"
      instance_arn = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
    }}
    resource "aws_ssoadmin_permission_set_inline_policy" "ops" {{
      instance_arn       = aws_ssoadmin_permission_set.ops.instance_arn
      permission_set_arn = aws_ssoadmin_permission_set.ops.arn
      inline_policy      = {SCOPED}
    }}
    """
    expected = "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*"
    assert found("terraform", code, expected_principals=[expected]) == []
    assert [status for status, _, _ in found("terraform", code, expected_principals=["arn:aws:iam::*:role/a"])] == [
        "fail"
    ]


CLOUDFORMATION = """
Resources:
  Backup:
    Type: AWS::IAM::Role
    Properties:
      RoleName: nightly
      AssumeRolePolicyDocument: {Statement: []}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [{Effect: Allow, Action: rds:CopyDBSnapshot, Resource: "arn:aws:rds:*:*:snapshot:orders-*"}]
"""


def test_a_principal_of_a_template_is_expected_by_its_logical_id_or_its_arn(found):
    assert found("cloudformation", CLOUDFORMATION, expected_principals=["Backup"]) == []
    assert found("cloudformation", CLOUDFORMATION, expected_principals=["arn:aws:iam::*:role/nightly"]) == []
    assert found("cloudformation", CLOUDFORMATION, expected_principals=["x"]) == [("fail", "Backup", 3)]


LOCK = """version = 1
[[principal]]
root = "."
kind = "role"
principal = "aws_iam_role.backup"
name = "nightly"
approved-by = ""
review-due = 2099-01-01
rights.copy = { reach = "scoped", since = 2026-01-01 }
"""


@pytest.mark.parametrize(("principal", "codes"), [("aws_iam_role.backup", []), ("aws_iam_role.other", ["SNAP107"])])
def test_the_lock_tells_who_is_expected(scan_text, principal, codes):
    lock = LOCK.replace("aws_iam_role.backup", principal)

    results = scan_text("terraform", {"main.tf": named('"nightly"'), "snapguard.lock": lock}, select=["SNAP107"])
    assert [result.code for result in results] == codes


def test_a_lock_that_cannot_be_read_is_unreadable_input_at_its_line(scan_text):
    lock = LOCK + 'approved = "x"\n'

    results = scan_text(
        "terraform", {"main.tf": named('"nightly"'), "snapguard.lock": lock}, select=["SNAP107", "SNAP001"]
    )
    assert [(result.code, result.span.file.display, result.span.line) for result in results] == [
        ("SNAP001", "snapguard.lock", 2)
    ]


# Administrators


def attached(*roles, policy="arn:aws:iam::aws:policy/AdministratorAccess"):
    return "".join(
        f'resource "aws_iam_role_policy_attachment" "{role}" {{\n  role = "{role}"\n  policy_arn = "{policy}"\n}}\n'
        for role in roles
    )


def sprawl(scan_text, code, allowed, language="terraform"):
    results = scan_text(language, textwrap.dedent(code), select=["SNAP108"], max_administrators=allowed)
    return [(result.message, result.address) for result in results]


def test_more_administrators_than_allowed_are_one_finding(scan_text):
    [(message, address)] = sprawl(scan_text, attached("a", "b", "c"), 2)

    assert message == "3 administrators, where `max-administrators` allows 2"
    assert address == "aws_iam_role_policy_attachment.c"


def test_as_many_administrators_as_allowed_are_silent(scan_text):
    assert sprawl(scan_text, attached("a", "b", "c"), 3) == []


def test_power_users_are_no_administrators(scan_text):
    assert sprawl(scan_text, attached("a", "b", policy="arn:aws:iam::aws:policy/PowerUserAccess"), 0) == []


def test_a_star_on_everything_makes_an_administrator_also_with_a_deny_beside_it(scan_text):
    code = """
    resource "aws_iam_role_policy" "all" {
      role   = "ops"
      policy = jsonencode({ Statement = [
        { Effect = "Allow", Action = "*", Resource = "*" },
        { Effect = "Deny", Action = "ec2:ModifySnapshotAttribute", Resource = "*" },
      ] })
    }
    """
    assert len(sprawl(scan_text, code, 0)) == 1


def test_a_boundary_or_a_deny_of_everything_leaves_no_administrator(scan_text):
    denied = """
    resource "aws_iam_role_policy" "none" {
      role   = "a"
      policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] })
    }
    """
    assert sprawl(scan_text, attached("a") + textwrap.dedent(denied), 0) == []


GROUP = """
Resources:
  Admins:
    Type: AWS::IAM::Group
    Properties: {ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]}
"""


def test_the_members_of_a_group_count_and_not_the_group(scan_text):
    members = """
  Ann: {Type: AWS::IAM::User, Properties: {Groups: [!Ref Admins]}}
  Bob: {Type: AWS::IAM::User, Properties: {Groups: [!Ref Admins]}}
"""
    [(message, _)] = sprawl(scan_text, GROUP + members, 1, "cloudformation")
    assert message.startswith("2 administrators")
    [(message, address)] = sprawl(scan_text, GROUP, 0, "cloudformation")
    assert message.startswith("1 administrator,")
    assert address == "Admins"


def test_a_role_that_may_not_exist_is_no_administrator_for_certain(scan_text):
    code = """
    variable "on" {}
    resource "aws_iam_role" "maybe" {
      count               = var.on ? 1 : 0
      assume_role_policy  = jsonencode({ Statement = [] })
      managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    }
    """
    assert sprawl(scan_text, code, 0) == []
