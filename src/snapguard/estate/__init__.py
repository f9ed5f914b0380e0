"""The estate: what a root would build, as the things that checks judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from snapguard.lazy import lazy
from snapguard.resources import InputError, Resource, Root
from snapguard.settings import Settings

if TYPE_CHECKING:
    from snapguard.estate.backup_settings import BackedUpTypes, CrossAccountBackup, Maker, RecycleBinRule, VaultLock
    from snapguard.estate.backups import Vault, VaultCopy
    from snapguard.estate.broad_grants import BroadGrant
    from snapguard.estate.expected import Expectations
    from snapguard.estate.exposure import Behind, Exposure
    from snapguard.estate.holdings import Holding
    from snapguard.estate.lineage import Lineage
    from snapguard.estate.machines import Machine
    from snapguard.estate.membership import Groups, Link, Membership
    from snapguard.estate.network import Rule
    from snapguard.estate.openings import Opening, Target
    from snapguard.estate.policies import ResourcePolicy
    from snapguard.estate.principals import Identities
    from snapguard.estate.restored import RestoredDatabase
    from snapguard.estate.sharing import Export, PublicAccessBlock, Share
    from snapguard.estate.shelters import Shelters
    from snapguard.estate.storage import Copy, DatabaseCopy, DataStore, DefaultEncryption, Encryption, Medium, Volume
    from snapguard.findings import Finding
    from snapguard.suppressions import Suppression, Suppressions


@cache
def _mapping_module(language: str, subject: str) -> ModuleType:
    return import_module(f"snapguard.estate.aws_{language}.{subject}")


class Estate:
    """Everything that a check may ask about one root. Each part is mapped when a check first asks for it.

    The mapping modules are looked up by the root's language, so that only those of that language are loaded.
    """

    def __init__(self, root: Root, settings: Settings, suppressions: Suppressions | None = None) -> None:
        self.root = root
        self.settings = settings
        self._suppressions = suppressions

    def _mapping(self, subject: str) -> ModuleType:
        return _mapping_module(self.root.language, subject)

    @property
    def unused_suppressions(self) -> Sequence[Suppression]:
        """The ignore comments that no finding has asked for; asked for after all other checks."""
        return [] if self._suppressions is None else self._suppressions.unused()

    @property
    def refused_suppressions(self) -> Sequence[Suppression]:
        """The ignore comments that a finding has asked for in vain, for want of a reason."""
        return [] if self._suppressions is None else self._suppressions.refused()

    @property
    def expired_suppressions(self) -> Sequence[Suppression]:
        """The ignore comments whose day has passed."""
        return [] if self._suppressions is None else self._suppressions.expired()

    @lazy
    def volumes(self) -> Sequence[Volume]:
        """Every volume and every block device of a machine, template or fleet."""
        return list(self._mapping("storage").volumes(self.root))

    @lazy
    def image_devices(self) -> Sequence[Volume]:
        """Every block device that an image is registered or built with."""
        return list(self._mapping("storage").image_devices(self.root))

    @lazy
    def copies(self) -> Sequence[Copy]:
        """Every copy of a snapshot or image, and every import."""
        return list(self._mapping("storage").copies(self.root))

    @lazy
    def default_encryption(self) -> Sequence[DefaultEncryption]:
        """The account's switches that encrypt every new volume."""
        return list(self._mapping("storage").default_encryption(self.root))

    @lazy
    def encryption(self) -> Encryption:
        """Whether each volume, snapshot, image and copy is encrypted, by itself or from what it is made of."""
        from snapguard.estate.storage import Encryption

        sources = self._mapping("storage").sources(self.root)
        media = [*self.volumes, *self.image_devices, *self.copies, *sources]
        return Encryption(media, self.default_encryption)

    @lazy
    def data_stores(self) -> Sequence[DataStore]:
        """Every database, cluster, cache, file system and warehouse whose encryption is a choice."""
        return list(self._mapping("databases").data_stores(self.root))

    @lazy
    def database_copies(self) -> Sequence[DatabaseCopy]:
        """Every copy of a database's snapshot or backups."""
        return list(self._mapping("databases").database_copies(self.root))

    @lazy
    def database_snapshots(self) -> Sequence[Medium]:
        """Every snapshot of a database or cluster."""
        return list(self._mapping("databases").database_snapshots(self.root))

    @lazy
    def store_encryption(self) -> Encryption:
        """Whether each data store, its snapshots and their copies are encrypted."""
        from snapguard.estate.storage import Encryption

        copies = [copy for copy in self.database_copies if not copy.is_setting]
        return Encryption([*self.data_stores, *copies, *self.database_snapshots], ())

    @lazy
    def shares(self) -> Sequence[Share]:
        """Every receiver that a snapshot, image or database snapshot is given to."""
        shares: Iterable[Share] = self._mapping("sharing").shares(self.root)
        given = [share for share in shares if share.receiver.known_text != ""]
        return [*given, *self._shared_copies()]

    def _shared_copies(self) -> Iterable[Share]:
        """The copies that resource shares give away."""
        mapping = self._mapping("sharing")
        receivers = list(mapping.share_receivers(self.root))
        if not receivers:
            return ()
        from snapguard.estate.resource_shares import shared_copies

        shares, contents = mapping.resource_shares(self.root), mapping.shared_contents(self.root)
        return shared_copies(shares, contents, receivers, self.root, mapping.SHARED_COPIES)

    @lazy
    def public_access_blocks(self) -> Sequence[PublicAccessBlock]:
        """The account's blocks against public snapshots and images."""
        return list(self._mapping("sharing").public_access_blocks(self.root))

    @lazy
    def exports(self) -> Sequence[Export]:
        """Every export of a database snapshot or table to a bucket."""
        return list(self._mapping("sharing").exports(self.root))

    @lazy
    def snapshot_policies(self) -> Sequence[ResourcePolicy]:
        """Every policy that stands on a snapshot and shares it."""
        return list(self._mapping("sharing").snapshot_policies(self.root))

    @lazy
    def vaults(self) -> Sequence[Vault]:
        """Every backup vault whose key is a choice."""
        return list(self._mapping("backups").vaults(self.root))

    @lazy
    def vault_copies(self) -> Sequence[VaultCopy]:
        """Every copy action of a backup plan."""
        return list(self._mapping("backups").vault_copies(self.root))

    @lazy
    def copy_makers(self) -> Sequence[Maker]:
        """What makes copies by itself, on a schedule."""
        return list(self._mapping("backup_settings").makers(self.root))

    @lazy
    def copy_keepers(self) -> Sequence[VaultLock | RecycleBinRule]:
        """What keeps copies from being destroyed."""
        mapping = self._mapping("backup_settings")
        return [*mapping.vault_locks(self.root), *mapping.recycle_bin_rules(self.root)]

    @lazy
    def cross_account_backup(self) -> Sequence[CrossAccountBackup]:
        """The organization's switch for copies of backups to other accounts."""
        return list(self._mapping("backup_settings").cross_account_backup(self.root))

    @lazy
    def backed_up_types(self) -> Sequence[BackedUpTypes]:
        """Which types of resources AWS Backup backs up."""
        return list(self._mapping("backup_settings").backed_up_types(self.root))

    @lazy
    def vault_policies(self) -> Sequence[ResourcePolicy]:
        """The access policy of every backup vault."""
        return list(self._mapping("policies").vault_policies(self.root))

    @lazy
    def key_policies(self) -> Sequence[ResourcePolicy]:
        """The policy of every key, and every grant on one."""
        return list(self._mapping("policies").key_policies(self.root))

    @lazy
    def key_users(self) -> Mapping[str, Resource]:
        """For each key that protects something stored or copied, by its address, a resource that uses it."""
        from snapguard.estate.keys import users_of_keys

        mapping = self._mapping("keys")
        return users_of_keys(mapping.key_uses(self.root), mapping.key_aliases(self.root))

    @lazy
    def machines(self) -> Sequence[Machine]:
        """Everything that starts machines, and the templates of machines."""
        return list(self._mapping("machines").machines(self.root))

    @lazy
    def lineage(self) -> Lineage:
        """Which machines and databases are made from snapshots, and by which way."""
        from snapguard.estate.lineage import Lineage

        mapping = self._mapping("machines")
        return Lineage(self.machines, mapping.artefacts(self.root), mapping.attachments(self.root))

    @lazy
    def security_groups(self) -> Groups:
        """The security groups with their rules, by the keys that values name them by."""
        from snapguard.estate.membership import Groups

        mapping = self._mapping("network")
        groups, rules = mapping.security_groups(self.root), mapping.rules(self.root)
        return Groups(groups, rules, mapping.networks(self.root), mapping.DEFAULT_GROUP_ATTRIBUTES)

    @lazy
    def membership(self) -> Membership:
        """Which security groups apply to what."""
        from snapguard.estate.membership import Membership

        mapping = self._mapping("network")
        interfaces, joints = mapping.interfaces(self.root), mapping.joints(self.root)
        return Membership(self.security_groups, interfaces, joints, self.lineage.templates)

    @lazy
    def exposure(self) -> Exposure:
        """The openings to the world."""
        from snapguard.estate.exposure import Exposure

        mapping = self._mapping("network")
        return Exposure(
            self.security_groups,
            mapping.prefix_lists(self.root),
            mapping.narrow(self.root),
            sheltered=lambda entity, ports: self.shelters.of(entity, ports),
            inhabitant=lambda key: self.inhabitants.get(key),
            trusted=self.settings.trusted_cidrs,
        )

    @lazy
    def shelters(self) -> Shelters:
        """What keeps the internet from machines and databases, whatever their groups let in."""
        from snapguard.estate.shelters import Shelters

        surroundings = self._mapping("network").surroundings(self.root)
        return Shelters(surroundings, self.root.find, self.lineage.templates, self.membership.has_interfaces)

    @lazy
    def inhabitants(self) -> Mapping[str, tuple[Machine, Link]]:
        """For each security group that surely applies to a machine, by its key, the first one."""
        found: dict[str, tuple[Machine, Link]] = {}
        for machine in self.machines:
            for link in self.membership.of_machine(machine):
                if link.certain and machine.resource.exists and not machine.is_template:
                    found.setdefault(link.key, (machine, link))
        return found

    @lazy
    def restored_machines(self) -> Sequence[Target]:
        """The machines that are restored from a snapshot, with the way that tells it and the groups that apply."""
        from snapguard.estate.restored import restored_machines

        return restored_machines(self.machines, self.lineage, lambda: self.membership)

    @lazy
    def restored_databases(self) -> Sequence[RestoredDatabase]:
        """The databases and instances of clusters that are restored from a snapshot or backup."""
        from snapguard.estate.restored import restored_databases

        databases = list(self._mapping("machines").databases(self.root))
        snapshots = self.database_snapshots if databases else ()
        origins = {snapshot.resource.address: snapshot.origin for snapshot in snapshots}
        return list(restored_databases(databases, origins, self.lineage, lambda: self.membership))

    @lazy
    def identities(self) -> Identities:
        """Every principal and policy document, linked by what attaches them."""
        from snapguard.estate.principals import Identities

        return Identities(self._mapping("identity").facts(self.root))

    @lazy
    def broad_grants(self) -> Sequence[BroadGrant]:
        """Every statement that gives rights over copies without a limit."""
        from snapguard.estate.broad_grants import broad_grants

        return list(broad_grants(self.identities))

    @lazy
    def holdings(self) -> Sequence[Holding]:
        """Every attachment that gives a principal rights over copies without a limit."""
        from snapguard.estate.holdings import holdings

        return list(holdings(self.identities))

    @lazy
    def exfiltration_paths(self) -> Sequence[Finding]:
        """What lets a principal both make copies and give them away."""
        from snapguard.estate.exfiltration import exfiltration_paths

        return list(exfiltration_paths(self.identities))

    @lazy
    def open_trusts(self) -> Sequence[Finding]:
        """What lets outsiders assume a role with such rights."""
        from snapguard.estate.holdings import open_trusts

        return list(open_trusts(self.identities, self.holdings, self.root, self.settings))

    @lazy
    def expectations(self) -> Expectations:
        """Whom the settings and the entitlement lock expect to have rights over copies."""
        from snapguard.estate.expected import Expectations

        return Expectations(self.root, self.settings)

    @lazy
    def unexpected_principals(self) -> Sequence[Finding]:
        """The principals that have such rights and are not expected to."""
        from snapguard.estate.expected import unexpected_principals

        if not self.expectations.exist:
            return []
        return list(unexpected_principals(self.identities, self.expectations, lambda: self.copy_makers))

    @lazy
    def excess_administrators(self) -> Sequence[Finding]:
        """The administrators, where there are more than the settings allow."""
        from snapguard.estate.administrators import too_many_administrators

        allowed = self.settings.max_administrators
        return [] if allowed is None else list(too_many_administrators(self.identities, allowed))

    @lazy
    def _behind(self) -> Behind:
        from snapguard.estate.exposure import behind

        return behind(self.restored_machines)

    def openings(self, ports: Sequence[int], *, is_egress: bool = False) -> Sequence[Opening]:
        """The rules by which the world reaches these TCP ports on a restored machine, or that reaches them there."""
        if not self.restored_machines:
            return []
        return self.exposure.openings(self._behind, ports, is_egress=is_egress)

    def openings_by_service(self, services: Mapping[str, Sequence[int]]) -> Sequence[tuple[Opening, list[str]]]:
        """The same for services by name: each rule once, with the names of those that it lets the world reach."""
        found: dict[Sequence[Rule], tuple[Opening, list[str]]] = {}
        for service, ports in services.items():
            for opening in self.openings(ports):
                found.setdefault(opening.rules, (opening, []))[1].append(service)
        return list(found.values())

    def database_openings(self) -> Sequence[Opening]:
        """The rules by which the world reaches a restored database on its port."""
        if not self.restored_databases:
            return []
        from snapguard.estate.exposure import behind

        by_ports: dict[tuple[int, ...], list[Target]] = {}
        for database in self.restored_databases:
            by_ports.setdefault(database.ports, []).append(database.target)
        return [
            opening
            for ports, targets in by_ports.items()
            for opening in self.exposure.openings(behind(targets), ports, one_of=True)
        ]

    @lazy
    def input_errors(self) -> Sequence[InputError]:
        """What could not be read or resolved; asked for after everything else, since resolving is lazy."""
        asked = self.__dict__
        errors = [*self.root.errors()]
        if "identities" in asked:
            errors += self.identities.errors
        if "expectations" in asked and self.expectations.error is not None:
            errors.append(self.expectations.error)
        for subject in ("vault_policies", "key_policies", "snapshot_policies"):
            errors += [error for policy in asked.get(subject, ()) for error in policy.document.errors]
        return errors
