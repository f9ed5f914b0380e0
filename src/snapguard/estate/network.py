"""Security groups, the rules in them, and the ways in which they reach a machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from snapguard.estate.entities import Entity
from snapguard.resources import Resource
from snapguard.source import Span
from snapguard.values import ABSENT, Known, Value

EVERY_PROTOCOL = frozenset({"-1", "all"})
TCP = frozenset({"tcp", "6"})

REMOTE_SERVICES = {
    "SSH": (22,),
    "RDP": (3389,),
    "WinRM": (5985, 5986),
    "VNC": tuple(range(5900, 5911)),
    "Telnet": (23,),
}
"""The TCP ports of what gives a session on a machine."""


class Rule(Entity):
    """A rule that lets traffic in, or out where `is_egress` (None where it can't be told).

    `group` names the group that it belongs to. `protocol` and the ports are as written. `ranges` are CIDR blocks of
    either IP version, `prefix_lists` names of lists of them, `sources` the groups whose machines are let in. `span` is
    the block that holds it, None where it is a resource of its own. `tcp_ports` are the first and the last TCP port
    that it lets through where all that tells them is known, else None.
    """

    __slots__ = (
        "from_port",
        "group",
        "is_egress",
        "prefix_lists",
        "protocol",
        "ranges",
        "sources",
        "span",
        "tcp_ports",
        "to_port",
    )

    def __init__(
        self,
        resource: Resource,
        *,
        group: Value | None,
        is_egress: bool | None,
        protocol: Value,
        from_port: Value,
        to_port: Value,
        ranges: Sequence[Value],
        prefix_lists: Sequence[Value] = (),
        sources: Sequence[Value] = (),
        span: Span | None = None,
    ) -> None:
        super().__init__(resource)
        self.group = group
        self.is_egress = is_egress
        self.protocol = protocol
        self.from_port = from_port
        self.to_port = to_port
        self.ranges = tuple(ranges)
        self.prefix_lists = tuple(prefix_lists)
        self.sources = tuple(sources)
        self.span = span
        self.tcp_ports = _tcp_ports(protocol, from_port, to_port)


def port_number(content: Any) -> float | None:
    """A port as a number to compare, however it is written; None for what is none."""
    try:
        return float(content)
    except (TypeError, ValueError, OverflowError):
        return None


def _tcp_ports(protocol: Value, from_port: Value, to_port: Value) -> tuple[float, float] | None:
    if not (isinstance(protocol, Known) and isinstance(from_port, Known) and isinstance(to_port, Known)):
        return None
    name = str(protocol.value).lower()
    if name in EVERY_PROTOCOL:
        return 0, 65535
    first, last = port_number(from_port.value), port_number(to_port.value)
    if name not in TCP or first is None or last is None:
        return None
    return first, last


class SecurityGroup(Entity):
    """A security group with the rules written in it.

    `names` are texts by which it may be named; `default_of` is the network whose default group it is, absent for the
    default network's, None for a group of its own; `network` is the one that it is in. One that is only looked up has
    the names and network that it is sought by.
    """

    __slots__ = ("default_of", "is_looked_up", "names", "network", "rules")

    def __init__(
        self,
        resource: Resource,
        *,
        rules: Sequence[Rule],
        names: Sequence[Value],
        default_of: Value | None = None,
        network: Value = ABSENT,
        is_looked_up: bool = False,
    ) -> None:
        super().__init__(resource)
        self.rules = tuple(rules)
        self.names = tuple(names)
        self.default_of = default_of
        self.network = network
        self.is_looked_up = is_looked_up


class Interface(Entity):
    """A network interface, the groups on it, and the network that it is in by way of its subnet."""

    __slots__ = ("groups", "machines", "subnet")

    def __init__(self, resource: Resource, groups: Sequence[Value], machines: Sequence[Value], subnet: Value) -> None:
        super().__init__(resource)
        self.groups = tuple(groups)
        self.machines = tuple(machines)
        self.subnet = subnet


class Joint(NamedTuple):
    """What puts an interface on a machine, or a group on the interface of a machine, from outside.

    Just one of `interface` and `group` is set; `target` names the machine, or the interface that gets a group.
    """

    resource: Resource
    target: Value
    interface: Value | None
    group: Value | None


class PrefixList(Entity):
    """A list of CIDR blocks; `owner` is the list that the blocks are added to, None where they stand in it.

    One of the provider's own lists, which never hold the whole world, has no blocks.
    """

    __slots__ = ("owner", "ranges")

    def __init__(self, resource: Resource, ranges: Sequence[Value], owner: Value | None = None) -> None:
        super().__init__(resource)
        self.ranges = tuple(ranges)
        self.owner = owner


class Networks(NamedTuple):
    """How subnets lie in networks: `of_subnet` by the address of a subnet, or of a group of subnets of one network.

    `defaults` are the addresses of default networks.
    """

    of_subnet: dict[str, Value]
    defaults: frozenset[str]


class Route(NamedTuple):
    """A route of a table: `table` is the table's address, or a value that names it.

    `is_inward` says that it surely leads to no gateway by which the internet gets in.
    """

    table: str | Value
    is_inward: bool


class AccessEntry(NamedTuple):
    """An entry of a network access list about traffic that comes in; `owner` is the list's address or names it.

    The entries of a list are tried in the order of their numbers; `denies` is True only for one that surely does.
    """

    owner: str | Value
    rule: Rule
    number: Value
    denies: bool


class Joined(NamedTuple):
    """That a subnet has a route table or an access list: `owner` is its address or names it."""

    subnet: Value
    owner: str | Value


class Surroundings(NamedTuple):
    """What stands between machines and the internet.

    `tables` and `lists` are the addresses of route tables and network access lists; `addressed` names everything that
    is given a public address of its own. `unaddressed` are the addresses of the subnets that say they give none.
    """

    tables: frozenset[str]
    routes: Sequence[Route]
    tables_of: Sequence[Joined]
    lists: frozenset[str]
    entries: Sequence[AccessEntry]
    lists_of: Sequence[Joined]
    addressed: Sequence[Value]
    unaddressed: frozenset[str]
