"""Whether what Checkov needs was overwritten by what is installed beside it."""

from __future__ import annotations

import os

CLASH = (
    "python-hcl2 is installed beside Checkov, which needs bc-python-hcl2: both install a package `hcl2`, so that "
    "Checkov fails (cannot import name 'START_LINE' from 'hcl2') or soon will. To mend it: "
    "pip uninstall --yes python-hcl2 && pip install --force-reinstall --no-deps bc-python-hcl2 "
    "(and let snapguard[hcl2] have an environment of its own)"
)


def clash() -> str | None:
    """What is wrong with the environment and the way out; None where nothing is.

    It is asked at every start: where there is no Checkov, it takes a look or two at the directory of packages.
    """
    import click

    packages = os.path.dirname(os.path.dirname(click.__file__))
    if not os.path.isdir(os.path.join(packages, "checkov")) or not os.path.isdir(os.path.join(packages, "hcl2")):
        return None
    is_there = any(
        name.lower().replace("-", "_").startswith("python_hcl2_") and name.endswith(".dist-info")
        for name in os.listdir(packages)
    )
    return CLASH if is_there else None
