"""Policies for people and services who work with backups, written by the book: nothing is found in them.

Each is a list of statements in JSON, judged in a policy of its own in both languages.
"""

import json
import textwrap

import pytest

ACCOUNT = "111122223333"
DR_ACCOUNT = "444455556666"


def allow(actions, resources, **conditions):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return {**statement, "Condition": conditions} if conditions else statement


READ_EC2 = allow(["ec2:DescribeVolumes", "ec2:DescribeSnapshots", "ec2:DescribeInstances", "ec2:DescribeTags"], "*")

POLICIES = {
    "nightly snapshots of tagged volumes": [
        READ_EC2,
        allow("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/*", StringEquals={"aws:ResourceTag/backup": "nightly"}),
        allow("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/*", StringEquals={"aws:RequestTag/backup": "nightly"}),
        allow("ec2:CreateTags", "arn:aws:ec2:*::snapshot/*", StringEquals={"ec2:CreateAction": "CreateSnapshot"}),
    ],
    "retention: deleting the snapshots that the job made": [
        READ_EC2,
        allow("ec2:DeleteSnapshot", "arn:aws:ec2:*::snapshot/*", StringEquals={"ec2:ResourceTag/backup": "nightly"}),
    ],
    "EBS CSI driver with tag conditions": [
        READ_EC2,
        allow(
            ["ec2:CreateVolume", "ec2:CopyVolumes"],
            "arn:aws:ec2:*:*:volume/*",
            StringEquals={"aws:RequestTag/ebs.csi.aws.com/cluster": "true"},
        ),
        allow(
            "ec2:CopyVolumes",
            "arn:aws:ec2:*:*:volume/vol-*",
            StringLike={"ec2:ResourceTag/kubernetes.io/created-for/pvc/name": "*"},
        ),
        allow(
            "ec2:CreateSnapshot",
            "arn:aws:ec2:*:*:snapshot/*",
            StringEquals={"aws:RequestTag/ebs.csi.aws.com/cluster": "true"},
        ),
        allow(
            "ec2:CreateSnapshot",
            "arn:aws:ec2:*:*:volume/*",
            StringEquals={"ec2:ResourceTag/ebs.csi.aws.com/cluster": "true"},
        ),
        allow(
            ["ec2:ModifyVolume", "ec2:AttachVolume", "ec2:DetachVolume", "ec2:DeleteVolume"],
            "arn:aws:ec2:*:*:volume/*",
            StringLike={"ec2:ResourceTag/CSIVolumeName": "*"},
        ),
        allow(["ec2:AttachVolume", "ec2:DetachVolume"], "arn:aws:ec2:*:*:instance/*"),
        allow(
            ["ec2:CreateVolume", "ec2:EnableFastSnapshotRestores"],
            "arn:aws:ec2:*:*:snapshot/*",
            StringEquals={"ec2:ResourceTag/ebs.csi.aws.com/cluster": "true"},
        ),
        allow(
            ["ec2:DeleteSnapshot", "ec2:LockSnapshot"],
            "arn:aws:ec2:*:*:snapshot/*",
            StringLike={"ec2:ResourceTag/CSIVolumeSnapshotName": "*"},
        ),
    ],
    "Velero with tags of its cluster": [
        READ_EC2,
        allow(
            "ec2:CreateSnapshot",
            "arn:aws:ec2:*:*:volume/*",
            StringEquals={"aws:ResourceTag/kubernetes.io/cluster/shop": "owned"},
        ),
        allow(
            ["ec2:CreateSnapshot", "ec2:CreateTags"],
            "arn:aws:ec2:*::snapshot/*",
            StringLike={"aws:RequestTag/velero.io/backup": "*"},
        ),
        allow(
            ["ec2:CreateVolume", "ec2:DeleteSnapshot"],
            "arn:aws:ec2:*::snapshot/*",
            StringLike={"aws:ResourceTag/velero.io/backup": "*"},
        ),
        allow(
            "ec2:CreateVolume",
            "arn:aws:ec2:*:*:volume/*",
            StringEquals={"aws:RequestTag/kubernetes.io/cluster/shop": "owned"},
        ),
        allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::velero-shop/*"),
        allow("s3:ListBucket", "arn:aws:s3:::velero-shop"),
    ],
    "snapshots of one database": [
        allow(["rds:DescribeDBInstances", "rds:DescribeDBSnapshots"], "*"),
        allow(
            ["rds:CreateDBSnapshot", "rds:AddTagsToResource"],
            [f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders", f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:orders-*"],
        ),
        allow("rds:DeleteDBSnapshot", f"arn:aws:rds:eu-west-1:{ACCOUNT}:snapshot:orders-*"),
    ],
    "copies of a database's snapshots to another Region": [
        allow("rds:CopyDBSnapshot", "arn:aws:rds:*:*:snapshot:orders-*"),
        allow(
            ["kms:Decrypt", "kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext"],
            f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            StringEquals={"kms:ViaService": "rds.eu-west-1.amazonaws.com"},
        ),
    ],
    "restore tests from tagged snapshots into a sandbox": [
        allow(
            "rds:RestoreDBInstanceFromDBSnapshot",
            [
                "arn:aws:rds:*:*:db:restore-test-*",
                "arn:aws:rds:*:*:snapshot:orders-*",
                "arn:aws:rds:*:*:subgrp:restore-test",
                "arn:aws:rds:*:*:og:*",
                "arn:aws:rds:*:*:pg:*",
            ],
        ),
        allow("rds:DeleteDBInstance", "arn:aws:rds:*:*:db:restore-test-*"),
    ],
    "on-demand backups into one vault": [
        allow(["backup:List*", "backup:Describe*", "backup:Get*"], "*"),
        allow("backup:StartBackupJob", f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:daily"),
        allow(
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/backup",
            StringEquals={"iam:PassedToService": "backup.amazonaws.com"},
        ),
    ],
    "restores of tagged recovery points": [
        allow(
            "backup:StartRestoreJob",
            "arn:aws:backup:*:*:recovery-point:*",
            StringEquals={"aws:ResourceTag/restore": "allowed"},
        ),
    ],
    "cross-account copies to the DR vault": [
        allow(
            "backup:CopyIntoBackupVault",
            f"arn:aws:backup:eu-central-1:{DR_ACCOUNT}:backup-vault:dr",
        ),
        allow(
            "backup:CopyFromBackupVault",
            f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:daily",
            **{"ForAllValues:ArnLike": {"backup:CopyTargets": f"arn:aws:backup:*:{DR_ACCOUNT}:backup-vault:dr"}},
        ),
    ],
    "sharing tagged snapshots with the DR account alone": [
        allow(
            "ec2:ModifySnapshotAttribute",
            "arn:aws:ec2:*::snapshot/*",
            StringEquals={"ec2:Add/userId": DR_ACCOUNT, "aws:ResourceTag/dr": "true"},
        ),
    ],
    "lifecycle policies of a team": [
        allow(["dlm:GetLifecyclePolicies", "dlm:GetLifecyclePolicy"], "*"),
        allow(
            ["dlm:UpdateLifecyclePolicy", "dlm:DeleteLifecyclePolicy"],
            "arn:aws:dlm:*:*:policy/*",
            StringEquals={"aws:ResourceTag/team": "data"},
        ),
    ],
    "reading the blocks of tagged snapshots": [
        allow(
            ["ebs:ListSnapshotBlocks", "ebs:GetSnapshotBlock"],
            "arn:aws:ec2:*::snapshot/*",
            StringEquals={"aws:ResourceTag/scan": "malware"},
        ),
    ],
    "machine images of one instance": [
        READ_EC2,
        allow(
            "ec2:CreateImage",
            [
                f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-0123456789abcdef0",
                "arn:aws:ec2:eu-west-1::image/*",
                "arn:aws:ec2:eu-west-1::snapshot/*",
            ],
        ),
        allow("ec2:DeregisterImage", "arn:aws:ec2:eu-west-1::image/*", StringEquals={"ec2:ResourceTag/team": "web"}),
    ],
    "backups of one table": [
        allow(["dynamodb:ListBackups", "dynamodb:DescribeBackup"], "*"),
        allow("dynamodb:CreateBackup", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"),
        allow("dynamodb:DeleteBackup", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders/backup/*"),
    ],
    "snapshots of one warehouse": [
        allow(
            "redshift:CreateClusterSnapshot",
            f"arn:aws:redshift:eu-west-1:{ACCOUNT}:snapshot:sales/*",
        ),
        allow("redshift:DescribeClusterSnapshots", "*"),
    ],
    "backups of one file system": [
        allow(
            "fsx:CreateBackup",
            [f"arn:aws:fsx:eu-west-1:{ACCOUNT}:file-system/fs-0123456789abcdef0", "arn:aws:fsx:*:*:backup/*"],
        ),
    ],
    "an auditor": [
        allow(["ec2:Describe*", "rds:Describe*", "backup:List*", "backup:Describe*", "iam:Get*", "iam:List*"], "*"),
    ],
    "only within the own account": [
        allow(
            "rds:CreateDBSnapshot",
            "*",
            StringEquals={"aws:ResourceAccount": "${aws:PrincipalAccount}", "aws:ResourceTag/backup": "true"},
        ),
    ],
    "self-service by tag of the caller's team": [
        allow(
            ["ec2:CreateSnapshot"],
            "arn:aws:ec2:*:*:volume/*",
            StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"},
        ),
        allow("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/*"),
    ],
}


def terraform(statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2).replace("${", "$${")
    return f'resource "aws_iam_policy" "operator" {{\n  policy = <<EOF\n{document}\nEOF\n}}\n'


def cloudformation(statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return f"""Resources:
  Operator:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {document}
"""


@pytest.mark.parametrize("language", ["terraform", "cloudformation"])
@pytest.mark.parametrize("statements", POLICIES.values(), ids=POLICIES)
def test_a_policy_by_the_book_is_silent(scan_text, language, statements):
    code = terraform(statements) if language == "terraform" else cloudformation(statements)

    results = scan_text(language, code, trusted_accounts=[DR_ACCOUNT])
    assert [(result.code, result.status.value, result.message) for result in results] == []


@pytest.mark.parametrize("statements", POLICIES.values(), ids=POLICIES)
def test_the_same_rights_without_resources_and_conditions_are_found_where_there_are_any(scan_text, statements):
    wide = [{"Effect": "Allow", "Action": one["Action"], "Resource": "*"} for one in statements]

    found = [result.code for result in scan_text("terraform", terraform(wide), select=["SNAP101", "SNAP102"])]
    reads_only = statements is POLICIES["an auditor"]
    assert bool(found) is not reads_only


SERVICE_ROLE = {
    "terraform": """
        resource "aws_iam_role" "service" {
          name = "service"
          assume_role_policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{
              Effect    = "Allow"
              Principal = { Service = "SERVICE.amazonaws.com" }
              Action    = "sts:AssumeRole"
            }]
          })
        }
        resource "aws_iam_role_policy_attachment" "service" {
          role       = aws_iam_role.service.name
          policy_arn = "arn:aws:iam::aws:policy/service-role/POLICY"
        }
    """,
    "cloudformation": """
        Resources:
          Service:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {Service: SERVICE.amazonaws.com}, Action: sts:AssumeRole}]
              ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/POLICY]
    """,
}


@pytest.mark.parametrize(
    ("service", "policy"),
    [
        ("backup", "AWSBackupServiceRolePolicyForBackup"),
        ("backup", "AWSBackupServiceRolePolicyForRestores"),
        ("dlm", "AWSDataLifecycleManagerServiceRole"),
        ("dlm", "AWSDataLifecycleManagerServiceRoleForAMIManagement"),
    ],
)
@pytest.mark.parametrize("language", SERVICE_ROLE)
def test_the_role_of_a_backup_service_with_the_policy_that_aws_wrote_for_it_is_silent(
    scan_text, language, service, policy
):
    code = textwrap.dedent(SERVICE_ROLE[language]).replace("SERVICE", service, 1).replace("POLICY", policy)

    assert [(result.code, result.message) for result in scan_text(language, code)] == []


TRUST = {
    "terraform": """
        resource "aws_iam_role" "r" {
          assume_role_policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "*" }]
          })
        }
    """,
    "cloudformation": """
        Resources:
          R:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "*"}]
    """,
}


@pytest.mark.parametrize("language", TRUST)
def test_a_trust_policy_gives_no_right_over_copies(scan_text, language):
    assert scan_text(language, textwrap.dedent(TRUST[language]), select=["iam"]) == []
