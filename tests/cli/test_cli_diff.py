"""`snapguard check --diff`: only findings on what changed since a revision of git."""

import json
import os
import subprocess

import pytest
from click.testing import CliRunner

from snapguard.cli import program


def volume(name, *lines):
    return "".join(f"{line}\n" for line in (f'resource "aws_ebs_volume" "{name}" {{', *lines, "}"))


OLD = volume("old", "  size = 1", "  encrypted = false")


@pytest.fixture
def git(project):
    (project / ".git").rmdir()

    def call(*arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, timeout=60)

    call("init", "--quiet", "--initial-branch=main")
    return call


@pytest.fixture
def commit(git, write):
    def save(files):
        write(files)
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message", "c")

    return save


@pytest.fixture
def found(write):
    def check(files=None, *, since="HEAD", arguments=()):
        write(files or {})
        result = CliRunner().invoke(program, ["check", "--format", "json", "--diff", since, *arguments])
        assert result.exit_code in (0, 1), result.output
        return [
            (finding["check"], finding["address"], finding["file"]) for finding in json.loads(result.stdout)["findings"]
        ]

    return check


def test_old_findings_are_left_out_and_the_run_passes(commit):
    commit({"main.tf": OLD})
    result = CliRunner().invoke(program, ["check", "--diff", "HEAD"])

    assert (result.exit_code, result.stdout) == (0, "no findings in 1 file\n")


def test_a_changed_line_counts(commit, found):
    commit({"main.tf": OLD + volume("good", "  encrypted = true")})

    assert found({"main.tf": OLD + volume("good", "  encrypted = false")}) == [
        ("SNAP201", "aws_ebs_volume.good", "main.tf")
    ]


def test_a_new_resource_counts_and_lines_that_only_moved_do_not(commit, found):
    commit({"main.tf": OLD})

    assert found({"main.tf": volume("new") + OLD}) == [("SNAP201", "aws_ebs_volume.new", "main.tf")]


def test_what_was_committed_since_counts_too(commit, found):
    commit({"main.tf": OLD})
    commit({"main.tf": OLD + volume("new")})

    assert found(since="HEAD~1") == [("SNAP201", "aws_ebs_volume.new", "main.tf")]
    assert found(since="HEAD") == []


def test_a_line_that_was_removed_from_a_resource_counts(commit, found):
    commit({"main.tf": OLD + volume("bare", "  size = 1", "  encrypted = true", "  type = 1")})

    assert found({"main.tf": OLD + volume("bare", "  size = 1", "  type = 1")}) == [
        ("SNAP201", "aws_ebs_volume.bare", "main.tf")
    ]


def test_a_line_that_was_replaced_counts_for_what_its_resource_lacks(commit, found):
    commit({"main.tf": volume("bare", "  encrypted = true")})

    assert found({"main.tf": volume("bare", "  size = 1")}) == [("SNAP201", "aws_ebs_volume.bare", "main.tf")]


def test_another_change_of_the_resource_does_not_count_for_what_stands_written(commit, found):
    commit({"main.tf": OLD})

    assert found({"main.tf": OLD.replace("size = 1", "size = 2")}) == []


def test_a_value_that_changed_elsewhere_counts_for_what_rests_on_it(commit, found):
    code = 'variable "on" {}\n' + volume("v", "  encrypted = var.on")
    commit({"main.tf": code, "terraform.tfvars": "on = true\n"})

    assert found({"terraform.tfvars": "on = false\n"}) == [("SNAP201", "aws_ebs_volume.v", "main.tf")]


def test_a_value_of_the_command_line_is_no_change(commit, found):
    commit({"main.tf": 'variable "on" {}\n' + volume("v", "  encrypted = var.on")})

    assert found(arguments=("--var", "on=false")) == []


def test_a_new_call_of_an_old_module_counts_for_what_it_makes(commit, found):
    call = 'module "%s" {\n  source = "./m"\n}\n'
    commit({"main.tf": call % "a", "m/main.tf": volume("v")})

    assert found() == []
    assert found({"main.tf": call % "a" + call % "b"}) == [("SNAP201", "module.a.aws_ebs_volume.v", "m/main.tf")]


def test_an_old_template_that_is_newly_nested_counts(commit, found):
    inner = "Resources:\n  V:\n    Type: AWS::EC2::Volume\n    Properties: {Encrypted: false}\n"
    outer = "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n"
    commit({"inner.yaml": inner, "outer.yaml": outer})
    nested = "  Stack:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: inner.yaml}\n"

    assert found() == []
    assert found({"outer.yaml": outer + nested}) == [("SNAP201", "Stack/V", "inner.yaml")]


def test_a_module_that_was_fetched_changes_with_its_call(commit, found):
    call = 'module "a" {\n  source  = "x/y/z"\n  version = "%s"\n}\n'
    fetched = {
        ".terraform/modules/modules.json": json.dumps(
            {"Modules": [{"Key": "a", "Source": "registry.terraform.io/x/y/z", "Dir": ".terraform/modules/a"}]}
        ),
        ".terraform/modules/a/main.tf": volume("v"),
    }
    commit({"main.tf": call % "1.0.0", ".gitignore": ".terraform/\n", **fetched})

    assert found() == []
    assert found({"main.tf": call % "2.0.0"}) == [
        ("SNAP201", "module.a.aws_ebs_volume.v", ".terraform/modules/a/main.tf")
    ]


