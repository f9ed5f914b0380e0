"""Fixtures that all tests share."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from snapguard.findings import Result
from snapguard.scan import Report, scan
from snapguard.settings import Settings

ScanText = Callable[..., list[Result]]
ScanFiles = Callable[..., Report]

FILE_NAMES = {"terraform": "main.tf", "cloudformation": "template.yaml"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory that is the working directory and no part of a repository."""
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / ".git").mkdir()
    monkeypatch.chdir(directory)
    return directory


@pytest.fixture
def write(project: Path) -> Callable[[Mapping[str, str | bytes]], None]:
    """Write files into the project: text or bytes by their path."""

    def write_files(files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

    return write_files


@pytest.fixture
def scan_files(write: Callable[[Mapping[str, str | bytes]], None]) -> ScanFiles:
    """Write files, scan them, and give the whole report: `scan_files({"main.tf": "…"}, ["."], select=["iam"])`."""

    def run(files: Mapping[str, str | bytes], paths: Sequence[str] = (".",), **settings: Any) -> Report:
        write(files)
        return scan(paths, Settings(**settings))

    return run


@pytest.fixture
def scan_text(scan_files: ScanFiles) -> ScanText:
    """The results for code in a language: `scan_text("terraform", "…" or {"main.tf": "…"}, trusted_accounts=["…"])`.

    A bug that the scan met fails the test.
    """

    def run(language: str, code: str | Mapping[str, str | bytes], **settings: Any) -> list[Result]:
        files = {FILE_NAMES[language]: code} if isinstance(code, str) else code
        report = scan_files(files, **settings)
        assert not report.errors, report.errors[0].traceback
        return list(report.results)

    return run
