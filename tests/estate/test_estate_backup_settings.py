"""What makes copies, what keeps them, and what AWS Backup may do, as it is told; and where findings name it."""

import pytest

from snapguard.cloudformation.stacks import read_roots
from snapguard.estate import Estate
from snapguard.settings import Settings
from snapguard.terraform.modules import read_root

SELECTION = 'resource "aws_backup_selection" "x" {{\n  plan_id = "p"\n  iam_role_arn = "r"\n  {}\n}}'
TEMPLATE_SELECTION = (
    "{{Type: AWS::Backup::BackupSelection, Properties: {{BackupPlanId: p, BackupSelection: "
    "{{SelectionName: x, IamRoleArn: r, {}}}}}}}"
)
LOCK = 'resource "aws_backup_vault_lock_configuration" "x" {{\n  backup_vault_name = "v"\n  {}\n}}'
TEMPLATE_VAULT = "{{Type: AWS::Backup::BackupVault, Properties: {{BackupVaultName: v, LockConfiguration: {{{}}}}}}}"
RULE = (
    'resource "aws_rbin_rule" "x" {{\n  resource_type = "{}"\n  retention_period {{\n    retention_period_value = {}\n'
    '    retention_period_unit = "DAYS"\n  }}\n  {}\n}}'
)
TEMPLATE_RULE = (
    "{{Type: AWS::Rbin::Rule, Properties: {{ResourceType: {}, RetentionPeriod: "
    "{{RetentionPeriodUnit: DAYS, RetentionPeriodValue: {}}}{}}}}}"
)
TAG = 'selection_tag {\n    type = "STRINGEQUALS"\n    key = "a"\n    value = "b"\n  }'
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/t"
DELAY = "lock_configuration {\n    unlock_delay {\n      unlock_delay_value = 7\n    }\n  }"
TOLD = [
    (SELECTION.format('resources = ["*"]'), "backs up everything by p"),
    (SELECTION.format(f'resources = ["{TABLE}"]'), f"backs up {TABLE} by p"),
    (SELECTION.format(f'resources = ["{TABLE}", "*"]'), "backs up 2 resources by p"),
    (SELECTION.format(TAG), "backs up what has its tags by p"),
    (SELECTION.format(f'resources = ["{TABLE}"]\n  {TAG}'), f"backs up {TABLE} and what has its tags by p"),
    (SELECTION.format("resources = [null == 1 ? 1 : uuid()]"), "backs up what is not known by p"),
    ('resource "aws_dlm_lifecycle_policy" "x" {}', "makes snapshots or images"),
    (
        LOCK.format("min_retention_days = 7\n  max_retention_days = 30"),
        "keeps backups in v for at least 7 days and at most 30 days, "
        "unless somebody with the right to it takes the lock away",
    ),
    (LOCK.format("changeable_for_days = 3"), "keeps backups in v, and can't be unlocked after 3 days"),
    (
        LOCK.format("changeable_for_days = length(uuid())"),
        "keeps backups in v, and can't be unlocked after a time that is not known",
    ),
    (
        'resource "aws_backup_logically_air_gapped_vault" "x" {\n  min_retention_days = 1\n  max_retention_days = 2\n}',
        "keeps its backups for at least 1 day and at most 2 days, and can't be unlocked",
    ),
    (RULE.format("EBS_SNAPSHOT", 14, ""), "keeps deleted snapshots for 14 days; the rule is not locked"),
    (
        RULE.format("EC2_IMAGE", 14, f'{DELAY}\n  exclude_resource_tags {{\n    resource_tag_key = "a"\n  }}'),
        "keeps deregistered images for 14 days unless their tags exempt them; "
        "the rule stays as it is for 7 days after it is unlocked",
    ),
    (
        RULE.format("EBS_VOLUME", 2, 'resource_tags {\n    resource_tag_key = "a"\n  }'),
        "keeps deleted volumes that have its tags for 2 days; the rule is not locked",
    ),
    (RULE.format("FUTURE", 2, ""), "keeps what is deleted for 2 days; the rule is not locked"),
    (
        'resource "aws_backup_global_settings" "x" {\n  global_settings = { isCrossAccountBackupEnabled = "true" }\n}',
        "lets backups be copied to other accounts",
    ),
    (
        'resource "aws_backup_global_settings" "x" {\n  global_settings = {}\n}',
        "lets no backup be copied to other accounts",
    ),
    (
        'resource "aws_backup_global_settings" "x" {\n  global_settings = { isCrossAccountBackupEnabled = uuid() }\n}',
        "may let backups be copied to other accounts",
    ),
    (
        'resource "aws_backup_region_settings" "x" {\n  resource_type_opt_in_preference = { EBS = false }\n}',
        "lets AWS Backup back up nothing that it names, but not EBS",
    ),
    (
        'resource "aws_backup_region_settings" "x" {\n  resource_type_opt_in_preference = '
        '{ for n in range(9) : "T${n}" => true }\n}',
        "lets AWS Backup back up T0, T1, T2, T3, T4, T5, T6, T7 and 1 more",
    ),
    (
        'resource "aws_backup_region_settings" "x" {\n  resource_type_opt_in_preference = jsondecode(uuid())\n}',
        "lets AWS Backup back up what is not known",
    ),
]
TEMPLATES_TOLD = [
    (TEMPLATE_SELECTION.format('Resources: ["*"]'), "backs up everything by p"),
    (TEMPLATE_SELECTION.format(f'Resources: ["{TABLE}", "{TABLE}/i"]'), "backs up 2 resources by p"),
    (
        TEMPLATE_SELECTION.format("ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: a, ConditionValue: b}]"),
        "backs up what has its tags by p",
    ),
    ("{Type: AWS::DLM::LifecyclePolicy, Properties: {}}", "makes snapshots or images"),
    (
        TEMPLATE_VAULT.format("MinRetentionDays: 7, ChangeableForDays: 3"),
        "keeps its backups for at least 7 days, and can't be unlocked after 3 days",
    ),
    (
        TEMPLATE_VAULT.format("MinRetentionDays: !Ref AWS::StackName, MaxRetentionDays: 9"),
        "keeps its backups for at least a time that is not known and at most 9 days, "
        "unless somebody with the right to it takes the lock away",
    ),
    (
        "{Type: AWS::Backup::LogicallyAirGappedBackupVault, Properties: {MinRetentionDays: 7, MaxRetentionDays: 8}}",
        "keeps its backups for at least 7 days and at most 8 days, and can't be unlocked",
    ),
    (
        TEMPLATE_RULE.format("EBS_SNAPSHOT", 14, ", LockConfiguration: {UnlockDelayUnit: DAYS, UnlockDelayValue: 7}"),
        "keeps deleted snapshots for 14 days; the rule stays as it is for 7 days after it is unlocked",
    ),
    (
        TEMPLATE_RULE.format("EC2_IMAGE", 1, ", ResourceTags: [{ResourceTagKey: a, ResourceTagValue: b}]"),
        "keeps deregistered images that have its tags for 1 day; the rule is not locked",
    ),
]


