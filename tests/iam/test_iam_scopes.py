"""How far Resource patterns reach, action by action."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapguard.iam.capabilities import actions_matching, catalogue
from snapguard.iam.patterns import NAMED, UNKNOWN
from snapguard.iam.scopes import (
    Reach,
    allowed_reach,
    kinds_reached,
    outlines,
    patterns_overlap,
    spared_reach,
    supported_reach,
)

NONE, SCOPED, UNLIMITED = Reach.NONE, Reach.SCOPED, Reach.UNLIMITED


def action(name):
    (found,) = actions_matching(name)
    return found


def reach(name, *patterns, negated=False):
    return tuple(allowed_reach(action(name), patterns, negated))


def spared(name, *patterns, negated=False):
    return tuple(spared_reach(action(name), patterns, negated))


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "**",
        "arn:aws:ec2:*::snapshot/*",
        "arn:*:ec2:*:*:snapshot/*",
        "arn:aws:ec2:eu-west-1::snapshot/*",
        "arn:aws:ec2:*:*:*",
        "arn:aws:ec2:*",
        "arn:aws:ec2:*:*:snapshot/snap-*",
        "arn:aws:ec2:*:*:s*",
        "arn:aws:e*",
        "arn:*",
        f"arn:{NAMED}:ec2:{NAMED}::snapshot/*",
        f"arn:aws:ec2:{UNKNOWN}::snapshot/*",
        "*snapshot/*",
    ],
)
def test_a_pattern_that_covers_every_snapshot_is_unlimited(pattern):
    assert reach("ec2:ModifySnapshotAttribute", pattern) == (UNLIMITED, UNLIMITED)


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:ec2:*::snapshot/snap-0123456789abcdef0",
        "arn:aws:ec2:*::snapshot/snap-0*",
        f"arn:aws:ec2:*::snapshot/{NAMED}",
        NAMED,
        f"{NAMED}/*",
    ],
)
def test_a_pattern_that_names_a_snapshot_is_scoped(pattern):
    assert reach("ec2:ModifySnapshotAttribute", pattern) == (SCOPED, SCOPED)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "arn:aws:ec2:*:*:instance/*",
        "arn:aws:ec2:*:*:volume/*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:ec2:eu-west-1:111122223333:snapshot/*",
        f"arn:aws:ec2:eu-west-1:{NAMED}:snapshot/*",
        "arn:aws:ec2:::snapshot/*",
        "arn:aws:rds:*:*:snapshot:*",
        "a" * 3000 + "*",
    ],
)
def test_a_pattern_that_matches_no_snapshot_gives_nothing(pattern):
    assert reach("ec2:ModifySnapshotAttribute", pattern) == (NONE, NONE)


@pytest.mark.parametrize("pattern", [UNKNOWN, f"arn:aws:ec2:*:{UNKNOWN}:snapshot/*", f"arn:aws:ec2:*::{UNKNOWN}"])
def test_a_pattern_with_an_unknown_piece_may_be_anything(pattern):
    assert reach("ec2:ModifySnapshotAttribute", pattern) == (NONE, UNLIMITED)


def test_an_unknown_piece_beside_a_fixed_one_stays_scoped():
    assert reach("ec2:ModifySnapshotAttribute", f"arn:aws:ec2:*::snapshot/snap-0{UNKNOWN}") == (NONE, SCOPED)


def test_an_action_is_given_only_where_each_type_that_it_needs_is_matched():
    assert reach("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/*") == (NONE, NONE)
    assert reach("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*::snapshot/*") == (
        UNLIMITED,
        UNLIMITED,
    )


def test_a_named_source_limits_an_action_though_what_it_makes_is_open():
    assert reach("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/vol-1", "arn:aws:ec2:*::snapshot/*") == (SCOPED, SCOPED)


def test_an_open_source_is_unlimited_though_what_it_makes_has_a_name():
    patterns = ("arn:aws:rds:*:*:db:*", "arn:aws:rds:*:*:snapshot:nightly-*")
    assert reach("rds:CreateDBSnapshot", *patterns) == (UNLIMITED, UNLIMITED)


def test_an_action_with_optional_types_alone_needs_one_of_them():
    assert reach("rds:StartExportTask", "arn:aws:rds:*:*:snapshot:*") == (UNLIMITED, UNLIMITED)
    assert reach("rds:StartExportTask", "arn:aws:rds:*:*:db:*") == (NONE, NONE)


def test_a_restore_from_named_snapshots_is_scoped_though_what_it_makes_is_open():
    others = [f"arn:aws:rds:*:*:{kind}:*" for kind in ("db", "og", "pg", "subgrp")]
    assert reach("rds:RestoreDBInstanceFromDBSnapshot", "arn:aws:rds:*:*:snapshot:orders-*", *others) == (
        SCOPED,
        SCOPED,
    )


def test_an_action_without_resources_needs_the_star():
    assert reach("dlm:CreateLifecyclePolicy", "*") == (UNLIMITED, UNLIMITED)
    assert reach("dlm:CreateLifecyclePolicy", "arn:aws:dlm:*:*:policy/*") == (NONE, NONE)
    assert reach("dlm:CreateLifecyclePolicy", UNKNOWN) == (NONE, UNLIMITED)


def test_a_not_resource_leaves_everything_but_what_it_takes_in_as_a_whole():
    assert reach("ec2:ModifySnapshotAttribute", "arn:aws:ec2:*::snapshot/snap-1", negated=True) == (
        UNLIMITED,
        UNLIMITED,
    )
    assert reach("ec2:ModifySnapshotAttribute", "arn:aws:ec2:*::snapshot/*", negated=True) == (NONE, NONE)
    assert reach("ec2:ModifySnapshotAttribute", UNKNOWN, negated=True) == (NONE, UNLIMITED)
    assert reach("dlm:CreateLifecyclePolicy", "*", negated=True) == (NONE, NONE)


def test_a_recovery_point_may_be_named_as_the_service_names_it():
    assert reach("backup:StartCopyJob", "arn:aws:ec2:*::snapshot/*") == (UNLIMITED, UNLIMITED)
    assert reach("backup:StartCopyJob", "arn:aws:backup:*:*:recovery-point:1*") == (SCOPED, SCOPED)


def test_a_deny_of_every_snapshot_spares_nothing():
    assert spared("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/*") == (NONE, NONE)
    assert spared("ec2:CreateSnapshot", "*") == (NONE, NONE)


def test_a_deny_of_a_text_longer_than_any_arn_spares_the_right():
    assert spared("ec2:CreateSnapshot", "arn:aws:ec2:*:*:*" + "?*" * 2000) == (UNLIMITED, UNLIMITED)


@pytest.mark.parametrize(
    "pattern", ["arn:aws:ec2:eu-west-1::snapshot/*", "arn:aws:ec2:*::snapshot/snap-1", "arn:aws:s3:*"]
)
def test_a_deny_of_some_snapshots_spares_the_right(pattern):
    assert spared("ec2:CreateSnapshot", pattern) == (UNLIMITED, UNLIMITED)


def test_a_deny_that_may_be_of_everything_leaves_it_open():
    assert spared("ec2:CreateSnapshot", UNKNOWN) == (NONE, UNLIMITED)
    assert spared("dlm:CreateLifecyclePolicy", UNKNOWN) == (NONE, UNLIMITED)


def test_a_deny_of_all_but_named_ones_spares_just_those():
    kept = ("arn:aws:ec2:*::snapshot/*", "arn:aws:ec2:*:*:volume/vol-1")
    assert spared("ec2:CreateSnapshot", *kept, negated=True) == (SCOPED, SCOPED)
    assert spared("ec2:CreateSnapshot", "arn:aws:s3:::b", negated=True) == (NONE, NONE)
    assert spared("dlm:CreateLifecyclePolicy", "*", negated=True) == (UNLIMITED, UNLIMITED)


def test_a_deny_of_one_of_several_optional_types_spares_the_others():
    assert spared("rds:StartExportTask", "arn:aws:rds:*:*:snapshot:*") == (UNLIMITED, UNLIMITED)
    assert spared("rds:StartExportTask", "arn:aws:rds:*") == (NONE, NONE)


def test_a_statement_is_supported_by_another_that_allows_what_is_made():
    create = action("ec2:CreateSnapshot")
    volumes, snapshots = ("arn:aws:ec2:*:*:volume/*",), ("arn:aws:ec2:*::snapshot/*",)
    assert supported_reach(create, kinds_reached(volumes), kinds_reached(snapshots)) == (UNLIMITED, UNLIMITED)
    assert supported_reach(create, kinds_reached(snapshots), kinds_reached(volumes)) == (NONE, NONE)
    assert supported_reach(create, kinds_reached(("arn:aws:ec2:*:*:volume/vol-1",)), kinds_reached(snapshots)) == (
        SCOPED,
        SCOPED,
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("*", "arn:aws:rds:*:*:snapshot:orders-*", True),
        ("arn:aws:rds:*:*:snapshot:orders-*", "arn:aws:rds:eu-west-1:*:snapshot:*-2027", True),
        ("arn:aws:rds:*:*:snapshot:orders-*", "arn:aws:rds:*:*:snapshot:users-*", False),
        ("arn:aws:rds:*:*:db:orders", "arn:aws:rds:*:*:snapshot:*", False),
        (f"arn:aws:rds:*:*:snapshot:{NAMED}", "arn:aws:rds:*:*:snapshot:a", None),
        (f"arn:aws:rds:{NAMED}:{NAMED}:snapshot:a", "arn:aws:rds:eu-west-1:111122223333:snapshot:a", True),
        (f"arn:aws:rds:*:*:snapshot:{UNKNOWN}", "arn:aws:rds:*:*:snapshot:a", None),
    ],
)
def test_patterns_overlap_where_a_resource_can_match_both(first, second, expected):
    assert patterns_overlap("rds:snapshot", (first,), (second,)) is expected


FORMS = sorted({form for forms in catalogue().arns.values() for form in forms})
PIECES = st.text(alphabet="a0-*?/:vol", max_size=6) | st.sampled_from(
    ["vol-", "snap-1", "i", "snapshot", NAMED, UNKNOWN]
)


@settings(max_examples=300)
@given(st.sampled_from(FORMS), st.lists(PIECES, min_size=1, max_size=3), st.booleans())
def test_an_outline_reaches_as_far_as_its_pattern(form, pieces, is_cut):
    service, region, account, rest = form.split(":", 3)
    for piece in pieces:
        rest = rest.replace("*", piece, 1)
    pattern = f"arn:aws:{service}:{region and '*'}:{account and '111122223333'}:{rest[: -2 if is_cut else None]}"
    (outline,) = outlines((pattern,))
    assert kinds_reached((outline,)) == kinds_reached((pattern,))
    for actions in catalogue().services.values():
        for _, one in actions[:3]:
            for negated in (False, True):
                assert allowed_reach(one, (outline,), negated) == allowed_reach(one, (pattern,), negated)
                assert spared_reach(one, (outline,), negated) == spared_reach(one, (pattern,), negated)


def test_patterns_that_differ_in_a_name_have_one_outline():
    names = ("vol-0a", "vol-0123456789abcdef0")
    assert len({outlines((f"arn:aws:ec2:*:*:volume/{name}",)) for name in names}) == 1
    assert len({outlines((f"arn:aws:rds:*:*:snapshot:team{name}*",)) for name in ("-a-", "-b-7-")}) == 1
