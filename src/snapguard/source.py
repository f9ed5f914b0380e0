"""Files as they were read, and places in them: every fact can point at its text."""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache


class SourceFile:
    """A file that was read.

    `path` opens it, `display` names it in output (relative to the working directory, with `/`),
    `data` are its bytes as they stand on disk.
    """

    __slots__ = ("_anchor", "_is_ascii", "_last_line", "_line_starts", "data", "display", "path")

    def __init__(self, path: str, display: str, data: bytes) -> None:
        self.path = path
        self.display = display
        self.data = data
        self._line_starts: list[int] | None = None
        self._is_ascii: bool | None = None
        self._anchor = (0, 0)
        self._last_line = (0, "")

    @property
    def line_starts(self) -> list[int]:
        """Byte offset at which each line begins; a file that ends in a newline has an empty last line."""
        starts = self._line_starts
        if starts is None:
            data = self.data
            starts = [0]
            at = data.find(b"\n")
            while at >= 0:
                starts.append(at + 1)
                at = data.find(b"\n", at + 1)
            self._line_starts = starts
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte offset, both from 1; columns count characters, not bytes."""
        starts = self._line_starts or self.line_starts
        line = bisect_right(starts, offset)
        begin = starts[line - 1]
        if self._is_ascii is None:
            self._is_ascii = self.data.isascii()
        if self._is_ascii:
            return line, min(offset, len(self.data)) - begin + 1
        if begin == 0 and self.data.startswith(b"\xef\xbb\xbf"):
            begin = min(3, offset)
        return line, self._characters(begin, offset) + 1

    def _characters(self, begin: int, offset: int) -> int:
        """How many characters stand between the beginning of a line and an offset in it.

        In a long line, such as that of a plan, they are counted from the place that was asked for last.
        """
        if offset - begin < LONG_LINE:
            return len(self.data[begin:offset].decode("utf-8", "replace"))
        anchor, known = self._anchor
        if anchor < begin:
            count = len(self.data[begin:offset].decode("utf-8", "replace"))
        elif anchor <= offset:
            count = known + len(self.data[anchor:offset].decode("utf-8", "replace"))
        else:
            count = known - len(self.data[offset:anchor].decode("utf-8", "replace"))
        self._anchor = (offset, count)
        return count

    def offset(self, line: int, column: int) -> int:
        """Byte offset of a line and column as `position` gives them; past the end gives the end."""
        starts = self.line_starts
        if line > len(starts):
            return len(self.data)
        begin = starts[line - 1]
        if begin == 0 and self.data.startswith(b"\xef\xbb\xbf"):
            begin = 3
        text = self.line(line)
        return begin + len(text[: column - 1].encode("utf-8"))

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line end; empty past the end."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        if self._last_line[0] == number:
            return self._last_line[1]
        end = starts[number] if number < len(starts) else len(self.data)
        text = self.data[starts[number - 1] : end].decode("utf-8", "replace")
        text = text.removeprefix("\ufeff").rstrip("\r\n")
        self._last_line = (number, text)
        return text

    def __repr__(self) -> str:
        return f"SourceFile({self.display!r})"


LONG_LINE = 4096
"""A line that no person writes, in bytes."""


def display_path(path: str) -> str:
    """A path as output names it: relative to the working directory where it lies below it, with `/`."""
    plain = os.path.normpath(path)
    if not os.path.isabs(plain) and not plain.startswith(os.pardir):
        return plain.replace(os.sep, "/")
    relative = os.path.relpath(path)
    shown = os.path.abspath(path) if relative.startswith(os.pardir + os.sep + os.pardir) else relative
    return shown.replace(os.sep, "/")


MAX_SIZE = 64 * 1024 * 1024
"""How large a file may be, in bytes; a larger one is refused, not read."""


_stand_ins: dict[str, bytes] = {}
"""What stands in for files on disk, by their real paths."""


@contextmanager
def standing_in(path: str, data: bytes) -> Iterator[None]:
    """For as long as the context lasts, a file has these bytes, whatever is on disk, if it is there at all."""
    real = os.path.realpath(path)
    _stand_ins[real] = data
    try:
        yield
    finally:
        del _stand_ins[real]


def stand_in(path: str) -> bytes | None:
    """The bytes that stand in for a file; None where those on disk count."""
    return _stand_ins.get(os.path.realpath(path)) if _stand_ins else None


def names_standing_in(directory: str) -> list[str]:
    """The names in a directory for which other bytes than those on disk count."""
    real = os.path.realpath(directory) if _stand_ins else ""
    return [os.path.basename(path) for path in _stand_ins if os.path.dirname(path) == real]


def load(path: str) -> SourceFile:
    """Read a file.

    Raises OSError where it can't be read, is no regular file, is larger than MAX_SIZE, or is a link out of its tree.
    """
    if leads_out(path):
        raise OSError(errno.EPERM, "a link that leads out of the tree is not followed", path)
    given = stand_in(path)
    if given is not None:
        return SourceFile(path, display_path(path), given)
    # Without a stream around it: most files are small, and opening them is what takes the time.
    descriptor = os.open(path, _AT_ONCE)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        if status.st_size > MAX_SIZE:
            raise OSError(errno.EFBIG, f"larger than {MAX_SIZE // 1024 // 1024} MiB", path)
        return SourceFile(path, display_path(path), _read_whole(descriptor, status.st_size))
    finally:
        os.close(descriptor)


_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""Opening a named pipe must not wait for somebody to write into it."""


