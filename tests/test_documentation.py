"""The documentation says what is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("**/*.md")])


def test_what_the_pages_quote_is_what_the_program_prints() -> None:
    command = [sys.executable, PROJECT / "tools" / "update_documentation.py", "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_names_every_option_that_it_uses() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    help_texts = "".join(
        subprocess.run(
            [sys.executable, "-m", "snapguard", *arguments, "--help"], capture_output=True, text=True, check=True
        ).stdout
        for arguments in ([], ["check"], ["audit"], ["graph"], ["explain"], ["rules"], ["inspect"])
    )
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {"--quiet", "--upgrade", "--editable", "--group"}
    assert used
    assert {option for option in used if option not in help_texts} == set()


def test_the_hooks_name_commands_that_exist() -> None:
    hooks = (PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: snapguard (\w+)", hooks)
    assert entries == ["check", "check"]


def test_nothing_speaks_of_the_machine_it_was_made_on() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    texts = [PROJECT / name for name in tracked.splitlines() if not name.endswith((".json", ".png"))]
    homes = re.compile(r"/(?:home|Users|root|work)/[\w.-]+/")
    own = Path(__file__).resolve()
    assert [
        path.name for path in texts if path != own and path.is_file() and homes.search(path.read_text("utf-8"))
    ] == []
