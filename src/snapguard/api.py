"""What a check file imports, and nothing else."""

from snapguard.estate import Estate
from snapguard.findings import Category, Evidence, Finding, Severity
from snapguard.registry import check, mended

__all__ = ["Category", "Estate", "Evidence", "Finding", "Severity", "check", "mended"]
