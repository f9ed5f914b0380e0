"""Which checks a word means."""

import sys
from types import ModuleType

import pytest

from snapguard import registry
from snapguard.findings import Category, Severity
from snapguard.registry import Check, UnknownSelectorError, mended, selected_codes


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


BAD = {
    "terraform": """
        ingress {
          from_port = 22
          to_port   = 22
        }
    """,
    "cloudformation": "{FromPort: 22, ToPort: 22}",
}
ONE_LANGUAGE = {**BAD, "cloudformation": None}


@pytest.fixture
def good_examples(monkeypatch):
    """The good examples of a check whose file declares them so."""

    def examples(good):
        module = ModuleType("snapguard.checks.snap999_trial")
        module.GOOD = good
        monkeypatch.setitem(sys.modules, module.__name__, module)

        def trial(_estate):
            yield from ()

        trial.__module__ = module.__name__
        return Check("SNAP999", "trial", Category.SHARING, Severity.LOW, (), trial).examples("GOOD")

    return examples


def test_a_good_example_is_the_bad_one_with_every_occurrence_of_a_piece_replaced(good_examples):
    assert good_examples(mended(BAD, {"22": "443"})) == {
        "terraform": "ingress {\n  from_port = 443\n  to_port   = 443\n}\n",
        "cloudformation": "{FromPort: 443, ToPort: 443}\n",
    }


def test_each_language_can_be_mended_by_pieces_of_its_own(good_examples):
    good = mended(
        BAD, {"22": "443"}, terraform={"ingress {": "egress {\n  protocol  = -1"}, cloudformation={", To": ", to"}
    )

    assert good_examples(good) == {
        "terraform": "egress {\n  protocol  = -1\n  from_port = 443\n  to_port   = 443\n}\n",
        "cloudformation": "{FromPort: 443, toPort: 443}\n",
    }


def test_what_a_language_cannot_say_bad_it_cannot_say_good(good_examples):
    assert good_examples(mended(ONE_LANGUAGE, terraform={"22": "443"}))["cloudformation"] is None


@pytest.mark.parametrize(
    ("bad", "pieces", "message"),
    [
        (BAD, {"both": {"from_port": "port"}}, "the bad example in cloudformation has no `from_port` to mend"),
        (BAD, {"terraform": {"10.0.0.0/8": ""}}, "the bad example in terraform has no `10.0.0.0/8` to mend"),
        (ONE_LANGUAGE, {"cloudformation": {"22": "443"}}, "the bad example in cloudformation has no `22` to mend"),
    ],
)
def test_a_piece_that_the_bad_example_lacks_is_an_error_once_the_good_one_is_asked_for(
    bad, pieces, message, good_examples
):
    good = mended(bad, **pieces)

    with pytest.raises(ValueError, match=f"^{message}$"):
        good_examples(good)
