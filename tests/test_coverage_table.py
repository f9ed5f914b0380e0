"""docs/coverage.md says what the mapping modules read."""

import importlib.util
from pathlib import Path

import pytest

from snapguard import registry
from snapguard.estate import Estate
from snapguard.findings import Category
from snapguard.settings import Settings

TOOL = Path(__file__).parents[1] / "tools" / "coverage_table.py"
SPEC = importlib.util.spec_from_file_location("coverage_table", TOOL)
assert SPEC is not None
assert SPEC.loader is not None
coverage_table = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(coverage_table)

OF_RESOURCES = {Category.ENCRYPTION, Category.SHARING, Category.RESTORE_SSH}


def test_the_page_is_current():
    assert coverage_table.main(["--check"]) == 0


def test_a_page_that_is_out_of_date_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(coverage_table, "PAGE", tmp_path / "coverage.md")

    assert coverage_table.main(["--check"]) == 1
    assert "coverage.md is out of date" in capsys.readouterr().out
    assert coverage_table.main([]) == 0
    assert coverage_table.main(["--check"]) == 0


def test_the_page_has_a_column_for_every_check_of_resources():
    codes = [code for code in registry.check_modules() if registry.CATEGORIES[code[4]] in OF_RESOURCES]
    assert sorted(coverage_table.PARTS) == codes


@pytest.mark.parametrize("language", coverage_table.LANGUAGES)
@pytest.mark.parametrize("code", coverage_table.PARTS)
def test_a_check_asks_for_no_type_that_the_page_leaves_out(code, language):
    root = coverage_table.AskedRoot(language)
    list(registry.load(code).function(Estate(root, Settings())))

    parts = coverage_table.PARTS[code]
    told = set().union(*(coverage_table.types_of(part, language) for part in [*parts.judged, *parts.looked_at]))
    assert root.asked <= told


DOMAIN = Path(__file__).parent / "estate" / "domain_types.txt"


def test_every_type_of_the_domain_is_looked_at_or_the_page_says_why_not():
    domain = {line for line in DOMAIN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    explained = {kind for kinds in coverage_table.REASONS.values() for kind in kinds}
    assert len(domain) == 330
    assert domain - coverage_table.asked_for() - explained == set()


def test_a_reason_is_given_once_and_for_a_type_of_the_domain():
    domain = set(DOMAIN.read_text(encoding="utf-8").splitlines())
    explained = [kind for kinds in coverage_table.REASONS.values() for kind in kinds]
    assert len(explained) == len(set(explained))
    assert set(explained) <= domain
