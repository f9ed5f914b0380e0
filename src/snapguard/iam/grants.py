"""What documents give in the end: rights by action, with what takes them away.

A right is kept as bounds: what it is at least and at most, so that what is not known makes nothing certain.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from snapguard.iam.capabilities import Action, actions_matching, actions_possible, catalogue
from snapguard.iam.conditions import (
    NO_LIMIT,
    Criterion,
    Limit,
    Limits,
    asks_for_request_tag,
    limits_after_deny,
    limits_of_allow,
    strict,
)
from snapguard.iam.documents import PolicyDocument, Statement, items_of, pattern_text
from snapguard.iam.patterns import NAMED, UNKNOWN, is_wildcard, without_variables
from snapguard.iam.scopes import (
    ANYTHING,
    EVERYTHING,
    NOTHING,
    Bounds,
    Reach,
    allowed_reach,
    covers,
    kinds_reached,
    outlines,
    reaches_of,
    spared_reach,
    supported_reach,
)
from snapguard.values import Known, Reference, Unknown, Value

Rights = Mapping[Action, Bounds]

MAX_FORMS = 32
"""How many forms of one statement are judged each by itself; beyond them what is unknown may be anything."""

_NAME_ENDINGS = ("arn", "id", "ref", "name", "identifier", "partition", "region", "suffix", "account")

_STRICTEST = {Limit.NOTHING: Reach.UNLIMITED, Limit.CALLER: Reach.CONDITIONAL, Limit.RESOURCE: Reach.SCOPED}


class Grant(NamedTuple):
    """What one Allow statement gives: how far each action goes, before anything is taken away.

    `forms` are the rights in each form that it can have, where it has several (a condition decides between them).
    """

    statement: Statement
    rights: Rights
    reading: Reading
    forms: Sequence[Rights] = ()


class Denial(NamedTuple):
    """A Deny statement ready to be applied: which actions, and how far each can still go beside it.

    `resources` are outlines; `names` are the patterns as they are written.
    """

    actions: tuple[str, ...]
    negated_actions: bool
    resources: tuple[str, ...]
    negated_resources: bool
    limits: Limits
    conditional: bool
    certain: bool
    names: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it surely denies, whatever the request."""
        return self.certain and not self.conditional


def piece_text(value: Unknown) -> str:
    """How an unknown piece stands in a pattern: a link to something's id or ARN is a plain name, else anything."""
    return NAMED if value.links and all(_is_name(ref) for ref in value.links) else UNKNOWN


def _is_name(ref: Reference) -> bool:
    if ref.address.startswith("AWS::"):
        return True
    variable = ref.address.startswith("var.") or ".var." in ref.address
    return not variable and ref.attribute.lower().endswith(_NAME_ENDINGS)


def patterns(values: Sequence[Value]) -> tuple[str, ...]:
    """The patterns of Action or Resource, with marks where pieces are not known."""
    return tuple([_pattern(value) for value in values])


def _pattern(value: Value) -> str:
    if isinstance(value, Known) and value.parts is None and isinstance(value.value, str):
        text = value.value
    else:
        text = pattern_text(value, piece_text)
    return without_variables(text) if "${" in text else text


def _known_actions(statement: Statement) -> tuple[str, ...]:
    """Those of its Action patterns that may give anything of the catalogue, all where they are negated."""
    texts = patterns(statement.actions)
    return texts if statement.negated_actions else tuple([text for text in texts if actions_possible(text)])


def grants_of(document: PolicyDocument) -> list[Grant]:
    """What each Allow of a document gives, in order; an effect that is not known gives nothing for certain.

    Of a document that hangs on a condition that is certain which each of its alternatives gives by some statement.
    """
    if document.alternatives:
        return list(_grants_of_either([grants_of(alternative) for alternative in document.alternatives]))
    grants = []
    for statement in document.statements:
        if statement.allow is not False:
            reading = _reading(statement)
            forms = _forms(statement)
            if len(forms) < 2:
                grants.append(Grant(statement, _rights(reading), reading))
            else:
                each = [_rights(_reading(form)) for form in forms]
                grants.append(Grant(statement, in_any_case(each), reading, each))
    if len(grants) < 2:
        return grants
    support = Support(grants)
    return [grant._replace(rights=support.rights(grant)) for grant in grants]


def _grants_of_either(alternatives: Sequence[Sequence[Grant]]) -> Iterator[Grant]:
    wholes = [joined(grant.rights for grant in grants) for grants in alternatives]
    for at, grants in enumerate(alternatives):
        others = [*wholes[:at], *wholes[at + 1 :]]
        for grant in grants:
            rights = {
                action: Bounds(min([bounds.low, *(other.get(action, NOTHING).low for other in others)]), bounds.high)
                for action, bounds in grant.rights.items()
            }
            yield Grant(grant.statement, rights, grant.reading._replace(certain=False))


