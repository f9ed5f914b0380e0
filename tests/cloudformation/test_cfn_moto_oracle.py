"""Stacks made in moto, in memory: what it hands to each resource is what SnapGuard resolves.

It needs moto, which the project does not: without it the tests here are left out.

Differences that are moto's own, and how they are met: it keeps numbers and booleans where a template writes texts, so
both are compared as texts; it leaves `None` in lists for AWS::NoValue; a name that only a deployment gives (an id, the
region) is asked of moto and put into SnapGuard's text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from resolved_values import shown
from templates_at_random import drawn

from snapguard.values import Reference

moto = pytest.importorskip("moto", reason="the oracle: pip install 'moto[cloudformation,ec2,iam]'")

SEEDS = range(0, 64, 2)
STACKS = Path(__file__).with_name("stack_cases.txt")


def cases() -> dict[str, str]:
    """The templates of stack_cases.txt by their names."""
    sections = (section.partition("\n") for section in STACKS.read_text(encoding="utf-8").split("== ")[1:])
    return {name: text for name, _, text in sections}


@pytest.fixture
def deployed(monkeypatch):
    """Makes a stack of a template, and gives moto's view of it: its resources, and a way to resolve what is left."""
    for name, content in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", content)
    with moto.mock_aws():
        yield _Stack


class _Stack:
    def __init__(self, template: str) -> None:
        import boto3
        from moto.cloudformation.models import cloudformation_backends

        boto3.client("cloudformation").create_stack(
            StackName="stack", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        (stack,) = cloudformation_backends["123456789012"]["eu-west-1"].stacks.values()
        self.resources = stack.resource_map

    def properties(self, name: str) -> Any:
        """The properties of a resource as moto hands them to the service that makes it."""
        return self.resolved(self.resources._resource_json_map[name].get("Properties", {}))

    def resolved(self, content: Any) -> Any:
        from moto.cloudformation.parsing import clean_json

        return clean_json(content, self.resources)

    def name(self, reference: Reference) -> str:
        """What a deployment knows: a pseudo parameter, or an attribute of a resource."""
        address, attribute = reference
        if address.startswith("AWS::") or attribute == "Ref":
            return str(self.resolved({"Ref": address}))
        return str(self.resolved({"Fn::GetAtt": [address, attribute]}))


def as_texts(content: Any) -> Any:
    """Scalars as the texts that both mean, and no `None` in lists."""
    if isinstance(content, dict):
        return {key: as_texts(value) for key, value in content.items()}
    if isinstance(content, list):
        return [as_texts(item) for item in content if item is not None]
    return str(content).lower() if isinstance(content, bool) else str(content)


def compare(root: Any, stack: _Stack) -> None:
    resources = list(root.resources())
    assert resources
    for resource in resources:
        own = {name: shown(resource.get(name), stack.name) for name in resource.attribute_names()}
        assert as_texts(own) == as_texts(stack.properties(resource.name)), resource.name


@pytest.mark.parametrize("seed", SEEDS)
def test_a_template_drawn_at_random_resolves_as_in_a_stack(seed, read, deployed):
    template = drawn(seed, portable=True)

    (root,) = read(template.text.encode(), template.name)

    compare(root, deployed(template.text))


@pytest.mark.parametrize("template", cases().values(), ids=cases())
def test_a_template_resolves_as_in_a_stack(template, read, deployed):
    (root,) = read(template)

    compare(root, deployed(template))
