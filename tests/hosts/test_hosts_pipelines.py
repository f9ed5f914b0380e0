"""What services read (workflows, an action, pipelines, a Dockerfile) by their schemas and linters, and run by bash.

It runs where the linters are installed, in an environment of its own: `pip install . --group pipelines`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from snapguard import __version__

pytest.importorskip("check_jsonschema", reason="the linters of pipelines are not installed here")

PROJECT = Path(__file__).resolve().parents[2]
WORKFLOW = PROJECT / ".github" / "workflows" / "release.yml"
ACTION = PROJECT / "action.yml"
GITLAB = PROJECT / "integrations" / "gitlab" / "templates" / "snapguard.yml"
AZURE = PROJECT / "integrations" / "azure" / "azure-pipelines.yml"
JENKINS = PROJECT / "integrations" / "jenkins" / "Jenkinsfile"

RELEASE = rf"https://github\.com/snapguard/snapguard/archive/refs/tags/v{re.escape(__version__)}\.tar\.gz"
"""Where a release of this version lies."""

INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")
"""How a component of GitLab's writes an input."""


def linted(tool: str, *arguments: str | Path) -> None:
    """Fails with what a linter of this environment says."""
    run = subprocess.run(
        [Path(sysconfig.get_path("scripts")) / tool, *arguments], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def valid(schema: str, path: Path, *options: str) -> None:
    linted("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *options, path)


def gitlab(**inputs: str) -> tuple[Mapping[str, Any], str]:
    """The inputs that the component declares, and its jobs with the defaults, or others, in their place."""
    head, _, body = GITLAB.read_text(encoding="utf-8").partition("\n---\n")
    declared = yaml.safe_load(head)["spec"]["inputs"]
    values = {name: spec["default"] for name, spec in declared.items()} | inputs
    return declared, INPUT.sub(lambda match: values[match[1]], body)


def test_the_workflow_and_the_action_are_valid_and_safe() -> None:
    valid("github-workflows", WORKFLOW)
    valid("github-actions", ACTION)
    linted("zizmor", "--offline", "--no-config", "--persona", "pedantic", WORKFLOW, ACTION)


@pytest.mark.parametrize("path", [WORKFLOW, ACTION], ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))

    assert used
    assert [line for line in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def jenkins_script() -> Sequence[str]:
    calls = re.findall(r"\bsh (?:'''(.*?)'''|'(.*?)')", JENKINS.read_text(encoding="utf-8"), re.DOTALL)
    return ["".join(call) for call in calls]


def azure_script(staging: Path) -> Sequence[str]:
    steps = yaml.safe_load(AZURE.read_text(encoding="utf-8"))["steps"]
    return [
        step["script"].replace("$(Build.ArtifactStagingDirectory)", str(staging)) for step in steps if "script" in step
    ]


def scripts() -> Iterator[tuple[str, str]]:
    """Every script of the workflow, the action and the pipelines, by a name."""
    for job, content in yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"].items():
        yield from ((f"{job}-{number}", step["run"]) for number, step in enumerate(content["steps"]) if "run" in step)
    for step in yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]:
        if "run" in step:
            yield f"action-{step['name']}", step["run"]
    yield "jenkins", "\n".join(jenkins_script())
    yield "azure", "\n".join(azure_script(Path("staging")))
    yield "gitlab", "\n".join(yaml.safe_load(gitlab()[1])["snapguard"]["script"])


@pytest.mark.parametrize(("name", "script"), [pytest.param(*each, id=each[0]) for each in scripts()])
def test_every_script_is_clean(name: str, script: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.sh"
    path.write_text(script + "\n", encoding="utf-8")

    linted("shellcheck", "--shell", "bash", "--severity", "style", path)


def test_the_pipelines_are_valid(tmp_path: Path) -> None:
    valid("azure-pipelines", AZURE)
    path = tmp_path / ".gitlab-ci.yml"
    path.write_text(gitlab()[1], encoding="utf-8")
    valid("gitlab-ci", path, "--data-transform", "gitlab-ci")


def test_the_component_uses_the_inputs_that_it_declares() -> None:
    assert set(INPUT.findall(GITLAB.read_text(encoding="utf-8"))) == set(gitlab()[0])


def test_the_image_is_built_as_a_linter_wants_it() -> None:
    linted("hadolint", "--failure-threshold", "style", PROJECT / "Dockerfile")


class Machine:
    """A machine with Python on which the code of an example is checked out; a wheel stands in for the release."""

    def __init__(self, directory: Path, wheel: Path) -> None:
        self.code = directory / "code"
        shutil.copytree(PROJECT / "examples" / "terraform" / "attack", self.code)
        python = directory / "python"
        subprocess.run([sys.executable, "-m", "venv", python], check=True)
        self._wheel = wheel.as_uri()
        self._environment = {**os.environ, "PATH": os.pathsep.join((str(python / "bin"), os.environ["PATH"]))}

    def run(self, script: Sequence[str]) -> "list[subprocess.CompletedProcess[str]]":
        """Run commands one after the other, until one fails."""
        runs = []
        for command in script:
            local, releases = re.subn(RELEASE, self._wheel, command)
            assert releases == command.count("pip install")
            runs.append(
                subprocess.run(
                    ["bash", "-e", "-o", "pipefail", "-c", local],
                    cwd=self.code,
                    env=self._environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
            )
            if runs[-1].returncode:
                break
        return runs


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist", "__pycache__", "tests")
    shutil.copytree(PROJECT, root / "source", ignore=ignored)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", root, root / "source"]
    subprocess.run(pip, check=True, capture_output=True)
    (built,) = root.glob("*.whl")
    return built


@pytest.fixture
def machine(tmp_path: Path, wheel: Path) -> Machine:
    return Machine(tmp_path, wheel)


def test_the_script_of_gitlab_reports_and_fails(machine: Machine) -> None:
    script = yaml.safe_load(gitlab(paths="main.tf", arguments="--no-config")[1])["snapguard"]["script"]

    *before, check = machine.run(script)

    assert [run.returncode for run in before] == [0], before[0].stderr
    assert check.returncode == 1, check.stderr
    assert "SNAP401" in check.stdout
    quality = json.loads((machine.code / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert "SNAP401" in {issue["check_name"].partition(" ")[0] for issue in quality}
    assert "SNAP401" in (machine.code / "snapguard-junit.xml").read_text(encoding="utf-8")


def test_the_scripts_of_azure_report_and_fail(machine: Machine, tmp_path: Path) -> None:
    *before, check = machine.run(azure_script(tmp_path))

    assert [run.returncode for run in before] == [0], before[0].stderr
    assert check.returncode == 1, check.stderr
    assert "SNAP401" in (tmp_path / "snapguard.sarif").read_text(encoding="utf-8")
    assert "SNAP401" in (tmp_path / "snapguard-junit.xml").read_text(encoding="utf-8")


def test_the_scripts_of_jenkins_report_and_fail(machine: Machine) -> None:
    *before, check = machine.run(jenkins_script())

    assert [run.returncode for run in before] == [0], before[0].stderr
    assert check.returncode == 1, check.stderr
    assert "SNAP401" in (machine.code / "snapguard.sarif").read_text(encoding="utf-8")
    assert "SNAP401" in (machine.code / "snapguard-junit.xml").read_text(encoding="utf-8")
