"""What is told where another package took the place of one that Checkov needs."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from snapguard.cli import program

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Packages, by the names of their directories, where click is installed."""
    monkeypatch.setattr(click, "__file__", str(tmp_path / "click" / "__init__.py"))

    def make(*names: str) -> None:
        for name in names:
            (tmp_path / name).mkdir()

    return make


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, arguments)


@pytest.mark.parametrize("name", ["python_hcl2-8.1.4.dist-info", "python-hcl2-8.1.4.dist-info"])
def test_python_hcl2_beside_checkov_is_told_by_every_command_with_the_way_out(install: Install, name: str) -> None:
    install("checkov", "hcl2", "bc_python_hcl2-0.4.3.dist-info", name)

    for arguments in (["--version"], ["rules"]):
        result = run(*arguments)
        assert result.exit_code == 0
        assert "pip uninstall --yes python-hcl2 && pip install --force-reinstall" in result.stderr
        assert "hcl2" not in result.stdout


def test_no_directory_is_given_to_a_checkov_that_cannot_run(install: Install) -> None:
    install("checkov", "hcl2", "python_hcl2-8.1.4.dist-info")

    result = run("checkov-checks-dir")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "python-hcl2 is installed beside Checkov" in result.stderr


@pytest.mark.parametrize(
    "names",
    [
        ("checkov", "hcl2", "bc_python_hcl2-0.4.3.dist-info"),
        ("hcl2", "python_hcl2-8.1.4.dist-info"),
        ("checkov", "python_hcl2-8.1.4.dist-info"),
        (),
    ],
)
def test_nothing_is_told_where_neither_harms_the_other(install: Install, names: tuple[str, ...]) -> None:
    install(*names)

    result = run("checkov-checks-dir")

    assert result.exit_code == 0
    assert result.stderr == ""
