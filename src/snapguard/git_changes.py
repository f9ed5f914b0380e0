"""What changed since a revision, as git tells it, and which findings that touches.

git is asked by its own commands, without a shell, and in a way that runs nothing of the repository's: no external
diff, no text conversion, no file system monitor, no lock.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from snapguard.findings import Result
from snapguard.scan import ALWAYS_FAILS
from snapguard.source import Span

FETCHED = f"{os.sep}.terraform{os.sep}"
"""Where `terraform init` puts modules: git does not know them, and they change with the calls that fetch them."""

TIMEOUT = 120
"""How long git may take, in seconds."""

EVERY_LINE = (1, 2**62)
"""The stretch of a file that is not compared line by line."""

_OPTIONS = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=true", "-c", "diff.relative=false")
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class ChangesError(Exception):
    """What changed can't be told; the message says why and the way out."""


class FileChanges(NamedTuple):
    """What changed in a file: stretches of lines that were written, and lines behind which some were removed."""

    written: list[tuple[int, int]]
    removed: list[int]

    def touches(self, first: int, last: int) -> bool:
        """Whether lines of a stretch were written, or removed from within it."""
        return any(start <= last and first <= end for start, end in self.written) or self.takes_from(first, last)

    def takes_from(self, first: int, last: int) -> bool:
        """Whether lines were removed from within a stretch."""
        return any(first <= line < last for line in self.removed)


class Changes:
    """What changed in a working tree: `changed` by real path, `unchanged` are the other files that git knows."""

    def __init__(self, changed: Mapping[str, FileChanges], unchanged: frozenset[str]) -> None:
        self._changed = changed
        self._unchanged = unchanged
        self._real: dict[str, str] = {}

    def touch(self, result: Result) -> bool:
        """Whether a result is about something that changed.

        That is: its lines or those of its evidence changed, its resource or the module call that makes it is new,
        lines were removed from its resource, or the call changed. A finding that stands on the line which names the
        resource is about what the resource lacks, so any change of the resource counts; and a file that can't be read
        counts if it changed at all.
        """
        if result.code == ALWAYS_FAILS and self._is_changed(result.span):
            return True
        places = [result.span, *(item.span for item in result.evidence), *result.headers, *result.calls]
        if result.span in result.headers:
            places += result.extents
        return any(map(self._touches, places)) or any(map(self._takes_from, result.extents))

    def _is_changed(self, span: Span) -> bool:
        """Whether the file of a span changed; what the command line says and what `terraform init` fetches did not."""
        path = self._path(span)
        return bool(span.file.path) and path not in self._unchanged and FETCHED not in path

    def _touches(self, span: Span) -> bool:
        changes = self._changed.get(self._path(span))
        if changes is None:
            return self._is_changed(span)
        return changes.touches(span.line, _last_line(span))

    def _takes_from(self, span: Span) -> bool:
        changes = self._changed.get(self._path(span))
        return changes is not None and changes.takes_from(span.line, _last_line(span))

    def _path(self, span: Span) -> str:
        path = span.file.path
        if path not in self._real:
            self._real[path] = os.path.realpath(path)
        return self._real[path]


def _last_line(span: Span) -> int:
    """The last line of which a span holds anything."""
    last = span.end_line
    return last - 1 if last > span.line and span.end_column == 1 else last


def changes_since(revision: str) -> Changes:
    """What changed in the repository of the working directory since a revision.

    Where the present commit does not descend from it, that means since they parted, as a merge request shows it. What
    is not committed counts, and so does what git does not know. Raises ChangesError.
    """
    top = os.path.realpath(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n")))
    base = _base(revision)
    changed = {os.path.join(top, name): change for name, change in _diff(base)}
    listed = _git("ls-files", "-z", "--cached", "--full-name", ":/").split(b"\0")
    known = {os.path.join(top, os.fsdecode(name)) for name in listed if name}
    return Changes(changed, frozenset(known - changed.keys()))


def _base(revision: str) -> str:
    """The commit to compare with: a revision, or where the present one parted from it."""
    commit = b""
    if revision and not revision.startswith("-"):
        commit = _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", may_fail=True).strip()
    if not commit:
        raise ChangesError(
            f"git knows no revision {revision!r}; a shallow clone holds the last commit alone: fetch what is needed "
            "(`git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout)"
        )
    name = commit.decode("ascii")
    return _git("merge-base", name, "HEAD", may_fail=True).split(b"\n")[0].decode("ascii") or name


def _diff(base: str) -> Iterator[tuple[str, FileChanges]]:
    text = _git(
        "diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames",
        "--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/", base, "--",
    )  # fmt: skip
    return parse_diff(text.split(b"\n"))


def parse_diff(lines: Iterable[bytes]) -> Iterator[tuple[str, FileChanges]]:
    """The files that a diff without context changes, and what changes in each; none for files that are gone.

    The lines of a hunk are counted, not looked at: whatever they hold, they are not taken for headers.
    """
    changes: FileChanges | None = None
    content = 0
    for line in lines:
        if content and line.startswith((b"+", b"-")):
            content -= 1
        elif line.startswith(b"Binary files "):
            begin = max(line.rfind(b' and "b/'), line.rfind(b" and b/"))
            name = _file_name(line[begin + len(b" and ") : -len(b" differ")])
            if name:
                yield name, FileChanges([EVERY_LINE], [])
        elif line.startswith(b"+++ "):
            changes = None
            name = _file_name(line[4:])
            if name:
                changes = FileChanges([], [])
                yield name, changes
        elif changes is not None and (hunk := _HUNK.match(line)):
            content = _note(hunk, changes)


def _note(hunk: re.Match[bytes], changes: FileChanges) -> int:
    """Note what a hunk changes; how many lines of content follow it."""
    before, start, after = (1 if text is None else int(text) for text in hunk.groups())
    if after:
        changes.written.append((start, start + after - 1))
    if before > after:
        changes.removed.append(start + max(after - 1, 0))
    return before + after


def _file_name(written: bytes) -> str:
    """The name in a `+++` line, relative to the top; empty for /dev/null. Odd names stand in C's quotes."""
    text = written.removesuffix(b"\t")
    if text.startswith(b'"'):
        from ast import literal_eval

        text = literal_eval("b" + text.decode("ascii"))
    return os.fsdecode(text[2:]) if text.startswith(b"b/") else ""


def _git(*arguments: str, may_fail: bool = False) -> bytes:
    """What a command of git prints; nothing where it fails and may. Raises ChangesError."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *_OPTIONS, *arguments], capture_output=True, check=False, env=environment, timeout=TIMEOUT
        )
    except FileNotFoundError as error:
        raise ChangesError("git is not installed, and only git can tell what changed") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ChangesError(f"git could not be asked: {error}") from error
    if done.returncode == 0 or may_fail:
        return done.stdout if done.returncode == 0 else b""
    said = " ".join(done.stderr.decode("utf-8", "replace").split()).removeprefix("fatal: ")
    if "not a git repository" in said:
        raise ChangesError("the working directory is in no git repository, and only git can tell what changed")
    raise ChangesError(f"git {arguments[0]} failed: {said or done.returncode}")
