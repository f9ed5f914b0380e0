"""Principals, policies and what links them, in both languages."""

import textwrap

import pytest

IAM = ["SNAP101", "SNAP102", "SNAP103", "SNAP104", "SNAP105", "SNAP106"]

TRUST = (
    'jsonencode({ Statement = [{ Effect = "Allow", '
    'Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })'
)
WIDE = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:*Image", Resource = "*" }] })'
NARROW = 'jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*", "logs:*"], Resource = "*" }] })'
DENY = 'jsonencode({ Statement = [{ Effect = "Deny", Action = "ec2:*", Resource = "*" }] })'
CFN_WIDE = "{Statement: [{Effect: Allow, Action: 'ec2:*Image', Resource: '*'}]}"

DOCUMENTS = {
    "terraform": {"<TRUST>": TRUST, "<WIDE>": WIDE, "<NARROW>": NARROW, "<DENY>": DENY},
    "cloudformation": {
        "<TRUST>": (
            "{Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}"
        ),
        "<WIDE>": CFN_WIDE,
        "<NARROW>": "{Statement: [{Effect: Allow, Action: ['s3:*', 'logs:*'], Resource: '*'}]}",
        "<DENY>": "{Statement: [{Effect: Deny, Action: 'ec2:*', Resource: '*'}]}",
    },
}


def written(language, code):
    """Code with its documents in place."""
    for mark, text in DOCUMENTS[language].items():
        code = code.replace(mark, text)
    return textwrap.dedent(code)


@pytest.fixture
def found(scan_text):
    """Code and address of every IAM finding that is certain; `status="unknown"` for those that are not."""

    def run(language, code, status="fail", select=IAM, **settings):
        results = scan_text(language, written(language, code), select=select, **settings)
        return [(result.code, result.address) for result in results if result.status.value == status]

    return run


@pytest.fixture
def evidence(scan_text):
    """What the findings of a check rest on."""

    def run(language, code, check):
        results = scan_text(language, written(language, code), select=[check])
        return [one.message for result in results for one in result.evidence]

    return run


ROLE = """
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = <TRUST>
  EXTRA
}
"""


def role(extra=""):
    return ROLE.replace("EXTRA", extra)


# Where policies stand


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ('resource "aws_iam_policy" "p" { policy = <WIDE> }', "aws_iam_policy.p"),
        ('resource "aws_iam_role_policy" "p" {\n role = "x"\n policy = <WIDE>\n}', "aws_iam_role_policy.p"),
        (role('inline_policy {\n name = "i"\n policy = <WIDE>\n}'), "aws_iam_role.r"),
        (
            'resource "aws_ssoadmin_permission_set_inline_policy" "p" {\n'
            ' permission_set_arn = "x"\n inline_policy = <WIDE>\n}',
            "aws_ssoadmin_permission_set_inline_policy.p",
        ),
    ],
)
def test_every_place_of_a_policy_in_terraform_is_read(found, code, address):
    assert ("SNAP101", address) in found("terraform", code)


@pytest.mark.parametrize(
    "code",
    [
        "Type: AWS::IAM::ManagedPolicy\n    Properties: {PolicyDocument: <WIDE>}",
        "Type: AWS::IAM::Policy\n    Properties: {PolicyName: x, Roles: [x], PolicyDocument: <WIDE>}",
        "Type: AWS::IAM::RolePolicy\n    Properties: {PolicyName: x, RoleName: x, PolicyDocument: <WIDE>}",
        "Type: AWS::IAM::UserPolicy\n    Properties: {PolicyName: x, UserName: x, PolicyDocument: <WIDE>}",
        "Type: AWS::IAM::GroupPolicy\n    Properties: {PolicyName: x, GroupName: x, PolicyDocument: <WIDE>}",
        "Type: AWS::IAM::Group\n    Properties: {Policies: [{PolicyName: x, PolicyDocument: <WIDE>}]}",
        "Type: AWS::IAM::User\n    Properties: {Policies: [{PolicyName: x, PolicyDocument: <WIDE>}]}",
        "Type: AWS::SSO::PermissionSet\n    Properties: {Name: x, InstanceArn: x, InlinePolicy: <WIDE>}",
        "Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: <TRUST>, "
        "Policies: [{PolicyName: x, PolicyDocument: <WIDE>}]}",
    ],
)
def test_every_place_of_a_policy_in_cloudformation_is_read(found, code):
    assert ("SNAP101", "P") in found("cloudformation", f"Resources:\n  P:\n    {code}\n")


def test_a_role_without_policies_and_an_empty_inline_policy_give_nothing(found):
    assert found("terraform", role("inline_policy {}")) == []
    assert found("terraform", 'resource "aws_iam_policy" "p" {}') == []


# Boundaries


@pytest.mark.parametrize("boundary", ["aws_iam_policy.fence.arn", '"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"'])
def test_a_boundary_takes_away_what_it_does_not_let_through(found, boundary):
    code = f"""
        resource "aws_iam_policy" "fence" {{ policy = <NARROW> }}
        {role("permissions_boundary = " + boundary)}
        resource "aws_iam_role_policy" "p" {{
          role   = aws_iam_role.r.id
          policy = <WIDE>
        }}
    """
    assert found("terraform", code) == []


