"""SNAP307: a copy written to storage that its owner does not govern."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP307",
    name="snapshot-export-open",
    category=Category.SHARING,
    severity=Severity.HIGH,
    attack=("T1537",),
)
def snapshot_export_open(estate: Estate) -> Iterator[Finding]:
    """A database snapshot or table is exported to storage of an account that is not trusted, or without a key.

    An export is the whole content in files: no database has to be restored to read it. In another account's bucket,
    or under another account's key, it is that account's to read; without a key, whoever can read the bucket reads it.

    Export to a bucket of your own under a customer-managed key of your own.
    """
    for export in estate.exports:
        for what, value, known in export.strangers(estate.root, estate.settings):
            word = "is not trusted" if known else "is not known"
            yield export.finding(f"{export.subject} uses a {what} of an account that {word}", value, certain=known)
        if export.key.is_absent:
            word = "may be" if export.default_decides else "is"
            message = f"{export.subject} {word} written without a customer-managed key"
            yield export.finding(message, certain=not export.default_decides)


SETTINGS = {"trusted_accounts": ["111122223333"]}

BAD = {
    "terraform": """
        resource "aws_dynamodb_table_export" "orders" {
          table_arn         = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
          s3_bucket         = "exports"
          s3_bucket_owner   = "999988887777"
          s3_sse_algorithm  = "KMS"
          s3_sse_kms_key_id = "alias/orders"
        }
    """,
    "cloudformation": None,  # no resource type can say it
}
GOOD = mended(BAD, terraform={"999988887777": "111122223333"})