def _read_whole(descriptor: int, size: int) -> bytes:
    """All bytes of an open file; `size` is how many there seem to be."""
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    pieces = [data]
    while pieces[-1]:
        pieces.append(os.read(descriptor, MAX_SIZE))
    return b"".join(pieces)


def leads_out(path: str) -> bool:
    """Whether a path is or goes through a link that leads out of the tree that it stands in.

    The tree is the repository, else the working directory; for a path outside of both, the directory of the file.
    """
    directory, name = os.path.split(path)
    if name in ("", os.curdir, os.pardir):
        directory, name = os.path.split(os.path.abspath(path))
    tree, real = _tree_and_real(directory, os.getcwd())
    if os.path.islink(path):
        real = os.path.realpath(path)
    elif real == tree:
        return False
    else:
        real = os.path.join(real, name)
    return not real.startswith(tree.rstrip(os.sep) + os.sep)


@lru_cache(maxsize=4096)
def _tree_and_real(directory: str, working_directory: str) -> tuple[str, str]:
    """The real paths of the tree that a directory stands in and of the directory itself."""
    whole = os.path.abspath(directory)
    tree = repository_around(whole)
    if tree is None:
        is_below = whole == working_directory or whole.startswith(os.path.join(working_directory, ""))
        tree = working_directory if is_below else whole
    return _real(tree), _real(whole)


@lru_cache(maxsize=4096)
def repository_around(directory: str) -> str | None:
    """The repository that a directory (an absolute path) stands in; None where there is none.

    Looked for once, since many files lie side by side.
    """
    if os.path.exists(os.path.join(directory, ".git")):
        return directory
    above = os.path.dirname(directory)
    return None if above == directory else repository_around(above)


@lru_cache(maxsize=4096)
def _real(directory: str) -> str:
    """The real path of a directory (an absolute path), with a look at each directory above it once."""
    above, name = os.path.split(directory)
    if not name or os.path.islink(directory):
        return os.path.realpath(directory)
    return os.path.join(_real(above), name)


class Span:
    """A stretch of a file, from byte offset `start` up to, not including, `end`."""

    __slots__ = ("end", "file", "start")

    def __init__(self, file: SourceFile, start: int, end: int) -> None:
        self.file = file
        self.start = start
        self.end = end

    @property
    def line(self) -> int:
        """First line, from 1."""
        return self.file.position(self.start)[0]

    @property
    def column(self) -> int:
        """First column, from 1, in characters."""
        return self.file.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """Line of the last character."""
        return self.file.position(max(self.start, self.end))[0]

    @property
    def end_column(self) -> int:
        """Column after the last character, as SARIF counts."""
        return self.file.position(max(self.start, self.end))[1]

    @property
    def text(self) -> str:
        """The text that stands there."""
        return self.file.data[self.start : self.end].decode("utf-8", "replace")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Span) and self.file is other.file and self.start == other.start and self.end == other.end
        )

    def __hash__(self) -> int:
        return hash((id(self.file), self.start, self.end))

    def __repr__(self) -> str:
        return f"Span({self.file.display}:{self.line}:{self.column}-{self.end_line}:{self.end_column})"
