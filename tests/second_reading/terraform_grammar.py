"""Terraform files at random, from a seed: every kind of block, label, attribute and expression that the syntax has.

What python-hcl2 refuses by a fault of its own is left out: one such name would keep a whole file from being compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

WORDS = (
    "name",
    "size",
    "encrypted",
    "snapshot_id",
    "kms-key",
    "tags",
    "snapshot",
    "for_each",
    "count",
    "a1",
    "_x",
    "if_",
    "nullable",
    "content",
    "ingress",
    "true_north",
    "in",
    "for",
    "if",
)
LABELS = ("aws_ebs_volume", "aws_instance", "this", "a-b", "ünïcode: näme", "with space", "v1.2", "x/y")
TEXTS = (
    "",
    "plain",
    "0.0.0.0/0",
    "arn:aws:iam::aws:policy/*",
    "with spaces  and\\ttabs",
    'quoted \\"inside\\"',
    "back\\\\slash",
    "line\\nbreak",
    "umlaut ä ö ü",
    "日本語",
    "emoji 🎈",
    "\\u00e9 escaped",
    "$${not.an.interpolation}",
    "%%{not a directive}",
    "a $ alone and a % alone",
    "100%",
    "# no comment",
    "// nor this",
    "/* nor this */",
    "{ braces }",
    "= sign",
    "'single'",
)
TEMPLATES = (
    "${var.a}",
    "${local.prefix}-disk",
    "a${var.b}c${var.d}",
    '${join(",", var.list)}',
    '${var.m["key"]}',
    "x %{~ if var.trim ~}y%{~ endif ~}",
    "%{ if var.on }yes%{ else }no%{ endif }",
    "%{ for x in var.list }${x},%{ endfor }",
)
REFERENCES = (
    "var.name",
    "local.value",
    "each.key",
    "count.index",
    "aws_ebs_volume.this.id",
    "aws_ebs_volume.this[0].id",
    'aws_ebs_volume.this["a"].id',
    "aws_ebs_volume.this[*].id",
    "aws_ebs_volume.this.*.id",
    "data.aws_caller_identity.current.account_id",
    "module.disk.ids[count.index]",
    "path.module",
)
BLOCKS: Sequence[tuple[str, int]] = (
    ("resource", 2),
    ("data", 2),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("provider", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("check", 1),
)
INNER: Sequence[tuple[str, int]] = (
    ("lifecycle", 0),
    ("ebs_block_device", 0),
    ("statement", 0),
    ("provisioner", 1),
    ("dynamic", 1),
    ("backend", 1),
    ("rule", 0),
)


class TerraformWriter:
    """Writes one file. The same seed writes the same file."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._newline = "\r\n" if self._chance(0.05) else "\n"

    def file(self) -> str:
        """A whole file."""
        parts = [self._comment("")] if self._chance(0.5) else []
        for _ in range(self._random.randint(1, 6)):
            parts.append(self._block(self._random.choice(BLOCKS), 0))
            if self._chance(0.3):
                parts.append(self._comment(""))
        text = "\n".join(parts)
        if self._chance(0.9):
            text += "\n"
        return text.replace("\n", self._newline)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _block(self, kind: tuple[str, int], depth: int) -> str:
        name, count = kind
        margin = "  " * depth
        labels = "".join(f" {self._label()}" for _ in range(count))
        if self._chance(0.1):
            return f"{margin}{name}{labels} {{}}\n"
        if self._chance(0.1):
            return f"{margin}{name}{labels} {{ {self._random.choice(WORDS[:8])} = {self._scalar()} }}\n"
        return f"{margin}{name}{labels} {{\n{self._body(depth + 1)}{margin}}}\n"

    def _label(self) -> str:
        label = self._random.choice(LABELS)
        is_name = label.replace("-", "_").isidentifier()
        return label if is_name and self._chance(0.1) else f'"{label}"'

    def _body(self, depth: int) -> str:
        margin = "  " * depth
        lines = []
        width = self._random.choice((0, 0, 12))
        for name in self._random.sample(WORDS, self._random.randint(0, 6)):
            if self._chance(0.15):
                lines.append(self._comment(margin))
            behind = self._random.choice(("", "", "", "  # behind", " // behind", " /* behind */"))
            if self._chance(0.1):
                lines.append(f"{margin}{name} = {self._heredoc(depth)}")
            else:
                lines.append(f"{margin}{name:{width}} = {self._expression(depth)}{behind}\n")
            if self._chance(0.1):
                lines.append("\n")
        if depth < 4:
            count = self._random.choice((0, 0, 1, 2))
            lines.extend(self._block(self._random.choice(INNER), depth) for _ in range(count))
        return "".join(lines)

    def _comment(self, margin: str) -> str:
        return margin + self._random.choice(
            (
                "# a comment\n",
                "// another = 1\n",
                "/* one { */\n",
                "/* over\n   two lines */\n",
                '# unbalanced " quote\n',
                "#\n",
            )
        )

    def _expression(self, depth: int) -> str:
        if depth > 5:
            return self._scalar()
        return self._random.choice(self._kinds)(self, depth)

    def _scalar(self) -> str:
        return self._random.choice((self._text, self._number, self._word))()

    def _text(self) -> str:
        return f'"{self._random.choice(TEXTS)}"'

    def _number(self) -> str:
        return self._random.choice(("0", "1", "42", "200", "65535", "1.5", "0.25", "10.0", "-1", "-2.5"))

    def _word(self) -> str:
        return self._random.choice(("true", "false", "null"))

    def _list(self, depth: int) -> str:
        elements = [self._expression(depth + 1) for _ in range(self._random.randint(0, 4))]
        if elements and self._chance(0.4):
            inner = "".join(f"{'  ' * (depth + 1)}{element},\n" for element in elements)
            return f"[\n{inner}{'  ' * depth}]"
        return f"[{', '.join(elements)}{',' if elements and self._chance(0.2) else ''}]"

    def _object(self, depth: int) -> str:
        names = self._random.sample(WORDS[:11], self._random.randint(0, 4))
        sign = self._random.choice((" = ", " = ", " : ", "="))
        entries = []
        for name in names:
            key = self._random.choice((name, name, f'"{name}"', f"({self._random.choice(REFERENCES[:4])})"))
            entries.append(f"{key}{sign}{self._expression(depth + 1)}")
        if entries and self._chance(0.6):
            comma = self._random.choice(("", ","))
            inner = "".join(f"{'  ' * (depth + 1)}{entry}{comma}\n" for entry in entries)
            return f"{{\n{inner}{'  ' * depth}}}"
        return f"{{ {', '.join(entries)} }}" if entries else "{}"

    def _template(self, _: int) -> str:
        return f'"{self._random.choice(TEMPLATES)}"'

    def _reference(self, _: int) -> str:
        return self._random.choice(REFERENCES)

    def _call(self, depth: int) -> str:
        name = self._random.choice(("jsonencode", "lookup", "concat", "cidrsubnet", "toset", "try"))
        arguments = [self._expression(depth + 2) for _ in range(self._random.randint(0, 3))]
        expansion = "..." if arguments and self._chance(0.1) else ""
        return f"{name}({', '.join(arguments)}{expansion})"

    def _operation(self, depth: int) -> str:
        left, right = self._random.choice(REFERENCES[:5]), self._scalar()
        operator = self._random.choice(("==", "!=", "&&", "||", "+", "-", "*", "/", "%", "<", ">=", ">", "<="))
        negated = f"!{left}" if self._chance(0.2) else left
        return f"{negated} {operator} {right}" if self._chance(0.6) else f"({left} {operator} {right})"

    def _conditional(self, depth: int) -> str:
        condition = self._random.choice(("var.on", "var.size > 3", 'var.a == "b"'))
        return f"{condition} ? {self._expression(depth + 2)} : {self._expression(depth + 2)}"

    def _for(self, depth: int) -> str:
        collection = self._random.choice(REFERENCES)
        condition = " if x != null" if self._chance(0.3) else ""
        if self._chance(0.5):
            result = self._random.choice(("x", "x.id", "upper(x)"))
            return f"[for x in {collection} : {result}{condition}]"
        grouping = "..." if self._chance(0.2) else ""
        return f"{{ for k, x in {collection} : k => x{grouping}{condition} }}"

    def _plain(self, _: int) -> str:
        return self._scalar()

    def _heredoc(self, depth: int) -> str:
        mark = self._random.choice(("EOT", "EOF", "POLICY"))
        dash = self._random.choice(("", "-"))
        lines = self._random.choice(
            (
                ("one line",),
                ("first", "  second, indented", "third"),
                ('{"Version": "2012-10-17",', ' "Statement": []}'),
                ("text with ${var.a} inside", "and more"),
                ("", "blank lines around", ""),
                ('"quotes" and \\ backslash', "# no comment", "$${kept}"),
            )
        )
        margin = "  " * (depth + 1) if dash else ""
        inner = "".join(f"{margin}{line}\n" if line else "\n" for line in lines)
        return f"<<{dash}{mark}\n{inner}{'  ' * depth if dash else ''}{mark}\n"

    _kinds: Sequence[Callable[[TerraformWriter, int], str]] = (
        _plain,
        _plain,
        _plain,
        _list,
        _object,
        _template,
        _reference,
        _call,
        _operation,
        _conditional,
        _for,
    )
