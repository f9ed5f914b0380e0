"""Whole estates as engineers write them: good ones are silent, and each planted fault is found in its place."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml

from snapguard.findings import Result, Status
from snapguard.scan import Report, scan
from snapguard.settings import Settings, load_settings

ESTATES = Path(__file__).parent
NAMES = sorted(path.name for path in (ESTATES / "good").iterdir())
SMALLEST = 20

# What the code of a good estate does not tell, with the reason.
NOT_TOLD = {
    # A statement for the organization, if it has an id, which only the provider tells.
    "air_gapped": [("SNAP304", "module.recovery_vault.aws_backup_vault_policy.this")],
    "golden_image": [("SNAP104", "aws_iam_role_policy_attachment.builder")],  # its rights stand under conditions
}

Estate = Callable[[str], Path]


@pytest.fixture
def estate(project: Path) -> Estate:
    """Copy a good estate into the working directory."""

    def copy(name: str) -> Path:
        shutil.copytree(ESTATES / "good" / name, project, dirs_exist_ok=True)
        return project

    return copy


def scanned(directory: Path) -> Report:
    path = directory / "snapguard.toml"
    settings = load_settings(str(path)) if path.exists() else Settings(directory=str(directory))
    report = scan(["."], settings, counts_resources=True)
    assert not report.errors, report.errors[0].traceback
    return report


def with_status(report: Report, status: Status) -> list[Result]:
    return [result for result in report.results if result.status is status]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_fails_in_a_well_built_estate(name: str, estate: Estate) -> None:
    report = scanned(estate(name))

    failing = [(result.code, result.address, result.message) for result in with_status(report, Status.FAIL)]
    assert failing == []
    assert report.statistics.resources >= SMALLEST


@pytest.mark.parametrize("name", NAMES)
def test_all_that_a_well_built_estate_does_not_tell_is_known(name: str, estate: Estate) -> None:
    unknown = with_status(scanned(estate(name)), Status.UNKNOWN)
    assert [(result.code, result.address.partition("[")[0]) for result in unknown] == NOT_TOLD.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_each_planted_fault_is_found_in_its_place_and_nothing_else(name: str, estate: Estate) -> None:
    directory = estate(name)
    faults = yaml.safe_load((ESTATES / "bad" / f"{name}.yaml").read_text(encoding="utf-8"))
    known = {(result.code, result.address) for result in scanned(directory).results}
    for fault in faults:
        plant(directory / fault["file"], fault["replace"], fault["with"])

    results = [result for result in scanned(directory).results if (result.code, result.address) not in known]

    expected = [place(directory, fault, find) for fault in faults for find in fault["finds"]]
    assert sorted(place_of(result) for result in results) == sorted(expected)


def plant(path: Path, old: str, new: str) -> None:
    """Replace a text that stands once; blocks may be written with less indentation than they have."""
    text = path.read_text(encoding="utf-8")
    indents = [" " * width for width in range(9)]
    found = [indent for indent in indents if text.count(indented(old, indent)) == 1]
    assert found, f"not once in {path.name}:\n{old}"
    path.write_text(text.replace(indented(old, found[0]), indented(new, found[0])), encoding="utf-8")


def indented(text: str, indent: str) -> str:
    return "".join(indent + line if line.strip() else line for line in text.splitlines(keepends=True))


def place(directory: Path, fault: dict, find: dict) -> tuple[str, str, str, int, str]:
    name = find.get("file", fault["file"])
    lines: Sequence[str] = (directory / name).read_text(encoding="utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if str(find["at"]) in line]
    return find["check"], find["address"], name, numbers[find.get("nth", 1) - 1], find.get("status", "fail")


def place_of(result: Result) -> tuple[str, str, str, int, str]:
    return result.code, result.address, result.span.file.display, result.span.line, result.status.value
