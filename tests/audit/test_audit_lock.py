"""snapguard.lock: written, read back, and held against the code."""

import pytest

from snapguard.audit.changes import GAINS
from snapguard.audit.entries import Key
from snapguard.audit.lock import LockError, lock_text, locked_principals, read_lock, root_key
from snapguard.audit.renewal import deviation, renewed
from snapguard.settings import Settings


def role(*actions, name="deploy"):
    listed = ", ".join(f'"{action}"' for action in actions)
    return f"""
resource "aws_iam_role" "{name}" {{
  name = "{name}"
}}
resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.name
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = [{listed}], Resource = "*" }}] }})
}}
"""


DEPLOY = Key(".", "role", "aws_iam_role.deploy")

LOCK = """\
version = 1

[[principal]]
root = "."
kind = "role"
principal = "aws_iam_role.deploy"
name = "deploy"
approved-by = "Ada"
review-due = 2027-01-31
rights.create = { reach = "scoped", since = 2026-01-01 }
"""


def words(found):
    return [(change.verb, change.capability) for change in found]


def test_a_lock_that_was_written_is_read_back(reviewed, project):
    found = reviewed({"main.tf": role("ec2:CreateSnapshot") + role("ec2:CopyImage", name='o\\"x')})
    lock = renewed(None, found, "2026-11-24", approved_by='Ada "the" Reviewer\x7f')
    (project / "snapguard.lock").write_text(lock_text(lock), encoding="utf-8")
    again = read_lock("snapguard.lock")
    assert lock_text(again) == lock_text(lock)
    locked = again.principals[DEPLOY]
    assert (locked.approved_by, locked.review_due) == ('Ada "the" Reviewer\x7f', "2027-02-22")
    assert {capability: right.since for capability, right in locked.rights.items()} == {"create": "2026-11-24"}


def test_what_is_not_known_keeps_its_range_in_the_lock(reviewed, project):
    code = role("ec2:CreateSnapshot").replace('"*"', "var.where") + 'variable "where" {}\n'
    found = reviewed({"main.tf": code})
    text = lock_text(renewed(None, found, "2026-11-24"))
    assert 'rights.create = { reach = "unknown", least = "none", most = "unlimited", since = 2026-11-24 }' in text
    (project / "snapguard.lock").write_text(text, encoding="utf-8")
    assert deviation(read_lock("snapguard.lock"), found, "2026-11-24").growth == []


def test_a_project_without_a_lock_has_none(project):
    assert locked_principals(str(project)) is None


def test_a_lock_lists_the_principals_of_each_root(write, project):
    write(
        {
            "snapguard.lock": LOCK + '\n[[principal]]\nroot = "."\nkind = "role"\nprincipal = "idle"\nname = "idle"\n'
            'approved-by = ""\nreview-due = 2027-01-31\n'
        }
    )
    lock = locked_principals(str(project))
    assert lock.lists(".", "aws_iam_role.deploy")
    assert not lock.lists("other", "aws_iam_role.deploy")
    assert not lock.lists(".", "aws_iam_role.else")
    assert not lock.lists(".", "idle")


@pytest.mark.parametrize(
    ("language", "path", "source", "key"),
    [
        ("terraform", ".", "", "."),
        ("terraform", "infra/prod", "", "infra/prod"),
        ("cloudformation", "t.yaml", "", "t.yaml"),
        ("plan", "infra/plan.json", "", "infra"),
        ("plan", "plan.json", "", "."),
        ("plan", "out/plan.json", "infra/prod", "infra/prod"),
    ],
)
def test_a_root_is_named_from_the_project_and_a_plan_by_its_code(project, language, path, source, key):
    assert root_key(language, path, Settings(directory=str(project), source=source)) == key


