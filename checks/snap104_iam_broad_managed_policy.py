"""SNAP104: an AWS managed policy that takes in rights over snapshots and backups."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP104",
    name="iam-broad-managed-policy",
    category=Category.IAM,
    severity=Severity.HIGH,
    attack=("T1537",),
)
def iam_broad_managed_policy(estate: Estate) -> Iterator[Finding]:
    """An AWS managed policy is attached that gives rights over snapshots and backups on every resource.

    Managed policies named FullAccess are written for trying a service out. AmazonEC2FullAccess alone is enough to
    snapshot every disk of the account and to share the snapshots with another one; AWS adds to such policies over time.

    Write a policy of your own with the actions and resources that are needed, or cut the holder's rights with a
    permissions boundary.
    """
    for holding in estate.holdings:
        if holding.is_managed:
            yield holding.managed_finding()


BAD = {
    "terraform": """
        resource "aws_iam_role_policy_attachment" "operators" {
          role       = "operators"
          policy_arn = "arn:aws:iam::aws:policy/AmazonEC2FullAccess"
        }
    """,
    "cloudformation": """
        Resources:
          Operators:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
              ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonEC2FullAccess]
    """,
}
GOOD = mended(BAD, {"AmazonEC2FullAccess": "AmazonEC2ReadOnlyAccess"})
