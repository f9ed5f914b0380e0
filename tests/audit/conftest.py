"""Fixtures of the entitlement review."""

import json

import pytest

from snapguard.audit.review import review
from snapguard.settings import Settings

ACCOUNT = "111122223333"


@pytest.fixture
def reviewed(write, project):
    """Write files, review the paths, and give the review; a bug that it met fails the test."""

    def run(files, *paths, **settings):
        write({name: content if isinstance(content, str) else json.dumps(content) for name, content in files.items()})
        found = review(paths or ["."], Settings(directory=str(project), **settings))
        assert not found.errors, found.errors[0].traceback
        return found

    return run


@pytest.fixture
def table(reviewed):
    """The reaches of each principal by its name: `table({"main.tf": "…"})["deploy"] == {"share": "scoped"}`."""

    def run(files, *paths, **settings):
        found = reviewed(files, *paths, **settings)
        return {
            entry.name: {capability: cell.reach for capability, cell in entry.cells.items()} for entry in found.entries
        }

    return run


def details(roles=(), users=(), groups=(), policies=()):
    """What `aws iam get-account-authorization-details` prints for these."""
    return {
        "UserDetailList": list(users),
        "GroupDetailList": list(groups),
        "RoleDetailList": list(roles),
        "Policies": list(policies),
    }


def principal(kind, name, *documents, managed=(), **fields):
    """A role, user or group with inline policies and the ARNs of attached ones."""
    label = kind.capitalize()
    return {
        "Path": "/",
        f"{label}Name": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:{kind}/{name}",
        f"{label}PolicyList": [
            {"PolicyName": f"p{number}", "PolicyDocument": document} for number, document in enumerate(documents)
        ],
        "AttachedManagedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in managed],
        **fields,
    }


def allow(*actions, resource="*", **more):
    """A document of one Allow."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def account():
    """The makers of account authorization details."""

    class Makers:
        pass

    makers = Makers()
    makers.details, makers.principal, makers.allow, makers.id = details, principal, allow, ACCOUNT
    return makers
