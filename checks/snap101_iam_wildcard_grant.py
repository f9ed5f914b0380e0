"""SNAP101: a wildcard that takes in rights over snapshots and backups."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP101",
    name="iam-wildcard-grant",
    category=Category.IAM,
    severity=Severity.HIGH,
    attack=("T1537",),
)
def iam_wildcard_grant(estate: Estate) -> Iterator[Finding]:
    """An action pattern with a wildcard, or NotAction, gives rights over snapshots, images or backups without a limit.

    Whoever holds such a policy can copy any disk or database of the account, and often share the copy with an
    account of their own. A wildcard grows by itself: each action that AWS adds under it is allowed from that day on.

    Name the actions that are needed, and limit them to the resources they are for, by ARN or by a condition on a tag.
    """
    for grant in estate.broad_grants:
        if grant.by_wildcard:
            yield grant.report()


BAD = {
    "terraform": """
        resource "aws_iam_policy" "operators" {
          policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Action = "ec2:*Snapshot*", Resource = "*" }]
          })
        }
    """,
    "cloudformation": """
        Resources:
          Operators:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Action: "ec2:*Snapshot*", Resource: "*"}]
    """,
}
GOOD = mended(BAD, {"ec2:*Snapshot*": "ec2:DescribeSnapshot*"})
