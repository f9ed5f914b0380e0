"""SNAP201: a volume whose every snapshot can be read."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP201",
    name="volume-not-encrypted",
    category=Category.ENCRYPTION,
    severity=Severity.HIGH,
    attack=("T1530",),
)
def volume_not_encrypted(estate: Estate) -> Iterator[Finding]:
    """An EBS volume or block device is not encrypted and does not come from an encrypted snapshot.

    A snapshot of a plain volume is plain: whoever may share or copy it needs no key to read the disk, and it can be
    made public. What is written for a device is judged. A root device without a switch follows its image, so that it
    counts as plain only if the image is known to be (a public one always is); a device that is not written is left to
    its image. A key alone encrypts nothing.

    Set the switch to true and name a customer-managed key, or switch on default encryption for the account. An
    existing volume is encrypted by restoring it from an encrypted copy of its snapshot.
    """
    for volume in estate.volumes:
        protection = estate.encryption.of(volume)
        if not protection.answer:
            yield protection.finding(volume)


BAD = {
    "terraform": """
        resource "aws_ebs_volume" "orders" {
          availability_zone = "eu-west-1a"
          size              = 100
        }
    """,
    "cloudformation": """
        Resources:
          Orders:
            Type: AWS::EC2::Volume
            Properties: {AvailabilityZone: !Sub "${AWS::Region}a", Size: 100}
    """,
}
GOOD = mended(
    BAD,
    terraform={"size              = 100": "size              = 100\n  encrypted         = true"},
    cloudformation={"Size: 100": "Size: 100, Encrypted: true"},
)
