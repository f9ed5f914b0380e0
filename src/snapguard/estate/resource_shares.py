"""What Resource Access Manager gives away: resource shares, what is in them, and who receives them.

Of all that can be shared this way, a few kinds hold copies or can be copied by the receiver (AWS RAM user guide,
"Shareable AWS resources"): a database cluster is cloned, a logically air-gapped vault restored from, a built image
started, a file system's volume replicated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from snapguard.estate.sharing import ReceiverKind, Share
from snapguard.findings import Evidence, Finding, Severity
from snapguard.iam.documents import pattern_text
from snapguard.resources import Resource, Root
from snapguard.source import Span
from snapguard.values import Value, is_true

# The ARNs of what holds copies: their service, and what the part after the account begins with.
ARNS = {
    ("backup", "backup-vault:"): "the vault",
    ("cloudhsm", "backup/"): "the backup of the key store",
    ("fsx", "volume/"): "the file system's volume",
    ("imagebuilder", "image/"): "the built image",
    ("rds", "cluster:"): "the database cluster",
}
UNTOLD = "something that is not known"
"""What is in a share, where nobody can tell."""

_ARN_FIELDS = 6
_KINDS = {"organization": ReceiverKind.ORGANIZATION, "ou": ReceiverKind.UNIT}


class ResourceShare(NamedTuple):
    """A resource share; `outsiders` says whether accounts outside the organization may be in it, by default too."""

    resource: Resource
    outsiders: Value
    by_default: bool

    @property
    def lets_outsiders_in(self) -> bool | None:
        """Whether a receiver may be outside the organization: where it may not, the service refuses it."""
        return self.outsiders.verdict(is_true, absent=self.by_default)


class Association(NamedTuple):
    """What puts a thing, or a receiver, into a resource share."""

    resource: Resource
    share: Value
    member: Value


class SharedCopy(Share):
    """A copy that a resource share gives to one receiver.

    `evidence` leads to what is in the share; `certain` is False where it can't be told that all of it holds.
    """

    __slots__ = ("certain", "evidence")

    def __init__(
        self, receiver: Association, subject: str, copy: Value, evidence: Sequence[Evidence], *, certain: bool
    ) -> None:
        super().__init__(receiver.resource, subject, receiver.member, _kind_of(receiver.member), copy)
        self.evidence = evidence
        self.certain = certain

    def finding(
        self,
        message: str,
        at: Value | Span | None = None,
        *,
        evidence: Iterable[Evidence] = (),
        certain: bool = True,
        severity: Severity | None = None,
        help: str | None = None,
    ) -> Finding:
        steps = [*self.evidence, *evidence]
        return super().finding(
            message, at, evidence=steps, certain=certain and self.certain, severity=severity, help=help
        )


def shared_copies(
    shares: Iterable[ResourceShare],
    contents: Iterable[Association],
    receivers: Iterable[Association],
    root: Root,
    holders: Mapping[str, str],
) -> Iterator[SharedCopy]:
    """Every copy in a resource share with each of its receivers; `holders` names the resource types that hold copies.

    A service as receiver is no account. A share that the root does not make may let outsiders in; where it is not known
    which share a thing is put into, or a receiver is given, it may be any.
    """
    made = {share.resource.address: share for share in shares}
    held: dict[str, dict[str, list[Association]]] = {}
    loose: dict[str, list[Association]] = {}
    for content in contents:
        subject = _subject(content.member, root, holders)
        for key in _keys(content.share) if subject else ():
            held.setdefault(key, {}).setdefault(subject, []).append(content)
        if subject and not _is_told(content.share, root):
            loose.setdefault(subject, []).append(content)
    for receiver in receivers:
        if (receiver.member.known_text or "").endswith(".amazonaws.com"):
            continue
        keys = _keys(receiver.share)
        found: dict[str, SharedCopy] = {}
        for key in [*keys, *(() if _is_told(receiver.share, root) else held)]:
            share = made.get(key)
            if share is None or share.lets_outsiders_in is not False:
                for subject, things in {**loose, **held.get(key, {})}.items():
                    linked = key in keys and subject in held.get(key, {})
                    found.setdefault(subject, _shared_copy(receiver, subject, things, share, linked))
        yield from found.values()


def _shared_copy(
    receiver: Association, subject: str, things: Sequence[Association], share: ResourceShare | None, linked: bool
) -> SharedCopy:
    """What a receiver is given; `linked` says that the code shows it to be in the share that the receiver gets."""
    evidence = [
        Evidence(thing.member.place or thing.resource.header, f"{thing.resource.address} shares {subject}")
        for thing in things
    ]
    may_leave = None
    if share is not None:
        may_leave = share.lets_outsiders_in and share.resource.exists
        place = share.outsiders.place or share.resource.header
        evidence.append(Evidence(place, f"{share.resource.address} may be given to accounts outside the organization"))
    exist = any(thing.resource.exists is True for thing in things)
    certain = linked and may_leave is True and exist and subject != UNTOLD
    return SharedCopy(receiver, f"{subject} in the resource share", things[0].member, evidence, certain=certain)


def _is_told(share: Value, root: Root) -> bool:
    """Whether it is known which share is meant: one that the root makes or looks up, or one whose ARN is written."""
    return share.is_known or any(root.find(reference.address) for reference in share.refs)


def _keys(share: Value) -> Sequence[str]:
    """What a share is known by: the resource that makes it, or else its ARN."""
    addresses = list(dict.fromkeys(reference.address for reference in share.refs))
    return addresses or [text for text in [share.known_text] if text]


def _subject(thing: Value, root: Root, holders: Mapping[str, str]) -> str:
    """What a thing in a share is, as a message names it; empty for one that holds no copies."""
    for reference in thing.refs:
        resource = root.find(reference.address)
        if resource is not None and resource.type in holders:
            return holders[resource.type]
        if resource is not None and thing.parts is None:
            return ""
    fields = pattern_text(thing, lambda _piece: "?").split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS:
        return "" if thing.is_known else UNTOLD
    service, rest = fields[2], fields[-1]
    return next(
        (subject for (owner, start), subject in ARNS.items() if owner == service and rest.startswith(start)), ""
    )


def _kind_of(receiver: Value) -> ReceiverKind:
    """What kind of receiver an ARN or account id names: organizations and units have ARNs of their own service."""
    fields = pattern_text(receiver, lambda _piece: "?").split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS or fields[2] != "organizations":
        return ReceiverKind.ACCOUNT
    return _KINDS.get(fields[-1].partition("/")[0], ReceiverKind.ACCOUNT)
