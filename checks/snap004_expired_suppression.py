"""SNAP004: an ignore comment whose day has passed."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP004",
    name="expired-suppression",
    category=Category.INPUT,
    severity=Severity.LOW,
)
def expired_suppression(estate: Estate) -> Iterator[Finding]:
    """The day until which an ignore comment counts has passed.

    What it suppressed is reported again. The day was set so that somebody looks again.

    Mend what the comment suppressed, or set another day (`until=2030-01-31`) if the reason still holds.
    """
    for suppression in estate.expired_suppressions:
        yield Finding(f"this comment counts until {suppression.until}", suppression.span)


BAD = {
    "terraform": """
        # snapguard: ignore[SNAP201] reason="scratch disk" until=2020-01-31
        resource "aws_ebs_volume" "data" {
          availability_zone = "eu-west-1a"
          size              = 100
          encrypted         = false
        }
    """,
    "cloudformation": """
        Resources:
          Data:  # snapguard: ignore[SNAP201] reason="scratch disk" until=2020-01-31
            Type: AWS::EC2::Volume
            Properties: {AvailabilityZone: !Sub "${AWS::Region}a", Size: 100, Encrypted: false}
    """,
}
GOOD = mended(BAD, {"2020-01-31": "9999-12-31"})
