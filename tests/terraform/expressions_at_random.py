"""Expressions of Terraform's language at random, well-typed for the most part.

A `Sample` is an expression with the variables and locals that it names. Its text may hold `@` in names of its own,
which whoever writes many samples into one file replaces by something different for each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

from snapguard.terraform.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    CollectionType,
    ListOf,
    MapOf,
    ObjectOf,
    SetOf,
    Simple,
    TupleOf,
    Type,
)

T = TypeVar("T")
Names = Sequence[tuple[str, Type]]

DECLARATIONS = """
variable "text" { default = "Hello World" }
variable "number" { default = 7 }
variable "flag" { default = true }
variable "nothing" { default = null }
variable "zones" {
  type    = list(string)
  default = ["b", "a", "c"]
}
variable "ports" {
  type    = set(number)
  default = [443, 22, 80]
}
variable "sizes" {
  type    = map(number)
  default = { small = 10, large = 100 }
}
variable "disk" {
  type = object({
    name = string
    size = optional(number, 8)
    tags = optional(map(string), {})
    kms  = optional(string)
  })
  default = { name = "db" }
}
locals {
  mixed   = [1, "two", true, null]
  nested  = [{ id = "i-1", d = { n = 1 } }, { id = "i-2", d = { n = 2 } }]
  members = { ann = ["admin", "dev"], bob = ["dev"], cy = [] }
}
resource "terraform_data" "one" {
  input = { name = "one", list = [1, 2] }
}
resource "terraform_data" "two" {
  count = 2
  input = count.index
}
resource "terraform_data" "three" {
  for_each = { x = 1, y = 2 }
  input    = each.value
}
variable "secret" {
  default   = "hidden"
  sensitive = true
}
"""
"""What every sample may name."""

FILES: Mapping[str, str] = {
    "files/a.txt": "first\nsecond é\n",
    "files/b.txt": "",
    "files/sub/c.json": '{"a": [1, 2.5, null], "b": "x"}',
    "files/t.tftpl": "%{ for one in list ~}\n- ${one}\n%{ endfor ~}\n${upper(x)}%{ if flag }!%{ else }?%{ endif }\n",
    "child/main.tf": """
