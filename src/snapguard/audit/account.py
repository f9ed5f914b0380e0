"""The JSON of `aws iam get-account-authorization-details`: a live account, read as a root like any other.

Its form is the IAM API reference's, "GetAccountAuthorizationDetails"; the policy documents in it are objects, as the
AWS CLI and the SDKs print them, or percent-encoded texts, as the API itself answers.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence

from snapguard.json_nodes import JsonError, places_in, values_from_json
from snapguard.resources import InputError, Resource
from snapguard.source import SourceFile, Span, load
from snapguard.values import Value

SECTIONS = {"RoleDetailList": "role", "UserDetailList": "user", "GroupDetailList": "group", "Policies": "policy"}
"""What the lists of the answer hold."""

ACCOUNT = "account "
"""How the name of an account begins, before its id."""

_CUT_OFF = ("IsTruncated", "NextToken")
"""What the API, and the CLI with --max-items, put into an answer that is not the whole one."""

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # PowerShell redirects into UTF-16


class AccountResource:
    """A role, user, group or policy of the account, at its ARN."""

    mode = "managed"
    index: str | int | None = None
    module = ""
    exists: bool | None = True

    def __init__(self, type: str, value: Value, span: Span) -> None:
        arn = value.get("Arn")
        self.type = type
        self.address = arn.known_text or ""
        self.name = self.address.rpartition("/")[2]
        self.span = value.span or span
        self.header = arn.span or self.span
        self._value = value

    def get(self, name: str) -> Value:
        """The value of a field."""
        return self._value.get(name)

    def at(self, *path: str) -> Value:
        """The value at a path of fields."""
        return self._value.at(*path)

    def attribute_names(self) -> Sequence[str]:
        """The fields that are there."""
        return list(self._value.known_map or ())


class AccountRoot:
    """A whole account, from one file."""

    language = "account"
    assumption = ""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._errors: list[InputError] = []
        self._resources = list(self._read())
        fields = (resource.address.split(":") for resource in self._resources)
        accounts = sorted({field[4] for field in fields if len(field) > 4 and field[4].isdigit()})
        self.name = f"{ACCOUNT}{accounts[0]}" if accounts else file.display

    def resources(self) -> Iterator[Resource]:
        """Every policy and principal."""
        return iter(self._resources)

    def resources_of(self, *types: str) -> Sequence[Resource]:
        """Those of the given types."""
        return [resource for resource in self._resources if resource.type in types]

    def data_sources_of(self, *types: str) -> Sequence[Resource]:
        """Nothing: an account looks nothing up."""
        return []

    def find(self, address: str) -> Resource | None:
        """What stands at an ARN, or None."""
        return next((resource for resource in self._resources if resource.address == address), None)

    def errors(self) -> Sequence[InputError]:
        """What could not be read."""
        return self._errors

    def files(self) -> Sequence[SourceFile]:
        """The file."""
        return [self._file]

    def _read(self) -> Iterator[AccountResource]:
        whole = Span(self._file, 0, len(self._file.data))
        try:
            text = self._file.data.decode("utf-8")
        except UnicodeDecodeError as error:
            span = Span(self._file, error.start, error.end)
            self._errors.append(InputError("is neither UTF-8 nor UTF-16: save the command's output again", span))
            return
        place = places_in(self._file, text)
        try:
            content = values_from_json(text, place)
        except JsonError as error:
            message = f"account authorization details: {error.message}"
            self._errors.append(InputError(message, place(error.offset, error.offset)))
            return
        for mark in _CUT_OFF:
            value = content.get(mark)
            if value.verdict(bool):
                message = "account authorization details: the answer goes on, and what follows is not here: ask for all"
                self._errors.append(InputError(message, value.span or whole))
        for section, kind in SECTIONS.items():
            for entry in content.get(section).elements():
                resource = AccountResource(kind, entry, whole)
                if resource.address:
                    yield resource
                else:
                    message = f"account authorization details: an entry of {section} has no Arn"
                    self._errors.append(InputError(message, resource.span))


def account_root(path: str) -> AccountRoot | None:
    """The account that a file describes, recognised by its content; None for any other file, or one that can't be read.

    What is wrong with its text is in the root's errors.
    """
    if not path.endswith(".json"):
        return None
    try:
        file = load(path)
    except OSError:
        return None
    if file.data.startswith(_MARKS):
        text = file.data.decode("utf-16", "replace")
        file = SourceFile(file.path, file.display, text.encode("utf-8"))
    if any(f'"{section}"'.encode() in file.data for section in SECTIONS if section.endswith("DetailList")):
        return AccountRoot(file)
    return None
