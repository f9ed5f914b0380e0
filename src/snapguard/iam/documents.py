"""Policy documents: from a value to statements, each with its place.

A document is an object, a text that was made from one (jsonencode, a policy document data source), or a text that
holds JSON, with pieces that may not be known. Whoever reads one gets statements whose elements are values still, so
that a finding can point at them. The grammar is the IAM user guide's, "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import NamedTuple

from snapguard.iam.document_text import OPEN, content_of_text
from snapguard.resources import InputError
from snapguard.source import Span
from snapguard.values import ABSENT, Known, Unknown, Value, fragments, text_of

MAX_STATEMENTS = 500
"""More than any document of 10,240 characters, the most that IAM takes (IAM user guide, quotas), can hold."""

_DOCUMENT_ELEMENTS = frozenset(("Version", "Id", "Statement"))
_STATEMENT_ELEMENTS = frozenset(
    (
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    )
)
"""What a policy and its statements hold, as it is usually cased."""

_CASED = {name.lower(): name for name in (*_DOCUMENT_ELEMENTS, *_STATEMENT_ELEMENTS)}

_VERSIONS = ("2012-10-17", "2008-10-17")


class Grammar(NamedTuple):
    """What else each statement of a kind of policy must name beside actions, and what it must not."""

    needs: str = ""
    refuses: str = ""


# IAM user guide, "Grammar of the IAM JSON policy language" and "IAM policy validation check reference": missing
# principal, missing resource, unsupported principal; a trust policy is about the role that carries it.
ANY_POLICY = Grammar()
IDENTITY_POLICY = Grammar(needs="Resource", refuses="Principal")
TRUST_POLICY = Grammar(needs="Principal", refuses="Resource")
RESOURCE_POLICY = Grammar(needs="Principal")


class Condition(NamedTuple):
    """One test of a Condition block: all of its keys must hold, for each of them any of its values."""

    operator: str
    key: str
    values: tuple[Value, ...]


class PrincipalItem(NamedTuple):
    """One entry of a Principal element: `kind` is AWS, Service, Federated or CanonicalUser; a bare `*` is AWS."""

    kind: str
    value: Value


class Statement:
    """One statement.

    `allow` is None where its effect is not known; `certain` is False where it may not be there, or may hold
    conditions that can't be read.
    """

    __slots__ = (
        "actions",
        "allow",
        "certain",
        "conditions",
        "negated_actions",
        "negated_principals",
        "negated_resources",
        "principals",
        "resources",
        "sid",
        "span",
    )

    def __init__(
        self,
        *,
        allow: bool | None,
        actions: Sequence[Value],
        negated_actions: bool = False,
        resources: Sequence[Value] = (),
        negated_resources: bool = False,
        principals: Sequence[PrincipalItem] = (),
        negated_principals: bool = False,
        conditions: Sequence[Condition] = (),
        sid: str = "",
        span: Span | None = None,
        certain: bool = True,
    ) -> None:
        self.allow = allow
        self.actions = actions
        self.negated_actions = negated_actions
        self.resources = resources
        self.negated_resources = negated_resources
        self.principals = principals
        self.negated_principals = negated_principals
        self.conditions = conditions
        self.sid = sid
        self.span = span
        self.certain = certain


class PolicyDocument:
    """The statements of a document; `complete` is False where there may be more that are not known.

    `errors` tells what is wrong with its text or its shape. One that hangs on a condition is one of its `alternatives`;
    then `statements` are those of all of them, none of which is certain.
    """

    __slots__ = ("alternatives", "complete", "errors", "statements")

    def __init__(
        self,
        statements: Sequence[Statement],
        complete: bool = True,
        errors: Sequence[InputError] = (),
        alternatives: Sequence[PolicyDocument] = (),
    ) -> None:
        self.statements = statements
        self.complete = complete
        self.errors = errors
        self.alternatives = alternatives


def read_document(value: Value, grammar: Grammar = ANY_POLICY) -> PolicyDocument:
    """The document that a value holds: an object, or a text of JSON. Never raises: what is wrong is in `errors`."""
    reader = _Reader(grammar)
    document = reader.document(value)
    if reader.is_rough and document.errors:
        return _Reader(grammar, exactly=True).document(value)
    return document


class _Reader:
    """Reads one document and gathers what is wrong with it.

    `is_rough` tells that only statements have places of their own: what is wrong is to be looked for `exactly`.
    """

    def __init__(self, grammar: Grammar, *, exactly: bool = False) -> None:
        self.grammar = grammar
        self.exactly = exactly
        self.is_rough = False
        self.errors: list[InputError] = []
        self.complete = True
        self.statements: list[Statement] = []

    def document(self, value: Value) -> PolicyDocument:
        if value.is_absent:
            return PolicyDocument(())
        content = self._content(value)
        if content is None:
            return self._either(value)
        if content.known_map is None:
            self._wrong(content, value, "a policy document is an object with a Statement")
        else:
            self._read_statements(_Object(content), value)
        return PolicyDocument(self.statements, self.complete, self.errors)

    def _either(self, value: Value) -> PolicyDocument:
        """A document that hangs on a condition."""
        outcomes = (value.outcomes if isinstance(value, Unknown) else None) or ()
        alternatives = [read_document(outcome, self.grammar) for outcome in outcomes]
        for document in alternatives:
            for statement in map(copy, document.statements):
                statement.certain = False
                self.statements.append(statement)
        return PolicyDocument(self.statements, False, self.errors, alternatives)

    def _content(self, value: Value) -> Value | None:
        """The object behind a value, or None where it can't be told."""
        if value.decoded is not None:
            return value.decoded if value.decoded.is_known else None
        if value.known_map is not None or value.known_list is not None:
            return value
        if isinstance(value, Unknown) and value.parts is None:
            return None
        if not isinstance(value, Unknown) and value.known_text is None:
            return value
        content = content_of_text(value, exactly=self.exactly)
        self.is_rough = content.is_rough
        if content.error is not None:
            self.errors.append(content.error)
        return content.value

    def _wrong(self, value: Value, container: Value, message: str) -> None:
        """Tell what is wrong, and that it may hide statements, or what one of them says."""
        self.complete = False
        self._tell(value, container, message)

    def _tell(self, value: Value, container: Value, message: str) -> None:
        span = value.span or container.span or value.place or container.place
        if span is not None:
            self.errors.append(InputError(f"policy document: {message}", span))

    def _read_statements(self, document: _Object, container: Value) -> None:
        whole = document.get("Statement")
        well_named = not self._names_strangers(document, _DOCUMENT_ELEMENTS, "policy", container)
        if document.get("Version").known_text not in (None, *_VERSIONS):
            self._tell(document.get("Version"), container, f"Version is {' or '.join(_VERSIONS)}")
        if whole.is_absent:
            if document.entries and well_named:
                self._wrong(document.value, container, "it has no Statement")
            return
        statements = whole.elements()
        sids: set[str] = set()
        if len(statements) > MAX_STATEMENTS:
            self._wrong(whole, container, f"more than {MAX_STATEMENTS} statements, and IAM takes no document so long")
        for statement in statements[:MAX_STATEMENTS]:
            if isinstance(statement, Unknown):
                self._unknown_statement(statement)
            elif statement.known_map is not None:
                read = self._statement(_Object(statement), container)
                self.statements.append(read)
                if read.sid and read.sid in sids:
                    self._tell(statement.get("Sid"), statement, f"two statements with the Sid `{read.sid}`")
                sids.add(read.sid)
            elif not statement.is_absent:
                self._wrong(statement, container, "each Statement is an object with an Effect")

    def _unknown_statement(self, statement: Unknown) -> None:
        """A statement that hangs on a condition may be there or not: its candidates say how it may look."""
        certainly_wrong = len(self.errors)
        for outcome in statement.outcomes or ():
            for element in outcome.elements():
                if element.known_map is not None:
                    read = self._statement(_Object(element), statement)
                    read.certain = False
                    self.statements.append(read)
        self.complete = False
        del self.errors[certainly_wrong:]

    def _statement(self, statement: _Object, container: Value) -> Statement:
        self._judge_shape(statement, container)
        actions, negated_actions = statement.items("Action", "NotAction")
        resources, negated_resources = statement.items("Resource", "NotResource")
        conditions, knows_conditions = _conditions(statement.get("Condition"))
        principals, negated_principals = _principals(statement)
        return Statement(
            allow=self._effect(statement, container),
            actions=actions,
            negated_actions=negated_actions,
            resources=resources,
            negated_resources=negated_resources,
            principals=principals,
            negated_principals=negated_principals,
            conditions=conditions,
            sid=statement.get("Sid").known_text or "",
            span=statement.value.span or container.span,
            certain=knows_conditions,
        )

    def _judge_shape(self, statement: _Object, container: Value) -> None:
        """Tell what a statement lacks and what it may not hold; an element that is null or not known is there."""
        entries = statement.entries
        if _is_well_shaped(tuple(entries), self.grammar):
            return
        if self._names_strangers(statement, _STATEMENT_ELEMENTS, "statement", container):
            return
        for name in _PAIRS:
            if name in entries and not statement.get(f"Not{name}").is_absent:
                self._wrong(statement.value, container, f"a statement has {name} or Not{name}, not both")
        for name in ("Action", self.grammar.needs):
            if name and name not in entries and f"Not{name}" not in entries:
                self._tell(statement.value, container, f"a statement names its {name} or Not{name}")
        refused = self.grammar.refuses
        if refused and (refused in entries or f"Not{refused}" in entries):
            found = statement.get(refused if refused in entries else f"Not{refused}")
            if not found.is_absent:
                self._tell(found, container, f"{_REASONS[refused]}, and so names no {refused}")

    def _names_strangers(self, it: _Object, known: frozenset[str], what: str, container: Value) -> bool:
        """Tell which elements there are no such of; a name that is not known whole may be any."""
        if it.entries.keys() <= known:
            return False
        from snapguard.settings import nearest

        strangers = [name for name in it.entries if name not in known]
        for name in strangers:
            if OPEN not in name and "::" not in name:
                close = nearest(name, known)
                self._wrong(it.get(name), it.value, f"a {what} has no element `{name}`{close}")
        return True

    def _effect(self, statement: _Object, container: Value) -> bool | None:
        effect = statement.get("Effect")
        if isinstance(effect, Unknown):
            return effect.verdict(lambda text: text == "Allow", absent=None)
        if effect.known_text not in ("Allow", "Deny"):
            self._wrong(effect if effect.span else statement.value, container, "Effect is Allow or Deny")
            return None
        return effect.known_text == "Allow"


