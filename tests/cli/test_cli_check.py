"""`snapguard check` as a user runs it."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from snapguard import registry
from snapguard.cli import program

PLAIN = 'resource "aws_ebs_volume" "v" {\n  encrypted = false\n}\n'
UNKNOWN = 'variable "x" {}\nresource "aws_ebs_volume" "u" {\n  encrypted = var.x\n}\n'
SUPPRESSED = 'resource "aws_ebs_volume" "s" { # snapguard: ignore[SNAP201] reason="scratch"\n}\n'
BROKEN = 'resource "aws_ebs_volume" "b" {\n  encrypted =\n}\n'


@pytest.fixture
def run(write):
    def check(*arguments, files=None, env=None):
        write(files or {})
        return CliRunner(env=env).invoke(program, ["check", *arguments])

    return check


def checks(result):
    return [finding["check"] for finding in json.loads(result.stdout)["findings"]]


def test_findings_are_printed_and_the_status_is_1(run):
    result = run(files={"main.tf": PLAIN})

    assert result.exit_code == 1
    assert result.stdout.startswith("main.tf:2:15: high SNAP201 volume-not-encrypted\n")
    assert result.stdout.endswith("\n\n1 finding in 1 file: 1 high\n")
    assert result.stderr == ""


def test_nothing_found_is_said_and_the_status_is_0(run):
    result = run(files={"main.tf": "locals {}\n"})

    assert (result.exit_code, result.stdout) == (0, "no findings in 1 file\n")


def test_unreadable_input_is_a_finding_and_the_rest_is_judged(run):
    result = run("--format", "json", files={"a/main.tf": BROKEN, "b/main.tf": PLAIN})

    assert result.exit_code == 1
    assert {"SNAP001", "SNAP201"} <= set(checks(result))


def test_a_missing_path_is_told_on_stderr_in_json_and_by_status_2(run):
    result = run("nowhere", ".", "--format", "json", files={"main.tf": PLAIN})

    assert result.exit_code == 2
    assert result.stderr == "snapguard: nowhere: there is no such file or directory\n"
    assert json.loads(result.stdout)["errors"] == [
        {"kind": "path", "message": "nowhere: there is no such file or directory"}
    ]
    assert checks(result) == ["SNAP201"]


def test_json_counts_resources_and_gives_the_time_with_statistics(run):
    plain = json.loads(run("--format", "json", files={"main.tf": PLAIN}).stdout)["statistics"]
    timed = json.loads(run("--format", "json", "--statistics").stdout)["statistics"]

    assert plain == {"files": 1, "roots": 1, "resources": 1, "seconds": None}
    assert timed["seconds"] >= 0


def test_statistics_follow_the_text(run):
    result = run("--statistics", files={"main.tf": PLAIN})

    assert "     1  SNAP201 volume-not-encrypted\n1 file, 1 root, 1 resource in " in result.stdout


def test_quiet_prints_the_findings_alone(run):
    assert run("--quiet", files={"main.tf": "locals {}\n"}).stdout == ""
    assert "1 finding" not in run("-q", files={"main.tf": PLAIN}).stdout


def test_unknown_and_suppressed_findings_are_shown_where_asked_for(run):
    files = {"u.tf": UNKNOWN, "s.tf": SUPPRESSED}
    hidden = run(files=files)

    assert hidden.exit_code == 0
    assert hidden.stdout == (
        "no findings in 2 files; not shown: 1 that the code can't tell (--show-unknown), "
        "1 suppressed (--show-suppressed)\n"
    )
    statuses = {
        finding["file"]: finding["status"]
        for finding in json.loads(run("--format", "json", "--show-unknown", "--show-suppressed").stdout)["findings"]
    }
    assert statuses == {"u.tf": "unknown", "s.tf": "suppressed"}
    assert checks(run("--format", "json")) == []


def test_checks_are_selected_and_ignored(run):
    run(files={"main.tf": PLAIN})

    assert checks(run("--format", "json", "--select", "sharing,SNAP4")) == []
    assert checks(run("--format", "json", "--select", "sharing", "--select", "volume-not-encrypted")) == ["SNAP201"]
    assert checks(run("--format", "json", "--ignore", "encryption")) == []


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_check_that_does_not_exist_is_wrong_use(run, option):
    result = run(option, "volume-not-encripted")

    assert result.exit_code == 2
    assert f"{option}: no check is called `volume-not-encripted`" in result.stderr
    assert "did you mean `volume-not-encrypted`?" in result.stderr


def test_thresholds_for_showing_and_for_failing(run):
    run(files={"main.tf": PLAIN})

    assert run("--fail-on", "critical").exit_code == 0
    assert "SNAP201" in run("--fail-on", "critical").stdout
    assert run("--severity", "critical").stdout == "no findings in 1 file\n"
    assert run("--severity", "HIGH").exit_code == 1
    assert run("--fail-on", "terrible").exit_code == 2


def test_exit_zero_forgives_findings_but_no_incomplete_run(run):
    assert run("--exit-zero", files={"main.tf": PLAIN}).exit_code == 0
    assert run("--exit-zero", "nowhere").exit_code == 2


def test_reports_go_to_files_in_pairs(run, project):
    result = run(
        "--format", "text", "--format", "json", "--output", "a.json", "--format=sarif", "--output=b.sarif",
        files={"main.tf": PLAIN},
    )  # fmt: skip

    assert result.stdout.startswith("main.tf:2:15")
    assert json.loads((project / "a.json").read_bytes())["version"] == 1
    assert json.loads((project / "b.sarif").read_bytes())["version"] == "2.1.0"


def test_an_output_belongs_to_the_format_before_it(run, project):
    result = run("--format", "json", "--output", "a.json", "--format", "text", files={"main.tf": PLAIN})

    assert "SNAP201" in result.stdout
    assert json.loads((project / "a.json").read_bytes())["version"] == 1


def test_an_output_alone_takes_the_text_or_the_format_after_it(run, project):
    assert run("--output", "a.txt", files={"main.tf": PLAIN}).stdout == ""
    assert (project / "a.txt").read_text().startswith("main.tf:2:15")
    run("--output", "a.json", "--format", "json")
    assert json.loads((project / "a.json").read_bytes())["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "text", "--format", "json"], "only one report can go to the standard output"),
        (["--output", "a", "--output", "b"], "give each --output its own --format"),
        (["--format", "json", "--output", "a", "--output", "b"], "give each --output its own --format"),
        (["--output", "no/such/directory/a"], "can't be written: No such file or directory"),
        (["--var", "x"], "--var: 'x' is not of the form NAME=VALUE"),
        (["--parameter", "=x"], "--parameter: '=x' is not of the form NAME=VALUE"),
        (["--var-file", "none.tfvars"], "'none.tfvars' does not exist"),
        (["--config", "none.toml"], "'none.toml' does not exist"),
        (["--jobs", "-1"], "--jobs"),
        (["--format", "xml"], "'xml' is not one of"),
    ],
)
def test_wrong_use_is_told_with_status_2(run, arguments, said):
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_variables_and_parameters_are_taken_from_the_command_line(run):
    template = (
        "Parameters: {On: {Type: String}}\nResources:\n  V:\n    Type: AWS::EC2::Volume\n"
        "    Properties: {Encrypted: !Ref On}\n"
    )
    files = {"main.tf": UNKNOWN, "t.yaml": template, "x.tfvars": "x = false\n"}

    assert checks(run("--format", "json", files=files)) == []
    assert checks(run("--format", "json", "--var", "x=false", "--parameter", "On=false")) == ["SNAP201", "SNAP201"]
    assert checks(run("--format", "json", "--var-file", "x.tfvars")) == ["SNAP201"]


def test_the_configuration_is_found_given_or_left_out(run):
    files = {
        "main.tf": PLAIN,
        "snapguard.toml": 'ignore = ["SNAP201"]\n',
        "other.toml": 'fail-on = "critical"\njobs = 1\n',
    }

    assert checks(run("--format", "json", files=files)) == []
    assert checks(run("--format", "json", "--no-config")) == ["SNAP201"]
    other = run("--format", "json", "--config", "other.toml")
    assert (checks(other), other.exit_code) == (["SNAP201"], 0)
    assert run("--config", "other.toml", "--fail-on", "low").exit_code == 1


def test_a_project_file_that_can_not_be_read_is_told(run, monkeypatch):
    from snapguard import settings

    def refuse(path):
        raise settings.SettingsError(f"{path}: can't be read")

    run(files={"pyproject.toml": "[tool.snapguard]\n"})
    monkeypatch.setattr(settings, "_read", refuse)
    result = run()

    assert result.exit_code == 2
    assert "pyproject.toml: can't be read" in result.stderr


def test_what_is_ignored_adds_to_the_configuration(run):
    files = {"main.tf": PLAIN, "snapguard.toml": 'ignore = ["SNAP201"]\n'}

    assert checks(run("--format", "json", "--ignore", "SNAP301", files=files)) == []


def test_a_wrong_configuration_is_told_with_its_place(run):
    result = run(files={"main.tf": PLAIN, "snapguard.toml": '\nselct = ["ALL"]\n'})

    assert result.exit_code == 2
    assert "snapguard.toml:2: unknown key `selct`; did you mean `select`?" in result.stderr


def test_colour_follows_the_environment(run):
    assert "\x1b[" not in run(files={"main.tf": PLAIN}).stdout
    assert "\x1b[" in run(env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[" not in run(env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


def test_a_file_gets_no_colours(run, project):
    run("--output", "a.txt", files={"main.tf": PLAIN}, env={"FORCE_COLOR": "1"})

    assert "\x1b[" not in (project / "a.txt").read_text()


@pytest.fixture
def broken_check(monkeypatch):
    real = registry.load

    def fail(_estate):
        raise ValueError("unforeseen")

    def load(code):
        return real(code)._replace(function=fail) if code == "SNAP301" else real(code)

    monkeypatch.setattr(registry, "load", load)


@pytest.mark.usefixtures("broken_check")
def test_a_bug_is_one_line_and_a_traceback_only_with_debug(run):
    result = run("--format", "json", files={"main.tf": PLAIN})

    assert result.exit_code == 2
    assert result.stderr.startswith("snapguard: internal error in SNAP301 on .: ValueError: unforeseen; ")
    assert result.stderr.count("\n") == 1
    assert checks(result) == ["SNAP201"]
    assert "Traceback" in run("--debug").stderr


def test_several_processes_print_the_same(run):
    files = {f"{number}/main.tf": PLAIN for number in range(4)}

    assert run("--jobs", "2", "--format", "json", files=files).stdout == run("--jobs", "1", "--format", "json").stdout


@pytest.mark.usefixtures("project")
def test_the_module_runs_as_a_program(write):
    write({"main.tf": PLAIN})
    done = subprocess.run(
        [sys.executable, "-m", "snapguard", "check", "."], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert "SNAP201" in done.stdout


@pytest.mark.usefixtures("project")
def test_a_reader_that_goes_away_ends_the_run_quietly(write):
    write({f"{number}/main.tf": PLAIN * 400 for number in range(3)})
    command = f"{sys.executable} -m snapguard check --format json . | head -c 10"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)

    assert (done.stdout[:1], done.stderr) == ("{", "")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_a_file_name_that_is_no_text_is_shown_somehow(run, format):
    os.mkdir(b"d\xff")
    with open(b"d\xff/main.tf", "w") as stream:
        stream.write(PLAIN)
    result = run("--format", format)

    assert result.exit_code == 1
    assert "SNAP201" in result.stdout


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(("arguments", "expected"), [((), "\r1 of 20 roots\r"), (("--quiet",), "")])
def test_progress_is_shown_on_a_terminal_and_nowhere_else(write, arguments, expected):
    write({f"{number}/main.tf": PLAIN for number in range(20)})
    parent, child = os.openpty()
    command = [sys.executable, "-m", "snapguard", "check", *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=child, check=False, timeout=60)
    os.set_blocking(parent, False)
    try:
        written = os.read(parent, 10_000).decode()
    except BlockingIOError:
        written = ""
    os.close(child)
    os.close(parent)

    assert written[: len(expected)] == expected
    assert written[-4:] == ("\r\x1b[K" if expected else "")


def test_help_names_every_option(run):
    for option in ("-h", "--help"):
        result = run(option)
        assert result.exit_code == 0
        for name in ("--format", "--select", "--fail-on", "--show-unknown", "--jobs", "--debug", "Exit status"):
            assert name in result.stdout
