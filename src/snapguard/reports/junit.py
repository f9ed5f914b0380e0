"""JUnit's XML, which every CI server shows as tests: a suite a file, a failed case a finding.

The elements are those that Jenkins and GitLab read; https://github.com/testmoapp/junitxml describes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from snapguard.findings import Result, Status
from snapguard.scan import Report


def render(report: Report, results: Sequence[Result]) -> str:
    """The report as XML; it holds one passed case where nothing was found, since some servers refuse an empty one."""
    top = Element("testsuites", name="snapguard")
    for file, found in groupby(results, key=lambda result: result.span.file.display):
        _add_suite(top, file, [_case(result) for result in found])
    messages = [f"{path}: there is no such file or directory" for path in report.missing]
    messages += [error.message for error in report.errors]
    if messages:
        _add_suite(top, "snapguard", [_error(message) for message in messages])
    if not len(top):
        _add_suite(top, "snapguard", [Element("testcase", classname="snapguard", name="no findings")])
    _count(top, top.iter("testcase"))
    indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(top, encoding="unicode")}\n'


def _add_suite(top: Element, name: str, cases: Sequence[Element]) -> None:
    suite = SubElement(top, "testsuite", name=_text(name))
    suite.extend(cases)
    _count(suite, cases)


def _count(element: Element, cases: Iterable[Element]) -> None:
    kinds = [child.tag for case in cases for child in (case if len(case) else [case])]
    element.set("tests", str(len(kinds)))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(kinds.count(kind)))


def _case(result: Result) -> Element:
    """A failed case; a skipped one for what is unknown, suppressed or in the baseline."""
    span = result.span
    on = ", ".join(result.addresses) or f"line {span.line}"
    file = _text(span.file.display)
    case = Element(
        "testcase", classname=file, name=_text(f"{result.code} {result.name}: {on}"), file=file, line=str(span.line)
    )
    if result.status is Status.FAIL:
        kind = result.severity.label
        outcome = SubElement(case, "failure", message=_text(result.message), type=kind)
        outcome.text = _text(_description(result))
    else:
        reason = f"{result.status.value}: {result.reason}" if result.reason else result.status.value
        SubElement(case, "skipped", message=_text(f"{result.message} ({reason})"))
    return case


def _description(result: Result) -> str:
    span = result.span
    lines = [f"{span.file.display}:{span.line}:{span.column}: {result.message}"]
    lines += [f"{item.span.file.display}:{item.span.line}: {item.message}" for item in result.evidence]
    return "\n".join([*lines, f"help: {result.help}"])


def _error(message: str) -> Element:
    case = Element("testcase", classname="snapguard", name="run")
    SubElement(case, "error", message=_text(message))
    return case


def _text(text: str) -> str:
    """A text without the characters that XML can't hold (XML 1.0, production 2)."""
    return "".join(character if _is_allowed(character) else "?" for character in text)


def _is_allowed(character: str) -> bool:
    code = ord(character)
    if code < 0x20:
        return character in "\t\n\r"
    return not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)