def test_a_boundary_takes_away_in_cloudformation_too(found):
    code = """
        Resources:
          Fence:
            Type: AWS::IAM::ManagedPolicy
            Properties: {PolicyDocument: <NARROW>}
          R:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument: <TRUST>
              PermissionsBoundary: !Ref Fence
              ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonEC2FullAccess]
              Policies: [{PolicyName: x, PolicyDocument: <WIDE>}]
    """
    assert found("cloudformation", code) == []


def test_a_boundary_that_is_not_in_the_code_makes_findings_uncertain(found):
    code = (
        'variable "fence" {}\n'
        + role("permissions_boundary = var.fence")
        + 'resource "aws_iam_role_policy" "p" {\n role = aws_iam_role.r.name\n policy = <WIDE>\n}\n'
    )
    assert found("terraform", code) == []
    assert ("SNAP101", "aws_iam_role_policy.p") in found("terraform", code, status="unknown")


def test_a_boundary_alone_is_no_grant(found):
    code = 'resource "aws_iam_policy" "fence" {\n name = "fence"\n policy = <WIDE>\n}\n' + role(
        "permissions_boundary = aws_iam_policy.fence.arn"
    )
    assert found("terraform", code) == []


def test_a_boundary_that_is_also_attached_is_a_grant(found):
    code = 'resource "aws_iam_policy" "fence" { policy = <WIDE> }\n' + role(
        "permissions_boundary = aws_iam_policy.fence.arn\n managed_policy_arns = [aws_iam_policy.fence.arn]"
    )
    assert ("SNAP101", "aws_iam_policy.fence") in found("terraform", code)


def test_a_policy_is_judged_by_its_freest_holder(found):
    code = f"""
        resource "aws_iam_policy" "fence" {{ policy = <NARROW> }}
        resource "aws_iam_policy" "p" {{ policy = <WIDE> }}
        {role("permissions_boundary = aws_iam_policy.fence.arn")}
        resource "aws_iam_policy_attachment" "p" {{
          name       = "p"
          roles      = [aws_iam_role.r.name, "other"]
          policy_arn = aws_iam_policy.p.arn
        }}
    """
    assert ("SNAP101", "aws_iam_policy.p") in found("terraform", code)
    assert found("terraform", code.replace(', "other"', "")) == []


# Denies


def test_a_deny_held_beside_a_policy_takes_away(found):
    code = f"""
        resource "aws_iam_policy" "deny" {{
          name   = "deny"
          policy = <DENY>
        }}
        {role()}
        resource "aws_iam_role_policy_attachment" "deny" {{
          role       = aws_iam_role.r.name
          policy_arn = aws_iam_policy.deny.arn
        }}
        resource "aws_iam_role_policy" "p" {{
          role   = "r"
          policy = <WIDE>
        }}
    """
    assert found("terraform", code) == []


def test_a_deny_of_a_group_takes_away_from_its_members(found):
    code = """
        resource "aws_iam_group_policy" "deny" {
          group  = aws_iam_group.g.name
          policy = <DENY>
        }
        resource "aws_iam_group" "g" { name = "g" }
        resource "aws_iam_user" "u" { name = "u" }
        resource "aws_iam_user_policy" "p" {
          user   = aws_iam_user.u.name
          policy = <WIDE>
        }
        MEMBERSHIP
    """
    for membership in (
        'resource "aws_iam_user_group_membership" "m" {\n user = "u"\n groups = [aws_iam_group.g.name]\n}',
        'resource "aws_iam_group_membership" "m" {\n name = "m"\n group = "g"\n users = [aws_iam_user.u.name]\n}',
    ):
        assert found("terraform", code.replace("MEMBERSHIP", membership)) == []
    assert ("SNAP101", "aws_iam_user_policy.p") in found("terraform", code.replace("MEMBERSHIP", ""))


def test_a_deny_of_a_group_takes_away_in_cloudformation_too(found):
    code = """
        Resources:
          G:
            Type: AWS::IAM::Group
            Properties: {Policies: [{PolicyName: x, PolicyDocument: <DENY>}]}
          U:
            Type: AWS::IAM::User
            Properties: {Policies: [{PolicyName: x, PolicyDocument: <WIDE>}]GROUPS}
          OTHER
    """
    addition = "Add: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: !Ref G, Users: [!Ref U]}}"
    assert found("cloudformation", code.replace("GROUPS", ", Groups: [!Ref G]").replace("OTHER", "")) == []
    assert found("cloudformation", code.replace("GROUPS", "").replace("OTHER", addition)) == []
    assert ("SNAP101", "U") in found("cloudformation", code.replace("GROUPS", "").replace("OTHER", ""))


def test_a_deny_that_may_not_exist_makes_findings_uncertain(found):
    code = f"""
        variable "strict" {{ type = bool }}
        {role()}
        resource "aws_iam_role_policy" "deny" {{
          count  = var.strict ? 1 : 0
          role   = "r"
          policy = <DENY>
        }}
        resource "aws_iam_role_policy" "p" {{
          role   = "r"
          policy = <WIDE>
        }}
    """
    assert found("terraform", code) == []
    assert ("SNAP101", "aws_iam_role_policy.p") in found("terraform", code, status="unknown")


# The union of what a principal holds


