"""`snapguard graph`: the roads out."""

import pytest
from click.testing import CliRunner

from snapguard.cli import program

CODE = """\
resource "aws_db_snapshot" "s" {
  db_instance_identifier = "orders"
  shared_accounts        = ["all"]
}
"""


@pytest.fixture
def run(write):
    def graph(files, *arguments):
        write(files)
        return CliRunner().invoke(program, ["graph", *arguments])

    return graph


def test_the_roads_are_shown_as_a_tree(run):
    result = run({"main.tf": CODE})

    assert result.exit_code == 0
    assert result.stdout == (
        ".\n"
        "orders  (only named here; main.tf:2)\n"
        "└─ copied to: aws_db_snapshot.s  (main.tf:1)\n"
        "   └─ given to: everyone [SNAP301]  (main.tf:3)\n"
    )


@pytest.mark.parametrize(
    ("format", "begins"),
    [
        ("mermaid", "flowchart LR\n"),
        ("dot", "digraph roads {\n"),
        ("svg", '<?xml version="1.0" encoding="UTF-8"?>\n<svg'),
        ("html", "<!doctype html>\n"),
    ],
)
def test_other_formats_go_to_the_standard_output_or_a_file(run, project, format, begins):
    printed = run({"main.tf": CODE}, "--format", format)
    written = run({}, "--format", format, "--output", "roads")

    assert (printed.exit_code, written.exit_code) == (0, 0)
    assert printed.stdout.startswith(begins)
    assert written.stdout == ""
    assert (project / "roads").read_text(encoding="utf-8") == printed.stdout


def test_findings_do_not_fail_the_run_but_what_could_not_be_read_does(run):
    result = run({"main.tf": CODE, "other/main.tf": "resource {"}, ".")

    assert result.exit_code == 1
    assert "aws_db_snapshot.s" in result.stdout
    assert "snapguard: other/main.tf:1: " in result.stderr


def test_a_path_that_does_not_exist_is_wrong_use(run):
    result = run({"main.tf": CODE}, "nowhere")

    assert result.exit_code == 2
    assert "nowhere: there is no such file" in result.stderr


def test_a_file_that_can_not_be_written_is_wrong_use(run):
    result = run({"main.tf": CODE}, "--output", "no/such/place")

    assert result.exit_code == 2
    assert "can't be written" in result.stderr


def test_an_unknown_format_is_wrong_use(run):
    assert run({"main.tf": CODE}, "--format", "png").exit_code == 2


def test_variables_and_settings_count(run):
    code = 'variable "who" {}\n' + CODE.replace('["all"]', "[var.who]")
    trusted = 'trusted-accounts = ["111122223333"]\n'

    assert "account 111122223333 [SNAP302]" in run({"main.tf": code}, "--var", "who=111122223333").stdout
    result = run({"main.tf": code, "snapguard.toml": trusted}, "--var", "who=111122223333")
    assert "account 111122223333  (" in result.stdout


def test_colour_is_asked_for_by_the_environment(run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m" in run({"main.tf": CODE}).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in run({"main.tf": CODE}).stdout


def test_a_bug_in_a_check_is_told_and_the_roads_are_shown(run, monkeypatch):
    from snapguard.graph import survey

    def broken(*_):
        raise ValueError("oh")

    monkeypatch.setattr(survey, "roads_of", broken)
    result = run({"main.tf": CODE}, "--debug")

    assert result.exit_code == 2
    assert "internal error in the graph" in result.stderr
    assert "Traceback" in result.stderr
