"""How backups are set up: what makes copies on a schedule, what keeps them, and what AWS Backup may do with them.

None of this is a fault by itself. It tells a reviewer which roles are meant to make copies (ATT&CK M1047), which copies
an intruder with the right to destroy them can't, and whether a copy action to another account takes effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from snapguard.estate.entities import Entity, addresses_named
from snapguard.estate.lineage import describe
from snapguard.estate.principals import Principal
from snapguard.findings import Evidence
from snapguard.resources import Resource
from snapguard.values import ABSENT, Known, Value, is_true, text_of

EVERYTHING = "*"
"""The one resource of a selection that is all of them (AWS Backup API reference, BackupSelection)."""

CROSS_ACCOUNT = "isCrossAccountBackupEnabled"
"""The name of the switch among the global settings (AWS Backup API reference, UpdateGlobalSettings)."""

MAX_NAMES = 8
"""How many types of resources are named before the rest is counted."""

# What a retention rule of the recycle bin keeps (Recycle Bin API reference, CreateRule).
_KEPT = {"EBS_SNAPSHOT": "deleted snapshots", "EC2_IMAGE": "deregistered images", "EBS_VOLUME": "deleted volumes"}


class BackupSetting(Entity):
    """Something about backups that a reviewer should know of."""

    __slots__ = ()

    @property
    def told(self) -> str:
        """What it does, to follow its name in a sentence."""
        raise NotImplementedError


class Maker(BackupSetting):
    """Something that makes copies by itself, on a schedule, with the rights of a role."""

    __slots__ = ("role",)

    def __init__(self, resource: Resource, role: Value) -> None:
        super().__init__(resource)
        self.role = role

    def acts_as(self, principal: Principal) -> bool:
        """Whether a principal is its role: by reference, or by the name in the role's ARN."""
        if principal.resource is not None and principal.resource.address in set(addresses_named(self.role)):
            return True
        path = (self.role.known_text or "").split(":", 5)[-1].split("/")
        return path[0] == principal.kind and path[-1] == principal.name.known_text

    def evidence(self) -> Evidence:
        """Where it is said that it makes copies with its role."""
        return Evidence(self.role.place or self.resource.header, f"{self.resource.address} makes copies with it")


class BackupSelection(Maker):
    """What a backup plan backs up: resources by their ARNs, those with certain tags, or both."""

    __slots__ = ("is_by_tags", "plan", "resources")

    def __init__(
        self, resource: Resource, *, role: Value, plan: Value, resources: Sequence[Value], is_by_tags: bool
    ) -> None:
        super().__init__(resource, role)
        self.plan = plan
        self.resources = resources
        self.is_by_tags = is_by_tags

    @property
    def told(self) -> str:
        return f"backs up {self._chosen()} by {describe(self.plan)}"

    def _chosen(self) -> str:
        is_known = all(resource.known_text is not None or resource.refs for resource in self.resources)
        chosen = [f"{len(self.resources)} resources" if is_known else "what is not known"] if self.resources else []
        if len(self.resources) == 1 and is_known:
            everything = self.resources[0].known_text == EVERYTHING
            chosen = ["everything" if everything else describe(self.resources[0])]
        return " and ".join([*chosen, *(["what has its tags"] if self.is_by_tags or not chosen else [])])


class LifecyclePolicy(Maker):
    """A policy of Data Lifecycle Manager, which makes snapshots and images."""

    __slots__ = ()

    @property
    def told(self) -> str:
        return "makes snapshots or images"


