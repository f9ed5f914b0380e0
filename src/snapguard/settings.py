"""What a project asks for: snapguard.toml or [tool.snapguard], and what the command line adds."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from snapguard.findings import Severity
from snapguard.registry import UnknownSelectorError, selected_codes
from snapguard.source import display_path


class Settings(NamedTuple):
    """Everything that a scan can be asked for; the defaults are those of a project without a configuration.

    `directory` is where the configuration stands: globs are relative to it. `source` is the directory of the code that
    a plan was made from, where that is not the plan's own. `jobs` is the number of processes, 0 to choose by the size
    of the scan. `templates` are the CloudFormation templates that are scanned together; the scan sets it.
    """

    select: Sequence[str] = ("ALL",)
    ignore: Sequence[str] = ()
    severity: Severity = Severity.LOW
    fail_on: Severity = Severity.LOW
    exclude: Sequence[str] = ()
    trusted_accounts: Sequence[str] = ()
    trusted_organizations: Sequence[str] = ()
    trusted_cidrs: Sequence[str] = ()
    expected_principals: Sequence[str] = ()
    max_administrators: int | None = None
    var_files: Sequence[str] = ()
    variables: Mapping[str, str] = {}
    parameters: Mapping[str, Any] = {}
    parameter_files: Sequence[str] = ()
    per_path_ignores: Mapping[str, Sequence[str]] = {}
    severities: Mapping[str, Severity] = {}
    require_reason: bool = False
    jobs: int = 0
    directory: str = "."
    source: str = ""
    templates: Sequence[str] = ()


class SettingsError(Exception):
    """A configuration that can't be used; the message names the place and the way out."""


CONFIGURATION = "snapguard.toml"
PROJECT_FILE = "pyproject.toml"


def find_configuration(directory: str = ".") -> str | None:
    """The configuration file of a directory: its own or its nearest parent's, up to the root of the repository."""
    directory = os.path.abspath(directory)
    while True:
        own = os.path.join(directory, CONFIGURATION)
        if os.path.isfile(own):
            return own
        shared = os.path.join(directory, PROJECT_FILE)
        if os.path.isfile(shared) and b"[tool.snapguard" in _read(shared):
            return shared
        parent = os.path.dirname(directory)
        if parent == directory or os.path.exists(os.path.join(directory, ".git")):
            return None
        directory = parent


def load_settings(path: str) -> Settings:
    """The settings of a configuration file; raises SettingsError where it can't be used."""
    document = _Document(path)
    values: dict[str, Any] = {"directory": os.path.dirname(os.path.abspath(path))}
    for key, content in document.content.items():
        option = _OPTIONS.get(key)
        if option is None:
            raise document.error(f"unknown key `{key}`{nearest(key, _OPTIONS)}", (), key)
        values[option.field] = option.read(document, key, content)
    return Settings(**values)


def setting_names() -> Sequence[str]:
    """The keys that a configuration may have, as they are written."""
    return list(_OPTIONS)


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where a known word is near, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def matches(path: str, patterns: Iterable[str], directory: str) -> bool:
    """Whether a path, or a directory that it lies in, is meant by one of the globs.

    `**` stands for any number of directories, `*` and `?` stay within a name; a glob without a slash means the name
    at any depth. Globs are relative to `directory`.
    """
    shown = os.path.relpath(path, directory).replace(os.sep, "/")
    return any(_glob(pattern).match(shown) for pattern in patterns)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    stripped = pattern.removeprefix("./").rstrip("/")
    if stripped.endswith("/**"):
        stripped = stripped[:-3]
        rest = "/."
    else:
        rest = "(?:/|$)"
    if "/" not in stripped and rest != "/.":
        stripped = f"**/{stripped}"
    written = re.escape(stripped).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*")
    return re.compile(written.replace(r"\*", "[^/]*").replace(r"\?", "[^/]") + rest, re.DOTALL)


class _Document:
    """The configuration file, with what is needed to name places in it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: list[str] = []
        self._prefix: tuple[str, ...] = ("tool", "snapguard") if os.path.basename(path) == PROJECT_FILE else ()
        self.content = self._parse()

    def _parse(self) -> Mapping[str, Any]:
        import sys

        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
        try:
            text = _read(self._path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SettingsError(f"{display_path(self._path)}:1: is not UTF-8: {error.reason}") from error
        self._lines = text.splitlines()
        try:
            content: Any = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            what, _, place = str(error).partition(" (at ")
            found = re.search(r"line (\d+)", place)
            number = int(found[1]) if found else len(self._lines)
            raise SettingsError(f"{display_path(self._path)}:{number}: is not valid TOML: {what}") from error
        for depth, name in enumerate(self._prefix, 1):
            content = content.get(name, {})
            if not isinstance(content, dict):
                line = self._line(self._prefix[:depth])
                raise SettingsError(f"{display_path(self._path)}:{line}: `{name}` must be a table")
        assert isinstance(content, dict)
        return content

    def error(self, message: str, table: tuple[str, ...], key: str, word: object = None) -> SettingsError:
        """The error at a key of a table, or at a word of the key's value."""
        return SettingsError(f"{display_path(self._path)}:{self._line((*self._prefix, *table, key), word)}: {message}")

    def _line(self, path: tuple[str, ...], word: object = None) -> int:
        """The line of a key: TOML's parser gives no places, so it is looked for in the text."""
        current: tuple[str, ...] = ()
        found = 0
        for number, line in enumerate(self._lines, 1):
            text = line.strip()
            if text.startswith("["):
                current = _key_parts(text.strip("[] "))
            written = _key_parts(text.partition("=")[0]) if "=" in text else ()
            full = current + written
            if not found and full[: len(path)] == path:
                found = number
            if found and (word is None or str(word) in line):
                return number
        return found or 1


