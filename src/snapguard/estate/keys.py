"""Which keys protect copies: the keys of volumes, snapshots, vaults and stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from snapguard.resources import Resource
from snapguard.values import Value


class KeyUse(NamedTuple):
    """A resource whose data a key protects."""

    resource: Resource
    key: Value


class KeyAlias(NamedTuple):
    """Another name for a key: `name` as it is written (`alias/orders`), `key` the one that it stands for."""

    resource: Resource
    name: Value
    key: Value


def users_of_keys(uses: Iterable[KeyUse], aliases: Iterable[KeyAlias]) -> Mapping[str, Resource]:
    """For each key of the root that protects something, by its address, the first resource that uses it."""
    by_address: dict[str, KeyAlias] = {}
    by_name: dict[str, KeyAlias] = {}
    for alias in aliases:
        by_address[alias.resource.address] = alias
        if alias.name.known_text is not None:
            by_name[alias.name.known_text] = alias
    users: dict[str, Resource] = {}
    for use in uses:
        for address in _keys_named(use.key, by_address, by_name):
            users.setdefault(address, use.resource)
    return users


def _keys_named(value: Value, by_address: Mapping[str, KeyAlias], by_name: Mapping[str, KeyAlias]) -> Iterator[str]:
    candidates = getattr(value, "candidates", ())
    if candidates:
        for candidate in candidates:
            yield from _keys_named(candidate, by_address, by_name)
        return
    name = value.known_text
    if name is not None:
        _, found, rest = name.rpartition("alias/")
        alias = by_name.get(found + rest)
        if alias is not None:
            yield from (reference.address for reference in alias.key.refs)
    for reference in value.refs:
        alias = by_address.get(reference.address)
        if alias is None:
            yield reference.address
        else:
            yield from (target.address for target in alias.key.refs)
