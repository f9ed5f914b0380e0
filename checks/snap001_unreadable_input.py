"""SNAP001: an input that could not be read."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP001",
    name="unreadable-input",
    category=Category.INPUT,
    severity=Severity.HIGH,
)
def unreadable_input(estate: Estate) -> Iterator[Finding]:
    """A file that looks like an input can't be read or parsed, or passes a bound.

    What can't be read is not judged: without this finding, a broken file would look like a safe one. The rest of the
    file and all other files are still judged.

    Mend the file at the place that is shown; `terraform validate` or `aws cloudformation validate-template` tells
    whether it is whole again. A file that is no input at all can be left out with `exclude`.
    """
    for error in estate.input_errors:
        if error.check == "SNAP001":
            yield Finding(error.message, error.span, severity=error.severity)


BAD = {
    "terraform": """
        resource "aws_ebs_volume" "data" {
          availability_zone = "eu-west-1a"
          size              = 100
          encrypted         =
        }
    """,
    "cloudformation": """
        Resources:
          Data:
            Type: AWS::EC2::Volume
            Properties: {AvailabilityZone: !Sub "${AWS::Region}a", Size: 100, Encrypted: true
    """,
}
GOOD = mended(
    BAD,
    terraform={"encrypted         =": "encrypted         = true"},
    cloudformation={"Encrypted: true": "Encrypted: true}"},
)