def test_policies_of_one_principal_can_allow_one_request_together(found):
    code = """
        resource "aws_iam_role_policy" "volumes" {
          role   = "r"
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "arn:aws:ec2:*:*:volume/*" },
          ] })
        }
        resource "aws_iam_role_policy" "snapshots" {
          role   = "<ROLE>"
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "arn:aws:ec2:*::snapshot/*" },
          ] })
        }
    """
    assert found("terraform", code.replace("<ROLE>", "r")) == [("SNAP102", "aws_iam_role_policy.volumes")]
    assert found("terraform", code.replace("<ROLE>", "other")) == []


def test_a_name_that_is_not_known_links_what_shares_it(found):
    code = """
        variable "env" {}
        resource "aws_iam_policy" "p" { policy = <WIDE> }
        resource "aws_iam_policy" "deny" { policy = <DENY> }
        resource "aws_iam_role_policy_attachment" "p" {
          role       = "${var.env}-app"
          policy_arn = aws_iam_policy.p.arn
        }
        resource "aws_iam_role_policy_attachment" "deny" {
          role       = "${var.env}-<NAME>"
          policy_arn = aws_iam_policy.deny.arn
        }
    """
    assert found("terraform", code.replace("<NAME>", "app")) == []
    assert ("SNAP101", "aws_iam_policy.p") in found("terraform", code.replace("<NAME>", "web"))


# Evidence


def test_who_holds_a_policy_is_evidence(evidence):
    code = """
        resource "aws_iam_policy" "p" {
          name   = "p"
          policy = <WIDE>
        }
        resource "aws_iam_user_policy_attachment" "u" {
          user       = "u"
          policy_arn = aws_iam_policy.p.arn
        }
        resource "aws_iam_role_policy_attachments_exclusive" "r" {
          role_name   = "r"
          policy_arns = ["arn:aws:iam::111122223333:policy/team/p"]
        }
    """
    assert evidence("terraform", code, "SNAP101") == ["is held by user u", "is held by role r"]


def test_many_holders_are_counted(evidence):
    code = """
        resource "aws_iam_policy" "p" { policy = <WIDE> }
        resource "aws_iam_policy_attachment" "all" {
          name       = "all"
          users      = ["a", "b", "c", "d", "e", "f", "g"]
          policy_arn = aws_iam_policy.p.arn
        }
    """
    assert evidence("terraform", code, "SNAP101")[-2:] == ["is held by user e", "and 2 attachments more"]


# Managed policies


@pytest.mark.parametrize(
    ("code", "address"),
    [
        (role('managed_policy_arns = ["<ARN>"]'), "aws_iam_role.r"),
        (
            'resource "aws_iam_group_policy_attachment" "a" {\n group = "g"\n policy_arn = "<ARN>"\n}',
            "aws_iam_group_policy_attachment.a",
        ),
        (
            'resource "aws_ssoadmin_managed_policy_attachment" "a" {\n'
            ' permission_set_arn = "x"\n managed_policy_arn = "<ARN>"\n}',
            "aws_ssoadmin_managed_policy_attachment.a",
        ),
        (
            'resource "aws_ssoadmin_managed_policy_attachments_exclusive" "a" {\n'
            ' permission_set_arn = "x"\n managed_policy_arns = ["<ARN>"]\n}',
            "aws_ssoadmin_managed_policy_attachments_exclusive.a",
        ),
    ],
)
def test_a_broad_managed_policy_is_found_wherever_it_is_attached(found, code, address):
    code = code.replace("<ARN>", "arn:aws:iam::aws:policy/AmazonRDSFullAccess")
    assert ("SNAP104", address) in found("terraform", code)


def test_a_broad_managed_policy_of_a_permission_set_is_found_in_cloudformation(found):
    code = """
        Resources:
          P:
            Type: AWS::SSO::PermissionSet
            Properties:
              Name: x
              InstanceArn: x
              ManagedPolicies: [arn:aws:iam::aws:policy/AdministratorAccess]
    """
    assert ("SNAP104", "P") in found("cloudformation", code)


@pytest.mark.parametrize(
    "name",
    ["ReadOnlyAccess", "SecurityAudit", "AmazonElasticFileSystemReadOnlyAccess", "AmazonS3FullAccess", "NoSuchPolicy"],
)
def test_managed_policies_without_such_rights_are_silent(found, name):
    assert found("terraform", role(f'managed_policy_arns = ["arn:aws:iam::aws:policy/{name}"]')) == []


def test_a_policy_that_is_not_known_is_silent(found):
    code = 'variable "arn" {}\n' + role("managed_policy_arns = [var.arn]")
    assert found("terraform", code) == found("terraform", code, status="unknown") == []


def test_a_role_for_a_service_that_launches_machines_may_restore(found):
    code = role('managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"]')
    assert found("terraform", code.replace("lambda.", "eks.")) == []
    assert found("terraform", code.replace("<TRUST>", '"{}"')) == [("SNAP104", "aws_iam_role.r")]


def test_a_broad_managed_policy_that_is_looked_up_by_name_is_found(found):
    code = 'data "aws_iam_policy" "p" { name = "<NAME>" }\n' + role("managed_policy_arns = [data.aws_iam_policy.p.arn]")
    assert ("SNAP104", "aws_iam_role.r") in found("terraform", code.replace("<NAME>", "AmazonDocDBFullAccess"))
    assert found("terraform", code.replace("<NAME>", "our-own")) == []


