"""Writes docs/coverage.md: which resource types each check judges; with --check, says whether it is out of date.

The types are those that the mapping modules of `snapguard.estate` ask a root for, so that the page can't claim more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from snapguard import registry
from snapguard.findings import Category
from snapguard.resources import InputError, Resource
from snapguard.source import SourceFile

PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
LANGUAGES = {"terraform": "Terraform", "cloudformation": "CloudFormation"}
TITLES = {
    Category.ENCRYPTION: "Encryption",
    Category.SHARING: "Sharing",
    Category.RESTORE_SSH: "Restored machines and databases",
}
INTRODUCTION = """\
# Coverage: resource types and checks

Made from the mapping modules by `python tools/coverage_table.py`; not to be edited by hand.

- ● the check judges resources of the type, and its finding stands on them;
- ○ it looks at them to judge others: what a disk is made from, what a group is on, what a key protects.

`data.` marks what is looked up and not made. A column without ● is a check that no resource type of the language can
break. What a service encrypts without being asked is no matter of SNAP205: FSx, DynamoDB, MemoryDB, DSQL, Timestream,
Keyspaces, the serverless kinds of Redshift, ElastiCache and DocumentDB. Nor are stores whose copies can't be given to
another account as such: OpenSearch, DAX, WorkSpaces, Storage Gateway, Lightsail. A logically air-gapped vault has a key
of the service's that nobody can use from outside, so SNAP207 leaves it alone. SNAP0xx judge files, whatever stands in
them.

