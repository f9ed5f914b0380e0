"""How a statement without a limit could be written instead: as statements in the language that it stands in.

Each action is named, on the types of resource that it works on, for what carries a tag; where an action doesn't know
tags, its resources are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from snapguard.iam.capabilities import Action, catalogue
from snapguard.iam.documents import Statement

MAX_PROPOSED = 6
"""How many actions a proposal names: for more, nobody needs them all."""

MAX_WIDTH = 80
"""How long a list may be in one line."""

TAG, TAG_VALUE = "backup", "true"
ACCOUNT = "111122223333"
NAME = "NAME"

_RESOURCE_TAG = "aws:ResourceTag/"
_REQUEST_TAG = "aws:RequestTag/"
_PRINCIPAL_TAG = "aws:PrincipalTag/"
_RECEIVER = "ec2:Add/userId"
_TAG_KEY = "${TagKey}"

Test = tuple[str, str, Sequence[str]]


class Proposed(NamedTuple):
    """A statement as it could be: an Allow with each of its conditions as operator, key and values."""

    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Sequence[Test]


def proposal(statement: Statement, actions: Iterable[Action]) -> str:
    """What to write instead of a statement that gives these actions without a limit, as help for its author."""
    ordered = sorted(actions, key=lambda action: (-action.severity, action.name))
    chosen = sorted(ordered[:MAX_PROPOSED], key=lambda action: action.name)
    code = _code(_writer(statement), tuple(chosen), tuple(_known_conditions(statement)))
    some = f" (the {MAX_PROPOSED} gravest of {len(ordered)} actions)" if len(ordered) > MAX_PROPOSED else ""
    return (
        "Name the actions that are needed, and limit them to the resources they are for. What the statement gives"
        f"{some}, limited to what carries a tag or has a name:\n\n{code}"
    )


@lru_cache(maxsize=1024)
def _code(write: Callable[[Sequence[Proposed]], str], actions: tuple[Action, ...], own: tuple[Test, ...]) -> str:
    """The statements that give actions with limits, beside the conditions `own`; policies are often much alike."""
    statements = [one._replace(conditions=[*one.conditions, *own]) for one in _statements(actions)]
    return "\n".join(f"    {line}".rstrip() for line in write(statements).splitlines())


def _known_conditions(statement: Statement) -> list[Test]:
    """The conditions that the statement has already, as far as they are known."""
    found: list[Test] = []
    for condition in statement.conditions:
        texts = [value.known_text for value in condition.values]
        known = [text for text in texts if text is not None]
        if known and len(known) == len(texts):
            found.append((condition.operator, condition.key, tuple(known)))
    return found


def _statements(actions: Sequence[Action]) -> Iterator[Proposed]:
    """The actions by how they can be limited; what an action makes is allowed by a statement of its own."""
    for is_alike in (_knows_tags_and_receiver, _knows_tags):
        own = [action for action in actions if is_alike(action)]
        if own:
            tests: list[Test] = [("StringEquals", _RESOURCE_TAG + TAG, [TAG_VALUE])]
            if is_alike is _knows_tags_and_receiver:
                tests.append(("StringEquals", _RECEIVER, [ACCOUNT]))
            yield Proposed(_names(own), _arns(_kinds(own, _subjects)), tests)
            yield from _made_by(own)
    named = [action for action in actions if action.can_be_scoped and not _has_key(action, _RESOURCE_TAG + _TAG_KEY)]
    for kinds, own in _grouped(named, _subjects):
        yield Proposed(_names(own), _arns(kinds, NAME), ())
        yield from _made_by(own)
    open_ones = [action for action in actions if not action.can_be_scoped]
    if open_ones:
        yield Proposed(_names(open_ones), ["*"], [("StringEquals", _PRINCIPAL_TAG + TAG, [TAG_VALUE])])


def _made_by(actions: Sequence[Action]) -> Iterator[Proposed]:
    for kinds, own in _grouped(actions, _made):
        tagged = all(_has_key(action, _REQUEST_TAG + _TAG_KEY) for action in own)
        tests: Sequence[Test] = [("StringEquals", _REQUEST_TAG + TAG, [TAG_VALUE])] if tagged else ()
        yield Proposed(_names(own), _arns(kinds, "*" if tagged else NAME), tests)


def _has_key(action: Action, key: str) -> bool:
    return key in action.keys


def _knows_tags(action: Action) -> bool:
    return action.can_be_scoped and _has_key(action, _RESOURCE_TAG + _TAG_KEY) and not _has_key(action, _RECEIVER)


def _knows_tags_and_receiver(action: Action) -> bool:
    return action.can_be_scoped and _has_key(action, _RESOURCE_TAG + _TAG_KEY) and _has_key(action, _RECEIVER)


def _subjects(action: Action) -> tuple[str, ...]:
    return action.subjects


def _made(action: Action) -> tuple[str, ...]:
    return tuple(kind for kind in action.required if kind not in action.subjects)


def _grouped(
    actions: Iterable[Action], kinds_of: Callable[[Action], tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], list[Action]]]:
    """The actions by the types of resource that they have in common."""
    groups: dict[tuple[str, ...], list[Action]] = {}
    for action in actions:
        kinds = kinds_of(action)
        if kinds:
            groups.setdefault(kinds, []).append(action)
    yield from groups.items()


def _kinds(actions: Iterable[Action], kinds_of: Callable[[Action], tuple[str, ...]]) -> Sequence[str]:
    return list(dict.fromkeys(kind for action in actions for kind in kinds_of(action)))


def _names(actions: Iterable[Action]) -> Sequence[str]:
    return [action.name for action in actions]


def _arns(kinds: Iterable[str], name: str = "*") -> Sequence[str]:
    """The ARNs of types of resource, in every region of the own account."""
    found: dict[str, None] = {}
    for kind in kinds:
        for form in catalogue().arns[kind]:
            service, region, account, rest = form.split(":", 3)
            found[f"arn:aws:{service}:{region and '*'}:{account and '*'}:{rest.replace('*', name)}"] = None
    return list(found)


def _writer(statement: Statement) -> Callable[[Sequence[Proposed]], str]:
    """How statements are written where this one stands."""
    span = statement.span
    text = "" if span is None else span.text.lstrip()
    is_terraform = span is not None and span.file.path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json"))
    if is_terraform and text.startswith("statement"):
        return _as_blocks
    if is_terraform and text.startswith("{") and ('"actions"' in text or '"not_actions"' in text):
        return _as_json_blocks
    if is_terraform and "=" in text.partition("ffect")[2][:4]:
        return _as_objects
    if is_terraform or (span is not None and span.file.path.endswith(".json")):
        return _as_json
    return _as_yaml


def _as_json(statements: Sequence[Proposed]) -> str:
    import json

    return ",\n".join(json.dumps(_entries(statement), indent=2) for statement in statements)


def _as_json_blocks(statements: Sequence[Proposed]) -> str:
    """The blocks of a policy document in Terraform's JSON syntax."""
    import json

    blocks = [
        {
            "actions": list(statement.actions),
            "resources": list(statement.resources),
            "condition": [
                {"test": operator, "variable": _escaped(key), "values": [_escaped(value) for value in values]}
                for operator, key, values in statement.conditions
            ],
        }
        for statement in statements
    ]
    return ",\n".join(json.dumps({name: part for name, part in block.items() if part}, indent=2) for block in blocks)


