"""SnapGuard: a policy-as-code linter against MITRE ATT&CK T1578.001 (Create Snapshot)."""

__version__ = "0.1.0"
