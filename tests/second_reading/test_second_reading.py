"""Both readings of Terraform agree: the project's own and python-hcl2's, over every kind of file.

python-hcl2 lives in an environment of its own, since Checkov's fork of it installs a package of the same name; where
it is missing, these tests are skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from terraform_grammar import TerraformWriter

from snapguard import registry
from snapguard.findings import Category
from snapguard.source import SourceFile
from snapguard.terraform.parsing import parse
from snapguard.terraform.syntax import (
    Body,
    Expression,
    Literal,
    ObjectExpression,
    Template,
    TupleExpression,
    Unary,
)

PROJECT = Path(__file__).parents[2]
GENERATED = 520
"""How many files the grammar writes; those of the project come on top."""

OPAQUE = "an expression that is no literal"


class Fault(NamedTuple):
    """Something in which python-hcl2 (8.1.4) is wrong by HCL's specification: what, how to see it, an example."""

    kind: str
    pattern: str
    example: str


REFUSED = (
    Fault(
        "a name with a letter beyond ASCII; the specification takes Unicode's",
        r"(?m)^[^\"#]*[^\W\d_a-zA-Z]",
        "größe = 1",
    ),
    Fault("a sign in front of a sign, as any operand may have", r"-\s*-\d", "a = - -3"),
    Fault("a strip marker in an interpolation", r"\$\{~|\$\{[^}%]*~\}", 'a = "x ${~ var.y ~} z"'),
    Fault("an object of numbers made by a for expression", r"=>\s*-?\d", "a = { for x in var.y : x => 1 }"),
    Fault("an escaped interpolation that nothing closes", r'\$\$\{[^}"]*"', 'a = "x$${y"'),
    Fault("a byte order mark", "^\ufeff", "\ufeffa = 1"),
)
"""What keeps python-hcl2 from reading a file at all."""

MISREAD = (
    Fault("a heredoc ends with a newline, also its last line", "<<", "a = <<EOT\nx\nEOT\n"),
    Fault("tabs are a margin as well", "<<-", "a = <<-EOT\n\t\tx\n\tEOT\n"),
    Fault("a carriage return is part of a blank line", "<<-", "a = <<-EOT\r\n\r\n  x\r\n  EOT\r\n"),
    Fault("a number with an exponent is a literal, not an expression", r"\de", "a = 1e3"),
)
"""What python-hcl2 gives otherwise than it is: these are told apart where readings are compared."""


class Heredoc(str):
    """A text that is written as a heredoc."""


def _python_hcl2() -> ModuleType | None:
    """The package `hcl2`, where it is really python-hcl2's and no fork of it stands in its place."""
    try:
        owner = distribution("python-hcl2")
    except PackageNotFoundError:
        return None
    try:
        distribution("bc-python-hcl2")
    except PackageNotFoundError:
        pass
    else:
        return None
    import hcl2

    return hcl2 if Path(str(owner.locate_file("hcl2/__init__.py"))) == Path(str(hcl2.__file__)) else None


HCL2 = _python_hcl2()
pytestmark = pytest.mark.skipif(HCL2 is None, reason="python-hcl2 is not installed here (pip install '.[hcl2]')")


def written_files() -> Iterator[tuple[str, str]]:
    """Every Terraform file of the project, and those in the checks' examples but for the ones that can't be read."""
    for directory in ("examples", "tests"):
        for path in sorted((PROJECT / directory).rglob("*.tf")):
            yield str(path.relative_to(PROJECT)), path.read_text(encoding="utf-8")
    for code in registry.check_modules():
        for kind in ("BAD", "GOOD"):
            example = registry.load(code).examples(kind).get("terraform")
            if example is not None and registry.CATEGORIES[code[4]] is not Category.INPUT:
                for name, text in (example if isinstance(example, Mapping) else {"main.tf": example}).items():
                    if name.endswith(".tf"):
                        yield f"{code} {kind} {name}", text


