"""From paths to a report: what is shown, merged, counted, and what happens when something goes wrong."""

import os
import pickle

import pytest

from snapguard import registry
from snapguard.findings import Severity
from snapguard.scan import scan
from snapguard.settings import Settings

PLAIN = 'resource "aws_ebs_volume" "v" {\n  encrypted = false\n}\n'
BROKEN = 'resource "aws_ebs_volume" "v" {\n  encrypted =\n'


def summary(report):
    return [(result.code, result.span.file.display, result.span.line, result.status.value) for result in report.results]


def test_findings_come_sorted_by_file_line_column_and_check(scan_files):
    report = scan_files({"b/main.tf": PLAIN, "a/two.tf": PLAIN.replace('"v"', '"w"') + PLAIN, "a/one.tf": ""})

    assert summary(report) == [
        ("SNAP201", "a/two.tf", 2, "fail"),
        ("SNAP201", "a/two.tf", 5, "fail"),
        ("SNAP201", "b/main.tf", 2, "fail"),
    ]


def test_the_same_finding_on_several_addresses_is_one_result(scan_files):
    code = 'resource "aws_ebs_volume" "v" {\n  count     = 3\n  encrypted = false\n}\n'
    (result,) = scan_files({"main.tf": code}).results

    assert result.addresses == ("aws_ebs_volume.v[0]", "aws_ebs_volume.v[1]", "aws_ebs_volume.v[2]")
    assert result.address == "aws_ebs_volume.v[0]"


def test_a_module_called_from_several_roots_gives_one_result_with_all_addresses(scan_files):
    call = 'module "%s" {\n  source = "../disk"\n}\n'
    report = scan_files({"a/main.tf": call % "x", "b/main.tf": call % "y", "disk/main.tf": PLAIN})

    (result,) = report.results
    assert result.addresses == ("module.x.aws_ebs_volume.v", "module.y.aws_ebs_volume.v")
    assert report.statistics.roots == 2


def test_files_roots_and_resources_are_counted(scan_files):
    files = {"a/main.tf": PLAIN, "a/b.tf": "locals {}\n", "t.yaml": "Resources:\n  V:\n    Type: AWS::SNS::Topic\n"}
    scan_files(files)
    statistics = scan(["."], Settings(), counts_resources=True).statistics

    assert (statistics.files, statistics.roots, statistics.resources) == (3, 2, 2)
    assert statistics.seconds > 0


