"""SnapGuard's checks as rules of cfn-lint, which takes every class that a module of its directory holds."""

try:
    from snapguard.hosts.cfn_lint import rule_classes
except ModuleNotFoundError as missing:
    if missing.name != "snapguard":
        raise
    raise SystemExit(
        "the rules of SnapGuard need it where cfn-lint is installed: https://github.com/snapguard/snapguard says how"
    ) from None

globals().update(rule_classes())
