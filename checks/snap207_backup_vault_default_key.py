"""SNAP207: a vault whose key nobody in the account governs."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Evidence, Finding, Severity, check, mended


@check(
    code="SNAP207",
    name="backup-vault-default-key",
    category=Category.ENCRYPTION,
    severity=Severity.MEDIUM,
    attack=("T1530",),
)
def backup_vault_default_key(estate: Estate) -> Iterator[Finding]:
    """A backup vault has no customer-managed key, or a backup plan copies into one that has none.

    The service's default key can't be governed: no key policy says who may decrypt the backups, and it can't be
    switched off when they leak. Backups under it can't be copied to a vault in another account either. The key of a
    vault does not re-encrypt the backups of volumes and databases: those keep the key of what was backed up.

    Give each vault a customer-managed key, and limit who may use it.
    """
    bare = {vault.resource.address: vault for vault in estate.vaults if vault.has_own_key is not True}
    for vault in bare.values():
        certain = vault.has_own_key is False
        message = "the vault has no customer-managed key" if certain else "the vault may have no customer-managed key"
        yield vault.finding(message, vault.key, certain=certain)
    plain = [address for address, vault in bare.items() if vault.has_own_key is False]
    for copy in estate.vault_copies:
        for address in copy.vaults:
            if target := bare.get(address):
                evidence = [Evidence(target.resource.header, f"the vault {address}")]
                certain = address in plain and copy.goes_only_to(plain)
                message = f"the plan {'copies' if certain else 'may copy'} into a vault without a customer-managed key"
                yield copy.finding(message, copy.destination, evidence=evidence, certain=certain)


BAD = {
    "terraform": """
        resource "aws_backup_vault" "daily" {
          name = "daily"
        }
    """,
    "cloudformation": """
        Resources:
          Daily:
            Type: AWS::Backup::BackupVault
            Properties:
              BackupVaultName: daily
    """,
}
GOOD = mended(
    BAD,
    terraform={
        "resource": 'resource "aws_kms_key" "backups" {\n  enable_key_rotation = true\n}\n\nresource',
        'name = "daily"': 'name        = "daily"\n  kms_key_arn = aws_kms_key.backups.arn',
    },
    cloudformation={": daily": ": daily\n      EncryptionKeyArn: !ImportValue backup-key-arn"},
)
