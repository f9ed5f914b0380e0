"""SNAP404: a way in, from the world to a restored database."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP404",
    name="restored-database-public",
    category=Category.RESTORE_SSH,
    severity=Severity.CRITICAL,
    attack=("T1190",),
)
def restored_database_public(estate: Estate) -> Iterator[Finding]:
    """A database that is restored from a snapshot is publicly accessible, or lets the world in on its port.

    Who restores a copy of a database sets its master password anew: behind a public address the data is then a login
    away, past the network that guarded the original. An open group is less severe where the code says that the database
    has no public address.

    Restore into private subnets with `publicly_accessible` off, and let the ranges or groups that need the copy in on
    its port alone.
    """
    for database in estate.restored_databases:
        is_public = database.is_public
        if is_public is not False:
            yield database.explained(
                f"{database.name}, restored from a snapshot, is publicly accessible", certain=is_public is True
            )
    for opening in estate.database_openings():
        message = f"{opening.subject}, restored from a snapshot, can be reached from {opening.audience}"
        yield opening.explained(message, Severity.CRITICAL)


BAD = {
    "terraform": """
        resource "aws_db_instance" "copy" {
          instance_class      = "db.t3.micro"
          snapshot_identifier = "orders-2026-01-01"
          storage_encrypted   = true
          publicly_accessible = true
        }
    """,
    "cloudformation": """
        Resources:
          Copy:
            Type: AWS::RDS::DBInstance
            Properties:
              DBInstanceClass: db.t3.micro
              DBSnapshotIdentifier: orders-2026-01-01
              StorageEncrypted: true
              PubliclyAccessible: true
    """,
}
GOOD = mended(
    BAD,
    terraform={"publicly_accessible = true": "publicly_accessible = false"},
    cloudformation={"PubliclyAccessible: true": "PubliclyAccessible: false"},
)
