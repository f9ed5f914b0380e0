"""snapguard.lock: who may do what, since when, by whose approval, and when that is to be reviewed.

The file is TOML, written by `snapguard audit --write-lock` and read by people: who approves a right puts a name into
`approved-by`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from snapguard.audit.entries import UNKNOWN_REACH, Key, reach_text
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.iam.scopes import Bounds, Reach
from snapguard.settings import Settings, SettingsError, nearest
from snapguard.source import display_path

LOCK_NAME = "snapguard.lock"
LOCK_VERSION = 1

_HEADER = """\
# Who may do what with copies of disks and databases. `snapguard audit --write-lock` writes this file and
# `snapguard audit --check-lock` holds the code against it. Who has looked at a principal signs in approved-by.
"""

_REACHES = {reach.name.lower(): reach for reach in Reach}
_FIELDS = ("root", "kind", "principal", "name", "approved-by", "review-due", "rights")
_RIGHT_FIELDS = ("reach", "least", "most", "since")


class LockError(SettingsError):
    """A lock that can't be used; the message names the place and the way out."""


class LockedRight(NamedTuple):
    """How far a capability may go, and the day (YYYY-MM-DD) since when it goes that far."""

    bounds: Bounds
    since: str


class LockedPrincipal(NamedTuple):
    """What a principal may do. `approved_by` is empty where nobody has signed; `line` is where it stands."""

    name: str
    rights: Mapping[str, LockedRight]
    approved_by: str
    review_due: str
    line: int = 0


class Lock(NamedTuple):
    """The principals that may hold rights, by what they are told from others by."""

    principals: Mapping[Key, LockedPrincipal]

    def lists(self, root: str, principal: str) -> bool:
        """Whether a principal (its address or ARN) of a root, named as `root_key` names it, is listed with a right."""
        return any(
            key.root == root and key.principal == principal and locked.rights for key, locked in self.principals.items()
        )


def root_key(language: str, path: str, settings: Settings) -> str:
    """How a lock names a root, from its language and its name or path.

    It is relative to the project's directory, so that it is the same in every checkout. A plan goes by the directory
    of the code that it was made from: both say the same of the same principals.
    """
    if language == "plan" or (language == "terraform" and os.path.isfile(path)):
        path = settings.source or os.path.dirname(path)
    return os.path.relpath(path or os.curdir, settings.directory).replace(os.sep, "/")


def today() -> str:
    """The day of the run, as YYYY-MM-DD: the one place that a review takes it from."""
    return time.strftime("%Y-%m-%d")


def locked_principals(directory: str) -> Lock | None:
    """The lock of a project's directory; None where it has none. Raises LockError where it can't be used."""
    path = os.path.join(directory, LOCK_NAME)
    return read_lock(path) if os.path.isfile(path) else None


def read_lock(path: str) -> Lock:
    """The lock in a file; raises LockError where it can't be used."""
    return _Reader(path).lock()


