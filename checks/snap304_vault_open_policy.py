"""SNAP304: a vault that lets strangers at its backups."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended

# What moves backups into or out of a vault, restores them, or rewrites who may.
ACTIONS = (
    "backup:CopyFromBackupVault",
    "backup:CopyIntoBackupVault",
    "backup:StartCopyJob",
    "backup:StartRestoreJob",
    "backup:GetRecoveryPointRestoreMetadata",
    "backup:PutBackupVaultAccessPolicy",
)


@check(
    code="SNAP304",
    name="vault-open-policy",
    category=Category.SHARING,
    severity=Severity.CRITICAL,
    attack=("T1537",),
)
def vault_open_policy(estate: Estate) -> Iterator[Finding]:
    """A backup vault's policy lets everyone, or an account that is not trusted, copy or restore its backups.

    The vault's policy is how backups are shared: whoever it lets in copies them to an account of their own, or brings
    backups of their own in. Everyone is critical, a single account high.

    Name the accounts that need it, list them in trusted-accounts, or add a condition on the organization
    (aws:PrincipalOrgID).
    """
    for policy in estate.vault_policies:
        yield from policy.openings(ACTIONS, estate.root, estate.settings)


BAD = {
    "terraform": """
        resource "aws_backup_vault_policy" "daily" {
          backup_vault_name = "daily"
          policy = jsonencode({ Version = "2012-10-17", Statement = [{
            Effect    = "Allow"
            Principal = "*"
            Action    = "backup:CopyIntoBackupVault"
            Resource  = "*"
          }] })
        }
    """,
    "cloudformation": """
        Resources:
          Daily:
            Type: AWS::Backup::BackupVault
            Properties:
              BackupVaultName: daily
              EncryptionKeyArn: !ImportValue backup-key-arn
              AccessPolicy:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: "*", Action: backup:CopyIntoBackupVault, Resource: "*"}]
    """,
}
GOOD = mended(
    BAD,
    terraform={"Resource ": 'Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }\n    Resource '},
    cloudformation={'Principal: "*"': "Principal: {AWS: !Ref AWS::AccountId}"},
)
