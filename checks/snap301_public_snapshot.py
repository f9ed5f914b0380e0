"""SNAP301: a copy that everyone may restore."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP301",
    name="public-snapshot",
    category=Category.SHARING,
    severity=Severity.CRITICAL,
    attack=("T1537",),
)
def public_snapshot(estate: Estate) -> Iterator[Finding]:
    """A snapshot, image or database snapshot is given to everyone.

    Anyone with an AWS account can restore a public copy and read all that was on the disk, also what was deleted
    before it was taken; public copies are searched for all the time. Encrypted snapshots can't be made public, so a
    public one is always plain.

    Name the accounts that need the copy instead, encrypt it, and block public access to snapshots and images for the
    whole account.
    """
    for share in estate.shares:
        if share.is_public:
            yield share.finding(f"{share.subject} is given to everyone", share.receiver)
        elif share.is_public is None:
            yield share.finding(f"{share.subject} may be given to everyone", share.receiver, certain=False)


BAD = {
    "terraform": """
        resource "aws_ami_launch_permission" "share" {
          image_id = "ami-12345678"
          group    = "all"
        }
    """,
    "cloudformation": """
        Resources:
          Golden:
            Type: AWS::ImageBuilder::DistributionConfiguration
            Properties:
              Name: golden
              Distributions:
                - Region: eu-west-1
                  AmiDistributionConfiguration: {LaunchPermissionConfiguration: {UserGroups: [all]}}
    """,
}
GOOD = mended(
    BAD,
    terraform={
        "resource": 'data "aws_organizations_organization" "own" {}\n\nresource',
        "image_id ": "image_id         ",
        'group    = "all"': "organization_arn = data.aws_organizations_organization.own.arn",
    },
    cloudformation={"UserGroups: [all]": "UserIds: [!Ref AWS::AccountId]"},
)
