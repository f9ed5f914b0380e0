"""The formats that feed a display: lines, JUnit, GitHub, GitLab, Markdown."""

import json
from xml.etree import ElementTree

import pytest

from snapguard.findings import Category, Evidence, Result, Severity, Status
from snapguard.judging import InternalError
from snapguard.reports import concise, github, gitlab, junit, markdown
from snapguard.scan import Report, Statistics
from snapguard.source import SourceFile, Span

CODE = b"first\n  second line\nthird\n"


def result(name="a/main.tf", start=8, end=14, **fields):
    file = SourceFile(name, name, CODE)
    values = {
        "code": "SNAP201",
        "name": "volume-not-encrypted",
        "category": Category.ENCRYPTION,
        "severity": Severity.HIGH,
        "status": Status.FAIL,
        "addresses": ["aws_ebs_volume.v"],
        "span": Span(file, start, end),
        "message": "the volume is not encrypted",
        "evidence": [Evidence(Span(file, 0, 5), "comes from var.x")],
        "fingerprint": "f" * 32,
        "attack": ["T1578.001"],
        "help": "Encrypt it.",
        **fields,
    }
    return Result(**values)


def report(*results, missing=(), errors=()):
    return Report(results, missing, errors, Statistics(1, 1, 0, 0.0))


FAILED = {"missing": ["no/where"], "errors": [InternalError("internal error in SNAP301", "Traceback")]}


def test_a_line_says_where_how_bad_what_and_on_what():
    assert concise.render(
        [result(), result(addresses=["a", "b", "c"], status=Status.UNKNOWN), result(addresses=())]
    ) == (
        "a/main.tf:2:3: high SNAP201 volume-not-encrypted: the volume is not encrypted [aws_ebs_volume.v]\n"
        "a/main.tf:2:3: high (unknown) SNAP201 volume-not-encrypted: the volume is not encrypted [a and 2 more]\n"
        "a/main.tf:2:3: high SNAP201 volume-not-encrypted: the volume is not encrypted\n"
    )


def test_a_finding_is_one_line_whatever_its_words():
    assert concise.render([result("a\nb.tf", message="x\n  y\x1b[31m")]).splitlines() == [
        "a?b.tf:2:3: high SNAP201 volume-not-encrypted: x y?[31m [aws_ebs_volume.v]"
    ]


def test_junit_has_a_suite_a_file_and_a_failure_a_finding():
    found = [result(), result(severity=Severity.LOW), result("b.tf")]
    top = ElementTree.fromstring(junit.render(report(*found), found))

    assert {**top.attrib} == {"name": "snapguard", "tests": "3", "failures": "3", "errors": "0", "skipped": "0"}
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in top] == [
        ("a/main.tf", "2", "2"),
        ("b.tf", "1", "1"),
    ]
    case = top[0][0]
    assert case.attrib == {
        "classname": "a/main.tf",
        "name": "SNAP201 volume-not-encrypted: aws_ebs_volume.v",
        "file": "a/main.tf",
        "line": "2",
    }
    assert case[0].tag == "failure"
    assert case[0].attrib == {"message": "the volume is not encrypted", "type": "high"}
    assert case[0].text == (
        "a/main.tf:2:3: the volume is not encrypted\na/main.tf:1: comes from var.x\nhelp: Encrypt it."
    )


def test_junit_skips_what_does_not_fail():
    found = [result(status=Status.SUPPRESSED, reason="scratch"), result(status=Status.BASELINE, addresses=())]
    top = ElementTree.fromstring(junit.render(report(*found), found))

    assert (top.get("tests"), top.get("failures"), top.get("skipped")) == ("2", "0", "2")
    assert [case[0].get("message") for case in top[0]] == [
        "the volume is not encrypted (suppressed: scratch)",
        "the volume is not encrypted (baseline)",
    ]
    assert top[0][1].get("name") == "SNAP201 volume-not-encrypted: line 2"


def test_junit_reports_a_clean_run_as_a_passed_case():
    top = ElementTree.fromstring(junit.render(report(), []))

    assert (top.get("tests"), top.get("failures")) == ("1", "0")
    assert [case.get("name") for case in top.iter("testcase")] == ["no findings"]


def test_junit_reports_what_could_not_be_done_as_errors():
    top = ElementTree.fromstring(junit.render(report(**FAILED), []))

    assert (top.get("tests"), top.get("errors")) == ("2", "2")
    assert [error.get("message") for error in top.iter("error")] == [
        "no/where: there is no such file or directory",
        "internal error in SNAP301",
    ]


def test_junit_holds_no_character_that_xml_refuses():
    found = [result("a\udcff.tf", message='<&"\x1b\ufffe\t')]
    top = ElementTree.fromstring(junit.render(report(*found), found))

    assert top[0].get("name") == "a?.tf"
    assert top[0][0][0].get("message") == '<&"??\t'


def test_github_gets_a_command_for_each_finding():
    assert github.render(report(), [result()]) == (
        "::error file=a/main.tf,line=2,endLine=2,col=3,endColumn=9,title=SNAP201 volume-not-encrypted (high)::"
        "the volume is not encrypted (aws_ebs_volume.v). Encrypt it.\n"
    )


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"severity": Severity.CRITICAL}, "error"),
        ({"severity": Severity.MEDIUM}, "warning"),
        ({"severity": Severity.LOW}, "notice"),
        ({"status": Status.UNKNOWN}, "notice"),
    ],
)
def test_github_levels_follow_severity_and_status(fields, level):
    assert github.render(report(), [result(**fields)]).startswith(f"::{level} file=")


