"""SNAP205: a store whose every snapshot will be plain."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP205",
    name="data-store-not-encrypted",
    category=Category.ENCRYPTION,
    severity=Severity.HIGH,
    attack=("T1530",),
)
def data_store_not_encrypted(estate: Estate) -> Iterator[Finding]:
    """A database, cluster, cache, file system or warehouse is not explicitly encrypted at rest.

    A snapshot has the encryption of its store: of a plain one it can be shared with any account, or with everyone,
    and restored there without a key. A store restored from a snapshot follows the snapshot. Some services encrypt
    newer stores on their own, which the code then does not show.

    Switch encryption at rest on, with a customer-managed key. It can't be changed on a running store: restore it from
    an encrypted copy of its snapshot. Use a replication group for a cache: a single cluster can't be encrypted.
    """
    for store in estate.data_stores:
        protection = estate.store_encryption.of(store)
        if not protection.answer:
            yield protection.finding(store)


BAD = {
    "terraform": """
        resource "aws_db_instance" "orders" {
          engine              = "postgres"
          instance_class      = "db.t4g.medium"
          allocated_storage   = 20
          skip_final_snapshot = true
        }
    """,
    "cloudformation": """
        Resources:
          Orders:
            Type: AWS::RDS::DBInstance
            Properties: {Engine: postgres, DBInstanceClass: db.t4g.medium, AllocatedStorage: "20"}
    """,
}
GOOD = mended(
    BAD,
    terraform={"skip_final_snapshot": "storage_encrypted   = true\n  skip_final_snapshot"},
    cloudformation={'"20"': '"20", StorageEncrypted: true'},
)
