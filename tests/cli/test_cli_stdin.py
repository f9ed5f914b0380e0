"""`snapguard check --stdin-filename`: what an editor holds, judged in place of what is on disk."""

import json

import pytest
from click.testing import CliRunner

from snapguard import source
from snapguard.cli import program

PLAIN = 'resource "aws_ebs_volume" "v" {\n  encrypted = false\n}\n'
GOOD = PLAIN.replace("false", "true")


@pytest.fixture
def run(write):
    def check(*arguments, given, files=None):
        write(files or {})
        return CliRunner().invoke(program, ["check", "--format", "json", *arguments], input=given)

    return check


def found(result):
    return [(finding["file"], finding["line"], finding["check"]) for finding in json.loads(result.stdout)["findings"]]


def test_the_input_is_judged_in_place_of_the_file(run):
    files = {"main.tf": GOOD, "other.tf": PLAIN.replace('"v"', '"w"')}

    assert found(run("--stdin-filename", "main.tf", given=PLAIN, files=files)) == [("main.tf", 2, "SNAP201")]
    assert found(run("--stdin-filename", "main.tf", given=GOOD)) == []
    assert found(run("--stdin-filename", "main.tf", "-", given=PLAIN)) == [("main.tf", 2, "SNAP201")]


def test_the_file_is_judged_with_the_root_that_it_belongs_to(run):
    files = {"variables.tf": 'variable "on" {\n  default = false\n}\n', "main.tf": ""}
    code = 'resource "aws_ebs_volume" "v" {\n  encrypted = var.on\n}\n'

    assert found(run("--stdin-filename", "main.tf", given=code, files=files)) == [("main.tf", 2, "SNAP201")]


def test_a_file_that_is_not_saved_yet_is_judged(run):
    assert found(run("--stdin-filename", "new.tf", given=PLAIN, files={"main.tf": "locals {}\n"})) == [
        ("new.tf", 2, "SNAP201")
    ]
    template = "Resources:\n  V:\n    Type: AWS::EC2::Volume\n    Properties:\n      Encrypted: false\n"
    assert found(run("--stdin-filename", "new.yaml", given=template)) == [("new.yaml", 5, "SNAP201")]


def test_variables_from_the_input_reach_the_code(run):
    code = 'variable "on" {}\nresource "aws_ebs_volume" "v" {\n  encrypted = var.on\n}\n'
    result = run("--stdin-filename", "x.auto.tfvars", given="on = false\n", files={"main.tf": code})

    assert found(result) == [("main.tf", 3, "SNAP201")]


def test_directories_can_be_judged_with_the_input_in_place(run):
    files = {"a/main.tf": GOOD, "b/main.tf": PLAIN}

    assert found(run(".", "--stdin-filename", "a/main.tf", given=PLAIN, files=files)) == [
        ("a/main.tf", 2, "SNAP201"),
        ("b/main.tf", 2, "SNAP201"),
    ]


def test_an_input_that_is_broken_is_a_finding_at_its_place(run):
    result = run("--stdin-filename", "main.tf", given='resource "x" {\n', files={"main.tf": GOOD})

    assert found(result)[0][::2] == ("main.tf", "SNAP001")


def test_an_input_that_is_too_large_is_told(run, monkeypatch):
    monkeypatch.setattr("snapguard.cli.check.MAX_SIZE", 10)
    result = run("--stdin-filename", "main.tf", given=PLAIN)

    assert result.exit_code == 2
    assert "the standard input is larger than" in result.stderr


def test_what_is_on_disk_is_judged_again_afterwards(run):
    run("--stdin-filename", "main.tf", given=PLAIN, files={"main.tf": GOOD})

    assert found(run(".", given="")) == []
    assert source.stand_in("main.tf") is None


def test_a_comparison_with_a_revision_is_refused(run):
    result = run("--stdin-filename", "main.tf", "--diff", "HEAD", given=PLAIN)

    assert result.exit_code == 2
    assert "--diff compares what is on disk" in result.stderr
