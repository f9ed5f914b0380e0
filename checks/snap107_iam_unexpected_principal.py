"""SNAP107: a principal that nobody expects to make or move copies."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP107",
    name="iam-unexpected-principal",
    category=Category.IAM,
    severity=Severity.HIGH,
    attack=("T1078.004",),
)
def iam_unexpected_principal(estate: Estate) -> Iterator[Finding]:
    """A principal can create, copy, share, export or restore snapshots or backups, and is not expected to.

    Only where `expected-principals` or a `snapguard.lock` says who is. ATT&CK's mitigation for this technique is to
    check routinely that only expected users can create snapshots and backups (M1047): a right that grew by accident
    stays unnoticed until someone holds the code against a list.

    Take the rights away, or add the principal to `expected-principals` or, by `snapguard audit --write-lock`, to the
    lock, where someone approves it.
    """
    yield from estate.unexpected_principals


SETTINGS = {"expected_principals": ["aws_iam_role.backup", "arn:aws:iam::*:role/backup"]}

BAD = {
    "terraform": """
        resource "aws_iam_role_policy" "nightly" {
          role = "reports"
          policy = jsonencode({
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Action = "rds:CreateDBSnapshot", Resource = "arn:aws:rds:*:*:*:orders*" }]
          })
        }
    """,
    "cloudformation": """
        Resources:
          Nightly:
            Type: AWS::IAM::RolePolicy
            Properties:
              PolicyName: nightly
              RoleName: reports
              PolicyDocument:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Action: rds:CreateDBSnapshot, Resource: "arn:aws:rds:*:*:*:orders*"}]
    """,
}
GOOD = mended(BAD, {"reports": "backup"})
