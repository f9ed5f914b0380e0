"""The commands beside `check`, and the program itself."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from snapguard import __version__, registry
from snapguard.cli import main, program


def run(*arguments):
    return CliRunner().invoke(program, arguments)


def test_the_version_is_printed():
    assert run("--version").stdout == f"snapguard {__version__}\n"


def test_the_long_version_names_what_it_runs_on():
    result = run("--version", "--verbose")

    assert result.stdout.startswith(f"snapguard {__version__}\nPython ")
    for package in ("click", "PyYAML", "tree-sitter", "tree-sitter-hcl", "python-hcl2"):
        assert f"\n{package}" in result.stdout


@pytest.mark.parametrize(
    ("owners", "line"),
    [
        ([], "python-hcl2: not installed (optional: snapguard[hcl2])"),
        (["bc-python-hcl2"], "python-hcl2: not used, since the package hcl2 belongs to bc-python-hcl2"),
        (
            ["python-hcl2", "bc-python-hcl2"],
            "python-hcl2: not used, since the package hcl2 belongs to bc-python-hcl2, python-hcl2",
        ),
        (["python-hcl2"], "python-hcl2 8.1.4"),
    ],
)
def test_a_fork_of_the_same_name_is_not_python_hcl2(monkeypatch, owners, line):
    import importlib.metadata

    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "packages_distributions", lambda: {"hcl2": owners} if owners else {})
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "8.1.4" if name == "python-hcl2" else version(name))

    assert run("--version", "--verbose").stdout.splitlines()[-1] == line


def test_without_a_command_the_help_is_printed():
    result = run()

    assert result.exit_code == 0
    for command in ("check", "explain", "rules", "inspect"):
        assert f"\n  {command}" in result.stdout


def test_a_command_that_does_not_exist_is_told_with_the_nearest_one():
    result = run("chekc")

    assert result.exit_code == 2
    assert "there is no command `chekc`; did you mean `check`?" in result.stderr


def test_a_name_that_is_no_command_gives_none():
    assert program.get_command(click.Context(program), "nonsense") is None


def test_the_entry_point_runs_the_program(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["snapguard", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"snapguard {__version__}\n"


def test_an_option_that_does_not_exist_is_wrong_use():
    assert run("--nonsense").exit_code == 2


@pytest.mark.parametrize("word", ["SNAP301", "snap301", "public-snapshot"])
def test_a_check_is_explained_with_its_examples(word):
    result = run("explain", word)
    check = registry.load("SNAP301")

    assert result.exit_code == 0
    assert result.stdout.startswith("SNAP301 public-snapshot (critical, sharing)\n=====")
    text = " ".join(result.stdout.split())
    assert check.summary in text
    assert " ".join(check.reasoning.split()) in text
    assert f"To mend it: {check.help}" in text
    assert "Found, Terraform:" in text
    assert "Mended, Terraform:" in text


def test_a_category_is_explained_check_by_check():
    result = run("explain", "sharing")

    assert "SNAP301 public-snapshot" in result.stdout
    assert "SNAP302 untrusted-account-share" in result.stdout


def test_an_unknown_check_is_told_with_the_nearest_one():
    result = run("explain", "public-snapshoot")

    assert result.exit_code == 2
    assert "did you mean `public-snapshot`?" in result.stderr


def test_the_checks_are_listed_as_text_json_and_markdown():
    lines = run("rules").stdout.splitlines()
    listed = json.loads(run("rules", "--format", "json").stdout)["checks"]
    rows = run("rules", "--format", "markdown").stdout.splitlines()

    codes = list(registry.check_modules())
    assert [line.split()[0] for line in lines] == codes
    assert [check["check"] for check in listed] == codes
    assert [row.split()[1] for row in rows[2:]] == codes


def test_the_json_list_says_what_a_check_is_and_which_languages_can_say_it():
    listed = {check["check"]: check for check in json.loads(run("rules", "--format", "json").stdout)["checks"]}
    check = registry.load("SNAP301")

    assert listed["SNAP301"] == {
        "check": "SNAP301",
        "name": "public-snapshot",
        "category": "sharing",
        "severity": "critical",
        "attack": list(check.attack),
        "summary": check.summary,
        "reasoning": check.reasoning,
        "help": check.help,
        "languages": [language for language, text in check.examples("BAD").items() if text is not None],
    }


@pytest.mark.parametrize(
    "unwanted",
    ["yaml", "tree_sitter", "tomllib", "concurrent.futures", "difflib", "json", "hashlib", "snapguard.estate"],
)
def test_the_version_is_told_without_loading_what_it_does_not_need(unwanted):
    code = (
        "import sys\nfrom snapguard.cli import program\n"
        "try:\n    program(['--version'])\nexcept SystemExit:\n    pass\n"
        f"print({unwanted!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.splitlines()[-1] == "False"
