"""Fn::Cidr: the addresses are cut as CloudFormation cuts them."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import islice


def subnets(block: str, count: str, bits: str) -> list[str] | None:
    """The first `count` subnets of a block, each with `bits` host bits; None where that can't be.

    `bits` is "the inverse of the subnet mask" (CloudFormation user guide, Fn::Cidr): 8 makes /24 of IPv4.
    """
    try:
        network = ip_network(block, strict=False)
        wanted = int(count)
        prefix = network.max_prefixlen - int(bits)
        if not 1 <= wanted <= 256 or prefix < network.prefixlen:
            return None
        found = [str(subnet) for subnet in islice(network.subnets(new_prefix=prefix), wanted)]
    except ValueError:
        return None
    return found if len(found) == wanted else None