def test_github_columns_are_left_out_of_stretches_over_lines():
    assert ",line=1,endLine=3,title=" in github.render(report(), [result(start=0, end=22)])


def test_github_commands_can_not_be_broken_out_of():
    (line,) = github.render(
        report(), [result("a,b:c%\n.tf", message="100%\r\n::error::x", addresses=(), help="h\x1b")]
    ).splitlines()

    assert line.startswith("::error file=a%2Cb%3Ac%25%0A.tf,line=2,")
    assert line.endswith("::100%25%0A::error::x. h?")


def test_github_is_told_what_could_not_be_done():
    assert github.render(report(**FAILED), []) == (
        "::error::no/where: there is no such file or directory\n::error::internal error in SNAP301\n"
    )


def test_gitlab_gets_its_code_quality_list():
    assert json.loads(gitlab.render([result(help="Encrypt it.\n\n    code")])) == [
        {
            "description": "the volume is not encrypted (aws_ebs_volume.v). Encrypt it.",
            "check_name": "SNAP201 volume-not-encrypted",
            "fingerprint": "f" * 32,
            "severity": "critical",
            "location": {"path": "a/main.tf", "lines": {"begin": 2, "end": 2}},
        }
    ]
    assert gitlab.render([]) == "[]\n"


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"severity": Severity.CRITICAL}, "blocker"),
        ({"severity": Severity.MEDIUM}, "major"),
        ({"severity": Severity.LOW}, "minor"),
        ({"status": Status.SUPPRESSED}, "info"),
    ],
)
def test_gitlab_severities_follow_severity_and_status(fields, severity):
    assert json.loads(gitlab.render([result(**fields)]))[0]["severity"] == severity


def test_gitlab_fingerprints_are_unique(scan_files):
    code = 'resource "aws_ebs_volume" "v" {\n}\n'
    results = scan_files({"a/main.tf": code, "b/main.tf": code}).results
    fingerprints = [entry["fingerprint"] for entry in json.loads(gitlab.render(results))]

    assert len(set(fingerprints)) == len(fingerprints) == 2


def test_markdown_has_a_summary_a_table_and_the_details():
    found = [result(), result("b.tf", status=Status.SUPPRESSED, reason="scratch_1", constructs=["App/V"])]

    assert markdown.render(report(*found), found) == (
        "### SnapGuard\n\n1 finding in 1 file: 1 high\n\n"
        "| Severity | Check | Place | Finding |\n| --- | --- | --- | --- |\n"
        "| high | SNAP201 volume-not-encrypted | `a/main.tf:2` | the volume is not encrypted |\n"
        "| high (suppressed) | SNAP201 volume-not-encrypted | `b.tf:2` | the volume is not encrypted |\n\n"
        "<details><summary>SNAP201 in a/main.tf:2</summary>\n\n- on `aws_ebs_volume.v`\n"
        "- `a/main.tf:1`: comes from var.x\n\nEncrypt it.\n\n</details>\n\n"
        "<details><summary>SNAP201 in b.tf:2</summary>\n\n- on `aws_ebs_volume.v` (`App/V`)\n"
        "- `b.tf:1`: comes from var.x\n- suppressed: scratch\\_1\n\nEncrypt it.\n\n</details>\n"
    )


def test_markdown_shows_words_of_the_code_as_they_are():
    found = [result("a|`b`<i>.tf", message="<img src=x> *a* | b", addresses=["`x``"])]
    text = markdown.render(report(*found), found)

    assert "| `` a\\|`b`<i>.tf:2 `` | \\<img src=x\\> \\*a\\* \\| b |" in text
    assert "<summary>SNAP201 in a|`b`&lt;i&gt;.tf:2</summary>" in text
    assert "- on ``` `x`` ```" in text


def test_markdown_help_keeps_its_code():
    found = [result(help="Use `a_b` not *.\n    Effect: Allow\nor a ` b_c")]

    assert "\nUse `a_b` not \\*.\n\n    Effect: Allow\n\nor a \\` b\\_c\n\n</details>" in markdown.render(
        report(*found), found
    )


def test_markdown_stays_short_enough_for_a_comment():
    found = [result(message=f"m{number}") for number in range(120)]
    text = markdown.render(report(*found), found)

    assert text.count("\n| high |") == 100
    assert "\n… and 20 more\n" in text
    assert text.count("<details>") == 30


def test_markdown_counts_what_it_does_not_name():
    file = SourceFile("a.tf", "a.tf", CODE)
    evidence = [Evidence(Span(file, 0, 1), str(number)) for number in range(14)]
    text = markdown.render(report(), [result(addresses=list("abcdef"), evidence=evidence)])

    assert "- on `d`\n- and 2 more\n" in text
    assert "- and 2 more places\n" in text


def test_markdown_says_what_could_not_be_done():
    text = markdown.render(report(**FAILED), [])

    assert "**Error:** no/where: there is no such file or directory\n" in text
    assert text.endswith("\n\n**Error:** internal error in SNAP301\n")
    assert "| --- |" not in text
