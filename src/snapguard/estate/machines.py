"""Machines and databases, and what they are made from: the things that lineage and exposure are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from snapguard.estate.entities import Entity
from snapguard.resources import Resource
from snapguard.values import ABSENT, Reference, Unknown, Value


class Source(NamedTuple):
    """One thing that something is made from.

    `value` names it and `note` says what it is made into, to stand between the maker's address and the name ("has
    a disk made from snapshot"). `is_snapshot` says that the attribute takes nothing but a snapshot, so that it is
    enough that it is set; elsewhere a name alone tells nothing, and only what the code says of the named thing counts.
    """

    value: Value
    note: str
    is_snapshot: bool = False


class Disk(NamedTuple):
    """A block device: the name it is mapped to (where a device of the same name replaces another), and its source."""

    device: Value
    source: Source


class Artefact(Entity):
    """What a machine can be made from: a volume, a snapshot, an image.

    `is_copy` is True for what always holds a copy of a disk, None where the code does not tell, and False where that
    is a matter of its `sources`; `kind` is the word for it.
    """

    __slots__ = ("is_copy", "kind", "sources")

    def __init__(self, resource: Resource, kind: str, sources: Sequence[Source], is_copy: bool | None = False) -> None:
        super().__init__(resource)
        self.kind = kind
        self.sources = tuple(sources)
        self.is_copy = is_copy


class Attachment(NamedTuple):
    """What puts a volume on a machine from outside."""

    machine: Value
    volume: Value
    resource: Resource


class Machine(Entity):
    """A machine, a set of equal machines, or the template of one (`is_template`).

    What the machine does not set it takes from its `template`. `names` are texts by which a template may be named.
    `subnets` are all that it can be in, `public` the flags that give its interfaces public addresses. A resource that
    starts several kinds of machines is several of these.
    """

    __slots__ = (
        "disks",
        "groups",
        "image",
        "interfaces",
        "is_template",
        "names",
        "public",
        "subnets",
        "template",
        "volumes",
    )

    def __init__(
        self,
        resource: Resource,
        *,
        image: Value = ABSENT,
        disks: Sequence[Disk] = (),
        volumes: Sequence[Value] = (),
        template: Value = ABSENT,
        groups: Sequence[Value] = (),
        interfaces: Sequence[Value] = (),
        subnets: Sequence[Value] = (),
        public: Sequence[Value] = (),
        names: Sequence[Value] = (),
        is_template: bool = False,
    ) -> None:
        super().__init__(resource)
        self.image = image
        self.disks = tuple(disks)
        self.volumes = tuple(volumes)
        self.template = template
        self.groups = tuple(groups)
        self.interfaces = tuple(interfaces)
        self.subnets = tuple(subnets)
        self.public = tuple(public)
        self.names = tuple(names)
        self.is_template = is_template

    @property
    def subnet(self) -> Value:
        """One of its subnets, which tells its network; absent where none is set."""
        return self.subnets[0] if self.subnets else ABSENT


class Database(Entity):
    """A database, cluster or instance of a cluster, as far as a restored one can be reached.

    `sources` are the snapshots and backups that it is restored from; `cluster` names what it belongs to and shares
    data, groups and port with. `public` is the flag that gives it a public address, already with the default that
    applies where it is not written. `ports` are those that its engine listens on where `port` is not set;
    `port_attributes` are the attributes by which others ask for the one that it listens on. `subnet` is a subnet, or a
    group of subnets, that it is in; None for one that is in the security groups of its cluster.
    """

    __slots__ = ("cluster", "groups", "names", "port", "port_attributes", "ports", "public", "sources", "subnet")

    def __init__(
        self,
        resource: Resource,
        *,
        sources: Sequence[Source],
        public: Value,
        groups: Sequence[Value],
        port: Value,
        ports: Sequence[int],
        cluster: Value = ABSENT,
        names: Sequence[Value] = (),
        port_attributes: Sequence[str] = (),
        subnet: Value | None = None,
    ) -> None:
        super().__init__(resource)
        self.sources = tuple(sources)
        self.public = public
        self.groups = tuple(groups)
        self.port = port
        self.ports = tuple(ports)
        self.cluster = cluster
        self.names = tuple(names)
        self.port_attributes = tuple(port_attributes)
        self.subnet = subnet

    @property
    def own_port(self) -> Sequence[Reference]:
        """What stands for the port that it listens on, also where nobody can tell which that is."""
        return [Reference(self.resource.address, attribute) for attribute in self.port_attributes]


def written(blocks: Value) -> list[Value]:
    """The nested blocks that are known to be written; a block that may or may not be there tells nothing."""
    return [block for block in blocks.elements() if block.known_map is not None]


def present(*values: Value) -> list[Value]:
    """The values that are set; a list counts as its elements, and an empty text as nothing."""
    return [each for value in values for each in value.elements() if not each.is_absent and each.known_text != ""]


def first_present(*values: Value) -> Value:
    """The first value that is set, for a thing that may be named in one of several ways; absent where none is."""
    return next(iter(present(*values)), ABSENT)


def structured(text: Value) -> Value:
    """The structure that a text was made from, where it was made from one; else the text."""
    return text if text.decoded is None else text.decoded


def disk(device: Value, snapshot: Value) -> Disk:
    """A block device made from a snapshot, or from nothing where that is absent."""
    name = device.known_text
    role = f"has disk {name} made from snapshot" if name else "has a disk made from snapshot"
    return Disk(device, Source(snapshot, role, is_snapshot=True))


OWN_GROUPS = Unknown("the service makes groups of its own for machines that name none")
"""The subnet of machines that never fall back on the default group of their network."""

PORTS_BY_ENGINE = {
    "aurora-postgresql": 5432,
    "aurora": 3306,
    "custom-oracle": 1521,
    "custom-sqlserver": 1433,
    "db2": 50000,
    "docdb": 27017,
    "mariadb": 3306,
    "mysql": 3306,
    "neptune": 8182,
    "oracle": 1521,
    "postgres": 5432,
    "sqlserver": 1433,
}
"""The ports that the engines of RDS and its relatives listen on unless told otherwise (RDS API, CreateDBInstance)."""


def engine_ports(engine: Value) -> tuple[int, ...]:
    """The ports that an engine (or an edition of it) listens on by default; those of all where it is not told.

    A restored database takes its engine from the snapshot, so it is often not written: it can then be any.
    """
    name = (engine.known_text or "").lower()
    for family, port in PORTS_BY_ENGINE.items():
        if name == family or name.startswith(f"{family}-"):
            return (port,)
    return tuple(sorted(set(PORTS_BY_ENGINE.values())))
