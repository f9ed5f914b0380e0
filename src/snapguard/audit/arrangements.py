"""What the code does about copies by itself: what makes them on a schedule, what keeps them, what AWS Backup may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.audit.entries import address_of, shown, title_of
from snapguard.estate import Estate
from snapguard.estate.backup_settings import BackupSetting

MAKES, KEEPS, ALLOWS = "makes", "keeps", "allows"
"""What an arrangement is about, in the words of the output."""

TITLES = {
    MAKES: "what makes copies on a schedule",
    KEEPS: "what keeps copies from being destroyed",
    ALLOWS: "what AWS Backup may do",
}
"""The headings over each, in the order of the output."""


class Arrangement(NamedTuple):
    """One thing that the code arranges.

    `matter` is one of the words above; `role` is the address or ARN of the role that makes copies, empty for all else;
    `assumption` is the outcome of a template's conditions under which it is there.
    """

    root: str
    matter: str
    file: str
    line: int
    resource: str
    text: str
    role: str = ""
    assumption: str = ""


def arrangements_of(estates: Sequence[Estate], root: str) -> Iterator[Arrangement]:
    """What a root arranges, over all outcomes of a template's conditions."""
    where: dict[Arrangement, list[str]] = {}
    for estate in estates:
        for arrangement in dict.fromkeys(_of_estate(estate, root)):
            where.setdefault(arrangement, []).append(estate.root.assumption)
    for arrangement, held in where.items():
        is_always = len(held) == len(estates)
        yield arrangement if is_always else arrangement._replace(assumption=" or ".join(held))


def in_order(arrangements: Iterable[Arrangement]) -> list[Arrangement]:
    """By root, matter and place."""
    order = list(TITLES)
    return sorted(arrangements, key=lambda one: (one.root, order.index(one.matter), *one[2:]))


def _of_estate(estate: Estate, root: str) -> Iterator[Arrangement]:
    for maker in estate.copy_makers:
        principal = next((one for one in estate.identities.principals if maker.acts_as(one)), None)
        role = shown(maker.role) if principal is None else address_of(principal)
        text = f"{role}, whose rights are not part of what was read" if principal is None else title_of(principal)
        yield _arrangement(maker, MAKES, root, f"{maker.told}, as {text}")._replace(role=role)
    for keeper in estate.copy_keepers:
        yield _arrangement(keeper, KEEPS, root, keeper.told)
    for setting in (*estate.cross_account_backup, *estate.backed_up_types):
        yield _arrangement(setting, ALLOWS, root, setting.told)


def _arrangement(setting: BackupSetting, matter: str, root: str, text: str) -> Arrangement:
    resource = setting.resource
    place = resource.header
    doubt = "" if resource.exists is True else " (if it is there)"
    return Arrangement(root, matter, place.file.display, place.line, resource.address, f"{text}{doubt}")
