"""From bytes to syntax: the fast road for what is well formed, the others for what is damaged or rare."""

from __future__ import annotations

from collections.abc import Sequence

from snapguard.source import SourceFile, Span
from snapguard.terraform import well_formed
from snapguard.terraform.syntax import Expression, TerraformFile
from snapguard.terraform.well_formed import NotWellFormedError


def parse(file: SourceFile) -> TerraformFile:
    """Parse a file in native syntax. Syntax errors are listed, and what stands around them is kept."""
    try:
        return TerraformFile(file, well_formed.read(file), ())
    except NotWellFormedError:
        pass
    from snapguard.terraform import tree
    from snapguard.terraform.syntax_errors import readable, syntax_errors, unexplained_error

    text = readable(file.data)
    errors = syntax_errors(file)
    if not errors:
        root = tree.parse_whole(text)
        if not root.has_error:
            return TerraformFile(file, tree.top_level(file, [root]), ())
        errors = [unexplained_error(file, root)]
    return TerraformFile(file, tree.top_level(file, tree.parse_in_pieces(text)), errors)


def parse_template(file: SourceFile) -> Expression:
    """A whole file as a template, as templatefile() reads it; Broken where it can't be parsed."""
    try:
        return well_formed.read_template(file)
    except NotWellFormedError:
        from snapguard.terraform import tree

        return tree.read_template(file)


def parse_template_text(text: str, span: Span) -> Expression:
    """A template in a text without bytes of its own in a file (a JSON string with escapes); all is at `span`."""
    from snapguard.terraform import tree

    return tree.read_template_text(text, span)


def parse_expression_text(text: str, span: Span) -> Expression:
    """An expression in a text (a reference or a type in a JSON string), all at `span`; Broken where it is none."""
    from snapguard.terraform import tree

    return tree.read_expression_text(text, span)


def offsets_in_comments(file: SourceFile, offsets: Sequence[int]) -> set[int]:
    """Those of the byte offsets that lie in a comment, not in code or in a text."""
    from snapguard.terraform import tree

    return tree.offsets_in_comments(file, offsets)
