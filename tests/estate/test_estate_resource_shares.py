"""Copies that Resource Access Manager gives away, in both languages."""

import json

import pytest

CLUSTER = """
data "aws_organizations_organization" "own" {}
data "aws_caller_identity" "own" {}
variable "unset" {}
resource "aws_rds_cluster" "orders" {
  engine            = "aurora-postgresql"
  storage_encrypted = true
}
"""
SHARE = """
resource "aws_ram_resource_share" "s" {
  name                      = "s"
  %s
}
resource "aws_ram_resource_association" "a" {
  resource_arn       = %s
  resource_share_arn = aws_ram_resource_share.s.arn
}
resource "aws_ram_principal_association" "p" {
  principal          = %s
  resource_share_arn = aws_ram_resource_share.s.arn
}
"""
OPEN, ORDERS, STRANGER = "allow_external_principals = true", "aws_rds_cluster.orders.arn", '"999988887777"'


def told(results):
    return [(result.code, result.address, result.status.value) for result in results]


def shared(scan_text, switch=OPEN, thing=ORDERS, receiver=STRANGER, extra="", **settings):
    code = CLUSTER + SHARE % (switch, thing, receiver) + extra
    return told(scan_text("terraform", code, select=["SNAP301", "SNAP302"], **settings))


FOUND = [("SNAP302", "aws_ram_principal_association.p", "fail")]
MAYBE = [("SNAP302", "aws_ram_principal_association.p", "unknown")]


@pytest.mark.parametrize(
    "thing",
    [
        ORDERS,
        '"arn:aws:rds:eu-west-1:111122223333:cluster:orders"',
        '"arn:aws:rds:eu-west-1:${data.aws_caller_identity.own.account_id}:cluster:orders"',
        '"arn:aws-cn:backup:cn-north-1:111122223333:backup-vault:gapped"',
        '"arn:aws:imagebuilder:eu-west-1:111122223333:image/golden/1.0.0/1"',
        '"arn:aws:fsx:eu-west-1:111122223333:volume/fs-1/fsvol-1"',
        '"arn:aws:cloudhsm:eu-west-1:111122223333:backup/backup-1"',
    ],
)
def test_what_can_be_copied_is_found_by_its_resource_or_arn(scan_text, thing):
    assert shared(scan_text, thing=thing) == FOUND


@pytest.mark.parametrize(
    "thing",
    [
        '"arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"',
        '"arn:aws:rds:eu-west-1:111122223333:db:orders"',
        '"arn:aws:imagebuilder:eu-west-1:111122223333:component/c/1.0.0/1"',
        "aws_ec2_transit_gateway.hub.arn",
        '"orders"',
    ],
)
def test_what_holds_no_copies_is_other_tools_business(scan_text, thing):
    hub = 'resource "aws_ec2_transit_gateway" "hub" {}\n'
    assert shared(scan_text, thing=thing, extra=hub) == []


def test_what_is_not_known_may_hold_copies(scan_text):
    assert shared(scan_text, thing="var.unset") == MAYBE
    assert shared(scan_text, switch="", thing="var.unset") == []
    assert shared(scan_text, thing="var.unset", receiver="data.aws_caller_identity.own.account_id") == []


@pytest.mark.parametrize("association", ["a", "p"])
def test_a_share_that_is_not_known_may_be_any(scan_text, association):
    def told_of(switch):
        before, name, after = (CLUSTER + SHARE % (switch, ORDERS, STRANGER)).partition(f'"{association}" {{')
        code = before + name + after.replace("aws_ram_resource_share.s.arn", "var.unset", 1)
        return told(scan_text("terraform", code, select=["SNAP302"]))

    assert told_of(OPEN) == MAYBE
    assert told_of("") == []


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [
        (STRANGER, FOUND),
        ('"arn:aws:iam::999988887777:role/theirs"', FOUND),
        ('"arn:aws:organizations::999988887777:organization/o-theirs0000"', FOUND),
        ('"arn:aws:organizations::999988887777:ou/o-theirs0000/ou-ab12-cd34ef56"', FOUND),
        ('"arn:aws:organizations::999988887777:ou/o-ours000000/ou-ab12-cd34ef56"', []),
        ('"123412341234"', []),
        ("data.aws_organizations_organization.own.arn", []),
        ("data.aws_caller_identity.own.account_id", []),
        ('"backup.amazonaws.com"', []),
        ("var.unset", MAYBE),
    ],
)
def test_a_receiver_is_judged_as_that_of_any_other_share(scan_text, receiver, expected):
    settings = {"trusted_accounts": ["123412341234"], "trusted_organizations": ["o-ours000000"]}
    assert shared(scan_text, receiver=receiver, **settings) == expected


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (OPEN, FOUND),
        ("", []),
        ("allow_external_principals = false", []),
        ("allow_external_principals = var.unset", MAYBE),
        (f"{OPEN}\n  count = 0", []),
    ],
)
def test_a_share_that_stays_in_the_organization_is_silent(scan_text, switch, expected):
    code = CLUSTER + (SHARE % (switch, ORDERS, STRANGER))
    if "count" in switch:
        code = code.replace("aws_ram_resource_share.s.arn", "one(aws_ram_resource_share.s[*].arn)")
    assert told(scan_text("terraform", code, select=["SNAP302"])) == expected