def test_a_boundary_that_is_looked_up_by_name_takes_away(found):
    code = (
        'data "aws_iam_policy" "fence" { name = "<NAME>" }\n'
        + role("permissions_boundary = data.aws_iam_policy.fence.arn")
        + 'resource "aws_iam_role_policy" "p" {\n role = aws_iam_role.r.name\n policy = <WIDE>\n}\n'
        + 'resource "aws_iam_policy" "own" {\n name = "own-fence"\n policy = <NARROW>\n}\n'
    )
    for name in ("AmazonEC2ContainerRegistryFullAccess", "own-fence"):
        assert found("terraform", code.replace("<NAME>", name)) == []
        assert found("terraform", code.replace("<NAME>", name), status="unknown") == []
    assert ("SNAP101", "aws_iam_role_policy.p") in found("terraform", code.replace("<NAME>", "other"), status="unknown")


def test_namesakes_in_other_modules_are_told_apart(scan_files):
    module = """
        variable "fence" {}
        resource "aws_iam_role" "r" {
          name                 = "r"
          assume_role_policy   = "{}"
          permissions_boundary = var.fence
        }
        resource "aws_iam_role_policy" "p" {
          role   = aws_iam_role.r.name
          policy = <WIDE>
        }
    """.replace("<WIDE>", WIDE)
    main = """
        module "fenced" {
          source = "./m"
          fence  = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
        }
        module "free" {
          source = "./m"
          fence  = null
        }
    """
    report = scan_files({"main.tf": main, "m/main.tf": module}, select=["SNAP101"])
    assert [result.addresses for result in report.results] == [("module.free.aws_iam_role_policy.p",)]


def test_the_message_names_policy_holder_and_capabilities(scan_text):
    code = role('managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonWorkSpacesAdmin"]').replace("<TRUST>", TRUST)
    (result,) = scan_text("terraform", code, select=["SNAP104"])
    assert result.message == "AmazonWorkSpacesAdmin gives aws_iam_role.r rights over every copy: create, restore"


@pytest.mark.parametrize(
    ("other", "messages"),
    [
        (
            "AmazonRDSFullAccess",
            ["AdministratorAccess or AmazonRDSFullAccess gives aws_iam_role.r rights over every copy"],
        ),
        ("AmazonRDSReadOnlyAccess", []),
    ],
)
def test_managed_policies_that_a_condition_decides_between_are_found_where_each_is_broad(scan_text, other, messages):
    arns = [f'"arn:aws:iam::aws:policy/{name}"' for name in ("AdministratorAccess", other)]
    code = 'variable "prod" {}\n' + role(f"managed_policy_arns = [var.prod ? {arns[0]} : {arns[1]}]")
    results = scan_text("terraform", code.replace("<TRUST>", TRUST), select=["SNAP104"])
    certain = [result for result in results if result.status.value == "fail"]
    assert [(one.message.partition(":")[0], one.severity.label) for one in certain] == [
        (message, "high") for message in messages
    ]


@pytest.mark.parametrize(
    ("actions", "statuses"),
    [
        ('["rds:CopyDBSnapshot"] : ["ec2:CopyImage"]', [("SNAP102", "fail")]),
        ('["ec2:*Image"] : ["rds:CopyDBSnapshot"]', [("SNAP101", "fail"), ("SNAP102", "unknown")]),
        ('["rds:CopyDBSnapshot"] : ["s3:*"]', [("SNAP102", "unknown")]),
    ],
)
def test_a_statement_is_found_where_each_outcome_of_a_condition_is_broad(scan_text, actions, statuses):
    code = f"""
    variable "wide" {{
      type = bool
    }}
    resource "aws_iam_policy" "p" {{
      policy = jsonencode({{
        Statement = [{{ Effect = "Allow", Action = var.wide ? {actions}, Resource = "*" }}]
      }})
    }}
    """
    results = scan_text("terraform", code, select=["SNAP101", "SNAP102"])
    assert [(result.code, result.status.value) for result in results] == statuses
    assert all("by one outcome or another" in one.message for one in results if one.status.value == "fail")


# Service roles


def service_role(service, managed):
    return role(f'managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/{managed}"]').replace(
        "<TRUST>", TRUST.replace("lambda.amazonaws.com", service)
    )


@pytest.mark.parametrize(
    ("service", "managed"),
    [
        ("backup.amazonaws.com", "AWSBackupServiceRolePolicyForBackup"),
        ("backup.amazonaws.com", "AWSBackupServiceRolePolicyForRestores"),
        ("dlm.amazonaws.com", "AWSDataLifecycleManagerServiceRole"),
        ("dlm.amazonaws.com.cn", "AWSDataLifecycleManagerServiceRole"),
    ],
)
def test_the_role_of_a_backup_service_is_silent(found, service, managed):
    assert found("terraform", service_role(service, managed)) == []


def test_the_policy_of_a_backup_service_on_another_role_is_found(found):
    assert ("SNAP104", "aws_iam_role.r") in found(
        "terraform", service_role("ec2.amazonaws.com", "AWSBackupServiceRolePolicyForBackup")
    )
    assert ("SNAP104", "aws_iam_role.r") in found(
        "terraform", service_role("backup.amazonaws.com", "AWSDataLifecycleManagerServiceRole")
    )