def test_files_that_git_does_not_know_are_new(commit, found):
    commit({"main.tf": OLD, ".gitignore": "ignored/\n"})

    assert found({"new.tf": volume("new"), "ignored/main.tf": volume("ignored")}) == [
        ("SNAP201", "aws_ebs_volume.ignored", "ignored/main.tf"),
        ("SNAP201", "aws_ebs_volume.new", "new.tf"),
    ]


def test_a_renamed_file_is_not_new(commit, found, project):
    commit({"main.tf": OLD * 1})
    (project / "main.tf").rename(project / "volumes.tf")
    subprocess.run(["git", "add", "--all"], check=True, timeout=60)

    assert found() == []


def test_a_file_that_git_takes_for_binary_counts_as_a_whole(commit, found):
    commit({"main.tf": OLD, ".gitattributes": "*.tf -diff\n"})

    assert found() == []
    assert found({"main.tf": OLD + "locals {}\n"}) == [("SNAP201", "aws_ebs_volume.old", "main.tf")]


def test_a_broken_file_counts_if_it_changed(commit, found):
    commit({"a/main.tf": 'resource "x" {\n', "b/main.tf": "locals {}\n"})

    assert found() == []
    assert {file for _, _, file in found({"b/main.tf": "locals {}\nx {\n"})} == {"b/main.tf"}


@pytest.mark.parametrize("name", ["a b/main.tf", "ä/main.tf", 'q"q/main.tf', "tab\t/main.tf"])
def test_odd_names_are_understood(commit, found, name):
    commit({name: OLD})

    assert found() == []
    assert found({name: OLD.replace("false", "null")}) == [("SNAP201", "aws_ebs_volume.old", name)]


def test_the_repository_may_begin_above_the_working_directory(commit, found, project, monkeypatch):
    commit({"sub/main.tf": OLD, "sub/other.tf": volume("other", "  encrypted = true")})
    monkeypatch.chdir(project / "sub")

    assert found() == []
    assert found({"sub/other.tf": volume("other", "  encrypted = false")}) == [
        ("SNAP201", "aws_ebs_volume.other", "other.tf")
    ]


def test_what_the_other_branch_did_meanwhile_does_not_count(git, commit, found):
    commit({"main.tf": OLD, "other.tf": volume("kept")})
    git("checkout", "--quiet", "-b", "feature")
    commit({"main.tf": OLD + volume("new")})
    git("checkout", "--quiet", "main")
    commit({"other.tf": volume("kept", "  encrypted = true")})
    git("checkout", "--quiet", "feature")

    assert found(since="main") == [("SNAP201", "aws_ebs_volume.new", "main.tf")]


def test_a_revision_that_shares_no_history_is_compared_with_directly(git, commit, found):
    commit({"main.tf": OLD})
    git("checkout", "--quiet", "--orphan", "alone")
    commit({"main.tf": OLD + volume("new")})

    assert found(since="main") == [("SNAP201", "aws_ebs_volume.new", "main.tf")]


def test_settings_of_the_user_do_not_matter(git, commit, found):
    commit({"main.tf": OLD})
    for setting in ("diff.noprefix=true", "diff.mnemonicPrefix=true", "color.ui=always", "diff.external=false"):
        git("config", *setting.split("="))

    assert found({"main.tf": OLD + volume("new")}) == [("SNAP201", "aws_ebs_volume.new", "main.tf")]


@pytest.mark.parametrize("revision", ["nonsense", "--output=x", ""])
def test_a_revision_that_does_not_exist_is_told(commit, project, revision):
    commit({"main.tf": OLD})
    result = CliRunner().invoke(program, ["check", f"--diff={revision}"])

    assert result.exit_code == 2
    assert f"git knows no revision {revision!r}" in result.stderr
    assert sorted(path.name for path in project.iterdir()) == [".git", "main.tf"]


def test_a_directory_without_git_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    result = CliRunner().invoke(program, ["check", "--diff", "HEAD"])

    assert result.exit_code == 2
    assert "the working directory is in no git repository" in result.stderr


def test_a_machine_without_git_is_told(commit, monkeypatch, tmp_path):
    commit({"main.tf": OLD})
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    result = CliRunner().invoke(program, ["check", "--diff", "HEAD"])

    assert result.exit_code == 2
    assert "git is not installed" in result.stderr


def test_a_git_that_fails_is_told(commit, monkeypatch):
    commit({"main.tf": OLD})
    monkeypatch.setattr("snapguard.git_changes.TIMEOUT", 0)
    result = CliRunner().invoke(program, ["check", "--diff", "HEAD"])

    assert result.exit_code == 2
    assert "git could not be asked" in result.stderr


def test_a_damaged_repository_is_told(commit, project):
    commit({"main.tf": OLD})
    (project / ".git" / "index").write_bytes(b"damaged")
    result = CliRunner().invoke(program, ["check", "--diff", "HEAD"])

    assert result.exit_code == 2
    assert "--diff HEAD: git diff failed: " in result.stderr