def _key_parts(text: str) -> tuple[str, ...]:
    parts = re.findall(r'"([^"]*)"|\'([^\']*)\'|([\w-]+)', text.partition("#")[0])
    return tuple(a or b or c for a, b, c in parts)


def _texts(document: _Document, key: str, content: Any, table: tuple[str, ...] = ()) -> tuple[str, ...]:
    if not isinstance(content, list):
        raise document.error(f"`{key}` must be a list of texts, not {_kind(content)}", table, key)
    for element in content:
        if not isinstance(element, str):
            raise document.error(
                f"`{key}` must be a list of texts, and {element!r} is {_kind(element)}", table, key, element
            )
    return tuple(content)


def _selectors(document: _Document, key: str, content: Any, table: tuple[str, ...] = ()) -> tuple[str, ...]:
    words = _texts(document, key, content, table)
    for word in words:
        _selector(document, word, table, key)
    return words


def _selector(document: _Document, word: str, table: tuple[str, ...], key: str) -> frozenset[str]:
    try:
        return selected_codes([word])
    except UnknownSelectorError as error:
        raise document.error(f"{error}{nearest(word, error.known)}", table, key, word) from error


def _severity(document: _Document, key: str, content: Any, table: tuple[str, ...] = ()) -> Severity:
    words = [severity.label for severity in Severity]
    if content not in words:
        hint = nearest(content, words) if isinstance(content, str) else ""
        raise document.error(f"`{key}` must be one of {', '.join(words)}, not {content!r}{hint}", table, key)
    return Severity[content.upper()]


def _flag(document: _Document, key: str, content: Any) -> bool:
    if not isinstance(content, bool):
        raise document.error(f"`{key}` must be true or false, not {_kind(content)}", (), key)
    return content


def _count(document: _Document, key: str, content: Any) -> int:
    if not isinstance(content, int) or isinstance(content, bool) or content < 0:
        raise document.error(f"`{key}` must be a whole number, not {content!r}", (), key)
    return content


def _table(document: _Document, key: str, content: Any) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise document.error(f"`{key}` must be a table, not {_kind(content)}", (), key)
    return content


def _path_ignores(document: _Document, key: str, content: Any) -> Mapping[str, Sequence[str]]:
    table = _table(document, key, content)
    return {glob: _selectors(document, glob, words, (key,)) for glob, words in table.items()}


def _severities(document: _Document, key: str, content: Any) -> Mapping[str, Severity]:
    severities = {}
    for word, label in _table(document, key, content).items():
        codes = _selector(document, word, (key,), word)
        severities.update(dict.fromkeys(codes, _severity(document, word, label, (key,))))
    return severities


def _variables(document: _Document, key: str, content: Any) -> Mapping[str, str]:
    for name, value in _table(document, key, content).items():
        if not isinstance(value, str):
            raise document.error(
                f"the variable `{name}` must be a text, as after `terraform plan -var`, not {_kind(value)}",
                (key,),
                name,
            )
    variables: Mapping[str, str] = content
    return variables


def _accounts(document: _Document, key: str, content: Any) -> tuple[str, ...]:
    accounts = _texts(document, key, content)
    for account in accounts:
        if not re.fullmatch(r"\d{12}", account):
            raise document.error(f"`{key}`: {account!r} is no account id (12 digits)", (), key, account)
    return accounts


def _organizations(document: _Document, key: str, content: Any) -> tuple[str, ...]:
    organizations = _texts(document, key, content)
    for organization in organizations:
        if not re.fullmatch(r"o-[a-z0-9]+", organization):
            raise document.error(f"`{key}`: {organization!r} is no organization id (o-…)", (), key, organization)
    return organizations


def _ranges(document: _Document, key: str, content: Any) -> tuple[str, ...]:
    from ipaddress import ip_network

    ranges = _texts(document, key, content)
    text = ""
    try:
        for text in ranges:
            ip_network(text, strict=False)
    except ValueError as error:
        raise document.error(f"`{key}`: {text!r} is no address range (203.0.113.0/24)", (), key, text) from error
    return ranges


def _var_files(document: _Document, key: str, content: Any) -> tuple[str, ...]:
    directory = os.path.dirname(document._path)
    paths = []
    for text in _texts(document, key, content):
        path = os.path.normpath(os.path.join(directory, text))
        if not os.path.isfile(path):
            raise document.error(f"`{key}`: there is no file {text} beside it", (), key, text)
        paths.append(path)
    return tuple(paths)


def _kind(content: object) -> str:
    words = {bool: "true or false", str: "a text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return words.get(type(content), "a date")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise SettingsError(f"{display_path(path)}: can't be read: {error.strerror or error}") from error


class _Option(NamedTuple):
    field: str
    read: Callable[[_Document, str, Any], Any]


_OPTIONS: Mapping[str, _Option] = {
    "select": _Option("select", _selectors),
    "ignore": _Option("ignore", _selectors),
    "fail-on": _Option("fail_on", _severity),
    "exclude": _Option("exclude", _texts),
    "trusted-accounts": _Option("trusted_accounts", _accounts),
    "trusted-organizations": _Option("trusted_organizations", _organizations),
    "trusted-cidrs": _Option("trusted_cidrs", _ranges),
    "expected-principals": _Option("expected_principals", _texts),
    "max-administrators": _Option("max_administrators", _count),
    "var-files": _Option("var_files", _var_files),
    "variables": _Option("variables", _variables),
    "parameters": _Option("parameters", _table),
    "parameter-files": _Option("parameter_files", _var_files),
    "per-path-ignores": _Option("per_path_ignores", _path_ignores),
    "severity": _Option("severities", _severities),
    "require-reason": _Option("require_reason", _flag),
    "jobs": _Option("jobs", _count),
}