@pytest.mark.parametrize(
    "code",
    [
        'resource "aws_iam_role_policy_attachment" "a" {\n role = "backup"\n policy_arn = "<ARN>"\n}',
        'variable "trust" {}\n' + role('managed_policy_arns = ["<ARN>"]').replace("<TRUST>", "var.trust"),
    ],
)
def test_the_policy_of_a_backup_service_on_a_role_whose_trust_is_not_known_is_not_certain(found, code):
    code = code.replace("<ARN>", "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup")
    assert found("terraform", code) == []
    assert "SNAP104" in [check for check, _ in found("terraform", code, status="unknown")]


def test_a_role_that_others_may_assume_beside_the_service_is_found(found):
    code = service_role("dlm.amazonaws.com", "AWSDataLifecycleManagerServiceRole")
    both = code.replace("{ Service =", '{ AWS = "111122223333", Service =')
    assert ("SNAP104", "aws_iam_role.r") in found("terraform", both)


def test_a_role_of_a_backup_service_may_be_given_the_same_rights_in_line_but_no_others(found):
    trust = TRUST.replace("lambda.", "dlm.")
    inline = (
        "inline_policy {\n policy = jsonencode("
        '{ Statement = [{ Effect = "Allow", Action = ["<A>"], Resource = "*" }] })\n}'
    )
    code = role(inline).replace("<TRUST>", trust)
    assert found("terraform", code.replace("<A>", "ec2:CreateSnapshots")) == []
    assert ("SNAP102", "aws_iam_role.r") in found("terraform", code.replace("<A>", "ec2:CreateStoreImageTask"))


@pytest.mark.parametrize(("service", "codes"), [("backup", ["SNAP102"]), ("dlm", [])])
def test_a_right_that_goes_further_than_the_policy_of_the_service_is_found(found, service, codes):
    inline = (
        "inline_policy {\n policy = jsonencode("
        '{ Statement = [{ Effect = "Allow", Action = "ec2:ModifySnapshotAttribute", Resource = "*" }] })\n}'
    )
    code = role(inline).replace("<TRUST>", TRUST.replace("lambda.", f"{service}."))
    assert [code for code, _ in found("terraform", code, select=["SNAP102"])] == codes


def test_the_role_of_a_backup_service_is_silent_in_cloudformation(found):
    code = """
        Resources:
          R:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Statement:
                  - {Effect: Allow, Principal: {Service: !Sub "dlm.${AWS::URLSuffix}"}, Action: sts:AssumeRole}
              ManagedPolicyArns:
                - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole
    """
    assert found("cloudformation", code) == []


# SAM


FUNCTION = """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      InlineCode: x
      Policies:
        - AmazonRDSFullAccess
        - arn:aws:iam::aws:policy/AmazonEC2FullAccess
        - <WIDE>
        - DynamoDBBackupFullAccessPolicy: {TableName: orders}
        - NoSuchPolicy
"""


def test_the_policies_of_a_serverless_function_are_read(scan_text):
    code = FUNCTION.replace("<WIDE>", CFN_WIDE)
    results = scan_text("cloudformation", code, select=["SNAP101", "SNAP104"])
    assert [(result.code, result.address, result.span.line) for result in results] == [
        ("SNAP104", "F", 11),
        ("SNAP104", "F", 12),
        ("SNAP101", "F", 13),
    ]


def test_a_serverless_function_with_a_role_of_its_own_has_no_policies(found):
    assert found("cloudformation", FUNCTION + "      Role: arn:aws:iam::111122223333:role/own\n") == []


def test_a_serverless_function_within_a_boundary_is_silent(found):
    boundary = "      PermissionsBoundary: arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess\n"
    assert found("cloudformation", FUNCTION + boundary) == []


# Identity Center


def test_a_customer_managed_policy_of_a_permission_set_is_judged_within_its_boundary(found):
    code = """
        resource "aws_iam_policy" "p" {
          name   = "p"
          policy = <WIDE>
        }
        resource "aws_iam_policy" "fence" {
          name   = "fence"
          policy = <NARROW>
        }
        resource "aws_ssoadmin_permission_set" "s" {
          name         = "s"
          instance_arn = "x"
        }
        resource "aws_ssoadmin_customer_managed_policy_attachment" "p" {
          permission_set_arn = aws_ssoadmin_permission_set.s.arn
          customer_managed_policy_reference { name = "p" }
        }
        resource "aws_ssoadmin_permissions_boundary_attachment" "fence" {
          permission_set_arn = aws_ssoadmin_permission_set.s.arn
          permissions_boundary {
            BOUNDARY
          }
        }
    """
    by_name = 'customer_managed_policy_reference {\n name = "fence"\n}'
    by_arn = 'managed_policy_arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"'
    wide = 'managed_policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"'
    assert found("terraform", code.replace("BOUNDARY", by_name)) == []
    assert found("terraform", code.replace("BOUNDARY", by_arn)) == []
    assert ("SNAP101", "aws_iam_policy.p") in found("terraform", code.replace("BOUNDARY", wide))


def test_policies_that_a_permission_set_lists_exclusively_are_held_by_it(found):
    code = """
        resource "aws_iam_policy" "p" {
          name   = "p"
          policy = <WIDE>
        }
        resource "aws_ssoadmin_permission_set" "s" {
          name         = "s"
          instance_arn = "x"
        }
        resource "aws_ssoadmin_customer_managed_policy_attachments_exclusive" "all" {
          permission_set_arn = aws_ssoadmin_permission_set.s.arn
          customer_managed_policy_reference { name = "other" }
          customer_managed_policy_reference { name = aws_iam_policy.p.name }
        }
    """
    assert ("SNAP103", "aws_ssoadmin_permission_set.s") in found("terraform", code)


