"""Templates written out in a test, read as a user's file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from snapguard.cloudformation.stacks import TemplateRoot, read_roots
from snapguard.settings import Settings
from snapguard.values import Value

Read = Callable[..., list[TemplateRoot]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a template (other files beside it by their name) to its roots."""

    def read_template(text: str | bytes, name: str = "template.yaml", **parameters: Any) -> list[TemplateRoot]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        return read_roots(str(path), Settings(parameters=parameters))

    return read_template


@pytest.fixture
def value(read: Read) -> Callable[..., Value]:
    """The value of the property `A` of a resource `R` in the only outcome of a template."""

    def value_of(written: str, before: str = "", **parameters: Any) -> Value:
        text = f"{dedent(before)}\nResources:\n  R:\n    Type: T::T::T\n    Properties:\n      A: {written}\n"
        (root,) = read(text.encode(), **parameters)
        assert [error.message for error in root.errors()] == []
        return next(iter(root.resources())).get("A")

    return value_of
