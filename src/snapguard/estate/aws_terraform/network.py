"""Terraform's AWS resources as security groups, rules and what joins them to machines."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.machines import first_present, present
from snapguard.estate.network import Interface, Joint, Networks, PrefixList, Rule, SecurityGroup
from snapguard.resources import Resource, Root
from snapguard.values import ABSENT, Reference, Unknown, Value, is_true

DEFAULT_GROUP_ATTRIBUTES = frozenset({"default_security_group_id"})
"""Attributes of a network that name its default group."""


def security_groups(root: Root) -> Iterator[SecurityGroup]:
    """The security groups of the root, with the rules in them; a default group that is managed is one as well."""
    for resource in root.resources_of("aws_security_group", "aws_default_security_group"):
        is_default = resource.type == "aws_default_security_group"
        yield SecurityGroup(
            resource,
            rules=[*_inline_rules(resource, "ingress", False), *_inline_rules(resource, "egress", True)],
            names=present(resource.get("name"), resource.get("id")),
            default_of=resource.get("vpc_id") if is_default else None,
        )


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


def networks(root: Root) -> Networks:
    """In which network each subnet lies, and which networks are default ones."""
    of_subnet: dict[str, Value] = {}
    for resource in root.resources_of("aws_subnet"):
        of_subnet[resource.address] = resource.get("vpc_id")
    for resource in root.data_sources_of("aws_subnet"):
        looked_up = Unknown("it is looked up", (Reference(resource.address, "vpc_id"),))
        of_subnet[resource.address] = first_present(resource.get("vpc_id"), looked_up)
    for resource in root.resources_of("aws_default_subnet"):
        of_subnet[resource.address] = ABSENT
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
