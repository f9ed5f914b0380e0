"""The review of a live account, from `aws iam get-account-authorization-details`."""

import json
from urllib.parse import quote

import pytest

from snapguard.audit.account import account_root

COPY = {"copy": "unlimited"}


def test_roles_users_and_groups_of_an_account_are_reviewed(table, account):
    found = table(
        {
            "live.json": account.details(
                roles=[account.principal("role", "deploy", account.allow("ec2:CopySnapshot"))],
                users=[account.principal("user", "anna", GroupList=["ops"])],
                groups=[account.principal("group", "ops", account.allow("ec2:ModifySnapshotAttribute"))],
            )
        },
        "live.json",
    )
    assert found == {"deploy": COPY, "anna": {"share": "unlimited"}, "ops": {"share": "unlimited"}}


def test_an_account_is_recognised_by_its_content_and_named_by_its_id(reviewed, account):
    details = account.details(roles=[account.principal("role", "deploy", account.allow("ec2:CopySnapshot"))])
    found = reviewed({"anything.json": details, "other.json": {"RoleList": []}}, "anything.json", "other.json")
    assert found.roots == {"account 111122223333"}
    assert found.entries[0].key == ("account 111122223333", "role", "arn:aws:iam::111122223333:role/deploy")


def test_a_statement_of_an_account_leads_into_the_file(reviewed, account):
    details = account.details(roles=[account.principal("role", "deploy", account.allow("ec2:CopySnapshot", Sid="Dr"))])
    text = json.dumps(details, indent=2)
    (entry,) = reviewed({"live.json": text}, "live.json").entries
    (source,) = entry.cells["copy"].sources
    lines = text.splitlines()
    assert lines[source.line - 1].strip() == "{"
    assert any('"Sid": "Dr"' in line for line in lines[source.line - 1 : source.end_line])
    assert source.sid == "Dr"


def test_documents_may_be_percent_encoded_as_the_api_answers(table, account):
    encoded = quote(json.dumps(account.allow("ec2:CopySnapshot")))
    details = account.details(roles=[account.principal("role", "deploy", encoded)])
    assert table({"live.json": details}, "live.json") == {"deploy": COPY}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_that_powershell_wrote_is_read(table, account, encoding, project):
    details = account.details(roles=[account.principal("role", "deploy", account.allow("ec2:CopySnapshot"))])
    (project / "live.json").write_bytes(json.dumps(details).encode(encoding))
    assert table({}, "live.json") == {"deploy": COPY}


def policy(arn, *versions):
    return {
        "PolicyName": arn.rpartition("/")[2],
        "Arn": arn,
        "PolicyVersionList": [
            {"VersionId": f"v{number}", "IsDefaultVersion": default, "Document": document}
            for number, (default, document) in enumerate(versions)
        ],
    }


def test_the_version_of_a_policy_that_is_in_force_counts(table, account):
    arn = "arn:aws:iam::111122223333:policy/team/own"
    details = account.details(
        roles=[account.principal("role", "deploy", managed=[arn])],
        policies=[policy(arn, (False, account.allow("ec2:*")), (True, account.allow("ec2:CopySnapshot")))],
    )
    assert table({"live.json": details}, "live.json") == {"deploy": COPY}


def test_a_policy_whose_version_in_force_is_not_listed_is_unknown(table, account):
    arn = "arn:aws:iam::111122223333:policy/own"
    details = account.details(
        roles=[account.principal("role", "deploy", managed=[arn])],
        policies=[policy(arn, (False, account.allow("ec2:*")))],
    )
    assert set(table({"live.json": details}, "live.json")["deploy"].values()) == {"unknown"}


def test_the_document_of_a_managed_policy_of_aws_that_the_account_brings_counts(reviewed, account):
    arn = "arn:aws:iam::aws:policy/BrandNewAccess"
    details = account.details(
        roles=[account.principal("role", "deploy", managed=[arn])],
        policies=[policy(arn, (True, account.allow("ec2:CopySnapshot")))],
    )
    (entry,) = reviewed({"live.json": details}, "live.json").entries
    assert {capability: cell.reach for capability, cell in entry.cells.items()} == COPY
    assert entry.cells["copy"].sources[0].policy == arn


def test_a_boundary_of_an_account_limits_roles_and_users(table, account):
    arn = "arn:aws:iam::111122223333:policy/fence"
    boundary = {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}}
    wide = account.allow("ec2:*")
    details = account.details(
        roles=[account.principal("role", "deploy", wide, **boundary)],
        users=[account.principal("user", "anna", wide, **boundary)],
        policies=[policy(arn, (True, account.allow("ec2:CopySnapshot")))],
    )
    assert table({"live.json": details}, "live.json") == {"deploy": COPY, "anna": COPY}


