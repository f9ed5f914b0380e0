"""Functions on address ranges."""

from __future__ import annotations

from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from snapguard.terraform.functions.signature import AMOUNT, TEXT, Undecided, plain
from snapguard.terraform.types import EvaluationError

Network = IPv4Network | IPv6Network


def _network(text: str) -> Network:
    """The range that a text names; bits behind the prefix are dropped."""
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal():
        raise EvaluationError(f'"{text}" is no range of addresses; one is written like 10.0.0.0/16')
    if "%" in address:
        raise EvaluationError(f"{text} has a zone, which ranges don't have")
    try:
        base = _address(address)
        if isinstance(base, IPv6Address) and base.ipv4_mapped:
            raise Undecided(f"{text} is IPv4 written as IPv6")
        return (IPv4Network if base.version == 4 else IPv6Network)((int(base), int(length)), strict=False)
    except ValueError:
        raise EvaluationError(f'"{text}" is no range of addresses') from None


def _address(text: str) -> IPv4Address | IPv6Address:
    """Terraform reads an IPv4 octet with leading zeros as decimal."""
    if ":" not in text:
        text = ".".join(octet.lstrip("0") or "0" if octet.isdecimal() else octet for octet in text.split("."))
    return ip_address(text)


def _whole(value: int | Decimal, what: str) -> int:
    if value == 0:
        return 0
    if not isinstance(value, int):
        raise EvaluationError(f"the {what} must be a whole number")
    return value


def _contains(containing: str, contained: str) -> bool:
    outer = _network(containing)
    inner = _network(contained if "/" in contained else f"{contained}/{outer.max_prefixlen}")
    if inner.version != outer.version:
        raise EvaluationError("both must be IPv4 or both IPv6")
    return inner.network_address in outer and inner.broadcast_address in outer


def _host(prefix: str, host_number: int | Decimal) -> str:
    network = _network(prefix)
    number = _whole(host_number, "host number")
    size = network.num_addresses
    if not -size <= number < size:
        raise EvaluationError(f"{prefix} has no host {number}")
    return str(network.network_address + number % size)


def _netmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version == 6:
        raise EvaluationError("only IPv4 has netmasks")
    return str(network.netmask)


def _extended(network: Network, new_bits: int) -> int:
    length = network.prefixlen + new_bits
    if new_bits < 0:
        raise Undecided("a subnet larger than its network")
    if length > network.max_prefixlen:
        raise EvaluationError(f"{network} can't be extended by {new_bits} bits")
    return length


def _subnet(prefix: str, new_bits: int | Decimal, subnet_number: int | Decimal) -> str:
    network = _network(prefix)
    bits, number = _whole(new_bits, "number of bits"), _whole(subnet_number, "subnet number")
    length = _extended(network, bits)
    if number < 0:
        raise Undecided("a subnet outside its network")
    if number >= 1 << bits:
        raise EvaluationError(f"{bits} bits don't hold the subnet number {number}")
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    return str(type(network)((start, length)))


def _subnets(prefix: str, *new_bits: int | Decimal) -> list[str]:
    network = _network(prefix)
    start, end = int(network.network_address), int(network.broadcast_address)
    made = []
    for value in new_bits:
        bits = _whole(value, "number of bits")
        if not 1 <= bits <= 32:
            raise EvaluationError("the number of bits must be from 1 to 32")
        size = 1 << (network.max_prefixlen - _extended(network, bits))
        start = (start + size - 1) // size * size
        if start + size - 1 > end:
            raise EvaluationError(f"{prefix} has no room for all these subnets")
        made.append(str(type(network)((start, network.prefixlen + bits))))
        start += size
    return made


FUNCTIONS = {
    "cidrcontains": plain(_contains, TEXT, TEXT),
    "cidrhost": plain(_host, TEXT, AMOUNT),
    "cidrnetmask": plain(_netmask, TEXT),
    "cidrsubnet": plain(_subnet, TEXT, AMOUNT, AMOUNT),
    "cidrsubnets": plain(_subnets, TEXT, rest=AMOUNT),
}
