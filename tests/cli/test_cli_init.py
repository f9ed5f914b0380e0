"""`snapguard init`: a configuration to start with, and what pre-commit and CI need."""

import re
import subprocess

import pytest
import yaml
from click.testing import CliRunner

from snapguard import __version__
from snapguard.cli import program
from snapguard.settings import Settings, load_settings, setting_names


@pytest.fixture
def run(write):
    def init(files=None):
        write(files or {})
        return CliRunner().invoke(program, ["init"])

    return init


def snippet(result, title):
    """What is printed below a title, up to the next one."""
    return re.split(r"\n\nFor ", result.stdout.partition(f"For {title}:\n\n")[2])[0]


def test_a_configuration_is_written_that_changes_nothing(run):
    result = run({"main.tf": "locals {}\n"})

    assert result.exit_code == 0
    assert result.stdout.startswith("snapguard.toml is written; roots that `snapguard check` would judge here: 1\n")
    written = load_settings("snapguard.toml")
    assert written._replace(directory=".") == Settings(select=("ALL",), ignore=())


def test_everything_that_is_commented_out_can_be_used(run, project):
    run({"envs/prod.tfvars": "", "parameters/prod.json": "[]"})
    text = (project / "snapguard.toml").read_text()
    (project / "snapguard.toml").write_text(re.sub(r"(?m)^# (?=\[|\"|[\w-]+ = )", "", text))
    settings = load_settings("snapguard.toml")

    assert settings.trusted_accounts == ("111122223333",)
    assert settings.per_path_ignores == {"sandbox/**": ("SNAP201",)}
    assert [path.endswith("envs/prod.tfvars") for path in settings.var_files] == [True]


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_is_in_it(run, project, name):
    run()

    assert re.search(rf"(?m)^(# )?(\[{name}\]|{name} = )", (project / "snapguard.toml").read_text())


def test_variable_files_of_the_repository_are_proposed(run, project):
    names = ("b/x.tfvars", "a.tfvars", "terraform.tfvars", "c.auto.tfvars", ".d/e.tfvars", 'q".tfvars')
    run(dict.fromkeys(names, ""))

    assert '\n# var-files = ["a.tfvars", "b/x.tfvars"]\n' in (project / "snapguard.toml").read_text()


def test_only_a_few_variable_files_are_proposed(run, project):
    run({f"{number}/x.tfvars": "" for number in range(9)})

    assert (project / "snapguard.toml").read_text().count("x.tfvars") == 3


@pytest.mark.parametrize("name", ["snapguard.toml", "pyproject.toml"])
def test_a_configuration_that_is_there_is_left_as_it_is(run, project, name):
    result = run({name: "[tool.snapguard]\n"})

    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name} is there already, and is left as it is\n")
    assert (project / name).read_text() == "[tool.snapguard]\n"
    assert [path.name for path in project.iterdir() if path.name.endswith(".toml")] == [name]


def test_a_link_that_leads_nowhere_is_left_as_it_is(run, project):
    (project / "snapguard.toml").symlink_to("nowhere")

    assert "snapguard.toml is there already" in run().stdout
    assert not (project / "nowhere").exists()


def test_a_directory_that_can_not_be_written_into_is_told(run, monkeypatch):
    monkeypatch.setattr("snapguard.cli.init.CONFIGURATION", "no/such/snapguard.toml")
    result = run()

    assert result.exit_code == 2
    assert "no/such/snapguard.toml can't be written: No such file or directory" in result.stderr


def test_nothing_else_is_written(run, project):
    run()

    assert sorted(path.name for path in project.iterdir()) == [".git", "snapguard.toml"]


def test_the_hook_is_a_whole_file_or_an_entry(run):
    whole = yaml.safe_load(snippet(run(), "pre-commit, as .pre-commit-config.yaml"))
    assert whole["repos"][0]["rev"] == f"v{__version__}"

    entry = snippet(run({".pre-commit-config.yaml": ""}), "pre-commit, below `repos:` in .pre-commit-config.yaml")
    assert yaml.safe_load(entry) == whole["repos"]


def test_ci_is_told_by_its_files(run):
    github = yaml.safe_load(
        snippet(run({".github/CODEOWNERS": ""}), "GitHub Actions, as .github/workflows/snapguard.yml")
    )
    steps = [step.get("run", "") for step in github["jobs"]["snapguard"]["steps"]]
    assert any(step.startswith("snapguard check . --format sarif") for step in steps)


def test_gitlab_is_told_by_its_file(run):
    gitlab = yaml.safe_load(snippet(run({".gitlab-ci.yml": ""}), "GitLab CI, in .gitlab-ci.yml"))
    install = gitlab["snapguard"]["script"][0]
    assert install.startswith("pip install https://github.com/snapguard/snapguard/archive/")  # no git in a slim image
    assert install.endswith(f"/v{__version__}.tar.gz")


@pytest.mark.parametrize(
    ("origin", "title"),
    [
        ("https://gitlab.example.com/a/b", "GitLab CI, in .gitlab-ci.yml"),
        ("git@github.com:a/b", "GitHub Actions, as .github/workflows/snapguard.yml"),
        ("https://example.com/a/b", "CI, whichever it is"),
    ],
)
def test_ci_is_told_by_where_the_repository_comes_from(run, project, origin, title):
    (project / ".git").rmdir()
    subprocess.run(["git", "init", "--quiet"], check=True, timeout=60)
    subprocess.run(["git", "remote", "add", "origin", origin], check=True, timeout=60)

    assert snippet(run(), title)


def test_without_git_the_commands_alone_are_printed(run, project, monkeypatch):
    monkeypatch.setenv("PATH", str(project))

    assert "snapguard check . --format text --format junit" in snippet(run(), "CI, whichever it is")


def test_the_commands_that_are_printed_are_understood(run, write, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    write({"main.tf": "locals {}\n"})
    printed = "".join(run({name: ""}).stdout for name in (".unrelated", ".gitlab-ci.yml", ".github/x"))
    commands = re.findall(r"snapguard (check .*)", printed)

    assert len(commands) == 3
    for command in commands:
        arguments = command.replace('"$GITHUB_STEP_SUMMARY"', "summary.md").split()
        assert CliRunner().invoke(program, arguments).exit_code == 0
