"""What documents give in the end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapguard.iam.capabilities import actions_matching, catalogue
from snapguard.iam.documents import read_document
from snapguard.iam.grants import effective_rights, fence_of, limiting_keys, wildcard_actions
from snapguard.iam.managed import managed_path, managed_rights, service_rights
from snapguard.iam.patterns import matches
from snapguard.iam.scopes import NOTHING, Reach
from snapguard.values import Known, Reference, Unknown

NONE, SCOPED, CONDITIONAL, UNLIMITED = Reach.NONE, Reach.SCOPED, Reach.CONDITIONAL, Reach.UNLIMITED
VAR = Unknown("var.x has no value here", (Reference("var.x"),))


def value(content):
    if isinstance(content, dict):
        return Known({key: value(child) for key, child in content.items()})
    if isinstance(content, list):
        return Known([value(child) for child in content])
    return Known(content) if isinstance(content, str | None) else content


def document(*statements):
    return read_document(value({"Statement": list(statements)}))


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def rights(*statements):
    return {action.name: tuple(bounds) for action, bounds in effective_rights(document(*statements)).items()}


def right(name, *statements):
    return rights(*statements).get(name, (NONE, NONE))


def test_actions_match_however_they_are_cased():
    assert right("ec2:CreateSnapshot", allow("EC2:createSNAPSHOT")) == (UNLIMITED, UNLIMITED)


def test_a_wildcard_in_the_service_reaches_every_service():
    given_rights = rights(allow("*:CreateSnapshot"))
    assert {"ec2:CreateSnapshot", "elasticache:CreateSnapshot", "fsx:CreateSnapshot"} <= set(given_rights)


def test_reading_names_gives_no_right():
    assert rights(allow(["ec2:Describe*", "rds:Describe*", "backup:List*", "backup:Get*", "s3:*"])) == {}


def test_reading_the_blocks_of_a_snapshot_is_a_right():
    assert right("ebs:GetSnapshotBlock", allow("ebs:Get*")) == (UNLIMITED, UNLIMITED)


def test_not_action_gives_all_but_what_it_names():
    given_rights = rights({"Effect": "Allow", "NotAction": ["ec2:*", "iam:*"], "Resource": "*"})
    assert "rds:CreateDBSnapshot" in given_rights
    assert not any(name.startswith(("ec2:", "iam:")) for name in given_rights)


def test_an_action_that_is_not_known_gives_nothing_for_certain():
    assert right("ec2:CreateSnapshot", allow(VAR)) == (NONE, UNLIMITED)
    assert right("ec2:CreateSnapshot", {"Effect": VAR, "Action": "ec2:*", "Resource": "*"}) == (NONE, UNLIMITED)


def either(*contents):
    """One of several values, by a condition that is not known."""
    return Unknown("var.x decides", (Reference("var.x"),), tuple(value(content) for content in contents))


@pytest.mark.parametrize(
    ("statement", "low", "high"),
    [
        (allow("rds:CopyDBSnapshot", either("*", "arn:aws:rds:*:*:snapshot:*")), UNLIMITED, UNLIMITED),
        (allow("rds:CopyDBSnapshot", either("*", "arn:aws:rds:*:*:snapshot:a")), SCOPED, UNLIMITED),
        (allow("rds:CopyDBSnapshot", either("arn:aws:rds:*:*:snapshot:a", ["arn:aws:rds:*:*:db:b"])), NONE, SCOPED),
        (allow(either(["rds:CopyDBSnapshot"], ["rds:Copy*", "s3:*"])), UNLIMITED, UNLIMITED),
        (allow(either("rds:CopyDBSnapshot", "rds:DescribeDBSnapshots")), NONE, UNLIMITED),
        (allow(["rds:CopyDBSnapshot", either("s3:*", None)]), UNLIMITED, UNLIMITED),
        (
            allow("rds:CopyDBSnapshot", Condition={"StringEquals": {"aws:ResourceTag/a": either("b", ["c", "d"])}}),
            SCOPED,
            SCOPED,
        ),
        (allow([either("rds:CopyDBSnapshot", "s3:*") for _ in range(6)]), NONE, UNLIMITED),
        (
            allow([either("rds:*", "rds:Copy*") for _ in range(4)], [either("*", f"arn:{name}") for name in "ab"]),
            NONE,
            UNLIMITED,
        ),
    ],
)
def test_what_every_outcome_of_a_condition_gives_is_certain(statement, low, high):
    assert right("rds:CopyDBSnapshot", statement) == (low, high)


def test_outcomes_that_are_known_give_no_more_than_they_name():
    assert set(rights(allow(either("rds:CopyDBSnapshot", "s3:*")))) == {"rds:CopyDBSnapshot"}


def test_wildcards_are_told_in_every_outcome():
    [statement] = document(allow(either("rds:Copy*Snapshot", "rds:CreateDBSnapshot"))).statements
    assert {action.name for action in wildcard_actions(statement)} == {
        "rds:CopyDBSnapshot",
        "rds:CopyDBClusterSnapshot",
    }


def test_what_every_alternative_of_a_document_gives_is_certain():
    tagged = allow("rds:CopyDBSnapshot", Condition={"StringEquals": {"aws:ResourceTag/a": "b"}})
    first = {"Statement": [allow("rds:*"), allow("ec2:CopyImage")]}
    second = {"Statement": [allow("rds:CreateDBSnapshot"), tagged]}
    found = effective_rights(read_document(either(first, second)))

    assert {action.name: tuple(bounds) for action, bounds in found.items() if bounds.low} == {
        "rds:CreateDBSnapshot": (UNLIMITED, UNLIMITED),
        "rds:CopyDBSnapshot": (SCOPED, UNLIMITED),
    }
    assert "ec2:CopyImage" in {action.name for action in found}


def test_an_alternative_that_gives_nothing_makes_nothing_certain():
    found = effective_rights(read_document(either({"Statement": [allow("rds:*")]}, None)))
    assert found
    assert all(bounds.low is NONE for bounds in found.values())


def test_not_action_with_an_unknown_piece_gives_nothing_for_certain():
    assert right("ec2:CreateSnapshot", {"Effect": "Allow", "NotAction": VAR, "Resource": "*"}) == (NONE, UNLIMITED)


def test_a_link_to_a_resource_is_scoped_and_a_variable_may_be_anything():
    arn = Unknown("known after apply", (Reference("aws_ebs_snapshot.a", "arn"),))
    assert right("ec2:ModifySnapshotAttribute", allow("ec2:ModifySnapshotAttribute", arn)) == (SCOPED, SCOPED)
    assert right("ec2:ModifySnapshotAttribute", allow("ec2:ModifySnapshotAttribute", VAR)) == (NONE, UNLIMITED)


def test_the_own_region_and_account_limit_nothing():
    region = Unknown("", (Reference("data.aws_region.current", "name"),))
    account = Unknown("", (Reference("AWS::AccountId"),))
    arn = Unknown("", parts=(Known("arn:aws:rds:"), region, Known(":"), account, Known(":snapshot:*")))
    assert right("rds:CopyDBSnapshot", allow("rds:CopyDBSnapshot", arn)) == (UNLIMITED, UNLIMITED)


def test_conditions_limit_what_an_allow_gives():
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    tag = {"StringEquals": {"aws:ResourceTag/backup": "yes"}}
    assert right("ec2:CreateSnapshot", allow("ec2:*", Condition=mfa)) == (CONDITIONAL, CONDITIONAL)
    assert right("ec2:CreateSnapshot", allow("ec2:*", Condition=tag)) == (SCOPED, SCOPED)
    assert right("ec2:CreateSnapshot", allow("ec2:*", Condition=VAR)) == (NONE, UNLIMITED)


def test_a_deny_takes_away_also_under_another_name():
    assert right("ec2:CreateSnapshot", allow("ec2:*"), deny("EC2:C*snapshot")) == (NONE, NONE)
    assert right("ec2:CopyImage", allow("ec2:*"), deny("EC2:C*snapshot")) == (UNLIMITED, UNLIMITED)


A, B = "arn:aws:rds:*:*:snapshot:a", "arn:aws:rds:*:*:snapshot:b"


@pytest.mark.parametrize(
    ("given_on", "denied", "reach"),
    [
        ([A], {"Resource": A}, NONE),
        ([A], {"Resource": "arn:aws:rds:*:*:snapshot:a*"}, NONE),
        ([A], {"Resource": B}, SCOPED),
        ([A], {"Resource": "arn:aws:rds:us-east-1:*:snapshot:a"}, SCOPED),
        ([A], {"NotResource": B}, NONE),
        ([A], {"NotResource": [A, B]}, SCOPED),
        ([A, B], {"Resource": A}, SCOPED),
        ([A, B], {"Resource": [A, B]}, NONE),
        (["arn:aws:rds:*:*:snapshot:a*"], {"Resource": "arn:aws:rds:*:*:snapshot:a?*"}, SCOPED),
        ([A], {"Resource": A, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, SCOPED),
    ],
)
def test_a_deny_of_all_that_is_named_takes_the_right_away(given_on, denied, reach):
    statements = [allow("rds:CopyDBSnapshot", given_on), {"Effect": "Deny", "Action": "rds:*", **denied}]
    assert right("rds:CopyDBSnapshot", *statements) == (reach, reach)


@pytest.mark.parametrize(("denied", "reach"), [(1, SCOPED), (2, NONE)])
def test_a_deny_of_one_volume_leaves_the_other_whose_snapshots_another_statement_allows(denied, reach):
    volumes = ["arn:aws:ec2:*:*:volume/vol-1", "arn:aws:ec2:*:*:volume/vol-2"]
    support = allow("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/*")
    statements = [allow("ec2:CreateSnapshot", volumes), support, deny("ec2:*", volumes[:denied])]
    assert right("ec2:CreateSnapshot", *statements) == (reach, reach)


NAMES = st.text("ab*?", min_size=1, max_size=4).map(lambda name: f"arn:aws:rds:*:*:snapshot:{name}")


# Names of a letter or two are none in AWS: `??*` counts as every name.
@settings(max_examples=300)
@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, min_size=1, max_size=3), st.booleans())
def test_a_right_that_is_denied_by_name_reaches_no_snapshot(given_on, named, negated):
    denied = {"Effect": "Deny", "Action": "rds:*", "NotResource" if negated else "Resource": named}
    if right("rds:CopyDBSnapshot", allow("rds:CopyDBSnapshot", given_on), denied) == (NONE, NONE):
        for name in ("aaaaa", "bbbbb", "ababa", "babab", "abbbbb", "baaaaa", "aabbaab"):
            arn = f"arn:aws:rds:eu-west-1:111122223333:snapshot:{name}"
            is_named = any(matches(pattern, arn) for pattern in named)
            assert is_named is not negated or not any(matches(pattern, arn) for pattern in given_on)


def test_a_deny_of_some_resources_spares_the_rest():
    gold = "arn:aws:rds:*:*:snapshot:gold"
    assert right("rds:CopyDBSnapshot", allow("rds:*"), deny("rds:*", gold)) == (UNLIMITED, UNLIMITED)


def test_a_deny_under_a_condition_takes_nothing_away():
    region = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    assert right("ec2:CreateSnapshot", allow("ec2:*"), deny("ec2:*", Condition=region)) == (UNLIMITED, UNLIMITED)


def test_a_deny_of_what_lacks_a_tag_binds_the_right_to_the_tag():
    untagged = {"StringNotEquals": {"aws:ResourceTag/backup": "yes"}}
    assert right("ec2:CreateSnapshot", allow("ec2:*"), deny("ec2:*", Condition=untagged)) == (SCOPED, SCOPED)


def test_a_deny_that_is_not_known_makes_the_right_uncertain():
    assert right("ec2:CreateSnapshot", allow("ec2:*"), deny(VAR)) == (NONE, UNLIMITED)
    assert right("ec2:CreateSnapshot", allow("ec2:*"), deny("ec2:*", Condition=VAR)) == (NONE, UNLIMITED)


def test_a_deny_of_all_but_named_actions_spares_those():
    read_only = {"Effect": "Deny", "NotAction": "ec2:CopyImage", "Resource": "*"}
    assert rights(allow("ec2:*"), read_only) == {"ec2:CopyImage": (UNLIMITED, UNLIMITED)}


def test_two_statements_can_allow_one_request_together():
    volumes = allow("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/*")
    snapshots = allow("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/*")
    assert right("ec2:CreateSnapshot", volumes) == (NONE, NONE)
    assert right("ec2:CreateSnapshot", volumes, snapshots) == (UNLIMITED, UNLIMITED)


def test_a_supporting_statement_counts_under_its_conditions():
    volumes = allow("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/*")
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    snapshots = allow("ec2:CreateSnapshot", "arn:aws:ec2:*::snapshot/*", Condition=mfa)
    assert right("ec2:CreateSnapshot", volumes, snapshots) == (CONDITIONAL, CONDITIONAL)
    unsure = allow(["ec2:CreateSnapshot", VAR], "arn:aws:ec2:*::snapshot/*", Condition=VAR)
    assert right("ec2:CreateSnapshot", volumes, unsure) == (NONE, UNLIMITED)


def test_a_statement_about_all_but_some_resources_can_support_another():
    volumes = allow("ec2:CreateSnapshot", "arn:aws:ec2:*:*:volume/vol-1")
    others = {"Effect": "Allow", "Action": "ec2:*", "NotResource": "arn:aws:ec2:*:*:volume/*"}
    assert right("ec2:CreateSnapshot", volumes, others) == (SCOPED, SCOPED)
    assert right("ec2:CreateSnapshot", others) == (NONE, NONE)


def test_a_blank_volume_is_no_restore():
    volumes = allow("ec2:CreateVolume", "arn:aws:ec2:*:*:volume/*")
    snapshots = allow("ec2:CreateVolume", "arn:aws:ec2:*::snapshot/*")
    assert right("ec2:CreateVolume", volumes) == (NONE, NONE)
    assert right("ec2:CreateVolume", volumes, snapshots) == (UNLIMITED, UNLIMITED)


def test_a_tag_that_a_request_must_give_is_about_what_it_makes():
    tag = {"StringLike": {"aws:RequestTag/cluster": "*"}}
    made = allow("ec2:CopyVolumes", "arn:aws:ec2:*:*:volume/*", Condition=tag)
    source = allow("ec2:CopyVolumes", "arn:aws:ec2:*:*:volume/*")
    assert right("ec2:CopyVolumes", made) == (NONE, NONE)
    assert right("ec2:CopyVolumes", made, source) == (UNLIMITED, UNLIMITED)
    if_exists = allow(
        "ec2:CopyVolumes", "arn:aws:ec2:*:*:volume/*", Condition={"StringLikeIfExists": tag["StringLike"]}
    )
    assert right("ec2:CopyVolumes", if_exists) == (UNLIMITED, UNLIMITED)


def test_a_boundary_lets_through_what_it_allows():
    fence = fence_of(document(allow(["ec2:Describe*", "rds:*"])))
    (create,) = actions_matching("ec2:CreateSnapshot")
    (copy,) = actions_matching("rds:CopyDBSnapshot")
    assert fence.lets_through(create) == NOTHING
    assert tuple(fence.lets_through(copy)) == (UNLIMITED, UNLIMITED)


def test_a_boundary_that_is_not_known_lets_through_no_one_knows_what():
    (create,) = actions_matching("ec2:CreateSnapshot")
    assert tuple(fence_of(read_document(VAR)).lets_through(create)) == (NONE, UNLIMITED)


def test_named_actions_are_told_from_those_of_wildcards():
    (statement,) = document(allow(["ec2:Copy*", "ec2:CreateSnapshot"])).statements
    assert {action.name for action in wildcard_actions(statement)} == {
        "ec2:CopyImage",
        "ec2:CopySnapshot",
        "ec2:CopyVolumes",
    }


def test_limiting_keys_are_those_that_limit_resources():
    condition = {"StringEquals": {"aws:ResourceTag/a": "x"}, "Bool": {"aws:MultiFactorAuthPresent": "true"}}
    (statement,) = document(allow("ec2:*", Condition=condition)).statements
    assert limiting_keys(statement) == {("stringequals", "aws:resourcetag/a", "x")}


@pytest.mark.parametrize(
    ("arn", "path"),
    [
        ("arn:aws:iam::aws:policy/AmazonEC2FullAccess", "AmazonEC2FullAccess"),
        ("arn:\x02:iam::aws:policy/service-role/X", "service-role/X"),
        ("arn:aws:iam::111122223333:policy/AmazonEC2FullAccess", None),
        ("AmazonEC2FullAccess", None),
    ],
)
def test_managed_policies_are_told_by_their_arn(arn, path):
    assert managed_path(arn) == path


def test_managed_policies_give_what_aws_wrote_into_them():
    assert {action.name: bounds for action, bounds in managed_rights("AmazonEC2FullAccess").items()}[
        "ec2:ModifySnapshotAttribute"
    ] == (UNLIMITED, UNLIMITED)
    power = {action.name for action in managed_rights("PowerUserAccess")}
    assert "ec2:CreateSnapshot" in power
    assert "iam:PassRole" not in power
    assert managed_rights("AmazonS3ReadOnlyAccess") == {}


def test_the_policies_of_backup_services_are_known():
    dlm, backup = ({action.name: reach for action, reach in service_rights(name).items()} for name in ("dlm", "backup"))
    assert dlm["ec2:CreateSnapshot"] is dlm["ec2:ModifySnapshotAttribute"] is UNLIMITED
    assert backup["ec2:CreateImage"] is backup["ec2:CreateVolume"] is UNLIMITED
    assert backup["ec2:ModifySnapshotAttribute"] is SCOPED
    assert "rds:StartExportTask" not in backup
    assert service_rights("ec2") == {}


def test_every_type_of_the_catalogue_has_an_arn_form():
    content = catalogue()
    actions = [action for entries in content.services.values() for _, action in entries]
    assert {kind for action in actions for kind in action.required + action.optional} <= set(content.arns)
    assert all(set(action.subjects) <= set(action.required + action.optional) for action in actions)
    assert repr(actions[0]) == f"Action({actions[0].name})"


ACTIONS = st.sampled_from(
    ["ec2:*", "*", "ec2:CreateSnapshot", "ec2:*Snapshot*", "rds:CopyDBSnapshot", "rds:*", "dlm:*", VAR]
)
RESOURCES = st.sampled_from(
    [
        "*",
        "arn:aws:ec2:*::snapshot/*",
        "arn:aws:ec2:*:*:volume/*",
        "arn:aws:ec2:*:*:volume/vol-1",
        "arn:aws:rds:*:*:snapshot:a*",
        VAR,
    ]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"StringEquals": {"aws:ResourceTag/a": "x"}},
        {"StringNotEquals": {"aws:ResourceTag/a": "x"}},
    ]
)
STATEMENTS = st.builds(
    lambda effect, action, resource, condition: {
        "Effect": effect,
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    ACTIONS,
    RESOURCES,
    CONDITIONS,
)
DOCUMENTS = st.lists(STATEMENTS, max_size=4)


@settings(deadline=None)
@given(DOCUMENTS, ACTIONS, RESOURCES, CONDITIONS)
def test_another_allow_never_lessens_a_right(statements, action, resource, condition):
    before = rights(*statements)
    after = rights(*statements, allow(action, resource, Condition=condition))
    for name, bounds in before.items():
        assert after[name][0] >= bounds[0]
        assert after[name][1] >= bounds[1]


@settings(deadline=None)
@given(DOCUMENTS, ACTIONS, RESOURCES, CONDITIONS)
def test_another_deny_never_widens_a_right(statements, action, resource, condition):
    before = rights(*statements)
    after = rights(*statements, deny(action, resource, Condition=condition))
    for name, bounds in after.items():
        assert before[name][0] >= bounds[0]
        assert before[name][1] >= bounds[1]


@settings(deadline=None)
@given(DOCUMENTS, st.randoms())
def test_the_order_of_statements_changes_nothing(statements, random):
    shuffled = list(statements)
    random.shuffle(shuffled)
    assert rights(*shuffled) == rights(*statements)


@settings(deadline=None)
@given(DOCUMENTS)
def test_no_right_is_more_for_certain_than_at_most(statements):
    assert all(low <= high for low, high in rights(*statements).values())
