"""What holds the bytes of a disk, and whether they are encrypted: volumes, snapshots, images."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.estate.entities import Entity
from snapguard.findings import Evidence, Finding
from snapguard.resources import Resource
from snapguard.source import Span
from snapguard.values import ABSENT, Known, Unknown, Value, is_true, unless_empty, why_unknown

# Names under which images map their root device (EC2 User Guide, "Device names on Linux instances").
ROOT_DEVICES = frozenset({"/dev/sda1", "/dev/sda", "/dev/xvda"})

# Under it AWS publishes the ids of its public images (Systems Manager user guide, "Public parameters").
PUBLIC_PARAMETERS = "/aws/service/"


def is_root_device(name: Value, names: Collection[str] = ROOT_DEVICES) -> bool | None:
    """Whether a device name is one that an image starts from; None where it is not known."""
    return name.verdict(lambda text: isinstance(text, str) and text in names, absent=None)


def image_origin(image: Value) -> Value:
    """What a root device is made from: its image, which the template that a machine starts from may name instead."""
    return Unknown("the image is named elsewhere") if image.is_absent else image


def is_given(value: Value) -> bool | None:
    """Whether something is set: what is not known is, unless to be null is among what it can be."""
    if isinstance(value, Unknown) and not value.candidates:
        return True
    return value.verdict(lambda _content: True)


def if_given(value: Value, container: Value) -> Value:
    """A value out of a block; where the block itself is not known, it may also be absent."""
    if value.is_absent or container.known_map is not None:
        return value
    return Unknown(getattr(container, "why", ""), value.refs, (value, ABSENT), value.span, value.via)


def on_unless_given(switch: Value) -> Value:
    """A switch that is on where it is not set."""
    if is_given(switch):
        return switch
    return Unknown(getattr(switch, "why", ""), switch.refs, (switch, Known(True)), switch.span, switch.via)


def encrypts_by_itself(origin: Value, key: Value, otherwise: bool | None) -> bool | None:
    """Whether a cluster is encrypted without a switch: one that is restored with a key is.

    `otherwise` is the answer for any other cluster (RDS API: RestoreDBClusterFromSnapshot).
    """
    given = (is_given(origin), is_given(key))
    if False in given:
        return otherwise
    return True if None not in given or otherwise else None


def switched_unless(value: Value, off: str) -> Value:
    """A switch that stands among other settings: on, unless it is set to the word for off."""
    is_off = value.verdict(lambda setting: setting == off)
    if is_off is None:
        return Unknown(getattr(value, "why", ""), value.refs, span=value.span, via=value.via)
    return Known(not is_off, value.span, value.via)


class Medium(Entity):
    """Something that holds the bytes of a disk.

    `subject` names it in a message; `encrypted` is the switch as it is written; `origin` is a link to what it is
    made from (a snapshot, an image, a volume), absent for one that starts empty; `key` is its key; `place` is where
    it is written, if it is a part of its resource.
    """

    __slots__ = ("encrypted", "key", "origin", "place", "subject")

    def __init__(
        self,
        resource: Resource,
        subject: str,
        *,
        encrypted: Value = ABSENT,
        origin: Value = ABSENT,
        key: Value = ABSENT,
        place: Span | None = None,
    ) -> None:
        super().__init__(resource)
        self.subject = subject
        self.encrypted = unless_empty(encrypted)
        self.origin = unless_empty(origin)
        self.key = unless_empty(key)
        self.place = place

    def unset(self, account_default: bool | None) -> bool | None:
        """Whether it is encrypted where the switch is not written and it starts empty or plain."""
        return account_default

    @property
    def undecided(self) -> str:
        """What decides over that, where it is not known."""
        return "a default that is not known decides"


class Volume(Medium):
    """A volume, or a block device of a machine, template or image.

    `starts_machine` is True for a root device and None where that can't be told; `overrides` says that it changes a
    device of a template, which decides what is not written; `certain` is False where there may be no such device.
    """

    __slots__ = ("certain", "overrides", "starts_machine")

    def __init__(
        self,
        resource: Resource,
        subject: str,
        *,
        encrypted: Value = ABSENT,
        origin: Value = ABSENT,
        key: Value = ABSENT,
        place: Span | None = None,
        starts_machine: bool | None = False,
        overrides: bool = False,
        certain: bool = True,
    ) -> None:
        super().__init__(resource, subject, encrypted=encrypted, origin=origin, key=key, place=place)
        self.starts_machine = starts_machine
        self.overrides = overrides
        self.certain = certain


class Snapshot(Medium):
    """A snapshot of a volume or database: encrypted as that is."""

    __slots__ = ()

    def unset(self, account_default: bool | None) -> bool | None:
        return False


class Image(Medium):
    """An image of a machine, as plain as the disks that it was made from."""

    __slots__ = ()

    def unset(self, account_default: bool | None) -> bool | None:
        return False


class Copy(Medium):
    """A copy of a snapshot or image, or a disk brought in from outside: it can be encrypted on the way."""

    __slots__ = ()


class DataStore(Medium):
    """A database, cluster, cache, file system or warehouse.

    `by_service` says whether the service encrypts one whose switch is not written; `kind` is what that hangs on, such
    as the engine, if it does.
    """

    __slots__ = ("by_service", "kind")

    def __init__(
        self,
        resource: Resource,
        subject: str,
        *,
        encrypted: Value = ABSENT,
        origin: Value = ABSENT,
        key: Value = ABSENT,
        by_service: bool | None = False,
        kind: Value = ABSENT,
    ) -> None:
        super().__init__(resource, subject, encrypted=encrypted, origin=origin, key=key)
        self.by_service = by_service
        self.kind = kind

    def unset(self, account_default: bool | None) -> bool | None:
        return self.by_service

    @property
    def undecided(self) -> str:
        return f"its kind decides, which is not known{why_unknown(self.kind)}"


class DatabaseCopy(Medium):
    """A copy of a database's snapshot or backups, encrypted if its source is or if it is given a key.

    `region` is where it goes, absent for a copy in the same Region; `is_setting` says that it is a setting of what is
    copied, and no resource of its own.
    """

    __slots__ = ("is_setting", "region")

    def __init__(
        self,
        resource: Resource,
        subject: str,
        *,
        origin: Value,
        key: Value,
        region: Value = ABSENT,
        is_setting: bool = False,
        place: Span | None = None,
    ) -> None:
        super().__init__(resource, subject, encrypted=ABSENT, origin=origin, key=key, place=place)
        self.region = unless_empty(region)
        self.is_setting = is_setting

    def unset(self, account_default: bool | None) -> bool | None:
        return is_given(self.key)

    @property
    def undecided(self) -> str:
        return f"it is not known whether it is given a key{why_unknown(self.key)}"

    @property
    def leaves_region(self) -> bool | None:
        """Whether it goes to another Region; a setting that names one always means another."""
        return True if self.is_setting and not self.region.is_absent else self.region.verdict(lambda _name: True)


class DefaultEncryption(Entity):
    """The account's switch that encrypts every new volume of a Region; `enabled` absent switches it on."""

    __slots__ = ("enabled",)

    def __init__(self, resource: Resource, enabled: Value) -> None:
        super().__init__(resource)
        self.enabled = enabled

    @property
    def is_on(self) -> bool | None:
        """Whether it is switched on; None where that, or the switch itself, is not known."""
        on = self.enabled.verdict(is_true, absent=True)
        return on if self.resource.exists or on is False else None


