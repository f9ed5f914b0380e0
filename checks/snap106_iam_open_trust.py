"""SNAP106: a role with rights over snapshots and backups that outsiders may assume."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP106",
    name="iam-open-trust",
    category=Category.IAM,
    severity=Severity.HIGH,
    attack=("T1078.004",),
)
def iam_open_trust(estate: Estate) -> Iterator[Finding]:
    """Everyone, or an account that is not trusted, may assume a role with rights over snapshots and backups.

    The rights of a role are the rights of all who may assume it. A trust policy that names an account without an
    external id can be used through that account by each of its customers (the confused deputy).

    Name the roles that may assume it, ask for an external id or an organization in the conditions, and list the
    accounts that are your own under `trusted-accounts`.
    """
    yield from estate.open_trusts


BAD = {
    "terraform": """
        resource "aws_iam_role" "backup" {
          assume_role_policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole" }]
          })
        }

        resource "aws_iam_role_policy_attachment" "backup" {
          role       = aws_iam_role.backup.name
          policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
        }
    """,
    "cloudformation": """
        Resources:
          Backup:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: sts:AssumeRole}]
              ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]
    """,
}
GOOD = mended(
    BAD,
    terraform={'AWS = "*"': 'Service = "backup.amazonaws.com"'},
    cloudformation={'AWS: "*"': "Service: backup.amazonaws.com"},
)
