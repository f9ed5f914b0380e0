"""Baselines as text and back."""

import json

from hypothesis import given
from hypothesis import strategies as st

from snapguard.baseline import Entry, baseline_text, belongs, entries_of, read_baseline, set_aside
from snapguard.findings import Category, Result, Severity, Status
from snapguard.source import SourceFile, Span

FILE = SourceFile("main.tf", "main.tf", b"a\n")


def result(fingerprint="f", code="SNAP201", status=Status.FAIL, message="m"):
    return Result(
        code=code,
        name="n",
        category=Category.ENCRYPTION,
        severity=Severity.HIGH,
        status=status,
        addresses=["aws_ebs_volume.v"],
        span=Span(FILE, 0, 1),
        message=message,
        evidence=(),
        fingerprint=fingerprint,
        attack=(),
        help="h",
    )


def test_a_baseline_has_a_line_for_each_finding():
    lines = baseline_text([result("1"), result("2")]).splitlines()

    assert [json.loads(line.strip().rstrip(","))["fingerprint"] for line in lines[3:5]] == ["1", "2"]
    assert len(lines) == 7


@given(st.lists(st.text("0123456789abcdef", min_size=1), unique=True), st.text())
def test_what_is_written_is_read_back(tmp_path_factory, fingerprints, message):
    path = tmp_path_factory.mktemp("baseline") / "known.json"
    results = [result(fingerprint, message=message) for fingerprint in fingerprints]
    path.write_bytes(baseline_text(results).encode("utf-8"))

    assert read_baseline(str(path)) == entries_of(results)
    set_aside(results, read_baseline(str(path)))
    assert {each.status for each in results} <= {Status.BASELINE}


def test_entries_of_another_shape_are_passed_over(project):
    entries = [1, {}, {"fingerprint": 2, "file": "a"}, {"fingerprint": "3"}, {"fingerprint": "4", "file": "b"}]
    (project / "known.json").write_text(json.dumps({"version": 1, "findings": entries}))

    assert read_baseline("known.json") == [Entry("4", "b")]


def test_only_failures_that_were_read_are_set_aside():
    results = [result(), result("g"), result(status=Status.UNKNOWN), result(code="SNAP001")]
    set_aside(results, [Entry("f", "main.tf")] * 4)

    assert [each.status for each in results] == [Status.BASELINE, Status.FAIL, Status.UNKNOWN, Status.FAIL]
    assert not belongs(results[0])


def test_an_entry_is_good_for_one_finding():
    results = [result(), result(), result()]
    set_aside(results, [Entry("f", "main.tf")] * 2)

    assert [each.status for each in results] == [Status.BASELINE, Status.BASELINE, Status.FAIL]


def test_an_entry_whose_file_is_gone_is_good_for_another_file(project):
    (project / "there.tf").touch()
    results = [result(), result()]
    set_aside(results, [Entry("f", "gone.tf"), Entry("f", "there.tf")])

    assert [each.status for each in results] == [Status.BASELINE, Status.FAIL]
