"""The checks that apply to CloudFormation, as rules of cfn-lint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from snapguard import registry
from snapguard.findings import Result, Severity
from snapguard.hosts.answers import Answers, answers
from snapguard.hosts.pages import page
from snapguard.source import Span, display_path

if TYPE_CHECKING:
    from snapguard.registry import Check

UNREADABLE = "SNAP001"
"""The check that also says why a template could not be judged."""

NEEDS_A_FILE = "SnapGuard judges files, not the standard input: give cfn-lint the name of the template"

Location = tuple[int, int, int, int]


def rule_classes() -> dict[str, type]:
    """A class of rules for each check that CloudFormation can break, by a name to bind it to.

    cfn-lint takes the level of a rule from its first letter: E for what is critical or high, W for the rest.
    """
    from cfnlint.rules import CloudFormationLintRule, RuleMatch

    source = _Source()

    def rule_class(code: str, check: Check) -> type:
        def match(_rule: object, cfn: Any) -> Iterator[Any]:
            for place in source.places(cfn, code):
                found = RuleMatch(place.path, place.message, location=place.location)
                if place.file is not None:
                    found.filename = place.file
                yield found

        return type(
            check.name.replace("-", " ").title().replace(" ", ""),
            (CloudFormationLintRule,),
            {
                "id": rule_id(check),
                "shortdesc": check.summary,
                "description": f"{check.reasoning} {check.help}",
                "source_url": page(registry.check_modules()[code]),
                "tags": ["snapguard", check.category.value, *check.attack],
                "match": match,
            },
        )

    return {rule_id(check): rule_class(check.code, check) for check in _checks()}


def rule_id(check: Check) -> str:
    """The id of a check's rule: its code, behind the letter of its level."""
    return f"{'E' if check.severity >= Severity.HIGH else 'W'}{check.code}"


def _checks() -> Iterable[Check]:
    return (check for check in registry.load_all() if check.examples("BAD")["cloudformation"] is not None)


class _Place:
    """Where a rule speaks up, in cfn-lint's terms; `file` is None for the template that is being linted."""

    __slots__ = ("file", "location", "message", "path")

    def __init__(self, message: str, path: Sequence[str | int], location: Location, file: str | None) -> None:
        self.message = message
        self.path = path
        self.location = location
        self.file = file


class _Source:
    """The answers for the template that is being linted: all rules ask for it in turn, the first has it judged."""

    def __init__(self) -> None:
        self._template: Any = None
        self._answers = Answers([], [])

    def places(self, template: Any, code: str) -> Iterator[_Place]:
        """Where a check found something in a template."""
        if template is not self._template:
            path = template.filename
            self._answers = Answers([], [NEEDS_A_FILE]) if path is None else answers([path])
            self._template = template
        if code == UNREADABLE:
            for trouble in self._answers.troubles:
                yield _Place(trouble, [], (0, 0, 0, 0), None)
        here = None if template.filename is None else display_path(template.filename)
        for result in self._answers.failures:
            if result.code == code:
                location = location_of(result.span)
                display = result.span.file.display
                if display == here:
                    is_block = result.span.end_line > result.span.line
                    path = path_at(template.template, location[:2], is_block=is_block)
                    yield _Place(_message(result), path, location, None)
                else:
                    yield _Place(_message(result), [], location, display)


def _message(result: Result) -> str:
    resources = ", ".join(result.addresses)
    return f"{resources}: {result.message}" if resources and resources not in result.message else result.message


def location_of(span: Span) -> Location:
    """First and last line and column, from 0; of a span of several lines the first, as an editor underlines it."""
    if span.end_line == span.line:
        return span.line - 1, span.column - 1, span.line - 1, span.end_column - 1
    return span.line - 1, span.column - 1, span.line - 1, len(span.file.line(span.line))


def path_at(node: Any, position: tuple[int, int], *, is_block: bool) -> list[str | int]:
    """The keys and indices that lead to what stands at a line and column of a template as cfn-lint parsed it.

    An item of a list and the first key in it stand at the same place: `is_block` means the item.
    """
    path: list[str | int] = []
    while True:
        nearest = max(
            (entry for entry in _entries(node) if entry[0] <= position), key=lambda entry: entry[0], default=None
        )
        if nearest is None:
            return path
        path.append(nearest[1])
        if is_block and nearest[0] == position:
            return path
        node = nearest[2]


def _entries(node: Any) -> Iterator[tuple[tuple[int, int], str | int, Any]]:
    """Where each entry of a mapping or list begins, its key or index, and what it holds; numbers carry no mark."""
    if isinstance(node, dict):
        for key, value in node.items():
            mark = getattr(key, "start_mark", None)
            if mark is not None:
                yield (mark.line, mark.column), str(key), value
    elif isinstance(node, list):
        for index, value in enumerate(node):
            mark = getattr(value, "start_mark", None)
            if mark is not None:
                yield (mark.line, mark.column), index, value
