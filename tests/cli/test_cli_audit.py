"""`snapguard audit`: the entitlement review on the command line."""

import json

import pytest
from click.testing import CliRunner

from snapguard.audit import lock
from snapguard.cli import program


@pytest.fixture
def audit(write, monkeypatch):
    monkeypatch.setattr(lock, "today", lambda: "2026-11-24")

    def run(files, *arguments):
        write(files)
        return CliRunner().invoke(program, ["audit", *arguments])

    return run


def role(*actions, name="deploy", resource='"*"'):
    listed = ", ".join(f'"{action}"' for action in actions)
    return f"""\
resource "aws_iam_role" "{name}" {{
  name = "{name}"
}}
resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.name
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = [{listed}], Resource = {resource} }}] }})
}}
"""


CREATE = {"main.tf": role("ec2:CreateSnapshot")}
MORE = {"main.tf": role("ec2:CreateSnapshot", "ec2:ModifySnapshotAttribute", "ebs:GetSnapshotBlock")}
MAYBE = {
    "main.tf": role("ec2:CreateSnapshot")
    + role("ec2:CopyImage", name="maybe", resource="var.where")
    + 'variable "where" {}\n'
}


def test_the_table_has_a_row_for_each_principal_that_may_do_something(audit):
    result = audit({"main.tf": role("ec2:CreateSnapshot") + role("s3:GetObject", name="reader")})
    assert result.exit_code == 0
    assert result.stdout == (
        ".\n"
        "               create  copy  share  export  restore  attach  destroy  weaken  enable\n"
        "  role deploy  U       -     -      -       -        -       -        -       -\n"
        "\n"
        "U unlimited, C conditional, S scoped, ? unknown, - none\n"
        "principals with such rights: 1 of 2; not shown: 1 without any (--all)\n"
    )


def test_all_principals_are_shown_on_demand(audit):
    result = audit({"main.tf": role("s3:GetObject", name="reader")}, "--all")
    assert "role reader  -" in result.stdout
    assert result.stdout.endswith("principals with such rights: 0 of 1\n")


def test_statements_are_shown_on_demand(audit):
    result = audit(CREATE, "--statements")
    assert (
        "      create: unlimited\n        main.tf:6 aws_iam_role_policy.deploy: ec2:CreateSnapshot\n" in result.stdout
    )


def test_a_right_that_is_not_known_says_between_what_it_lies(audit):
    result = audit(MAYBE, "--statements")
    assert "copy: unknown: none at least, unlimited at most" in result.stdout


def test_where_there_is_nothing_to_review_it_says_so(audit):
    result = audit({})
    assert (result.exit_code, result.stdout) == (0, "nothing to review: no code and no account was found\n")


def test_code_without_principals_says_so(audit):
    assert audit({"main.tf": "locals {}\n"}).stdout == "there is no principal\n"


def test_a_name_can_not_command_the_terminal(audit):
    result = audit({"main.tf": role("ec2:CreateSnapshot").replace('name = "deploy"', 'name = "a\\u001b[2Jb"')})
    assert "\x1b" not in result.stdout
    assert "role a?[2Jb" in result.stdout