def lock_text(lock: Lock) -> str:
    """A lock as it is written, the same bytes for the same rights."""
    blocks = [f"{_HEADER}version = {LOCK_VERSION}\n"]
    for key, principal in sorted(lock.principals.items()):
        lines = [
            "[[principal]]",
            f"root = {_quoted(key.root)}",
            f"kind = {_quoted(key.kind)}",
            f"principal = {_quoted(key.principal)}",
            f"name = {_quoted(principal.name)}",
            f"approved-by = {_quoted(principal.approved_by)}",
            f"review-due = {principal.review_due}",
            *(f"rights.{capability} = {_right_text(right)}" for capability, right in principal.rights.items()),
        ]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _right_text(right: LockedRight) -> str:
    reach = reach_text(right.bounds)
    exact = f'reach = "{reach}"'
    if reach == UNKNOWN_REACH:
        exact += f', least = "{right.bounds.low.name.lower()}", most = "{right.bounds.high.name.lower()}"'
    return f"{{ {exact}, since = {right.since} }}"


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class _Reader:
    """Reads a lock and names places in it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: list[str] = []

    def lock(self) -> Lock:
        content = self._content()
        version = content.get("version")
        if version != LOCK_VERSION:
            raise self._error(
                1, f"is a lock of version {version!r}, and this SnapGuard reads version {LOCK_VERSION}: write it anew"
            )
        self._refuse_unknown(content, ("version", "principal"), 1)
        tables = content.get("principal", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._error(1, "`principal` must be a list of tables, each under [[principal]]")
        return Lock(dict(map(self._principal, tables, self._headers(len(tables)))))

    def _content(self) -> Mapping[str, Any]:
        import sys

        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
        try:
            with open(self._path, encoding="utf-8-sig") as stream:
                text = stream.read()
            self._lines = text.splitlines()
            content: Mapping[str, Any] = tomllib.loads(text)
        except OSError as error:
            raise self._error(1, f"can't be read: {error.strerror or error}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise self._error(1, f"is not valid TOML: {error}") from error
        return content

    def _headers(self, count: int) -> list[int]:
        """The line of each [[principal]]."""
        lines = [number for number, line in enumerate(self._lines, 1) if line.replace(" ", "") == "[[principal]]"]
        return lines if len(lines) == count else [1] * count

    def _principal(self, table: Mapping[str, Any], line: int) -> tuple[Key, LockedPrincipal]:
        self._refuse_unknown(table, _FIELDS, line)
        key = Key(*(self._text(table, field, line) for field in Key._fields))
        rights = table.get("rights", {})
        if not isinstance(rights, dict):
            raise self._error(line, "`rights` must be a table of capabilities")
        self._refuse_unknown(rights, CAPABILITIES, line)
        locked = LockedPrincipal(
            self._text(table, "name", line),
            {name: self._right(name, rights[name], line) for name in CAPABILITIES if name in rights},
            self._text(table, "approved-by", line),
            self._day(table, "review-due", line),
            line,
        )
        return key, locked

    def _right(self, name: str, content: Any, line: int) -> LockedRight:
        if not isinstance(content, dict):
            raise self._error(line, f"`rights.{name}` must be a table with `reach` and `since`")
        self._refuse_unknown(content, _RIGHT_FIELDS, line)
        since = self._day(content, "since", line)
        if content.get("reach") != UNKNOWN_REACH:
            reach = self._reach(content, "reach", line)
            return LockedRight(Bounds(reach, reach), since)
        return LockedRight(Bounds(self._reach(content, "least", line), self._reach(content, "most", line)), since)

    def _reach(self, table: Mapping[str, Any], name: str, line: int) -> Reach:
        word = self._text(table, name, line)
        if word not in _REACHES:
            known = [*_REACHES, UNKNOWN_REACH]
            raise self._error(line, f"`{name}` must be one of {', '.join(known)}, not {word!r}{nearest(word, known)}")
        return _REACHES[word]

    def _text(self, table: Mapping[str, Any], name: str, line: int) -> str:
        content = table.get(name)
        if not isinstance(content, str):
            raise self._error(line, f"`{name}` must be a text" if name in table else f"`{name}` is missing")
        return content

    def _day(self, table: Mapping[str, Any], name: str, line: int) -> str:
        from datetime import date, datetime

        content = table.get(name)
        if not isinstance(content, date) or isinstance(content, datetime):
            raise self._error(line, f"`{name}` must be a day such as 2027-01-31, without quotes")
        return content.isoformat()

    def _refuse_unknown(self, table: Mapping[str, Any], known: tuple[str, ...], line: int) -> None:
        for name in table:
            if name not in known:
                raise self._error(line, f"unknown key `{name}`{nearest(name, known)}")

    def _error(self, line: int, message: str) -> LockError:
        return LockError(f"{display_path(self._path)}:{line}: {message}")


def overdue(lock: Lock, day: str) -> Iterator[tuple[Key, LockedPrincipal]]:
    """The principals whose review was due before a day, in order."""
    for key, principal in sorted(lock.principals.items()):
        if principal.rights and principal.review_due < day:
            yield key, principal
