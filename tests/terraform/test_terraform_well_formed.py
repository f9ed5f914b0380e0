"""The fast road through Terraform's syntax: it reads what the tree says, and nothing that is damaged.

The oracles are independent of it: tree-sitter's reading of the same text, and the strict reader that tells errors.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from terraform_grammar import TerraformWriter

from snapguard.source import SourceFile, Span
from snapguard.terraform import tree, well_formed
from snapguard.terraform.parsing import parse
from snapguard.terraform.syntax import Access, Attribute, Body, Conditional, Expression, Literal, Variable
from snapguard.terraform.syntax_errors import readable, syntax_errors
from snapguard.terraform.well_formed import NotWellFormedError

PROJECT = Path(__file__).parents[2]
FILES = sorted(path for directory in ("examples", "tests") for path in (PROJECT / directory).rglob("*.tf"))
LEGAL = (Path(__file__).parent / "legal_expressions.txt").read_text(encoding="utf-8").splitlines()
GENERATED = 300
DAMAGED = 1500

RARE = {
    "a name with letters beyond ASCII": "größe = 1\n",
    "brackets beyond measure": f"a = {'[' * 80}{']' * 80}\n",
}
"""What is right, and yet left to the slower road."""

MARKS = (
    *'{}[]()"=,:?.#~$%\\!-*x1 \n\r',
    *(
        "${",
        "%{",
        "//",
        "/*",
        "*/",
        "<<EOT\n",
        "EOT\n",
        "...",
        "=>",
        "for",
        "if",
        "[*]",
        ".*",
        ".0",
        "&&",
        "==",
        "\r\n",
    ),
    *("null", "in ", "ä", "\0"),
)
"""What damage puts in."""


def source(text: str | bytes) -> SourceFile:
    """A text as a file."""
    return SourceFile("main.tf", "main.tf", text if isinstance(text, bytes) else text.encode("utf-8"))


def fast(file: SourceFile) -> Body | None:
    """What the fast road gives; None where it gives up."""
    try:
        return well_formed.read(file)
    except NotWellFormedError:
        return None


def shown(part: Any) -> Any:
    """A part of the syntax as plain data, with its places.

    The chain of a conditional stands otherwise in the tree, so its places are left out; so are those of the words
    that references begin with, which nobody asks for.
    """
    if isinstance(part, Span):
        return part.start, part.end
    if isinstance(part, Attribute):
        return part.name, shown(part.span), shown(part.name_span), shown(part.expression)
    if isinstance(part, Body):
        return [shown(list(part.attributes.values())), shown(part.blocks)]
    if isinstance(part, Access):
        return shown(part.span), word_of(part.base), shown(part.accessors)
    if isinstance(part, Expression):
        place = None if isinstance(part, Conditional) else shown(part.span)
        return type(part).__name__, place, [shown(getattr(part, name)) for name in type(part).__slots__]
    if isinstance(part, list | tuple):
        name = type(part).__name__
        return [name if name != "tuple" else "list", *map(shown, part)]
    return type(part).__name__, part


def word_of(base: Expression) -> Any:
    """What a reference begins with: the word alone, or else an expression with its places."""
    if isinstance(base, Variable):
        return base.name
    return base.value if isinstance(base, Literal) else shown(base)


def by_tree(file: SourceFile) -> Body:
    """What tree-sitter's reading gives."""
    return tree.top_level(file, [tree.parse_whole(readable(file.data))])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_both_roads_read_the_same_of_the_projects_files(path: Path) -> None:
    file = source(path.read_bytes())
    body = fast(file)
    if syntax_errors(file):
        assert body is None
    else:
        assert body is not None
        assert shown(body) == shown(by_tree(file))


def test_a_byte_order_mark_is_no_reason_to_give_up() -> None:
    body = fast(source("\ufeffa = 1\n"))
    assert body is not None
    assert body.attributes["a"].span.start == 3


def test_both_roads_read_the_same_of_files_at_random() -> None:
    taken = 0
    for seed in range(GENERATED):
        file = source(TerraformWriter(seed).file())
        body = fast(file)
        if body is not None:
            taken += 1
            assert shown(body) == shown(by_tree(file)), seed
    assert taken > 0.98 * GENERATED


@pytest.mark.parametrize("expression", [line for line in LEGAL if line])
def test_both_roads_read_the_same_of_expressions(expression: str) -> None:
    file = source(f"x = {expression}\n")
    body = fast(file)
    if body is None:
        assert not parse(file).errors
    else:
        assert shown(body) == shown(by_tree(file))


def damaged(text: bytes, random: Random) -> bytes:
    """A text with one to three small damages."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.4:
            text = text[:at] + text[at + random.choice((1, 1, 2, 5)) :]
        else:
            text = text[:at] + random.choice(MARKS).encode("utf-8") + text[at:]
    return text


def test_what_is_damaged_is_never_taken_for_well_formed() -> None:
    random = Random(1578)
    texts = [data for data in (path.read_bytes() for path in FILES) if len(data) < 2_000]
    refused = 0
    for _ in range(DAMAGED):
        written = random.random() < 0.5
        text = random.choice(texts) if written else TerraformWriter(random.randrange(10**6)).file().encode("utf-8")
        file = source(damaged(text, random))
        if fast(file) is None:
            refused += 1
        else:
            assert syntax_errors(file) == [], file.data.decode("utf-8")
    assert refused > 0.3 * DAMAGED


@pytest.mark.parametrize("text", RARE.values(), ids=RARE)
def test_what_is_rare_takes_the_other_road(text: str) -> None:
    assert fast(source(text)) is None
    parsed = parse(source(text))
    assert not parsed.errors
    assert len(parsed.body.attributes) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a {\n} b {\n}\n", "expected a new line before b, behind the block a"),
        ("a = 1 b = 2\n", "expected a new line before b, behind the value of a"),
        ("a {\n  b = 1 }\n", "expected a new line before }, behind the value of b"),
        ("a { b {} }\n", "a block that holds more than one argument needs a new line after {"),
    ],
)
def test_what_the_tree_takes_though_terraform_refuses_it_is_told(text: str, message: str) -> None:
    assert [error.message for error in parse(source(text)).errors] == [message]


@pytest.mark.parametrize(
    "text",
    [
        'a = "${x}"\n'.replace("x", "(" * 3000 + "1" + ")" * 3000),
        "a = " + "!" * 5000 + "true\n",
        "b {\n" * 3000 + "}\n" * 3000,
    ],
    ids=["brackets", "signs", "blocks"],
)
def test_nesting_without_end_is_no_crash(text: str) -> None:
    assert fast(source(text)) is None
    parse(source(text))


@pytest.mark.parametrize("space", [" " * 5000, "\n" * 5000, "# x\n" * 2000, "/* * */ " * 2000])
@pytest.mark.parametrize("before", ["a = [", "a = f(", "a = {", "a = ", "a", "", "b {\n", 'a = "${', "a = [for"])
def test_any_amount_of_space_before_a_fault_is_read_once(before: str, space: str) -> None:
    assert fast(source(f"{before}{space}@\n")) is None