_PAIRS = ("Action", "Resource", "Principal")


@lru_cache(maxsize=1024)
def _is_well_shaped(names: tuple[str, ...], grammar: Grammar) -> bool:
    """Whether a statement with elements of these names is as it should be whatever they hold."""
    entries = frozenset(names)
    pairs = {name: {name, f"Not{name}"} & entries for name in _PAIRS}
    return (
        entries <= _STATEMENT_ELEMENTS
        and all(len(found) < 2 for found in pairs.values())
        and bool(pairs["Action"])
        and bool(pairs.get(grammar.needs, True))
        and not pairs.get(grammar.refuses)
    )


_REASONS = {
    "Principal": "a policy of a principal is about who holds it",
    "Resource": "a trust policy is about the role that it stands in",
}


class _Object:
    """An object of a policy: its elements, however their names are cased."""

    __slots__ = ("entries", "value")

    def __init__(self, value: Value) -> None:
        self.value = value
        entries = value.known_map or {}
        if not entries.keys() <= _STATEMENT_ELEMENTS:
            cased = {_CASED.get(name.lower(), name): child for name, child in entries.items()}
            entries = {**cased, **{name: child for name, child in entries.items() if name in cased}}
        self.entries: Mapping[str, Value] = entries

    def get(self, name: str) -> Value:
        """An element; absent where it is not written or null."""
        child = self.entries.get(name)
        if child is None or child.is_absent:
            return ABSENT
        return child.within(self.value) if self.value.via else child

    def items(self, name: str, negation: str) -> tuple[Sequence[Value], bool]:
        """The items of Action or Resource, and whether they are negated."""
        element = self.get(name)
        if not element.is_absent:
            return items_of(element), False
        element = self.get(negation)
        return items_of(element), not element.is_absent


