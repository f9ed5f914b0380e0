"""What the conditions of a statement limit: the resources, the caller, or nothing.

Key and operator semantics are the IAM user guide's, "AWS global condition context keys" and "IAM JSON policy
elements: Condition operators"; the keys of EC2 are the Service Authorization Reference's.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from snapguard.iam.patterns import FRESH, UNKNOWN, matches


class Limit(enum.IntEnum):
    """What a set of conditions limits; the greater, the less is left."""

    NOTHING = 0
    CALLER = 1
    RESOURCE = 2


class Limits(NamedTuple):
    """The least and the most that conditions limit; the same where that is known."""

    low: Limit
    high: Limit


class Criterion(NamedTuple):
    """A condition as text: operator and key in small letters, and the patterns of its values."""

    operator: str
    key: str
    values: tuple[str, ...]


NO_LIMIT = Limits(Limit.NOTHING, Limit.NOTHING)

_RESOURCE_KEYS = frozenset(
    (
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "ec2:owner",
        "ec2:parentvolume",
        "ec2:parentsnapshot",
        "ec2:volumeid",
        "ec2:snapshotid",
        "ec2:imageid",
        "ec2:instanceid",
        "ec2:add/userid",
        "ec2:add/group",
        "ec2:add/organizationarn",
        "ec2:add/organizationalunitarn",
        "kms:viaservice",
        "rds:databasename",
        "backup:copytargets",
        "backup:copytargetorgpaths",
        "redshift:consumeridentifier",
    )
)

# One key a tag: the tag's own name follows.
_RESOURCE_PREFIXES = (
    "aws:resourcetag/",
    "ec2:resourcetag/",
    "rds:cluster-tag/",
    "rds:cluster-snapshot-tag/",
    "rds:db-tag/",
    "rds:snapshot-tag/",
    "elasticfilesystem:resourcetag/",
    "ssm:resourcetag/",
    "secretsmanager:resourcetag/",
)

_PRINCIPAL_TAG = "aws:principaltag/"

_TAG_PREFIXES = (*_RESOURCE_PREFIXES, _PRINCIPAL_TAG)

# What these name, every snapshot and volume made from one has.
_PARENT_KEYS = frozenset(("ec2:parentvolume", "ec2:parentsnapshot"))

# How every value of a key begins: what asks for no more than that asks for nothing.
_BEGINNINGS = {
    "ec2:parentvolume": "vol-",
    "ec2:parentsnapshot": "snap-",
    "ec2:volumeid": "vol-",
    "ec2:snapshotid": "snap-",
    "ec2:imageid": "ami-",
    "ec2:instanceid": "i-",
    "aws:resourceorgid": "o-",
    "aws:resourceorgpaths": "o-",
}

_ANY_ORGANIZATION = f"arn:aws:organizations::{FRESH}:organization/o-{FRESH}"

_CALLER_KEYS = frozenset(
    (
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourcevpcarn",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:principalarn",
        "aws:username",
        "aws:userid",
        "aws:sourceidentity",
        "aws:federatedprovider",
        "aws:currenttime",
        "aws:epochtime",
        "aws:tokenissuetime",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:viaawsservice",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:ec2instancesourcevpc",
        "aws:ec2instancesourceprivateipv4",
        "ec2:sourceinstancearn",
    )
)

# Keys that every request has: there IfExists changes nothing.
_ALWAYS_PRESENT = frozenset(
    ("aws:resourceaccount", "aws:principalarn", "aws:userid", "aws:currenttime", "aws:epochtime", "aws:sourceip")
)

# Operators that read wildcards; to all others `*` is a star like any letter.
_PATTERN_OPERATORS = ("like", "arnequals", "arnnotequals")


_REQUEST_TAG = "aws:requesttag/"


def asks_for_request_tag(criteria: Sequence[Criterion]) -> bool:
    """Whether a request must give a tag to what it makes.

    EC2 knows the key only for resources that are made: what is read must be allowed by another statement (Amazon EC2
    user guide, "Grant permission to tag Amazon EC2 resources during creation"; Service Authorization Reference).
    """
    return any(one.key.startswith(_REQUEST_TAG) and _plain_operator(one)[1] for one in criteria)


def strict(criteria: Sequence[Criterion]) -> Sequence[Criterion]:
    """The criteria of an Allow, none of them lenient about the lack of a key that another one asks to be there.

    `Null` beside `ForAllValues` is how AWS writes that all values must be listed, and that there must be one (IAM user
    guide, "Set operators for multivalued context keys").
    """
    present = {one.key for one in criteria if _plain_operator(one)[0] == "null" and set(one.values) == {"false"}}
    if not present:
        return criteria
    return [one._replace(operator=_plain_operator(one)[0]) if one.key in present else one for one in criteria]


def limits_of_allow(criteria: Sequence[Criterion]) -> Limits:
    """What an Allow under these conditions is limited to: all of them must hold, so the strictest counts."""
    return _combined(strict(criteria), _limit_of_allow, max)


def limits_after_deny(criteria: Sequence[Criterion]) -> Limits:
    """What is left beside a Deny under these conditions: what fails any of them, so the loosest counts."""
    return _combined(criteria, _limit_after_deny, min)


def _combined(
    criteria: Sequence[Criterion], limit: Callable[[Criterion], Limits], choose: Callable[[Sequence[Limit]], Limit]
) -> Limits:
    each = [limit(criterion) for criterion in criteria]
    if len(each) < 2:
        return each[0] if each else NO_LIMIT
    return Limits(choose([one.low for one in each]), choose([one.high for one in each]))


def _subject(key: str) -> Limit:
    """What a key is about."""
    if key in _RESOURCE_KEYS or key.startswith(_RESOURCE_PREFIXES):
        return Limit.RESOURCE
    if key in _CALLER_KEYS or key.startswith(_PRINCIPAL_TAG):
        return Limit.CALLER
    return Limit.NOTHING


@lru_cache(maxsize=4096)
def _limit_of_allow(criterion: Criterion) -> Limits:
    operator, must_be_present = _plain_operator(criterion)
    limit = _subject(criterion.key)
    if limit is Limit.NOTHING or not must_be_present:
        return NO_LIMIT
    if operator == "null":
        return _when_present(criterion, limit, "false")
    if "not" in operator:
        return NO_LIMIT
    if operator == "bool":
        return _when(criterion, limit, "true")
    return _by_values(criterion, limit)


@lru_cache(maxsize=4096)
def _limit_after_deny(criterion: Criterion) -> Limits:
    operator = _plain_operator(criterion)[0]
    limit = _subject(criterion.key)
    if limit is Limit.NOTHING:
        return NO_LIMIT
    if operator == "null":
        return _when_present(criterion, limit, "true")
    if operator == "bool":
        return _when(criterion, limit, "false")
    return _by_values(criterion, limit) if "not" in operator else NO_LIMIT


def _plain_operator(criterion: Criterion) -> tuple[str, bool]:
    """The operator without set prefix and IfExists suffix, and whether a request without the key fails the test."""
    quantifier, _, operator = criterion.operator.rpartition(":")
    plain = operator.removesuffix("ifexists")
    lenient = plain != operator or quantifier == "forallvalues"
    return plain, not lenient or criterion.key in _ALWAYS_PRESENT


def _when(criterion: Criterion, limit: Limit, wanted: str) -> Limits:
    """The limit where every value is the wanted one, as text; none where another is among them."""
    values = criterion.values
    if any(UNKNOWN in value for value in values):
        return Limits(Limit.NOTHING, limit)
    return Limits(limit, limit) if values and all(value.lower() == wanted for value in values) else NO_LIMIT


def _when_present(criterion: Criterion, limit: Limit, wanted: str) -> Limits:
    """The limit of a test for the mere presence of a key: of those about a resource only a tag may be missing."""
    if limit is Limit.RESOURCE and not criterion.key.startswith(_RESOURCE_PREFIXES):
        return NO_LIMIT
    return _when(criterion, limit, wanted)


def _by_values(criterion: Criterion, limit: Limit) -> Limits:
    """The limit unless a value lets everyone or everything through, or may turn out to."""
    values = criterion.values
    if any(_lets_everything_through(criterion, value) for value in values) or _are_the_world(criterion):
        return NO_LIMIT
    if not values or (any(UNKNOWN in value for value in values) and not _asks_for_presence(criterion)):
        return Limits(Limit.NOTHING, limit)
    return Limits(limit, limit)


def _lets_everything_through(criterion: Criterion, value: str) -> bool:
    key = criterion.key
    if key == "ec2:add/group" and value == "all":
        return True
    if not criterion.operator.removesuffix("ifexists").endswith(_PATTERN_OPERATORS):
        return False
    if key == "ec2:add/organizationarn":
        return matches(value, _ANY_ORGANIZATION)
    named = value.rpartition("/")[2] if key in _PARENT_KEYS else value
    is_wild = not named.removeprefix(_BEGINNINGS.get(key, "")).strip("*?/")
    return bool(value) and is_wild and not _asks_for_presence(criterion)


def _are_the_world(criterion: Criterion) -> bool:
    """Whether the ranges of a condition on an address are together all of IPv4 or of IPv6, however they are cut."""
    lengths = [value.rpartition("/")[2] for value in criterion.values if "/" in value]
    sizes = sum(0.5 ** min(int(length), 128) for length in lengths if length.isascii() and length.isdigit())
    if sizes < 1 or not _plain_operator(criterion)[0].endswith("ipaddress"):
        return False
    import ipaddress  # only here: hardly any policy comes so far

    blocks: dict[int, list[Any]] = {4: [], 6: []}
    for value in criterion.values:
        try:
            block = ipaddress.ip_network(value, strict=False)
        except ValueError:
            continue
        blocks[block.version].append(block)
    return any(block.prefixlen == 0 for found in blocks.values() for block in ipaddress.collapse_addresses(found))


def _asks_for_presence(criterion: Criterion) -> bool:
    """Whether the test fails for what lacks the key, so that even `*` tells the tagged from the rest."""
    return criterion.key.startswith(_TAG_PREFIXES) and _plain_operator(criterion)[0].endswith("like")
