"""Terraform's AWS resources as security groups, rules and what joins them to machines."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.machines import first_present, present
from snapguard.estate.network import (
    AccessEntry,
    Interface,
    Joined,
    Joint,
    Networks,
    PrefixList,
    Route,
    Rule,
    SecurityGroup,
    Surroundings,
)
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Reference, Unknown, Value, is_false, is_true

DEFAULT_GROUP_ATTRIBUTES = frozenset({"default_security_group_id"})
"""Attributes of a network that name its default group."""


def security_groups(root: Root) -> Iterator[SecurityGroup]:
    """The security groups of the root, with the rules in them, and those that are looked up by their name.

    A default group that is managed is one as well.
    """
    for resource in root.resources_of("aws_security_group", "aws_default_security_group"):
        is_default, network = resource.type == "aws_default_security_group", resource.get("vpc_id")
        yield SecurityGroup(
            resource,
            rules=[*_inline_rules(resource, "ingress", False), *_inline_rules(resource, "egress", True)],
            names=present(resource.get("name"), resource.get("id")),
            default_of=network if is_default else None,
            network=network,
        )
    for resource in root.data_sources_of("aws_security_group"):
        names, network = present(resource.get("name"), *_sought(resource, "group-name")), resource.get("vpc_id")
        is_default = not network.is_absent and any(name.known_text == "default" for name in names)
        default_of = network if is_default else None
        yield SecurityGroup(resource, rules=[], names=names, default_of=default_of, network=network, is_looked_up=True)


def _sought(resource: Resource, name: str) -> list[Value]:
    """What a filter of a data source asks for by a name."""
    blocks = resource.get("filter").elements()
    return [block.get("values") for block in blocks if block.get("name").known_text == name]


def _inline_rules(resource: Resource, attribute: str, is_egress: bool) -> Iterator[Rule]:
    for block in resource.get(attribute).elements():
        yield Rule(
            resource,
            group=None,
            is_egress=is_egress,
            protocol=block.get("protocol"),
            from_port=block.get("from_port"),
            to_port=block.get("to_port"),
            ranges=present(block.get("cidr_blocks"), block.get("ipv6_cidr_blocks")),
            prefix_lists=present(block.get("prefix_list_ids")),
            sources=present(block.get("security_groups")),
            span=block.place,
        )


def rules(root: Root) -> Iterator[Rule]:
    """The rules that are resources of their own."""
    for resource in root.resources_of("aws_security_group_rule"):
        yield Rule(
            resource,
            group=resource.get("security_group_id"),
            is_egress=_is_egress(resource.get("type")),
            protocol=resource.get("protocol"),
            from_port=resource.get("from_port"),
            to_port=resource.get("to_port"),
            ranges=present(resource.get("cidr_blocks"), resource.get("ipv6_cidr_blocks")),
            prefix_lists=present(resource.get("prefix_list_ids")),
            sources=present(resource.get("source_security_group_id")),
        )
    for resource in root.resources_of("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"):
        yield Rule(
            resource,
            group=resource.get("security_group_id"),
            is_egress=resource.type == "aws_vpc_security_group_egress_rule",
            protocol=resource.get("ip_protocol"),
            from_port=resource.get("from_port"),
            to_port=resource.get("to_port"),
            ranges=present(resource.get("cidr_ipv4"), resource.get("cidr_ipv6")),
            prefix_lists=present(resource.get("prefix_list_id")),
            sources=present(resource.get("referenced_security_group_id")),
        )


def _is_egress(side: Value) -> bool | None:
    return side.verdict(lambda text: text == "egress")


def interfaces(root: Root) -> Iterator[Interface]:
    """The network interfaces that are resources of their own."""
    for resource in root.resources_of("aws_network_interface"):
        yield Interface(
            resource,
            groups=present(resource.get("security_groups")),
            machines=present(*(block.get("instance") for block in resource.get("attachment").elements())),
            subnet=resource.get("subnet_id"),
        )


def joints(root: Root) -> Iterator[Joint]:
    """What puts interfaces on machines and groups on interfaces."""
    for resource in root.resources_of("aws_network_interface_attachment"):
        yield Joint(resource, resource.get("instance_id"), resource.get("network_interface_id"), None)
    for resource in root.resources_of("aws_network_interface_sg_attachment"):
        yield Joint(resource, resource.get("network_interface_id"), None, resource.get("security_group_id"))


def prefix_lists(root: Root) -> Iterator[PrefixList]:
    """The lists of ranges whose content is in the code, or known to be narrow: AWS's own lists of its services."""
    for resource in root.resources_of("aws_ec2_managed_prefix_list"):
        entries = resource.get("entry").elements()
        yield PrefixList(resource, ranges=present(*(entry.get("cidr") for entry in entries)))
    for resource in root.resources_of("aws_ec2_managed_prefix_list_entry"):
        yield PrefixList(resource, ranges=present(resource.get("cidr")), owner=resource.get("prefix_list_id"))
    for resource in root.data_sources_of("aws_ec2_managed_prefix_list", "aws_prefix_list"):
        if resource.type == "aws_prefix_list" or _is_service_name(resource):
            yield PrefixList(resource, ranges=())


def _is_service_name(resource: Resource) -> bool:
    filters = (value for block in resource.get("filter").elements() for value in block.get("values").elements())
    names = (value.known_text or "" for value in (resource.get("name"), *filters))
    return any(name.startswith("com.amazonaws.") for name in names)


