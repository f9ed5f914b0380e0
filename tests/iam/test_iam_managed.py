"""AWS managed policies: what the shipped data says of them equals what the engine makes of documents of their shape."""

import json
from pathlib import Path

import pytest

from snapguard.iam import capabilities
from snapguard.iam.capabilities import catalogue
from snapguard.iam.documents import read_document
from snapguard.iam.grants import effective_rights
from snapguard.iam.managed import managed_rights
from snapguard.iam.scopes import Reach
from snapguard.values import Known

DATA = json.loads((Path(capabilities.__file__).parent / "managed.json").read_text("utf-8"))
POLICIES = DATA["policies"]
LIMIT_NOTHING = ("iam:passedtoservice", "iam:awsservicename", "aws:requesttag/", "aws:tagkeys", "aws:requestedregion")
TAG = {"StringEquals": {"aws:ResourceTag/owner": "me"}}


def value(content):
    if isinstance(content, dict):
        return Known({key: value(child) for key, child in content.items()})
    if isinstance(content, list):
        return Known([value(child) for child in content])
    return Known(content)


def statements_of(path):
    """A document of the shape that the data gives a policy: its patterns, on everything or on what has a tag."""
    for scope, patterns in POLICIES[path].items():
        keys = [DATA["keys"][number].lower() for number in DATA["conditions"].get(path, {}).get(scope, ())]
        is_open = scope == "star" or (
            scope == "star-if" and keys and all(key.startswith(LIMIT_NOTHING) for key in keys)
        )
        for pattern in patterns:
            element = "NotAction" if pattern.startswith("NotAction:") else "Action"
            actions = pattern.removeprefix("NotAction:").split(",")
            statement = {"Effect": "Allow", element: actions, "Resource": "*"}
            yield statement if is_open else {**statement, "Condition": TAG}


@pytest.mark.parametrize("path", sorted(POLICIES))
def test_a_document_of_the_shape_of_a_managed_policy_gives_what_the_data_says(path):
    rights = effective_rights(read_document(value({"Statement": list(statements_of(path))})))
    said = managed_rights(path)

    assert set(rights) == set(said)
    for action, bounds in rights.items():
        assert (bounds.low is Reach.UNLIMITED) is (said[action].low is Reach.UNLIMITED), action


@pytest.mark.parametrize(
    ("path", "capability", "reach"),
    [
        ("AdministratorAccess", "share", Reach.UNLIMITED),
        ("PowerUserAccess", "share", Reach.UNLIMITED),
        ("AmazonEC2FullAccess", "share", Reach.UNLIMITED),
        ("AmazonRDSFullAccess", "create", Reach.UNLIMITED),
        ("AWSBackupFullAccess", "restore", Reach.UNLIMITED),
    ],
)
def test_well_known_managed_policies_give_rights_over_every_copy(path, capability, reach):
    rights = managed_rights(path)

    core = [bounds for action, bounds in rights.items() if action.is_judged and capability in action.capabilities]
    assert max(bounds.low for bounds in core) is reach


@pytest.mark.parametrize("path", ["AmazonEC2ReadOnlyAccess", "ReadOnlyAccess", "SecurityAudit", "job-function/Billing"])
def test_managed_policies_for_readers_give_no_right_over_copies_but_reading_them(path):
    sure = [action for action, bounds in managed_rights(path).items() if action.is_judged and bounds.low]

    assert {capability for action in sure for capability in action.capabilities} <= {"export"}


def test_what_an_administrator_has_is_the_whole_catalogue():
    everything = {action for entries in catalogue().services.values() for _, action in entries}
    assert set(managed_rights("AdministratorAccess")) == everything