def _forms(statement: Statement) -> Sequence[Statement]:
    """A statement in each form that it can have where only conditions are unknown; itself where nobody can tell."""
    conditions = statement.conditions
    lists = [statement.actions, statement.resources, *(condition.values for condition in conditions)]
    if not any(isinstance(value, Unknown) and value.candidates for values in lists for value in values):
        return (statement,)
    choices = [_choices(values) for values in lists]
    if math.prod(len(each) for each in choices) > MAX_FORMS:
        return (statement,)
    forms = []
    for actions, resources, *values in itertools.product(*choices):
        form = copy.copy(statement)
        form.actions, form.resources = actions, resources
        form.conditions = tuple(one._replace(values=tuple(own)) for one, own in zip(conditions, values, strict=True))
        forms.append(form)
    return forms


def _choices(values: Sequence[Value]) -> Sequence[Sequence[Value]]:
    """Every list of items that a list can be."""
    outcomes = [value.outcomes or (value,) for value in values]
    if math.prod(len(each) for each in outcomes) > MAX_FORMS:
        return (values,)
    return [[item for value in choice for item in items_of(value)] for choice in itertools.product(*outcomes)]


def in_any_case(many: Sequence[Rights]) -> Rights:
    """What rights are at least and at most that may be any of these."""
    return {
        action: Bounds(
            min(rights.get(action, NOTHING).low for rights in many),
            max(rights.get(action, NOTHING).high for rights in many),
        )
        for action in {action: None for rights in many for action in rights}
    }


class Support:
    """Statements among which one can allow the resources of a request that another lacks.

    A snapshot of a volume needs a right to both: one statement may name the volumes, another one the snapshots.
    """

    def __init__(self, grants: Iterable[Grant]) -> None:
        by_action: dict[Action, list[Reading]] = {}
        for grant in grants:
            if grant.reading.is_partial:
                for action in grant.reading.joint_actions:
                    by_action.setdefault(action, []).append(grant.reading)
        self._by_action = {action: readings for action, readings in by_action.items() if len(readings) > 1}
        self._shared: dict[int, list[Action]] = {}
        for action, readings in self._by_action.items():
            for reading in readings:
                self._shared.setdefault(id(reading), []).append(action)

    def rights(self, grant: Grant) -> Rights:
        """What a statement gives, also where others of these allow the remaining resources of a request."""
        reading = grant.reading
        found: dict[Action, Bounds] = {}
        for action in self._shared.get(id(reading), ()):
            if action not in grant.rights and reading.names_subject_of(action):
                bounds = self._rights_to(action, reading)
                if bounds.high:
                    found[action] = bounds
        return {**found, **grant.rights} if found else grant.rights

    def _rights_to(self, action: Action, own: Reading) -> Bounds:
        others = [other for other in self._by_action[action] if other is not own]
        high = _support(action, own, others).high
        sure = [other for other in others if other.certain and action in other.sure_actions]
        if not high or not sure or not own.certain or action not in own.sure_actions:
            return Bounds(Reach.NONE, high)
        return Bounds(min(_support(action, own, sure).low, high), high)


def _support(action: Action, own: Reading, others: Sequence[Reading]) -> Bounds:
    reaches: dict[str, Bounds] = {}
    support = NOTHING
    for other in others:
        for kind, bounds in reaches_of(action, other.resources, other.negated_resources).items():
            reaches[kind] = reaches.get(kind, NOTHING).or_else(bounds)
        support = support.or_else(limited(EVERYTHING, other.limits))
    bounds = supported_reach(action, reaches_of(action, own.resources, own.negated_resources), reaches)
    return limited(bounds, own.limits).at_most(support)


class Reading(NamedTuple):
    """A statement as patterns, those of its resources as outlines, and what its conditions limit.

    Of its actions those are left out that are none of the catalogue.
    """

    actions: tuple[str, ...]
    negated_actions: bool
    resources: tuple[str, ...]
    negated_resources: bool
    limits: Limits
    certain: bool
    tags_what_it_makes: bool

    @property
    def is_partial(self) -> bool:
        """Whether it leaves resources out, so that a request may need other statements beside it."""
        return self.negated_resources or "*" not in self.resources

    def names_subject_of(self, action: Action) -> bool:
        """Whether its resources take in any of what decides how far an action reaches."""
        reaches = reaches_of(action, self.resources, self.negated_resources)
        return any(kind in reaches and reaches[kind].high for kind in action.subjects)

    @property
    def sure_actions(self) -> frozenset[Action]:
        """The actions of the catalogue that it names for certain."""
        return expanded(self.actions, self.negated_actions)[0]

    @property
    def joint_actions(self) -> Iterable[Action]:
        """The actions that it names or may name and that work on several types of resource at once."""
        if self.negated_actions:
            return _joint(expanded(self.actions, True)[1])
        if len(self.actions) == 1:
            return _joint_actions(self.actions[0])
        return dict.fromkeys(action for pattern in self.actions for action in _joint_actions(pattern))


