"""SNAP302: a copy given to a stranger."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP302",
    name="untrusted-account-share",
    category=Category.SHARING,
    severity=Severity.HIGH,
    attack=("T1537",),
)
def untrusted_account_share(estate: Estate) -> Iterator[Finding]:
    """A snapshot, image or database snapshot is given to an account or organization that is not trusted.

    Whoever receives a copy restores it in an account where none of the owner's controls hold, and keeps it when the
    share is taken back. This is how data leaves once a snapshot is made. Snapshots under the AWS-managed default key
    can't be shared at all; a share of an encrypted one also needs the key to be shared. What a resource share gives
    away counts where it holds copies or can be copied: database clusters, air-gapped vaults, built images, volumes.

    Take the receiver out, or list it in trusted-accounts or trusted-organizations if it belongs to you. The account
    that the code is deployed to, and its organization, are trusted where the code looks them up.
    """
    for share in estate.shares:
        if share.is_public is not False:
            continue
        trusted = share.is_trusted(estate.settings)
        if not trusted:
            message = f"{share.subject} is given to {share.named}"
            known = trusted is False
            yield share.finding(f"{message}, which is not trusted" if known else message, share.receiver, certain=known)
    for policy in estate.snapshot_policies:
        yield from policy.openings(["redshift-serverless:RestoreFromSnapshot"], estate.root, estate.settings)


SETTINGS = {"trusted_accounts": ["111122223333"]}

BAD = {
    "terraform": """
        resource "aws_snapshot_create_volume_permission" "recovery" {
          snapshot_id = "snap-0123456789abcdef0"
          account_id  = "999988887777"
        }
    """,
    "cloudformation": """
        Resources:
          Daily:
            Type: AWS::DLM::LifecyclePolicy
            Properties:
              Description: daily snapshots
              State: ENABLED
              ExecutionRoleArn: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lifecycle
              PolicyDetails:
                ResourceTypes: [VOLUME]
                TargetTags: [{Key: Backup, Value: daily}]
                Schedules:
                  - Name: daily
                    CreateRule: {Interval: 24, IntervalUnit: HOURS}
                    RetainRule: {Count: 7}
                    ShareRules: [{TargetAccounts: ["999988887777"]}]
    """,
}
GOOD = mended(BAD, {"999988887777": "111122223333"})