class Protection(NamedTuple):
    """Whether a medium is encrypted, and why.

    `answer` is None where the code can't tell; `reason` continues a sentence that starts with the medium's subject;
    `at` is what shows it; `evidence` leads to what it was made from.
    """

    answer: bool | None
    reason: str
    at: Value | Span | None
    evidence: tuple[Evidence, ...] = ()

    def finding(self, medium: Medium) -> Finding:
        """The finding that says so of the medium; uncertain where the answer is not known."""
        message = f"{medium.subject} {self.reason}"
        return medium.finding(message, self.at, evidence=self.evidence, certain=self.answer is False)


class _Origin(NamedTuple):
    """What is known of the things that a medium is made from; `exists` is False for a medium that starts empty."""

    exists: bool
    answer: bool | None
    media: tuple[Medium, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where each of them stands."""
        return tuple(
            Evidence(medium.place or medium.resource.header, f"{medium.resource.address}, which it is made from", True)
            for medium in self.media
        )


CIRCLE = Protection(None, "may not be encrypted: it is made from itself", None)
EMPTY = _Origin(False, False)
OUTSIDE = _Origin(True, None)


class Encryption:
    """Answers whether a volume, snapshot, image or copy is encrypted, following what it was made from.

    Encrypted data stays encrypted whatever is made from it, and a plain source stays plain unless encryption is
    switched on (EC2 API: CreateVolume.Encrypted, CopySnapshot.Encrypted, CopyImage.Encrypted, CreateSnapshot).
    """

    def __init__(self, media: Iterable[Medium], switches: Iterable[DefaultEncryption]) -> None:
        self._media: dict[str, list[Medium]] = {}
        for medium in media:
            self._media.setdefault(medium.resource.address, []).append(medium)
        self._default = _strongest([switch.is_on for switch in switches])
        self._answers: dict[int, Protection] = {}

    def of(self, medium: Medium) -> Protection:
        """Whether the medium is encrypted; in a circle of origins, that is unknown.

        What it is made from is judged first, without recursion: chains can be long.
        """
        opened: set[int] = set()
        waiting = [medium]
        while waiting:
            current = waiting[-1]
            sources = [source for source in self._sources(current.origin) if id(source) not in self._answers]
            if sources and id(current) not in opened:
                opened.add(id(current))
                waiting += sources
                continue
            waiting.pop()
            if id(current) not in self._answers:
                self._answers[id(current)] = self._judge(current)
        return self._answers[id(medium)]

    def _sources(self, link: Value) -> Iterator[Medium]:
        for candidate in getattr(link, "candidates", ()):
            yield from self._sources(candidate)
        for reference in link.refs:
            yield from self._media.get(reference.address, ())

    def of_copy(self, copy: Copy) -> Protection:
        """Whether a copy is encrypted: one of an unknown source is plain unless it asks for encryption itself."""
        protection = self.of(copy)
        unasked = copy.encrypted.verdict(is_true) is False
        if protection.answer is None and unasked and self._default is False:
            return protection._replace(answer=False, reason="is not switched to be encrypted on the way")
        return protection

    def _judge(self, medium: Medium) -> Protection:
        switch = medium.encrypted.verdict(is_true)
        at = medium.place if medium.encrypted.is_absent else medium.encrypted
        if switch is True:
            return Protection(True, "is encrypted", at)
        origin = self._origin(medium.origin)
        if origin.answer is True:
            return Protection(True, "is encrypted, as what it is made from", at)
        if switch is None:
            reason = f"may not be encrypted: the switch is not known{why_unknown(medium.encrypted)}"
            return Protection(None, reason, at, origin.evidence)
        written = is_given(medium.encrypted)
        if written is not None:
            return self._unless_on(medium, origin, written)
        off, unset = (self._unless_on(medium, origin, each) for each in (True, False))
        if off.answer == unset.answer:
            return off
        return Protection(None, "may not be encrypted: the switch may be off, or not set", at, origin.evidence)

    def _unless_on(self, medium: Medium, origin: _Origin, written: bool) -> Protection:
        """The answer for a medium whose switch is off, or not written."""
        at = medium.encrypted if written else medium.place
        unset = medium.unset(self._default)
        if not written and unset is True:
            return Protection(True, "is encrypted without a switch", at)
        if not written and unset is None:
            return Protection(None, f"may not be encrypted: {medium.undecided}", at)
        if written and isinstance(medium, Volume | Copy) and self._default is not False:
            return Protection(None, "is switched to plain, which the account's default encryption may overrule", at)
        return self._unprotected(medium, origin, written, at)

    def _unprotected(self, medium: Medium, origin: _Origin, written: bool, at: Value | Span | None) -> Protection:
        if isinstance(medium, Volume) and medium.overrides and not written:
            return Protection(None, "may not be encrypted: the template that it changes decides", at)
        if isinstance(medium, Volume) and not medium.certain:
            return Protection(None, "may not be encrypted: it is not known whether there is such a device", at)
        if origin.exists and origin.answer is None and not (written and _is_root(medium)):
            reason = f"may not be encrypted: it is made from {_named(medium.origin)}, which may not be"
            return Protection(None, reason, at, origin.evidence)
        if origin.exists and origin.answer is False:
            return Protection(False, "is not encrypted, nor is what it is made from", at, origin.evidence)
        if written:
            return Protection(False, "is not encrypted: encryption is switched off", at)
        if not medium.key.is_absent:
            return Protection(False, "is not encrypted: a key is given, but encryption is not switched on", medium.key)
        if isinstance(medium, DataStore):
            return Protection(False, "is not explicitly encrypted", at)
        return Protection(False, "is not encrypted: nothing switches encryption on", at)

    def _origin(self, link: Value) -> _Origin:
        """What a link leads to: media of this root, which must agree, or something outside, which is unknown."""
        if link.is_absent:
            return EMPTY
        candidates = getattr(link, "candidates", ())
        if candidates:
            return _agreement([self._origin(candidate) for candidate in candidates])
        refs = (link.links if isinstance(link, Unknown) else ()) or link.refs  # and not what it has passed through
        if not refs:
            return OUTSIDE
        return _agreement([self._of_address(ref.address) for ref in refs])

    def _of_address(self, address: str) -> _Origin:
        media = self._media.get(address, ())
        answers = [self._answers.get(id(medium), CIRCLE).answer for medium in media]
        found = [_Origin(True, answer, (medium,)) for answer, medium in zip(answers, media, strict=True)]
        devices = [medium for medium in media if isinstance(medium, Volume) and medium.starts_machine is not False]
        if not found or (_has_devices(media) and not devices and all(origin.answer for origin in found)):
            return OUTSIDE
        return _agreement(found)


def _strongest(answers: Sequence[bool | None]) -> bool | None:
    """True where one of them is; None where one could be."""
    return True if True in answers else None if None in answers else False


def _named(link: Value) -> str:
    """What a link leads to, as a message names it."""
    names = dict.fromkeys(reference.address for reference in link.refs)
    return link.known_text or ", ".join(names) or f"something that is not known{why_unknown(link)}"


def _is_root(medium: Medium) -> bool:
    return isinstance(medium, Volume) and medium.starts_machine is True


def _has_devices(media: Sequence[Medium]) -> bool:
    return any(medium.place is not None for medium in media)


def _agreement(origins: Sequence[_Origin]) -> _Origin:
    answers = {origin.answer for origin in origins}
    media = dict.fromkeys(medium for origin in origins for medium in origin.media)
    exists = any(origin.exists for origin in origins)
    return _Origin(exists, answers.pop() if len(answers) == 1 else None, tuple(media))