@lru_cache(maxsize=8192)
def _joint_actions(pattern: str) -> Sequence[Action]:
    return _joint(actions_possible(pattern))


def _joint(actions: Iterable[Action]) -> Sequence[Action]:
    return [action for action in actions if len(action.required) + len(action.optional) > 1]


def _reading(statement: Statement) -> Reading:
    actions = _known_actions(statement)
    if not actions and not statement.negated_actions:
        return _EMPTY
    criteria = _criteria(statement) if statement.conditions else ()
    return Reading(
        actions,
        statement.negated_actions,
        outlines(patterns(statement.resources)),
        statement.negated_resources,
        limits_of_allow(criteria),
        statement.certain and statement.allow is True,
        asks_for_request_tag(criteria),
    )


_EMPTY = Reading((), False, ("*",), False, NO_LIMIT, True, False)
"""Of a statement whose actions are none of the catalogue."""


def _rights(reading: Reading) -> Rights:
    # What each pattern gives is computed by itself: the lists of patterns are many, the patterns few.
    alike = reading.resources, reading.negated_resources, reading.limits
    if reading.negated_actions or len(reading.actions) == 1:
        rights = _rights_by_patterns(reading.actions, reading.negated_actions, *alike)
    else:
        each = (_rights_by_patterns((pattern,), False, *alike) for pattern in reading.actions)
        given = [rights for rights in each if rights]
        rights = given[0] if len(given) == 1 else joined(given)
    if reading.tags_what_it_makes and reading.is_partial:
        rights = {action: bounds for action, bounds in rights.items() if not _copies_like_to_like(action)}
    if reading.certain:
        return rights
    return {action: Bounds(Reach.NONE, bounds.high) for action, bounds in rights.items()}


def _copies_like_to_like(action: Action) -> bool:
    """Whether what an action of EC2 reads and what it makes are of one type."""
    return action.service == "ec2" and set(action.subjects) == {*action.required, *action.optional}


def _criteria(statement: Statement) -> list[Criterion]:
    return [
        Criterion(condition.operator.lower(), condition.key.lower(), patterns(condition.values))
        for condition in statement.conditions
    ]


@lru_cache(maxsize=32768)
def _rights_by_patterns(
    actions: tuple[str, ...], negated_actions: bool, resources: tuple[str, ...], negated_resources: bool, limits: Limits
) -> Rights:
    sure, possible = expanded(actions, negated_actions)
    rights = {}
    for action in possible:
        bounds = allowed_reach(action, resources, negated_resources)
        if bounds.high:
            bounds = limited(bounds, limits)
            rights[action] = bounds if action in sure else Bounds(Reach.NONE, bounds.high)
    return rights


@lru_cache(maxsize=8192)
def expanded(actions: tuple[str, ...], negated: bool) -> tuple[frozenset[Action], frozenset[Action]]:
    """The actions of the catalogue that Action (or, negated, NotAction) patterns surely, and possibly, give."""
    sure: frozenset[Action] = frozenset().union(*(actions_matching(pattern) for pattern in actions))
    possible: frozenset[Action] = frozenset().union(*(actions_possible(pattern) for pattern in actions))
    if negated:
        everything = frozenset(action for entries in catalogue().services.values() for _, action in entries)
        return everything - possible, everything - sure
    return sure, possible


def limited(bounds: Bounds, limits: Limits) -> Bounds:
    """A right under conditions."""
    if limits is NO_LIMIT:
        return bounds
    return Bounds(min(bounds.low, _STRICTEST[limits.high]), min(bounds.high, _STRICTEST[limits.low]))


def denials_of(document: PolicyDocument) -> list[Denial]:
    """Every Deny of a document that takes anything of the catalogue; one whose effect is not known may be a Deny."""
    denials = (_denial(statement) for statement in document.statements if not statement.allow)
    return [denial for denial in denials if denial.actions or denial.negated_actions]


def _denial(statement: Statement) -> Denial:
    criteria = _criteria(statement)
    names = patterns(statement.resources)
    return Denial(
        _known_actions(statement),
        statement.negated_actions,
        outlines(names),
        statement.negated_resources,
        limits_after_deny(criteria),
        bool(criteria) and statement.certain,
        statement.certain and statement.allow is False,
        names,
    )