def items_of(value: Value) -> Sequence[Value]:
    """The scalars of a value that may be one, a list of them, or lists within a list."""
    elements = value.known_list
    if elements is None:
        return value.elements()
    found: list[Value] = []
    for element in elements:
        inner = element.within(value) if value.via else element
        if isinstance(inner, Known) and inner.value.__class__ is str:
            found.append(inner)
        elif inner.known_list is not None:
            found += items_of(inner)
        elif not inner.is_absent:
            found.append(inner)
    return found


def _conditions(value: Value) -> tuple[tuple[Condition, ...], bool]:
    """The tests of a Condition block, and whether all of them can be told."""
    if value.is_absent:
        return (), True
    operators = value.known_map
    if operators is None:
        return (), False
    found = []
    knows = True
    for operator in operators:
        keys = value.get(operator)
        if keys.known_map is None:
            knows = knows and keys.is_absent
            continue
        found += [Condition(operator, key, tuple(items_of(keys.get(key)))) for key in keys.known_map]
    return tuple(found), knows


def _principals(statement: _Object) -> tuple[tuple[PrincipalItem, ...], bool]:
    """The entries of Principal or NotPrincipal, and whether they are negated."""
    element = statement.get("Principal")
    negated = False
    if element.is_absent:
        element = statement.get("NotPrincipal")
        negated = not element.is_absent
    if element.is_absent:
        return (), False
    if element.known_map is None:
        return tuple(PrincipalItem("AWS", item) for item in items_of(element)), negated
    items = [PrincipalItem(kind, item) for kind in element.known_map for item in items_of(element.get(kind))]
    return tuple(items), negated


def pattern_text(value: Value, piece_text: Callable[[Unknown], str]) -> str:
    """A value as a pattern: known text as it is, each unknown piece as `piece_text` says."""
    if value.parts is None:
        if isinstance(value, Known):
            return "" if value.value is None or isinstance(value.value, (list, dict)) else text_of(value.value)
        return piece_text(value) if isinstance(value, Unknown) else ""
    return "".join(piece if isinstance(piece, str) else piece_text(piece) for piece in fragments(value))
