"""Which files belong to which root, and what is skipped.

A directory of Terraform code is a root, and so is a CloudFormation template, unless another one in the scan calls it
by a local path: then it is judged through its callers, with their arguments. A plan as JSON is a root of its own. Files
given one by one (a list that pre-commit hands over) stand for the roots that they belong to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.settings import Settings, matches
from snapguard.source import SourceFile, display_path, leads_out, load, stand_in

TERRAFORM_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
VARIABLE_SUFFIXES = (".tfvars", ".tfvars.json")
TEMPLATE_SUFFIXES = (".yaml", ".yml", ".json", ".template")
SKIPPED_DIRECTORIES = frozenset(
    {".terraform", ".terragrunt-cache", ".aws-sam", ".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv"}
)
"""Where tools keep what they downloaded or built from the code beside it."""

_MODULE_SOURCE = re.compile(rb'source"?\s*[=:]\s*"(\.\.?/[^"]*)"')

_FIRST_COLUMN = re.compile(rb"^[a-z]+", re.MULTILINE)


class Target(NamedTuple):
    """What is to be read as one: a directory of Terraform code, a plan of one, or a template.

    `language` is "terraform", "plan" or "cloudformation".

    `shown` are the real paths of the files that findings are shown for; None where a whole directory was given.
    """

    language: str
    path: str
    shown: frozenset[str] | None


class Discovery(NamedTuple):
    """What was found under the given paths.

    `unreadable` are places that could not be listed or read, with the reason; `missing` are given paths that do not
    exist; `accounts` are files that look like the authorization details of an account.
    """

    targets: Sequence[Target]
    unreadable: Sequence[tuple[SourceFile, str]]
    missing: Sequence[str]
    accounts: Sequence[str] = ()


def discover(paths: Sequence[str], settings: Settings) -> Discovery:
    """Find the roots that the given paths stand for."""
    return _Search(settings).run(paths)


class _Unit(NamedTuple):
    """A candidate for a root; `real` tells it from others, whatever link leads there."""

    language: str
    path: str
    real: str


class _Search:
    def __init__(self, settings: Settings) -> None:
        self._exclude = settings.exclude
        self._directory = settings.directory
        self._units: dict[str, _Unit] = {}
        self._whole: set[str] = set()
        self._given: dict[str, set[str]] = {}
        self._unreadable: list[tuple[SourceFile, str]] = []
        self._code: dict[str, list[str]] = {}
        self._looked_at: dict[str, str] = {}

    def run(self, paths: Sequence[str]) -> Discovery:
        missing = []
        for path in paths:
            if os.path.isdir(path):
                for unit in self._walk(path, ("terraform", "plan", "cloudformation", "account")):
                    self._whole.add(unit.real)
            elif os.path.lexists(path) or stand_in(path) is not None:
                self._give(path)
            else:
                missing.append(path)
        callers = self._callers()
        found = self._targets(callers)
        accounts = [target.path for target in found if target.language == "account"]
        targets = [target for target in found if target.language != "account"]
        return Discovery(targets, self._unreadable, missing, accounts)

    def _give(self, path: str) -> None:
        """Note a file that was given by itself."""
        if self._is_excluded(path):
            return
        if path.endswith(TERRAFORM_SUFFIXES):
            unit = self._unit("terraform", os.path.dirname(path) or ".")
        elif path.endswith(VARIABLE_SUFFIXES):
            directory = os.path.dirname(path) or "."
            if not any(_is_terraform(entry.name) for entry in self._entries(directory)):
                return
            unit = self._unit("terraform", directory)
        else:
            language = self._language_of(path) if path.endswith(TEMPLATE_SUFFIXES) else self._language_by_head(path)
            if language in ("", "account"):
                return
            unit = self._unit(language, path)
            if language == "plan":
                self._whole.add(unit.real)  # its findings stand in the code
                return
        self._given.setdefault(unit.real, set()).add(os.path.realpath(path))

    def _unit(self, language: str, path: str) -> _Unit:
        path = os.path.normpath(path)
        real = os.path.realpath(path)
        return self._units.setdefault(real, _Unit(language, path, real))

    def _walk(self, top: str, languages: Collection[str]) -> Iterator[_Unit]:
        """Every unit of the languages under a directory."""
        pending = [top]
        has_documents = "cloudformation" in languages
        while pending:
            directory = pending.pop()
            has_terraform = False
            code = []
            for entry in self._entries(directory):
                if _is_terraform(entry.name):
                    code.append(entry.path)
                if self._is_excluded(entry.path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED_DIRECTORIES:
                        pending.append(entry.path)
                elif _is_terraform(entry.name):
                    has_terraform = has_terraform or not os.path.isdir(entry.path)
                elif has_documents and entry.name.endswith(TEMPLATE_SUFFIXES):
                    language = self._language_of(entry.path)
                    if language in languages:
                        yield self._unit(language, entry.path)
            if has_terraform and "terraform" in languages:
                unit = self._unit("terraform", directory)
                self._code[unit.real] = code
                yield unit

    def _entries(self, directory: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(directory) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._note_unreadable(directory, error)
            return []

    def _note_unreadable(self, path: str, error: OSError) -> None:
        place = SourceFile(path, display_path(path), b"")
        if all(place.display != known.display for known, _ in self._unreadable):
            self._unreadable.append((place, f"can't be read: {error.strerror or error}"))

    def _is_excluded(self, path: str) -> bool:
        return bool(self._exclude) and matches(path, self._exclude, self._directory)

    def _language_of(self, path: str) -> str:
        """Whether a document is a template, a plan or tells of an account; empty where it is none of these."""
        known = self._looked_at.get(path)
        if known is None:
            known = self._looked_at[path] = self._look_at(path)
        return known

    def _look_at(self, path: str) -> str:
        is_file = os.path.isfile(path) or stand_in(path) is not None
        if path.endswith(VARIABLE_SUFFIXES) or not is_file or leads_out(path):
            return ""
        try:
            data = load(path).data
        except OSError as error:
            self._note_unreadable(path, error)
            return ""
        is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        if (is_wide or b'"planned_values"' in data) and path.endswith(".json"):
            from snapguard.terraform.plan_recognition import looks_like_plan

            if looks_like_plan(data):
                return "plan"
        if path.endswith(".json") and b'DetailList"' in (data.replace(b"\0", b"") if is_wide else data):
            return "account"
        if b"Resources" not in data and not is_wide:
            return ""
        from snapguard.cloudformation.recognition import looks_like_template

        return "cloudformation" if looks_like_template(data, path) else ""

    def _language_by_head(self, path: str) -> str:
        """The same for a file with any name that was given by itself: a plan, as JSON or in Terraform's own format."""
        if not os.path.isfile(path) or leads_out(path):
            return ""
        try:
            with open(path, "rb") as file:
                head = file.read(100)
        except OSError:
            return ""  # nobody knows that it should be read
        from snapguard.terraform.plan_recognition import begins_like_plan, is_binary_plan

        return "plan" if is_binary_plan(head) or begins_like_plan(head) else ""

    def _callers(self) -> dict[str, set[str]]:
        """Who calls each unit; where files were given by themselves, callers are looked for in the working tree."""
        here = os.path.realpath(".") + os.sep
        languages = {self._units[real].language for real in self._given if (real + os.sep).startswith(here)}
        if languages:
            already = len(self._unreadable)
            for _ in self._walk(".", languages):
                pass
            del self._unreadable[already:]  # nobody asked to have the rest of the tree read
        callers: dict[str, set[str]] = {}
        if len(self._units) > 1:
            for unit in list(self._units.values()):
                for called in self._calls(unit):
                    if called != unit.real and called in self._units:
                        callers.setdefault(called, set()).add(unit.real)
        return callers

    def _calls(self, unit: _Unit) -> Iterator[str]:
        """The real paths of the units that this one may call by a local path."""
        if unit.language == "cloudformation":
            yield from self._nested_templates(unit)
        if unit.language != "terraform":
            return
        code = self._code.get(unit.real)
        if code is None:
            code = [entry.path for entry in self._entries(unit.path) if _is_terraform(entry.name)]
        for path in code:
            try:
                file = load(path)
            except OSError:
                continue  # reported where the root is read
            if b'"./' not in file.data and b'"../' not in file.data:
                continue
            written = {os.fsdecode(found) for found in _MODULE_SOURCE.findall(file.data)}
            candidates = {os.path.realpath(os.path.join(unit.path, source)): source for source in written}
            if any(real in self._units for real in candidates):
                confirmed = set(_module_sources(file))
                yield from (real for real, source in candidates.items() if source in confirmed)

    def _nested_templates(self, unit: _Unit) -> Iterator[str]:
        try:
            data = load(unit.path).data
        except OSError:
            return
        if b"TemplateURL" in data or b"AWS::Serverless::Application" in data:
            from snapguard.cloudformation.local_files import templates_named_in

            yield from templates_named_in(unit.path, data)

    def _targets(self, callers: dict[str, set[str]]) -> list[Target]:
        """The units that are judged: those nobody calls, and one of each ring of callers that nobody else enters."""
        wanted = _with_callers(self._given, callers)
        included = set(self._whole).union(wanted) if wanted else self._whole
        within = {real: callers.get(real, set()) & included for real in included}
        targets = []
        for real in _entrances(within):
            unit = self._units[real]
            shown = None if real in self._whole else frozenset(wanted[real])
            targets.append(Target(unit.language, unit.path, shown))
        return sorted(targets, key=lambda target: target.path)


