"""Functions that make digests and identifiers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from snapguard.terraform.functions.signature import AMOUNT, TEXT, Call, Function, plain, unknown
from snapguard.terraform.types import EvaluationError
from snapguard.values import Value


def hexadecimal(algorithm: str) -> Callable[[bytes], str]:
    """The digest of bytes in hexadecimal."""
    return lambda content: hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def base64_digest(algorithm: str) -> Callable[[bytes], str]:
    """The digest of bytes in base64."""
    return lambda content: base64.b64encode(hashlib.new(algorithm, content).digest()).decode()


def _of_text(digest: Callable[[bytes], str]) -> Callable[[str], str]:
    return lambda text: digest(text.encode())


def _uuid5(namespace: str, name: str) -> str:
    import uuid

    known = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    try:
        return str(uuid.uuid5(known.get(namespace) or uuid.UUID(namespace), name))
    except ValueError:
        raise EvaluationError("the namespace must be dns, url, oid, x500 or a UUID") from None


def _when_applied(call: Call, *arguments: Value) -> Value:
    return unknown(arguments, call.span, f"{call.name}() is only known when applied")


def _decrypted(call: Call, *arguments: Value) -> Value:
    return unknown(arguments, call.span, "what rsadecrypt() gives is not computed")


FUNCTIONS = {
    "base64sha256": plain(_of_text(base64_digest("sha256")), TEXT),
    "base64sha512": plain(_of_text(base64_digest("sha512")), TEXT),
    "bcrypt": Function(_when_applied, [TEXT], AMOUNT),
    "md5": plain(_of_text(hexadecimal("md5")), TEXT),
    "rsadecrypt": Function(_decrypted, [TEXT, TEXT]),
    "sha1": plain(_of_text(hexadecimal("sha1")), TEXT),
    "sha256": plain(_of_text(hexadecimal("sha256")), TEXT),
    "sha512": plain(_of_text(hexadecimal("sha512")), TEXT),
    "uuid": Function(_when_applied, []),
    "uuidv5": plain(_uuid5, TEXT, TEXT),
}
