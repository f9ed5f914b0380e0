"""The estate: what a root would build, as the things that checks judge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from types import ModuleType

from snapguard.resources import InputError, Root
from snapguard.settings import Settings


class Estate:
    """Everything that a check may ask about one root. Each part is mapped when a check first asks for it.

    The mapping modules are looked up by the root's language, so that only those of that language are loaded.
    """

    def __init__(self, root: Root, settings: Settings) -> None:
        self.root = root
        self.settings = settings

    def _mapping(self, subject: str) -> ModuleType:
        return import_module(f"snapguard.estate.aws_{self.root.language}.{subject}")

    @cached_property
    def input_errors(self) -> Sequence[InputError]:
        """What could not be read or resolved; asked for after everything else, since resolving is lazy."""
        return self.root.errors()
