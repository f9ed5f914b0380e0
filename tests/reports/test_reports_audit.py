"""The formats of the entitlement review."""

import csv
import io
import json

import pytest

from snapguard.audit.changes import Change
from snapguard.audit.entries import Cell, Entry, Key, Source
from snapguard.audit.review import Review
from snapguard.iam.scopes import NOTHING, Bounds, Reach
from snapguard.reports import audit_csv, audit_html, audit_json, audit_markdown, audit_text

UNLIMITED = Bounds(Reach.UNLIMITED, Reach.UNLIMITED)
MAYBE = Bounds(Reach.NONE, Reach.SCOPED)


def source(actions=("ec2:CopyImage",), bounds=UNLIMITED, **fields):
    values = {"sid": "", "via": "", "assumption": "", **fields}
    return Source("a/main.tf", 3, 5, "aws_iam_policy.p", bounds=bounds, actions=tuple(actions), **values)


def entry(name="deploy", cells=None):
    cells = {"copy": Cell(UNLIMITED, [source()])} if cells is None else cells
    return Entry(Key("a", "role", "aws_iam_role.r"), name, "a/main.tf", 1, cells)


def review(*entries):
    return Review(entries, frozenset("a"), [], [], [], [])


def test_json_holds_every_cell_with_its_statements():
    document = json.loads(audit_json.render(review(entry(cells={"share": Cell(MAYBE, [source((), MAYBE)])}))))
    assert document["version"] == 1
    assert document["capabilities"][:2] == ["create", "copy"]
    assert document["principals"] == [
        {
            "principal": "aws_iam_role.r",
            "root": "a",
            "kind": "role",
            "name": "deploy",
            "file": "a/main.tf",
            "line": 1,
            "rights": {
                "share": {
                    "reach": "unknown",
                    "least": "none",
                    "most": "scoped",
                    "actions": [],
                    "statements": [
                        {
                            "file": "a/main.tf",
                            "line": 3,
                            "end_line": 5,
                            "policy": "aws_iam_policy.p",
                            "sid": "",
                            "through": "",
                            "when": "",
                            "reach": "unknown",
                            "least": "none",
                            "most": "scoped",
                            "actions": [],
                        }
                    ],
                }
            },
        }
    ]


def test_json_is_read_back():
    standings = audit_json.read_back(audit_json.render(review(entry(cells={"copy": Cell(MAYBE, [source()])}))))
    assert standings == {entry().key: ("deploy", {"copy": MAYBE})}


def test_csv_has_a_line_for_each_right():
    rows = list(csv.DictReader(io.StringIO(audit_csv.render([entry(), entry("idle", {})]))))
    assert [(row["name"], row["capability"], row["reach"], row["actions"]) for row in rows] == [
        ("deploy", "copy", "unlimited", "ec2:CopyImage"),
        ("idle", "", "none", ""),
    ]
    assert rows[0]["statements"] == "a/main.tf:3 aws_iam_policy.p"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x"])
def test_csv_holds_no_formula(name):
    (row,) = csv.DictReader(io.StringIO(audit_csv.render([entry(name)])))
    assert row["name"] == f"'{name}"


def test_markdown_is_a_table_with_statements_on_demand():
    text = audit_markdown.render([entry("de_ploy|x")], shows_statements=True)
    assert text.splitlines()[2] == "| role **de\\_ploy\\|x** (a) |  | unlimited |  |  |  |  |  |  |  |"
    assert "- copy: unlimited\n  - a/main.tf:3 aws\\_iam\\_policy.p: ec2:CopyImage\n" in text
    assert "###" not in audit_markdown.render([entry()], shows_statements=False)


def test_a_statement_as_text_says_how_it_is_held_and_when():
    held = source([f"ec2:A{number}" for number in range(7)], sid="S", via="group ops", assumption="IsProd is true")
    assert audit_text.source_text(held) == (
        "a/main.tf:3 aws_iam_policy.p S, through group ops, when IsProd is true: "
        "ec2:A0, ec2:A1, ec2:A2, ec2:A3, ec2:A4 and 2 more"
    )


def test_only_the_first_statements_behind_a_change_are_named():
    cell = Cell(UNLIMITED, [source(sid=str(number)) for number in range(5)])
    change = Change(entry().key, "deploy", "gains", "copy", NOTHING, UNLIMITED)
    text = audit_text.change_lines([change], review(entry(cells={"copy": cell})), has_colour=False)
    assert text.splitlines()[-1] == "    and 2 more"
    assert len(text.splitlines()) == 6


def test_html_escapes_what_comes_from_the_code():
    page = audit_html.render(
        [entry("<img src=x onerror=alert(1)>", {"copy": Cell(UNLIMITED, [source(sid="</script>")])})]
    )
    assert "<img" not in page
    assert page.count("</script>") == 2


def test_html_puts_nothing_into_what_it_has_put_in():
    page = audit_html.render([entry("@DATA@")])
    assert '<span class="name">@DATA@</span>' in page


def test_html_names_who_is_not_in_the_code():
    page = audit_html.render([entry()._replace(file="", line=0)])
    assert 'title="not in what was read"' in page
