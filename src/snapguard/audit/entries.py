"""A row of the review: what one principal may do, how far, and by which statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from snapguard.estate.principals import Attachment, Identities, Policy, Principal
from snapguard.iam.capabilities import CAPABILITIES, Action, catalogue
from snapguard.iam.documents import Statement, pattern_text
from snapguard.iam.grants import Rights
from snapguard.iam.scopes import ANYTHING, NOTHING, Bounds, Reach
from snapguard.source import Span
from snapguard.values import Unknown, Value

UNKNOWN_REACH = "unknown"
"""The word for a reach that the code can't tell."""

UNHELD = "unheld policy"
"""The kind of a policy that nobody holds in what was read: whoever is given it elsewhere may do as it says."""

COMPANY = frozenset(("chain", "key", "identity"))
"""The tiers whose actions are no road to a copy by themselves, but count beside such as are."""

NAMELESS = "…"
"""What stands for a name, or a piece of one, that nobody can tell."""


def reach_text(bounds: Bounds) -> str:
    """A reach in a word; one that is not known exactly is unknown."""
    return bounds.low.name.lower() if bounds.low == bounds.high else UNKNOWN_REACH


class Key(NamedTuple):
    """What a principal is told from others by: where it stands, what it is, its address or ARN.

    `root` is a path relative to the project's directory, or an account.
    """

    root: str
    kind: str
    principal: str


class Source(NamedTuple):
    """A statement, or a whole policy, by which a principal has a right.

    `policy` is the address that carries it or the name of an AWS managed one; `via` names the group through which it
    is held, `assumption` the outcome of a template's conditions under which it is there. `actions` is empty where
    nobody can tell which there are.
    """

    file: str
    line: int
    end_line: int
    policy: str
    sid: str
    via: str
    assumption: str
    bounds: Bounds
    actions: tuple[str, ...]


class Cell(NamedTuple):
    """How far one capability of a principal goes, with what gives it."""

    bounds: Bounds
    sources: Sequence[Source]

    @property
    def reach(self) -> str:
        """How far it goes, in a word."""
        return reach_text(self.bounds)

    @property
    def actions(self) -> list[str]:
        """Every action behind it, in order."""
        return sorted({action for source in self.sources for action in source.actions})


class Entry(NamedTuple):
    """A principal with the capabilities that it has or may have, in the order of CAPABILITIES.

    `name` is what people call it; `file` and `line` tell where it is written, and are empty where it is only named.
    """

    key: Key
    name: str
    file: str
    line: int
    cells: Mapping[str, Cell]


def union_of(many: Iterable[Bounds]) -> Bounds:
    """How far any of them reaches."""
    union = NOTHING
    for bounds in many:
        union = union.or_else(bounds)
    return union


def joined(entries: Sequence[Entry]) -> Entry:
    """One principal from several sights of it."""
    if len(entries) == 1:
        return entries[0]
    cells = {}
    for capability in CAPABILITIES:
        sights = [entry.cells[capability] for entry in entries if capability in entry.cells]
        if sights:
            sources = {source: None for cell in sights for source in cell.sources}
            cells[capability] = Cell(union_of(cell.bounds for cell in sights), list(sources))
    return entries[0]._replace(cells=cells)


def entries_of(identities: Identities, root: str) -> Iterator[Entry]:
    """Each principal of a root, and each policy that nobody in it holds."""
    for principal in identities.principals:
        held = [right for attachment in principal.held() for right in _rights_by(attachment, principal, identities)]
        held += _rights_of_unread_groups(principal, identities)
        address, name = address_of(principal), name_of(principal)
        place = principal.resource.header if principal.resource is not None else None
        exists = principal.resource is None or principal.resource.exists is True
        yield _entry(Key(root, principal.kind, address), name, place, held, exists)
    for policy in identities.policies:
        if not policy.holders and not policy.fences:
            held = list(_rights_of_unheld(policy, identities))
            key = Key(root, UNHELD, policy.resource.address)
            yield _entry(key, _name_of(policy), policy.resource.header, held, policy.resource.exists is True)


def _name_of(policy: Policy) -> str:
    return (policy.name.known_text or policy.resource.address).rpartition("/")[2]


def address_of(principal: Principal) -> str:
    """What a principal is told from others by: its address, or as much as is known of its name."""
    return principal.resource.address if principal.resource is not None else shown(principal.name)


def name_of(principal: Principal) -> str:
    """What people call a principal."""
    return principal.name.known_text or address_of(principal)


def title_of(principal: Principal) -> str:
    """The same, with what it is: `role backup`."""
    return f"{principal.kind} {name_of(principal)}"