def test_a_permission_set_is_judged_within_its_boundary_in_cloudformation(found):
    code = """
        Resources:
          P:
            Type: AWS::IAM::ManagedPolicy
            Properties: {ManagedPolicyName: p, PolicyDocument: <WIDE>}
          Fence:
            Type: AWS::IAM::ManagedPolicy
            Properties: {ManagedPolicyName: fence, PolicyDocument: <NARROW>}
          S:
            Type: AWS::SSO::PermissionSet
            Properties:
              Name: s
              InstanceArn: x
              CustomerManagedPolicyReferences: [{Name: p}]
              PermissionsBoundary: {CustomerManagedPolicyReference: {Name: fence}}
    """
    assert found("cloudformation", code) == []


def test_a_name_that_join_gives_is_the_principal_it_comes_from(found):
    code = """
        resource "aws_iam_role" "r" {
          count              = 1
          name               = "r"
          assume_role_policy = <TRUST>
        }
        resource "aws_iam_role_policy" "wide" {
          role   = join("", aws_iam_role.r.*.id)
          policy = <WIDE>
        }
        resource "aws_iam_role_policy" "deny" {
          role   = "r"
          policy = <DENY>
        }
    """
    assert found("terraform", code) == []


@pytest.mark.parametrize(("sid", "status"), [("", "fail"), ("wide", "unknown")])
def test_a_statement_that_an_unknown_document_may_replace_is_not_certain(scan_text, sid, status):
    code = f"""
    variable "more" {{
      type = list(string)
    }}
    data "aws_iam_policy_document" "d" {{
      override_policy_documents = var.more
      statement {{
        sid       = "{sid}"
        actions   = ["rds:CopyDBSnapshot"]
        resources = ["*"]
      }}
    }}
    resource "aws_iam_policy" "p" {{
      policy = data.aws_iam_policy_document.d.json
    }}
    """
    results = scan_text("terraform", code, select=["SNAP102"])
    assert [result.status.value for result in results] == [status]


# SNAP103


PATH = """
resource "aws_iam_role_policy" "save" {
  role   = "r"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "<MAKE>", Resource = <FROM> }] })
}
resource "aws_iam_role_policy" "share" {
  role   = "<HOLDER>"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "<GIVE>", Resource = <TO><CONDITION> }] })
}
"""


def path(
    make="rds:CopyDBSnapshot",
    give="rds:ModifyDBSnapshotAttribute",
    source="orders-*",
    to="orders-*",
    holder="r",
    condition="",
):
    return (
        PATH.replace("<MAKE>", make)
        .replace("<GIVE>", give)
        .replace("<FROM>", source if source.startswith("[") else f'"arn:aws:rds:*:*:snapshot:{source}"')
        .replace("<TO>", to if to.startswith("[") else f'"arn:aws:rds:*:*:snapshot:{to}"')
        .replace("<HOLDER>", holder)
        .replace("<CONDITION>", condition)
    )


def test_two_harmless_statements_join_to_a_road_out(found):
    assert found("terraform", path()) == [("SNAP103", "aws_iam_role_policy.save")]
    assert found("terraform", role() + path()) == [("SNAP103", "aws_iam_role.r")]


def test_rights_over_different_snapshots_do_not_join(found):
    assert found("terraform", path(to="users-*")) == []


def test_a_deny_of_the_very_snapshots_leaves_no_road(found):
    deny = """
        resource "aws_iam_role_policy" "deny" {
          role   = "r"
          policy = jsonencode({ Statement = [
            { Effect = "Deny", Action = "rds:ModifyDBSnapshotAttribute", Resource = "arn:aws:rds:*:*:snapshot:<NAME>" }
          ] })
        }
    """
    assert found("terraform", path() + textwrap.dedent(deny).replace("<NAME>", "ord*")) == []
    assert found("terraform", path() + textwrap.dedent(deny).replace("<NAME>", "orders-1")) == [
        ("SNAP103", "aws_iam_role_policy.save")
    ]


TEAM = '"aws:ResourceTag/team"'


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (f'{{ {TEAM} = "a" }}', f'{{ {TEAM} = ["a", "b"] }}', "fail"),
        (f'{{ {TEAM} = "a" }}', f'{{ {TEAM} = "a", "aws:ResourceAccount" = "111122223333" }}', "fail"),
        (f'{{ {TEAM} = "a" }}', f'{{ {TEAM} = "b" }}', "unknown"),
        (f'{{ {TEAM} = "a" }}', '{ "aws:ResourceTag/env" = "prod" }', "unknown"),
    ],
)
def test_rights_under_conditions_join_where_one_copy_surely_meets_both(scan_text, first, second, status):
    statements = "".join(
        f'{{ Effect = "Allow", Action = "{action}", Resource = "*", Condition = {{ StringEquals = {condition} }} }},'
        for action, condition in (("ec2:CopySnapshot", first), ("ec2:ModifySnapshotAttribute", second))
    )
    code = f"""
    resource "aws_iam_role_policy" "p" {{
      role   = "r"
      policy = jsonencode({{ Statement = [{statements}] }})
    }}
    """
    results = scan_text("terraform", code, select=["SNAP103"])
    assert [result.status.value for result in results] == [status]