def test_progress_is_told_root_by_root(scan_files):
    scan_files({"a/main.tf": PLAIN, "b/main.tf": PLAIN, "c/main.tf": PLAIN})
    told = []
    scan(["."], Settings(), on_progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_checks_are_selected_and_ignored(scan_files):
    files = {"main.tf": PLAIN}

    assert summary(scan_files(files, select=["sharing"])) == []
    assert summary(scan_files(files, ignore=["encryption"])) == []
    assert len(summary(scan_files(files, select=["SNAP2"]))) == 1


def test_unreadable_input_is_told_whatever_is_selected_but_can_be_ignored(scan_files):
    files = {"main.tf": BROKEN}

    assert {code for code, *_ in summary(scan_files(files, select=["sharing"], severity=Severity.CRITICAL))} == {
        "SNAP001"
    }
    assert summary(scan_files(files, select=["sharing"], ignore=["SNAP001"])) == []


def test_findings_below_a_severity_are_left_out(scan_files):
    assert summary(scan_files({"main.tf": PLAIN}, severity=Severity.CRITICAL)) == []


def test_a_project_can_change_the_severity_of_a_check(scan_files):
    (result,) = scan_files({"main.tf": PLAIN}, severities={"SNAP201": Severity.LOW}).results

    assert result.severity is Severity.LOW


def test_checks_can_be_ignored_by_path(scan_files):
    files = {"sandbox/main.tf": PLAIN, "live/main.tf": PLAIN}
    report = scan_files(files, per_path_ignores={"sandbox/**": ["SNAP201"], "live": ["SNAP3"]})

    assert summary(report) == [("SNAP201", "live/main.tf", 2, "fail")]


def test_an_excluded_module_that_is_called_shows_no_findings(scan_files):
    files = {"main.tf": 'module "m" {\n  source = "./vendor/m"\n}\n' + PLAIN, "vendor/m/main.tf": PLAIN}

    assert summary(scan_files(files, exclude=["vendor"])) == [("SNAP201", "main.tf", 5, "fail")]


def test_only_findings_on_given_files_are_shown(scan_files):
    files = {"main.tf": PLAIN, "other.tf": PLAIN.replace('"v"', '"w"')}

    assert summary(scan_files(files, ["other.tf"])) == [("SNAP201", "other.tf", 2, "fail")]


def test_a_finding_whose_evidence_lies_in_a_given_file_is_shown(scan_files):
    files = {
        "main.tf": 'resource "aws_ebs_volume" "v" {\n  encrypted = var.encrypted\n}\n',
        "variables.tf": 'variable "encrypted" {\n  default = false\n}\n',
        "other.tf": "locals {}\n",
    }

    assert summary(scan_files(files, ["variables.tf"])) == [("SNAP201", "main.tf", 2, "fail")]
    assert summary(scan_files(files, ["other.tf"])) == []


CONDITIONS = """\
Parameters: {Env: {Type: String}, Size: {Type: String}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsBig: !Equals [!Ref Size, big]
Resources:
  V:
    Type: AWS::EC2::Volume
    Properties:
      Size: !If [IsBig, 100, 1]
      Encrypted: !If [IsProd, true, false]
  W:
    Type: AWS::EC2::Volume
    Properties: {Encrypted: false}
"""


def test_a_finding_in_some_outcomes_of_a_template_says_in_which(scan_files):
    always, sometimes = sorted(
        scan_files({"t.yaml": CONDITIONS}).results, key=lambda result: result.address, reverse=True
    )

    assert sometimes.message.endswith("when IsProd is false")
    assert " when " not in always.message


def test_documents_of_one_file_have_outcomes_of_their_own(scan_files):
    plain = "Resources:\n  P:\n    Type: AWS::EC2::Volume\n    Properties: {Encrypted: false}\n"
    report = scan_files({"t.yaml": f"{plain}---\n{CONDITIONS}---\n{plain.replace('P:', 'Q:')}"})

    assert {result.address: result.message.partition(" when ")[2] for result in report.results} == {
        "P": "",
        "V": "IsProd is false",
        "W": "",
        "Q": "",
    }


def test_unreadable_input_is_told_once_whatever_the_outcomes(scan_files):
    report = scan_files({"t.yaml": CONDITIONS + "Outputs: {a: [b\n"})

    assert [result.message.count(" when ") for result in report.results if result.code == "SNAP001"] == [0]


def test_fingerprints_outlive_moved_lines_and_renamed_files(scan_files, project):
    (before,) = scan_files({"main.tf": PLAIN}).results
    os.remove(project / "main.tf")
    (after,) = scan_files({"volumes.tf": "# moved\n\n" + PLAIN.replace("encrypted = ", "encrypted  =  ")}).results

    assert before.fingerprint == after.fingerprint


def test_fingerprints_differ_by_address_and_for_equals(scan_files):
    report = scan_files({"a/main.tf": PLAIN, "b/main.tf": PLAIN, "c/main.tf": PLAIN.replace('"v"', '"w"')})

    assert len({result.fingerprint for result in report.results}) == 3


@pytest.mark.parametrize(("fail_on", "status"), [(Severity.LOW, 1), (Severity.HIGH, 1), (Severity.CRITICAL, 0)])
def test_the_exit_status_follows_the_threshold(scan_files, fail_on, status):
    assert scan_files({"main.tf": PLAIN}).exit_status(fail_on) == status


def test_unreadable_input_fails_at_any_threshold(scan_files):
    assert scan_files({"main.tf": BROKEN}, select=["sharing"]).exit_status(Severity.CRITICAL) == 1


def test_suppressed_findings_do_not_fail(scan_files):
    code = PLAIN.replace("false", "false # snapguard: ignore[SNAP201]")

    assert scan_files({"main.tf": code}).exit_status(Severity.LOW) == 0


def test_a_missing_path_makes_the_run_incomplete_and_the_rest_is_judged(scan_files):
    report = scan_files({"main.tf": PLAIN}, ["nowhere", "."])

    assert report.missing == ["nowhere"]
    assert report.exit_status(Severity.CRITICAL) == 2
    assert len(report.results) == 1


@pytest.fixture
def broken_check(monkeypatch):
    """SNAP301 raises on what it is given."""
    real = registry.load

    def fail(_estate):
        raise ValueError("something\nunforeseen")
        yield

    def load(code):
        return real(code)._replace(function=fail) if code in ("SNAP301", "SNAP302") else real(code)

    monkeypatch.setattr(registry, "load", load)


@pytest.mark.usefixtures("broken_check")
def test_a_bug_in_a_check_is_told_once_a_root_and_the_rest_goes_on(scan_files):
    report = scan_files({"a/main.tf": PLAIN, "b/main.tf": PLAIN})

    assert [error.message.partition("; ")[0] for error in report.errors] == [
        "internal error in SNAP301 on a: ValueError: something unforeseen",
        "internal error in SNAP301 on b: ValueError: something unforeseen",
    ]
    assert "Traceback" in report.errors[0].traceback
    assert "--debug" in report.errors[0].message
    assert len(report.results) == 2
    assert report.exit_status(Severity.CRITICAL) == 2


def test_a_bug_in_a_reader_is_told_and_the_other_roots_are_judged(scan_files, monkeypatch):
    from snapguard.terraform import modules

    real = modules.read_root

    def read_root(directory, settings):
        if directory == "a":
            raise RecursionError("too deep")
        return real(directory, settings)

    monkeypatch.setattr(modules, "read_root", read_root)
    report = scan_files({"a/main.tf": PLAIN, "b/main.tf": PLAIN})

    assert [error.message.partition(";")[0] for error in report.errors] == [
        "internal error in the reader on a: RecursionError: too deep"
    ]
    assert summary(report) == [("SNAP201", "b/main.tf", 2, "fail")]


def test_a_bug_in_counting_is_told_and_the_findings_stay(scan_files, monkeypatch):
    from snapguard.terraform.modules import TerraformRoot

    scan_files({"main.tf": PLAIN})

    def resources(_self):
        raise ValueError("no")

    monkeypatch.setattr(TerraformRoot, "resources", resources)
    report = scan(["."], Settings(select=["SNAP201"]), counts_resources=True)

    assert len(report.errors) == 1
    assert len(report.results) == 1


def test_several_processes_give_the_same_report(scan_files):
    files = {f"{number}/main.tf": PLAIN + f"# {number}\n" for number in range(6)}
    files["broken/main.tf"] = BROKEN
    files["m/main.tf"] = PLAIN
    files["caller/main.tf"] = 'module "m" {\n  source = "../m"\n}\n'
    one = scan_files(files, jobs=1)
    two = scan_files(files, jobs=2)

    def seen(report):
        return [
            (result.code, result.addresses, repr(result.span), result.message, result.fingerprint)
            for result in report.results
        ]

    assert seen(one) == seen(two)
    assert one.statistics[:3] == two.statistics[:3]


def test_many_roots_are_spread_over_processes_by_themselves(scan_files, monkeypatch):
    monkeypatch.setattr("snapguard.scan.SMALL_SCAN", 1)

    assert len(scan_files({"a/main.tf": PLAIN, "b/main.tf": PLAIN}).results) == 2


def _die(_assignment):
    os._exit(1)


def test_a_process_that_dies_is_told(scan_files, monkeypatch):
    monkeypatch.setattr("snapguard.scan.judge_all", _die)
    report = scan_files({"a/main.tf": PLAIN, "b/main.tf": PLAIN}, jobs=2)

    (error,) = report.errors
    assert "try --jobs 1" in error.message
    assert report.exit_status(Severity.LOW) == 2


def test_results_can_be_sent_to_another_process(scan_files):
    report = pickle.loads(pickle.dumps(scan_files({"main.tf": PLAIN})))

    assert summary(report) == [("SNAP201", "main.tf", 2, "fail")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("main.tf", b"\x00\x01\x02\xff\xfe" * 100),
        ("main.tf", b'resource "a" "b" {\n  x = "\x00"\n}\n'),
        ("main.tf", 'resource "a" "b" {}\n'.encode("utf-16")),
        ("main.tf", b'resource "a" "b" { x = "' + b"y" * 200_000),
        ("main.tf.json", b"\xff\xfe{"),
        ("main.tf.json", b"[" * 5000),
        ("t.yaml", b"Resources:\n  V:\n    Type: AWS::EC2::Volume\n    \x00: 1\n"),
        ("t.yaml", b"Resources:\n  V:\n    Type: AWS::EC2::Volume\n  \t- [\n"),
        ("t.json", b'{"Resources": {"V": {"Type": "AWS::EC2::Volume", "Properties": ' + b"[" * 5000),
    ],
)
def test_noise_is_an_input_error_at_its_place_and_never_a_crash(scan_files, name, data):
    report = scan_files({name: data})

    assert not report.errors
    assert {(result.code, result.span.file.display) for result in report.results} >= {("SNAP001", name)}
    assert report.exit_status(Severity.CRITICAL) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("main.tf", b""),
        ("main.tf", b"\xef\xbb\xbf"),
        ("main.tf", b"\n\n# nothing\n"),
        ("t.yaml", b""),
        ("t.json", b"\x00\x01"),
        ("main.tf", b'locals {\n  a = "' + b"y" * 1_000_000 + b'"\n}\n'),
    ],
)
def test_empty_and_long_files_are_fine(scan_files, name, data):
    report = scan_files({name: data})

    assert not report.errors
    assert list(report.results) == []