def generated_files() -> Iterator[tuple[str, str]]:
    """The files that the grammar writes."""
    for seed in range(GENERATED):
        yield f"seed {seed}", TerraformWriter(seed).file()


def our_reading(text: str) -> dict[str, Any]:
    """Blocks as lists of (labels, body) and attributes as their literal value, by name."""
    parsed = parse(SourceFile("main.tf", "main.tf", text.encode("utf-8")))
    assert list(parsed.errors) == [], text
    return _our_body(parsed.body)


def _our_body(body: Body) -> dict[str, Any]:
    reading: dict[str, Any] = {}
    for name, attribute in body.attributes.items():
        reading[name] = _our_value(attribute.expression)
    for block in body.blocks:
        reading.setdefault(f"{block.type} {{}}", []).append((list(block.labels), _our_body(block.body)))
    return reading


def _our_value(expression: Expression) -> Any:
    if isinstance(expression, Literal):
        return _our_literal(expression)
    if isinstance(expression, Template):
        texts = [part for part in expression.parts if isinstance(part, str)]
        return Heredoc("".join(texts)) if len(texts) == len(expression.parts) else OPAQUE
    if isinstance(expression, TupleExpression):
        return [_our_value(element) for element in expression.elements]
    if isinstance(expression, ObjectExpression):
        return {_our_key(key): _our_value(value) for key, value in expression.items}
    if isinstance(expression, Unary) and expression.operator == "-":
        if "(" in expression.span.text:
            return OPAQUE
        operand = _our_value(expression.operand)
        return -operand if isinstance(operand, int | Decimal) and not isinstance(operand, bool) else OPAQUE
    return OPAQUE


def _our_key(key: Expression) -> str:
    value = _our_value(key)
    return _key_of_expression(key.span.text) if value is OPAQUE else str(value)


def _key_of_expression(written: str) -> str:
    """A key that is no literal, however it is set in brackets and spaced."""
    return "".join(written.split()).strip("()")


def _our_literal(literal: Literal) -> Any:
    written = literal.span.text
    if isinstance(literal.value, str):
        return Heredoc(literal.value) if written.startswith("<<") else literal.value
    is_number = isinstance(literal.value, int | Decimal) and not isinstance(literal.value, bool)
    return OPAQUE if is_number and "e" in written.lower() else literal.value


def second_reading(text: str) -> dict[str, Any]:
    """The same from python-hcl2."""
    assert HCL2 is not None
    options = HCL2.SerializationOptions(with_comments=False, explicit_blocks=True, preserve_heredocs=False)
    return _their_body(HCL2.loads(text, serialization_options=options))


def _their_body(content: Mapping[str, Any]) -> dict[str, Any]:
    reading: dict[str, Any] = {}
    for name, value in content.items():
        if name == "__is_block__":
            continue
        blocks = [_their_block(element) for element in value] if isinstance(value, list) and value else []
        if blocks and all(block is not None for block in blocks):
            reading[f"{name} {{}}"] = blocks
        else:
            reading[name] = _their_value(value)
    return reading


def _their_block(content: Any) -> tuple[list[str], dict[str, Any]] | None:
    """The labels and the body of a block; None for what is no block."""
    labels: list[str] = []
    while isinstance(content, dict):
        if "__is_block__" in content:
            return labels, _their_body(content)
        if len(content) != 1:
            return None
        ((label, content),) = content.items()
        labels.append(_unquoted(label))
    return None


def _their_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_their_value(element) for element in value]
    if isinstance(value, dict):
        return {_their_key(key): _their_value(child) for key, child in value.items()}
    if isinstance(value, float):
        return Decimal(repr(value))
    if not isinstance(value, str):
        return value
    if not (len(value) > 1 and value[0] == value[-1] == '"') or _has_template(value):
        return OPAQUE
    return _unquoted(value)


def _their_key(key: str) -> str:
    if key.startswith("${"):
        return _key_of_expression(key[2:-1])
    return _key_of_expression(key) if _has_template(key) else _unquoted(key)