def test_rights_of_different_principals_do_not_join(found):
    assert found("terraform", path(holder="other")) == []


def test_rights_of_different_services_do_not_join(found):
    code = path(give="ec2:ModifySnapshotAttribute", to='["arn:aws:ec2:*::snapshot/snap-1"]')
    assert found("terraform", code) == []


def test_rights_over_copies_that_are_not_known_join_without_certainty(found):
    code = 'variable "name" {}\n' + path(to="orders-${var.name}")
    assert found("terraform", code) == []
    assert found("terraform", code, status="unknown") == [("SNAP103", "aws_iam_role_policy.save")]


def test_reading_the_blocks_of_what_was_made_is_a_road_out(found):
    code = path(
        make="ec2:CreateSnapshot",
        source='["arn:aws:ec2:*:*:volume/vol-1", "arn:aws:ec2:*::snapshot/*"]',
        give="ebs:GetSnapshotBlock",
        to='["arn:aws:ec2:*::snapshot/snap-1"]',
    )
    assert found("terraform", code) == [("SNAP103", "aws_iam_role_policy.save")]


def test_a_share_that_is_limited_to_an_account_is_no_road_out(found):
    condition = ', Condition = { StringEquals = { "ec2:Add/userId" = "444455556666" } }'
    code = path(
        make="ec2:CreateSnapshot",
        source='["arn:aws:ec2:*:*:volume/vol-1", "arn:aws:ec2:*::snapshot/*"]',
        give="ec2:ModifySnapshotAttribute",
        to='["*"]',
        condition=condition,
    )
    assert found("terraform", code) == []


def test_an_action_that_names_no_copy_makes_those_of_its_service(found):
    code = path(
        make="memorydb:CreateSnapshot",
        source='["arn:aws:memorydb:*:*:cluster/a"]',
        give="memorydb:CopySnapshot",
        to='["arn:aws:memorydb:*:*:snapshot/a"]',
    )
    assert found("terraform", code) == [("SNAP103", "aws_iam_role_policy.save")]


@pytest.mark.parametrize("language", ["terraform", "cloudformation"])
def test_a_managed_policy_can_be_the_whole_road(found, language):
    code = {
        "terraform": 'resource "aws_iam_user_policy_attachment" "a" {\n user = "u"\n'
        ' policy_arn = "arn:aws:iam::aws:policy/AmazonRDSFullAccess"\n}',
        "cloudformation": "Resources:\n  U:\n    Type: AWS::IAM::User\n    Properties:\n"
        "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonRDSFullAccess]",
    }[language]
    assert [one[0] for one in found(language, code)] == ["SNAP103", "SNAP104", "SNAP105"]


def test_a_road_of_a_group_is_not_reported_for_each_member(found):
    code = """
        resource "aws_iam_group" "g" { name = "g" }
        resource "aws_iam_user" "u" { name = "u" }
        resource "aws_iam_user_group_membership" "m" {
          user   = "u"
          groups = ["g"]
        }
        resource "aws_iam_group_policy_attachment" "a" {
          group      = "g"
          policy_arn = "arn:aws:iam::aws:policy/AmazonRDSFullAccess"
        }
    """
    assert [address for code, address in found("terraform", code) if code == "SNAP103"] == ["aws_iam_group.g"]


def test_more_rights_than_anyone_can_hold_are_still_judged(found):
    code = """
        resource "aws_iam_user_policy" "p" {
          count  = 60
          user   = "ci"
          policy = jsonencode({
            Statement = [{ Effect = "Allow", Action = "*", Resource = "arn:aws:*:*:*:*${count.index}" }]
          })
        }
    """
    assert [one[0] for one in found("terraform", code, select=["SNAP103"])] == ["SNAP103"]


# SNAP106


OPEN_ROLE = """
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = <WHO>, Action = "sts:AssumeRole"<CONDITION> }]
  })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "rds:CopyDBSnapshot", Resource = "*" }] })
}
"""


def open_role(who, condition=""):
    condition = f", Condition = {condition}" if condition else ""
    return OPEN_ROLE.replace("<WHO>", who).replace("<CONDITION>", condition)


@pytest.mark.parametrize("who", ['"*"', '{ AWS = "*" }', '{ AWS = "arn:aws:iam::999988887777:root" }'])
@pytest.mark.parametrize(
    "condition",
    [
        "",
        '{ StringLike = { "sts:ExternalId" = "*" } }',
        '{ StringLike = { "aws:userid" = "*:admin" } }',
        '{ StringEqualsIfExists = { "sts:ExternalId" = "s3cret" } }',
        '{ StringEqualsIfExists = { "aws:PrincipalOrgID" = "o-abc123" } }',
        '{ Bool = { "aws:MultiFactorAuthPresent" = "true" } }',
    ],
)
def test_a_role_that_outsiders_may_assume_is_found(found, who, condition):
    assert ("SNAP106", "aws_iam_role.r") in found("terraform", open_role(who, condition))


