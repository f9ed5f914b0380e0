"""Every check finds its BAD examples, and nothing finds anything in its GOOD ones."""

import pytest

from snapguard import registry
from snapguard.findings import Category

LANGUAGES = ("terraform", "cloudformation")
CODES = tuple(registry.check_modules())


def examples(kind):
    return [
        pytest.param(code, language, text, id=f"{code}-{language}")
        for code in CODES
        for language, text in registry.load(code).examples(kind).items()
        if text is not None
    ]


@pytest.mark.parametrize(("code", "language", "text"), examples("BAD"))
def test_a_check_finds_its_bad_example(code, language, text, scan_text):
    is_about_other_findings = registry.load(code).category is Category.INPUT
    settings = registry.load(code).example_settings
    results = scan_text(language, text, select=["ALL" if is_about_other_findings else code], **settings)

    assert [result for result in results if result.code == code and result.status.value == "fail"]


@pytest.mark.parametrize(("code", "language", "text"), examples("GOOD"))
def test_no_check_finds_anything_in_a_good_example(code, language, text, scan_text):
    results = scan_text(language, text, **registry.load(code).example_settings)

    shown = [(result.code, result.message) for result in results if result.status.value != "suppressed"]
    assert shown == [], f"in the good example of {code}"


@pytest.mark.parametrize("code", CODES)
def test_a_check_has_examples_for_both_languages_or_says_that_there_is_none(code):
    check = registry.load(code)

    assert set(check.examples("BAD")) == set(LANGUAGES)
    assert set(check.examples("GOOD")) == set(LANGUAGES)
    assert any(text is not None for text in check.examples("BAD").values())


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
