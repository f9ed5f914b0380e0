"""The checks: one file each, nothing else; adding a check means adding its file."""
