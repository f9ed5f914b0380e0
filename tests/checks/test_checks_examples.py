"""Every check finds its BAD examples, and nothing finds anything in its GOOD ones."""

from pathlib import Path

import pytest

from snapguard import registry
from snapguard.findings import Category

LANGUAGES = ("terraform", "cloudformation")
CODES = tuple(registry.check_modules())
CHECKS = Path(__file__).parents[2] / "checks"
MAX_LINES = 70
SAYABLE = [
    pytest.param(code, language, id=f"{code}-{language}")
    for code in CODES
    for language, text in registry.load(code).examples("BAD").items()
    if text is not None
]


@pytest.mark.parametrize(("code", "language"), SAYABLE)
def test_a_check_finds_its_bad_example(code, language, scan_text):
    check = registry.load(code)
    select = ["ALL" if check.category is Category.INPUT else code]  # those are about other findings

    results = scan_text(language, check.examples("BAD")[language], select=select, **check.example_settings)

    assert [result for result in results if result.code == code and result.status.value == "fail"]


@pytest.mark.parametrize(("code", "language"), SAYABLE)
def test_no_check_finds_anything_in_a_good_example(code, language, scan_text):
    check = registry.load(code)

    results = scan_text(language, check.examples("GOOD")[language], **check.example_settings)

    shown = [(result.code, result.message) for result in results if result.status.value != "suppressed"]
    assert shown == [], f"in the good example of {code}"


@pytest.mark.parametrize("code", CODES)
def test_a_check_has_both_examples_for_both_languages_or_says_that_there_are_none(code):
    bad, good = registry.load(code).examples("BAD"), registry.load(code).examples("GOOD")

    assert set(bad) == set(good) == set(LANGUAGES)
    assert any(text is not None for text in bad.values())
    assert all((bad[language] is None) == (good[language] is None) for language in LANGUAGES)


@pytest.mark.parametrize("code", CODES)
def test_code_name_and_category_of_a_check_can_be_read_off_its_file(code):
    check = registry.load(code)

    assert check.code == code
    assert registry.check_modules()[code].endswith(f".{code.lower()}_{check.name.replace('-', '_')}")
    assert registry.CATEGORIES[code[4]] is check.category


@pytest.mark.parametrize("code", CODES)
def test_a_check_explains_what_it_finds_why_it_matters_and_how_to_mend_it(code):
    check = registry.load(code)

    assert check.summary.endswith(".")
    assert check.reasoning
    assert check.help.endswith(".")
    assert len({check.summary, check.reasoning, check.help}) == 3


@pytest.mark.parametrize("path", sorted(CHECKS.glob("snap*.py")), ids=lambda path: path.stem)
def test_a_check_is_a_file_that_is_read_at_a_glance(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