SUBNET_GROUPS = (
    "aws_db_subnet_group",
    "aws_docdb_subnet_group",
    "aws_elasticache_subnet_group",
    "aws_memorydb_subnet_group",
    "aws_neptune_subnet_group",
    "aws_redshift_subnet_group",
)


def networks(root: Root) -> Networks:
    """In which network each subnet and group of subnets lies, and which networks are default ones."""
    of_subnet: dict[str, Value] = {}
    for resource in root.resources_of("aws_subnet"):
        of_subnet[resource.address] = resource.get("vpc_id")
    for resource in root.data_sources_of("aws_subnet"):
        looked_up = Unknown("it is looked up", (Reference(resource.address, "vpc_id"),))
        of_subnet[resource.address] = first_present(resource.get("vpc_id"), looked_up)
    for resource in root.resources_of("aws_default_subnet"):
        of_subnet[resource.address] = ABSENT
    for resource in root.resources_of(*SUBNET_GROUPS):
        refs = (ref for subnet in present(resource.get("subnet_ids")) for ref in subnet.refs)
        of_group = [of_subnet[ref.address] for ref in refs if ref.address in of_subnet]
        if of_group:
            of_subnet[resource.address] = of_group[0]
    found = (each for each in root.data_sources_of("aws_vpc") if each.get("default").verdict(is_true))
    defaults = (*root.resources_of("aws_default_vpc"), *found)
    return Networks(of_subnet, frozenset(each.address for each in defaults))


def narrow(root: Root) -> frozenset[str]:
    """The addresses of what names ranges that are a small part of the world: networks and their subnets."""
    found = (
        *root.resources_of("aws_vpc", "aws_default_vpc", "aws_subnet", "aws_default_subnet"),
        *root.data_sources_of("aws_vpc", "aws_subnet"),
    )
    return frozenset(resource.address for resource in found)


# What a route can lead to that the internet gets in by: a gateway to it, or something that stands before one.
WAYS_IN = ("gateway_id", "carrier_gateway_id", "vpc_endpoint_id", "network_interface_id", "instance_id")


def surroundings(root: Root) -> Surroundings:
    """Route tables and network access lists of subnets, and what is given public addresses of its own."""
    tables, lists = root.resources_of("aws_route_table"), root.resources_of("aws_network_acl")
    in_tables = ((table.address, route) for table in tables for route in table.get("route").elements())
    alone = root.resources_of("aws_route")
    associations = root.resources_of("aws_route_table_association")
    list_associations = root.resources_of("aws_network_acl_association")
    addresses = root.resources_of("aws_eip", "aws_eip_association")
    return Surroundings(
        tables=frozenset(table.address for table in tables),
        routes=[
            *(Route(table, _is_inward(route, root)) for table, route in in_tables),
            *(Route(route.get("route_table_id"), _is_inward(route, root)) for route in alone),
        ],
        tables_of=[Joined(each.get("subnet_id"), each.get("route_table_id")) for each in associations],
        lists=frozenset(each.address for each in lists),
        entries=list(_access_entries(root)),
        lists_of=[
            *(Joined(subnet, each.address) for each in lists for subnet in present(each.get("subnet_ids"))),
            *(Joined(each.get("subnet_id"), each.get("network_acl_id")) for each in list_associations),
        ],
        addressed=present(
            *(each.get(name) for each in addresses for name in ("instance", "instance_id")),
            *(each.get(name) for each in addresses for name in ("network_interface", "network_interface_id")),
        ),
        unaddressed=frozenset(
            subnet.address
            for subnet in root.resources_of("aws_subnet")
            if subnet.get("map_public_ip_on_launch").verdict(is_false)
        ),
    )


def _is_inward(route: Resource | Value, root: Root) -> bool:
    return all(_leads_inside(gateway, root) for gateway in present(*(route.get(name) for name in WAYS_IN)))


def _leads_inside(gateway: Value, root: Root) -> bool:
    found = [root.find(ref.address) for ref in gateway.refs]
    return bool(found) and all(each is not None and each.type == "aws_vpn_gateway" for each in found)


def _access_entries(root: Root) -> Iterator[AccessEntry]:
    """The entries of access lists about traffic that comes in."""
    for resource in root.resources_of("aws_network_acl"):
        for block in resource.get("ingress").elements():
            denies = block.get("action").verdict(_is_denial) is True
            yield AccessEntry(resource.address, _access_rule(resource, block), block.get("rule_no"), denies)
    for resource in root.resources_of("aws_network_acl_rule"):
        is_outward = resource.get("egress").verdict(is_true)
        denies = resource.get("rule_action").verdict(_is_denial) is True
        if not is_outward and not (denies and is_outward is None):
            rule, number = _access_rule(resource, resource), resource.get("rule_number")
            yield AccessEntry(resource.get("network_acl_id"), rule, number, denies)


def _is_denial(action: object) -> bool:
    return str(action).lower() == "deny"


def _access_rule(resource: Resource, block: Resource | Value) -> Rule:
    return Rule(
        resource,
        group=None,
        is_egress=False,
        protocol=block.get("protocol"),
        from_port=block.get("from_port"),
        to_port=block.get("to_port"),
        ranges=present(block.get("cidr_block"), block.get("ipv6_cidr_block")),
    )
