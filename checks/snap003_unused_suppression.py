"""SNAP003: an ignore comment that does nothing."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP003",
    name="unused-suppression",
    category=Category.INPUT,
    severity=Severity.LOW,
)
def unused_suppression(estate: Estate) -> Iterator[Finding]:
    """An ignore comment suppresses nothing.

    It hides the next finding of its check at this place, though nobody has judged that one; or it names no check, or
    lacks the reason that the project asks for, and so does not do what its author meant.

    Remove the comment, or correct the check that it names; where a reason is asked for, add `reason="..."`.
    """
    for suppression in estate.unused_suppressions:
        what = "there is nothing to suppress here" if suppression.codes else "this comment names no check"
        yield Finding(what, suppression.span)
    for suppression in estate.refused_suppressions:
        yield Finding("nothing is suppressed without a reason", suppression.span)


BAD = {
    "terraform": """
        # snapguard: ignore[SNAP201] reason="scratch disk"
        resource "aws_ebs_volume" "data" {
          availability_zone = "eu-west-1a"
          size              = 100
          encrypted         = true
        }
    """,
    "cloudformation": """
        Resources:
          Data:  # snapguard: ignore[SNAP201] reason="scratch disk"
            Type: AWS::EC2::Volume
            Properties: {AvailabilityZone: !Sub "${AWS::Region}a", Size: 100, Encrypted: true}
    """,
}
GOOD = mended(BAD, {"true": "false"})
