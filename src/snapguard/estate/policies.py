"""Policies that stand on a resource, and whom they let in from outside: vaults and keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from snapguard.estate.entities import Entity
from snapguard.estate.trust import (
    account_id,
    account_of,
    is_own_account,
    is_own_or_trusted,
    is_trusted_organization,
)
from snapguard.findings import Evidence, Finding, Severity
from snapguard.iam.documents import Condition, PolicyDocument, PrincipalItem, Statement, pattern_text
from snapguard.iam.patterns import UNKNOWN, matches
from snapguard.resources import Resource, Root
from snapguard.settings import Settings
from snapguard.values import ABSENT, Known, Value, text_of

# Condition keys that tell the account or organization of the caller (IAM user guide, "AWS global condition context
# keys"; AWS KMS developer guide, "Condition keys for AWS KMS").
ACCOUNT_KEYS = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:principalarn", "aws:sourcearn", "kms:calleraccount"}
)
ORGANIZATION_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"})
# Keys that only something within the account's own reach can meet.
NETWORK_KEYS = frozenset({"aws:sourcevpc", "aws:sourcevpce"})
# Keys that every caller brings: there IfExists changes nothing. An account in no organization has no other one.
ALWAYS_PRESENT = frozenset({"aws:principalaccount", "aws:principalarn", "kms:calleraccount"})
SERVICE_KEY = "aws:principalisawsservice"
POSITIVE_OPERATORS = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
NEGATIVE_OPERATORS = frozenset(
    {"stringnotequals", "stringnotequalsignorecase", "stringnotlike", "arnnotequals", "arnnotlike"}
)


class Outsider(NamedTuple):
    """Somebody outside whom a statement lets in: everyone, or the principal that `value` names.

    `certain` is False where it can't be told that it is an outsider, or that the statement lets it in.
    """

    value: Value
    is_everyone: bool
    certain: bool

    @property
    def named(self) -> str:
        """The outsider as a message names it."""
        if self.is_everyone:
            return "everyone"
        return text_of(self.value.value) if isinstance(self.value, Known) else "a principal that is not known"


class ResourcePolicy(Entity):
    """A policy on a resource: `target` links to what it protects, itself where that is the policy's own resource."""

    __slots__ = ("document", "subject", "target")

    def __init__(self, resource: Resource, subject: str, document: PolicyDocument, target: Value | None = None) -> None:
        super().__init__(resource)
        self.subject = subject
        self.document = document
        self.target = target

    @property
    def protects(self) -> Collection[str]:
        """The addresses of what it protects."""
        return (self.resource.address,) if self.target is None else [ref.address for ref in self.target.refs]

    def openings(
        self, actions: Sequence[str], root: Root, settings: Settings, evidence: Sequence[Evidence] = ()
    ) -> Iterator[Finding]:
        """A finding for each statement that lets an outsider do one of the actions.

        A document that is not known as a whole, and shows nothing open, may still be: that is an uncertain finding.
        """
        judge = _Judge(self.document, actions, root, settings)
        is_open = False
        for statement in self.document.statements:
            given = [action for action in actions if judge.gives(statement, action) is not False]
            outsiders = list(judge.outsiders(statement, given))
            if outsiders:
                is_open = True
                yield self._opening(statement, outsiders, given, evidence)
        if not is_open and not self.document.complete:
            message = f"{self.subject} is not known, and may let outsiders in"
            yield self.finding(message, evidence=evidence, certain=False)

    def _opening(
        self, statement: Statement, outsiders: Sequence[Outsider], actions: Sequence[str], evidence: Sequence[Evidence]
    ) -> Finding:
        certain = any(outsider.certain for outsider in outsiders)
        names = dict.fromkeys(outsider.named for outsider in outsiders if outsider.certain == certain)
        everyone = "everyone" in names
        who = "everyone" if everyone else ", ".join(names)
        message = f"{self.subject} {'lets' if certain else 'may let'} {who} use {', '.join(actions)}"
        severity = Severity.CRITICAL if everyone else Severity.HIGH
        return self.finding(message, statement.span, evidence=evidence, certain=certain, severity=severity)


