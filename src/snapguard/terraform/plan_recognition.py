"""Whether a file is a plan: as JSON, or in Terraform's own format, which only Terraform can read."""

from __future__ import annotations

_MARKS = ('"format_version"', '"planned_values"')
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def looks_like_plan(data: bytes) -> bool:
    """Whether bytes are a plan as JSON, or a damaged one; most others are told apart without parsing them."""
    encoding = _WIDE.get(data[:2], "utf-8")  # what a redirection writes in PowerShell
    if not all(mark.encode(encoding) in data for mark in _MARKS):
        return False
    import json

    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return begins_like_plan(data)
    return isinstance(document, dict) and "planned_values" in document and "format_version" in document


def begins_like_plan(data: bytes) -> bool:
    """Whether the first bytes are those that Terraform and OpenTofu begin a plan as JSON with."""
    return data[:100].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'{"format_version"')


def is_binary_plan(data: bytes) -> bool:
    """Whether bytes are a plan as `terraform plan -out` writes it: a zip archive that begins with a file `tfplan`.

    The archive's format is PKWARE's APPNOTE, 4.3.7: a local file header is 30 bytes, and the name follows.
    """
    return data[:4] == b"PK\x03\x04" and data[30:36] == b"tfplan"
