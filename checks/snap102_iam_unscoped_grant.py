"""SNAP102: a right over snapshots or backups that no resource limits."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP102",
    name="iam-unscoped-grant",
    category=Category.IAM,
    severity=Severity.HIGH,
    attack=("T1537",),
)
def iam_unscoped_grant(estate: Estate) -> Iterator[Finding]:
    """A right over snapshots, images or backups is given by name, but on every resource.

    A job that saves one volume needs a right to that volume. Given on everything, the same right copies the disks of
    domain controllers and the databases with customer data, and nobody notices until the entitlement review.

    Name the volumes, databases or vaults in Resource, or bind the right to a tag with a condition on
    `aws:ResourceTag/…`. An action that takes no resource can be limited by conditions alone.
    """
    for grant in estate.broad_grants:
        if not grant.by_wildcard:
            yield grant.report()


BAD = {
    "terraform": """
        data "aws_iam_policy_document" "nightly" {
          statement {
            actions   = ["ec2:CreateSnapshot"]
            resources = ["*"]
          }
        }

        resource "aws_iam_policy" "nightly" {
          policy = data.aws_iam_policy_document.nightly.json
        }
    """,
    "cloudformation": """
        Resources:
          Nightly:
            Type: AWS::IAM::ManagedPolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: ec2:CreateSnapshot
                    Resource: "*"
    """,
}
GOOD = mended(
    BAD,
    terraform={'["*"]': '["arn:aws:ec2:*:*:volume/vol-0123456789abcdef0", "arn:aws:ec2:*::snapshot/*"]'},
    cloudformation={'"*"': '"*"\n            Condition: {StringEquals: {"aws:ResourceTag/backup": nightly}}'},
)
