"""Rights over any documents: what is added never takes away, what is denied never gives, and order says nothing."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapguard.audit.account import AccountRoot
from snapguard.audit.entries import entries_of
from snapguard.estate.aws_account.identity import facts
from snapguard.estate.principals import Identities
from snapguard.iam.scopes import NOTHING
from snapguard.source import SourceFile

ACTIONS = st.sampled_from(
    ["*", "ec2:*", "ec2:*Snapshot*", "ec2:CreateSnapshot", "EC2:modifysnapshotattribute", "rds:Copy*", "kms:*", "s3:*"]
)
RESOURCES = st.sampled_from(
    ["*", "arn:aws:ec2:*::snapshot/*", "arn:aws:ec2:*:*:volume/vol-1", "arn:aws:rds:*:*:snapshot:x", "arn:aws:s3:::b"]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
        {"Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}}},
    ]
)


def statements(effect):
    return st.builds(
        lambda actions, resources, condition: {"Effect": effect, "Action": actions, "Resource": resources, **condition},
        st.lists(ACTIONS, min_size=1, max_size=3),
        st.lists(RESOURCES, min_size=1, max_size=2),
        CONDITIONS,
    )


ALLOWS = st.lists(statements("Allow"), max_size=4)
DENIES = st.lists(statements("Deny"), max_size=2)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def reaches(statement_list):
    """How far each capability goes of a role that holds each statement in a policy of its own."""
    documents = [{"PolicyName": "p", "PolicyDocument": {"Statement": [one]}} for one in statement_list]
    role = {"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r", "RolePolicyList": documents}
    data = json.dumps({"RoleDetailList": [role]}).encode()
    root = AccountRoot(SourceFile("a.json", "a.json", data))
    (entry,) = entries_of(Identities(facts(root)), "a")
    return {capability: cell.bounds for capability, cell in entry.cells.items()}


@QUICK
@given(ALLOWS, DENIES, st.randoms(use_true_random=False))
def test_the_order_of_statements_says_nothing(allows, denies, random):
    mixed = [*allows, *denies]
    random.shuffle(mixed)
    assert reaches(mixed) == reaches([*allows, *denies])


@QUICK
@given(ALLOWS, DENIES, statements("Allow"))
def test_an_allow_takes_no_right_away(allows, denies, more):
    before, after = reaches([*allows, *denies]), reaches([*allows, more, *denies])
    for capability, bounds in before.items():
        assert after[capability].low >= bounds.low
        assert after[capability].high >= bounds.high


@QUICK
@given(ALLOWS, DENIES, statements("Deny"))
def test_a_deny_gives_no_right(allows, denies, more):
    before, after = reaches([*allows, *denies]), reaches([*allows, *denies, more])
    for capability, bounds in after.items():
        earlier = before.get(capability, NOTHING)
        assert bounds.low <= earlier.low
        assert bounds.high <= earlier.high
