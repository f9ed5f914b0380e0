"""SNAP002: a module that is not there to be read."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check


@check(
    code="SNAP002",
    name="unresolved-module",
    category=Category.INPUT,
    severity=Severity.LOW,
)
def unresolved_module(estate: Estate) -> Iterator[Finding]:
    """A module is called whose source is not on disk.

    What the module builds is not judged, and what it returns is unknown: neither is thereby safe.

    Run `terraform init` before the check, so that the module lies in `.terraform/modules`; where that can't be, ignore
    this check for the path with `per-path-ignores`.
    """
    for error in estate.input_errors:
        if error.check == "SNAP002":
            yield Finding(error.message, error.span)


BAD = {
    "terraform": """
        module "disk" {
          source  = "terraform-aws-modules/ebs/aws"
          version = "1.0.0"
        }
    """,
    "cloudformation": None,  # a nested stack's template usually lies in S3
}
GOOD = {
    "terraform": """
        locals {
          disk = { size = 10, encrypted = true }
        }
    """,
    "cloudformation": None,
}
