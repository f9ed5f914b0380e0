"""The core is small, works on every Python and with the lowest versions of what it needs as with the newest.

And it brings nothing that a host which is there already would have to make room for.
"""

import json
import os
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


def interpreters() -> list[str]:
    """Every Python that the project supports and that is to be had here, from the oldest to the newest."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {}
    for minor in range(10, 15):
        name = f"python3.{minor}"
        candidates = [shutil.which(name), *map(str, sorted(pyenv.glob(f"*/bin/{name}")))]
        if minor == sys.version_info.minor:
            candidates.insert(0, sys.executable)
        for candidate in candidates:
            if candidate is not None and name not in found and _runs(candidate):
                found[name] = candidate
    return list(found.values())


def _runs(python: str) -> bool:
    """Whether it is more than a name: pyenv puts names of versions on the path that it then refuses to run."""
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


PYTHONS = interpreters()


def installed(directory: Path, *what: str | Path, python: str = sys.executable) -> Path:
    """An environment of its own with the project in it; gives its Python."""
    subprocess.run([python, "-m", "venv", "--without-pip", directory], check=True)
    made = directory / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", made, "install", "--quiet", *what]
    subprocess.run(pip, check=True, capture_output=True)
    return made


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

    newest = installed(tmp_path / "newest", source, python=PYTHONS[-1])
    lowest = installed(tmp_path / "lowest", source, "--constraint", constraints, python=PYTHONS[0])

    assert findings(lowest) == findings(newest) != []
    for python in (newest, lowest):
        (packages,) = (python.parents[1] / "lib").glob("python3*/site-packages")
        assert 1 < len(list(packages.glob("*.dist-info"))) <= MOST_PACKAGES
        assert sum(path.stat().st_size for path in packages.rglob("*") if path.is_file()) <= MOST_BYTES


@pytest.mark.parametrize("python", PYTHONS[1:-1], ids=lambda python: Path(python).name)
def test_what_is_found_is_the_same_on_every_python(python: str, source: Path, tmp_path: Path) -> None:
    assert findings(installed(tmp_path / "other", source, python=python)) == findings(Path(sys.executable)) != []


def test_snapguard_changes_nothing_that_the_hosts_need(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("checkov", reason="Checkov is not installed here")
    report = tmp_path / "report.json"

    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", report, source]
    subprocess.run(pip, check=True, capture_output=True)

    changed = [item["metadata"]["name"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]
    assert set(changed) <= {"snapguard"}
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