A bad form of every type with ●, and the good one that the help of its finding makes of it, is a test:
`tests/estate/bad_forms.py`. The last section names the types near this domain that nobody looks at, and why.
"""
NO_LOOK = "Neither judged nor looked at"
REASONS = {
    "They say how long copies are kept, which are made, and whether they can be deleted; not who gets them": (
        *("aws_backup_framework", "aws_backup_report_plan", "aws_backup_restore_testing_plan", "aws_efs_backup_policy"),
        *("aws_imagebuilder_lifecycle_policy", "aws_redshift_snapshot_schedule", "aws_storagegateway_tape_pool"),
        *("AWS::Backup::Framework", "AWS::Backup::LegalHold", "AWS::Backup::ReportPlan"),
        *("AWS::Backup::RestoreTestingPlan", "AWS::Backup::TieringConfiguration"),
        *("AWS::ImageBuilder::LifecyclePolicy", "AWS::Redshift::SnapshotSchedule"),
    ),
    "They are always encrypted, as what they are made from is, and can't be shared by themselves": (
        *("aws_fsx_backup", "aws_fsx_ontap_volume", "aws_fsx_openzfs_snapshot", "aws_redshift_cluster_snapshot"),
        *("aws_redshiftserverless_snapshot", "aws_cloudhsm_v2_cluster", "aws_timestreaminfluxdb_db_instance"),
        *("AWS::FSx::Backup", "AWS::FSx::Snapshot", "AWS::CloudHSM::Cluster", "AWS::DocDBElastic::ClusterSnapshot"),
        *("AWS::NeptuneGraph::GraphSnapshot", "AWS::Redshift::Snapshot", "AWS::RedshiftServerless::Snapshot"),
        *("AWS::Timestream::InfluxDBBackup", "AWS::Timestream::InfluxDBInstance"),
    ),
    "Their disks and snapshots are the service's own, with no switch and no share in code": (
        *("aws_cloud9_environment_ec2", "aws_kinesisanalyticsv2_application", "aws_ebs_fast_snapshot_restore"),
        *("aws_kinesisanalyticsv2_application_snapshot", "aws_lightsail_database", "aws_lightsail_instance"),
        *("aws_lightsail_instance_public_ports", "AWS::Cloud9::EnvironmentEC2", "AWS::KinesisAnalyticsV2::Application"),
        *("AWS::Lightsail::Database", "AWS::Lightsail::DatabaseSnapshot", "AWS::Lightsail::Disk"),
        *("AWS::Lightsail::DiskSnapshot", "AWS::Lightsail::Instance", "AWS::Lightsail::InstanceSnapshot"),
    ),
    "They open the data itself to others, not a copy of it": (
        *("aws_dynamodb_resource_policy", "aws_efs_file_system_policy", "aws_elasticsearch_domain_policy"),
        *("aws_opensearch_domain_policy", "aws_opensearchserverless_security_policy", "aws_rds_integration"),
        *(
            "aws_redshift_data_share_authorization",
            "aws_redshift_endpoint_authorization",
            "aws_redshift_resource_policy",
        ),
        *("AWS::OpenSearchServerless::SecurityPolicy", "AWS::RDS::Integration", "AWS::Redshift::EndpointAuthorization"),
    ),
    "They are other ways to a machine than an opening of its groups, or could close one from afar": (
        *("aws_ec2_instance_connect_endpoint", "aws_ec2_serial_console_access", "aws_key_pair", "aws_lb"),
        *(
            "aws_lb_listener",
            "aws_lb_target_group_attachment",
            "aws_efs_mount_target",
            "aws_main_route_table_association",
        ),
        *("aws_imagebuilder_infrastructure_configuration", "aws_default_network_acl", "aws_default_route_table"),
        *("aws_egress_only_internet_gateway", "aws_internet_gateway", "aws_internet_gateway_attachment"),
        *("aws_vpc_block_public_access_exclusion", "aws_vpc_block_public_access_options"),
        *("aws_vpc_security_group_vpc_association", "AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::KeyPair"),
        *("AWS::EC2::InstanceConnectEndpoint", "AWS::EC2::SecurityGroupVpcAssociation", "AWS::EFS::MountTarget"),
        *("AWS::EC2::VPCBlockPublicAccessExclusion", "AWS::EC2::VPCBlockPublicAccessOptions"),
        *("AWS::EC2::VPCGatewayAttachment", "AWS::ElasticLoadBalancingV2::Listener"),
        *("AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ImageBuilder::InfrastructureConfiguration"),
    ),
    "They can be public, but the language can't say that they are restored": ("aws_redshiftserverless_workgroup",),
    "They give nobody a right that another resource doesn't show": (
        *("aws_iam_access_key", "aws_iam_instance_profile"),
        *("aws_iam_role_policies_exclusive", "aws_iam_service_linked_role", "aws_rolesanywhere_profile"),
        *("aws_ssm_document", "aws_ssoadmin_account_assignment", "AWS::IAM::AccessKey", "AWS::IAM::InstanceProfile"),
        *("AWS::IAM::ServiceLinkedRole", "AWS::RolesAnywhere::Profile"),
        *("AWS::SSM::Document", "AWS::SSO::Assignment"),
    ),
    "They are written out as other types before anything is judged": (
        *("AWS::Serverless::Function", "AWS::Serverless::StateMachine"),
    ),
}
"""Why no check looks at a type; one that the mapping modules come to ask for leaves the page by itself."""

RESTS_ON = "SNAP101 to SNAP108 judge what a principal can do in the end, over all of these together:"
RIGHTS = ["identity.facts"]
REVIEWED = (
    "No fault by itself, but `snapguard audit` shows it beside the rights: what makes copies on a schedule and by "
    "which role\n(SNAP107 names it, too), what keeps copies from being destroyed, what AWS Backup may do:"
)
SETTINGS = [
    "backup_settings.makers",
    "backup_settings.vault_locks",
    "backup_settings.recycle_bin_rules",
    "backup_settings.cross_account_backup",
    "backup_settings.backed_up_types",
]
MACHINES = ["machines.machines", "machines.artefacts", "machines.attachments"]
GROUPS = [
    "network.security_groups",
    "network.rules",
    "network.interfaces",
    "network.joints",
    "network.networks",
    "network.narrow",
    "network.prefix_lists",
    "network.surroundings",
]
KEYS = ["keys.key_uses", "keys.key_aliases"]
DISKS = ["storage.volumes", "storage.image_devices", "storage.copies", "storage.sources", "storage.default_encryption"]
STORES = ["databases.data_stores", "databases.database_snapshots", "databases.database_copies"]
RESOURCE_SHARES = ["sharing.resource_shares", "sharing.shared_contents", "sharing.SHARED_COPIES"]
OPENINGS = ["network.security_groups", "network.rules"]


class Parts(NamedTuple):
    """The functions and tables of the mapping modules whose things a check judges, and what it looks at besides."""

    judged: Sequence[str]
    looked_at: Sequence[str] = ()


PARTS = {
    "SNAP201": Parts(["storage.volumes"], DISKS),
    "SNAP202": Parts(["storage.copies"], DISKS),
    "SNAP203": Parts(["storage.default_encryption"]),
    "SNAP204": Parts(["storage.image_devices"], DISKS),
    "SNAP205": Parts(["databases.data_stores"], STORES),
    "SNAP206": Parts(["databases.database_copies"], STORES),
    "SNAP207": Parts(["backups.vaults", "backups.vault_copies"]),
    "SNAP301": Parts(["sharing.shares"], ["sharing.share_receivers", *RESOURCE_SHARES]),
    "SNAP302": Parts(["sharing.shares", "sharing.share_receivers", "sharing.snapshot_policies"], RESOURCE_SHARES),
    "SNAP303": Parts(["sharing.public_access_blocks"]),
    "SNAP304": Parts(["policies.vault_policies"]),
    "SNAP305": Parts(["policies.key_policies"], KEYS),
    "SNAP306": Parts(["backups.vault_copies"], ["backup_settings.cross_account_backup"]),
    "SNAP307": Parts(["sharing.exports"]),
    "SNAP401": Parts(OPENINGS, [*MACHINES, *GROUPS]),
    "SNAP402": Parts(OPENINGS, [*MACHINES, *GROUPS]),
    "SNAP403": Parts(OPENINGS, [*MACHINES, *GROUPS]),
    "SNAP404": Parts([*OPENINGS, "machines.databases"], ["databases.database_snapshots", *MACHINES, *GROUPS]),
}
"""What each check rests on; those of rights all rest on the same, and those of input on files alone."""


class AskedRoot:
    """A root without a resource, which remembers what types it was asked for."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.name = self.assumption = ""
        self.asked: set[str] = set()

    def resources_of(self, *types: str) -> Sequence[Resource]:
        """Nothing."""
        self.asked.update(types)
        return ()

    def data_sources_of(self, *types: str) -> Sequence[Resource]:
        """Nothing; a data source is told from a resource by its prefix."""
        self.asked.update(f"data.{kind}" for kind in types)
        return ()

    def resources(self) -> Iterator[Resource]:
        """Nothing."""
        return iter(())

    def find(self, _address: str) -> Resource | None:
        """Nothing."""
        return None

    def errors(self) -> Sequence[InputError]:
        """Nothing."""
        return ()

    def files(self) -> Sequence[SourceFile]:
        """Nothing."""
        return ()


