"""The checks: how one is declared, and how they are found.

A check is a function in a file of its own in the package `snapguard.checks`, named `snapNNN_its_name.py`; code
and name can be read off the file name, so nothing is imported to learn which checks there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import import_module
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, NamedTuple

from snapguard.findings import Category, Finding, Severity

if TYPE_CHECKING:
    from snapguard.estate import Estate

CheckFunction = Callable[["Estate"], Iterator[Finding]]
Examples = Mapping[str, str | None]
"""An example a language; None where the language can't say it."""
Pieces = Mapping[str, str]
"""Pieces of an example, each with what stands in its place once it is mended."""


class Check(NamedTuple):
    """A check with its metadata; `attack` are ATT&CK technique ids beside T1578.001."""

    code: str
    name: str
    category: Category
    severity: Severity
    attack: tuple[str, ...]
    function: CheckFunction

    @property
    def summary(self) -> str:
        """What it finds, in a sentence."""
        return self._paragraphs[0]

    @property
    def reasoning(self) -> str:
        """Why it matters: what stands between the summary and the last paragraph."""
        return "\n\n".join(self._paragraphs[1:-1])

    @property
    def help(self) -> str:
        """How to mend it: the last paragraph."""
        return self._paragraphs[-1]

    @property
    def _paragraphs(self) -> Sequence[str]:
        return _paragraphs_of(self.function)

    def examples(self, kind: str) -> Examples:
        """The `BAD` or `GOOD` example a language; ValueError for a `mended` one that its bad one can't give."""
        written: Examples | Mended = getattr(import_module(self.function.__module__), kind)
        return written.texts() if isinstance(written, Mended) else _dedented(written)

    @property
    def example_settings(self) -> Mapping[str, Any]:
        """The settings, by their fields, under which the examples hold; empty for the defaults."""
        settings: Mapping[str, Any] = getattr(import_module(self.function.__module__), "SETTINGS", {})
        return settings


@cache
def _paragraphs_of(function: CheckFunction) -> Sequence[str]:
    text = cleandoc(function.__doc__ or "")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def check(
    *,
    code: str,
    name: str,
    category: Category,
    severity: Severity,
    attack: tuple[str, ...] = (),
) -> Callable[[CheckFunction], Check]:
    """Declare a function over an estate as a check; its docstring is its documentation."""

    def declare(function: CheckFunction) -> Check:
        return Check(code, name, category, severity, ("T1578.001", *attack), function)

    return declare


class Mended:
    """Good examples that are the bad ones with some pieces replaced; the texts are made when somebody asks for them."""

    __slots__ = ("bad", "pieces")

    def __init__(self, bad: Examples, pieces: Mapping[str, Pieces]) -> None:
        self.bad = bad
        self.pieces = pieces

    def texts(self) -> Examples:
        """The examples; ValueError for a piece that does not occur, since nothing would be mended there."""
        texts = dict(_dedented(self.bad))
        for language, pieces in self.pieces.items():
            for old, new in pieces.items():
                text = texts[language]
                if text is None or old not in text:
                    raise ValueError(f"the bad example in {language} has no `{old}` to mend")
                texts[language] = text.replace(old, new)
        return texts


def mended(
    bad: Examples, both: Pieces | None = None, *, terraform: Pieces | None = None, cloudformation: Pieces | None = None
) -> Mended:
    """The good examples, told as what mends the bad ones: pieces of their text, in both languages or in one.

    A piece must occur, and is replaced wherever it does. Indentation counts from the margin of the example.
    """
    given = {"terraform": terraform, "cloudformation": cloudformation}
    return Mended(bad, {language: {**(both or {}), **(pieces or {})} for language, pieces in given.items()})


def _dedented(examples: Examples) -> Examples:
    return {language: None if text is None else cleandoc(text) + "\n" for language, text in examples.items()}


@lru_cache(maxsize=1)
def check_modules() -> Mapping[str, str]:
    """The module of each check by its code, in the order of the codes; nothing is imported for it."""
    package = import_module("snapguard.checks")
    found = {}
    for directory in package.__path__:
        for entry in os.listdir(directory):
            stem, extension = os.path.splitext(entry)
            if extension == ".py" and stem.startswith("snap"):
                found[stem.partition("_")[0].upper()] = f"snapguard.checks.{stem}"
    return dict(sorted(found.items()))


@cache
def load(code: str) -> Check:
    """The check of a code; KeyError for a code that no check has."""
    module = import_module(check_modules()[code])
    for item in vars(module).values():
        if isinstance(item, Check) and item.code == code:
            return item
    raise KeyError(code)


def load_all() -> list[Check]:
    """Every check, in the order of the codes."""
    return [load(code) for code in check_modules()]


CATEGORIES: Mapping[str, Category] = {
    "0": Category.INPUT,
    "1": Category.IAM,
    "2": Category.ENCRYPTION,
    "3": Category.SHARING,
    "4": Category.RESTORE_SSH,
}
"""The category of each hundred of codes, so that checks are selected without importing them."""


class UnknownSelectorError(Exception):
    """A `word` that names no check; `known` are the words that would."""

    def __init__(self, word: str, known: Sequence[str]) -> None:
        super().__init__(f"no check is called `{word}` (`snapguard rules` lists them)")
        self.word = word
        self.known = known


def is_selector(word: str) -> bool:
    """Whether a word means any check."""
    return bool(_codes_of(word))


def selected_codes(words: Iterable[str]) -> frozenset[str]:
    """The codes that selectors mean: a code, a name, a category, a prefix (SNAP2) or ALL.

    Raises UnknownSelectorError for a word that means no check.
    """
    selected: set[str] = set()
    for word in words:
        codes = _codes_of(word)
        if not codes:
            raise UnknownSelectorError(word, sorted(_names()))
        selected.update(codes)
    return frozenset(selected)


def _codes_of(word: str) -> Iterable[str]:
    if word.upper() == "ALL":
        return check_modules()
    if word.upper().startswith("SNAP"):
        codes = [code for code in check_modules() if code.startswith(word.upper())]
        if codes:
            return codes
    return _names().get(word.lower(), ())


@cache
def _names() -> Mapping[str, Sequence[str]]:
    """The codes behind every name, code and category."""
    names: dict[str, list[str]] = {"ALL": list(check_modules())}
    for code, module in check_modules().items():
        names[code] = [code]
        names[module.rpartition(".")[2].partition("_")[2].replace("_", "-")] = [code]
        category = CATEGORIES.get(code[4:5])
        if category is not None:
            names.setdefault(category.value, []).append(code)
    return names
