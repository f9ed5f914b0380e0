from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.source import SourceFile
from snapguard.terraform.parsing import parse
from snapguard.terraform.syntax_errors import MAX_ERRORS, template_problem


def errors_of(text: str | bytes) -> list[str]:
    """What is wrong with a file, as `line:column message`."""
    data = text.encode() if isinstance(text, str) else text
    errors = parse(SourceFile("main.tf", "main.tf", data)).errors
    return [f"{error.span.line}:{error.span.column} {error.message}" for error in errors]


BROKEN = [
    (
        """\
resource "a" "b" {
  x = 1

resource "c" "d" {
  y = 1
}
""",
        ["1:18 unclosed { opened in line 1"],
    ),
    (
        """\
resource "a" "b" {
  tags = {
    x = 1
}
resource "c" "d" {
  y = 1
}
""",
        ["2:10 unclosed { opened in line 2"],
    ),
    (
        """\
resource "a" "b" {
  x {
  }
  }
  y = 1
}
resource "c" "d" {
}
""",
        ["4:3 one } too many: this one closes the { opened in line 1"],
    ),
    (
        """\
resource "a" "b" {
  subnets = [
    "a",
    "b"
  x = 1
}
""",
        ["2:13 unclosed [ opened in line 2: expected ] before x in line 5"],
    ),
    (
        """\
resource "a" "b" {
  subnets = [
    "a",
    "b"
}
resource "c" "d" {
  y =
}
""",
        [
            "2:13 unclosed [ opened in line 2: expected ] before } in line 5",
            "7:5 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
resource "a" "b" {
  subnets = [
    "a"
    "b"
  ]
  y = foo("a" "b")
}
""",
        ['3:7 missing , between this element and "b"', '6:13 missing , between this argument and "b"'],
    ),
    (
        """\
resource "a" "b" {
  name = "abc
  x = 1
}
""",
        ["2:10 unclosed string"],
    ),
    (
        """\
resource "a" "b" {
  names = ["abc, "def"]
  x = 1
}
""",
        ["2:22 unclosed string"],
    ),
    (
        """\
resource "a" "b" {
  user_data = <<EOT
#!/bin/bash
echo hi
  x = 1
}
resource "c" "d" {
  y =
}
""",
        [
            "2:15 heredoc EOT opened in line 2 is never closed",
            "8:5 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
resource "a" "b" {
  user_data = base64encode(<<EOT
#!/bin/bash
EOT)
  x = 1
}
""",
        ["2:28 heredoc EOT opened in line 2 is never closed: EOT must stand alone in its line, in line 4 it does not"],
    ),
    (
        """\
resource "a" "b" {
  name = "x-${var.a"
  x = 1
}
""",
        ['2:13 unclosed ${ opened in line 2: expected } before " in line 2'],
    ),
    (
        """\
resource "a" "b" {
  name = "x-${var.a
  x = 1
}
""",
        ["2:13 unclosed ${ opened in line 2: expected } before x in line 3"],
    ),
    (
        """\
resource "a" "b" {
  name = "x-${upper("a"}"
  x = 1
}
""",
        ["2:20 unclosed ( opened in line 2: expected ) before } in line 2"],
    ),
    (
        """\
resource "a" "b" {
<<<<<<< HEAD
  x = 1
=======
  x = 2
>>>>>>> branch
}
""",
        ["2:1 a merge conflict is not resolved"],
    ),
    (
        """\
resource "a" "b" {
  x : 1
  y : 2
}
""",
        ["2:5 an argument takes = after its name, not :"],
    ),
    (
        """\
resource 'a' 'b' {
}
""",
        ["1:10 strings take double quotes, not single ones"],
    ),
    (
        """\
resource "a" "b"
{
  x = 1
}
resource "c" "d" {
  y = 'z'
}
""",
        [
            "1:1 expected { after the labels of the block resource in the same line",
            "6:7 strings take double quotes, not single ones",
        ],
    ),
    (
        """\
{
  "resource": {}
}
""",
        ["1:1 JSON in a file of HCL: write it in HCL, or name the file .tf.json"],
    ),
    (
        """\
resource "a" "b" { x = 1, y = 2 }
z {
""",
        ["1:25 arguments are separated by line ends, not by ,", "2:3 unclosed { opened in line 2"],
    ),
    (
        """\
resource "a" "b" {
  x = 1,
  y = 2,
}
locals {
  a = b +
}
""",
        [
            "2:8 arguments are separated by line ends, not by ,",
            "3:8 arguments are separated by line ends, not by ,",
            "6:9 expected an expression after +, found the end of the line",
        ],
    ),
    (
        """\
resource "a" "b" {
  policy = jsonencode({
    Statement = [{
      Effect = "Allow"
      Action = "*"
    ]
  })
}
""",
        ["3:18 unclosed { opened in line 3: expected } before ] in line 6"],
    ),
    (
        """\
resource "a" "b" {
  policy = jsonencode({
    Statement = [{
      Effect = "Allow"
      Action = "*"
    }]
  }
}
resource "x" "y" {
}
""",
        ["2:22 unclosed ( opened in line 2: expected ) before } in line 8"],
    ),
    (
        """\
resource "a" "b" {
  policy = jsonencode({
    "Statement" = [{
      "Effect" "Allow"
    }]
  })
}
""",
        ['4:16 expected = or : after "Effect", found "Allow"'],
    ),
    (
        """\
resource "a" “b” {
}
""",
        ['1:14 strings take straight double quotes ("), not “'],
    ),
    (
        """\
resource "a" "b" {
  x = var.a ? 1
  y = var.
  z = [for x y : z]
  w = {for x in y : z}
  v = (1 + 2
  u = 3
}
""",
        [
            "2:13 expected : and the other value of this ?, found the end of the line",
            "3:10 expected a name after ., found the end of the line",
            "4:14 expected in after the name that for binds, found y",
            "5:22 expected => after the key of for, found }",
            "6:7 unclosed ( opened in line 6: expected ) before u in line 7",
        ],
    ),
    (
        """\
variable "x" {
  type = string
  default = "${var.y}
}

variable "y" {}
""",
        ["3:13 unclosed string"],
    ),
    (
        """\
a = "%{ if x }y"
b = "%{ endif }"
c = <<EOF
%{ for x in y }
EOF
""",
        [
            "1:6 %{ if } opened in line 1 has no %{ endif }",
            "2:6 unexpected %{ endif }: no %{ if } is open here",
            "4:1 %{ for } opened in line 4 has no %{ endfor }",
        ],
    ),
    (
        """\
a = 1 /* x
b = 2
""",
        ["1:7 unclosed comment opened in line 1"],
    ),
    (
        "a = 1\n\xa0b = 2\n",
        ["2:1 invisible character U+00A0; remove it"],
    ),
    (
        "a = 1\x00",
        ["1:6 not a text file: it holds a NUL character"],
    ),
    (
        """\
provider "aws" {
  region = "eu"
}}
b {}
""",
        ["3:2 unexpected }: nothing that it closes is open here"],
    ),
    (
        "a = [1, 2\n",
        ["1:5 unclosed [ opened in line 1: expected ] before the end of the file"],
    ),
    (
        """\
b {
  a = {
    c = 1
""",
        ["2:7 unclosed { opened in line 2: expected } before the end of the file"],
    ),
    (
        """\
resource "a" "b" {
  tags {
    "Name" = "x"
  }
}
""",
        ["3:5 the name of an argument takes no quotes (a map is written with = before its {)"],
    ),
    (
        """\
resource "a" "b" {
  tags = {
    Name = "x";
    B = "y"
  }
}
""",
        ["3:15 entries of an object are separated by commas or line ends, not by ;"],
    ),
    (
        """\
resource "a" {
  count = 1 if x
}
""",
        ["2:13 expected the end of the line after the value of count, found if"],
    ),
    (
        """\
resource aws_x y {
 a = b c
}
""",
        ["2:8 expected the end of the line after the value of a, found c"],
    ),
    (
        """\
terraform {
  required_version = ">= 1.0
}
""",
        ["2:22 unclosed string"],
    ),
    (
        """\
locals {
  a = {
    b = 1
    c {
      d = 1
    }
  }
}
""",
        ["4:5 expected = after c: an object holds no blocks"],
    ),
    (
        'locals {\n  a = "C:\\Users"\n}\n',
        ["2:10 \\U takes eight hexadecimal digits"],
    ),
    (
        'locals {\n  a = x == 1 ? "y" : \n}\n',
        ["2:20 expected an expression after :, found the end of the line"],
    ),
    (
        "=\n",
        ["1:1 expected a block, found ="],
    ),
    (
        """\
---
a: b
c: d
""",
        ["1:1 expected a block, found --"],
    ),
    (
        """\
hello world
this is text
""",
        ["1:1 expected { after the labels of the block hello"],
    ),
    (
        """\
#!/bin/sh
echo hi | cat
""",
        ["2:9 expected { after the labels of the block echo, found |"],
    ),
    (
        """\
# Title

Some *markdown* text.
""",
        ["3:6 expected = or { after Some, found *"],
    ),
    (
        """\
import os
def x():
  return 1
""",
        ["1:1 expected { after the labels of the block import"],
    ),
    (
        """\
locals {
 a = ${var.x}
}
""",
        ["2:6 ${ has a meaning in strings only: write the expression without it"],
    ),
    (
        """\
locals {
  a = "${var.x}}
  b = 1
}
""",
        ["2:7 unclosed string"],
    ),
    (
        """\
resource "a" "b" {
  x = 1
  y = [
    for k, v in var.m : {
      a = k
    }
  z = 2
}
resource "c" "d" {
 x =
}
""",
        [
            "3:7 unclosed [ opened in line 3: expected ] before z in line 7",
            "10:4 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
output "x" {
 value = a.b[0
}
""",
        ["2:13 unclosed [ opened in line 2: expected ] before } in line 3"],
    ),
    (
        """\
output "x" {
 value = a.b[]
}
""",
        ["2:14 expected an index after [, found ]"],
    ),
    (
        """\
module "m" {
  source = "./m"
  x = {
    a = 1
    b = 2
  y = 3
}
module "n" {
  source = "./n"
}
""",
        ["3:7 unclosed { opened in line 3"],
    ),
    (
        """\
resource "a" "b" {
  x = [
    { y = 1 }
    { y = 2 }
  ]
}
""",
        ["3:13 missing , between this element and {"],
    ),
    (
        """\
resource "a" "b" {
  x = [1, 2)
  y = f(1, 2]
  z = [
    1
  )
}
""",
        [
            "2:12 expected ] for the [ opened in line 2, found )",
            "3:13 expected ) for the ( opened in line 3, found ]",
            "6:3 expected ] for the [ opened in line 4, found )",
        ],
    ),
    (
        """\
variable "x" {
  default = false
)

variable "y" {}
""",
        ["3:1 expected } for the { opened in line 1, found )"],
    ),
    (
        'resource "a" "b" {\n  x = "${}"\n  y = "\\x41"\n  z = "\\u12"\n}\nz =\n',
        [
            "2:10 expected an expression after ${, found }",
            "3:8 \\x is not an escape that HCL knows; write \\\\ for a backslash",
            "4:8 \\u takes four hexadecimal digits",
            "6:3 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
resource "a" "b" {
  x {
    size = 1.5.2
  }}
""",
        ["3:12 1.5.2 is not a number", "4:4 expected a new line before }, behind the block x"],
    ),
    (
        """\
resource "a" "b" {
  x = 1
  y {
    x = 2
  }
  x = 3
}
""",
        ["6:3 x is set twice; the first time in line 2"],
    ),
    (
        """\
x = <<EOT
text
EOT""",
        ["3:1 the end of the heredoc EOT needs a new line behind it"],
    ),
    (
        """\
resource "a" "b" {
  x = aws_vpc.main id
  y = 12abc
  z = a::b
  w = a::
}
""",
        [
            "2:20 expected the end of the line after the value of x, found id",
            "3:7 12abc is not a number",
            "4:10 expected ( after the name of a function, found the end of the line",
            "5:9 expected the name of a function after ::, found the end of the line",
        ],
    ),
    (
        """\
a = <<"EOF"
text
EOF
b = << EOF
text
EOF
c = <<EOF # note
text
EOF
d = <<
""",
        [
            "1:5 the name of a heredoc takes no quotes: write <<EOF",
            "4:5 no space may stand between << and the name of a heredoc: write <<EOF",
            "7:5 expected the end of the line after <<EOF, found # note",
            "10:5 expected the name of a heredoc after <<",
        ],
    ),
    (
        """\
a = {
  b => 1
}
c = {
  d
}
e = {
  f =
}
""",
        [
            "2:5 an object takes = or : after a key; => belongs to for",
            "5:3 expected = or : after d, found the end of the line",
            "8:5 expected a value after =, found the end of the line",
        ],
    ),
    (
        """\
a = f(b..., c)
d = [for x in y z]
e = {for k, v in m : k => v
f = 1
""",
        [
            "1:11 expected ) after ..., found ,",
            "2:17 expected : after the collection of for, found z",
            "3:5 unclosed { opened in line 3: expected } before f in line 4",
        ],
    ),
    (
        """\
a = b ? c : d e
f = %{ if x }
g = b.*.c.
""",
        [
            "1:15 expected the end of the line after the value of a, found e",
            "2:5 %{ has a meaning in strings only: write the expression without it",
            "3:10 expected a name after ., found the end of the line",
        ],
    ),
    (
        """\
a = "x
y"
b =
""",
        [
            "1:5 a string can't run over lines: write \\n, or use a heredoc",
            "3:3 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
a = "%{ else }"
b = "%{ while x }"
c = "%{ for x }"
""",
        [
            "1:6 unexpected %{ else }: no %{ if } is open here",
            "2:9 expected if, else, endif, for or endfor after %{, found while",
            "3:15 expected in after the name that for binds, found }",
        ],
    ),
    (
        "a = @\nb = 1 &\nc = \u201cx\u201d\nd = x\\ty\n",
        [
            "1:5 the character @ has no place here",
            "2:7 expected the end of the line after the value of b, found &",
            '3:5 strings take straight double quotes ("), not “',
            "4:6 the character \\ has no place here",
        ],
    ),
    (
        """\
b {
  c = 1; d = 2
  e = 3 f = 4
}
g {} h {}
i =
""",
        [
            "2:8 arguments are separated by line ends, not by ;",
            "3:9 expected a new line before f, behind the value of e",
            "5:6 expected a new line before h, behind the block g",
            "6:3 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
b { c = 1
  d = 2
}
e {
  f = 3 }
g { h {} }
i =
""",
        [
            "1:3 a block that holds more than one argument needs a new line after {",
            "5:9 expected a new line before }, behind the value of f",
            "6:3 a block that holds more than one argument needs a new line after {",
            "7:3 expected an expression after =, found the end of the line",
        ],
    ),
    (
        "a = 1\rb =\n",
        ["1:6 a carriage return without a line feed; save the file with LF or CRLF line ends"],
    ),
    (
        "a = [1, 2,\n",
        ["1:5 unclosed [ opened in line 1: expected ] before the end of the file"],
    ),
    (
        "a = f(1,\n",
        ["1:6 unclosed ( opened in line 1: expected ) before the end of the file"],
    ),
    (
        "a = (1\n",
        ["1:5 unclosed ( opened in line 1: expected ) before the end of the file"],
    ),
    (
        "a = {\n",
        ["1:5 unclosed { opened in line 1: expected } before the end of the file"],
    ),
    (
        "a = b[1\n",
        ["1:6 unclosed [ opened in line 1: expected ] before the end of the file"],
    ),
    (
        'a = "${b\n',
        ["1:6 unclosed ${ opened in line 1: expected } before the end of the file"],
    ),
    (
        'a = "${b(\n',
        ["1:9 unclosed ( opened in line 1: expected ) before the end of the file"],
    ),
    (
        "x y z\n",
        ["1:1 expected { after the labels of the block x"],
    ),
    (
        """\
"x" {
}
""",
        ['1:1 the type of a block takes no quotes, found "x"'],
    ),
    (
        '"x" = 1\n',
        ["1:1 the name of an argument takes no quotes (a map is written with = before its {)"],
    ),
    (
        """\
b "x" = {
}
""",
        ["1:7 expected { after the labels of the block b, found ="],
    ),
    (
        "a = 1 ]\n",
        ["1:7 expected the end of the line after the value of a, found ]"],
    ),
    (
        "a = [for]\n",
        ["1:9 expected a name after for, found ]"],
    ),
    (
        "a = {for = 1}\n",
        ["1:10 expected a name after for, found ="],
    ),
    (
        "a.b = 1\n",
        ["1:2 expected = or { after a, found ."],
    ),
    (
        "5 = a\n",
        ["1:1 expected a block, found 5"],
    ),
    (
        """\
module "m" {
  source = "./m"

  tags = merge(var.tags, {
    Name = "x"
  }
}

output "o" {
  value =
}
""",
        [
            "4:15 unclosed ( opened in line 4: expected ) before } in line 7",
            "10:9 expected an expression after =, found the end of the line",
        ],
    ),
    (
        """\
resource "a" "b" {
  ingress {
    from_port = 22
  egress {
    to_port = 22
  }
}
""",
        ["2:11 unclosed { opened in line 2"],
    ),
    (
        'a = "x" "y"\n',
        ['1:9 expected the end of the line after the value of a, found "y"'],
    ),
    (
        "a = -\n",
        ["1:5 expected an expression after -, found the end of the line"],
    ),
    (
        """\
a = !
b = 1
""",
        ["1:5 expected an expression after !, found the end of the line"],
    ),
    (
        """\
locals {
  a = [
    "x",
    "y",
  b = 1
}
""",
        ["2:7 unclosed [ opened in line 2: expected ] before b in line 5"],
    ),
    (
        """\
resource "a" "b" {
  name = "r"
assume
  inline_policy {
    name = "x"
  }
}
""",
        ["3:1 expected = or { after assume, found the end of the line"],
    ),
    (
        """\
b "x"

{
}
""",
        ["1:1 expected { after the labels of the block b in the same line"],
    ),
    (
        'b {\r\n  device  "/dev/sdf"\r\n  ebs {\r\n  }\r\n}\r\n',
        ["2:3 expected { after the labels of the block device"],
    ),
    (
        """\
resource "a" "b" {
  x = f({ b c
resource "x" "y" {
  z =
}
""",
        ["2:13 expected = or : after b, found c", "4:5 expected an expression after =, found the end of the line"],
    ),
    (
        """\
x = 1
g {} 5
""",
        ["2:6 expected the end of the line after the block g, found 5"],
    ),
    (
        'b { "x" = 1 }\n',
        ["1:5 the name of an argument takes no quotes (a map is written with = before its {)"],
    ),
    (
        """\
a = f(b,
  c...
d = 1
""",
        ["1:6 unclosed ( opened in line 1: expected ) before d in line 3"],
    ),
    (
        """\
a = f(b
c = 1
""",
        ["1:6 unclosed ( opened in line 1: expected ) before c in line 2"],
    ),
    (
        """\
a = { b = 1 c = 2 }
d =
""",
        ["1:13 expected , or a new line before c", "2:3 expected an expression after =, found the end of the line"],
    ),
    (
        "a = { b = 1 & }\n",
        ["1:13 expected , a new line or } after the value, found &"],
    ),
    (
        "a = <<EOF",
        ["1:5 heredoc EOF opened in line 1 is never closed"],
    ),
    (
        "a = b ? c",
        ["1:7 expected : and the other value of this ?, found the end of the file"],
    ),
    (
        """\
a = f({ b c
resource "x" "y" {
  z =
}
""",
        ["1:11 expected = or : after b, found c", "3:5 expected an expression after =, found the end of the line"],
    ),
    (
        'a = "b\\ c"\n',
        ["1:7 \\  is not an escape that HCL knows; write \\\\ for a backslash"],
    ),
    (
        'a = "b\\',
        ["1:5 unclosed string"],
    ),
    (
        """\
a = {
  b = 1, , c = 2
}
""",
        ["2:10 expected a key or }, found ,"],
    ),
    (
        "a = [1, , 2]\n",
        ["1:9 expected an element or ], found ,"],
    ),
    (
        "a = f(b = 1)\n",
        ["1:9 expected , or ) after an argument, found ="],
    ),
    (
        "a = b[c d]\n",
        ["1:9 expected ], found d"],
    ),
    (
        "a = (b c)\n",
        ["1:8 expected ), found c"],
    ),
    (
        "a = b ? c : d : e\n",
        ["1:15 expected the end of the line after the value of a, found :"],
    ),
    (
        'a = "${~ b c ~}"\n',
        ["1:12 expected } to close the ${, found c"],
    ),
    (
        "for_each = { for k, v in m : k -> v }\n",
        ["1:33 expected an expression after -, found >"],
    ),
    (
        """\
a = {
  b = 1
  ]
}
""",
        ["3:3 expected } for the { opened in line 1, found ]"],
    ),
    (
        """\
locals {
  a = "x" /* y
}
""",
        ["2:11 unclosed comment opened in line 2"],
    ),
    (
        "a = \u200bb\n",
        ["1:5 invisible character U+200B; remove it"],
    ),
    (
        "a = b \xa7 c\n",
        ["1:7 the character § has no place here"],
    ),
    (
        """\
resource "a" "b" {
  x = 1
}

  y = 2
}
""",
        ["6:1 unexpected }: nothing that it closes is open here"],
    ),
    (
        """\
locals {
  a = { b = [1, 2 }
  c = 3
}
""",
        ["2:13 unclosed [ opened in line 2: expected ] before } in line 2"],
    ),
    (
        """\
locals {
  a = "${f(b, c}"
}
""",
        ["2:11 unclosed ( opened in line 2: expected ) before } in line 2"],
    ),
    (
        """\
locals {
  a = jsonencode({
    b = 1
  ))
}
""",
        ["2:18 unclosed { opened in line 2: expected } before ) in line 4"],
    ),
    (
        """\
locals {
  a = ["b" "c" "d"]
}
""",
        ['2:10 missing , between this element and "c"'],
    ),
    (
        """\
a = <<EOF
${b c}
EOF
d =
""",
        ["2:5 expected } to close the ${, found c", "4:3 expected an expression after =, found the end of the line"],
    ),
    (
        """\
variable "x" {
  type = list(string
}

variable "y" {
  type = map(string))
}
""",
        [
            "2:14 unclosed ( opened in line 2: expected ) before } in line 3",
            "6:21 expected the end of the line after the value of type, found )",
        ],
    ),
    (
        """\
output "x" {
  value = a.b.c;
}
""",
        ["2:16 arguments are separated by line ends, not by ;"],
    ),
    (
        """\
a = "x${b}
c = 1
""",
        ["1:5 unclosed string"],
    ),
    (
        "a = b[*\n",
        ["1:6 unclosed [ opened in line 1: expected ] before the end of the file"],
    ),
    (
        "a = [for x in y : x if]\n",
        ["1:23 expected a condition after if, found ]"],
    ),
    (
        "a = x if y else z\n",
        ["1:7 expected the end of the line after the value of a, found if"],
    ),
    (
        "a = not b\n",
        ["1:9 expected the end of the line after the value of a, found b"],
    ),
    (
        "a = b and c\n",
        ["1:7 expected the end of the line after the value of a, found and"],
    ),
    (
        'a = f"x"\n',
        ['1:6 expected the end of the line after the value of a, found "x"'],
    ),
    (
        "a = $b\n",
        ["1:5 expected an expression after =, found $"],
    ),
    (
        'EXTRA = "a" + \n',
        ["1:13 expected an expression after +, found the end of the line"],
    ),
    (
        """\
a = [
  "b",
  "c"

# note
""",
        ["1:5 unclosed [ opened in line 1: expected ] before the end of the file"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_damage_is_told_in_words_at_its_place(text, expected):
    assert errors_of(text) == expected


# One expression a line, each odd but legal.
LEGAL_EXPRESSIONS = (Path(__file__).parent / "legal_expressions.txt").read_text(encoding="utf-8").splitlines()

LEGAL_FILES = [
    "x = [ # c\n1 # d\n, # e\n2 ]\n",
    "x = [\n1,\n2\n]\n",
    "x = [1\n,2\n]\n",
    "x = [\n  1,\n  2,\n]\n",
    "x = {\na = 1\nb = 2\n}\n",
    "x = {\na = 1,\nb = 2,\n}\n",
    "x = { a = 1\nb = 2 }\n",
    "x = { a = 1 # c\nb = 2 // d\n/* e */ c = 3 }\n",
    'x = {a = 1, "b" : 2\nc = 3}\n',
    "x = { # c\n  a = 1\n  # d\n  b = 2 # e\n  # f\n}\n",
    "x = { // c\n  // d\n}\n",
    "x = {\n  a = {\n    b = 1\n  }\n  c = [\n    1\n  ]\n}\n",
    "x = {\n  a = {\n    b = 1\n  },\n  c = [\n    1,\n  ],\n}\n",
    "x = {\n\n  a = 1\n\n  b = 2\n\n}\n",
    "x = {\n  a = 1\n\n\n  # c\n\n  b = 2\n}\n",
    'x = {\n  "a" = 1\n  "b" : 2\n  (c) = 3\n  "${d}" = 4\n}\n',
    "x = [for\na in b :\nc\nif d\n]\n",
    "x = {for a in b :\na => c\n}\n",
    "x = {\n  for a in b :\n  a.k => a.v\n  if a.v != null\n}\n",
    "x = {\n  for a in b : a.k => a.v...\n}\n",
    "x = [\n# c\nfor a in b : c]\n",
    "x = [ for a in b : # c\nc ]\n",
    "x = [\n  for a in b : {\n    x = a\n    y = a.z\n  }\n  # c\n  if a.z\n]\n",
    "x = [\n  for a in b : # c\n  # d\n  c # e\n  if d # f\n]\n",
    "x = { # c\n  for a in b : # d\n  a => # e\n  c # f\n}\n",
    'x = "${\na\n}"\n',
    'x = "${f(\na,\nb\n)}"\n',
    'x = "a ${\n  f({\n    a = 1\n    b = 2\n  })\n} b"\n',
    "x = (\na\n+\nb\n)\n",
    "x = (a\n? b\n: c)\n",
    "x = (a ?\nb :\nc)\n",
    "x = (\n  a\n  && b\n  || c\n)\n",
    "x = (# c\na)\n",
    "x = ( a # c\n&& b # d\n)\n",
    "x = f(\na\n,\nb\n)\n",
    "x = f(# c\na)\n",
    "x = f(\n# c\n)\n",
    "x = f(\n// c\na, # d\nb\n)\n",
    "x = f(\n  a, # d\n  b, # e\n)\n",
    "x = f(\n  a, # d\n  b # e\n)\n",
    "x = f(\n  a...\n)\n",
    "x = f(a,\n  b...)\n",
    "x = f(g(\n  a\n), b)\n",
    "x = merge({\n  a = 1\n}, b)\n",
    "x = merge(a, {\n  b = 1\n})\n",
    "x = merge(\n  {\n    a = 1\n  },\n  {\n    b = 1\n  },\n  c,\n)\n",
    "x = a[\n  0\n]\n",
    "x = a ? f({\n  b = 1\n}) : null\n",
    "x = f(<<EOF\nx\nEOF\n)\n",
    "x = f(<<-EOF\n  x\n  EOF\n, b)\n",
    "x = f(<<-EOF\n  x\n  EOF\n  , b)\n",
    "x = [<<EOF\nx\nEOF\n]\n",
    "x = [<<EOF\nx\nEOF\n, <<EOF\ny\nEOF\n]\n",
    "x = { a = <<EOF\nx\nEOF\nb = 1\n}\n",
    "x = {\n  a = <<-EOF\n    x\n  EOF\n  b = 1\n}\n",
    "x = <<EOF\nEOF\n",
    "x = <<EOF\na\nEOF\n",
    "x = <<EOF\n a\n  b\n\nEOF\n",
    "x = <<-EOF\n    a\n      b\n    EOF\n",
    "x = <<-EOF\n  ${a}\n  x\n  EOF\n",
    "x = <<EOF\n${a}\nEOF\n",
    "x = <<EOF\n${a} b ${c}\n  d ${e}\nEOF\n",
    'x = <<EOF\na $${b} %%{c} $ % $x %x "q" \\n \\" \\\\ \'x\'\nEOF\n',
    "x = <<EOF\n%{ for a in b ~}\n${a}\n%{ endfor ~}\nEOF\n",
    "x = <<EOF\n%{ if a }\nx\n%{ else }\ny\n%{ endif }\nEOF\n",
    "x = <<EOF\n%{ for a in b }\n  %{ if a ~}\n  ${a}\n  %{~ endif }\n%{ endfor }\nEOF\n",
    "x = <<E\nEOF\n X\nEE\nE\n",
    "x = <<EOF\n  EOF\n",
    "x = <<-EOF\n\ttab\n\tEOF\n",
    "x = <<EOF_1-a\nx\nEOF_1-a\n",
    "x = <<EOF-1\nx\nEOF-1\n",
    "x = <<_\nx\n_\n",
    "x = <<\u00e9\nx\n\u00e9\n",
    'x = <<EOF\n{\n"a": "${b}",\n"c": ["${d}"]\n}\nEOF\n',
    "x = <<EOF\n# x\n// y\n/* z\nEOF\n",
    "x = <<EOF\na\nEOF b\nEOF\n",
    "x = <<EOF\nEOFF\nxEOF\nEOF\n",
    "x = <<EOF\naEOF\nEOF\n",
    "x = <<EOF\n${<<IN\nx\nIN\n}\nEOF\n",
    "x = <<EOF\na ${f({\nx = 1\n})} b\nEOF\n",
    "x = <<EOF\n}\nEOF\n",
    'x = <<EOF\n"\nEOF\n',
    "x = <<EOF\n$\n%\n$$\n%%\nEOF\n",
    "x = <<EOF\n$${a}\nEOF\n",
    "x = <<EOF\n$$${a}\nEOF\n",
    'x = <<EOF\n${"a"}\nEOF\n',
    'x = <<EOF\n${"a\\"b"}\nEOF\n',
    "x = <<EOF\na\\${b}\nEOF\n",
    'x = <<EOF\n#!/bin/bash\nfor i in $(ls); do echo "$i" "$${x}" \'$${y}\'; done\nEOF\n',
    "x = <<EOF\n\nEOF\n",
    "x = <<EOF\n\n\na\n\nEOF\n",
    "x = <<-EOF\na\n  b\nEOF\n",
    "x = <<-EOF\n   a\n\n  b\nEOF\n",
    "x = <<-EOF\n  a\n    EOF\n",
    "x = <<EOF\n${a}${b}\nEOF\n",
    "x = <<EOF\n ${a} ${b}\nEOF\n",
    "x = <<EOF\n${a ~}\nb\nEOF\n",
    "x = <<EOF\na\n${~ b}\nEOF\n",
    "x = <<EOF\na%{ if b }c%{ endif }d\nEOF\n",
    "x = <<EOF\n%{ if a ~}\nb\n%{ else ~}\nc\n%{ endif ~}\nd\nEOF\n",
    "x = <<-EOF\n  %{ for a in b }\n  x ${a}\n  %{ endfor }\nEOF\n",
    "x = <<EOF\n$(x) $x ${x} $\nEOF\n",
    "x = <<EOF\n%\nEOF\n",
    'x = <<EOF\n{"a":"b%"}\n100%\nEOF\n',
    "x = <<EOF\n\u00e9 ${a} \u65e5\u672c\nEOF\n",
    "x = <<-EOT\n\ta\n\t  b\n\tEOT\n",
    "x = <<EOF\nEOF2\nEOF\n",
    "x = <<EOT\n<<EOF\nEOF\nEOT\n",
    'x = <<EOF\n${f("x")}\nEOF\n',
    "# c",
    "# c\n",
    "// c",
    "/* c */",
    "/* c\n d */\n",
    "/**/",
    "/***/a = 1\n",
    "a = 1",
    "a = 1\n",
    "a=1\n",
    "\ta\t=\t1\n",
    "a = 1 # c\n",
    "a = 1 // c",
    "a = 1 /* c */\n",
    "/* c */ a /* d */ = /* e */ 1 /* f */\n",
    "/* a */ b {}\n",
    "/* a * b / */\n",
    "/* a **/\n",
    "# c \\\na = 1\n",
    "#\n",
    "//\n",
    "#",
    "/* // */ a = 1\n",
    "a = 1 /* x\ny */\n",
    "/* x */\n/* y */\n",
    "# \u00e9\n",
    "b {}",
    "b {}\n",
    "b {\n}\n",
    "b { }\n",
    "b { a = 1 }\n",
    'b "x" {}\n',
    'b "x" "y" {}\n',
    "b x {}\n",
    'b x y "z" {}\n',
    'b "x"{}\n',
    'b"x"{}\n',
    'b "" {}\n',
    'b "a b" {}\n',
    'b "\xe9" {}\n',
    'b "a\\"b" {}\n',
    'b "$${x}" {}\n',
    'b "a$b" {}\n',
    'b "a.b*" {}\n',
    "b {\n c {\n d = 1\n }\n}\n",
    "b {\n c {}\n d {}\n}\n",
    "b {\n\n\n}\n",
    "b {\n# c\n}\n",
    "b { # c\n}\n",
    "b { /* c */ }\n",
    "b { // c\n a = 1 # d\n} # e\n",
    'b /* c */ "x" /* d */ { a = 1 }\n',
    "b {a=1}\nc {}\n",
    "a = 1\r\nb = 2\r\n",
    "b {\r\n a = 1\r\n}\r\n",
    "a = <<EOF\r\nx\r\nEOF\r\n",
    "a = <<-EOF\r\n  x\r\n  EOF\r\nb = 1\r\n",
    "a = <<EOF\r\n${x}\r\ny\r\nEOF\r\n",
    "a = 1 # c\r\n",
    "a = [\r\n1,\r\n2\r\n]\r\n",
    "a = {\r\nb = 1\r\nc = 2\r\n}\r\n",
    "\ufeffa = 1\n",
    "\ufeffb {}\n",
    "# c\r\na = 1\r\n",
    "/* c\r\n */\r\n",
    "a = f(1,\n2)\n",
    "a = b[\n0\n]\n",
    "a = b[0\n]\n",
    "a = [for x in\ny : x]\n",
    "a = (b\n)\n",
    "a = [-\n1]\n",
    "a = [a.\nb]\n",
    "a = [1 +\n2]\n",
    "a = {\n\n a = 1\n\n\n b = 2\n\n}\n",
    "a = { b = 1\n\n\n}\n",
    "a = {\n b = (c +\n d)\n}\n",
    "a = f(\n\n)\n",
    "a = [\n\n]\n",
    "a = {\n\n}\n",
    "a = [\n1\n\n,\n\n2\n]\n",
    "a = {\n b = 1,\n\n\n c = 2\n}\n",
    "a-b = 1\n",
    "\u00e9 = 1\n",
    '\u65e5\u672c = "x"\n',
    "a\u0301 = 1\n",
    "for = 1\n",
    "in = 1\n",
    "if = 1\n",
    "null = 1\n",
    "true = 1\n",
    "null {}\n",
    "for {}\n",
    'for "x" {}\n',
    "b for {}\n",
    "b null {}\n",
    "endif = 1\n",
    "else = 1\n",
    "endfor {}\n",
    "a = endif\n",
    "a = else.b\n",
    "a = for\n",
    "b {\n for = 1\n in = 2\n if = 3\n}\n",
    "b {\n for {}\n}\n",
    "a = { endif = 1 }\n",
    "a = { else = 1, endfor = 2 }\n",
    "a = [for endif in b : endif]\n",
    "a = x.if ? x.for : x.in\n",
    "in {}\n",
    'if "x" {}\n',
    "else {}\n",
    "true {}\n",
    "a = forx\n",
    "fora = 1\n",
    "a = inx\n",
    "a = [forx, b]\n",
    "a = {forx = 1}\n",
    "a = [for x in inside : x if iffy]\n",
    "a = [for x in y:x if(z)]\n",
    "a = [for x in(y):x]\n",
    'dynamic "x" {\n for_each = y\n iterator = z\n labels = []\n content {\n a = z.value\n }\n}\n',
    "a = <<EOF\nx\nEOF\n",
    "b {\n a = <<-EOF\n  x\n  EOF\n c = 1\n}\n",
    "b {\n a = <<EOF\nx\nEOF\n}\n",
    "a = <<EOF\nx\nEOF \n",
    "a = <<-EOF\nx\n\t EOF\n",
    "a = <<A\n${<<B\nx\nB\n}\nA\n",
    'a = "${<<B\nx\nB\n}"\n',
    "a = <<EOF\n${ x }\nEOF\nb = 2\n",
    "a = <<EOT\nEOF\nEOT\nb = <<EOF\nEOT\nEOF\n",
    "a = <<EOF\n\nEOF\nb = <<EOF\n\nEOF\n",
    "a = <<EOF\n  ${x}\nEOF\n",
    "a = <<EOF\nx ${y}\nEOF\n",
    "a = <<EOF\n${x} \nEOF\n",
    "a = <<EOF\n\\\nEOF\n",
    "a = <<EOF\nx\\\nEOF\n",
    'a = "x${\n"y"\n}"\n',
    "a = b. c\n",
    "a = b . c\n",
    "a = b .c\n",
    "a = b [0]\n",
    "a = f (1)\n",
    "a = b[0] . c\n",
    "a = b.*. c\n",
    "a = b [*]\n",
    "a = b[ * ]\n",
    "a = b[* ]\n",
    "a = b. *\n",
    "a = b.1e5\n",
    "a = b.00\n",
    "a = a :: b()\n",
    "a = a::b ()\n",
    'a = "${a}}"\n',
    'a = "{${a}}"\n',
    'a = "}${a}{"\n',
    'a = "\ud7ff"\n',
    'a = "tab\there"\n',
]


@pytest.mark.parametrize("text", [*(f"x = {text}" for text in LEGAL_EXPRESSIONS), *LEGAL_FILES])
def test_odd_but_legal_code_is_no_damage(text):
    line = text.count("\n") + 2
    broken = f"{text}\nbroken =\n"
    assert errors_of(broken) == [f"{line}:8 expected an expression after =, found the end of the line"]


@pytest.mark.parametrize(
    "text",
    [
        "a = 1e5\n",
        "a = [-1E+9, 2e-3]\n",
        "a = <<é\nx\né\n",
        "a = b[ * ].c\n",
        "a = b. *.c\n",
        'a = "%%%{b}"\n',
    ],
)
def test_what_only_the_parser_finds_wrong_is_no_error(text):
    parsed = parse(SourceFile("main.tf", "main.tf", text.encode()))
    assert not parsed.errors
    assert list(parsed.body.attributes) == ["a"]


@pytest.mark.parametrize("number", ["1.5e9999999999999999999", "9" * 5000])
def test_a_number_beyond_all_bounds_is_no_crash(number):
    expression = parse(SourceFile("main.tf", "main.tf", f"a = {number}\n".encode())).body.expression("a")
    assert expression.span.text == number


def test_an_escape_of_several_signs_keeps_its_text():
    parsed = parse(SourceFile("main.tf", "main.tf", b'a = "%%%{x} $${y}"\n'))
    assert parsed.body.expression("a").value == "%%{x} ${y}"


def test_a_number_with_an_exponent_keeps_its_value():
    parsed = parse(SourceFile("main.tf", "main.tf", b'a = 25e3\nb = "1e5"\n'))
    assert parsed.body.expression("a").value == 25000
    assert parsed.body.expression("b").value == "1e5"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "1:1 not a text file"),
        (b"a = 1\n\0", "2:1 not a text file: it holds a NUL character"),
        ("a = 1".encode("utf-16"), "1:1 written in UTF-16: save the file as UTF-8"),
        (b"a = 1 \xff \0", "1:7 not a text file"),
        ('a = "é"\n'.encode("latin-1"), "1:6 not UTF-8 from here on: save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_text_has_one_error(data, expected):
    assert errors_of(data) == [expected]


def test_at_most_twenty_errors_are_told_of_a_file():
    errors = errors_of("".join(f"a{number} =\n" for number in range(10, 60)))
    assert len(errors) == MAX_ERRORS == 20
    assert errors[-1] == "20:5 expected an expression after =, found the end of the line"


def test_a_file_full_of_damage_ends():
    assert 1 <= len(errors_of("a b c )]}\n" * 5000)) <= MAX_ERRORS
    assert 1 <= len(errors_of("x {\n" + "}\n" * 5000 + "a =\n")) <= MAX_ERRORS


@pytest.mark.parametrize("opening", ["[", "(", "{a=", "f(", '"${', "[for x in ", "x[", "b {\n"])
def test_nesting_without_end_is_an_error_and_no_crash(opening):
    errors = errors_of(f"a = {opening * 2000}")
    assert errors
    errors = errors_of(opening * 2000)
    assert errors


def test_nesting_beyond_the_bound_is_told():
    assert errors_of(f"a = {'[' * 150}1{']' * 150}\nb =\n") == [
        "1:105 nested deeper than 100 levels",
        "2:3 expected an expression after =, found the end of the line",
    ]
    depth = 101
    assert errors_of(f"{'b {' * depth}{'}' * depth}\nc =\n".replace("{", "{\n").replace("}", "\n}"))[0].endswith(
        "nested deeper than 100 levels"
    )


def test_words_above_a_brace_within_a_text_are_no_damage():
    assert errors_of("a = <<EOF\nif x then\n  function f {\nEOF\n") == []


def test_the_rest_of_the_file_is_kept():
    text = 'resource "a" "x" {\n  b = [1\n}\n\nresource "a" "y" {\n  b = 2\n}\n'
    parsed = parse(SourceFile("main.tf", "main.tf", text.encode()))
    assert [block.labels for block in parsed.body.blocks] == [["a", "x"], ["a", "y"]]


SERVER = """\
resource "a" "b" {
  text = <<EOF
server {
  listen 80;
}
resource "not" "one" {
EOF
}
"""


def test_a_large_file_is_read_as_a_small_one():
    text = SERVER + "".join(f'c "d{number}" {{\n  e = {number}\n}}\n' for number in range(5000))
    parsed = parse(SourceFile("main.tf", "main.tf", text.encode()))
    assert not parsed.errors
    assert [block.type for block in parsed.body.blocks] == ["resource", *["c"] * 5000]
    assert parsed.body.blocks[-1].body.expression("e").value == 4999


def test_an_unclosed_block_before_a_lot_of_code_is_one_error():
    text = 'resource "q" "w" {\n  x = {\n' + 'resource "a" "b" {\n  y = { c = 1 }\n}\n' * 5000
    assert errors_of(text) == ["2:7 unclosed { opened in line 2: expected } before resource in line 3"]


def test_two_strings_that_are_unclosed_do_not_hide_what_is_between():
    assert errors_of('a = "x\nb = 1\nc = "y\n') == ["1:5 unclosed string", "3:5 unclosed string"]


SOUND = """\
variable "names" {
  type    = map(string)
  default = { a = "x-${var.prefix}", "b" : "y" }
}

resource "aws_instance" "web" {
  count = length(var.names) > 1 ? 2 : 1
  tags  = merge(local.tags, { for k, v in var.names : k => upper(v) if v != "" })

  user_data = <<-EOT
    #!/bin/sh
    %{ for name in var.names ~}
    echo "${name}"
    %{ endfor ~}
  EOT

  root_block_device { encrypted = true }
  subnets = [
    aws_subnet.a[0].id, # first
    "${aws_subnet.b.*.id}",
  ]
}
"""


@given(
    st.integers(0, len(SOUND) - 1),
    st.integers(0, 3),
    st.sampled_from([*"[](){}\"',=:.$%\n\\#~?@", "<<X\n", "/*", "${"]),
)
def test_a_slip_of_the_pen_never_crashes_and_is_placed_within_the_file(at, removed, inserted):
    data = (SOUND[:at] + inserted + SOUND[at + removed :]).encode()
    for error in parse(SourceFile("main.tf", "main.tf", data)).errors:
        assert 0 <= error.span.start <= error.span.end <= len(data)
        assert error.message.isprintable()


PIECES = [*'[](){}"=:,.$%\n\\ ~?#a1', "<<E\n", "${", "%{", "for "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_at_all_is_read_to_its_end(text):
    assert len(errors_of(text)) <= MAX_ERRORS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x ${", "unclosed ${ opened in line 1: expected } before the end of the file"),
        ("x ${a b}", "expected } to close the ${, found b"),
        ("%{ if a }x", "%{ if } opened in line 1 has no %{ endif }"),
        ("one\ntwo ${ }", "expected an expression after ${, found }"),
    ],
)
def test_a_text_that_is_no_template_is_explained(text, problem):
    assert template_problem(text) == problem


def test_a_template_that_only_the_parser_finds_wrong_is_not_explained():
    assert template_problem("$${a} ${b}\n") == "it can't be read"


def test_what_only_the_parser_finds_wrong_and_nothing_can_mend_is_told_without_a_reason():
    assert errors_of("a = 1\nb = c.1e5\n") == ["2:8 this part of the file can't be read"]
