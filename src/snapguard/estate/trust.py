"""Whom the project trusts: its own account and organization, and those that the settings name."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from snapguard.resources import Root
from snapguard.settings import Settings
from snapguard.values import ABSENT, Known, Reference, Unknown, Value, fragments, text_of

INDEX = re.compile(r"\[[^]]*\]")
# The organization that is looked up or made is the own one, and so are the accounts that are made in it.
OWN_ORGANIZATION = frozenset({"aws_organizations_organization", "aws_organizations_account"})


def is_own_account(value: Value) -> bool:
    """Whether a value is the id of the account that the code is deployed to."""
    return bool(value.refs) and all(_names_own_account(reference) for reference in value.refs)


def is_own_organization(value: Value) -> bool:
    """Whether a value comes from the organization that the account belongs to, or from one of its accounts."""
    return bool(value.refs) and all(_names_own_organization(reference) for reference in value.refs)


def is_of_root(value: Value, root: Root) -> bool:
    """Whether a value names something that the root creates, or looks up in its own account."""
    return bool(value.refs) and value.parts is None and all(root.find(reference.address) for reference in value.refs)


def is_own_or_trusted(value: Value, root: Root, settings: Settings) -> bool | None:
    """Whether a value names something of the root, or of an account that is trusted; None where it can't be told."""
    if isinstance(value, Unknown) and value.candidates:
        return _agreement([is_own_or_trusted(candidate, root, settings) for candidate in value.candidates])
    return is_of_root(value, root) or is_trusted_account(value, settings)


def is_trusted_account(value: Value, settings: Settings) -> bool | None:
    """Whether an account, given by its id or by an ARN in it, is trusted; None where it can't be told.

    Where nobody is named (a candidate that is absent), nobody has to be trusted. What is no account id (the unique id
    of a principal) can't be told.
    """
    if value.is_absent:
        return True
    if isinstance(value, Unknown) and value.candidates:
        return _agreement([is_trusted_account(candidate, settings) for candidate in value.candidates])
    account = account_of(value)
    if is_own_account(account) or is_own_organization(account):
        return True
    known = account_id(account.value) if isinstance(account, Known) else ""
    return known in settings.trusted_accounts if known else None


def is_trusted_organization(value: Value, settings: Settings) -> bool | None:
    """Whether an organization, or a unit of one, is trusted; None where it can't be told.

    An ARN of either names the organization in its path: `…:organization/o-abc123`, `…:ou/o-abc123/ou-…`.
    """
    if isinstance(value, Unknown) and value.candidates:
        return _agreement([is_trusted_organization(candidate, settings) for candidate in value.candidates])
    if is_own_organization(value):
        return True
    return value.verdict(lambda text: _names_organization(text_of(text), settings.trusted_organizations), absent=True)


def account_of(value: Value) -> Value:
    """The account in an ARN, known or not; the value itself where it is no ARN; absent where the ARN has none."""
    fields: list[list[str | Unknown]] = [[]]
    for piece in fragments(value):
        if isinstance(piece, Unknown):
            fields[-1].append(piece)
            continue
        first, *others = piece.split(":")
        fields[-1].append(first)
        fields.extend([text] for text in others)
    if len(fields) < 6:
        return value
    account = [piece for piece in fields[4] if piece != ""]
    if not account:
        return ABSENT
    if len(account) == 1 and isinstance(account[0], Unknown):
        return account[0]
    known = [piece for piece in account if isinstance(piece, str)]
    if len(known) == len(account):
        return Known("".join(known), value.span, value.via)
    return Unknown("its account is put together from parts", span=value.span, via=value.via)


def account_id(content: Any) -> str:
    """An account id as it is written in settings: twelve digits, also where it was given as a number; else empty."""
    text = text_of(content) if isinstance(content, str | int) else ""
    return text.zfill(12) if text.isdigit() else ""


def _names_own_account(reference: Reference) -> bool:
    if reference.address == "AWS::AccountId":
        return True
    return _mode_and_type(reference) == ("data", "aws_caller_identity") and reference.attribute in ("account_id", "id")


def _names_own_organization(reference: Reference) -> bool:
    return _mode_and_type(reference)[1] in OWN_ORGANIZATION


def _mode_and_type(reference: Reference) -> tuple[str, str]:
    """The mode and type of the resource that is referred to, whatever module it stands in."""
    *_, mode, kind, _name = ("", "", *INDEX.sub("", reference.address).split("."))
    return mode, kind


def _names_organization(text: str, trusted: Collection[str]) -> bool:
    path = text.rpartition(":")[2].split("/")
    return text in trusted or any(part in trusted for part in path)


def _agreement(answers: Collection[bool | None]) -> bool | None:
    return next(iter(answers)) if len(set(answers)) == 1 else None
