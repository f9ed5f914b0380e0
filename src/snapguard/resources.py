"""Resources as resolved: where the readers of all languages meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from snapguard.source import SourceFile, Span
from snapguard.values import Value

if TYPE_CHECKING:
    from snapguard.findings import Severity


class Resource(Protocol):
    """One resource instance that a plan would show, or a resource of a template.

    `address` is the one that a plan prints, or the logical id. `span` is its whole text, `header` the line that
    names it, where a finding about something absent points.
    """

    address: str
    mode: str
    type: str
    name: str
    index: str | int | None
    module: str
    span: Span
    header: Span
    exists: bool | None
    """False never appears; None where it can't be told whether the resource exists at all."""

    def get(self, name: str) -> Value:
        """The value of an attribute, or of a nested block as a list of objects; absent where not set."""
        ...

    def at(self, *path: str) -> Value:
        """The value at a path, entering single blocks on the way."""
        ...

    def attribute_names(self) -> Sequence[str]:
        """What the code sets, in its order."""
        ...


class InputError:
    """Something that a user gave and that can't be used: `message` says what and the way out, `span` where.

    `check` is the code of the input check that reports it; `severity` is None where the check's own applies. A file
    that can't be read at all has an empty span at its beginning.
    """

    __slots__ = ("check", "message", "severity", "span")

    def __init__(self, message: str, span: Span, check: str = "SNAP001", severity: Severity | None = None) -> None:
        self.message = message
        self.span = span
        self.check = check
        self.severity = severity

    def __repr__(self) -> str:
        return f"InputError({self.span!r}, {self.message!r})"


class Root(Protocol):
    """What is planned or deployed as one: a root module with all it calls, a template with its nested ones.

    `language` is "terraform" or "cloudformation"; `name` is its directory or file, for messages. A template whose
    conditions can come out in several ways is several roots, one an outcome: `assumption` then says which
    ("IsProd is false"), and is empty otherwise.
    """

    language: str
    name: str
    assumption: str

    def resources(self) -> Iterator[Resource]:
        """Every resource, in file order."""
        ...

    def resources_of(self, *types: str) -> Sequence[Resource]:
        """The resources of the given types that the root creates, without resolving any other."""
        ...

    def data_sources_of(self, *types: str) -> Sequence[Resource]:
        """What the root looks up by data sources of the given types; of a template, what parameters look up."""
        ...

    def find(self, address: str) -> Resource | None:
        """The resource at an address, or None."""
        ...

    def errors(self) -> Sequence[InputError]:
        """What could not be read or resolved, as far as was looked at."""
        ...

    def files(self) -> Sequence[SourceFile]:
        """Every file that was read for it."""
        ...
