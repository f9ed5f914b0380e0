"""Where backups are kept and copied to: vaults, and the copy actions of backup plans."""

from __future__ import annotations

from collections.abc import Collection

from snapguard.estate.entities import Entity, addresses_named
from snapguard.estate.trust import is_own_or_trusted
from snapguard.resources import Resource, Root
from snapguard.settings import Settings
from snapguard.source import Span
from snapguard.values import Unknown, Value, unless_empty

SERVICE_KEYS = "alias/aws/"
"""How the aliases of AWS's own keys begin (AWS KMS developer guide, "Alias names")."""


class Vault(Entity):
    """A backup vault, and the key that it is given."""

    __slots__ = ("key",)

    def __init__(self, resource: Resource, key: Value) -> None:
        super().__init__(resource)
        self.key = unless_empty(key)

    @property
    def has_own_key(self) -> bool | None:
        """Whether it has a customer-managed key: a key that is given is one, unless its alias is one of AWS's."""
        if isinstance(self.key, Unknown) and not self.key.candidates:
            return True
        return self.key.verdict(lambda key: SERVICE_KEYS not in str(key))


class VaultCopy(Entity):
    """A copy action of a backup plan: `destination` is the vault that it goes to, `place` where it is written."""

    __slots__ = ("destination", "place")

    def __init__(self, resource: Resource, destination: Value, place: Span | None) -> None:
        super().__init__(resource)
        self.destination = destination
        self.place = place

    @property
    def vaults(self) -> Collection[str]:
        """The addresses of all that it may go to."""
        return dict.fromkeys(addresses_named(self.destination))

    def goes_only_to(self, addresses: Collection[str]) -> bool:
        """Whether it goes to one of these vaults, whatever a condition that is not known comes to."""
        cases = getattr(self.destination, "candidates", ()) or (self.destination,)
        return all(any(address in addresses for address in addresses_named(case)) for case in cases)

    def is_trusted(self, root: Root, settings: Settings) -> bool | None:
        """Whether the vault's account is trusted: so is the vault of the root itself, and one that it looks up."""
        return is_own_or_trusted(self.destination, root, settings)