variable "given" {}
variable "listed" {
  type    = list(any)
  default = []
}
variable "mapped" {
  type     = map(string)
  default  = {}
  nullable = false
}
output "given" {
  value     = var.given
  sensitive = true
}
output "listed" {
  value     = var.listed
  sensitive = true
}
output "mapped" {
  value     = var.mapped
  sensitive = true
}
""",
}
"""Files beside the module that the samples stand in: what functions read, and a module to call."""

_NULL = ("var.nothing", STRING)
_NAMED: Names = [
    _NULL,
    ("var.text", STRING),
    ("var.secret", STRING),
    ("var.number", NUMBER),
    ("var.flag", BOOL),
    ("var.zones", ListOf(STRING)),
    ("var.ports", SetOf(NUMBER)),
    ("var.sizes", MapOf(NUMBER)),
    ("var.disk", ObjectOf({"name": STRING, "size": NUMBER, "tags": MapOf(STRING), "kms": STRING})),
    ("local.mixed", ListOf(STRING)),
    ("local.mixed", TupleOf([NUMBER, STRING, BOOL, STRING])),
    ("local.nested", ListOf(ObjectOf({"id": STRING, "d": ObjectOf({"n": NUMBER})}))),
    ("local.members", MapOf(ListOf(STRING))),
    ("terraform_data.one.input", ObjectOf({"name": STRING, "list": ListOf(NUMBER)})),
    ("terraform_data.two[*].input", ListOf(NUMBER)),
    ("terraform_data.two[*].id", ListOf(STRING)),
    ("terraform_data.two[1].input", NUMBER),
    ('terraform_data.three["x"].input', NUMBER),
    ("{ for k, v in terraform_data.three : k => v.id }", MapOf(STRING)),
    ("path.module", STRING),
    ("terraform.workspace", STRING),
]

_UNKNOWN: Names = [
    ("terraform_data.one.id", STRING),
    ("terraform_data.one.output", ObjectOf({"name": STRING, "list": TupleOf([NUMBER, NUMBER])})),
    ("terraform_data.two[0].id", STRING),
    ("tonumber(terraform_data.one.id)", NUMBER),
    ("length(terraform_data.one.id)", NUMBER),
    ("tobool(terraform_data.one.id)", BOOL),
    ('terraform_data.one.id == "x"', BOOL),
    ("jsondecode(terraform_data.one.id)", STRING),
    ("jsondecode(terraform_data.one.id)", ListOf(STRING)),
    ("timestamp()", STRING),
    ('split(",", terraform_data.one.id)', ListOf(STRING)),
    ("[terraform_data.one.id, terraform_data.two[1].id]", ListOf(STRING)),
    ("toset([terraform_data.one.id])", SetOf(STRING)),
    ("{ a = terraform_data.one.id }", MapOf(STRING)),
    ("tomap({ a = terraform_data.one.id })", MapOf(STRING)),
]

_POOLS: Mapping[str, Sequence[str]] = {
    "string": [
        *('"a"', '"b"', '""', '"ab"', '"Hello"', '"x-1"', '"5"', '"1.50"', '"true"', '"false"', '"é日本"'),
        *('"a,b,c"', '"  pad "', '"line\\nline2\\n"', '"$${x}"', '"%%{y}"', '"q\\"q"', '"\\\\d"', '"<&>"', '"🏳️‍🌈!"'),
    ],
    "number": [
        *("0", "1", "2", "3", "10", "100", "-1", "-7", "1.5", "0.1", "2.75", "1e3", "12345678901234567890", "1e-7"),
    ],
    "bool": ["true", "false"],
    "index": ["0", "0", "1", "1", "2", "-1", '"0"', "5", "1.5"],
    "power": ["1", "2", "4", "8", "1024", "0", "-1"],
    "two": ["2", "2", "4", "1", "0"],
    "count": ["0", "1", "2", "3", "5"],
    "cidr": ['"10.0.0.0/16"', '"192.168.1.0/24"', '"fd00::/48"', '"0.0.0.0/0"', '"10.1.2.3/8"', '"10.0.0.0"', '"::/0"'],
    "prefix": ['"10.0.0.0/16"', '"192.168.1.0/24"', '"fd00:1::/48"', '"172.16.0.0/12"'],
    "bits": ["0", "1", "2", "4", "8"],
    "time": [
        *('"2024-02-29T12:30:00Z"', '"2023-12-31T23:59:59+02:00"', '"2020-01-01T00:00:00-05:30"'),
        *('"2024-02-30T00:00:00Z"', '"2024-02-29T12:30:00"'),
    ],
    "duration": ['"1h"', '"-24h"', '"1h30m"', '"10ms"', '"1.5h"', '"1d"', '"0"'],
    "dateformat": [
        '"YYYY-MM-DD"',
        '"DD MMM YYYY hh:mm ZZZ"',
        '"EEEE, D-MMMM-YY"',
        '"H:m:s aa Z"',
        "\"h 'o''clock' AA ZZZZZ\"",
        '"Q"',
    ],
    "json": [
        '"{\\"a\\":[1,2.50,null,true],\\"b\\":{\\"c\\":\\"x\\"}}"',
        '"[1e3,\\"\\\\u00e9\\"]"',
        '"nope"',
        '"null"',
        '"7"',
    ],
    "yaml": [
        "\"a: 1\\nb: [x, '2', 3.50, null]\\n\"",
        '"- yes\\n- 0x10\\n- ~\\n- 2024-01-01\\n"',
        '"{a: b: c}"',
        '"&a x"',
    ],
    "csv": ['"a,b\\n1,2\\n3,4\\n"', '"a,a\\n1,2\\n"', '"id\\n\\"x,y\\"\\n"', '"a,b\\n1\\n"'],
    "regex": [
        *('"[a-z]+"', '"([a-z])([A-Z])?"', '"(?P<first>[[:alpha:]])(?P<rest>.*)"', '"^$"', '"\\\\d+"', '"(?i)hello"'),
        *('"a|b"', '"("', '"."'),
    ],
    "substitution": ['"/[a-z]/"', '"/(l+)/"', '"a"', '"/"', '"l"', '""', '"/^/"', '"/(?P<x>o)/"'],
    "replacement": ['"_"', '""', '"<$1>"', '"$${1}x"', '"$${x}"', '"$$"'],
    "path": ['"a/b.tf"', '"./x"', '"/x/y.z"', '"../"', '""', '"a//b/../c"', '"~/x"'],
    "separator": ['","', '"-"', '""', '", "', '"l"'],
    "base64": ['"aGVsbG8="', '"w6k="', '"aGVsbG8"', '"%%%"', '"/w=="'],
    "encoding": ['"UTF-8"', '"UTF-16LE"', '"ISO-8859-1"', '"US-ASCII"', '"windows-1252"'],
    "digits": ['"ff"', '"777"', '"-12"', '"zz"', '"101"', '"1_0"', '""'],
    "base": ["2", "8", "10", "16", "36", "62", "1"],
    "namespace": ['"dns"', '"url"', '"oid"', '"x500"', '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"', '"none"'],
    "file": [
        *('"files/a.txt"', '"${path.module}/files/b.txt"', '"./files/sub/c.json"', '"files/none"', '"files"'),
    ],
    "glob": ['"*"', '"**"', '"*.txt"', '"{a,b}.*"', '"sub/*"', '"[ab].txt"', '"none"'],
    "directory": ['"files"', '"${path.module}/files"', '"files/sub"', '"none"'],
    "template": [
        '"a $${x} b"',
        '"%%{ for i in list ~}$${i},%%{ endfor ~}"',
        '"%%{ if flag }yes%%{ else }no%%{ endif }"',
    ],
}
"""Literals by type or by what a parameter of a function is meant to hold."""

_SIGNATURES = """
abs(number) number; ceil(number) number; floor(number) number; signum(number) number
max(number, number...) number; min(number, number...) number; log(power, two) number; pow(number, count) number
parseint(digits, base) number; sum(list(number)) number; length(list(a)) number; length(map(a)) number
length(string) number; length(set(a)) number; index(list(a), a) number; tonumber(string) number
tonumber(a) number; timecmp(time, time) number; chomp(string) string; indent(count, string) string
join(separator, list(string)...) string; lower(string) string; upper(string) string; title(string) string
trimspace(string) string; strrev(string) string; tostring(a) string; trim(string, string) string
trimprefix(string, string) string; trimsuffix(string, string) string
replace(string, substitution, replacement) string; substr(string, index, index) string; basename(path) string
dirname(path) string; base64encode(string) string; base64decode(base64) string; urlencode(string) string
jsonencode(a) string; yamlencode(a) string; md5(string) string; sha1(string) string; sha256(string) string
sha512(string) string; base64sha256(string) string; base64sha512(string) string
uuidv5(namespace, string) string; formatdate(dateformat, time) string; timeadd(time, duration) string
cidrhost(prefix, index) string; cidrnetmask(cidr) string; cidrsubnet(prefix, bits, count) string
textencodebase64(string, encoding) string; textdecodebase64(base64, encoding) string
regex(regex, string) string; base64decode(base64encode) string; regex(regex, string) list(string)
regex(regex, string) map(string); regexall(regex, string) list(string)
regexall(regex, string) list(map(string)); startswith(string, string) bool; endswith(string, string) bool
strcontains(string, string) bool; contains(list(a), a) bool; contains(set(a), a) bool; alltrue(list(bool)) bool
anytrue(list(bool)) bool; can(a) bool; tobool(string) bool; tobool(a) bool; issensitive(a) bool
coalesce(a, a...) a; try(a, a...) a; element(list(a), index) a; lookup(map(a), key, a) a; lookup(map(a), key) a
one(list(a)) a; one(set(a)) a; nonsensitive(a) a; ephemeralasnull(a) a; jsondecode(json) a; yamldecode(yaml) a
coalescelist(list(a), list(a)...) list(a); chunklist(list(a), count) list(list(a))
compact(list(string)) list(string); concat(list(a), list(a)...) list(a); distinct(list(a)) list(a)
flatten(list(list(a))) list(a); keys(map(a)) list(string); matchkeys(list(a), list(b), list(b)) list(a)
range(count) list(number); range(index, count) list(number); range(number, number, number) list(number)
reverse(list(a)) list(a); slice(list(a), count, count) list(a); sort(list(string)) list(string)
values(map(a)) list(a); split(separator, string) list(string); tolist(set(a)) list(a); tolist(list(a)) list(a)
formatlist(format, list(a)) list(string); cidrsubnets(prefix, bits, bits...) list(string)
setproduct(list(a), list(a)...) list(list(a)); csvdecode(csv) list(map(string)); tolist(tuple) list(a)
toset(list(a)) set(a); toset(set(a)) set(a); setintersection(set(a), set(a)...) set(a)
setsubtract(set(a), set(a)) set(a); setunion(set(a), set(a)...) set(a)
setproduct(set(a), set(a)...) set(list(a)); reverse(set(a)) list(a); tomap(map(a)) map(a)
file(file) string; fileexists(file) bool; filebase64(file) string; filemd5(file) string; filesha1(file) string
filesha256(file) string; filesha512(file) string; filebase64sha256(file) string; filebase64sha512(file) string
fileset(directory, glob) set(string); sensitive(a) a; sum(set(number)) number
jsondecode(filetext) a; pathexpand(path) string; contains(tuple, a) bool; values(tuplemap) list(a)
merge(map(a), map(a)...) map(a); zipmap(list(string), list(a)) map(a)
transpose(map(list(string))) map(list(string)); tomap(map(a)) map(a)
"""


class _Signature(NamedTuple):
    name: str
    parameters: Sequence[Type]
    is_variadic: bool
    result: Type


_CONSTRUCTORS: Mapping[str, Callable[[Type], Type]] = {"list": ListOf, "set": SetOf, "map": MapOf}
_KEYS = ("a", "b", "name", "size", "small", "x")
_HOLE = {"a", "b"}
_SIMPLE = (STRING, NUMBER, BOOL)


def _type(text: str) -> Type:
    outer, _, inner = text.partition("(")
    return _CONSTRUCTORS[outer](_type(inner[:-1])) if inner else Simple(outer)


def _signatures() -> list[_Signature]:
    found = []
    for line in re.split(r"[;\n]", _SIGNATURES.strip()):
        written = line.strip()
        end = written.rindex(") ")
        name, _, parameters = written[:end].partition("(")
        types = [_type(parameter.removesuffix("...")) for parameter in parameters.split(", ")]
        found.append(_Signature(name, types, parameters.endswith("..."), _type(written[end + 2 :])))
    return found


_FUNCTIONS = _signatures()


def _fits(pattern: Type, wanted: Type, holes: dict[str, Type]) -> bool:
    """Whether a result can be what is wanted; fills `holes`, the types that the pattern leaves open."""
    if isinstance(pattern, Simple):
        if pattern.name in _HOLE:
            return holes.setdefault(pattern.name, wanted) == wanted
        return pattern == wanted
    if isinstance(pattern, ListOf) and isinstance(wanted, TupleOf):
        return bool(wanted.elements) and _fits(pattern.element, wanted.elements[0], holes)
    if isinstance(pattern, MapOf) and isinstance(wanted, ObjectOf):
        return _fits(pattern.element, next(iter(wanted.attributes.values()), STRING), holes)
    return (
        isinstance(pattern, CollectionType)
        and isinstance(wanted, CollectionType)
        and pattern.name == wanted.name
        and _fits(pattern.element, wanted.element, holes)
    )


def _filled(pattern: Type, holes: Mapping[str, Type]) -> Type:
    if isinstance(pattern, CollectionType):
        return _CONSTRUCTORS[pattern.name](_filled(pattern.element, holes))
    return holes.get(pattern.name, pattern) if isinstance(pattern, Simple) else pattern


class Sample(NamedTuple):
    """An expression and the declarations that it needs beside `DECLARATIONS`."""

    declarations: str
    expression: str


class _Writer:
    """Writes one sample; every choice is drawn from hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[object]], object]) -> None:
        self._draw = draw
        self._count = 0
        self._is_quoted = False
        self.declarations: list[str] = []
        self._unknown_rate = self.choose((3, 3, 5, 20))
        self._null_rate = self.choose((2, 3, 10))

    def number(self, least: int, most: int) -> int:
        value = self._draw(st.integers(least, most))
        assert isinstance(value, int)
        return value

    def choose(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent

    def fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def type(self, depth: int) -> Type:
        if depth <= 0 or self.chance(50):
            return self.choose(_SIMPLE)
        kind = self.choose(("list", "set", "map", "object", "tuple", "list", "map"))
        if kind == "object":
            return ObjectOf({self.choose(_KEYS): self.type(depth - 1) for _ in range(self.number(0, 3))})
        if kind == "tuple":
            return TupleOf([self.type(depth - 1) for _ in range(self.number(0, 3))])
        return _CONSTRUCTORS[kind](self.type(depth - 1))

    def expression(self, type: Type, depth: int, names: Names) -> str:
        if self.chance(3):
            return self.ill_typed(depth, names)
        if isinstance(type, Simple) and type not in _SIMPLE and type is not ANY:
            return self.special(type.name, depth, names)
        if depth <= 0 or self.chance(12):
            return self.leaf(type, names)
        way = self.choose(
            (*(self.structure, self.call) * 5, self.conditional, self.index, self.walk, self.name, self.guard)
        )
        written = way(type, depth - 1, names)
        return f"sensitive({written})" if self.chance(1) else written

    def ill_typed(self, depth: int, names: Names) -> str:
        """An expression of some other type."""
        return self.expression(self.type(2), depth, names)

    def leaf(self, type: Type, names: Names) -> str:
        if isinstance(type, Simple) and self.chance(self._null_rate):
            return "null"
        if self.chance(self._unknown_rate):
            unknown = [text for text, kind in _UNKNOWN if kind == type]
            return self.choose(unknown) if unknown else self.literal(type)
        found = [text for text, kind in (*names, *names, *_NAMED) if kind == type]
        if found and self.chance(50):
            return self.choose(found)
        return self.literal(type)

    def literal(self, type: Type) -> str:
        if isinstance(type, ListOf | SetOf):
            inside = ", ".join(self.literal(type.element) for _ in range(self.number(0, 3)))
            how = self.choose(("[{}]", "[{}]", "tolist([{}])", "toset([{}])"))
            return how.format(inside) if inside else "[]"
        if isinstance(type, TupleOf):
            return f"[{', '.join(map(self.literal, type.elements))}]"
        if isinstance(type, MapOf):
            entries = {self.choose(_KEYS): self.literal(type.element) for _ in range(self.number(0, 3))}
            written = ", ".join(f"{key} = {value}" for key, value in entries.items())
            if not written:
                return "{}"
            return self.choose(("{{ {} }}", "{{ {} }}", "tomap({{ {} }})")).format(written)
        if isinstance(type, ObjectOf):
            return f"{{ {', '.join(f'{key} = {self.literal(kind)}' for key, kind in type.attributes.items())} }}"
        return self.choose(_POOLS[type.name if isinstance(type, Simple) and type is not ANY else "string"])

    def special(self, name: str, depth: int, names: Names) -> str:
        if name in _HOLE:
            return self.expression(self.type(2), depth, names)
        if name in ("json", "yaml") and self.chance(60):
            return f"{name}encode({self.expression(self.type(3), depth - 1, names)})"
        if name == "filetext":
            return f"file({self.choose(_POOLS['file'])})"
        if name == "tuplemap":
            first, second = (self.expression(self.type(1), depth, names) for _ in range(2))
            return f"{{ a = {first}, b = {second} }}"
        if name == "base64encode" or (name == "base64" and self.chance(50)):
            return f"base64encode({self.expression(STRING, depth - 1, names)})"
        if name == "key":
            return f'"{self.choose(_KEYS)}"'
        if name == "format":
            return self.choose(('"%s"', '"<%v>"', '"%q-"', '"%05d"', '"%%%s"', '"%#v"'))
        if name == "tuple":
            return self.tuple(depth, names)
        return self.choose(_POOLS[name])

    def tuple(self, depth: int, names: Names) -> str:
        return f"[{', '.join(self.expression(self.type(1), depth, names) for _ in range(self.number(0, 3)))}]"

    def structure(self, type: Type, depth: int, names: Names) -> str:
        """What only this type has: operators, templates, elements."""
        if type == NUMBER:
            return self.arithmetic(depth, names)
        if type == BOOL:
            return self.logic(depth, names)
        if isinstance(type, ListOf | SetOf):
            inside = self.listed([self.expression(type.element, depth, names) for _ in range(self.number(0, 3))])
            return self.choose(("[{}]", "tolist([{}])", "toset([{}])")).replace("{}", inside) if inside else "[]"
        if isinstance(type, TupleOf):
            return f"[{self.listed([self.expression(kind, depth, names) for kind in type.elements])}]"
        if isinstance(type, MapOf):
            entries = [(self.key(depth, names), type.element) for _ in range(self.number(0, 3))]
            return self.object(entries, depth, names)
        if isinstance(type, ObjectOf):
            return self.object([(name, kind) for name, kind in type.attributes.items()], depth, names)
        return self.template(depth, names)

    def object(self, entries: Sequence[tuple[str, Type]], depth: int, names: Names) -> str:
        sign = self.choose(("=", "=", ":"))
        written = [f"{key} {sign} {self.expression(kind, depth, names)}" for key, kind in entries]
        return (
            f"{{\n{chr(10).join(written)}\n}}"
            if not self._is_quoted and self.chance(20)
            else f"{{ {', '.join(written)} }}"
        )

    def key(self, depth: int, names: Names) -> str:
        key = self.choose(_KEYS)
        return self.choose(
            (key, key, f'"{key}"', f"({self.expression(STRING, depth, names)})", "7", f'"{key}-${{1 + 1}}"')
        )

    def arithmetic(self, depth: int, names: Names) -> str:
        if self.chance(15):
            return f"-({self.expression(NUMBER, depth, names)})"
        operator = self.choose(("+", "-", "*", "/", "%", "+"))
        left, right = (self.operand(NUMBER, depth, names) for _ in range(2))
        return f"{left} {operator} {right}"

    def operand(self, type: Type, depth: int, names: Names) -> str:
        written = self.expression(type, depth, names)
        return f"({written})" if self.chance(60) else written

    def logic(self, depth: int, names: Names) -> str:
        if self.chance(15):
            return f"!({self.expression(BOOL, depth, names)})"
        operator = self.choose(("&&", "||", "==", "==", "!=", "<", ">", "<=", ">="))
        type: Type = BOOL if operator in ("&&", "||") else NUMBER if operator[0] in "<>" else self.type(2)
        left, right = (f"({self.expression(type, depth, names)})" for _ in range(2))
        if operator in ("==", "!=") and self.chance(20):
            right = self.choose(("null", left, f"({self.expression(self.type(1), depth, names)})"))
        return f"{left} {operator} {right}"

    def template(self, depth: int, names: Names) -> str:
        if self.chance(20) and not self._is_quoted:
            return self.heredoc(depth, names)
        before, self._is_quoted = self._is_quoted, True  # there is no line break within quotes
        written = self.pieces(depth, names, quoted=True)
        self._is_quoted = before
        return f'"{written}"'

    def heredoc(self, depth: int, names: Names) -> str:
        indented = self.choose(("", "-"))
        lines = [
            self.choose(("", "  ", "    ")) + self.pieces(depth, names, quoted=False) for _ in range(self.number(0, 3))
        ]
        body = "".join(f"{line}\n" for line in lines)
        return f"(<<{indented}EOT\n{body}{'  ' if indented else ''}EOT\n)"

    def pieces(self, depth: int, names: Names, quoted: bool) -> str:
        written = ""
        for _ in range(self.number(0, 3)):
            piece = self.piece(depth, names, quoted)
            escapes = written[-1:] in ("$", "%") and piece.startswith(("{", "${", "%{"))
            written += f" {piece}" if escapes else piece
        return written

    def body(self, depth: int, names: Names, quoted: bool) -> str:
        """What stands before the end of a directive, which no `$` or `%` may turn into plain text."""
        written = self.pieces(depth, names, quoted)
        return f"{written} " if written.endswith(("$", "%")) else written

    def piece(self, depth: int, names: Names, quoted: bool) -> str:
        way = self.number(0, 9)
        if way < 5 or depth < 0:
            plain = ("a", "-", " ", "x y", "é", "$${", "%%{", "$", "%", "{", "}", "1", "~", "  b", "$$")
            return self.choose(
                (*plain, "\\n", "\\t", '\\"', "\\u00e9", "\\\\") if quoted else (*plain, '"', "\\n", "'")
            )
        open_strip, close_strip = self.choose(("", "", "~")), self.choose(("", "", "~"))
        if way < 8:
            type = self.choose((STRING, STRING, STRING, NUMBER, BOOL))
            return f"${{{open_strip} {self.expression(type, depth - 1, names)} {close_strip}}}"
        inner = self.body(depth - 1, names, quoted)
        if way == 8:
            other = f"{self.directive('else')}{self.body(depth - 1, names, quoted)}" if self.chance(50) else ""
            condition = self.expression(BOOL, depth - 1, names)
            return f"%{{{open_strip} if {condition} {close_strip}}}{inner}{other}{self.directive('endif')}"
        element = self.choose(_SIMPLE)
        collection, bound, heads = self.source(element, depth - 1, names)
        body = self.body(depth - 1, [*names, *bound], quoted)
        return f"%{{{open_strip} for {heads} in {collection} {close_strip}}}{body}{self.directive('endfor')}"

    def directive(self, word: str) -> str:
        """A directive of one word with strip markers on either side, or none."""
        return f"%{{{self.choose(('', '', '~'))} {word} {self.choose(('', '', '~'))}}}"

    def source(self, element: Type, depth: int, names: Names) -> tuple[str, Names, str]:
        """A collection to walk, and the names that are bound to its elements."""
        type = self.choose(_CONSTRUCTORS_TO_WALK)(element)
        collection = self.expression(type, depth, names)
        value, key = self.fresh("v"), self.fresh("k")
        if self.chance(40):
            return collection, [(value, element)], value
        key_type: Type = STRING if isinstance(type, MapOf) else NUMBER if isinstance(type, ListOf) else element
        return collection, [(key, key_type), (value, element)], f"{key}, {value}"

    def walk(self, type: Type, depth: int, names: Names) -> str:
        """A for expression, or a splat."""
        element = self.type(1)
        collection, bound, heads = self.source(element, depth, names)
        inner = [*names, *bound]
        condition = f" if {self.expression(BOOL, depth - 1, inner)}" if self.chance(30) else ""
        if isinstance(type, MapOf | ObjectOf):
            result: Type = type.element if isinstance(type, MapOf) else STRING
            name = bound[0][0]
            key = self.choose((name, f'"${{{name}}}"', self.expression(STRING, depth - 1, inner)))
            dots = "..." if self.chance(20) else ""
            value = self.expression(result, depth - 1, inner)
            return f"{{ for {heads} in {collection} : {key} => {value}{dots}{condition} }}"
        if isinstance(type, CollectionType | TupleOf):
            if self.chance(25):
                return self.splat(depth, names)
            result = type.element if isinstance(type, CollectionType) else STRING
            return f"[for {heads} in {collection} : {self.expression(result, depth - 1, inner)}{condition}]"
        return f"length([for {heads} in {collection} : {self.expression(type, depth - 1, inner)}{condition}])"

    def splat(self, depth: int, names: Names) -> str:
        key = self.choose(_KEYS)
        index = self.choose(_POOLS["index"])
        tail = self.choose((f"[*].{key}", f".*.{key}", "[*]", f"[*][{index}]", f'[*]["{key}"]', f"[*].{key}[*].{key}"))
        if ".*" not in tail:  # those of one kind do not nest
            tail += self.choose(("", "", "", f".*.{key}", "[*]", f"[{index}]", ".0"))
        inner: Type = self.type(1) if self.chance(70) else ListOf(ObjectOf({key: self.type(1)}))
        element = ObjectOf({key: inner})
        type = self.choose((ListOf(element), ListOf(element), SetOf(element), element, STRING))
        return f"({self.expression(type, depth, names)}){tail}"

    def index(self, type: Type, depth: int, names: Names) -> str:
        if self.chance(50):
            listed = f"({self.expression(ListOf(type), depth, names)})"
            return f"{listed}.0" if self.chance(10) else f"{listed}[{self.expression(Simple('index'), depth, names)}]"
        key = self.choose(_KEYS)
        if self.chance(50):
            return f"({self.expression(ObjectOf({key: type}), depth, names)}).{key}"
        wanted = self.choose((f'"{key}"', self.expression(STRING, depth, names)))
        return f"({self.expression(MapOf(type), depth, names)})[{wanted}]"

    def conditional(self, type: Type, depth: int, names: Names) -> str:
        condition, then, otherwise = (self.expression(kind, depth, names) for kind in (BOOL, type, type))
        if self.chance(10):
            otherwise = self.choose(("null", self.ill_typed(depth, names)))
        return f"({condition} ? {then} : {otherwise})"

    def guard(self, type: Type, depth: int, names: Names) -> str:
        doubtful = self.expression(self.type(2), depth, names)
        return f"try(({doubtful}).{self.choose(_KEYS)}, {self.expression(type, depth, names)})"

    def call(self, type: Type, depth: int, names: Names) -> str:
        if type == STRING and self.chance(12):
            return self.format(depth, names)
        if type == STRING and self.chance(6):
            return self.rendered(depth, names)
        fitting = []
        for signature in _FUNCTIONS:
            holes: dict[str, Type] = {}
            if _fits(signature.result, type, holes):
                fitting.append((signature, holes))
        signature, holes = self.choose(fitting)
        for hole in ("a", "b"):
            holes.setdefault(hole, self.type(1))
        types = list(signature.parameters)
        if signature.is_variadic:
            types += [types[-1]] * self.number(0, 2)
        arguments = [self.expression(_filled(kind, holes), depth, names) for kind in types]
        if signature.name == "nonsensitive" and self.chance(50):
            arguments = [f"sensitive({argument})" for argument in arguments]
        if signature.is_variadic and self.chance(15):
            return f"{signature.name}({self.expanded(arguments, _filled(types[-1], holes), depth, names)}...)"
        return f"{signature.name}({self.listed(arguments)})"

    def expanded(self, arguments: Sequence[str], type: Type, depth: int, names: Names) -> str:
        """Arguments of which the last is a list to be expanded."""
        at = self.number(0, len(arguments))
        last = self.expression(ListOf(type), depth, names) if self.chance(40) else f"[{', '.join(arguments[at:])}]"
        return ", ".join([*arguments[:at], last])

    def listed(self, elements: Sequence[str]) -> str:
        """Elements with commas between them, here and there one behind the last, a comment or a line break."""
        comma = self.choose((", ", ", ", ", ", ",", " , "))
        end = "," if elements and self.chance(5) else ""
        if self._is_quoted or not self.chance(5):
            return f"{comma.join(elements)}{end}"
        comment = self.choose(("", "/* ] } */", "# , )", "// ${"))
        return f"{comment}\n{f',{comment}{chr(10)}'.join(elements)}{end}\n"

    def format(self, depth: int, names: Names) -> str:
        verbs = [self.choose(_VERBS) for _ in range(self.number(0, 3))]
        types = {"d": NUMBER, "f": NUMBER, "g": NUMBER, "e": NUMBER, "x": NUMBER, "b": NUMBER, "t": BOOL}
        arguments = [self.expression(types.get(verb[-1]) or self.type(1), depth, names) for verb in verbs]
        return f"format({', '.join([json.dumps('-'.join(verbs)), *arguments])})"

    def rendered(self, depth: int, names: Names) -> str:
        """A call of templatefile, or of templatestring, which takes nothing but a name for its template."""
        given = ", ".join(
            f"{key} = {self.expression(kind, depth, names)}"
            for key, kind in (("x", STRING), ("list", ListOf(STRING)), ("flag", BOOL))
        )
        if self.chance(40):
            return f'templatefile("files/t.tftpl", {{ {given} }})'
        name = self.fresh("template_@_")
        self.declarations.append(f"locals {{\n  {name} = {self.choose(_POOLS['template'])}\n}}\n")
        return f"templatestring(local.{name}, {{ {given} }})"

    def name(self, type: Type, depth: int, _: Names) -> str:
        """A name of its own: a local, or a variable with a type."""
        if self.chance(15):
            return self.passed(type, depth)
        if self.chance(40):
            name = self.fresh("local_@_")
            before, self._is_quoted = self._is_quoted, False
            self.declarations.append(f"locals {{\n  {name} = {self.expression(type, depth, ())}\n}}\n")
            self._is_quoted = before
            return f"local.{name}"
        name = self.fresh("variable_@_")
        nullable = "  nullable = false\n" if self.chance(15) else ""
        constraint = self.constraint(type)
        nullable += "  sensitive = true\n" if constraint != "any" and self.chance(10) else ""
        null = "null" if isinstance(type, Simple) else self.literal(type)
        default = self.choose((self.literal(type), self.literal(type), self.literal(self.type(2)), null))
        while default != (plain := re.sub(r"to(?:list|set|map)\(([^()]*)\)", r"\1", default)):
            default = plain  # a default may not call functions
        self.declarations.append(
            f'variable "{name}" {{\n  type    = {constraint}\n  default = {default}\n{nullable}}}\n'
        )
        return f"var.{name}"

    def passed(self, type: Type, depth: int) -> str:
        """What a module gives of an argument, in one of the ways that it takes one."""
        name = self.fresh("module_@_")
        way = self.choose(("given", "listed" if isinstance(type, ListOf) else "given"))
        way = "mapped" if isinstance(type, MapOf) and self.chance(30) else way
        before, self._is_quoted = self._is_quoted, False
        given = "" if way == "given" else "  given = null\n"
        argument = self.expression(type, depth, ())
        self.declarations.append(f'module "{name}" {{\n  source = "./child"\n  {way} = {argument}\n{given}}}\n')
        self._is_quoted = before
        return f"module.{name}.{way}"

    def constraint(self, type: Type) -> str:
        """A type as a constraint, here and there with something left open or optional."""
        if self.chance(8):
            return "any"
        if isinstance(type, CollectionType):
            return f"{type.name}({self.constraint(type.element)})"
        if isinstance(type, TupleOf):
            return f"tuple([{', '.join(map(self.constraint, type.elements))}])"
        if isinstance(type, ObjectOf):
            attributes = {key: self.constraint(kind) for key, kind in type.attributes.items()}
            for key in [*attributes, self.choose(_KEYS)]:
                if self.chance(40) or key not in attributes:
                    kind = type.attributes.get(key, STRING)
                    default = f", {self.literal(kind)}" if self.chance(50) and isinstance(kind, Simple) else ""
                    attributes[key] = f"optional({attributes.get(key, 'string')}{default})"
            return f"object({{ {', '.join(f'{key} = {kind}' for key, kind in attributes.items())} }})"
        return str(type)


_CONSTRUCTORS_TO_WALK: Sequence[Callable[[Type], Type]] = (ListOf, ListOf, SetOf, MapOf)
_VERBS = (
    *("%s", "%s", "%v", "%d", "%q", "%t", "%f", "%.2f", "%05d", "%-6s", "%6s", "%#v", "%x", "%b", "%g", "%e", "%%"),
    *("%+d", "%.3s", "%[1]s", "%[2]v"),
)


@st.composite
def samples(draw: Callable[[st.SearchStrategy[object]], object]) -> Sample:
    """Any expression, with what it names."""
    writer = _Writer(draw)
    expression = writer.expression(writer.type(3), writer.number(1, 4), ())
    return Sample("".join(writer.declarations), expression)