class _Judge:
    """Who is an outsider to one document, for some actions."""

    def __init__(self, document: PolicyDocument, actions: Sequence[str], root: Root, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self._closed = [action for action in actions if is_denied_outside(document, action)]
        self._owner = _owner(document)

    def gives(self, statement: Statement, action: str) -> bool | None:
        """Whether a statement gives an action that no other one keeps from outsiders."""
        if statement.allow is False or action in self._closed:
            return False
        return _allows(statement, action)

    def outsiders(self, statement: Statement, given: Sequence[str]) -> Iterator[Outsider]:
        """Everyone outside to whom a statement gives the actions."""
        if not given:
            return
        gives = any(_allows(statement, action) for action in given)
        certain = bool(statement.certain and statement.allow and gives)
        if statement.negated_principals:
            yield from self._unless_limited(Outsider(ABSENT, True, certain), statement)
            return
        for item in statement.principals:
            for outsider in self._outsider(item, certain):
                yield from self._unless_limited(outsider, statement)

    def _outsider(self, item: PrincipalItem, certain: bool) -> Iterator[Outsider]:
        if item.kind != "AWS":
            return
        found = self._named(item.value, certain)
        if found is not None and not found.certain:
            each = [self._named(outcome, certain) for outcome in item.value.outcomes or ()]
            sure = [outsider for outsider in each if outsider is not None and outsider.certain]
            if sure and len(sure) == len(each):
                found = min(sure, key=lambda outsider: outsider.is_everyone)
        if found is not None:
            yield found

    def _named(self, value: Value, certain: bool) -> Outsider | None:
        """The outsider that a value names, if it may name one."""
        if value.verdict(_is_everyone):
            return Outsider(value, True, certain)
        trusted = is_own_or_trusted(value, self._root, self._settings)
        if trusted:
            return None
        is_owner = account_id(account_of(value).known_text) == self._owner != ""
        return Outsider(value, False, certain and trusted is False and not is_owner)

    def _unless_limited(self, outsider: Outsider, statement: Statement) -> Iterator[Outsider]:
        """The outsider, unless the statement's conditions keep it out."""
        answers = [self._limits(condition, outsider.is_everyone) for condition in statement.conditions]
        if True not in answers:
            yield outsider._replace(certain=outsider.certain and None not in answers)

    def _limits(self, condition: Condition, of_everyone: bool) -> bool | None:
        """Whether a condition keeps all but trusted callers out; None where that can't be told."""
        operator, key = _bare(condition.operator), condition.key.lower()
        if key == SERVICE_KEY and operator == "bool":
            return all(value.verdict(lambda content: str(content).lower() == "true") for value in condition.values)
        if operator not in POSITIVE_OPERATORS or condition.operator.lower().startswith("forallvalues:"):
            return False
        if condition.operator.lower().endswith("ifexists") and key not in ALWAYS_PRESENT:
            return False
        if key in NETWORK_KEYS:
            return True
        if key in ORGANIZATION_KEYS:
            return _all([self._names_own_organization(value) for value in condition.values])
        if key in ACCOUNT_KEYS:
            return _all([self._names_own_account(value, of_everyone) for value in condition.values])
        return False

    def _names_own_organization(self, value: Value) -> bool | None:
        """Whether a value of a condition names a trusted organization, or any where the settings name none."""
        if not self._settings.trusted_organizations:
            return not value.verdict(is_wild)
        return is_trusted_organization(value, self._settings)

    def _names_own_account(self, value: Value, of_everyone: bool) -> bool | None:
        """Whether a value of a condition names a trusted account.

        Where the settings name none, the one account that everyone is limited to is taken to be the own one.
        """
        if account_of(value).verdict(is_wild):
            return False
        if of_everyone and not self._settings.trusted_accounts:
            return True
        return is_own_or_trusted(value, self._root, self._settings)


def is_wild(content: object) -> bool:
    """Whether a value of a condition lets everything through."""
    return not str(content).strip("*?")


def _is_everyone(content: object) -> bool:
    text = str(content)
    return text == "*" or (text.startswith("arn:") and text.split(":")[4:5] == ["*"])


def _bare(operator: str) -> str:
    """An operator without what says how several values and a missing key count."""
    return operator.lower().rpartition(":")[2].removesuffix("ifexists")


def _allows(statement: Statement, action: str) -> bool | None:
    """Whether a statement's actions hold one; None where an action is not known."""
    answers = [_matches(value, action) for value in statement.actions]
    held = True if True in answers else None if None in answers else False
    return held if not statement.negated_actions or held is None else not held


def _matches(value: Value, action: str) -> bool | None:
    pattern = pattern_text(value, lambda _piece: UNKNOWN).lower()
    if UNKNOWN not in pattern:
        return matches(pattern, action.lower())
    return None if matches(pattern.replace(UNKNOWN, "*"), action.lower()) else False


def is_denied_outside(document: PolicyDocument, action: str) -> bool:
    """Whether a statement denies an action to everyone, or to all but the callers of an account or organization.

    Conditions on AWS services beside it spare these alone; with any other the denial holds for some requests only.
    """
    for statement in document.statements:
        if statement.allow is not False or not statement.certain or _allows(statement, action) is not True:
            continue
        everyone = any(item.value.verdict(_is_everyone) for item in statement.principals)
        others = [condition for condition in statement.conditions if condition.key.lower() != SERVICE_KEY]
        if everyone and all(_keeps_out(condition) for condition in others):
            return True
    return False


def _keeps_out(condition: Condition) -> bool:
    return _bare(condition.operator) in NEGATIVE_OPERATORS and (
        condition.key.lower() in ACCOUNT_KEYS or condition.key.lower() in ORGANIZATION_KEYS
    )


def _owner(document: PolicyDocument) -> str:
    """The account that a policy makes its owner: the only one whose root may do all; empty where that is not plain.

    A policy that names the own account by looking it up needs no such guess.
    """
    owners = set()
    for statement in document.statements:
        for item in statement.principals:
            account = account_of(item.value)
            if is_own_account(account):
                return ""
            text = item.value.known_text
            gives_all = statement.allow and _allows(statement, "kms:PutKeyPolicy") and not statement.conditions
            if gives_all and text is not None and account.known_text and _is_root(text):
                owners.add(account_id(account.known_text))
    return owners.pop() if len(owners) == 1 else ""


def _is_root(principal: str) -> bool:
    return principal.isdigit() or principal.endswith(":root")


def _all(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True
