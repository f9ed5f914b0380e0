"""The attribute names that the mapping modules ask for, found by asking them: a resource that answers anything."""

import importlib
import pkgutil
from collections.abc import Iterator

from snapguard.source import SourceFile, Span
from snapguard.values import ABSENT, Unknown, Value

PLACE = Span(SourceFile("main.tf", "main.tf", b"x"), 0, 1)

# Where one of these is set, others are not looked at.
RIVALS = {"DBClusterIdentifier", "NoDevice", "VirtualName", "replication_group_id"}


class Asked(Unknown):
    """A value that has everything, and remembers what was asked of it."""

    __slots__ = ("asked", "lacks_rivals", "path")

    def __init__(self, asked: set[tuple[str, ...]], path: tuple[str, ...], lacks_rivals: bool) -> None:
        super().__init__("it is asked only", span=PLACE)
        self.asked = asked
        self.path = path
        self.lacks_rivals = lacks_rivals

    def get(self, name: str) -> Value:
        path = (*self.path, name)
        self.asked.add(path)
        return ABSENT if self.lacks_rivals and name in RIVALS else Asked(self.asked, path, self.lacks_rivals)

    @property
    def known_map(self) -> dict[str, Value]:
        return {}

    def copy(self) -> Value:
        return self


class AskedResource:
    """A resource of a type that has every attribute."""

    mode = "managed"
    index = None
    module = ""
    exists = True
    span = header = PLACE

    def __init__(self, kind: str, asked: set[tuple[str, ...]], lacks_rivals: bool) -> None:
        self.type = kind
        self.name = "x"
        self.address = f"{kind}.x"
        self._value = Asked(asked, (), lacks_rivals)

    def get(self, name: str) -> Value:
        return self._value.get(name)

    def at(self, *path: str) -> Value:
        value: Value = self._value
        for name in path:
            value = value.get(name)
        return value

    def attribute_names(self) -> list[str]:
        return []


class AskedRoot:
    """A root with two resources of every type that it is asked for: one with all attributes, one without rivals."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.asked: dict[str, set[tuple[str, ...]]] = {}

    def resources_of(self, *types: str) -> list[AskedResource]:
        return [
            AskedResource(kind, self.asked.setdefault(kind, set()), lacks) for kind in types for lacks in (False, True)
        ]

    def data_sources_of(self, *types: str) -> list[AskedResource]:
        return [AskedResource(kind, self.asked.setdefault(f"data.{kind}", set()), False) for kind in types]

    def find(self, _address: str) -> None:
        return None


def names_asked(language: str) -> dict[str, set[tuple[str, ...]]]:
    """The attribute paths that the mapping modules ask for, by resource type."""
    package = importlib.import_module(f"snapguard.estate.aws_{language}")
    root = AskedRoot(language)
    for entry in pkgutil.iter_modules(package.__path__):
        if entry.name == "remedies":  # it writes attributes, and reads none
            continue
        module = importlib.import_module(f"{package.__name__}.{entry.name}")
        for name, function in vars(module).items():
            if callable(function) and not name.startswith("_") and function.__module__ == module.__name__:
                found = function(root)
                if isinstance(found, Iterator):
                    list(found)
    return root.asked
