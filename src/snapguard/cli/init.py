"""`snapguard init`: a configuration to start with, and what pre-commit and CI need."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

import click

from snapguard import __version__
from snapguard.cli import HELP_OPTIONS
from snapguard.discovery import discover
from snapguard.settings import CONFIGURATION, Settings, find_configuration
from snapguard.source import display_path

TEMPLATE = """\
# What SnapGuard is to know of this project. Every key is optional; what is commented out shows its form.
# The same keys can stand under [tool.snapguard] in pyproject.toml.

# Which checks run: codes, names, categories (iam, encryption, sharing, restore-ssh, input), prefixes (SNAP2) or ALL.
select = ["ALL"]
ignore = []

# From which severity on findings fail the run: low, medium, high or critical.
fail-on = "low"

# What is not looked at; ** stands for any number of directories.
# exclude = ["**/test-fixtures/**"]

# Who may receive copies and hold keys, beside the project's own account.
# trusted-accounts = ["111122223333"]
# trusted-organizations = ["o-abc123"]

# Address ranges that do not count as the world.
# trusted-cidrs = ["203.0.113.0/24"]

# Who is expected to create, copy, share, export or restore; everybody else who may is a finding (SNAP107).
# expected-principals = ["aws_iam_role.backup", "arn:aws:iam::*:role/dlm-*"]

# More administrators than these are a finding (SNAP108).
# max-administrators = 3

# Let no comment suppress a finding without a reason.
# require-reason = true

# How many processes to use; 0 chooses by the size of the scan.
# jobs = 0

# What Terraform is given: variable files (relative to this one), and single variables.
@VAR_FILES@
# variables = { region = "eu-west-1" }

# What CloudFormation is given: parameter files, and single parameters.
# parameter-files = ["parameters/prod.json"]
# parameters = { Env = "prod" }

# Checks that do not count in some files.
# [per-path-ignores]
# "sandbox/**" = ["SNAP201"]

# Severities of your own, by check or category.
# [severity]
# SNAP207 = "low"
"""

_HOOK = """\
  - repo: https://github.com/snapguard/snapguard
    rev: v@VERSION@
    hooks:
      - id: snapguard
"""

_GITHUB = """\
name: snapguard
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  snapguard:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: { python-version: "3.12" }
      - run: pip install https://github.com/snapguard/snapguard/archive/refs/tags/v@VERSION@.tar.gz
      - run: snapguard check . --format sarif --output snapguard.sarif --format markdown --output "$GITHUB_STEP_SUMMARY"
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with: { sarif_file: snapguard.sarif }
"""

_GITLAB = """\
snapguard:
  image: python:3.12-slim
  script:
    - pip install https://github.com/snapguard/snapguard/archive/refs/tags/v@VERSION@.tar.gz
    - snapguard check . --format text --format gitlab --output gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""

_ANY_CI = """\
pip install https://github.com/snapguard/snapguard/archive/refs/tags/v@VERSION@.tar.gz
snapguard check . --format text --format junit --output snapguard.xml
"""


@click.command(name="init", context_settings=HELP_OPTIONS)
def command() -> None:
    """Write a commented snapguard.toml, and print what pre-commit and CI need for this repository.

    It is written into the working directory. A file that is there already is left as it is.
    """
    _write_configuration()
    for title, text in (_pre_commit(), _continuous_integration()):
        click.echo(f"\n{title}:\n")
        click.echo(text.replace("@VERSION@", __version__), nl=False)


def _write_configuration() -> None:
    known = CONFIGURATION if os.path.lexists(CONFIGURATION) else find_configuration()
    if known is not None:
        click.echo(f"{display_path(known)} is there already, and is left as it is")
        return
    files = _variable_files()
    listed = ", ".join(f'"{path}"' for path in files) or '"envs/prod.tfvars"'
    text = TEMPLATE.replace("@VAR_FILES@", f"# var-files = [{listed}]")
    try:
        with open(CONFIGURATION, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise click.UsageError(f"{CONFIGURATION} can't be written: {error.strerror}") from error
    targets = discover(["."], Settings()).targets
    click.echo(f"{CONFIGURATION} is written; roots that `snapguard check` would judge here: {len(targets)}")


def _variable_files() -> Sequence[str]:
    """The files of variables in the repository that Terraform does not read by itself, a few of them."""
    found: list[str] = []
    for directory, directories, names in os.walk("."):
        directories[:] = sorted(name for name in directories if not name.startswith(".") and name != "node_modules")
        found += (
            os.path.relpath(os.path.join(directory, name)).replace(os.sep, "/")
            for name in sorted(names)
            if name.endswith(".tfvars") and name != "terraform.tfvars" and not name.endswith(".auto.tfvars")
        )
        if len(found) > 3:
            break
    return [path for path in found if path.isprintable() and not set(path) & set('"\\')][:3]


def _pre_commit() -> tuple[str, str]:
    if os.path.exists(".pre-commit-config.yaml"):
        return "For pre-commit, below `repos:` in .pre-commit-config.yaml", _HOOK
    return "For pre-commit, as .pre-commit-config.yaml", f"repos:\n{_HOOK}"


def _continuous_integration() -> tuple[str, str]:
    """What the CI that the repository uses needs, told by its files, else by where the repository comes from."""
    origin = "" if os.path.isdir(".github") or os.path.exists(".gitlab-ci.yml") else _origin()
    if os.path.isdir(".github") or "github" in origin:
        return "For GitHub Actions, as .github/workflows/snapguard.yml", _GITHUB
    if os.path.exists(".gitlab-ci.yml") or "gitlab" in origin:
        return "For GitLab CI, in .gitlab-ci.yml", _GITLAB
    return "For CI, whichever it is", _ANY_CI


def _origin() -> str:
    """Where the repository was cloned from; empty where git can't tell."""
    try:
        done = subprocess.run(
            ["git", "config", "--get", "remote.origin.url"], capture_output=True, check=False, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.lower()
