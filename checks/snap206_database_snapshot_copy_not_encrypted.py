"""SNAP206: the snapshot of a database copied without a key."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP206",
    name="database-snapshot-copy-not-encrypted",
    category=Category.ENCRYPTION,
    severity=Severity.HIGH,
    attack=("T1530",),
)
def database_snapshot_copy_not_encrypted(estate: Estate) -> Iterator[Finding]:
    """A database snapshot is copied from a plain one, or to another Region, without a key.

    A copy keeps the encryption of its source, so that without a key a plain one stays plain. An encrypted snapshot
    can't be copied to another Region without a key of that Region: a copy that names none is one of a plain snapshot,
    or fails.

    Name a customer-managed key of the Region that the copy goes to. The snapshot of a plain cluster can't be encrypted
    by copying it: restore it with a key, and take the snapshot from there.
    """
    for copy in estate.database_copies:
        protection = estate.store_encryption.of(copy)
        is_open = protection.answer is None or (protection.answer is True and not copy.is_setting)
        if is_open and copy.key.is_absent and copy.leaves_region is not False:
            certain = copy.leaves_region is True
            word = "goes" if certain else "may go"
            yield copy.finding(f"{copy.subject} {word} to another Region without a key", copy.region, certain=certain)
        elif not protection.answer:
            yield protection.finding(copy)


BAD = {
    "terraform": """
        resource "aws_db_snapshot_copy" "elsewhere" {
          source_db_snapshot_identifier = "arn:aws:rds:eu-west-1:111122223333:snapshot:orders"
          target_db_snapshot_identifier = "orders-elsewhere"
          destination_region            = "eu-central-1"
        }
    """,
    "cloudformation": None,  # no resource type can say it
}
GOOD = mended(
    BAD,
    terraform={
        "destination_region": 'kms_key_id                    = "alias/orders"\n  destination_region',
    },
)
