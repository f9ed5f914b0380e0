"""What the sharing checks find, and what they leave alone."""

import json

import pytest

from snapguard.findings import Severity, Status


def told(results, *codes):
    """The findings of the checks as (code, address, line, whether certain)."""
    return [
        (result.code, result.address, result.span.line, result.status is Status.FAIL)
        for result in results
        if result.code in codes
    ]


RECEIVERS = """
data "aws_caller_identity" "own" {}
data "aws_organizations_organization" "own" {}
variable "unset" {}
variable "partner" { default = "999988887777" }
"""


def judged(results):
    """What the sharing checks say, as code and certainty."""
    return [(code, certain) for code, _, _, certain in told(results, "SNAP301", "SNAP302")]


ACCOUNTS = [
    ('"999988887777"', [("SNAP302", True)]),
    ("999988887777", [("SNAP302", True)]),
    ("var.partner", [("SNAP302", True)]),
    ("var.unset", [("SNAP302", False)]),
    ("data.aws_caller_identity.own.account_id", []),
    ("data.aws_caller_identity.own.id", []),
    ("data.aws_organizations_organization.own.master_account_id", []),
    ('"123412341234"', []),
    ('var.unset == "a" ? "123412341234" : data.aws_caller_identity.own.account_id', []),
    ('var.unset == "a" ? "999988887777" : "123412341234"', [("SNAP302", False)]),
    ('var.unset == "a" ? "999988887777" : "888877776666"', [("SNAP302", True)]),
]


@pytest.mark.parametrize(("account", "expected"), ACCOUNTS)
def test_an_account_is_judged_by_whose_it_is(scan_text, account, expected):
    results = scan_text(
        "terraform",
        RECEIVERS
        + f"""
resource "aws_snapshot_create_volume_permission" "a" {{
  snapshot_id = "snap-12345678"
  account_id  = {account}
}}
""",
        trusted_accounts=["123412341234"],
    )
    assert judged(results) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('group = "all"', [("SNAP301", True)]),
        ("group = var.unset", [("SNAP301", False)]),
        ('account_id = "999988887777"', [("SNAP302", True)]),
        ("account_id = data.aws_caller_identity.own.account_id", []),
        ("organization_arn = data.aws_organizations_organization.own.arn", []),
        ('organization_arn = "arn:aws:organizations::1111:organization/o-abc123"', []),
        ('organization_arn = "arn:aws:organizations::1111:organization/o-other1"', [("SNAP302", True)]),
        ("organization_arn = var.unset", [("SNAP302", False)]),
        ('organizational_unit_arn = "arn:aws:organizations::1111:ou/o-abc123/ou-ab12-cd34"', []),
        (
            'organizational_unit_arn = "arn:aws:organizations::1111:ou/o-other1/ou-ab12-cd34"',
            [("SNAP302", True)],
        ),
        (
            'organization_arn = var.unset == "a" ? "arn:aws:organizations::1111:organization/o-abc123" : null',
            [],
        ),
    ],
)
def test_each_receiver_of_an_image_is_judged(scan_text, written, expected):
    code = f'{RECEIVERS}resource "aws_ami_launch_permission" "a" {{\n  image_id = "ami-12345678"\n  {written}\n}}\n'
    assert judged(scan_text("terraform", code, trusted_organizations=["o-abc123"])) == expected


@pytest.mark.parametrize(
    "kind", ["aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy"]
)
@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ('["all"]', [("SNAP301", True)]),
        ('["all", "999988887777"]', [("SNAP301", True), ("SNAP302", True)]),
        ("[]", []),
        ("null", []),
        ("[data.aws_caller_identity.own.account_id]", []),
        ("var.unset", [("SNAP302", False)]),
    ],
)
def test_a_database_snapshot_is_judged_by_each_account_that_it_is_shared_with(scan_text, kind, accounts, expected):
    code = f'{RECEIVERS}resource "{kind}" "a" {{\n  shared_accounts = {accounts}\n}}\n'
    assert judged(scan_text("terraform", code)) == expected