class VaultLock(BackupSetting):
    """A lock on a backup vault: for how many days backups are kept in it, whoever wants to delete them.

    `cools_for` is for how many days the lock can still be taken away, absent where it always can (AWS Backup API
    reference, PutBackupVaultLockConfiguration). A logically air-gapped vault is locked from the start, and is its own
    `vault`, which is absent then.
    """

    __slots__ = ("cools_for", "is_final_at_once", "longest", "shortest", "vault")

    def __init__(
        self,
        resource: Resource,
        vault: Value,
        *,
        shortest: Value,
        longest: Value,
        cools_for: Value = ABSENT,
        is_final_at_once: bool = False,
    ) -> None:
        super().__init__(resource)
        self.vault = vault
        self.shortest = shortest
        self.longest = longest
        self.cools_for = cools_for
        self.is_final_at_once = is_final_at_once

    @property
    def told(self) -> str:
        vault = "its backups" if self.vault.is_absent else f"backups in {describe(self.vault)}"
        limits = (("at least", self.shortest), ("at most", self.longest))
        span = " and ".join(f"{word} {_days(limit)}" for word, limit in limits if not limit.is_absent)
        return f"keeps {vault}{f' for {span}' if span else ''}, {self._hold()}"

    def _hold(self) -> str:
        if self.is_final_at_once:
            return "and can't be unlocked"
        if self.cools_for.is_absent:
            return "unless somebody with the right to it takes the lock away"
        return f"and can't be unlocked after {_days(self.cools_for)}"


class RecycleBinRule(BackupSetting):
    """A retention rule of the recycle bin: what is deleted can be brought back for some days.

    `has_tags` says that it holds only for what has its tags, `has_exceptions` that some tags exempt from it; `delay` is
    how many days pass between unlocking the rule and changing it, absent for one that is not locked.
    """

    __slots__ = ("days", "delay", "has_exceptions", "has_tags", "kept")

    def __init__(
        self, resource: Resource, kept: Value, *, days: Value, delay: Value, has_tags: bool, has_exceptions: bool
    ) -> None:
        super().__init__(resource)
        self.kept = kept
        self.days = days
        self.delay = delay
        self.has_tags = has_tags
        self.has_exceptions = has_exceptions

    @property
    def told(self) -> str:
        kept = _KEPT.get(self.kept.known_text or "", "what is deleted")
        only = " that have its tags" if self.has_tags else ""
        but = " unless their tags exempt them" if self.has_exceptions else ""
        locked = (
            "is not locked" if self.delay.is_absent else f"stays as it is for {_days(self.delay)} after it is unlocked"
        )
        return f"keeps {kept}{only} for {_days(self.days)}{but}; the rule {locked}"


class CrossAccountBackup(BackupSetting):
    """The organization's switch for copies to the vaults of its other accounts; off unless it is switched on."""

    __slots__ = ("enabled",)

    def __init__(self, resource: Resource, enabled: Value) -> None:
        super().__init__(resource)
        self.enabled = enabled

    @property
    def is_on(self) -> bool | None:
        """Whether it is on; None where that can't be told."""
        return self.enabled.verdict(is_true)

    @property
    def told(self) -> str:
        if self.is_on is None:
            return "may let backups be copied to other accounts"
        return (
            "lets backups be copied to other accounts" if self.is_on else "lets no backup be copied to other accounts"
        )

    def evidence(self) -> Evidence:
        """Where a copy to another account is let through, or would be refused."""
        return Evidence(self.enabled.place or self.resource.header, f"{self.resource.address} {self.told}")


class BackedUpTypes(BackupSetting):
    """Which types of resources AWS Backup backs up in the Region: a selection holds for no other."""

    __slots__ = ("choices",)

    def __init__(self, resource: Resource, choices: Value) -> None:
        super().__init__(resource)
        self.choices = choices

    @property
    def told(self) -> str:
        entries = self.choices.known_map
        if entries is None:
            return "lets AWS Backup back up what is not known"
        on = _listed(name for name, choice in entries.items() if choice.verdict(is_true))
        off = _listed(name for name, choice in entries.items() if choice.verdict(is_true) is False)
        return f"lets AWS Backup back up {on or 'nothing that it names'}{f', but not {off}' if off else ''}"


def _listed(names: Iterable[str]) -> str:
    found = sorted(names)
    more = len(found) - MAX_NAMES
    return ", ".join(found[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _days(value: Value) -> str:
    if not isinstance(value, Known):
        return "a time that is not known"
    count = text_of(value.value)
    return f"{count} day" if count == "1" else f"{count} days"