def test_colour_is_for_terminals_or_who_forces_it(audit, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31mU\x1b[0m" in audit(CREATE).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in audit(CREATE).stdout


def test_a_report_goes_to_a_file(audit, project):
    result = audit(CREATE, "--format", "csv", "--output", "review.csv")
    assert result.stdout == ""
    assert (project / "review.csv").read_text(encoding="utf-8").startswith("root,kind,principal,name,capability")


def test_a_report_that_can_not_be_written_is_wrong_use(audit):
    result = audit(CREATE, "--output", "nowhere/review.txt")
    assert result.exit_code == 2
    assert "can't be written" in result.stderr


def test_two_runs_print_the_same(audit):
    for format in ("text", "csv", "json", "markdown", "html"):
        assert audit(MORE, "--format", format).stdout == audit({}, "--format", format).stdout


def test_unreadable_code_fails_and_is_told(audit):
    result = audit({"main.tf": role("ec2:CreateSnapshot") + "resource {"})
    assert result.exit_code == 1
    assert "snapguard: main.tf:8:" in result.stderr
    assert audit({}, "--exit-zero").exit_code == 0


def test_a_missing_path_is_wrong_use(audit):
    result = audit({}, "nowhere")
    assert result.exit_code == 2
    assert "nowhere: there is no such file" in result.stderr


def test_a_lock_is_written_and_holds(audit, project):
    written = audit(CREATE, "--write-lock")
    assert written.stdout == "snapguard.lock: 1 listed, 1 without approval\n"
    assert "rights.create" in (project / "snapguard.lock").read_text(encoding="utf-8")
    checked = audit({}, "--check-lock")
    assert (checked.exit_code, checked.stdout) == (0, "snapguard.lock: nobody may do more than the lock says\n")


def test_an_approval_is_written_into_the_lock(audit, project):
    result = audit(CREATE, "--write-lock", "--approved-by", "Ada", "--review-within", "30")
    assert result.stdout == "snapguard.lock: 1 listed, 0 without approval\n"
    text = (project / "snapguard.lock").read_text(encoding="utf-8")
    assert 'approved-by = "Ada"\nreview-due = 2026-12-24\n' in text


def test_a_right_that_the_lock_lacks_fails_with_its_statement(audit):
    audit(CREATE, "--write-lock")
    result = audit(MORE, "--check-lock")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "role deploy gains share, export",
        "  share: unlimited, was none",
        "    main.tf:6 aws_iam_role_policy.deploy: ec2:ModifySnapshotAttribute",
    ]
    assert result.stdout.endswith("snapguard.lock: the code and the lock disagree\n")
    assert audit({}, "--check-lock", "--exit-zero").exit_code == 0


def test_an_overdue_review_fails(audit, monkeypatch):
    audit(CREATE, "--write-lock", "--approved-by", "Ada")
    monkeypatch.setattr(lock, "today", lambda: "2027-03-01")
    result = audit({}, "--check-lock")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        "role deploy: its review was due on 2027-02-22, last approved by Ada (snapguard.lock:5)\n"
    )
    document = json.loads(audit({}, "--check-lock", "--format", "json").stdout)
    assert [(one["name"], one["review_due"]) for one in document["overdue"]] == [("deploy", "2027-02-22")]
    assert "its review was due" in audit({}, "--check-lock", "--format", "markdown").stdout


def test_what_the_code_can_not_tell_does_not_fail_and_is_shown_on_demand(audit):
    audit(CREATE, "--write-lock")
    result = audit(MAYBE, "--check-lock")
    assert result.exit_code == 0
    assert result.stdout == (
        "snapguard.lock: nobody may do more than the lock says; "
        "not shown: 1 that the code can't tell (--show-unknown)\n"
    )
    assert "role maybe may gain copy" in audit({}, "--check-lock", "--show-unknown").stdout


def test_a_lock_that_is_missing_or_broken_is_wrong_use(audit):
    result = audit(CREATE, "--check-lock")
    assert result.exit_code == 2
    assert "write one with `snapguard audit --write-lock`" in result.stderr
    result = audit({"snapguard.lock": "version = 9\n"}, "--check-lock")
    assert result.exit_code == 2
    assert "snapguard.lock:1: is a lock of version 9" in result.stderr


def test_a_lock_may_stand_elsewhere(audit, project):
    audit(CREATE, "--write-lock", "--lock", "prod.lock")
    assert (project / "prod.lock").exists()
    assert audit({}, "--check-lock", "--lock", "prod.lock").exit_code == 0


def test_a_lock_stands_beside_the_configuration(audit, project, monkeypatch):
    audit({"snapguard.toml": "", "infra/main.tf": role("ec2:CopyImage")})
    monkeypatch.chdir(project / "infra")
    audit({}, "--write-lock")
    assert 'root = "infra"' in (project / "snapguard.lock").read_text(encoding="utf-8")
    monkeypatch.chdir(project)
    assert audit({}, "--check-lock").exit_code == 0


def test_a_lock_is_not_written_from_an_incomplete_review(audit, project):
    result = audit({"main.tf": "resource {"}, "--write-lock")
    assert result.exit_code == 1
    assert "is not written, since not all could be reviewed" in result.stderr
    assert not (project / "snapguard.lock").exists()


