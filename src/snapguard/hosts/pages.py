"""Where each check stands, with its reasons and examples."""

from __future__ import annotations

PAGES = "https://github.com/snapguard/snapguard/blob/main/checks/"


def page(module: str) -> str:
    """The address of the page of a check, by the name of its module."""
    return f"{PAGES}{module.rpartition('.')[2]}.py"
