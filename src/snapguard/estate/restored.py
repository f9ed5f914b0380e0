"""What is restored: the machines and databases that lead back to a copy, as the targets of an opening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from snapguard.estate.lineage import Descent, Lineage, exists, named, names_one, short_name
from snapguard.estate.machines import Database, Machine
from snapguard.estate.membership import Membership
from snapguard.estate.openings import Target
from snapguard.findings import Evidence, Finding
from snapguard.values import Known, Value, is_true


def restored_machines(
    machines: Sequence[Machine], lineage: Lineage, membership: Callable[[], Membership]
) -> list[Target]:
    """The machines that are restored, each with the groups that apply to it.

    A template that something in the root starts machines by is judged there, with what is set in its place; one that
    nothing starts is judged as it is. Networks are looked at only where something is restored.
    """
    used = {template.resource.address for machine in machines for template in lineage.templates(machine.template)}
    targets = []
    for machine in machines:
        if machine.is_template and machine.resource.address in used:
            continue
        descent = lineage.of_machine(machine)
        if descent is not None:
            targets.append(Target(machine, descent, membership().of_machine(machine)))
    return targets


class RestoredDatabase:
    """A restored database, as a target that listens on one of `ports`."""

    __slots__ = ("database", "ports", "target")

    def __init__(self, database: Database, target: Target, ports: tuple[int, ...]) -> None:
        self.database = database
        self.target = target
        self.ports = ports

    @property
    def name(self) -> str:
        """Its name, the same for all instances of a block."""
        return short_name(self.database.resource)

    @property
    def is_public(self) -> bool | None:
        """Whether it has a public address; None where the code does not tell."""
        return self.database.public.verdict(is_true)

    def explained(self, message: str, *, certain: bool) -> Finding:
        """A finding on the flag that makes it public, with the way to the snapshot as evidence."""
        return self.database.finding(
            message,
            self.database.public,
            evidence=self.target.descent.steps,
            certain=certain and self.target.certain,
        )


def restored_databases(
    databases: Sequence[Database],
    snapshots: Mapping[str, Value],
    lineage: Lineage,
    membership: Callable[[], Membership],
) -> Iterator[RestoredDatabase]:
    """The databases that are restored, themselves or as instances of a cluster that is.

    `snapshots` tell by the address of each what it is a snapshot of.
    """
    clusters = _Clusters(databases)
    ports = _Ports(databases, snapshots)
    for database in databases:
        descent = lineage.of_database(database)
        for cluster in clusters.of(database):
            descent = descent or _by_cluster(database, cluster, lineage.of_database(cluster))
        if descent is not None:
            links = membership().of_database(database)
            yield RestoredDatabase(database, Target(database, descent, links), ports.of(database))


def _by_cluster(database: Database, cluster: Database, descent: Descent | None) -> Descent | None:
    if descent is None:
        return None
    place = database.cluster.place or database.resource.header
    step = Evidence(place, f"{database.resource.address} is an instance of {cluster.resource.address}", True)
    return descent.after(step, exists(cluster) and names_one(database.cluster))


ANY_PORT = (1150, 65535)
"""The ends of what a database may be told to listen on (RDS API, CreateDBInstance, Port)."""


LONGEST_CHAIN = 8
"""How many databases may be restored one from the other until the first is no longer looked for."""


class _Ports:
    """What the databases of a root listen on."""

    def __init__(self, databases: Iterable[Database], snapshots: Mapping[str, Value]) -> None:
        self._by_address = {database.resource.address: database for database in databases}
        self._snapshots = snapshots

    def of(self, database: Database, chain: int = 0) -> tuple[int, ...]:
        """Every port that a database may listen on, as far as that is told.

        Where its own is not set it is that of the original (RDS API, RestoreDBInstanceFromDBSnapshot, Port), or, where
        that is not in the code, one of its engine's. A port that nobody can tell may be any, the engine's by far the
        most likely.
        """
        outcomes = database.port.outcomes
        if outcomes is None:
            return (*database.ports, *ANY_PORT)
        ports: dict[int, None] = {}
        for outcome in outcomes:
            text = str(outcome.value) if isinstance(outcome, Known) else ""
            is_port = text.isdecimal() and len(text) <= 5
            ports.update(dict.fromkeys([int(text)] if is_port else self._unset(database, chain)))
        return tuple(ports)

    def _unset(self, database: Database, chain: int) -> Sequence[int]:
        originals = [self._original(source.value) for source in database.sources] if chain < LONGEST_CHAIN else []
        for original in originals:
            if original is not None and original is not database:
                return self.of(original, chain + 1)
        return database.ports

    def _original(self, source: Value) -> Database | None:
        """The database that a source names, itself or by a snapshot of it."""
        for ref in named(source) if names_one(source) else ():
            database = self._by_address.get(ref.address)
            snapshot = self._snapshots.get(ref.address)
            if database is None and snapshot is not None:
                found = [self._by_address.get(each.address) for each in named(snapshot)]
                database = found[0] if len(found) == 1 else None
            if database is not None:
                return database
        return None


class _Clusters:
    """The clusters of a root, as their instances name them."""

    def __init__(self, databases: Iterable[Database]) -> None:
        self._by_address = {database.resource.address: database for database in databases}
        named = ((name.known_text, database) for database in databases for name in database.names)
        self._by_name = {text: database for text, database in named if text is not None}

    def of(self, database: Database) -> list[Database]:
        """The cluster that a database is an instance of."""
        named_here = [ref.address for ref in named(database.cluster)]
        found = [self._by_address[address] for address in named_here if address in self._by_address]
        by_name = self._by_name.get(database.cluster.known_text or "")
        return found or ([] if by_name is None else [by_name])
