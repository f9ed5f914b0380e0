"""What conditions limit."""

import pytest

from snapguard.iam.conditions import Criterion, Limit, limits_after_deny, limits_of_allow
from snapguard.iam.patterns import NAMED, UNKNOWN

NOTHING, CALLER, RESOURCE = Limit.NOTHING, Limit.CALLER, Limit.RESOURCE


def allow(operator, key, *values):
    return tuple(limits_of_allow([Criterion(operator.lower(), key.lower(), values)]))


def deny(operator, key, *values):
    return tuple(limits_after_deny([Criterion(operator.lower(), key.lower(), values)]))


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:ResourceTag/backup", "yes"),
        ("StringLike", "ec2:ResourceTag/team", "data-*"),
        ("ForAnyValue:StringEquals", "aws:ResourceTag/backup", "yes"),
        ("StringEquals", "ec2:Owner", "self"),
        ("ArnLike", "ec2:ParentVolume", "arn:aws:ec2:*:*:volume/vol-1"),
        ("StringEquals", "ec2:ParentSnapshot", "arn:aws:ec2:*::snapshot/snap-1"),
        ("StringEquals", "aws:ResourceAccount", NAMED),
        ("StringEqualsIfExists", "aws:ResourceAccount", "111122223333"),
        ("StringEquals", "aws:ResourceOrgID", "o-abc123"),
        ("StringEquals", "kms:ViaService", "ec2.eu-west-1.amazonaws.com"),
        ("StringEquals", "ec2:Add/userId", "444455556666"),
        ("StringLike", "ec2:SnapshotID", "snap-0*"),
        ("StringLike", "aws:ResourceOrgID", "o-abc*"),
        ("ForAnyValue:StringLike", "aws:ResourceOrgPaths", "o-abc123/*"),
        ("ArnLike", "ec2:Add/organizationArn", "arn:aws:organizations::111122223333:organization/*"),
        ("Null", "aws:ResourceTag/backup", "false"),
        ("StringLike", "aws:ResourceTag/backup", "*"),
        ("StringLike", "ec2:ResourceTag/CSIVolumeName", "*"),
        ("StringLike", "rds:db-tag/backup", "?*"),
        ("StringEquals", "aws:ResourceAccount", "*"),
    ],
)
def test_these_conditions_limit_the_resources(operator, key, value):
    assert allow(operator, key, value) == (RESOURCE, RESOURCE)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("Bool", "aws:MultiFactorAuthPresent", "true"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("StringEquals", "aws:SourceVpce", "vpce-1"),
        ("StringEquals", "aws:PrincipalTag/team", "backup"),
        ("DateLessThan", "aws:CurrentTime", "2027-01-01T00:00:00Z"),
        ("ArnLikeIfExists", "aws:PrincipalArn", "arn:aws:iam::*:role/backup"),
        ("Null", "aws:MultiFactorAuthAge", "false"),
    ],
)
def test_these_conditions_limit_the_caller_alone(operator, key, value):
    assert allow(operator, key, value) == (CALLER, CALLER)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalOrgID", "o-abc123"),
        ("StringNotEquals", "aws:ResourceTag/env", "prod"),
        ("StringEqualsIfExists", "aws:ResourceTag/backup", "yes"),
        ("ForAllValues:StringEquals", "aws:ResourceTag/backup", "yes"),
        ("StringLikeIfExists", "aws:ResourceTag/backup", "*"),
        ("ForAllValues:StringLike", "aws:ResourceTag/backup", "*"),
        ("StringLike", "aws:ResourceAccount", "*"),
        ("StringLike", "aws:ResourceAccount", "????????????"),
        ("ArnEquals", "ec2:ParentVolume", "arn:aws:ec2:*:*:volume/*"),
        ("StringEquals", "ec2:Add/group", "all"),
        ("Null", "aws:ResourceTag/backup", "true"),
        ("Null", "ec2:Add/userId", "false"),
        ("Null", "ec2:ParentSnapshot", "false"),
        ("Bool", "aws:MultiFactorAuthPresent", "false"),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "true"),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        ("IpAddress", "aws:SourceIp", "0:0::/00"),
        ("StringLike", "ec2:SnapshotID", "snap-*"),
        ("ArnLike", "ec2:ParentVolume", "arn:aws:ec2:*:*:volume/vol-*"),
        ("StringLike", "aws:ResourceOrgID", "o-*"),
        ("ForAnyValue:StringLike", "aws:ResourceOrgPaths", "o-*/*"),
        ("StringLike", "ec2:Add/organizationArn", "arn:aws:organizations::*:organization/o-*"),
        ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        ("StringEquals", "aws:RequestTag/backup", "yes"),
    ],
)
def test_these_conditions_limit_nothing(operator, key, value):
    assert allow(operator, key, value) == (NOTHING, NOTHING)


