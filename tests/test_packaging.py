"""The package works from a wheel, from a source distribution and from an editable install, checks included."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
NEW_CHECK = "snap999_added_later.py"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, so that building leaves nothing behind in it."""
    target = tmp_path_factory.mktemp("source") / "snapguard"
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist", "__pycache__", "tests")
    shutil.copytree(PROJECT, target, ignore=ignored)
    return target


@pytest.fixture(scope="module")
def distributions(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source distribution; the wheel is built from the latter."""
    target = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", target, source], check=True, capture_output=True)
    (wheel,), (sdist,) = target.glob("*.whl"), target.glob("*.tar.gz")
    return wheel, sdist


class Environment:
    """A virtual environment of its own."""

    def __init__(self, directory: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True)
        self.python = directory / ("Scripts" if os.name == "nt" else "bin") / "python"

    def install(self, *arguments: str | Path) -> None:
        pip = [sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet", *arguments]
        subprocess.run(pip, check=True, capture_output=True)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [self.python, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.python.parent, check=False)


def _assert_works(environment: Environment, example: Path) -> None:
    shown = environment.run("-m", "snapguard", "rules", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    assert '"SNAP101"' in shown.stdout
    checked = environment.run("-m", "snapguard", "check", "--format", "json", example)
    assert checked.returncode == 1, checked.stderr
    assert '"SNAP401"' in checked.stdout
    reviewed = environment.run("-m", "snapguard", "audit", "--format", "html", example)
    assert "<title>Entitlement review" in reviewed.stdout, reviewed.stderr
    drawn = environment.run("-m", "snapguard", "graph", "--format", "html", example)
    assert "<title>Roads out" in drawn.stdout, drawn.stderr


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_the_checks_are_found_from_every_kind_of_install(
    kind: str, source: Path, distributions: tuple[Path, Path], tmp_path: Path
) -> None:
    environment = Environment(tmp_path / "venv")
    wheel, sdist = distributions
    if kind == "editable":
        environment.install("--editable", source)
    else:
        environment.install(wheel if kind == "wheel" else sdist)
    _assert_works(environment, source / "examples" / "terraform" / "attack")


def test_a_check_added_to_an_editable_install_is_found_at_once(source: Path, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "venv")
    environment.install("--editable", source)
    original = (source / "checks" / "snap301_public_snapshot.py").read_text()
    added = source / "checks" / NEW_CHECK
    added.write_text(original.replace("SNAP301", "SNAP999").replace("public-snapshot", "added-later"))
    try:
        shown = environment.run("-m", "snapguard", "rules", "--format", "json")
    finally:
        added.unlink()
    assert '"added-later"' in shown.stdout


def test_the_wheel_holds_the_package_its_data_and_its_types_and_nothing_else(
    distributions: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(distributions[0]) as wheel:
        names = wheel.namelist()
    assert {"snapguard/py.typed", "snapguard/checks/__init__.py", "snapguard/iam/capabilities.json"} <= set(names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"snapguard"}
    sources = {
        f"snapguard/{path.relative_to(PROJECT / 'src' / 'snapguard').as_posix()}"
        for path in (PROJECT / "src" / "snapguard").rglob("*.py")
    }
    assert sources <= set(names)


def test_the_source_distribution_holds_what_the_readme_speaks_of(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[1]) as sdist:
        names = {name.split("/", 1)[1] for name in sdist.getnames() if "/" in name}
    wanted = {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "checks/__init__.py"}
    assert wanted | {"examples/terraform/attack/main.tf"} <= names


def test_the_version_stands_in_one_place(distributions: tuple[Path, Path]) -> None:
    import snapguard

    assert distributions[0].name.startswith(f"snapguard-{snapguard.__version__}-")


def test_what_users_copy_names_this_version() -> None:
    import snapguard

    pages = [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md"), *(PROJECT / "integrations").rglob("*")]
    texts = [path.read_text(encoding="utf-8") for path in pages if path.is_file()]
    named = [version for text in texts for version in re.findall(r"(?:rev: |/|@)v(\d+\.\d+\.\d+)", text)]
    assert len(named) >= 6
    assert set(named) == {snapguard.__version__}
    assert not [text for text in texts if re.search(r"pip install (?:-\S+ )*['\"]?snapguard(?!\[[\w-]+\] @)", text)]
