"""Which checks a word means."""

import pytest

from snapguard import registry
from snapguard.findings import Category
from snapguard.registry import UnknownSelectorError, selected_codes


@pytest.mark.parametrize("word", ["SNAP301", "snap301", "public-snapshot", "Public-Snapshot"])
def test_a_check_is_selected_by_code_or_name(word):
    assert selected_codes([word]) == {"SNAP301"}


def test_a_category_means_all_its_checks():
    codes = selected_codes(["sharing"])

    assert "SNAP301" in codes
    assert {registry.load(code).category for code in codes} == {Category.SHARING}


def test_a_prefix_means_all_codes_that_begin_with_it():
    assert selected_codes(["SNAP00"]) == {code for code in registry.check_modules() if code.startswith("SNAP00")}


def test_all_means_every_check():
    assert selected_codes(["ALL"]) == set(registry.check_modules())


def test_several_words_mean_all_that_any_means():
    assert selected_codes(["SNAP301", "unreadable-input"]) == {"SNAP301", "SNAP001"}


def test_no_words_mean_no_check():
    assert selected_codes([]) == frozenset()


@pytest.mark.parametrize("word", ["SNAP999", "", "public"])
def test_a_word_that_means_no_check_is_an_error_that_knows_the_right_words(word):
    with pytest.raises(UnknownSelectorError) as caught:
        selected_codes([word])

    assert caught.value.word == word
    assert {"SNAP301", "public-snapshot", "sharing", "ALL"} <= set(caught.value.known)


def test_a_code_that_no_check_has_is_not_loaded():
    with pytest.raises(KeyError):
        registry.load("SNAP999")


def test_a_file_that_holds_no_check_of_its_code_is_not_loaded(monkeypatch):
    monkeypatch.setattr(registry, "check_modules", lambda: {"SNAP998": "snapguard.checks.snap001_unreadable_input"})

    with pytest.raises(KeyError):
        registry.load("SNAP998")


def test_all_checks_are_loaded_in_the_order_of_their_codes():
    codes = [check.code for check in registry.load_all()]

    assert codes == sorted(registry.check_modules())