def test_one_value_that_lets_everything_through_is_enough_to_limit_nothing():
    assert allow("StringLike", "aws:ResourceAccount", "111122223333", "*") == (NOTHING, NOTHING)


@pytest.mark.parametrize(
    ("ranges", "limit"),
    [
        (("0.0.0.0/1", "128.0.0.0/1"), NOTHING),
        (("8000::/1", "203.0.113.0/24", "::/1"), NOTHING),
        (("0.0.0.0/1", "10.0.0.0/1"), CALLER),
        (("0.0.0.0/1", "::/1"), CALLER),
        (("nowhere/0",), CALLER),
    ],
)
def test_ranges_that_are_the_world_together_limit_nothing(ranges, limit):
    assert allow("IpAddress", "aws:SourceIp", *ranges) == (limit, limit)


def test_any_value_of_a_tag_still_asks_for_the_tag():
    assert allow("StringLike", "aws:ResourceTag/backup", "yes", "*") == (RESOURCE, RESOURCE)
    assert allow("StringLike", "aws:ResourceTag/backup", UNKNOWN) == (RESOURCE, RESOURCE)
    assert allow("StringLike", "aws:PrincipalTag/team", "*") == (CALLER, CALLER)


@pytest.mark.parametrize("operator", ["StringEquals", "Null", "Bool"])
def test_a_value_that_is_not_known_may_limit(operator):
    assert allow(operator, "aws:ResourceTag/backup", UNKNOWN) == (NOTHING, RESOURCE)


def test_a_condition_without_values_may_limit():
    assert allow("StringEquals", "aws:ResourceTag/backup") == (NOTHING, RESOURCE)


def test_of_several_conditions_the_strictest_counts_for_an_allow():
    mfa = Criterion("bool", "aws:multifactorauthpresent", ("true",))
    tag = Criterion("stringequals", "aws:resourcetag/backup", ("yes",))
    assert tuple(limits_of_allow([mfa, tag])) == (RESOURCE, RESOURCE)
    assert tuple(limits_of_allow([])) == (NOTHING, NOTHING)


@pytest.mark.parametrize("operator", ["forallvalues:stringequals", "stringequalsifexists"])
@pytest.mark.parametrize(("presence", "limit"), [("false", RESOURCE), ("true", NOTHING)])
def test_a_lenient_condition_is_strict_where_the_key_must_be_there(operator, presence, limit):
    listed = Criterion(operator, "ec2:add/userid", ("444455556666",))
    there = Criterion("null", "ec2:add/userid", (presence,))
    assert tuple(limits_of_allow([listed, there])) == (limit, limit)


@pytest.mark.parametrize(
    ("operator", "key", "value", "limit"),
    [
        ("StringNotEquals", "aws:ResourceTag/backup", "yes", RESOURCE),
        ("StringNotEqualsIfExists", "aws:ResourceTag/backup", "yes", RESOURCE),
        ("Null", "aws:ResourceTag/backup", "true", RESOURCE),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "false", CALLER),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", CALLER),
        ("StringEquals", "aws:ResourceTag/env", "prod", NOTHING),
        ("StringNotEquals", "aws:PrincipalOrgID", "o-abc123", NOTHING),
        ("StringNotLike", "aws:ResourceTag/backup", "*", RESOURCE),
        ("StringNotLike", "aws:ResourceAccount", "*", NOTHING),
        ("Null", "ec2:Add/userId", "true", NOTHING),
    ],
)
def test_a_deny_of_what_lacks_a_mark_leaves_what_has_it(operator, key, value, limit):
    assert deny(operator, key, value) == (limit, limit)


def test_of_several_conditions_the_loosest_counts_beside_a_deny():
    tag = Criterion("stringnotequals", "aws:resourcetag/backup", ("yes",))
    region = Criterion("stringequals", "aws:requestedregion", ("eu-west-1",))
    assert tuple(limits_after_deny([tag, region])) == (NOTHING, NOTHING)
