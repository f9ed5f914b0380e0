"""Copies in another Region that are made without a copy's being written: of databases, warehouses, replicated disks."""

import pytest

DATABASE = """
Resources:
  D:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.medium
      AllocatedStorage: "20"
      PubliclyAccessible: false
      %s
"""
REPLICATED = "AutomaticBackupReplicationRegion: eu-central-1"
KEY = "AutomaticBackupReplicationKmsKeyId: arn:aws:kms:eu-central-1:111122223333:key/1"


def told(results):
    return [(result.code, result.address, result.status.value) for result in results]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([REPLICATED], [("SNAP206", "D", "fail")]),
        ([REPLICATED, "StorageEncrypted: false"], [("SNAP206", "D", "fail")]),
        ([REPLICATED, "StorageEncrypted: true"], []),
        ([REPLICATED, KEY], []),
        (["StorageEncrypted: false"], []),
        (["DBSnapshotIdentifier: orders", REPLICATED], [("SNAP206", "D", "fail")]),
        (["DBSnapshotIdentifier: orders", REPLICATED, KEY], []),
    ],
)
def test_a_template_s_database_is_replicated_under_a_key_or_encrypted(scan_text, lines, expected):
    code = DATABASE % "\n      ".join(lines)
    assert told(scan_text("cloudformation", code, select=["SNAP206"])) == expected


def test_the_finding_stands_where_the_region_is_named(scan_text):
    (result,) = scan_text("cloudformation", DATABASE % REPLICATED, select=["SNAP206"])
    assert result.span.line == 10


def test_the_replication_of_a_database_does_not_decide_whether_it_is_encrypted(scan_text):
    code = DATABASE % "\n      ".join([REPLICATED, KEY])
    assert told(scan_text("cloudformation", code, select=["SNAP205"])) == [("SNAP205", "D", "fail")]


WAREHOUSE = """
resource "aws_redshift_cluster" "w" {
  cluster_identifier = "w"
  node_type          = "ra3.large"
  %s
}
"""
COPY = """
variable "unset" {}
resource "aws_redshift_snapshot_copy" "c" {
  cluster_identifier = %s
  destination_region = "eu-central-1"
}
"""
OF_ROOT = "aws_redshift_cluster.w.id"


@pytest.mark.parametrize(
    ("switch", "cluster", "expected"),
    [
        ("encrypted = false", OF_ROOT, [("SNAP206", "aws_redshift_snapshot_copy.c", "fail")]),
        ("encrypted = true", OF_ROOT, []),
        ("", OF_ROOT, []),
        ("encrypted = var.unset", OF_ROOT, [("SNAP206", "aws_redshift_snapshot_copy.c", "unknown")]),
        ("encrypted = false", '"elsewhere"', []),
        ("encrypted = false", "var.unset", []),
    ],
)
def test_a_warehouse_s_copies_are_as_plain_as_it_is(scan_text, switch, cluster, expected):
    code = WAREHOUSE % switch + COPY % cluster
    assert told(scan_text("terraform", code, select=["SNAP206"])) == expected


@pytest.mark.parametrize(
    ("switch", "expected"), [("false", [("SNAP206", "aws_redshift_cluster.w", "fail")]), ("true", [])]
)
def test_so_are_those_that_the_warehouse_itself_makes(scan_text, switch, expected):
    block = 'snapshot_copy {\n    destination_region = "eu-central-1"\n  }'
    code = WAREHOUSE % f"encrypted = {switch}\n  {block}"
    assert told(scan_text("terraform", code, select=["SNAP206"])) == expected


CLUSTER = """
resource "aws_rds_global_cluster" "g" {
  global_cluster_identifier = "g"
  engine                    = "aurora-postgresql"
  storage_encrypted         = %s
}
resource "aws_rds_cluster" "c" {
  engine                    = "aurora-postgresql"
  global_cluster_identifier = aws_rds_global_cluster.g.id
}
"""


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ("true", []),
        ("false", [("SNAP205", "aws_rds_cluster.c", "fail"), ("SNAP205", "aws_rds_global_cluster.g", "fail")]),
    ],
)
def test_a_cluster_has_the_encryption_of_the_global_one_that_it_is_in(scan_text, switch, expected):
    assert sorted(told(scan_text("terraform", CLUSTER % switch, select=["SNAP205"]))) == expected


RECOVERY = "aws_drs_replication_configuration_template"


@pytest.mark.parametrize(
    ("mode", "expected"), [("NONE", ["fail"]), ("DEFAULT", []), ("CUSTOM", []), ("${var.unset}", ["unknown"])]
)
def test_what_recovery_replicates_is_encrypted_unless_it_is_switched_off(scan_text, mode, expected):
    code = f'variable "unset" {{}}\nresource "{RECOVERY}" "t" {{\n  ebs_encryption = "{mode}"\n}}\n'
    assert [result.status.value for result in scan_text("terraform", code, select=["SNAP201"])] == expected


TARGETS = "CrossRegionCopyTargets: [{TargetRegion: eu-central-1}]"
POLICY = "Resources: {P: {Type: AWS::DLM::LifecyclePolicy, Properties: {State: ENABLED, %s}}}"


@pytest.mark.parametrize("lines", [f"DefaultPolicy: VOLUME, {TARGETS}", f"PolicyDetails: {{{TARGETS}}}"])
def test_a_default_policy_copies_what_nobody_can_tell(scan_text, lines):
    code = POLICY % lines
    (result,) = scan_text("cloudformation", code, select=["SNAP202"])
    assert result.status.value == "unknown"
    assert "a default policy has no switch" in result.message


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", []),
        ('destination_region = "eu-central-1"', [("SNAP206", "aws_db_snapshot_copy.c", "fail")]),
        ('destination_region = "eu-central-1"\n  kms_key_id = "alias/there"', []),
    ],
)
def test_a_copy_to_another_region_needs_a_key_also_of_an_encrypted_snapshot(scan_text, lines, expected):
    code = f"""
resource "aws_db_instance" "d" {{
  storage_encrypted = true
}}
resource "aws_db_snapshot" "s" {{
  db_instance_identifier = aws_db_instance.d.identifier
  db_snapshot_identifier = "s"
}}
resource "aws_db_snapshot_copy" "c" {{
  source_db_snapshot_identifier = aws_db_snapshot.s.db_snapshot_arn
  target_db_snapshot_identifier = "t"
  {lines}
}}
"""
    assert told(scan_text("terraform", code, select=["SNAP206"])) == expected