def test_a_lock_that_can_not_be_written_is_wrong_use(audit):
    result = audit(CREATE, "--write-lock", "--lock", "nowhere/snapguard.lock")
    assert result.exit_code == 2
    assert "can't be written" in result.stderr


@pytest.mark.parametrize("earlier", ["json", "lock"])
def test_since_shows_who_gains_what(audit, earlier):
    if earlier == "json":
        audit(CREATE, "--format", "json", "--output", "earlier")
    else:
        audit(CREATE, "--write-lock", "--lock", "earlier")
    result = audit(MORE, "--since", "earlier")
    assert result.exit_code == 1
    assert result.stdout.startswith("role deploy gains share, export\n")
    document = json.loads(audit({}, "--since", "earlier", "--format", "json").stdout)
    assert [(one["change"], one["right"], one["before"], one["after"]) for one in document["changes"]] == [
        ("gains", "share", "none", "unlimited"),
        ("gains", "export", "none", "unlimited"),
    ]
    assert audit({}, "--since", "earlier", "--format", "markdown").stdout == (
        "- role deploy gains share, export\n  - share: unlimited, was none\n  - export: unlimited, was none\n"
    )


def test_since_is_content_where_nobody_gains(audit):
    audit(MORE, "--format", "json", "--output", "earlier.json")
    result = audit({}, "--since", "earlier.json")
    assert (result.exit_code, result.stdout) == (0, "nobody's rights change\n")
    result = audit(CREATE, "--since", "earlier.json")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "role deploy loses share, export")
    assert audit(MORE, "--since", "earlier.json", "--format", "markdown").stdout == "Nobody's rights change.\n"


def test_since_says_that_there_is_more_than_it_shows(audit):
    audit(CREATE, "--format", "json", "--output", "earlier.json")
    result = audit({"main.tf": MAYBE["main.tf"] + role("ec2:CopyImage", name="new")}, "--since", "earlier.json")
    assert result.stdout.splitlines()[0] == "role new gains copy"
    assert result.stdout.endswith("there is more; not shown: 1 that the code can't tell (--show-unknown)\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no review"),
        ('{"version": 2, "principals": []}', "is a review of version 2"),
        ('{"version": 1, "principals": [{}]}', "is no review"),
        ('{"version": 1, "principals": 1}', "is no review"),
        ("nonsense", "is not valid TOML"),
        (b"\xff", "utf-8"),
    ],
)
def test_since_a_file_that_is_no_review_is_wrong_use(audit, content, message):
    result = audit({"main.tf": role(), "earlier": content}, "--since", "earlier")
    assert result.exit_code == 2
    assert message in result.stderr


def test_since_a_file_that_can_not_be_read_is_wrong_use(audit, monkeypatch):
    audit(CREATE, "--format", "json", "--output", "earlier.json")

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("snapguard.cli.audit.open", refuse, raising=False)
    result = audit({}, "--since", "earlier.json")
    assert result.exit_code == 2
    assert "can't be read: Permission denied" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--write-lock", "--check-lock"), "ask one at a time"),
        (("--check-lock", "--since", "main.tf"), "ask one at a time"),
        (("--approved-by", "Ada"), "--approved-by goes with --write-lock"),
        (("--check-lock", "--format", "html"), "changes are shown as text, json, markdown"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_use(audit, arguments, message):
    result = audit(CREATE, *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_a_live_account_is_reviewed(audit):
    details = {
        "RoleDetailList": [
            {
                "RoleName": "ops",
                "Arn": "arn:aws:iam::111122223333:role/ops",
                "AttachedManagedPolicies": [
                    {"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
                ],
            }
        ]
    }
    result = audit({"live.json": json.dumps(details)}, "live.json")
    assert result.stdout.splitlines()[0] == "account 111122223333"
    assert "  role ops  U       U     U      U       U        U       U        U       U" in result.stdout


def test_the_day_is_that_of_the_clock(monkeypatch):
    monkeypatch.setattr("time.strftime", lambda form: f"day as {form}")
    assert lock.today() == "day as %Y-%m-%d"
