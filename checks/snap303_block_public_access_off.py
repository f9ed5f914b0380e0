"""SNAP303: the account's lock against public copies is open."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP303",
    name="block-public-access-off",
    category=Category.SHARING,
    severity=Severity.HIGH,
    attack=("T1685",),
)
def block_public_access_off(estate: Estate) -> Iterator[Finding]:
    """Block public access for snapshots or images is switched off, or leaves what is public as it is.

    The block holds for the whole account and Region, whatever a single share says: it is what stops a copy from being
    made public by mistake or by an intruder. For snapshots, blocking only new shares leaves public ones public; for
    images that is the strictest state.

    Set the state to block all sharing for snapshots, and to block new sharing for images, in every Region.
    """
    for block in estate.public_access_blocks:
        if block.is_off:
            yield block.finding(f"block public access for {block.subject} is switched off", block.state)
        elif block.leaves_existing:
            message = f"{block.subject} that are public stay public: only new sharing is blocked"
            yield block.finding(message, block.state, severity=Severity.LOW)
        elif block.is_off is None:
            message = f"block public access for {block.subject} may be switched off"
            yield block.finding(message, block.state, certain=False)
        elif block.leaves_existing is None:
            message = f"{block.subject} that are public may stay public: perhaps only new sharing is blocked"
            yield block.finding(message, block.state, severity=Severity.LOW, certain=False)


BAD = {
    "terraform": """
        resource "aws_ebs_snapshot_block_public_access" "here" {
          state = "unblocked"
        }
    """,
    "cloudformation": """
        Resources:
          Here:
            Type: AWS::EC2::SnapshotBlockPublicAccess
            Properties: {State: block-new-sharing}
    """,
}
GOOD = mended(
    BAD,
    terraform={"unblocked": "block-all-sharing"},
    cloudformation={"block-new-sharing": "block-all-sharing"},
)