def test_a_plan_is_known_by_being_a_file(write, project):
    write({"infra/plan.json": "{}"})
    assert root_key("terraform", "infra/plan.json", Settings(directory=str(project))) == "infra"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("version = 1", "version = 2", "snapguard.lock:1: is a lock of version 2"),
        ("version = 1", "version = ", "snapguard.lock:1: is not valid TOML"),
        ("version = 1", 'version = 1\nowner = "me"', "snapguard.lock:1: unknown key `owner`"),
        ("[[principal]]", "[principal]", "snapguard.lock:1: `principal` must be a list of tables"),
        ('approved-by = "Ada"', "approved-by = 1", "snapguard.lock:3: `approved-by` must be a text"),
        ('name = "deploy"\n', "", "snapguard.lock:3: `name` is missing"),
        ("approved-by", "aproved-by", "snapguard.lock:3: unknown key `aproved-by`; did you mean `approved-by`?"),
        ("2027-01-31", '"2027-01-31"', "snapguard.lock:3: `review-due` must be a day such as 2027-01-31"),
        ("2027-01-31", "2027-01-31T10:00:00Z", "snapguard.lock:3: `review-due` must be a day"),
        ("rights.create", "rights.creat", "snapguard.lock:3: unknown key `creat`; did you mean `create`?"),
        ('"scoped"', '"scopd"', "did you mean `scoped`?"),
        ('reach = "scoped"', 'reach = "unknown"', "`least` is missing"),
        ('{ reach = "scoped", since = 2026-01-01 }', '"all"', "`rights.create` must be a table"),
        ('rights.create = { reach = "scoped", since = 2026-01-01 }', "rights = 1", "`rights` must be a table"),
    ],
)
def test_a_lock_that_can_not_be_used_says_where_and_what(write, before, after, message):
    assert before in LOCK
    write({"snapguard.lock": LOCK.replace(before, after)})
    with pytest.raises(LockError) as caught:
        read_lock("snapguard.lock")
    assert message in str(caught.value)


@pytest.mark.usefixtures("project")
def test_a_lock_that_can_not_be_opened_says_so():
    with pytest.raises(LockError, match="nowhere:1: can't be read"):
        read_lock("nowhere")


def test_a_lock_that_is_not_utf_8_says_so(write):
    write({"snapguard.lock": b"\xff\xfe"})
    with pytest.raises(LockError, match="is not valid TOML"):
        read_lock("snapguard.lock")


def test_code_that_fits_its_lock_deviates_in_nothing(reviewed):
    found = reviewed({"main.tf": role("ec2:CreateSnapshot")})
    seen = deviation(renewed(None, found, "2026-11-24"), found, "2026-11-24")
    assert (seen.growth, seen.overdue, seen.is_failure) == ([], [], False)


def test_a_right_that_the_lock_lacks_is_a_failure(reviewed):
    lock = renewed(None, reviewed({"main.tf": role("ec2:CreateSnapshot")}), "2026-11-24")
    found = reviewed({"main.tf": role("ec2:CreateSnapshot", "ec2:ModifySnapshotAttribute")})
    seen = deviation(lock, found, "2026-11-24")
    assert words(seen.growth) == [(GAINS, "share")]
    assert seen.is_failure


def test_a_right_that_grew_is_a_failure(write, reviewed):
    write({"snapguard.lock": LOCK})
    seen = deviation(read_lock("snapguard.lock"), reviewed({"main.tf": role("ec2:CreateSnapshot")}), "2026-11-24")
    assert words(seen.growth) == [("extends", "create")]
    assert seen.is_failure


def test_a_right_that_may_have_grown_is_no_failure(write, reviewed):
    write({"snapguard.lock": LOCK})
    code = role("ec2:CreateSnapshot").replace('"*"', "var.where") + 'variable "where" {}\n'
    seen = deviation(read_lock("snapguard.lock"), reviewed({"main.tf": code}), "2026-11-24")
    assert words(seen.growth) == [("may gain", "create")]
    assert not seen.is_failure


