"""Functions on files read what is scanned, and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from snapguard.source import SourceFile, Span
from snapguard.terraform.functions import CallContext, call
from snapguard.terraform.types import EvaluationError
from snapguard.values import Known, Unknown, Value

ValueOf = Callable[..., Value]

FILES = {
    "a.txt": "hello\n",
    "policy.json": '{"Statement": []}',
    "binary.dat": b"\xff\xfe",
    "greeting.tftpl": "Hi ${name}\n",
    "nested.tftpl": '${templatefile("greeting.tftpl", { name = "x" })}',
    "sub/x.json": "{}",
    "sub/y.tf": "",
    "sub/deep/z.json": "{}",
}


def plain(value: Value) -> object:
    if isinstance(value, Known) and isinstance(value.value, list):
        return [plain(item) for item in value.value]
    return value.value if isinstance(value, Known) else "<unknown>"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('file("a.txt")', "hello\n"),
        ('file("./sub/../a.txt")', "hello\n"),
        ('file("${path.module}/a.txt")', "hello\n"),
        ('filebase64("binary.dat")', "//4="),
        ('fileexists("a.txt")', True),
        ('fileexists("missing")', False),
        ('filemd5("a.txt")', "b1946ac92492d2347c6235b4d2611184"),
        ('filesha1("a.txt")', "f572d396fae9206628714fb2ce00f72e94f2258f"),
        ('filesha256("binary.dat")', "b3d510ef04275ca8e698e5b3cbb0ece3949ef9252f0cdc839e9ee347409a2209"),
        (
            'filesha512("a.txt")',
            "e7c22b994c59d9cf2b48e549b1e24666636045930d3da7c1acb299d1c3b7f931"
            "f94aae41edda2c2b207a36e10f8bcb8d45223e54878f5b316e7ce3b6bc019629",
        ),
        ('filebase64sha256("a.txt")', "WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM="),
        (
            'filebase64sha512("a.txt")',
            "58IrmUxZ2c8rSOVJseJGZmNgRZMNPafBrLKZ0cO3+TH5Sq5B7dosKyB6NuEPi8uNRSI+VIePWzFufOO2vAGWKQ==",
        ),
        ('templatefile("greeting.tftpl", { name = "x" })', "Hi x\n"),
        ('jsondecode(file("policy.json")).Statement', []),
        ('fileset(".", "*.txt")', ["a.txt"]),
        ('fileset(".", "**/*.json")', ["policy.json", "sub/deep/z.json", "sub/x.json"]),
        ('fileset(".", "sub/**")', ["sub/deep/z.json", "sub/x.json", "sub/y.tf"]),
        ('fileset(".", "sub/*.{json,tf}")', ["sub/x.json", "sub/y.tf"]),
        ('fileset("sub", "[xy].*")', ["x.json", "y.tf"]),
        ('fileset("sub", "[^x-z].*")', []),
        ('fileset("sub", "[\\\\x].*")', ["x.json"]),
        ('fileset("sub", "\\\\x.json")', ["x.json"]),
        ('fileset("sub", "?.json")', ["x.json"]),
        ('fileset("sub", "../*.txt")', ["../a.txt"]),
        ('fileset("sub", "**")', ["deep/z.json", "x.json", "y.tf"]),
        ('fileset("sub", "**/deep/*")', ["deep/z.json"]),
        ('fileset("sub", "*x*j*n")', ["x.json"]),
        ('fileset("sub", "*x*j*s")', []),
        ('fileset("sub", "{x,{y,w}}.{json,\\\\,tf,tf}")', ["x.json", "y.tf"]),
        ('fileset("missing", "*")', []),
        ('fileset("sub", ".")', []),
        ('fileset("sub", "deep")', []),
        ('fileset("sub", "..")', []),
        ('abspath("/a/../b/")', "/b"),
        ('basename("/a/b/")', "b"),
        ('basename("")', "."),
        ('basename("/")', "/"),
        ('dirname("/a/b/")', "/a/b"),
        ('dirname("a")', "."),
        ('dirname("")', "."),
        ('dirname("a//b")', "a"),
        ('dirname("//a")', "/"),
        ('pathexpand("x/~y")', "x/~y"),
    ],
)
def test_files_are_read_from_the_root_module(value_of: ValueOf, expression: str, expected: object) -> None:
    assert plain(value_of(expression, files=FILES)) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('file("missing.txt")', "there is no file missing.txt"),
        ('file("sub")', "sub is no file"),
        ('file("binary.dat")', "binary.dat is not UTF-8"),
        ('fileexists("sub")', "sub is no file"),
        ('filemd5("missing")', "there is no file missing"),
        ('templatefile("missing", {})', "there is no file missing"),
        ('templatefile("binary.dat", {})', "binary.dat is not UTF-8"),
        ('templatefile("greeting.tftpl", "x")', "the variables must be an object, but this is a string"),
        ('templatefile("greeting.tftpl", {})', "the template names 'name', which it is not given"),
        ('templatefile("nested.tftpl", {})', "a template can't render another template"),
        ('fileset(".", "[")', "the pattern has a [ without its ]"),
        ('fileset(".", "[a-]")', "the pattern has a [ that is malformed"),
        ('fileset(".", "{a")', "the pattern has a { without its }"),
        ('fileset(".", "{a,sub/x}")', "the pattern has a { without its }"),
        ('fileset(".", "a\\\\")', "the pattern ends in a \\"),
        ('fileset(".", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")', "more than 1000 alternatives"),
    ],
)
def test_what_can_not_be_read_is_told(value_of: ValueOf, expression: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=re.escape(message)):
        value_of(expression, files=FILES)


def test_a_text_knows_the_file_that_it_was_read_from(value_of: ValueOf) -> None:
    value = value_of('file("a.txt")', files=FILES)
    assert value.span is not None
    assert os.path.basename(value.span.file.path) == "a.txt"
    assert [step.note for step in value.via] == ['file("a.txt")']


def test_a_rendered_template_knows_how_it_was_reached(value_of: ValueOf) -> None:
    value = value_of('templatefile("greeting.tftpl", { name = "x" })', files=FILES)
    assert value.via[0].note == 'templatefile("greeting.tftpl")'


@pytest.fixture
def within(tmp_path: Path) -> Callable[..., Value]:
    """A call in the directory inner, beside a file that lies outside of it."""
    (tmp_path / "outside.txt").write_text("secret")
    inner = tmp_path / "inner"
    (inner / "sub").mkdir(parents=True)
    (inner / "sub" / "own.txt").write_text("x")
    (inner / "link.txt").symlink_to("../outside.txt")
    (inner / "out").symlink_to("..")
    (inner / "loop").symlink_to(".")
    (inner / "broken").symlink_to("nothing")
    span = Span(SourceFile("main.tf", "main.tf", b""), 0, 0)

    def render(*_: object) -> Value:
        raise AssertionError("no template is to be rendered here")

    context = CallContext(str(inner), str(inner), render)
    return lambda name, *arguments: call(name, [Known(argument) for argument in arguments], context, span)


@pytest.mark.parametrize("path", ["../outside.txt", "link.txt", "out/outside.txt", "/etc/hostname", "~/x"])
def test_nothing_outside_of_what_is_scanned_is_read(within: Callable[..., Value], path: str) -> None:
    for name in ("file", "fileexists", "filemd5"):
        value = within(name, path)
        assert isinstance(value, Unknown)
        assert path in value.why


def test_a_set_of_files_does_not_follow_links_outside_or_in_circles(within: Callable[..., Value]) -> None:
    assert plain(within("fileset", ".", "**")) == ["sub/own.txt"]
    assert plain(within("fileset", ".", "*/*.txt")) == ["sub/own.txt"]
    assert plain(within("fileset", ".", "*")) == []
    assert plain(within("fileset", "..", "*")) == "<unknown>"
    assert plain(within("fileset", ".", "../*")) == "<unknown>"


def test_a_path_with_a_null_character_is_refused(within: Callable[..., Value]) -> None:
    with pytest.raises(EvaluationError, match="null character"):
        within("file", "a\0b")


def test_an_absolute_path_starts_at_the_root_module(within: Callable[..., Value], tmp_path: Path) -> None:
    assert plain(within("abspath", "sub/../x")) == f"{tmp_path}/inner/x"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator can read everything")
def test_a_file_that_may_not_be_read_is_told(within: Callable[..., Value], tmp_path: Path) -> None:
    (tmp_path / "inner" / "sub" / "own.txt").chmod(0)
    with pytest.raises(EvaluationError, match="can't be read"):
        within("file", "sub/own.txt")


def test_a_file_beyond_the_bound_is_not_read(within: Callable[..., Value], tmp_path: Path) -> None:
    with open(tmp_path / "inner" / "big.txt", "wb") as stream:
        stream.truncate(5_000_000)
    with pytest.raises(EvaluationError, match="larger than"):
        within("file", "big.txt")
