"""CloudFormation's AWS resources as security groups, rules and what joins them to machines."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.machines import first_present, present
from snapguard.estate.network import Interface, Joint, Networks, PrefixList, Rule, SecurityGroup
from snapguard.resources import Resource, Root
from snapguard.source import Span
from snapguard.values import Value

DEFAULT_GROUP_ATTRIBUTES = frozenset({"DefaultSecurityGroup"})
"""Attributes of a network that name its default group."""


def security_groups(root: Root) -> Iterator[SecurityGroup]:
    """The security groups of the root, with the rules in them."""
    for resource in root.resources_of("AWS::EC2::SecurityGroup"):
        ingress = resource.get("SecurityGroupIngress").elements()
        egress = resource.get("SecurityGroupEgress").elements()
        yield SecurityGroup(
            resource,
            rules=[
                *(_rule(resource, block, False, block.place) for block in ingress),
                *(_rule(resource, block, True, block.place) for block in egress),
            ],
            names=present(resource.get("GroupName")),
        )


def _rule(
    resource: Resource,
    block: Resource | Value,
    is_egress: bool,
    span: Span | None = None,
    group: Value | None = None,
) -> Rule:
    side = "DestinationPrefixListId" if is_egress else "SourcePrefixListId"
    return Rule(
        resource,
        group=group,
        is_egress=is_egress,
        protocol=block.get("IpProtocol"),
        from_port=block.get("FromPort"),
        to_port=block.get("ToPort"),
        ranges=present(block.get("CidrIp"), block.get("CidrIpv6")),
        prefix_lists=present(block.get(side)),
        span=span,
    )


def rules(root: Root) -> Iterator[Rule]:
    """The rules that are resources of their own."""
    for resource in root.resources_of("AWS::EC2::SecurityGroupIngress"):
        group = first_present(resource.get("GroupId"), resource.get("GroupName"))
        yield _rule(resource, resource, False, group=group)
    for resource in root.resources_of("AWS::EC2::SecurityGroupEgress"):
        yield _rule(resource, resource, True, group=resource.get("GroupId"))


def interfaces(root: Root) -> Iterator[Interface]:
    """The network interfaces that are resources of their own."""
    for resource in root.resources_of("AWS::EC2::NetworkInterface"):
        yield Interface(
            resource, groups=present(resource.get("GroupSet")), machines=(), subnet=resource.get("SubnetId")
        )


def joints(root: Root) -> Iterator[Joint]:
    """What puts interfaces on machines."""
    for resource in root.resources_of("AWS::EC2::NetworkInterfaceAttachment"):
        yield Joint(resource, resource.get("InstanceId"), resource.get("NetworkInterfaceId"), None)


def prefix_lists(root: Root) -> Iterator[PrefixList]:
    """The lists of ranges whose content is in the template."""
    for resource in root.resources_of("AWS::EC2::PrefixList"):
        entries = resource.get("Entries").elements()
        yield PrefixList(resource, ranges=present(*(entry.get("Cidr") for entry in entries)))


def networks(root: Root) -> Networks:
    """In which network each subnet lies; a template has no default networks."""
    subnets = root.resources_of("AWS::EC2::Subnet")
    return Networks({subnet.address: first_present(subnet.get("VpcId")) for subnet in subnets}, frozenset())


def narrow(root: Root) -> frozenset[str]:
    """The addresses of what names ranges that are a small part of the world: networks and their subnets."""
    return frozenset(resource.address for resource in root.resources_of("AWS::EC2::VPC", "AWS::EC2::Subnet"))