def test_a_policy_that_nobody_in_the_account_holds_is_listed(reviewed, account):
    arn = "arn:aws:iam::111122223333:policy/spare"
    details = account.details(policies=[policy(arn, (True, account.allow("ec2:CopySnapshot")))])
    (entry,) = reviewed({"live.json": details}, "live.json").entries
    assert (entry.key.kind, entry.key.principal, entry.name) == ("unheld policy", arn, "spare")


def test_code_and_accounts_are_reviewed_together(reviewed, account):
    found = reviewed(
        {
            "infra/main.tf": 'resource "aws_iam_role" "r" {\n  name = "r"\n}\n',
            "live.json": account.details(roles=[account.principal("role", "deploy")]),
        },
        "infra",
        "live.json",
    )
    assert [(entry.key.root, entry.name) for entry in found.entries] == [
        ("account 111122223333", "deploy"),
        ("infra", "r"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"RoleDetailList": [', "account authorization details"),
        ('{"RoleDetailList": [{"RoleName": "r"}]}', "an entry of RoleDetailList has no Arn"),
        (b'{"RoleDetailList": "\xff"}', "neither UTF-8 nor UTF-16"),
    ],
)
def test_a_broken_account_file_is_told_with_its_place(reviewed, project, text, message):
    (project / "live.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    found = reviewed({}, "live.json")
    assert [(message in error.message, error.span.file.display) for error in found.unread] == [(True, "live.json")]
    assert found.exit_status == 1


def test_a_file_that_can_not_be_opened_is_no_account(reviewed, project):
    (project / "live.json").symlink_to("/etc/hostname")
    assert reviewed({}, "live.json").entries == []


def test_an_account_answers_as_any_root_does(write, account):
    write({"live.json": json.dumps(account.details(roles=[account.principal("role", "deploy")]))})
    root = account_root("live.json")
    (role,) = root.resources()
    assert root.resources_of("user") == []
    assert root.data_sources_of("user") == []
    assert root.find(role.address) is role
    assert root.find("arn:aws:iam::111122223333:role/other") is None
    assert [file.display for file in root.files()] == ["live.json"]
    assert "RolePolicyList" in role.attribute_names()


@pytest.mark.usefixtures("project")
def test_a_file_that_is_gone_is_no_account():
    assert account_root("gone.json") is None


def test_an_account_without_an_id_goes_by_its_file(reviewed):
    assert reviewed({"live.json": {"RoleDetailList": []}}, "live.json").roots == {"live.json"}


@pytest.mark.parametrize("mark", [{"IsTruncated": True}, {"NextToken": "abc"}])
def test_an_answer_that_is_cut_off_is_told(reviewed, account, mark):
    found = reviewed({"live.json": {**account.details(), **mark}}, "live.json")
    assert ["the answer goes on" in error.message for error in found.unread] == [True]


def test_an_answer_that_says_that_it_is_whole_is_whole(reviewed, account):
    assert reviewed({"live.json": {**account.details(), "IsTruncated": False}}, "live.json").unread == []


def test_a_group_that_was_filtered_out_makes_the_rights_of_its_users_unknown(table, account):
    user = account.principal("user", "anna", account.allow("ec2:CopySnapshot"), GroupList=["gone"])
    found = table({"live.json": account.details(users=[user])}, "live.json")
    assert found["anna"]["copy"] == "unlimited"
    assert found["anna"]["share"] == "unknown"


@pytest.mark.parametrize("paths", [(".",), ("state", "state/live.json")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_account_that_lies_in_a_directory_is_reviewed_once(reviewed, account, project, paths, encoding):
    details = account.details(roles=[account.principal("role", "deploy", account.allow("ec2:CopySnapshot"))])
    (project / "state").mkdir()
    (project / "state" / "live.json").write_bytes(json.dumps(details).encode(encoding))
    found = reviewed({"state/other.json": {"Details": []}}, *paths)
    assert [(entry.name, entry.file) for entry in found.entries] == [("deploy", "state/live.json")]
    assert len(found.entries[0].cells["copy"].sources) == 1


def test_an_account_is_no_input_of_the_checks(account, scan_files):
    details = account.details(roles=[account.principal("role", "deploy", account.allow("*"))])
    for paths in (["."], ["live.json"]):
        report = scan_files({"live.json": json.dumps(details)}, paths)
        assert (list(report.results), report.errors) == ([], [])
