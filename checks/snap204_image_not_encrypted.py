"""SNAP204: an image whose disks can be read."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP204",
    name="image-not-encrypted",
    category=Category.ENCRYPTION,
    severity=Severity.HIGH,
    attack=("T1530",),
)
def image_not_encrypted(estate: Estate) -> Iterator[Finding]:
    """An image is registered or built with plain block devices.

    Every machine started from it gets plain disks, and so plain snapshots; and only a plain image can be made public.
    A device that comes from a snapshot is what the snapshot is: registering an image encrypts nothing.

    Switch encryption on for each device, or register a plain image only to copy it to an encrypted one.
    """
    for device in estate.image_devices:
        protection = estate.encryption.of(device)
        if not protection.answer:
            yield protection.finding(device)


BAD = {
    "terraform": """
        resource "aws_ami" "golden" {
          name                = "golden"
          virtualization_type = "hvm"
          root_device_name    = "/dev/xvda"

          ebs_block_device {
            device_name = "/dev/xvda"
            volume_size = 20
            encrypted   = false
          }
        }
    """,
    "cloudformation": """
        Resources:
          Golden:
            Type: AWS::ImageBuilder::ImageRecipe
            Properties:
              Name: golden
              Version: 1.0.0
              ParentImage: !Sub arn:${AWS::Partition}:imagebuilder:${AWS::Region}:aws:image/amazon-linux-2023-x86/x.x.x
              BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {VolumeSize: 20, Encrypted: false}}]
    """,
}
GOOD = mended(BAD, {"false": "true"})