def test_a_terraform_file_that_can_not_be_read_is_an_input_error(scan_files, project):
    (project / "gone.tf").symlink_to("nowhere.tf")
    os.mkfifo(project / "pipe.tf")
    report = scan_files({"main.tf": PLAIN})

    assert not report.errors
    assert {result.span.file.display for result in report.results if result.code == "SNAP001"} == {
        "gone.tf",
        "pipe.tf",
    }
    assert ("SNAP201", "main.tf", 2, "fail") in summary(report)


def test_a_link_out_of_the_repository_is_not_followed_and_told(scan_files, project, tmp_path):
    (tmp_path / "secret").write_text("password = hunter2\n")
    (project / "main.tf").symlink_to(tmp_path / "secret")
    (result,) = scan_files({}).results

    assert result.code == "SNAP001"
    assert "link" in result.message
    assert result.span.text == ""


def test_a_directory_that_can_not_be_listed_is_an_input_error(scan_files, monkeypatch):
    real = os.scandir

    def refuse(path):
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = scan_files({"secret/main.tf": PLAIN, "main.tf": PLAIN})

    assert summary(report) == [("SNAP201", "main.tf", 2, "fail"), ("SNAP001", "secret", 1, "fail")]


def test_nothing_is_found_where_there_is_nothing(scan_files):
    report = scan_files({})

    assert (list(report.results), report.exit_status(Severity.LOW)) == ([], 0)