def _has_template(text: str) -> bool:
    stripped = text.replace("$${", "").replace("%%{", "")
    return "${" in stripped or "%{" in stripped


def _unquoted(text: str) -> str:
    if text[:1] != '"':
        return text
    return str(json.loads(text, strict=False)).replace("$${", "${").replace("%%{", "%{")


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Where two readings are not the same."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            if name not in ours or name not in theirs:
                yield f"{path}.{name}: only {'python-hcl2 has' if name in theirs else 'we have'} it"
            else:
                yield from differences(ours[name], theirs[name], f"{path}.{name}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and len(ours) == len(theirs):
        for number, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(left, right, f"{path}[{number}]")
    elif not _is_same(ours, theirs):
        yield f"{path}: {ours!r} here, {theirs!r} there"


def _is_same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Heredoc) and isinstance(theirs, str):
        return _without_margins(ours).removesuffix("\n") == _without_margins(theirs)
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | Decimal) and isinstance(theirs, int | Decimal):
        return ours == theirs
    return type(ours) is type(theirs) and bool(ours == theirs)


def _without_margins(text: str) -> str:
    return re.sub(r"(?m)^\t+|\r$", "", text)


def refusal(text: str) -> str:
    """The known fault for which python-hcl2 can't read a text; empty where there is none."""
    return next((fault.kind for fault in REFUSED if re.search(fault.pattern, text)), "")


@pytest.mark.parametrize("corpus", [written_files, generated_files])
def test_both_readings_agree_on_every_block_label_attribute_and_literal(corpus):
    disagreements = []
    for name, text in corpus():
        try:
            theirs = second_reading(text)
        except Exception as error:  # noqa: BLE001 - it raises more than its parser's errors
            if not refusal(text):
                disagreements.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
            continue
        disagreements += [f"{name}{found}" for found in differences(our_reading(text), theirs)]

    assert disagreements == []


def test_more_than_500_different_files_are_compared_with_every_kind_of_block():
    compared = [text for _, text in generated_files() if not refusal(text)]
    kinds = {kind for text in compared for kind in our_reading(text)}

    assert len(set(compared)) > 500
    assert {f"{kind} {{}}" for kind in ("resource", "data", "module", "locals", "check", "moved")} <= kinds


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.kind)
def test_what_python_hcl2_refuses_by_its_own_fault_is_read_here(fault):
    assert our_reading(fault.example)
    assert refusal(fault.example) == fault.kind
    with pytest.raises(Exception):  # noqa: B017, PT011 - each fault has an error of its own
        second_reading(fault.example)


@pytest.mark.parametrize("fault", MISREAD, ids=lambda fault: fault.kind)
def test_what_python_hcl2_misreads_by_its_own_fault_is_still_so(fault):
    assert re.search(fault.pattern, fault.example)
    parsed = parse(SourceFile("main.tf", "main.tf", fault.example.encode("utf-8")))
    expression = parsed.body.expression("a")

    assert isinstance(expression, Literal)
    assert second_reading(fault.example)["a"] != expression.value


def test_a_difference_in_any_part_is_told():
    ours = our_reading('resource "a" "b" {\n  x = 1\n  y = ["t"]\n}\n')

    for other in (
        'resource "a" "c" {\n  x = 1\n  y = ["t"]\n}\n',
        'data "a" "b" {\n  x = 1\n  y = ["t"]\n}\n',
        'resource "a" "b" {\n  x = 2\n  y = ["t"]\n}\n',
        'resource "a" "b" {\n  x = 1\n  y = ["u"]\n}\n',
        'resource "a" "b" {\n  x = 1\n}\n',
        'resource "a" "b" {\n  x = 1\n  y = ["t"]\n  z = null\n}\n',
        'resource "a" "b" {\n  x = true\n  y = ["t"]\n}\n',
    ):
        assert list(differences(ours, second_reading(other)))
