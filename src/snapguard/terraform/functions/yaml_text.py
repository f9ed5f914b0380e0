"""YAML as Terraform reads and writes it: close to YAML 1.2's core schema, with yes and no as bools still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone

import yaml

from snapguard.terraform.functions.signature import MAX_ELEMENTS, check_text
from snapguard.terraform.types import EvaluationError, number, number_of, to_text
from snapguard.values import Known, Value

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MAX_NESTING = 200
_END = "\n...\n"
_TAG = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "binary", "timestamp"))
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NUMBER = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?", re.ASCII)
_BASES = ((re.compile(r"0o([0-7]+)"), 8), (re.compile(r"0x([0-9a-fA-F]+)"), 16))
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)", re.ASCII)
_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)"
    r"| (\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?)",
    re.ASCII,
)


def decode(text: Value) -> Value:
    """The value that a YAML text stands for; its elements stand where the text does.

    Raises EvaluationError for what is not one YAML document that Terraform can read.
    """
    try:
        events = list(_limited(yaml.parse(text.known_text or "", Loader=_LOADER)))
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "it can't be parsed"
        raise EvaluationError(f"this is not YAML: {problem}") from None
    return _Reader(text, iter(events)).document()


def _limited(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for count, event in enumerate(events):
        if count > MAX_ELEMENTS:
            raise EvaluationError(f"the YAML has more than {MAX_ELEMENTS} elements")
        yield event


class _Reader:
    """Makes values of events; `count` is how many, aliases followed."""

    def __init__(self, text: Value, events: Iterator[yaml.Event]) -> None:
        self.text = text
        self.events = events
        self.anchors: dict[str, Value | None] = {}
        self.sizes: dict[str, int] = {}
        self.count = 0

    def known(self, content: object) -> Known:
        return Known(content, self.text.span, self.text.via)

    def document(self) -> Value:
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise EvaluationError("the YAML has no document")
        value = self.value(next(self.events), 0)
        next(self.events)
        if not isinstance(next(self.events), yaml.StreamEndEvent):
            raise EvaluationError("the YAML has more than one document")
        return value

    def value(self, event: yaml.Event, depth: int) -> Value:
        self.count += 1
        if depth > _MAX_NESTING:
            raise EvaluationError("the YAML is nested too deeply")
        if self.count > MAX_ELEMENTS:
            raise EvaluationError(f"the YAML has more than {MAX_ELEMENTS} elements")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor)
        before = self.count
        anchor = event.anchor  # type: ignore[attr-defined]
        if anchor:
            self.anchors[anchor] = None
        value = self._content(event, depth)
        if anchor:
            self.anchors[anchor] = value
            self.sizes[anchor] = self.count - before
        return value

    def _alias(self, anchor: str | None) -> Value:
        value = self.anchors.get(anchor or "")
        if value is None:
            raise EvaluationError(f"the YAML refers to &{anchor}, which does not stand before it")
        self.count += self.sizes[anchor or ""]
        return value

    def _content(self, event: yaml.Event, depth: int) -> Value:
        if isinstance(event, yaml.ScalarEvent):
            return self.known(_scalar(event))
        wanted = "map" if isinstance(event, yaml.MappingStartEvent) else "seq"
        tag = event.tag  # type: ignore[attr-defined]
        if tag not in (None, "!", _TAG + wanted):
            raise EvaluationError(f"the YAML has a tag that Terraform does not know: {tag}")
        return self._mapping(depth) if wanted == "map" else self._sequence(depth)

    def _sequence(self, depth: int) -> Value:
        elements: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            elements.append(self.value(event, depth + 1))
        return self.known(elements)

    def _mapping(self, depth: int) -> Value:
        content: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            is_merge = isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]
            key = self.value(event, depth + 1)
            value = self.value(next(self.events), depth + 1)
            if is_merge:
                if value.known_map is None:
                    raise EvaluationError("the YAML merges (<<) something that is no mapping")
                content.update(value.known_map)
            else:
                content[_key(key)] = value
        return self.known({name: content[name] for name in sorted(content)})


def _key(value: Value) -> str:
    if value.is_absent or value.known_list is not None or value.known_map is not None:
        raise EvaluationError("a key in the YAML is not a string")
    return to_text(value).known_text or ""


def _scalar(event: yaml.ScalarEvent) -> object:
    tag, text = event.tag, event.value
    if tag is not None and tag not in _SCALAR_TAGS:
        raise EvaluationError(f"the YAML has a tag that Terraform does not know: {tag}")
    if event.style or tag in (_TAG + "str", _TAG + "binary"):
        return text
    content = _plain(text)
    if tag == _TAG + "null":
        return None
    if tag is not None and isinstance(content, str) and not _timestamp(text):
        raise EvaluationError(f'the YAML marks "{text}" as something that it is not')
    return content


def _plain(text: str) -> object:
    """What a scalar without quotes stands for."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _NUMBER.fullmatch(text):
        return number_of(text)
    for pattern, base in _BASES:
        match = pattern.fullmatch(text)
        if match:
            return number(int(match[1], base))
    if _NOT_FINITE.fullmatch(text):
        raise EvaluationError(f"Terraform has no number {text}")
    return _timestamp(text) or text


def _timestamp(text: str) -> str | None:
    from snapguard.terraform.functions.dates import timestamp_text

    match = _DATE.fullmatch(text) or _TIME.fullmatch(text)
    if match is None:
        return None
    groups = [group for group in match.groups() if group is not None]
    zone = groups.pop() if not groups[-1].isdecimal() else "Z"
    try:
        time = datetime(*map(int, groups), tzinfo=timezone.utc)  # type: ignore[misc,arg-type]
        if zone != "Z":
            time = time.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo)
    except ValueError:
        return None
    return timestamp_text(time)


def encode(value: Value) -> str:
    """A wholly known value as YAML, as Terraform lays it out."""
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(value),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    text: str = yaml.emit(events, Dumper=_DUMPER, allow_unicode=True)
    if text.endswith(_END):
        text = text[: 1 - len(_END)]
    if value.known_text is None and value.known_list is None and value.known_map is None:
        text += _END[1:]  # versions of libyaml differ in where they write the end
    check_text(len(text))
    return text


def _events(value: Value) -> Iterator[yaml.Event]:
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, dict):
        yield yaml.MappingStartEvent(None, None, True, flow_style=not content)
        for name in sorted(content):
            yield _text_event(name)
            yield from _events(content[name])
        yield yaml.MappingEndEvent()
    elif isinstance(content, list):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=not content)
        for element in content:
            yield from _events(element)
        yield yaml.SequenceEndEvent()
    elif isinstance(content, str):
        yield _text_event(content)
    else:
        plain = to_text(value).known_text or "null"
        yield yaml.ScalarEvent(None, None, (True, False), plain, style="")


def _text_event(text: str) -> yaml.Event:
    return yaml.ScalarEvent(None, None, (True, True), text, style="|" if "\n" in text else '"')
