"""The text report: what people see."""

import pytest

from snapguard.findings import Category, Evidence, Result, Severity, Status
from snapguard.reports import text
from snapguard.scan import Report, Statistics
from snapguard.source import SourceFile, Span


def span_of(data, marked):
    """The stretch of a file in which a text stands."""
    raw = data.encode("utf-8")
    start = raw.index(marked.encode("utf-8"))
    return Span(SourceFile("main.tf", "main.tf", raw), start, start + len(marked.encode("utf-8")))


def result_at(span, **changes):
    values = {
        "code": "SNAP301",
        "name": "public-snapshot",
        "category": Category.SHARING,
        "severity": Severity.CRITICAL,
        "status": Status.FAIL,
        "addresses": ["aws_ami_launch_permission.all"],
        "span": span,
        "message": "the image is given to everyone",
        "evidence": [],
        "fingerprint": "0",
        "attack": ["T1578.001"],
        "help": "Share with the accounts that need it.",
    }
    return Result(**{**values, **changes})


def shown(span, **changes):
    return text.findings([result_at(span, **changes)])


CODE = 'resource "aws_ami_launch_permission" "all" {\n  group = "all"\n}\n'


def test_a_finding_shows_its_place_its_code_and_how_to_mend_it():
    other = Span(SourceFile("variables.tf", "variables.tf", b"a\nb\n"), 2, 3)
    evidence = [Evidence(span_of(CODE, "group"), "comes from var.group"), Evidence(other, "is set here")]

    assert shown(span_of(CODE, '"all"'), evidence=evidence) == (
        "main.tf:1:38: critical SNAP301 public-snapshot\n"
        "  the image is given to everyone\n"
        "  on aws_ami_launch_permission.all\n"
        "    |\n"
        '  1 | resource "aws_ami_launch_permission" "all" {\n'
        "    |                                      ^^^^^\n"
        "    = line 2: comes from var.group\n"
        "    = variables.tf:2: is set here\n"
        "    = help: Share with the accounts that need it.\n"
        "\n"
    )


def test_several_lines_are_bracketed_at_their_left():
    written = shown(span_of(CODE, CODE.strip()))

    assert written.splitlines()[3:8] == [
        "    |",
        '  1 | / resource "aws_ami_launch_permission" "all" {',
        '  2 | |   group = "all"',
        "  3 | | }",
        "    | |_^",
    ]


def test_of_many_lines_the_first_ones_and_the_last_are_shown():
    data = "\n".join(f"line {number}" for number in range(1, 13))

    assert shown(span_of(data, data)).splitlines()[3:11] == [
        "     |",
        "   1 | / line 1",
        "   2 | | line 2",
        "   3 | | line 3",
        "   4 | | line 4",
        "...  | |",
        "  12 | | line 12",
        "     | |_^",
    ]


def test_a_stretch_that_ends_at_a_line_s_beginning_ends_with_the_line_before():
    assert "  1 | one\n    | ^^^\n" in shown(span_of("one\ntwo\n", "one\n"))


def test_an_empty_stretch_is_marked_by_one_sign():
    file = SourceFile("main.tf", "main.tf", b"a =\nb\n")

    assert "  1 | a =\n    |    ^\n" in shown(Span(file, 3, 3))


def test_a_stretch_at_the_end_of_the_file_is_shown():
    file = SourceFile("main.tf", "main.tf", b"a =\n")

    assert "  2 |\n    | ^\n" in shown(Span(file, 4, 4))


def test_of_a_file_without_content_no_code_is_shown():
    assert "|" not in shown(Span(SourceFile("d", "d", b""), 0, 0))


def test_a_long_line_is_cut_around_the_place():
    line = next(line for line in shown(span_of("x" * 500 + "HERE" + "y" * 500, "HERE")).splitlines() if "HERE" in line)
    marks = next(line for line in shown(span_of("x" * 500 + "HERE" + "y" * 500, "HERE")).splitlines() if "^" in line)

    assert len(line) < 170
    assert line.startswith("  1 | ... xxx")
    assert line.endswith("yyy ...")
    assert marks.index("^") == line.index("HERE")