def _escaped(text: str) -> str:
    """A text with policy variables as the blocks of a policy document write them."""
    return text.replace("${", "&{")


def _entries(statement: Proposed) -> dict[str, object]:
    """A statement with the names that JSON policies use."""
    entries: dict[str, object] = {
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
    }
    conditions: dict[str, dict[str, object]] = {}
    for operator, key, values in statement.conditions:
        conditions.setdefault(operator, {})[key] = values[0] if len(values) == 1 else list(values)
    if conditions:
        entries["Condition"] = conditions
    return entries


def _as_objects(statements: Sequence[Proposed]) -> str:
    return ",\n".join(_hcl(_entries(statement), "") for statement in statements)


def _hcl(content: object, margin: str) -> str:
    """A structure as an HCL expression."""
    if isinstance(content, dict):
        inner = margin + "  "
        lines = [f"{inner}{_hcl_key(key)} = {_hcl(child, inner)}" for key, child in content.items()]
        return "\n".join(["{", *lines, f"{margin}}}"])
    if isinstance(content, list):
        return _hcl_list(content, margin)
    return _quoted(str(content))


def _hcl_key(key: str) -> str:
    return key if key.isalpha() else _quoted(key)


def _hcl_list(texts: Sequence[str], margin: str) -> str:
    line = f"[{', '.join(map(_quoted, texts))}]"
    if len(line) < MAX_WIDTH:
        return line
    return "\n".join(["[", *(f"{margin}  {_quoted(text)}," for text in texts), f"{margin}]"])


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _as_blocks(statements: Sequence[Proposed]) -> str:
    return "\n".join(_block(statement) for statement in statements)


def _block(statement: Proposed) -> str:
    lines = [
        "statement {",
        f"  actions   = {_hcl_list(statement.actions, '  ')}",
        f"  resources = {_hcl_list(statement.resources, '  ')}",
    ]
    for operator, key, values in statement.conditions:
        lines += [
            "  condition {",
            f"    test     = {_quoted(operator)}",
            f"    variable = {_quoted(_escaped(key))}",
            f"    values   = {_hcl_list([_escaped(value) for value in values], '    ')}",
            "  }",
        ]
    return "\n".join([*lines, "}"])


def _as_yaml(statements: Sequence[Proposed]) -> str:
    return "\n".join(_yaml_item(_entries(statement)) for statement in statements)


def _yaml_item(entries: dict[str, object]) -> str:
    lines = _yaml_lines(entries)
    return "\n".join(f"{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines))


def _yaml_lines(entries: dict[str, object]) -> Iterator[str]:
    for key, child in entries.items():
        name = key if key.isalpha() else _yaml_text(key)
        if isinstance(child, dict):
            yield f"{name}:"
            yield from (f"  {line}" for line in _yaml_lines(child))
        elif isinstance(child, list):
            yield f"{name}:"
            yield from (f"  - {_yaml_text(text)}" for text in child)
        else:
            yield f"{name}: {_yaml_text(str(child))}"


def _yaml_text(text: str) -> str:
    import json

    return text if text.isalpha() and text.lower() not in ("true", "false") else json.dumps(text, ensure_ascii=False)
