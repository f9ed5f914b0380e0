"""SNAP305: a key that opens the copies for strangers."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Evidence, Finding, Severity, check, mended

# What reads data under the key, moves it under another, or hands the right on.
ACTIONS = ("kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant", "kms:PutKeyPolicy")


@check(
    code="SNAP305",
    name="key-open-policy",
    category=Category.SHARING,
    severity=Severity.CRITICAL,
    attack=("T1537",),
)
def key_open_policy(estate: Estate) -> Iterator[Finding]:
    """The policy of a key, or a grant on it, lets everyone or an account that is not trusted decrypt what it protects.

    An encrypted snapshot is safe in other hands only as long as the key is not: with the key it can be restored in
    any account that it is shared with. Keys that protect a volume, snapshot, vault or store in the same code are
    judged, and any key if this check is selected by its code or name. Everyone is critical, a single account high.

    Name only principals of your own accounts, list other accounts of yours in trusted-accounts, or add a condition on
    the account or organization (kms:CallerAccount, aws:PrincipalOrgID).
    """
    judges_all = not {"SNAP305", "key-open-policy"}.isdisjoint(estate.settings.select)
    for policy in estate.key_policies:
        users = [estate.key_users[address] for address in policy.protects if address in estate.key_users]
        if users or judges_all:
            evidence = [Evidence(user.header, f"{user.address} is protected by the key") for user in users]
            yield from policy.openings(ACTIONS, estate.root, estate.settings, evidence)


BAD = {
    "terraform": """
        resource "aws_kms_key" "orders" {
          policy = jsonencode({ Version = "2012-10-17", Statement = [
            { Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:*", Resource = "*" }
          ] })
        }

        resource "aws_backup_vault" "orders" {
          name        = "orders"
          kms_key_arn = aws_kms_key.orders.arn
        }
    """,
    "cloudformation": """
        Resources:
          Key:
            Type: AWS::KMS::Key
            Properties:
              KeyPolicy:
                Version: "2012-10-17"
                Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "kms:*", Resource: "*"}]
          Orders:
            Type: AWS::Backup::BackupVault
            Properties: {BackupVaultName: orders, EncryptionKeyArn: !GetAtt Key.Arn}
    """,
}
GOOD = mended(
    BAD,
    terraform={
        'resource "aws_kms_key"': 'data "aws_caller_identity" "own" {}\n\nresource "aws_kms_key"',
        'AWS = "*"': "AWS = data.aws_caller_identity.own.account_id",
    },
    cloudformation={'AWS: "*"': "AWS: !Ref AWS::AccountId"},
)
