"""What an organization's policies set in the accounts under it: blocks against public copies, and backup plans.

Unlike control policies (`guardrails`) these have no statements; they are objects whose values stand beside `@@assign`
(AWS Organizations user guide, "Declarative policy syntax" and "Backup policy syntax").
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.backups import VaultCopy
from snapguard.estate.sharing import PublicAccessBlock
from snapguard.resources import Resource
from snapguard.values import ABSENT, Known, Unknown, Value, why_unknown

DECLARATIVE, BACKUP = "DECLARATIVE_POLICY_EC2", "BACKUP_POLICY"
BLOCKS = {"snapshot_block_public_access": "snapshots", "image_block_public_access": "images"}
ASSIGNED = "@@assign"
EACH_ACCOUNT = "$account"
"""Stands in an ARN of a backup policy for each account that the policy holds in."""


def declared_blocks(resource: Resource, kind: Value, content: Value) -> Iterator[PublicAccessBlock]:
    """The blocks against public copies that a declarative policy sets; it writes the states with underscores."""
    is_declarative = kind.verdict(lambda text: text == DECLARATIVE)
    if is_declarative is not False:
        attributes = _structure(content).get("ec2_attributes")
        for name, subject in BLOCKS.items():
            if not attributes.get(name).is_absent:
                state = attributes.at(name, "state", ASSIGNED)
                state = _if_of_type(_hyphenated(state), is_declarative, kind)
                yield PublicAccessBlock(resource, subject, state, hides_existing=subject == "snapshots")


def declared_copies(resource: Resource, kind: Value, content: Value) -> Iterator[VaultCopy]:
    """The copy actions of a backup policy's plans, but those that stay in the account that is backed up."""
    is_of_backups = kind.verdict(lambda text: text == BACKUP)
    if is_of_backups is not False:
        for plan in _entries(_structure(content).get("plans")):
            for rule in _entries(plan.get("rules")):
                for action in _entries(rule.get("copy_actions")):
                    vault = action.at("target_backup_vault_arn", ASSIGNED)
                    if EACH_ACCOUNT not in (vault.known_text or ""):
                        yield VaultCopy(resource, _if_of_type(vault, is_of_backups, kind), action.place)


def _if_of_type(value: Value, answer: bool | None, kind: Value) -> Value:
    """What a policy sets; perhaps nothing, where it is not known whether it is of the type that could."""
    if answer:
        return value
    return Unknown(f"the type of the policy is not known{why_unknown(kind)}", value.refs, (value, ABSENT), value.span)


def _entries(value: Value) -> Iterator[Value]:
    """What an object holds; itself where that can't be told."""
    entries = value.known_map
    if entries is not None:
        yield from (entry.within(value) for name, entry in entries.items() if not name.startswith("@@"))
    elif isinstance(value, Unknown) and value.candidates:
        for candidate in value.candidates:
            for entry in _entries(candidate):
                yield Unknown(value.why, entry.refs, (entry, ABSENT), value.span, value.via)
    elif not value.is_absent:
        yield value


def _structure(content: Value) -> Value:
    """The object that a text of JSON holds; what is no JSON can't be told."""
    if isinstance(content, Unknown) and content.candidates:
        candidates = tuple(_structure(candidate) for candidate in content.candidates)
        return Unknown(content.why, content.refs, candidates, content.span, content.via)
    if content.decoded is not None or content.known_text is None:
        return content.decoded or content
    from snapguard.json_nodes import JsonError, values_from_json

    try:
        return values_from_json(content.known_text, lambda _start, _end: content.span)
    except JsonError:
        return Unknown("it is no JSON", span=content.span, via=content.via)


def _hyphenated(state: Value) -> Value:
    if isinstance(state, Unknown) and state.candidates:
        candidates = tuple(_hyphenated(candidate) for candidate in state.candidates)
        return Unknown(state.why, state.refs, candidates, state.span, state.via)
    text = state.known_text
    return state if text is None else Known(text.replace("_", "-"), state.span, state.via)
