"""What `snapguard check` says of the files that a host looks at."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from snapguard.findings import Result, Status
from snapguard.scan import scan
from snapguard.settings import Settings, SettingsError, find_configuration, load_settings


class Answers(NamedTuple):
    """The results that count, and, where not all could be judged, what was in the way."""

    failures: Sequence[Result]
    troubles: Sequence[str]


def answers(paths: Sequence[str]) -> Answers:
    """What `snapguard check` would report of the files, by the configuration of the working directory.

    A configuration that can't be used and a bug that was met are troubles: a host must not be silent about them.
    """
    try:
        settings = _settings()
    except SettingsError as error:
        return Answers([], [str(error)])
    report = scan(paths, settings)
    failures = [result for result in report.results if result.status is Status.FAIL]
    missing = [f"{path}: there is no such file" for path in report.missing]
    return Answers(failures, [*missing, *(error.message for error in report.errors)])


def _settings() -> Settings:
    path = find_configuration()
    settings = Settings(directory=os.getcwd()) if path is None else load_settings(path)
    return settings._replace(jobs=1)  # a host may be a thread or a child that can't have children