def test_a_share_by_a_variable_shows_where_the_account_is_set(scan_text):
    (result,) = scan_text(
        "terraform",
        """variable "partner" {
  default = "999988887777"
}
resource "aws_snapshot_create_volume_permission" "a" {
  snapshot_id = "snap-12345678"
  account_id  = var.partner
}
""",
    )
    assert result.span.line == 6
    assert "account 999988887777" in result.message
    assert [step.span.line for step in result.evidence] == [6, 2]


def test_what_a_lifecycle_policy_shares_is_judged_in_terraform(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_dlm_lifecycle_policy" "a" {
  description        = "a"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { a = "b" }
    schedule {
      name = "daily"
      create_rule { interval = 24 }
      retain_rule { count = 7 }
      share_rule {
        target_accounts = ["999988887777"]
      }
    }
  }
}
""",
    )
    assert told(results, "SNAP302") == [("SNAP302", "aws_dlm_lifecycle_policy.a", 13, True)]


def test_what_a_lifecycle_policy_shares_is_judged_in_a_template(scan_text):
    results = scan_text(
        "cloudformation",
        """
Parameters:
  Other: {Type: String}
Resources:
  Daily:
    Type: AWS::DLM::LifecyclePolicy
    Properties:
      State: ENABLED
      PolicyDetails:
        Schedules:
          - ShareRules:
              - TargetAccounts: [!Ref AWS::AccountId, "999988887777"]
              - TargetAccounts: [!Ref Other]
""",
    )
    assert told(results, "SNAP302") == [("SNAP302", "Daily", 12, True), ("SNAP302", "Daily", 13, False)]


@pytest.mark.parametrize(
    ("state", "expected"), [("block-all-sharing", []), ("block-new-sharing", [(Severity.LOW, Status.FAIL)])]
)
def test_the_block_of_a_template_is_judged_by_its_state(scan_text, state, expected):
    results = scan_text(
        "cloudformation",
        f"Resources:\n  A:\n    Type: AWS::EC2::SnapshotBlockPublicAccess\n    Properties: {{State: {state}}}\n",
    )
    assert [(result.severity, result.status) for result in results] == expected


def test_where_built_images_go_is_judged_in_terraform(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_imagebuilder_distribution_configuration" "a" {
  name = "a"
  distribution {
    region = "eu-west-1"
    ami_distribution_configuration {
      target_account_ids = ["999988887777"]
      launch_permission {
        user_groups = ["all"]
        user_ids    = ["888877776666"]
      }
    }
  }
}
""",
    )
    address = "aws_imagebuilder_distribution_configuration.a"
    assert told(results, "SNAP301", "SNAP302") == [
        ("SNAP302", address, 7, True),
        ("SNAP301", address, 9, True),
        ("SNAP302", address, 10, True),
    ]