def told(root):
    estate = Estate(root, Settings())
    settings = (*estate.copy_makers, *estate.copy_keepers, *estate.cross_account_backup, *estate.backed_up_types)
    return [setting.told for setting in settings]


@pytest.mark.parametrize(("code", "expected"), TOLD)
def test_what_a_setting_does_is_told(write, code, expected):
    write({"main.tf": code})
    assert told(read_root(".", Settings())) == [expected]


@pytest.mark.parametrize(("code", "expected"), TEMPLATES_TOLD)
def test_a_template_s_setting_is_told_alike(write, code, expected):
    write({"template.yaml": f"Resources:\n  X: {code}\n"})
    (root,) = read_roots("template.yaml", Settings())
    assert told(root) == [expected]


def test_a_vault_without_a_lock_keeps_nothing(write):
    write({"template.yaml": "Resources: {X: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: v}}}"})
    (root,) = read_roots("template.yaml", Settings())
    assert told(root) == []


PLAN = """
resource "aws_backup_plan" "daily" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = "daily"
    copy_action {
      destination_vault_arn = "arn:aws:backup:eu-central-1:999988887777:backup-vault:daily"
    }
  }
}
"""


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ("", []),
        ('{ isCrossAccountBackupEnabled = "true" }', ["lets backups be copied to other accounts"]),
        ('{ isCrossAccountBackupEnabled = "false" }', ["lets no backup be copied to other accounts"]),
    ],
)
def test_a_copy_to_a_stranger_is_found_with_the_switch_beside_it(scan_text, switch, expected):
    settings = f'resource "aws_backup_global_settings" "own" {{\n  global_settings = {switch}\n}}\n' if switch else ""
    (result,) = scan_text("terraform", PLAN + settings, select=["SNAP306"])
    assert result.status.value == "fail"
    assert [evidence.message for evidence in result.evidence] == [
        f"aws_backup_global_settings.own {text}" for text in expected
    ]


ROLE = """
resource "aws_iam_role" "copier" {
  name               = "copier"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["backup.amazonaws.com", "a"] } }
  ] })
}
resource "aws_iam_role_policy" "copier" {
  role   = aws_iam_role.copier.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "*" }
  ] })
}
resource "aws_backup_selection" "daily" {
  name         = "daily"
  plan_id      = "p"
  iam_role_arn = aws_iam_role.copier.arn
  resources    = ["*"]
}
resource "aws_dlm_lifecycle_policy" "weekly" {
  description        = "weekly"
  execution_role_arn = "arn:aws:iam::111122223333:role/copier"
}
resource "aws_dlm_lifecycle_policy" "monthly" {
  description        = "monthly"
  execution_role_arn = "arn:aws:iam::111122223333:role/another"
}
"""


def test_an_unexpected_principal_is_told_with_what_makes_copies_by_it(scan_text):
    (result,) = scan_text("terraform", ROLE, select=["SNAP107"], expected_principals=["aws_iam_role.other"])
    assert result.address == "aws_iam_role.copier"
    assert [evidence.message for evidence in result.evidence] == [
        "gives it rights",
        "aws_backup_selection.daily makes copies with it",
        "aws_dlm_lifecycle_policy.weekly makes copies with it",
    ]