def test_a_right_that_is_given_up_is_no_failure(write, reviewed):
    write({"snapguard.lock": LOCK})
    seen = deviation(read_lock("snapguard.lock"), reviewed({"main.tf": role("s3:GetObject")}), "2026-11-24")
    assert not seen.is_failure


@pytest.mark.parametrize(("day", "is_due"), [("2027-01-31", False), ("2027-02-01", True)])
def test_a_review_is_overdue_after_its_day(write, reviewed, day, is_due):
    write({"snapguard.lock": LOCK.replace('"scoped"', '"unlimited"')})
    seen = deviation(read_lock("snapguard.lock"), reviewed({"main.tf": role("ec2:CreateSnapshot")}), day)
    assert [key for key, _ in seen.overdue] == ([DEPLOY] if is_due else [])
    assert seen.is_failure is is_due


def test_nobody_need_review_a_principal_that_holds_nothing_any_more(write, reviewed):
    write({"snapguard.lock": LOCK})
    seen = deviation(read_lock("snapguard.lock"), reviewed({"main.tf": role("s3:GetObject")}), "2030-01-01")
    assert seen.overdue == []


def test_a_lock_written_anew_keeps_since_approval_and_date(write, reviewed):
    write({"snapguard.lock": LOCK.replace('"scoped"', '"unlimited"')})
    lock = renewed(read_lock("snapguard.lock"), reviewed({"main.tf": role("ec2:CreateSnapshot")}), "2028-01-01")
    locked = lock.principals[DEPLOY]
    assert (locked.approved_by, locked.review_due) == ("Ada", "2027-01-31")
    assert locked.rights["create"].since == "2026-01-01"


def test_a_right_that_grew_loses_the_approval_but_not_the_date(write, reviewed):
    write({"snapguard.lock": LOCK})
    found = reviewed({"main.tf": role("ec2:CreateSnapshot", "ec2:CopyImage")})
    locked = renewed(read_lock("snapguard.lock"), found, "2026-11-24").principals[DEPLOY]
    assert (locked.approved_by, locked.review_due) == ("", "2027-01-31")
    assert locked.rights["create"].since == "2026-11-24"
    assert locked.rights["copy"].since == "2026-11-24"


def test_an_approval_moves_the_date_of_all_that_is_reviewed(write, reviewed):
    write({"snapguard.lock": LOCK})
    found = reviewed({"main.tf": role("ec2:CreateSnapshot")})
    locked = renewed(read_lock("snapguard.lock"), found, "2026-11-24", approved_by="Bo", days=30).principals[DEPLOY]
    assert (locked.approved_by, locked.review_due) == ("Bo", "2026-12-24")


def test_what_lies_outside_of_the_reviewed_paths_stays_in_the_lock(reviewed):
    files = {"a/main.tf": role("ec2:CopyImage"), "b/main.tf": role("ec2:CopyImage")}
    lock = renewed(None, reviewed(files), "2026-11-24")
    both = renewed(lock, reviewed({}, "a"), "2026-11-25")
    assert {key.root for key in both.principals} == {"a", "b"}


def test_what_is_gone_from_the_reviewed_paths_is_gone_from_the_lock(reviewed, project):
    files = {"a/main.tf": role("ec2:CopyImage"), "b/main.tf": role("ec2:CopyImage")}
    lock = renewed(None, reviewed(files), "2026-11-24")
    (project / "b/main.tf").unlink()
    assert {key.root for key in renewed(lock, reviewed({}, "."), "2026-11-25").principals} == {"a"}


def test_an_account_stays_in_the_lock_while_code_is_reviewed(reviewed, account):
    live = account.details(roles=[account.principal("role", "deploy", account.allow("ec2:CopyImage"))])
    lock = renewed(None, reviewed({"live.json": live}, "live.json"), "2026-11-24")
    assert {key.root for key in renewed(lock, reviewed({}, "."), "2026-11-25").principals} == {"account 111122223333"}