def test_where_built_images_go_is_judged_in_a_template(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Golden:
    Type: AWS::ImageBuilder::DistributionConfiguration
    Properties:
      Name: golden
      Distributions:
        - Region: eu-west-1
          AmiDistributionConfiguration:
            TargetAccountIds: [!Ref AWS::AccountId]
            LaunchPermissionConfiguration:
              UserGroups: [all]
              OrganizationArns: ["arn:aws:organizations::1111:organization/o-other1"]
""",
    )
    assert told(results, "SNAP301", "SNAP302") == [("SNAP301", "Golden", 12, True), ("SNAP302", "Golden", 13, True)]


def test_a_group_other_than_everyone_is_left_alone(scan_text):
    code = 'resource "aws_ami_launch_permission" "a" {\n  image_id = "ami-12345678"\n  group    = "none"\n}\n'
    assert scan_text("terraform", code) == []


@pytest.mark.parametrize(
    ("kind", "state", "expected"),
    [
        ("aws_ebs_snapshot_block_public_access", '"unblocked"', [(Severity.HIGH, Status.FAIL)]),
        ("aws_ebs_snapshot_block_public_access", '"block-new-sharing"', [(Severity.LOW, Status.FAIL)]),
        ("aws_ebs_snapshot_block_public_access", '"block-all-sharing"', []),
        ("aws_ebs_snapshot_block_public_access", "var.unset", [(Severity.HIGH, Status.UNKNOWN)]),
        ("aws_ec2_image_block_public_access", '"unblocked"', [(Severity.HIGH, Status.FAIL)]),
        ("aws_ec2_image_block_public_access", '"block-new-sharing"', []),
    ],
)
def test_the_block_against_public_copies_is_judged_by_its_state(scan_text, kind, state, expected):
    results = scan_text("terraform", f'variable "unset" {{}}\nresource "{kind}" "a" {{\n  state = {state}\n}}\n')
    assert [(result.severity, result.status) for result in results if result.code == "SNAP303"] == expected


ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}
STRANGER = "arn:aws:iam::999988887777:root"


def allow(principal, action, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def vault_policy(*statements):
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)
    return f"""
data "aws_caller_identity" "own" {{}}
variable "unset" {{}}
resource "aws_iam_role" "backup" {{
  name               = "backup"
  assume_role_policy = jsonencode({{ Statement = [] }})
}}
resource "aws_backup_vault_policy" "a" {{
  backup_vault_name = "a"
  policy = <<-EOT
{policy}
  EOT
}}
"""


def openings(results, code):
    return [(result.severity, result.status) for result in results if result.code == code]


EVERYONE = [(Severity.CRITICAL, Status.FAIL)]
ACCOUNT = [(Severity.HIGH, Status.FAIL)]
MAYBE = [(Severity.HIGH, Status.UNKNOWN)]

VAULT_STATEMENTS = [
    (allow("*", "backup:CopyIntoBackupVault"), EVERYONE),
    (allow({"AWS": "*"}, "backup:*"), EVERYONE),
    (allow({"AWS": ["*"]}, "*"), EVERYONE),
    (allow("*", "BACKUP:copyfrom*"), EVERYONE),
    (allow("*", "backup:DescribeBackupVault"), []),
    (allow("*", "backup:List*"), []),
    ({"Effect": "Allow", "NotPrincipal": {"AWS": STRANGER}, "Action": "backup:*", "Resource": "*"}, EVERYONE),
    ({"Effect": "Allow", "Principal": "*", "NotAction": "backup:DeleteRecoveryPoint", "Resource": "*"}, EVERYONE),
    ({"Effect": "Allow", "Principal": "*", "NotAction": "backup:*", "Resource": "*"}, []),
    ({"Effect": "Deny", "Principal": "*", "Action": "backup:*", "Resource": "*"}, []),
    (allow({"AWS": STRANGER}, "backup:CopyIntoBackupVault"), ACCOUNT),
    (allow({"AWS": "999988887777"}, "backup:StartRestoreJob"), ACCOUNT),
    (allow({"AWS": "arn:aws:iam::123412341234:root"}, "backup:CopyIntoBackupVault"), []),
    (allow({"AWS": "arn:aws:iam::${data.aws_caller_identity.own.account_id}:root"}, "backup:*"), []),
    (allow({"AWS": "arn:aws:iam::${var.unset}:root"}, "backup:*"), MAYBE),
    (allow({"AWS": "${var.unset}"}, "backup:*"), MAYBE),
    (allow({"AWS": "${aws_iam_role.backup.arn}"}, "backup:*"), []),
    (allow({"AWS": "AROA1234567890EXAMPLE"}, "backup:*"), MAYBE),
    (allow({"Federated": "cognito-identity.amazonaws.com"}, "backup:*"), []),
    (allow({"Service": "backup.amazonaws.com"}, "backup:*"), []),
    (allow("*", "${var.unset}"), [(Severity.CRITICAL, Status.UNKNOWN)]),
]


@pytest.mark.parametrize(("statement", "expected"), VAULT_STATEMENTS)
def test_a_vaults_policy_is_judged_by_whom_it_lets_do_what(scan_text, statement, expected):
    results = scan_text("terraform", vault_policy(statement), trusted_accounts=["123412341234"])
    assert openings(results, "SNAP304") == expected


CONDITIONS = [
    ({"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}, []),
    # An account that is in no organization brings no such key.
    ({"StringEqualsIfExists": {"aws:PrincipalOrgID": ["o-abc123"]}}, EVERYONE),
    ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-12345678"}}, EVERYONE),
    ({"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}}, []),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-abc123/r-ab12/*"]}}, []),
    ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": ["o-abc123/r-ab12/*"]}}, EVERYONE),
    ({"StringLike": {"aws:PrincipalOrgID": "*"}}, EVERYONE),
    ({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc123"}}, EVERYONE),
    ({"StringEquals": {"aws:PrincipalAccount": "111122223333"}}, []),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, []),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/backup"}}, EVERYONE),
    ({"ArnLike": {"aws:PrincipalArn": "*"}}, EVERYONE),
    ({"StringEquals": {"aws:SourceVpce": "vpce-12345678"}}, []),
    ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, []),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, EVERYONE),
    ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, EVERYONE),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, EVERYONE),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_a_condition_on_the_callers_account_or_organization_closes_a_policy(scan_text, condition, expected):
    results = scan_text("terraform", vault_policy(allow("*", "backup:*", Condition=condition)))
    assert openings(results, "SNAP304") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}, []),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-other1"}}, EVERYONE),
        ({"StringEquals": {"aws:PrincipalOrgID": ["o-abc123", "o-other1"]}}, EVERYONE),
        ({"StringEquals": {"aws:PrincipalOrgID": "${var.unset}"}}, [(Severity.CRITICAL, Status.UNKNOWN)]),
        ({"StringEquals": {"aws:PrincipalAccount": "123412341234"}}, []),
        ({"StringEquals": {"aws:PrincipalAccount": "999988887777"}}, EVERYONE),
    ],
)
def test_a_condition_must_name_those_whom_the_settings_trust_where_they_name_any(scan_text, condition, expected):
    results = scan_text(
        "terraform",
        vault_policy(allow("*", "backup:*", Condition=condition)),
        trusted_accounts=["123412341234"],
        trusted_organizations=["o-abc123"],
    )
    assert openings(results, "SNAP304") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}, []),
        ({"StringEquals": {"aws:PrincipalAccount": "999988887777"}}, ACCOUNT),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::999988887777:role/reader"}}, ACCOUNT),
        ({"StringEquals": {"aws:PrincipalArn": "${aws_iam_role.backup.arn}"}}, []),
        ({"StringEquals": {"aws:PrincipalAccount": "${data.aws_caller_identity.own.account_id}"}}, []),
        ({"StringEquals": {"aws:PrincipalAccount": "${var.unset}"}}, MAYBE),
    ],
)
def test_a_stranger_is_kept_out_by_an_organization_but_not_by_naming_it_again(scan_text, condition, expected):
    results = scan_text("terraform", vault_policy(allow({"AWS": STRANGER}, "backup:*", Condition=condition)))
    assert openings(results, "SNAP304") == expected


OUTSIDE = {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc123"}}


@pytest.mark.parametrize(
    ("denial", "expected"),
    [
        ({"Effect": "Deny", "Principal": "*", "Action": "backup:*", "Resource": "*", "Condition": OUTSIDE}, []),
        ({"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteBackupVault", "Resource": "*"}, EVERYONE),
        ({"Effect": "Deny", "Principal": "*", "Action": "backup:CopyIntoBackupVault", "Resource": "*"}, []),
        (
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "backup:*",
                "Resource": "*",
                "Condition": {**OUTSIDE, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
            },
            [],
        ),
        (
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "backup:*",
                "Resource": "*",
                "Condition": {**OUTSIDE, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
            },
            EVERYONE,
        ),
        (
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "backup:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            EVERYONE,
        ),
        (
            {
                "Effect": "Deny",
                "Principal": {"AWS": STRANGER},
                "Action": "backup:*",
                "Resource": "*",
                "Condition": OUTSIDE,
            },
            EVERYONE,
        ),
    ],
)
def test_a_denial_to_all_outside_the_organization_closes_a_policy(scan_text, denial, expected):
    results = scan_text("terraform", vault_policy(allow("*", "backup:CopyIntoBackupVault"), denial))
    assert openings(results, "SNAP304") == expected


def test_an_open_statement_of_a_vault_is_found_at_its_lines_and_says_what_it_gives(scan_text):
    (result,) = scan_text(
        "terraform",
        """
data "aws_iam_policy_document" "a" {
  statement {
    actions   = ["backup:DescribeBackupVault"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
  statement {
    actions   = ["backup:CopyIntoBackupVault"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["999988887777", "888877776666"]
    }
  }
}
resource "aws_backup_vault_policy" "a" {
  backup_vault_name = "a"
  policy            = data.aws_iam_policy_document.a.json
}
""",
    )
    assert (result.code, result.address, result.span.line) == ("SNAP304", "aws_backup_vault_policy.a", 11)
    assert result.message == "the vault's policy lets 999988887777, 888877776666 use backup:CopyIntoBackupVault"


def test_everyone_stands_for_whoever_else_is_named(scan_text):
    (result,) = scan_text("terraform", vault_policy(allow({"AWS": [STRANGER, "*"]}, "backup:CopyFromBackupVault")))
    assert result.message == "the vault's policy lets everyone use backup:CopyFromBackupVault"
    assert result.severity is Severity.CRITICAL


def test_a_policy_that_nobody_knows_is_unknown(scan_text):
    code = """
variable "policy" {}
resource "aws_backup_vault_policy" "a" {
  backup_vault_name = "a"
  policy            = var.policy
}
"""
    assert told(scan_text("terraform", code), "SNAP304") == [("SNAP304", "aws_backup_vault_policy.a", 3, False)]


def test_the_policy_of_an_air_gapped_vault_is_judged(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Vault:
    Type: AWS::Backup::LogicallyAirGappedBackupVault
    Properties:
      BackupVaultName: a
      MinRetentionDays: 7
      MaxRetentionDays: 35
      AccessPolicy:
        Statement: [{Effect: Allow, Principal: "*", Action: "backup:CopyFromBackupVault", Resource: "*"}]
""",
    )
    assert told(results, "SNAP304") == [("SNAP304", "Vault", 10, True)]


def key(*statements, use="aws_kms_key.a.arn", more=""):
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)
    return f"""
data "aws_caller_identity" "own" {{}}
resource "aws_kms_key" "a" {{
  policy = <<-EOT
{policy}
  EOT
}}
resource "aws_ebs_volume" "a" {{
  availability_zone = "eu-west-1a"
  encrypted         = true
  kms_key_id        = {use}
}}
{more}
"""


OWN = allow({"AWS": "arn:aws:iam::${data.aws_caller_identity.own.account_id}:root"}, "kms:*")

KEY_STATEMENTS = [
    ([allow("*", "kms:*")], EVERYONE),
    ([OWN], []),
    ([OWN, allow({"AWS": STRANGER}, "kms:Decrypt")], ACCOUNT),
    ([OWN, allow({"AWS": STRANGER}, ["kms:CreateGrant"])], ACCOUNT),
    ([OWN, allow({"AWS": STRANGER}, "kms:*")], ACCOUNT),
    ([OWN, allow({"AWS": STRANGER}, "kms:DescribeKey")], []),
    ([OWN, allow("*", "kms:Decrypt", Condition={"StringEquals": {"kms:CallerAccount": "111122223333"}})], []),
    (
        [OWN, allow("*", "kms:Decrypt", Condition={"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}})],
        EVERYONE,
    ),
    ([ROOT], MAYBE),
    ([ROOT, allow({"AWS": STRANGER}, "kms:Decrypt")], MAYBE + ACCOUNT),
    ([allow({"AWS": STRANGER}, "kms:Decrypt")], ACCOUNT),
    ([ROOT, allow({"AWS": STRANGER}, "kms:*")], ACCOUNT + ACCOUNT),
]


@pytest.mark.parametrize(("statements", "expected"), KEY_STATEMENTS)
def test_a_keys_policy_is_judged_by_whom_it_lets_decrypt(scan_text, statements, expected):
    assert openings(scan_text("terraform", key(*statements)), "SNAP305") == expected


ALIAS = 'resource "aws_kms_alias" "a" {\n  name = "alias/orders"\n  target_key_id = aws_kms_key.a.key_id\n}'


@pytest.mark.parametrize(
    ("use", "more", "found"),
    [
        ("aws_kms_key.a.key_id", "", True),
        ("aws_kms_alias.a.target_key_arn", ALIAS, True),
        ('"alias/orders"', ALIAS, True),
        ('"arn:aws:kms:eu-west-1:111122223333:alias/orders"', ALIAS, True),
        ('"alias/other"', ALIAS, False),
        ("null", "", False),
        ("null", 'resource "aws_kms_alias" "a" {\n  target_key_id = aws_kms_key.a.key_id\n}', False),
    ],
)
def test_a_key_is_judged_where_it_protects_something(scan_text, use, more, found):
    results = scan_text("terraform", key(allow("*", "kms:*"), use=use, more=more))
    assert [result.address for result in results if result.code == "SNAP305"] == ["aws_kms_key.a"] * found


@pytest.mark.parametrize("select", ["SNAP305", "key-open-policy"])
def test_any_key_is_judged_where_the_check_is_selected_by_itself(scan_text, select):
    results = scan_text("terraform", key(allow("*", "kms:*"), use="null"), select=[select])
    assert [result.address for result in results] == ["aws_kms_key.a"]


def test_what_the_key_protects_is_the_evidence(scan_text):
    (result,) = scan_text("terraform", key(allow("*", "kms:*")))
    assert [step.message for step in result.evidence] == ["aws_ebs_volume.a is protected by the key"]


def test_a_policy_and_a_grant_of_their_own_are_judged_for_the_key_that_they_are_about(scan_text):
    results = scan_text(
        "terraform",
        """
variable "unset" {}
resource "aws_kms_key" "a" {}
resource "aws_kms_key_policy" "a" {
  key_id = aws_kms_key.a.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:Decrypt", Resource = "*" }] })
}
resource "aws_kms_grant" "stranger" {
  key_id            = aws_kms_key.a.key_id
  grantee_principal = "arn:aws:iam::999988887777:role/reader"
  operations        = ["Decrypt", "DescribeKey"]
}
resource "aws_kms_grant" "harmless" {
  key_id            = aws_kms_key.a.key_id
  grantee_principal = "arn:aws:iam::999988887777:role/reader"
  operations        = ["DescribeKey"]
}
resource "aws_kms_grant" "unknown" {
  key_id            = aws_kms_key.a.key_id
  grantee_principal = "arn:aws:iam::999988887777:role/reader"
  operations        = [var.unset]
}
resource "aws_backup_vault" "a" {
  name        = "a"
  kms_key_arn = aws_kms_key.a.arn
}
""",
    )
    assert told(results, "SNAP305") == [
        ("SNAP305", "aws_kms_key_policy.a", 6, True),
        ("SNAP305", "aws_kms_grant.stranger", 10, True),
        ("SNAP305", "aws_kms_grant.unknown", 20, False),
    ]


def test_a_key_of_a_template_is_found_through_its_alias(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "kms:Decrypt", Resource: "*"}]
  Name:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/orders, TargetKeyId: !Ref Key}
  Store:
    Type: AWS::DynamoDB::Table
    Properties:
      SSESpecification: {SSEEnabled: true, KMSMasterKeyId: alias/orders}
""",
    )
    assert told(results, "SNAP305") == [("SNAP305", "Key", 7, True)]


COPY_TARGETS = [
    ('"arn:aws:backup:eu-central-1:999988887777:backup-vault:theirs"', [True]),
    ('"arn:aws:backup:eu-central-1:123412341234:backup-vault:ours"', []),
    ('"arn:aws:backup:eu-central-1:${data.aws_caller_identity.own.account_id}:backup-vault:ours"', []),
    ('"arn:aws:backup:eu-central-1:1234${var.unset}:backup-vault:ours"', [False]),
    ("aws_backup_vault.a.arn", []),
    ("var.unset", [False]),
]


@pytest.mark.parametrize(("target", "expected"), COPY_TARGETS)
def test_a_copy_action_is_judged_by_the_account_of_its_vault(scan_text, target, expected):
    results = scan_text(
        "terraform",
        RECEIVERS
        + f"""
resource "aws_backup_vault" "a" {{
  name        = "a"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/a"
}}
resource "aws_backup_plan" "a" {{
  name = "a"
  rule {{
    rule_name         = "daily"
    target_vault_name = "a"
    copy_action {{
      destination_vault_arn = {target}
    }}
  }}
}}
""",
        trusted_accounts=["123412341234"],
    )
    assert [certain for *_, certain in told(results, "SNAP306")] == expected


@pytest.mark.parametrize(
    ("key_id", "expected"),
    [
        ('"arn:aws:kms:eu-west-1:999988887777:key/a"', [True]),
        ('"arn:aws:kms:eu-west-1:123412341234:key/a"', []),
        ('"alias/orders"', []),
        ("var.unset", [False]),
    ],
)
def test_an_export_of_a_snapshot_is_judged_by_the_account_of_its_key(scan_text, key_id, expected):
    code = f'{RECEIVERS}resource "aws_rds_export_task" "a" {{\n  s3_bucket_name = "b"\n  kms_key_id = {key_id}\n}}\n'
    results = scan_text("terraform", code, trusted_accounts=["123412341234"])
    assert [certain for *_, certain in told(results, "SNAP307")] == expected


@pytest.mark.parametrize(("account", "expected"), [("111122223333", []), ("999988887777", [True])])
def test_the_account_of_what_is_exported_is_the_own_one(scan_text, account, expected):
    code = f"""
resource "aws_rds_export_task" "a" {{
  source_arn     = "arn:aws:rds:eu-west-1:111122223333:snapshot:orders"
  s3_bucket_name = "b"
  kms_key_id     = "arn:aws:kms:eu-west-1:{account}:key/1"
}}
"""
    assert [certain for *_, certain in told(scan_text("terraform", code), "SNAP307")] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", [False]),
        ('s3_sse_algorithm = "AES256"', [True]),
        ('s3_sse_algorithm = "KMS"\n  s3_sse_kms_key_id = "alias/orders"', []),
        ('s3_bucket_owner = "999988887777"\n  s3_sse_kms_key_id = "alias/orders"', [True]),
        ('s3_bucket_owner = data.aws_caller_identity.own.account_id\n  s3_sse_kms_key_id = "alias/orders"', []),
    ],
)
def test_an_export_of_a_table_is_judged_by_its_bucket_and_key(scan_text, written, expected):
    code = f'{RECEIVERS}resource "aws_dynamodb_table_export" "a" {{\n  {written}\n}}\n'
    assert [certain for *_, certain in told(scan_text("terraform", code), "SNAP307")] == expected


def test_the_policy_that_shares_the_snapshot_of_a_serverless_warehouse_is_judged(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_redshiftserverless_resource_policy" "a" {
  resource_arn = "arn:aws:redshift-serverless:eu-west-1:111122223333:snapshot/a"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = ["999988887777"] }
      Action    = ["redshift-serverless:RestoreFromSnapshot"]
    }]
  })
}
""",
    )
    assert told(results, "SNAP302") == [("SNAP302", "aws_redshiftserverless_resource_policy.a", 6, True)]
