"""SNAP202: a copy that could have been encrypted on the way."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP202",
    name="snapshot-copy-not-encrypted",
    category=Category.ENCRYPTION,
    severity=Severity.HIGH,
    attack=("T1530",),
)
def snapshot_copy_not_encrypted(estate: Estate) -> Iterator[Finding]:
    """A snapshot copy, image copy or import is not encrypted.

    Copying is how a plain snapshot becomes an encrypted one, and how it gets out of the Region with its controls. A
    copy of an encrypted source stays encrypted; any other is as plain as its source, unless encryption is asked for.
    A source that the code does not show to be encrypted is not taken to be.

    Ask for encryption on the copy, with a customer-managed key of the Region that it goes to.
    """
    for copy in estate.copies:
        protection = estate.encryption.of_copy(copy)
        if not protection.answer:
            yield protection.finding(copy)


BAD = {
    "terraform": """
        resource "aws_ebs_snapshot_copy" "elsewhere" {
          source_snapshot_id = "snap-0123456789abcdef0"
          source_region      = "us-west-2"
          encrypted          = false
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
                    CrossRegionCopyRules: [{TargetRegion: eu-central-1, Encrypted: false}]
    """,
}
GOOD = mended(BAD, {"false": "true"})
