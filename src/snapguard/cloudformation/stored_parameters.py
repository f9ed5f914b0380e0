"""Parameters whose value is looked up in the parameter store when a template is deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snapguard.cloudformation.deployment import Deployment
from snapguard.cloudformation.parameters import Parameter
from snapguard.values import ABSENT, Value

STORED = "AWS::SSM::Parameter::Value"
"""What the types of such parameters begin with, before what is stored (`AWS::SSM::Parameter::Value<String>`)."""


class StoredParameter:
    """Such a parameter, as the data source that it is: `Name` is the entry of the store that it is read from."""

    mode = "data"
    type = STORED
    index: str | int | None = None
    exists: bool | None = True

    def __init__(self, parameter: Parameter, deployment: Deployment) -> None:
        self.name = parameter.name
        self.address = deployment.prefix + parameter.name
        self.module = deployment.prefix.rstrip("/")
        self.span = self.header = parameter.span
        self._entry = deployment.stored_name(parameter)

    def get(self, name: str) -> Value:
        """The value of a property; absent where not set."""
        return self._entry if name == "Name" else ABSENT

    def at(self, *path: str) -> Value:
        """The value at a path of names."""
        first, *rest = path
        return self.get(first).at(*rest)

    def attribute_names(self) -> Sequence[str]:
        """The properties that are set."""
        return [] if self._entry.is_absent else ["Name"]


def stored_parameters(deployment: Deployment) -> Iterator[StoredParameter]:
    """Those of a deployment and of the stacks nested in it."""
    for each in deployment.tree():
        for parameter in each.template.parameters.values():
            if parameter.is_stored:
                yield StoredParameter(parameter, each)