def test_a_long_line_of_many_is_cut_at_its_end():
    assert "x ...\n" in shown(span_of("x" * 500 + "\ny", "x" * 500 + "\ny"))


def test_tabs_and_wide_characters_do_not_shift_the_marks():
    lines = shown(span_of('\tname = "ü"\tx = "all"', '"all"')).splitlines()

    assert lines[4].index('"all"') == lines[5].index("^")


def test_what_a_terminal_would_obey_is_not_printed():
    written = shown(span_of("a = \x1b[31m\x07", "a"), message="bad \x1b]0;title", addresses=["a\x1b.b"])

    assert "\x1b" not in written
    assert "\x07" not in written


def test_an_uncertain_finding_and_a_suppressed_one_say_so():
    span = span_of(CODE, "group")

    assert "critical (unknown) SNAP301" in shown(span, status=Status.UNKNOWN)
    suppressed = shown(span, status=Status.SUPPRESSED, reason="DR account")
    assert "critical (suppressed) SNAP301" in suppressed
    assert "= suppressed: DR account" in suppressed


def test_of_many_addresses_and_places_the_rest_is_counted():
    span = span_of(CODE, "group")
    written = shown(
        span,
        addresses=[f"a.b[{number}]" for number in range(7)],
        evidence=[Evidence(span, f"step {number}") for number in range(15)],
    )

    assert "on a.b[0], a.b[1], a.b[2], a.b[3] and 3 more\n" in written
    assert "step 11" in written
    assert "step 12" not in written
    assert "= and 3 more places\n" in written


def test_a_finding_on_a_file_names_no_address():
    assert "\n  on " not in shown(span_of(CODE, "group"), addresses=[])


def test_long_texts_are_wrapped_below_their_beginning():
    lines = shown(span_of(CODE, "group"), help="word " * 40).splitlines()

    assert lines[6].startswith("    = help: word")
    assert lines[7].startswith("        word")


def test_how_to_mend_it_stands_at_the_first_finding_only():
    results = [result_at(span_of(CODE, "group")), result_at(span_of(CODE, "all"))]

    assert text.findings(results).count("help:") == 1


def test_colours_are_used_only_where_asked_for():
    results = [result_at(span_of(CODE, "group"))]

    assert "\x1b[1;31mcritical\x1b[0m" in text.findings(results, has_colour=True)
    assert "\x1b" not in text.findings(results)


def report_of(results, files=3):
    return Report(results, [], [], Statistics(files, 1, 12345, 1.234))


@pytest.mark.parametrize(
    ("severities", "line"),
    [
        ([], "no findings in 3 files\n"),
        ([Severity.HIGH], "1 finding in 3 files: 1 high\n"),
        ([Severity.LOW, Severity.CRITICAL, Severity.LOW], "3 findings in 3 files: 1 critical, 2 low\n"),
    ],
)
def test_the_summary_counts_by_severity(severities, line):
    results = [result_at(span_of(CODE, "group"), severity=severity) for severity in severities]

    assert text.summary(report_of(results), results) == line


def test_the_summary_says_that_there_was_nothing_to_check():
    assert text.summary(report_of([], 0), []).startswith("nothing to check: ")


def test_the_summary_says_what_is_not_shown():
    span = span_of(CODE, "group")
    results = [
        result_at(span, status=Status.UNKNOWN),
        result_at(span, status=Status.UNKNOWN),
        result_at(span, status=Status.SUPPRESSED),
    ]

    assert text.summary(report_of(results, 1), []) == (
        "no findings in 1 file; not shown: 2 that the code can't tell (--show-unknown), "
        "1 suppressed (--show-suppressed)\n"
    )
    assert text.summary(report_of(results, 1), results) == "no findings in 1 file\n"


def test_statistics_count_by_check():
    span = span_of(CODE, "group")
    results = [
        result_at(span),
        result_at(span, code="SNAP201", name="volume-not-encrypted"),
        result_at(span, code="SNAP201", name="volume-not-encrypted"),
    ]

    assert text.statistics(report_of(results), results) == (
        "     2  SNAP201 volume-not-encrypted\n"
        "     1  SNAP301 public-snapshot\n"
        "3 files, 1 root, 12,345 resources in 1.23 s\n"
    )
