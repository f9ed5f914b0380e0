"""SNAP203: the account's safety net is taken away."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP203",
    name="ebs-default-encryption-off",
    category=Category.ENCRYPTION,
    severity=Severity.HIGH,
    attack=("T1530",),
)
def ebs_default_encryption_off(estate: Estate) -> Iterator[Finding]:
    """Default encryption of new volumes and snapshot copies is switched off for the account.

    The switch covers whatever nobody wrote encryption for: a volume restored by hand, a machine started in a hurry,
    the copy that an intruder makes. Without it each of them is plain.

    Switch it on, in every Region that is used, and choose a customer-managed key as the default key.
    """
    for switch in estate.default_encryption:
        if switch.is_on is False:
            yield switch.finding("the account's default encryption is switched off", switch.enabled)
        elif switch.is_on is None:
            message = "the account's default encryption may be switched off"
            yield switch.finding(message, switch.enabled, certain=False)


BAD = {
    "terraform": """
        resource "aws_ebs_encryption_by_default" "here" {
          enabled = false
        }
    """,
    "cloudformation": None,  # no resource type can say it
}
GOOD = mended(BAD, terraform={"false": "true"})
