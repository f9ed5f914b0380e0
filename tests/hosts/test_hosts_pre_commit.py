"""The hooks of pre-commit, installed by it from this repository and run by `git commit`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed here")

PROJECT = Path(__file__).resolve().parents[2]

MODULE = """
variable "encrypted" { type = bool }

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = var.encrypted
}
"""

CALL = """
module "disk" {
  source    = "./modules/disk"
  encrypted = ENCRYPTED
}
"""


class Repository:
    """A repository of git with a commit hook; `home` is where pre-commit keeps what it installs."""

    def __init__(self, directory: Path, home: Path) -> None:
        self.directory = directory
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "PRE_COMMIT_HOME": str(home),
            "PRE_COMMIT_COLOR": "never",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        directory.mkdir(parents=True, exist_ok=True)
        self.run("git", "init", "--quiet")

    def run(self, *command: str, may_fail: bool = False) -> "subprocess.CompletedProcess[str]":
        run = subprocess.run(
            command,
            cwd=self.directory,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert may_fail or run.returncode == 0, run.stdout
        return run

    def commit(self, files: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        for name, content in files.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self.run("git", "add", "--all")
        return self.run("git", "commit", "--message", "change", may_fail=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Repository]:
    """Make repositories that have a hook of this project."""
    root = tmp_path_factory.mktemp("pre-commit")
    ignored = shutil.ignore_patterns(
        ".git", ".venv*", ".*_cache", ".hypothesis", "*.egg-info", "build", "dist", "__pycache__", "tests", ".coverage"
    )
    shutil.copytree(PROJECT, root / "source", ignore=ignored)
    source = Repository(root / "source", root / "home")
    assert source.commit({}).returncode == 0
    revision = source.run("git", "rev-parse", "HEAD").stdout.strip()

    def make(hook: str) -> Repository:
        made = Repository(root / f"{hook}-{len(list(root.iterdir()))}", root / "home")
        configuration = f"repos:\n- repo: {source.directory}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
        (made.directory / ".pre-commit-config.yaml").write_text(configuration, encoding="utf-8")
        made.run(sys.executable, "-m", "pre_commit", "install", "--install-hooks")
        return made

    return make


def test_a_commit_of_bad_code_is_refused_and_of_good_code_let_in(repository: Callable[[str], Repository]) -> None:
    made = repository("snapguard")

    refused = made.commit({"main.tf": CALL.replace("ENCRYPTED", "false"), "modules/disk/main.tf": MODULE})
    accepted = made.commit({"main.tf": CALL.replace("ENCRYPTED", "true")})

    assert refused.returncode == 1
    assert "modules/disk/main.tf:7:" in refused.stdout
    assert "SNAP201" in refused.stdout
    assert accepted.returncode == 0, accepted.stdout


def test_a_changed_module_is_judged_with_the_arguments_of_its_unchanged_caller(
    repository: Callable[[str], Repository],
) -> None:
    made = repository("snapguard")
    before = {
        "main.tf": CALL.replace("ENCRYPTED", "false"),
        "modules/disk/main.tf": MODULE.replace("= var.", "= true # "),
    }
    assert made.commit(before).returncode == 0

    refused = made.commit({"modules/disk/main.tf": MODULE})

    assert refused.returncode == 1
    assert "module.disk.aws_ebs_volume.data" in refused.stdout


def test_a_commit_without_infrastructure_is_not_looked_at(repository: Callable[[str], Repository]) -> None:
    made = repository("snapguard")
    made.run("git", "add", ".pre-commit-config.yaml")
    made.run("git", "commit", "--no-verify", "--message", "start")

    accepted = made.commit({"README.md": "nothing to see"})

    assert accepted.returncode == 0
    assert "(no files to check)Skipped" in accepted.stdout


def test_the_hook_for_all_files_looks_at_what_the_commit_does_not_touch(
    repository: Callable[[str], Repository],
) -> None:
    made = repository("snapguard-all")
    (made.directory / "old").mkdir()
    (made.directory / "old" / "main.tf").write_text(MODULE.replace("var.encrypted", "false"), encoding="utf-8")
    made.run("git", "add", "--all")
    made.run("git", "commit", "--no-verify", "--message", "before there was a hook")

    refused = made.commit({"README.md": "nothing to see"})

    assert refused.returncode == 1
    assert "old/main.tf:7:" in refused.stdout
