"""A release needs a tag, a version and a changelog that agree; the files of the services say what is so."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from snapguard.cli.check import command

PROJECT = Path(__file__).resolve().parents[2]
PIPELINES = [
    PROJECT / "integrations" / "gitlab" / "templates" / "snapguard.yml",
    PROJECT / "integrations" / "azure" / "azure-pipelines.yml",
    PROJECT / "integrations" / "jenkins" / "Jenkinsfile",
    PROJECT / "action.yml",
]

CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2027-01-31

### Added

- A check.

## [1.1.0] - 2027-01-01

- Others.
"""


def check_release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_release", PROJECT / "tools" / "check_release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_notes_are_the_section_of_the_version() -> None:
    assert check_release().release_notes("v1.2.0", "1.2.0", CHANGELOG) == "### Added\n\n- A check."


@pytest.mark.parametrize(
    ("tag", "version", "message"),
    [
        ("v1.3.0", "1.2.0", "the tag must be v1.2.0"),
        ("v1.3.0", "1.3.0", "has no section `## [1.3.0] - YYYY-MM-DD`"),
        ("v1.2", "1.2", "has no section"),
    ],
)
def test_a_tag_that_is_not_ready_says_what_is_missing(tag: str, version: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        check_release().release_notes(tag, version, CHANGELOG)


def test_an_empty_section_is_not_ready() -> None:
    with pytest.raises(ValueError, match="is empty"):
        check_release().release_notes("v2.0.0", "2.0.0", "## [2.0.0] - 2027-02-01\n\n## [1.2.0] - 2027-01-31\n- x\n")


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_pipelines_use_options_and_formats_that_there_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    options = {name for parameter in command.params for name in parameter.opts}
    formats = next(parameter for parameter in command.params if parameter.name == "formats").type.to_info_dict()[
        "choices"
    ]

    calls = re.sub(r"^.*pip.* install .*$|^.*publish.*$", "", text, flags=re.MULTILINE)
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", calls))

    assert used >= {"--format"}
    assert used <= options
    assert set(re.findall(r"--format (\w+)", text)) <= set(formats)


@pytest.mark.parametrize("path", [path for path in PIPELINES if path.suffix == ".yml"], ids=lambda path: path.name)
def test_pipelines_are_yaml(path: Path) -> None:
    assert all(isinstance(document, dict) for document in yaml.safe_load_all(path.read_text(encoding="utf-8")))


def test_the_release_is_tried_on_every_python_that_the_project_claims() -> None:
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")

    claimed = set(re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project))

    assert claimed
    assert claimed <= set(workflow["jobs"]["try"]["strategy"]["matrix"]["python"])


def test_the_image_runs_as_nobody_and_its_base_can_be_pinned() -> None:
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "ARG PYTHON=python:3.13-slim" in lines
    assert [line for line in lines if line.startswith("FROM")] == ["FROM ${PYTHON} AS install", "FROM ${PYTHON}"]
    assert [line for line in lines if line.startswith("USER")] == ["USER 65532:65532"]
