"""SNAP105: rights over snapshots and backups that a user holds for good."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP105",
    name="iam-standing-user-rights",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    attack=("T1078.004",),
)
def iam_standing_user_rights(estate: Estate) -> Iterator[Finding]:
    """An IAM user or a group holds rights over snapshots and backups on every resource.

    A user's access keys are valid until someone deletes them, and they leak: into repositories, laptops and logs. Who
    finds one has all that the user may do. The session of an assumed role ends by itself.

    Give such rights to a role, and let people assume it through a federated login and with MFA.
    """
    for holding in estate.holdings:
        if holding.is_standing:
            yield holding.standing_finding()


BAD = {
    "terraform": """
        resource "aws_iam_user_policy" "backup" {
          user = "backup"
          policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Action = "rds:CreateDBSnapshot", Resource = "*" }]
          })
        }
    """,
    "cloudformation": """
        Resources:
          Backup:
            Type: AWS::IAM::UserPolicy
            Properties:
              PolicyName: backup
              UserName: backup
              PolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Action: rds:CreateDBSnapshot, Resource: "*"}]
    """,
}
GOOD = mended(
    BAD,
    {'"*"': '"arn:aws:rds:*:*:*:orders*"'},
    terraform={"aws_iam_user_policy": "aws_iam_role_policy", "user =": "role ="},
    cloudformation={"UserPolicy": "RolePolicy", "UserName": "RoleName"},
)