def types_of(part: str, language: str) -> set[str]:
    """The types that a function of a mapping module (`storage.volumes`) asks for, or that a table of it names."""
    subject, _, name = part.partition(".")
    root = AskedRoot(language)
    member = getattr(import_module(f"snapguard.estate.aws_{language}.{subject}"), name)
    if isinstance(member, Mapping):
        return set(member)
    found = member(root)
    if isinstance(found, Iterator):
        list(found)
    return root.asked


def table(language: str, category: Category) -> Iterator[str]:
    """The lines of the table of a category: a row a type, a column a check."""
    codes = [code for code in PARTS if registry.CATEGORIES[code[4]] is category]
    judged = {code: _types(PARTS[code].judged, language) for code in codes}
    looked_at = {code: _types(PARTS[code].looked_at, language) for code in codes}
    kinds = set().union(*judged.values(), *looked_at.values())
    yield f"| {' | '.join(['resource type', *codes])} |"
    yield "| --- " + "| :-: " * len(codes) + "|"
    for kind in sorted(kinds, key=lambda name: (name.startswith("data."), name)):
        cells = ["●" if kind in judged[code] else "○" if kind in looked_at[code] else " " for code in codes]
        yield f"| {' | '.join([f'`{kind}`', *cells])} |"


def _types(parts: Iterable[str], language: str) -> set[str]:
    return set().union(*(types_of(part, language) for part in parts))


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION.rstrip("\n")]
    for language, name in LANGUAGES.items():
        lines += ["", f"## {name}: rights", "", RESTS_ON, ""]
        lines += [f"- `{kind}`" for kind in sorted(_types(RIGHTS, language))]
        for category, title in TITLES.items():
            lines += ["", f"## {name}: {title.lower()}", "", *table(language, category)]
        lines += ["", f"## {name}: shown by the review", "", REVIEWED, ""]
        lines += [f"- `{kind}`" for kind in sorted(_types(SETTINGS, language))]
    return "\n".join([*lines, "", f"## {NO_LOOK}", *not_looked_at()]) + "\n"


def not_looked_at() -> Iterator[str]:
    """The lines that name the types that no check looks at, by reason."""
    asked = asked_for()
    for reason, kinds in REASONS.items():
        left = sorted(set(kinds) - asked)
        if left:
            yield from ("", f"{reason}:", "", *(f"- `{kind}`" for kind in left))


def asked_for() -> set[str]:
    """Every type that a check or the review looks at, in either language."""
    parts = {*RIGHTS, *SETTINGS, *(part for check in PARTS.values() for part in (*check.judged, *check.looked_at))}
    return set().union(*(_types(parts, language) for language in LANGUAGES))


def main(arguments: Sequence[str]) -> int:
    """Write the page, or check it; 1 where it is out of date and --check was given."""
    current = page()
    if "--check" not in arguments:
        PAGE.write_text(current, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == current:
        return 0
    print(f"{PAGE.name} is out of date: run python tools/coverage_table.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