@pytest.mark.parametrize(
    ("who", "condition"),
    [
        ('{ Service = "ec2.amazonaws.com" }', ""),
        ('{ AWS = "arn:aws:iam::111122223333:root" }', ""),
        ('{ AWS = "*" }', '{ StringEquals = { "aws:PrincipalOrgID" = "o-abc123" } }'),
        ('{ AWS = "arn:aws:iam::999988887777:root" }', '{ StringEquals = { "sts:ExternalId" = "s3cret" } }'),
        ('{ AWS = "*" }', '{ StringLike = { "aws:userid" = "AROAEXAMPLE:*" } }'),
    ],
)
def test_a_role_that_only_trusted_ones_may_assume_is_silent(found, who, condition):
    code = open_role(who, condition)
    assert found("terraform", code, select=["SNAP106"], trusted_accounts=["111122223333"]) == []


@pytest.mark.parametrize(("other", "codes"), [('"*"', ["SNAP106"]), ('"111122223333"', [])])
def test_a_role_is_found_where_each_outcome_of_a_condition_lets_outsiders_in(found, other, codes):
    code = 'variable "wide" {}\n' + open_role(f'{{ AWS = var.wide ? "999988887777" : {other} }}')
    answers = found("terraform", code, select=["SNAP106"], trusted_accounts=["111122223333"])
    assert [code for code, _ in answers] == codes


GITHUB = '{ Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }'
AUDIENCE = '"token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"'
SUBJECT = '"token.actions.githubusercontent.com:sub"'


@pytest.mark.parametrize(
    "condition",
    [
        "",
        f"{{ StringEquals = {{ {AUDIENCE} }} }}",
        f'{{ StringEquals = {{ {AUDIENCE} }}, StringLike = {{ {SUBJECT} = "repo:*" }} }}',
        f'{{ StringEquals = {{ {AUDIENCE} }}, StringNotLike = {{ {SUBJECT} = "repo:acme/*" }} }}',
    ],
)
def test_a_role_that_every_user_of_a_public_provider_may_assume_is_found(found, condition):
    assert ("SNAP106", "aws_iam_role.r") in found("terraform", open_role(GITHUB, condition))


@pytest.mark.parametrize(
    "subject", ['"repo:acme/app:*"', '["repo:acme/app:ref:refs/heads/main"]', '"repo:acme/*"', "var.subject"]
)
def test_a_role_for_the_jobs_of_one_repository_is_silent(found, subject):
    code = 'variable "subject" {}\n' + open_role(GITHUB, f"{{ StringLike = {{ {SUBJECT} = {subject} }} }}")
    assert found("terraform", code, select=["SNAP106"]) == []


def test_a_provider_of_the_code_is_told_by_the_claims_that_are_asked_for(found):
    code = open_role(
        "{ Federated = aws_iam_openid_connect_provider.github.arn }", f"{{ StringEquals = {{ {AUDIENCE} }} }}"
    )
    provider = 'resource "aws_iam_openid_connect_provider" "github" {}\n'
    assert ("SNAP106", "aws_iam_role.r") in found("terraform", provider + code)


@pytest.mark.parametrize(
    ("provider", "owner", "codes"),
    [
        ('resource "aws_iam_openid_connect_provider"', "aws_iam_openid_connect_provider", ["SNAP106"]),
        ('data "aws_iam_openid_connect_provider"', "data.aws_iam_openid_connect_provider", ["SNAP106"]),
        ('resource "aws_iam_openid_connect_provider"', "aws_iam_openid_connect_provider", []),
    ],
)
def test_a_provider_of_the_code_is_told_by_its_url(found, provider, owner, codes):
    url = "https://token.actions.githubusercontent.com" if codes else "https://oidc.eks.eu-west-1.amazonaws.com/id/A"
    code = open_role(f"{{ Federated = {owner}.github.arn }}")
    code = f'{provider} "github" {{ url = "{url}" }}\n' + code
    assert [code for code, _ in found("terraform", code, select=["SNAP106"])] == codes


def test_a_provider_of_a_template_is_told_by_its_url(found):
    code = """
        Resources:
          GitHub: {Type: AWS::IAM::OIDCProvider, Properties: {Url: "https://token.actions.githubusercontent.com"}}
          R:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Statement: [{Effect: Allow, Principal: {Federated: !Ref GitHub}, Action: sts:AssumeRoleWithWebIdentity}]
              ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonRDSFullAccess]
    """
    assert found("cloudformation", code, select=["SNAP106"]) == [("SNAP106", "R")]


def test_a_provider_of_ones_own_is_silent(found):
    own = '{ Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC" }'
    assert found("terraform", open_role(own), select=["SNAP106"]) == []


def test_an_open_role_without_such_rights_is_silent(found):
    assert found("terraform", open_role('"*"').replace("rds:CopyDBSnapshot", "s3:GetObject")) == []


def test_an_error_in_a_trust_policy_is_unreadable_input(scan_text):
    results = scan_text(
        "terraform", 'resource "aws_iam_role" "r" {\n  assume_role_policy = "{"\n}\n', select=["SNAP101", "SNAP001"]
    )
    assert [(result.code, result.span.line) for result in results] == [("SNAP001", 2)]


def test_what_a_managed_policy_gives_under_conditions_surely_joins_nothing(scan_text):
    code = (
        'resource "aws_iam_role_policy_attachment" "a" {\n'
        '  role       = "x"\n  policy_arn = "arn:aws:iam::aws:policy/AWSMcpServiceActionsFullAccess"\n}\n'
    )
    results = scan_text("terraform", code, select=["SNAP103"])
    assert [(one.code, one.status.value) for one in results] == [("SNAP103", "unknown")]
