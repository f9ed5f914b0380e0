"""CloudFormation's AWS resources as security groups, rules and what joins them to machines."""

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
from snapguard.source import Span
from snapguard.values import Value, is_false, is_true

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
    sources = ("DestinationSecurityGroupId",) if is_egress else ("SourceSecurityGroupId", "SourceSecurityGroupName")
    return Rule(
        resource,
        group=group,
        is_egress=is_egress,
        protocol=block.get("IpProtocol"),
        from_port=block.get("FromPort"),
        to_port=block.get("ToPort"),
        ranges=present(block.get("CidrIp"), block.get("CidrIpv6")),
        prefix_lists=present(block.get(side)),
        sources=present(*(block.get(name) for name in sources)),
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


SUBNET_GROUPS = (
    "AWS::DocDB::DBSubnetGroup",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::MemoryDB::SubnetGroup",
    "AWS::Neptune::DBSubnetGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::Redshift::ClusterSubnetGroup",
)


def networks(root: Root) -> Networks:
    """In which network each subnet and group of subnets lies; a template has no default networks."""
    of_subnet = {subnet.address: first_present(subnet.get("VpcId")) for subnet in root.resources_of("AWS::EC2::Subnet")}
    for resource in root.resources_of(*SUBNET_GROUPS):
        refs = (ref for subnet in present(resource.get("SubnetIds")) for ref in subnet.refs)
        of_group = [of_subnet[ref.address] for ref in refs if ref.address in of_subnet]
        if of_group:
            of_subnet[resource.address] = of_group[0]
    return Networks(of_subnet, frozenset())


def narrow(root: Root) -> frozenset[str]:
    """The addresses of what names ranges that are a small part of the world: networks and their subnets."""
    return frozenset(resource.address for resource in root.resources_of("AWS::EC2::VPC", "AWS::EC2::Subnet"))


# What a route can lead to that the internet gets in by: a gateway to it, or something that stands before one.
WAYS_IN = ("GatewayId", "CarrierGatewayId", "VpcEndpointId", "NetworkInterfaceId", "InstanceId")


def surroundings(root: Root) -> Surroundings:
    """Route tables and network access lists of subnets, and what is given public addresses of its own."""
    tables, lists = root.resources_of("AWS::EC2::RouteTable"), root.resources_of("AWS::EC2::NetworkAcl")
    routes = root.resources_of("AWS::EC2::Route")
    associations = root.resources_of("AWS::EC2::SubnetRouteTableAssociation")
    list_associations = root.resources_of("AWS::EC2::SubnetNetworkAclAssociation")
    addresses = root.resources_of("AWS::EC2::EIP", "AWS::EC2::EIPAssociation")
    return Surroundings(
        tables=frozenset(table.address for table in tables),
        routes=[Route(route.get("RouteTableId"), _is_inward(route, root)) for route in routes],
        tables_of=[Joined(each.get("SubnetId"), each.get("RouteTableId")) for each in associations],
        lists=frozenset(each.address for each in lists),
        entries=list(_access_entries(root)),
        lists_of=[Joined(each.get("SubnetId"), each.get("NetworkAclId")) for each in list_associations],
        addressed=present(*(each.get(name) for each in addresses for name in ("InstanceId", "NetworkInterfaceId"))),
        unaddressed=frozenset(
            subnet.address
            for subnet in root.resources_of("AWS::EC2::Subnet")
            if subnet.get("MapPublicIpOnLaunch").verdict(is_false)
        ),
    )


def _is_inward(route: Resource, root: Root) -> bool:
    return all(_leads_inside(gateway, root) for gateway in present(*(route.get(name) for name in WAYS_IN)))


def _leads_inside(gateway: Value, root: Root) -> bool:
    found = [root.find(ref.address) for ref in gateway.refs]
    return bool(found) and all(each is not None and each.type == "AWS::EC2::VPNGateway" for each in found)


def _access_entries(root: Root) -> Iterator[AccessEntry]:
    """The entries of access lists about traffic that comes in."""
    for resource in root.resources_of("AWS::EC2::NetworkAclEntry"):
        denies = resource.get("RuleAction").verdict(lambda action: str(action).lower() == "deny") is True
        is_outward = resource.get("Egress").verdict(is_true)
        if not is_outward and not (denies and is_outward is None):
            rule = Rule(
                resource,
                group=None,
                is_egress=False,
                protocol=resource.get("Protocol"),
                from_port=resource.at("PortRange", "From"),
                to_port=resource.at("PortRange", "To"),
                ranges=present(resource.get("CidrBlock"), resource.get("Ipv6CidrBlock")),
            )
            yield AccessEntry(resource.get("NetworkAclId"), rule, resource.get("RuleNumber"), denies)
