"""The core is small, and works with the lowest versions of what it needs as with the newest."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="installs, as the other tests do where the hosts are")

PROJECT = Path(__file__).resolve().parents[2]
MOST_PACKAGES = 8
MOST_BYTES = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, so that building leaves nothing behind in it."""
    target = tmp_path_factory.mktemp("source") / "snapguard"
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist", "__pycache__", "tests")
    shutil.copytree(PROJECT, target, ignore=ignored)
    return target


def lowest_versions() -> list[str]:
    """The lower bounds of the core's dependencies, as constraints for pip."""
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    dependencies = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert dependencies is not None
    return [f"{name}=={version}" for name, version in re.findall(r'"([\w-]+)>=([\d.]+)', dependencies[1])]


def installed(directory: Path, *what: str | Path) -> Path:
    """An environment of its own with the project in it; gives its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True)
    python = directory / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *what]
    subprocess.run(pip, check=True, capture_output=True)
    return python


def findings(python: Path) -> list[object]:
    """What is found in the examples."""
    command = [python, "-m", "snapguard", "check", "--format", "json", "--no-config", "examples"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    found: list[object] = json.loads(run.stdout)["findings"]
    return found


def test_the_lowest_versions_find_what_the_newest_find_and_either_install_is_small(
    source: Path, tmp_path: Path
) -> None:
    constraints = tmp_path / "lowest.txt"
    constraints.write_text("\n".join(lowest_versions()), encoding="utf-8")

    newest = installed(tmp_path / "newest", source)
    lowest = installed(tmp_path / "lowest", source, "--constraint", constraints)

    assert findings(lowest) == findings(newest) != []
    for python in (newest, lowest):
        (packages,) = (python.parents[1] / "lib").glob("python3*/site-packages")
        assert 1 < len(list(packages.glob("*.dist-info"))) <= MOST_PACKAGES
        assert sum(path.stat().st_size for path in packages.rglob("*") if path.is_file()) <= MOST_BYTES
