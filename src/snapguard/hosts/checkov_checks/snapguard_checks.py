"""SnapGuard's checks as checks of Checkov, which runs every module of its directory."""

import logging

try:
    from snapguard.hosts.checkov import register
except ModuleNotFoundError as missing:
    if missing.name != "snapguard":
        raise
    logging.getLogger(__name__).error(
        "the checks of SnapGuard are left out: it must be installed where Checkov is "
        "(https://github.com/snapguard/snapguard says how)"
    )
else:
    register()