def not_denied_by_name(grant: Grant, rights: Rights, denials: Sequence[Denial]) -> Rights:
    """Rights that a statement gives, without those that are denied on all the resources which it names."""
    plain = [denial for denial in denials if denial.is_plain]
    if not plain or not grant.reading.is_partial or grant.reading.negated_resources:
        return rights
    names = patterns(grant.statement.resources)
    actions = [expanded(denial.actions, denial.negated_actions)[0] for denial in plain]
    lost_by: dict[tuple[int, ...], frozenset[str] | None] = {}
    left = {}
    for action, bounds in rights.items():
        by = tuple([at for at, sure in enumerate(actions) if action in sure])
        if by not in lost_by:
            lost_by[by] = _types_lost(names, [plain[at] for at in by])
        lost = lost_by[by]
        if lost is not None and lost.isdisjoint(action.required):
            left[action] = bounds
    return left


def _types_lost(names: Sequence[str], denials: Sequence[Denial]) -> frozenset[str] | None:
    """The resource types of which Denies cover all that is named; None where they cover everything."""
    spared = [name for name in names if not any(covers(one.names, one.negated_resources, name) for one in denials)]
    if len(spared) == len(names):
        return frozenset()
    given, left = kinds_reached(tuple(names)), kinds_reached(tuple(spared))
    return frozenset(given.keys() - left.keys()) if spared else None


def spared_by(denials: Iterable[Denial], action: Action) -> Bounds:
    """How far an action can still go beside these Denies.

    Under conditions a Deny takes nothing away for certain, unless it denies just what lacks a tag or fails to name
    a resource or caller: then the right is limited as if the Allow said so.
    """
    left = EVERYTHING
    for denial in denials:
        sure, possible = expanded(denial.actions, denial.negated_actions)
        if action not in possible:
            continue
        spared = spared_reach(action, denial.resources, denial.negated_resources)
        if denial.conditional:
            spared = spared.or_else(limited(EVERYTHING, denial.limits))
        if action not in sure or not denial.certain:
            spared = Bounds(spared.low, Reach.UNLIMITED)
        left = left.at_most(spared)
        if not left.high:
            break
    return left


def less(rights: Rights, denials: Sequence[Denial]) -> Rights:
    """Rights without those that Denies take away."""
    if denials:
        rights = {action: bounds.at_most(spared_by(denials, action)) for action, bounds in rights.items()}
    return {action: bounds for action, bounds in rights.items() if bounds.high}


def joined(many: Iterable[Rights]) -> dict[Action, Bounds]:
    """The union of rights: what any of them gives."""
    union: dict[Action, Bounds] = {}
    for rights in many:
        for action, bounds in rights.items():
            union[action] = union[action].or_else(bounds) if action in union else bounds
    return union


def effective_rights(document: PolicyDocument) -> Rights:
    """What a document gives by itself, its own Denies taken away."""
    denials = denials_of(document)
    grants = grants_of(document)
    return less(joined(not_denied_by_name(grant, grant.rights, denials) for grant in grants), denials)


class Fence(NamedTuple):
    """A permissions boundary: the rights it lets through; not `complete` where it may let more through."""

    rights: Rights
    complete: bool

    def lets_through(self, action: Action) -> Bounds:
        """How far it lets an action go."""
        bounds = self.rights.get(action, NOTHING)
        return bounds if self.complete else bounds.or_else(ANYTHING)


def fence_of(document: PolicyDocument) -> Fence:
    """What a permissions boundary lets through."""
    return Fence(effective_rights(document), document.complete)


def wildcard_actions(statement: Statement) -> frozenset[Action]:
    """The actions that a statement gives by a wildcard or NotAction, and those it may give and does not name."""
    return frozenset().union(*(_wildcard_actions(form) for form in _forms(statement)))


def _wildcard_actions(statement: Statement) -> frozenset[Action]:
    texts = patterns(statement.actions)
    if statement.negated_actions:
        return expanded(texts, True)[1]
    open_texts = tuple(text for text in texts if UNKNOWN in text)
    wild = expanded(tuple(text for text in texts if is_wildcard(text)), False)[0]
    named = expanded(tuple(text for text in texts if not is_wildcard(text)), False)[0]
    return wild | (expanded(open_texts, False)[1] - named)


def limiting_keys(statement: Statement) -> frozenset[tuple[str, ...]]:
    """The conditions of a statement that limit the resources: operator, key and values of each."""
    return frozenset(
        (one.operator, one.key, *sorted(one.values))
        for one in strict(_criteria(statement))
        if limits_of_allow([one]).high is Limit.RESOURCE
    )
