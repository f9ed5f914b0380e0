"""The steps of the GitHub action, run by bash as GitHub runs them, without the service."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the action needs bash")


class Runner:
    """Enough of GitHub's runner for steps of shell."""

    def __init__(self, directory: Path, **inputs: str) -> None:
        self.directory = directory
        self._inputs = {**{name: spec["default"] for name, spec in ACTION["inputs"].items()}, **inputs}
        self._outputs: dict[str, str] = {}
        for name in ("temp", "code"):
            (directory / name).mkdir(exist_ok=True)

    def read(self, name: str) -> str:
        path = self.directory / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def run(self, name: str) -> "subprocess.CompletedProcess[str]":
        step = STEPS[name]
        files = {f"GITHUB_{what}": str(self.directory / what) for what in ("OUTPUT", "STEP_SUMMARY")}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", ""),
            "RUNNER_TEMP": str(self.directory / "temp"),
            **files,
            **{key: self._expanded(text) for key, text in step.get("env", {}).items()},
        }
        script = self.directory / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        run = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.directory / "code",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self._outputs.update(line.split("=", 1) for line in self.read("OUTPUT").splitlines())
        return run

    def _expanded(self, text: str) -> str:
        known: Mapping[str, Any] = {
            **{f"inputs.{name}": value for name, value in self._inputs.items()},
            **{f"steps.check.outputs.{name}": value for name, value in self._outputs.items()},
            "github.action_path": self._inputs.get("action", ""),
        }
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: known[match[1]], text)


def checked(runner: Runner, example: str) -> "subprocess.CompletedProcess[str]":
    """What the check says of an example, in the environment of these tests in place of one of the action's own."""
    installed = runner.directory / "temp" / "snapguard"
    installed.mkdir()
    (installed / "bin").symlink_to(Path(sys.executable).parent)
    shutil.copytree(PROJECT / "examples" / "terraform" / example, runner.directory / "code" / "infra")
    return runner.run("Check")


def test_what_is_found_is_annotated_summed_up_and_written_as_sarif_before_the_job_fails(tmp_path: Path) -> None:
    runner = Runner(tmp_path)

    run = checked(runner, "attack")

    assert run.returncode == 0, run.stderr
    assert re.search(r"^::error file=infra/main\.tf,line=\d+.*SNAP401", run.stdout, re.MULTILINE)
    assert "SNAP401" in runner.read("STEP_SUMMARY")
    assert "SNAP401" in runner.read("code/snapguard.sarif")
    assert runner.run("Result").returncode == 1


def test_good_code_passes(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    (tmp_path / "code" / "snapguard.toml").write_text('trusted-accounts = ["444455556666"]\n', encoding="utf-8")

    checked(runner, "mended")

    assert runner.read("OUTPUT") == "status=0\n"
    assert runner.run("Result").returncode == 0


def test_inputs_are_words_and_never_commands(tmp_path: Path) -> None:
    runner = Runner(tmp_path, paths="infra $(touch${IFS}../pwned) *", arguments="--select SNAP301\n--no-config")

    run = checked(runner, "attack")

    assert "$(touch${IFS}../pwned): there is no such file" in run.stderr
    assert not (tmp_path / "pwned").exists()
    assert runner.run("Result").returncode == 2


def test_a_threshold_a_baseline_and_more_options_are_handed_on(tmp_path: Path) -> None:
    writing = Runner(tmp_path, arguments="--write-baseline baseline.json")
    checked(writing, "attack")

    with_baseline = Runner(tmp_path, baseline="baseline.json")
    assert with_baseline.run("Check").returncode == 0
    assert with_baseline.run("Result").returncode == 0


def test_the_action_installs_its_own_version(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="installs, as the other tests do where the hosts are")
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist", "__pycache__", "tests")
    shutil.copytree(PROJECT, tmp_path / "action", ignore=ignored)
    runner = Runner(tmp_path, action=str(tmp_path / "action"))

    run = runner.run("Install")

    assert run.returncode == 0, run.stderr
    assert (tmp_path / "temp" / "snapguard" / "bin" / "snapguard").exists()


def test_every_step_of_shell_names_its_shell_and_takes_inputs_by_its_environment() -> None:
    for step in STEPS.values():
        if "run" in step:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an input in a script is code"
