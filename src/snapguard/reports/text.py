"""Text for people: each finding with the code that it stands on, as compilers show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from snapguard.findings import Result, Severity, Status
from snapguard.scan import Report
from snapguard.source import Span

MAX_LINES = 6
"""How many lines of a long stretch are shown."""

MAX_WIDTH = 140
"""How much of a long line is shown, in characters."""

MAX_ADDRESSES = 4
"""How many addresses are named before the rest is counted."""

MAX_EVIDENCE = 12
"""How many places of evidence are named before the rest is counted."""

WRAP = 100
"""Where messages and help are wrapped."""

_SEVERITY_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "31", Severity.MEDIUM: "33", Severity.LOW: "36"}
_BOLD = "1"
_FAINT = "2"
_GUTTER = "34"


def findings(results: Sequence[Result], *, has_colour: bool = False) -> str:
    """Each result with its code, an empty line after each; how to mend it stands at the first that it is for."""
    paint = _Paint(has_colour)
    blocks = []
    helped: set[str] = set()
    for result in results:
        blocks.append("\n".join(_lines(result, paint, has_help=result.help not in helped)) + "\n\n")
        helped.add(result.help)
    return "".join(blocks)


def summary(report: Report, results: Sequence[Result], *, has_colour: bool = False) -> str:
    """A line that says what was found in all, and what there is beside the results that are shown."""
    paint = _Paint(has_colour)
    failures = [result for result in report.results if result.status is Status.FAIL]
    files = _count(report.statistics.files, "file")
    if failures:
        counts = dict.fromkeys(sorted(Severity, reverse=True), 0)
        for result in failures:
            counts[result.severity] += 1
        parts = ", ".join(
            paint(_SEVERITY_COLOURS[severity], f"{count} {severity.label}")
            for severity, count in counts.items()
            if count
        )
        text = f"{paint(_BOLD, _count(len(failures), 'finding'))} in {files}: {parts}"
    elif report.statistics.files or report.results:
        text = f"no findings in {files}"
    else:
        text = "nothing to check: no Terraform code and no CloudFormation template was found"
    shown = set(map(id, results))
    hidden = [result.status for result in report.results if id(result) not in shown]
    notes = [
        f"{hidden.count(Status.UNKNOWN)} that the code can't tell (--show-unknown)" if Status.UNKNOWN in hidden else "",
        f"{hidden.count(Status.SUPPRESSED)} suppressed (--show-suppressed)" if Status.SUPPRESSED in hidden else "",
        f"{hidden.count(Status.BASELINE)} in the baseline (--show-baseline)" if Status.BASELINE in hidden else "",
    ]
    more = ", ".join(filter(None, notes))
    return f"{text}; not shown: {more}\n" if more else f"{text}\n"


def statistics(report: Report, results: Sequence[Result]) -> str:
    """How often each check spoke, and how much was looked at, as lines of text."""
    counts: dict[tuple[str, str], int] = {}
    for result in results:
        counts[result.code, result.name] = counts.get((result.code, result.name), 0) + 1
    lines = [f"{count:6}  {code} {name}" for (code, name), count in sorted(counts.items(), key=lambda item: -item[1])]
    numbers = report.statistics
    lines.append(
        f"{_count(numbers.files, 'file')}, {_count(numbers.roots, 'root')}, "
        f"{_count(numbers.resources, 'resource')} in {numbers.seconds:.2f} s"
    )
    return "\n".join(lines) + "\n"


class _Paint:
    """Colours a text, or leaves it as it is."""

    def __init__(self, has_colour: bool) -> None:
        self._has_colour = has_colour

    def __call__(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._has_colour else text


def _lines(result: Result, paint: _Paint, *, has_help: bool) -> Iterator[str]:
    span = result.span
    severity = paint(_SEVERITY_COLOURS[result.severity], result.severity.label)
    status = "" if result.status is Status.FAIL else f" ({result.status.value})"
    place = printable(f"{span.file.display}:{span.line}:{span.column}")
    yield f"{paint(_BOLD, place)}: {severity}{status} {paint(_BOLD, result.code)} {result.name}"
    yield from _wrapped(result.message, "  ")
    if result.addresses:
        yield from (paint(_FAINT, line) for line in _wrapped(f"on {_addresses(result)}", "  "))
    width = len(str(span.end_line)) + 2
    bar = paint(_GUTTER, " " * width + " |")
    excerpt = list(_excerpt(span, width, paint))
    if excerpt:
        yield bar
        yield from excerpt
    notes = [f"{_place(item.span, span)}: {item.message}" for item in result.evidence[:MAX_EVIDENCE]]
    if len(result.evidence) > MAX_EVIDENCE:
        notes.append(f"and {len(result.evidence) - MAX_EVIDENCE} more places")
    if result.reason:
        notes.append(f"suppressed: {result.reason}")
    if has_help:
        notes.append(f"help: {result.help}")
    mark = paint(_GUTTER, " " * width + " =")
    for note in notes:
        for number, line in enumerate(_wrapped(note, "")):
            yield f"{mark} {line}" if number == 0 else f"{' ' * (width + 2)}   {line}"


def _place(span: Span, main: Span) -> str:
    """Where evidence stands: the line alone where it is in the finding's own file."""
    is_same = span.file.display == main.file.display
    return f"line {span.line}" if is_same else f"{span.file.display}:{span.line}"


