"""SNAP307: a copy written to storage that its owner does not govern."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check
from snapguard.estate.trust import is_of_root, is_trusted_account


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
        for value, what in ((export.owner, "bucket"), (export.key, "key")):
            trusted = value.is_absent or is_of_root(value, estate.root) or is_trusted_account(value, estate.settings)
            if not trusted:
                known = trusted is False
                word = "is not trusted" if known else "is not known"
                message = f"{export.subject} goes to a {what} of an account that {word}"
                yield export.finding(message, value, certain=known)
        if export.key.is_absent:
            certain = not export.default_decides
            message = f"{export.subject} {'is' if certain else 'may be'} written without a customer-managed key"
            yield export.finding(message, export.key, certain=certain)
