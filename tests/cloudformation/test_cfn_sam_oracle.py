"""The roles that SAM makes, held against what aws-sam-translator, which CloudFormation runs, makes of the template."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

pytest.importorskip("samtranslator", reason="the oracle: pip install aws-sam-translator")

from resolved_values import bracketed, shown
from samtranslator.translator.transform import transform

from snapguard.values import Reference

COMPARED = ("AssumeRolePolicyDocument", "ManagedPolicyArns", "Policies", "PermissionsBoundary", "Path")


def cases() -> dict[str, str]:
    """The resources of each case in sam_cases.txt by its name."""
    text = Path(__file__).with_name("sam_cases.txt").read_text(encoding="utf-8")
    sections = (section.partition("\n") for section in text.split("== ")[1:])
    return {name: indent(resources.strip(), "  ") for name, _, resources in sections}


HEAD = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Equals [!Ref Stage, dev]
"""
GLOBALS = """\
Globals:
  Function:
    Tracing: Active
    PermissionsBoundary: arn:aws:iam::111122223333:policy/fence
"""


def translated(template: str) -> dict[str, Any]:
    """The template as aws-sam-translator writes it out; its own region stands where it would ask for one."""
    from samtranslator.yaml_helper import yaml_parse

    os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"

    class Names:
        def load(self) -> dict[str, str]:
            return {}

    return transform(deepcopy(yaml_parse(template)), {"Stage": "dev"}, Names())


def roles(read: Any, text: str, name: str) -> dict[str, dict[str, Any]]:
    """The roles of a template as resolved, by their names, in the partition of the oracle."""
    (root,) = read(text, name)
    known = {"AWS::Partition": "aws", "AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1"}

    def named(reference: Reference) -> str:
        return known.get(reference.address, bracketed(reference))

    found = {}
    for role in root.resources_of("AWS::IAM::Role"):
        values = {
            key: shown(role.get(key), lambda one: known.get(one.address, bracketed(one)))
            for key in COMPARED
            if not role.get(key).is_absent
        }
        found[role.name] = {key: content for key, content in values.items() if content != []}
    return found


@pytest.mark.parametrize(("case", "resources"), cases().items())
def test_the_role_of_a_serverless_resource_is_the_one_that_sam_makes(case, resources, read):
    text = f"{HEAD}{GLOBALS if 'globals' in case else ''}Resources:\n{resources}\n"
    oracle = roles(read, json.dumps(translated(text)), "oracle.json")
    own = roles(read, text, "template.yaml")

    assert own == oracle


def test_no_profile_of_a_connector_gives_a_right_over_copies():
    import samtranslator

    from snapguard.iam.grants import expanded

    profiles = Path(samtranslator.__file__).parent / "model" / "connector_profiles" / "profiles.json"

    def actions(node: Any) -> list[str]:
        if isinstance(node, list):
            return [action for item in node for action in actions(item)]
        if not isinstance(node, dict):
            return []
        own = node.get("Action", [])
        listed = own if isinstance(own, list) else [own]
        return [action for action in listed if isinstance(action, str)] + actions(list(node.values()))

    found = actions(json.loads(profiles.read_text(encoding="utf-8")))
    assert len(set(found)) > 50
    assert expanded(tuple(found), False)[0] == set()


def test_the_policy_templates_are_those_of_the_package():
    import samtranslator

    from snapguard.cloudformation.sam import _templates

    path = Path(samtranslator.__file__).parent / "policy_templates_data" / "policy_templates.json"
    official = json.loads(path.read_text(encoding="utf-8"))["Templates"]

    assert _templates() == {name: one["Definition"]["Statement"] for name, one in official.items()}