def shown(value: Value) -> str:
    """A name as far as it is known."""

    def name(piece: Unknown) -> str:
        return "${" + (piece.refs[0].address if piece.refs else NAMELESS) + "}"

    return pattern_text(value, name) or NAMELESS


class _Right(NamedTuple):
    """What a principal keeps of the rights that one statement or policy gives; `source` holds no actions yet."""

    source: Source
    rights: Rights
    names_actions: bool


def _entry(key: Key, name: str, place: Span | None, held: Sequence[_Right], exists: bool) -> Entry:
    file, line = (place.file.display, place.line) if place is not None else ("", 0)
    sources: dict[str, dict[Source, None]] = {capability: {} for capability in CAPABILITIES}
    if any(action.is_judged for right in held for action in right.rights):
        for right in held:
            for capability, source in _sources(right, exists):
                sources[capability][source] = None
    cells = {
        capability: Cell(union_of(source.bounds for source in found), list(found))
        for capability, found in sources.items()
        if found
    }
    return Entry(key, name, file, line, cells)


def _sources(right: _Right, exists: bool) -> Iterator[tuple[str, Source]]:
    """Each capability that a right gives, with the actions behind it."""
    chosen: dict[str, dict[Action, Bounds]] = {}
    for action, bounds in right.rights.items():
        if action.is_judged or action.tier in COMPANY:
            for capability in action.capabilities:
                chosen.setdefault(capability, {})[action] = bounds
    for capability, rights in chosen.items():
        bounds = union_of(rights.values())
        if bounds.high:
            actions = tuple(sorted(action.name for action in rights)) if right.names_actions else ()
            yield capability, right.source._replace(bounds=_if_there(bounds, exists), actions=actions)


def _if_there(bounds: Bounds, exists: bool) -> Bounds:
    """A right that rests on something which may not exist is none for certain."""
    return bounds if exists else Bounds(Reach.NONE, bounds.high)


def _rights_by(attachment: Attachment, principal: Principal, identities: Identities) -> Iterator[_Right]:
    """What a principal has by one of its attachments, statement by statement."""
    via = "" if attachment.holder is principal else attachment.holder.label
    exists = attachment.resource.exists is True

    def kept(rights: Rights, source: Source, names_actions: bool = True) -> _Right:
        left = identities.rights_kept_by(principal, rights)
        return _Right(source, {action: _if_there(bounds, exists) for action, bounds in left.items()}, names_actions)

    policy = attachment.policy
    if attachment.managed is not None:
        from snapguard.iam.managed import managed_rights

        name = f"AWS managed policy {attachment.managed.rpartition('/')[2]}"
        yield kept(managed_rights(attachment.managed), _source(attachment.place, name, via))
    elif policy is None:
        yield kept(_everything(), _source(attachment.place, _unseen(attachment), via), names_actions=False)
    else:
        there = policy.resource.exists is True
        for grant in policy.grants:
            source = _source_of(policy, grant.statement, via)
            given = identities.given(grant, principal)
            yield kept({action: _if_there(bounds, there) for action, bounds in given.items()}, source)
        if not policy.document.complete:
            yield kept(_everything(), _unread_part(policy, via), names_actions=False)


def _rights_of_unread_groups(principal: Principal, identities: Identities) -> Iterator[_Right]:
    """What a user may have by groups that are only named: nobody can tell what they hold."""
    if principal.resource is None:
        return
    for group in principal.groups:
        if group.resource is None:
            name = f"{group.kind} {shown(group.name)}, which is not part of what was read"
            rights = identities.rights_kept_by(principal, _everything())
            yield _Right(_source(principal.resource.header, name, ""), rights, False)


def _rights_of_unheld(policy: Policy, identities: Identities) -> Iterator[_Right]:
    for grant in policy.grants:
        yield _Right(_source_of(policy, grant.statement, ""), identities.rights_left(policy, grant), True)
    if not policy.document.complete:
        yield _Right(_unread_part(policy, ""), _everything(), False)


def _everything() -> Rights:
    """Any right: what a policy that can't be read may give."""
    return {action: ANYTHING for entries in catalogue().services.values() for _, action in entries}


def _unseen(attachment: Attachment) -> str:
    name = shown(attachment.value)
    return "a policy that is not known" if name == NAMELESS else f"{name}, which is not part of what was read"


def _unread_part(policy: Policy, via: str) -> Source:
    place = policy.value.place or policy.resource.header
    return _source(place, f"{policy.resource.address}, part of which can't be told", via)


def _source_of(policy: Policy, statement: Statement, via: str) -> Source:
    return _source(policy.span_of(statement), policy.resource.address, via, statement.sid)


def _source(place: Span, policy: str, via: str, sid: str = "") -> Source:
    return Source(place.file.display, place.line, place.end_line, policy, sid, via, "", NOTHING, ())
