"""Values for the variables of a root module: variable files and what the command line gives, in Terraform's order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from snapguard.resources import InputError
from snapguard.source import SourceFile, Span, display_path, load, names_standing_in
from snapguard.terraform.parsing import parse, parse_expression_text
from snapguard.terraform.syntax import Broken
from snapguard.terraform.types import STRING, Type
from snapguard.values import Known, Value

if TYPE_CHECKING:
    from snapguard.settings import Settings
    from snapguard.terraform.modules import ModuleScope


class InputValues:
    """The values given to the variables of a root module; a later source wins over an earlier one.

    The order is Terraform's: terraform.tfvars, terraform.tfvars.json, *.auto.tfvars and *.auto.tfvars.json by name,
    then the files and the single values that the user names. Problems are appended to `problems`.
    """

    def __init__(self, scope: ModuleScope, directory: str, settings: Settings, problems: list[InputError]) -> None:
        self.files: list[SourceFile] = []
        self._scope = scope
        self._problems = problems
        self._values: dict[str, Value] = {}
        self._texts: Mapping[str, str] = settings.variables
        for path in _variable_files(directory):
            self._read(path)
        for path in settings.var_files:
            self._read(path)

    def override(self, values: Mapping[str, Value]) -> None:
        """Values that win over all others: those that a plan was made with."""
        self._values.update(values)
        self._texts = {name: text for name, text in self._texts.items() if name not in values}

    def value_of(self, name: str, kind: Type | None) -> Value | None:
        """What is given for a variable, or None. A text from the command line is read as an expression of its type."""
        text = self._texts.get(name)
        if text is None:
            return self._values.get(name)
        file = SourceFile("", f"--var {name}", text.encode("utf-8"))
        span = Span(file, 0, len(file.data))
        if kind is None or kind == STRING:
            return Known(text, span)
        expression = parse_expression_text(text, span)
        return Known(text, span) if isinstance(expression, Broken) else self._scope.value_of(expression)

    def _read(self, path: str) -> None:
        try:
            file = load(path)
        except OSError as error:
            empty = SourceFile(path, display_path(path), b"")
            message = f"the variable file can't be read: {error.strerror or error}"
            self._problems.append(InputError(message, Span(empty, 0, 0)))
            return
        self.files.append(file)
        if path.endswith(".json"):
            self._read_json(file)
            return
        parsed = parse(file)
        self._problems.extend(parsed.errors)
        for name, attribute in parsed.body.attributes.items():
            self._values[name] = self._scope.value_of(attribute.expression)

    def _read_json(self, file: SourceFile) -> None:
        from snapguard.terraform.json_syntax import read_json_values

        values, errors = read_json_values(file)
        self._problems.extend(errors)
        self._values.update(values)


def _variable_files(directory: str) -> list[str]:
    try:
        entries = (*os.listdir(directory), *names_standing_in(directory))
    except OSError:
        return []
    names = sorted({name for name in entries if name.endswith((".tfvars", ".tfvars.json"))})
    fixed = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    automatic = [name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    return [os.path.join(directory, name) for name in (*fixed, *automatic)]