def _with_callers(given: dict[str, set[str]], callers: dict[str, set[str]]) -> dict[str, set[str]]:
    """The given units and all that call them, each with the given files that it is to be judged for."""
    wanted: dict[str, set[str]] = {}
    for start, files in given.items():
        pending = [start]
        seen = set()
        while pending:
            real = pending.pop()
            if real in seen:
                continue
            seen.add(real)
            wanted.setdefault(real, set()).update(files)
            pending.extend(callers.get(real, ()))
    return wanted


def _entrances(callers: dict[str, set[str]]) -> list[str]:
    """The fewest units through which all are reached."""
    called: dict[str, set[str]] = {}
    for real, by in callers.items():
        for caller in by:
            called.setdefault(caller, set()).add(real)
    reached: set[str] = set()
    entrances = []
    for real in sorted(callers, key=lambda real: (bool(callers[real]), real)):
        if real in reached:
            continue
        entrances.append(real)
        pending = [real]
        while pending:
            current = pending.pop()
            if current not in reached:
                reached.add(current)
                pending.extend(called.get(current, ()))
    return entrances


def _module_sources(file: SourceFile) -> Iterable[str]:
    """The sources of the module calls in a file; none where it can't be parsed."""
    if file.path.endswith(".json"):
        return _module_sources_of_json(file.data)
    plain = _plain_module_sources(file.data)
    if plain is not None:
        return plain
    from snapguard.terraform.parsing import parse
    from snapguard.terraform.syntax import Literal

    written = (block.body.expression("source") for block in parse(file).body.blocks_of("module"))
    return [source.value for source in written if isinstance(source, Literal) and isinstance(source.value, str)]


def _plain_module_sources(data: bytes) -> list[str] | None:
    """The local sources in ordinary code, told without parsing; None where it takes a parser to tell.

    Ordinary is a file without block comments and heredocs, in which each source stands in a block that begins in the
    first column: what a block of another kind calls `source` is no module.
    """
    if b"/*" in data or b"<<" in data:
        return None
    sources = []
    for match in _MODULE_SOURCE.finditer(data):
        before = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        if b"#" in before or b"//" in before:
            continue
        blocks = _FIRST_COLUMN.findall(data, 0, match.start())
        if not blocks or blocks[-1] != b"module" or before.count(b'"') % 2:
            return None
        sources.append(os.fsdecode(match[1]))
    return sources


def _module_sources_of_json(data: bytes) -> Iterator[str]:
    import json

    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    modules = document.get("module") if isinstance(document, dict) else None
    for group in modules if isinstance(modules, list) else [modules]:
        for call in group.values() if isinstance(group, dict) else ():
            for body in call if isinstance(call, list) else [call]:
                source = body.get("source") if isinstance(body, dict) else None
                if isinstance(source, str):
                    yield source


def _is_terraform(name: str) -> bool:
    return name.endswith(TERRAFORM_SUFFIXES) and not name.startswith(".")
