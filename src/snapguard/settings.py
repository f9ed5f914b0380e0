"""What a project asks for: snapguard.toml or [tool.snapguard], and what the command line adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from snapguard.findings import Severity


class Settings(NamedTuple):
    """Everything that a scan can be asked for; the defaults are those of a project without a configuration."""

    select: Sequence[str] = ("ALL",)
    ignore: Sequence[str] = ()
    severity: Severity = Severity.LOW
    fail_on: Severity = Severity.LOW
    exclude: Sequence[str] = ()
    trusted_accounts: Sequence[str] = ()
    trusted_organizations: Sequence[str] = ()
    trusted_cidrs: Sequence[str] = ()
    expected_principals: Sequence[str] = ()
    var_files: Sequence[str] = ()
    variables: Mapping[str, str] = {}
    parameters: Mapping[str, Any] = {}
    per_path_ignores: Mapping[str, Sequence[str]] = {}
    severities: Mapping[str, Severity] = {}
    require_reason: bool = False
    jobs: int = 1
