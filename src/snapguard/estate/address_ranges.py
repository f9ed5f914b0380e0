"""Sets of addresses: what a range says, and whether ranges together are the whole world.

Ranges are compared as numbers, never as text: `0.0.0.0/0`, `0.0.0.0/00`, `1.2.3.4/0` and `0.0.0.0/1` with
`128.0.0.0/1` are all the same set of addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

Interval = tuple[int, int]
"""The first and the last of a run of numbers."""


class AddressRange(NamedTuple):
    """All addresses from `low` to `high` of an IP version (4 or 6)."""

    version: int
    low: int
    high: int


@lru_cache(maxsize=4096)
def parse_range(text: str) -> AddressRange | None:
    """The addresses of a CIDR block; None where the text is none.

    It is read as leniently as EC2 does: host bits are dropped, the prefix length may have leading zeros, and an
    address alone stands for itself. Every spelling of an IPv6 address is understood.
    """
    address, slash, prefix = text.strip().partition("/")
    version, width = (6, 128) if ":" in address else (4, 32)
    number = _ipv6_number(address) if version == 6 else _ipv4_number(address)
    length = _decimal(prefix, width) if slash else width
    if number is None or length is None:
        return None
    size = 1 << (width - length)
    low = number - number % size
    return AddressRange(version, low, low + size - 1)


def _decimal(text: str, limit: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    number = int(text)
    return number if number <= limit else None


def _ipv4_number(text: str) -> int | None:
    octets = text.split(".")
    if len(octets) != 4:
        return None
    number = 0
    for octet in octets:
        value = _decimal(octet, 255)
        if value is None:
            return None
        number = number << 8 | value
    return number


def _ipv6_number(text: str) -> int | None:
    import socket  # only here: most code names no IPv6 address

    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
    except (OSError, ValueError):
        return None


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same numbers in as few intervals as possible, in ascending order."""
    merged: list[Interval] = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def subtract(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """The numbers of `intervals` that lie in none of the `holes`, as `merge` gives them."""
    left: list[Interval] = []
    cuts = merge(holes)
    first = 0
    for low, high in merge(intervals):
        while first < len(cuts) and cuts[first][1] < low:
            first += 1
        at = first
        while at < len(cuts) and cuts[at][0] <= high:
            if low < cuts[at][0]:
                left.append((low, cuts[at][0] - 1))
            low = cuts[at][1] + 1
            at += 1
        if low <= high:
            left.append((low, high))
    return left


def _intervals(blocks: Sequence[str]) -> list[Interval]:
    ranges = [parse_range(block) for block in blocks]
    return [(found.low, found.high) for found in ranges if found is not None]


@lru_cache(maxsize=2)
def _public(version: int) -> list[Interval]:
    """The addresses that the internet routes: a set that holds them all is the world, whatever else it leaves out.

    The blocks left out are those of IANA's special-purpose registries that are neither global nor ever used as the
    source of a connection over the internet (RFC 6890), and the multicast and reserved space above them; global
    IPv6 addresses are those of 2000::/3 (RFC 4291).
    """
    if version == 6:
        return _intervals(["2000::/3"])
    special = ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"]
    special += ["192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"]
    special += ["203.0.113.0/24", "224.0.0.0/3"]
    return subtract(_intervals(["0.0.0.0/0"]), _intervals(special))


@lru_cache(maxsize=8)
def public_addresses(version: int, trusted: tuple[AddressRange, ...] = ()) -> list[Interval]:
    """The public addresses of an IP version that are not trusted."""
    return subtract(_public(version), [(block.low, block.high) for block in trusted if block.version == version])


def world_versions(ranges: Sequence[AddressRange], trusted: tuple[AddressRange, ...] = ()) -> list[int]:
    """The IP versions (4, 6) of which the ranges together leave out no public address.

    `trusted` addresses don't matter: they need not be covered, and where they are the whole world nothing is open.
    """
    return [version for version in (4, 6) if _covers(version, ranges, trusted)]


def _covers(version: int, ranges: Sequence[AddressRange], trusted: tuple[AddressRange, ...]) -> bool:
    inside = [(block.low, block.high) for block in ranges if block.version == version]
    if not inside:
        return False
    return 0 < public_size(version, trusted) <= _size(inside) and not subtract(
        public_addresses(version, trusted), inside
    )


@lru_cache(maxsize=8)
def public_size(version: int, trusted: tuple[AddressRange, ...] = ()) -> int:
    """How many public addresses of an IP version there are that are not trusted."""
    return _size(public_addresses(version, trusted))


def _size(intervals: Iterable[Interval]) -> int:
    return sum(high - low + 1 for low, high in intervals)