def _addresses(result: Result) -> str:
    """The addresses, each with the CDK construct that it comes from."""
    pairs = zip_longest(result.addresses, result.constructs)
    listed = [f"{address} ({construct})" if construct else address for address, construct in pairs]
    named = ", ".join(listed[:MAX_ADDRESSES])
    rest = len(listed) - MAX_ADDRESSES
    return f"{named} and {rest} more" if rest > 0 else named


def _wrapped(text: str, indent: str) -> list[str]:
    """The lines of a text, wrapped; code in it, which is indented, stays as it is."""
    from textwrap import wrap

    lines = []
    for line in text.split("\n"):
        if line.startswith("    "):
            lines.append(indent + printable(line))
        else:
            lines += wrap(
                printable(line),
                WRAP,
                initial_indent=indent,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return lines


def _excerpt(span: Span, width: int, paint: _Paint) -> Iterator[str]:
    """The lines of a stretch, underlined where it lies on one, else bracketed at their left."""
    first, last = span.line, span.end_line
    if not span.file.data:
        return
    if last > first and span.end_column == 1:
        last -= 1
    if first == last:
        yield from _underlined(span, width, paint)
        return
    shown = range(first, last + 1)
    if len(shown) > MAX_LINES:
        shown = range(first, first + MAX_LINES - 2)
    for number in shown:
        yield _code(number, "/ " if number == first else "| ", span, width, paint)
    if shown[-1] < last:
        yield f"{paint(_GUTTER, '.' * 3 + ' ' * (width - 3) + ' |')} |"
        yield _code(last, "| ", span, width, paint)
    yield f"{paint(_GUTTER, ' ' * width + ' |')} |_^"


def _code(number: int, mark: str, span: Span, width: int, paint: _Paint) -> str:
    text = _visible(span.file.line(number)[: MAX_WIDTH * 2])
    if len(text) > MAX_WIDTH:
        text = text[:MAX_WIDTH] + " ..."
    return f"{paint(_GUTTER, f'{number:>{width}} |')} {mark}{text}".rstrip()


def _underlined(span: Span, width: int, paint: _Paint) -> Iterator[str]:
    line = span.file.line(span.line)
    begin = span.column - 1
    end = max(begin + 1, span.end_column - 1 if span.end_line == span.line else len(line))
    lead, cut = "", 0
    if begin > MAX_WIDTH // 2 and len(line) > MAX_WIDTH:
        cut = begin - MAX_WIDTH // 2
        lead = "... "
    end = min(end, cut + MAX_WIDTH)
    tail = " ..." if len(line) > cut + MAX_WIDTH else ""
    before = lead + _visible(line[cut:begin])
    marked = _visible(line[begin:end])
    after = _visible(line[end : cut + MAX_WIDTH]) + tail
    colour = "1;31"
    yield f"{paint(_GUTTER, f'{span.line:>{width}} |')} {before}{marked}{after}".rstrip()
    yield f"{paint(_GUTTER, ' ' * width + ' |')} {' ' * len(before)}{paint(colour, '^' * max(1, len(marked)))}"


def _visible(text: str) -> str:
    return printable(text.replace("\t", "    "))


def printable(text: str) -> str:
    """A text without what a terminal would obey instead of show."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
