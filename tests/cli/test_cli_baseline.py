"""`snapguard check --write-baseline` and `--baseline`: findings that a project starts out with."""

import json

import pytest
from click.testing import CliRunner

from snapguard.cli import program

PLAIN = 'resource "aws_ebs_volume" "v" {\n  encrypted = false\n}\n'
ANOTHER = 'resource "aws_ebs_volume" "w" {\n  encrypted = false\n}\n'
BROKEN = 'resource "aws_ebs_volume" "b" {\n  encrypted =\n}\n'
UNKNOWN = 'variable "x" {}\nresource "aws_ebs_volume" "u" {\n  encrypted = var.x\n}\n'


@pytest.fixture
def run(write):
    def check(*arguments, files=None):
        write(files or {})
        return CliRunner().invoke(program, ["check", *arguments])

    return check


def statuses(result):
    found = json.loads(result.stdout)["findings"]
    return {(finding["file"], finding["address"]): finding["status"] for finding in found}


def test_what_is_written_into_a_baseline_passes_from_then_on(run, project):
    written = run("--write-baseline", "known.json", files={"main.tf": PLAIN})
    after = run("--baseline", "known.json")

    assert (written.exit_code, written.stderr) == (0, "known.json: 1 finding\n")
    (entry,) = json.loads((project / "known.json").read_text())["findings"]
    assert (entry["check"], entry["address"], entry["file"]) == ("SNAP201", "aws_ebs_volume.v", "main.tf")
    assert after.exit_code == 0
    assert after.stdout == "no findings in 1 file; not shown: 1 in the baseline (--show-baseline)\n"


def test_what_is_new_fails_beside_what_is_known(run):
    run("--write-baseline", "known.json", files={"main.tf": PLAIN})
    result = run("--baseline", "known.json", "--format", "json", files={"new.tf": ANOTHER})

    assert result.exit_code == 1
    assert statuses(result) == {("main.tf", "aws_ebs_volume.v"): "baseline", ("new.tf", "aws_ebs_volume.w"): "fail"}


def test_moved_lines_and_renamed_files_stay_known(run, project):
    run("--write-baseline", "known.json", files={"main.tf": PLAIN})
    (project / "main.tf").unlink()
    result = run("--baseline", "known.json", files={"volumes.tf": "locals {}\n\n# moved\n" + PLAIN})

    assert result.exit_code == 0


@pytest.mark.parametrize("path", [".", "a/main.tf"])
def test_a_copy_of_what_is_known_is_new_wherever_it_comes_in_order(run, path):
    run("--write-baseline", "known.json", files={"b/main.tf": PLAIN})
    result = run(path, "--baseline", "known.json", "--format", "json", files={"a/main.tf": PLAIN})

    assert result.exit_code == 1
    assert statuses(result)["a/main.tf", "aws_ebs_volume.v"] == "fail"
    assert statuses(result).get(("b/main.tf", "aws_ebs_volume.v"), "baseline") == "baseline"


def test_known_findings_are_shown_in_text_where_asked_for(run):
    run("--write-baseline", "known.json", files={"main.tf": PLAIN})
    result = run("--baseline", "known.json", "--show-baseline")

    assert result.exit_code == 0
    assert result.stdout.startswith("main.tf:2:15: high (baseline) SNAP201 volume-not-encrypted\n")


@pytest.mark.parametrize("format", ["concise", "junit", "github", "gitlab", "markdown"])
def test_formats_that_feed_a_display_leave_out_what_is_known(run, format):
    run("--write-baseline", "known.json", files={"main.tf": PLAIN})

    assert "SNAP201" not in run("--baseline", "known.json", "--format", format).stdout
    assert "SNAP201" in run("--baseline", "known.json", "--format", format, "--show-baseline").stdout


def test_sarif_marks_what_is_known_as_suppressed_from_outside(run):
    run("--write-baseline", "known.json", files={"main.tf": PLAIN})
    (result,) = json.loads(run("--baseline", "known.json", "--format", "sarif").stdout)["runs"][0]["results"]

    assert result["suppressions"] == [{"kind": "external", "justification": "in the baseline"}]


def test_unreadable_input_and_what_nobody_can_tell_are_in_no_baseline(run, project):
    result = run("--write-baseline", "known.json", files={"a.tf": BROKEN, "u.tf": UNKNOWN})

    assert result.exit_code == 1
    assert "SNAP001" in result.stdout
    assert "SNAP001" not in (project / "known.json").read_text()
    assert "aws_ebs_volume.u" not in (project / "known.json").read_text()


def test_a_baseline_is_renewed_in_place_and_loses_what_is_mended(run, project):
    run("--write-baseline", "known.json", files={"a.tf": PLAIN, "b.tf": ANOTHER})
    (project / "a.tf").unlink()
    run("--baseline", "known.json", "--write-baseline", "known.json")

    entries = json.loads((project / "known.json").read_text())["findings"]
    assert [entry["address"] for entry in entries] == ["aws_ebs_volume.w"]


def test_a_baseline_of_nothing_is_read_back(run):
    run("--write-baseline", "known.json", files={"main.tf": "locals {}\n"})

    assert run("--baseline", "known.json").exit_code == 0


def test_an_incomplete_run_writes_no_baseline(run, project):
    result = run(".", "nowhere", "--write-baseline", "known.json", files={"main.tf": PLAIN})

    assert result.exit_code == 2
    assert "known.json is not written, since not all could be judged" in result.stderr
    assert not (project / "known.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "--baseline: there is no known.json: write one with `snapguard check --write-baseline`"),
        ("{", "known.json is no baseline, since it is not JSON: "),
        ("[]", "known.json is no baseline: it has no list `findings`"),
        ('{"version": 2, "findings": []}', "known.json is of version 2, and only 1 can be read"),
    ],
)
def test_a_file_that_is_no_baseline_is_told(run, content, said):
    result = run("--baseline", "known.json", files={} if content is None else {"known.json": content})

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_baseline_that_can_not_be_read_is_told(run, project):
    (project / "known.json").symlink_to("/etc/hostname")
    result = run("--baseline", "known.json")

    assert result.exit_code == 2
    assert "known.json can't be read: a link that leads out of the tree is not followed" in result.stderr


def test_a_baseline_that_can_not_be_written_is_told(run):
    result = run("--write-baseline", "no/such/place.json", files={"main.tf": PLAIN})

    assert result.exit_code == 2
    assert "--write-baseline no/such/place.json: can't be written: No such file or directory" in result.stderr


@pytest.mark.parametrize("option", [("--diff", "HEAD"), ("--stdin-filename", "main.tf")])
def test_a_baseline_of_a_part_is_refused(run, option):
    result = run("--write-baseline", "known.json", *option)

    assert result.exit_code == 2
    assert "it would lack what they leave out" in result.stderr


def test_strict_suppressions_need_a_reason(run):
    code = 'resource "aws_ebs_volume" "s" { # snapguard: ignore[SNAP201]\n}\n'

    assert run(files={"main.tf": code}).exit_code == 0
    strict = run("--strict-suppressions", "--format", "json")
    assert strict.exit_code == 1
    assert [finding["check"] for finding in json.loads(strict.stdout)["findings"]] == ["SNAP201", "SNAP003"]
    reasoned = code.replace("ignore[SNAP201]", 'ignore[SNAP201] reason="scratch"')
    assert run("--strict-suppressions", files={"main.tf": reasoned}).exit_code == 0
