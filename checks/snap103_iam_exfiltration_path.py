"""SNAP103: one principal can make copies and give them away."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP103",
    name="iam-exfiltration-path",
    category=Category.IAM,
    severity=Severity.CRITICAL,
    attack=("T1537",),
)
def iam_exfiltration_path(estate: Estate) -> Iterator[Finding]:
    """A principal can, over all that it holds, make a copy of a disk or database and share or export it.

    Each right may look harmless in its own policy. Together they are the whole road out of the account: whoever takes
    over the principal copies the data and hands the copy to an account of their own, without touching the original.

    Split the rights between two roles, or limit with whom copies can be shared (`ec2:Add/userId`).
    """
    yield from estate.exfiltration_paths


BAD = {
    "terraform": """
        resource "aws_iam_role_policy" "save" {
          role = "operator"
          policy = jsonencode({ Version = "2012-10-17", Statement = [
            { Effect = "Allow", Action = "rds:CreateDBSnapshot", Resource = "arn:aws:rds:*:*:*:sales*" }
          ] })
        }

        resource "aws_iam_role_policy" "share" {
          role = "operator"
          policy = jsonencode({ Version = "2012-10-17", Statement = [
            { Effect = "Allow", Action = "rds:ModifyDBSnapshotAttribute", Resource = "arn:aws:rds:*:*:snapshot:sales*" }
          ] })
        }
    """,
    "cloudformation": """
        Resources:
          Operator:
            Type: AWS::IAM::RolePolicy
            Properties:
              PolicyName: sales
              RoleName: operator
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: rds:CreateDBSnapshot, Resource: "arn:aws:rds:*:*:*:sales*"}
                  - {Effect: Allow, Action: rds:ModifyDBSnapshotAttribute, Resource: "arn:aws:rds:*:*:snapshot:sales*"}
    """,
}
GOOD = mended(
    BAD,
    terraform={'"share" {\n  role = "operator"': '"share" {\n  role = "recovery"'},
    cloudformation={"rds:ModifyDBSnapshotAttribute": "rds:DescribeDBSnapshots"},
)
