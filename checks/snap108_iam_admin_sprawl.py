"""SNAP108: more administrators than the project allows."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP108",
    name="iam-admin-sprawl",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    attack=("T1078.004",),
)
def iam_admin_sprawl(estate: Estate) -> Iterator[Finding]:
    """More principals are administrators than `max-administrators` allows.

    An administrator can make a copy of every disk and database, share it, and remove the trail of it. Each one more
    is one more set of credentials that gives all of this to whoever finds them (ATT&CK's mitigation M1018).

    Give the rights that a task needs instead of all rights, or raise `max-administrators` where the number is meant.
    """
    yield from estate.excess_administrators


SETTINGS = {"max_administrators": 1}

BAD = {
    "terraform": """
        resource "aws_iam_role_policy_attachment" "team" {
          for_each   = toset(["platform", "deploy"])
          role       = each.key
          policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        }
    """,
    "cloudformation": """
        Resources:
          Platform:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
              ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
          Deploy:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRole}]
              ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
    """,
}
GOOD = mended(BAD, {"AdministratorAccess": "AmazonRDSReadOnlyAccess"})