def test_a_share_that_is_made_elsewhere_may_let_outsiders_in(scan_text):
    code = CLUSTER + SHARE.partition("}\n")[2] % (ORDERS, STRANGER)
    code = code.replace("aws_ram_resource_share.s.arn", '"arn:aws:ram:eu-west-1:111122223333:resource-share/1"')
    assert told(scan_text("terraform", code, select=["SNAP302"])) == MAYBE


def test_an_association_that_may_not_exist_makes_it_uncertain(scan_text):
    code = CLUSTER + SHARE % (OPEN, ORDERS, STRANGER)
    code = code.replace('"a" {', '"a" {\n  count = var.unset ? 1 : 0')
    assert told(scan_text("terraform", code, select=["SNAP302"])) == MAYBE


def test_the_evidence_leads_to_what_is_shared_and_to_the_switch(scan_text):
    code = CLUSTER + SHARE % (OPEN, ORDERS, STRANGER)
    (result,) = scan_text("terraform", code, select=["SNAP302"])
    assert result.message == (
        "the database cluster in the resource share is given to account 999988887777, which is not trusted"
    )
    assert [evidence.message for evidence in result.evidence] == [
        "aws_ram_resource_association.a shares the database cluster",
        "aws_ram_resource_share.s may be given to accounts outside the organization",
    ]


TEMPLATE = """
Resources:
  Vault:
    Type: AWS::Backup::LogicallyAirGappedBackupVault
    Properties: {BackupVaultName: gapped, MinRetentionDays: 7, MaxRetentionDays: 30}
  Share:
    Type: AWS::RAM::ResourceShare
    Properties:
      Name: gapped
      %s
      Principals: ["999988887777", !Ref AWS::AccountId]
      ResourceArns: [!GetAtt Vault.BackupVaultArn]
"""


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ("AllowExternalPrincipals: true", [("SNAP302", "Share", "fail")]),
        ("Tags: []", [("SNAP302", "Share", "fail")]),
        ("AllowExternalPrincipals: false", []),
    ],
)
def test_a_template_lets_outsiders_in_unless_told_otherwise(scan_text, switch, expected):
    assert told(scan_text("cloudformation", TEMPLATE % switch, select=["SNAP302"])) == expected


def test_a_plan_shows_the_same(scan_files):
    def planned(kind, name, values):
        return {
            "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws", **({} if values is None else {"values": values}),
        }  # fmt: skip

    def configured(kind, name, constants=(), **links):
        expressions = {key: {"references": [f"{address}.arn", address]} for key, address in links.items()}
        expressions |= {key: {"constant_value": value} for key, value in constants}
        return {
            "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name,
            "provider_config_key": "aws", "expressions": expressions,
        }  # fmt: skip

    share, cluster = "aws_ram_resource_share.s", "aws_rds_cluster.orders"
    resources = [
        planned("aws_rds_cluster", "orders", {"storage_encrypted": True}),
        planned("aws_ram_resource_share", "s", {"allow_external_principals": True}),
        planned("aws_ram_resource_association", "a", None),
        planned("aws_ram_principal_association", "p", {"principal": "999988887777"}),
    ]
    unknown = {
        "aws_ram_resource_association.a": {"resource_arn": True, "resource_share_arn": True},
        "aws_ram_principal_association.p": {"resource_share_arn": True},
    }
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [
            {
                **{key: each[key] for key in ("address", "mode", "type", "name", "provider_name")},
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": each.get("values", {}),
                    "after_unknown": unknown.get(each["address"], {}),
                },
            }
            for each in resources
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    configured("aws_rds_cluster", "orders", [("storage_encrypted", True)]),
                    configured("aws_ram_resource_share", "s", [("allow_external_principals", True)]),
                    configured("aws_ram_resource_association", "a", resource_arn=cluster, resource_share_arn=share),
                    configured(
                        "aws_ram_principal_association",
                        "p",
                        [("principal", "999988887777")],
                        resource_share_arn=share,
                    ),
                ]
            }
        },
    }
    report = scan_files({"plan.json": json.dumps(plan)}, select=["SNAP302"])
    assert told(report.results) == FOUND
