"""SNAP306: backups that leave for a stranger's account."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP306",
    name="backup-copy-to-untrusted-account",
    category=Category.SHARING,
    severity=Severity.HIGH,
    attack=("T1537",),
)
def backup_copy_to_untrusted_account(estate: Estate) -> Iterator[Finding]:
    """A backup plan copies to a vault in an account that is not trusted.

    A copy action needs no share: each backup arrives in the other account on schedule, for as long as the plan
    stands, and is restored there under that account's rules.

    Copy to a vault of your own, or list the account in trusted-accounts if it belongs to you.
    """
    for copy in estate.vault_copies:
        trusted = copy.is_trusted(estate.root, estate.settings)
        if not trusted:
            word = "known" if trusted is None else "trusted"
            message = f"the plan copies to a vault in an account that is not {word}"
            switches = [switch.evidence() for switch in estate.cross_account_backup]
            yield copy.finding(message, copy.destination, evidence=switches, certain=trusted is False)


SETTINGS = {"trusted_accounts": ["111122223333"]}

BAD = {
    "terraform": """
        resource "aws_backup_plan" "daily" {
          name = "daily"
          rule {
            rule_name         = "daily"
            target_vault_name = "daily"
            schedule          = "cron(0 5 * * ? *)"
            copy_action {
              destination_vault_arn = "arn:aws:backup:eu-central-1:999988887777:backup-vault:daily"
            }
          }
        }
    """,
    "cloudformation": """
        Resources:
          Daily:
            Type: AWS::Backup::BackupPlan
            Properties:
              BackupPlan:
                BackupPlanName: daily
                BackupPlanRule:
                  - RuleName: daily
                    TargetBackupVault: daily
                    ScheduleExpression: cron(0 5 * * ? *)
                    CopyActions:
                      - DestinationBackupVaultArn: arn:aws:backup:eu-central-1:999988887777:backup-vault:daily
    """,
}
GOOD = mended(BAD, {"999988887777": "111122223333"})
