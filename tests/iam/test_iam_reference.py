"""The engine against an independent reference evaluator, and against brute force over the whole catalogue.

The reference decides one request as the IAM user guide documents it ("Policy evaluation logic", "Condition operators"):
an explicit Deny wins, else an Allow is needed, for every resource of the request, within the permissions boundary. It
shares no code with the engine: patterns are regular expressions, ARNs are plain texts.
"""

import itertools
import random
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapguard.iam.capabilities import actions_matching, catalogue
from snapguard.iam.documents import read_document
from snapguard.iam.grants import denials_of, fence_of, grants_of, joined, less
from snapguard.iam.scopes import NOTHING, Reach
from snapguard.values import Known


def value(content):
    if isinstance(content, dict):
        return Known({key: value(child) for key, child in content.items()})
    if isinstance(content, list):
        return Known([value(child) for child in content])
    return Known(content)


# The reference evaluator


@cache
def expression(pattern, flags=0):
    text = "".join(".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
    return re.compile(text + r"\Z", flags | re.DOTALL)


def listed(element):
    return element if isinstance(element, list) else [element]


def names(patterns, text, flags=0):
    return any(expression(pattern, flags).match(text) for pattern in listed(patterns))


def holds(operator, key, wanted, context):
    quantifier, _, plain = operator.rpartition(":")
    lenient = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    present = key in context
    if plain == "Null":
        return present is (listed(wanted)[0] == "false")
    if not present:
        return lenient or "Not" in plain or quantifier == "ForAllValues"
    negated = "Not" in plain
    plain = plain.replace("Not", "")
    actual = context[key]
    if plain in ("StringLike", "ArnLike", "ArnEquals"):
        answer = names(wanted, actual)
    elif plain in ("Bool", "StringEqualsIgnoreCase"):
        answer = actual.lower() in [text.lower() for text in listed(wanted)]
    else:
        answer = actual in listed(wanted)
    return answer is not negated


def applies(statement, action, resource, context):
    if "Action" in statement:
        named = names(statement["Action"], action, re.IGNORECASE)
    else:
        named = not names(statement["NotAction"], action, re.IGNORECASE)
    if "Resource" in statement:
        meant = names(statement["Resource"], resource)
    else:
        meant = not names(statement["NotResource"], resource)
    conditions = statement.get("Condition", {})
    return (
        named
        and meant
        and all(
            holds(operator, key, wanted, context)
            for operator, tests in conditions.items()
            for key, wanted in tests.items()
        )
    )


def decide(statements, action, resources, context, boundary=None):
    """Whether a request on all of these resources is allowed."""
    for resource in resources:
        own = [one["Effect"] for one in statements if applies(one, action, resource, context)]
        if "Deny" in own or "Allow" not in own:
            return False
        if boundary is not None:
            fence = [one["Effect"] for one in boundary if applies(one, action, resource, context)]
            if "Deny" in fence or "Allow" not in fence:
                return False
    return True


# Random requests

# What each action reads or gives away, and what it makes.
ACTIONS = {
    "ec2:CreateSnapshot": (["volume"], ["snapshot"]),
    "ec2:DeleteSnapshot": (["snapshot"], []),
    "ec2:ModifySnapshotAttribute": (["snapshot"], []),
    "ec2:AttachVolume": (["volume", "instance"], []),
    "rds:CopyDBSnapshot": (["db-snapshot"], []),
    "rds:CreateDBSnapshot": (["db"], ["db-snapshot"]),
    "backup:StartBackupJob": (["vault"], []),
    "ec2:EnableSnapshotBlockPublicAccess": ([], []),
}
OWN = "111122223333"
ARNS = {
    "volume": f"arn:aws:ec2:eu-west-1:{OWN}:volume/vol-0{{}}",
    "snapshot": "arn:aws:ec2:eu-west-1::snapshot/snap-0{}",
    "instance": f"arn:aws:ec2:eu-west-1:{OWN}:instance/i-0{{}}",
    "db": f"arn:aws:rds:eu-west-1:{OWN}:db:{{}}",
    "db-snapshot": f"arn:aws:rds:eu-west-1:{OWN}:snapshot:{{}}",
    "vault": f"arn:aws:backup:eu-west-1:{OWN}:backup-vault:{{}}",
}
ACTION_PATTERNS = [
    *ACTIONS,
    "*",
    "ec2:*",
    "EC2:createsnapshot",
    "ec2:*Snapshot*",
    "rds:C*DBSnapshot",
    "rds:CopyDBSnapsho?",
    "backup:Start*",
    "s3:*",
    "ec2:Describe*",
]
RESOURCE_PATTERNS = [
    "*",
    "arn:aws:ec2:*:*:volume/*",
    "arn:aws:ec2:*::snapshot/*",
    "arn:aws:ec2:*:*:snapshot/*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:*:*:*",
    "arn:*:rds:*:*:*:*",
    "arn:aws:rds:*:*:db:*",
    "arn:aws:rds:*:*:snapshot:*",
    "arn:aws:backup:*:*:backup-vault:*",
    "arn:aws:ec2:*:*:volume/vol-0named",
    "arn:aws:ec2:*::snapshot/snap-0named",
    "arn:aws:rds:*:*:snapshot:named",
    "arn:aws:rds:*:*:db:na?ed",
    "arn:aws:s3:::bucket/*",
]
TAG = "aws:ResourceTag/backup"
MFA = "aws:MultiFactorAuthPresent"
# The engine looks at the conditions of each statement by themselves, so it does not see that an Allow and a Deny with
# the same condition leave nothing: none asks for the lack of a tag, and no Deny for MFA.
CONDITIONS = [
    {},
    {},
    {},
    {"StringEquals": {TAG: "true"}},
    {"StringLike": {TAG: "*"}},
    {"StringEqualsIfExists": {TAG: "true"}},
    {"StringNotEquals": {TAG: "true"}},
    {"Null": {TAG: "false"}},
    {"Bool": {MFA: "true"}},
    {"BoolIfExists": {MFA: "true"}},
    {"ForAllValues:StringEquals": {TAG: ["true", "yes"]}},
    {"StringEqualsIgnoreCase": {TAG: "TRUE"}},
]


def random_statement(chance, deny=0.2):
    statement = {"Effect": "Deny" if chance.random() < deny else "Allow"}
    negates_action, negates_resource = chance.random() < 0.08, chance.random() < 0.08
    statement["NotAction" if negates_action else "Action"] = chance.sample(ACTION_PATTERNS, chance.randint(1, 3))
    statement["NotResource" if negates_resource else "Resource"] = chance.sample(
        RESOURCE_PATTERNS, chance.randint(1, 3)
    )
    condition = chance.choice(CONDITIONS)
    if statement["Effect"] == "Deny" and any(MFA in tests for tests in condition.values()):
        condition = {}
    return {**statement, "Condition": condition} if condition else statement


def requests(action):
    """Requests in every context, with whether what they read has a name that policies use."""
    subjects, made = ACTIONS[action]
    for name, name_of_made in itertools.product(("named", "other"), repeat=2):
        resources = [ARNS[kind].format(name) for kind in subjects] + [ARNS[kind].format(name_of_made) for kind in made]
        for tag, mfa in itertools.product((None, "true", "no"), (None, "true", "false")):
            context = {key: text for key, text in ((TAG, tag), (MFA, mfa)) if text is not None}
            yield name == "named", resources or ["*"], context


def rights_of(statements, boundary):
    document = read_document(value({"Statement": statements}))
    assert not document.errors
    rights = less(joined(grant.rights for grant in grants_of(document)), denials_of(document))
    if boundary is not None:
        fence = fence_of(read_document(value({"Statement": boundary})))
        rights = {action: bounds.at_most(fence.lets_through(action)) for action, bounds in rights.items()}
    return {action.name: bounds for action, bounds in rights.items()}


@pytest.mark.parametrize("seed", range(40))
def test_the_engine_agrees_with_the_reference_evaluator(seed):
    """400 sets of policies, each asked about 8 actions by 36 requests: on resources with and without a name, under tags
    and with or without MFA.

    What is given without a limit must be allowed on some resource that no policy names. What is not given must never be
    allowed. What a plain request is allowed (no tags, no MFA, no name) the engine must not call limited.
    """
    chance = random.Random(seed)
    for _ in range(10):
        statements = [random_statement(chance) for _ in range(chance.randint(1, 4))]
        boundary = [random_statement(chance, 0.1) for _ in range(2)] if chance.random() < 0.25 else None
        rights = rights_of(statements, boundary)
        for action in ACTIONS:
            bounds = rights.get(action, NOTHING)
            answers = [
                (is_named, context, decide(statements, action, resources, context, boundary))
                for is_named, resources, context in requests(action)
            ]
            case = (action, bounds, statements, boundary)
            if bounds.high is Reach.NONE:
                assert not any(allowed for _, _, allowed in answers), case
            if bounds.low >= Reach.CONDITIONAL:
                assert any(allowed for is_named, _, allowed in answers if not is_named or not ACTIONS[action][0]), case
            if any(allowed for is_named, context, allowed in answers if not is_named and not context):
                assert bounds.high >= Reach.CONDITIONAL, case


@settings(deadline=None)
@given(st.text("aAbBcC:*?SsnNp", max_size=8) | st.sampled_from(ACTION_PATTERNS))
def test_a_pattern_gives_the_actions_of_the_catalogue_that_its_regular_expression_matches(pattern):
    everything = [action for entries in catalogue().services.values() for _, action in entries]

    expected = {action.name for action in everything if expression(pattern, re.IGNORECASE).match(action.name)}
    assert {action.name for action in actions_matching(pattern)} == expected


def test_every_cut_of_an_action_gives_what_its_regular_expression_matches():
    everything = [action.name for entries in catalogue().services.values() for _, action in entries]

    for name in everything[::7]:
        service, _, verb = name.partition(":")
        for pattern in (
            f"{service}:{verb[:3]}*",
            f"{service}:*{verb[-4:]}",
            f"{service}:{verb[:-1]}?",
            f"*:{verb[:5]}*",
        ):
            wanted = expression(pattern, re.IGNORECASE)
            assert {action.name for action in actions_matching(pattern)} == set(filter(wanted.match, everything))
