"""What the transform AWS::Serverless-2016-10-31 writes out: Globals, and the roles of functions and state machines.

It follows aws-sam-translator, which is what CloudFormation runs. Of all that it makes, only roles can matter here. The
policies that a Connector makes act on items of queues, tables and buckets, never on copies, so they are left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from snapguard.cloudformation.nodes import Call, MappingNode, Node, ScalarNode, SequenceNode, as_mapping, bare, call
from snapguard.cloudformation.template import SERVERLESS, Template

_MANAGED = "arn:${AWS::Partition}:iam::aws:policy/"
_BASIC = "service-role/AWSLambdaBasicExecutionRole"
_DURABLE = "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
_VPC = "service-role/AWSLambdaVPCAccessExecutionRole"
_TRACING = "AWSXrayWriteOnlyAccess"
_DEAD_LETTERS = {"SQS": "sqs:SendMessage", "SNS": "sns:Publish"}

_SERVICES = {f"{SERVERLESS}Function": "lambda", f"{SERVERLESS}StateMachine": "states"}


def role_name(owner: str) -> str:
    """The logical id of the role that SAM makes for a resource."""
    return f"{owner}Role"


def owner_of(name: str, template: Template) -> str | None:
    """The resource that a role of this logical id is made for; None where there is none."""
    resources = as_mapping(template.sections.get("Resources"))
    if resources is None or name in resources.entries or not name.endswith("Role"):
        return None
    owner = name.removesuffix("Role")
    node = as_mapping(resources.entries.get(owner))
    kind = bare(node.entries.get("Type")) if node is not None else None
    return owner if isinstance(kind, ScalarNode) and kind.value in _SERVICES else None


def with_globals(kind: str, node: MappingNode, template: Template) -> Node | None:
    """The properties of a SAM resource with those that Globals sets for all of its type."""
    own = node.entries.get("Properties")
    sections = as_mapping(template.sections.get("Globals"))
    shared = None if sections is None else sections.entries.get(kind.removeprefix(SERVERLESS))
    if shared is None or own is None:
        return own or shared
    return _merged(shared, own)


def _merged(shared: Node, own: Node) -> Node:
    """Mappings are merged, lists put together, and of anything else the resource's own counts."""
    first, second = bare(shared), bare(own)
    if isinstance(first, MappingNode) and isinstance(second, MappingNode):
        merged = MappingNode(second.document, second.start, second.end)
        for key, child in first.entries.items():
            merged.put(key, child.key_start, child.key_end, child)
        for key, child in second.entries.items():
            before = merged.entries.get(key)
            merged.put(key, child.key_start, child.key_end, child if before is None else _merged(before, child))
        return merged
    if isinstance(first, SequenceNode) and isinstance(second, SequenceNode):
        listed = SequenceNode(second.document, second.start, second.end)
        listed.items = [*first.items, *second.items]
        return listed
    return own


def role_of(name: str, kind: str, node: Node, properties: Node | None) -> MappingNode | None:
    """The role that SAM makes for a function or state machine, as a template would write it; None for other types.

    `node` is the resource, `properties` are its own and those of Globals; what is written there keeps its place.
    """
    service = _SERVICES.get(kind)
    if service is None:
        return None
    given = as_mapping(properties)
    entries = {} if given is None else given.entries
    maker = _Maker(node)
    written = list(_policies(entries.get("Policies")))
    managed = list(_standard_policies(service, entries))
    arns = [maker.node({"Fn::Sub": f"{_MANAGED}{path}"}) for path in managed]
    arns += filter(None, (maker.managed(entry) for entry in written))
    documents = [maker.document(entry, f"{role_name(name)}Policy{index}") for index, entry in enumerate(written)]
    dead_letters = as_mapping(entries.get("DeadLetterQueue"))
    if dead_letters is not None:
        documents.insert(0, maker.dead_letters(dead_letters))
    role = {
        "AssumeRolePolicyDocument": entries.get("AssumeRolePolicyDocument") or maker.node(_trust(service)),
        "ManagedPolicyArns": maker.listed(arns),
        "Policies": maker.listed([document for document in documents if document is not None]),
        "PermissionsBoundary": entries.get("PermissionsBoundary"),
        "Path": entries.get("RolePath"),
    }
    kept = as_mapping(node)
    kept_entries = {} if kept is None else kept.entries
    return maker.mapping(
        {
            "Type": maker.node("AWS::IAM::Role"),
            "Metadata": kept_entries.get("Metadata"),
            "Properties": maker.mapping(role),
        }
    )


def _trust(service: str) -> Mapping[str, Any]:
    statement = {
        "Action": ["sts:AssumeRole"],
        "Effect": "Allow",
        "Principal": {"Service": [f"{service}.amazonaws.com"]},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _standard_policies(service: str, entries: Mapping[str, Node]) -> Iterator[str]:
    """The AWS managed policies that the role is given for what the resource does."""
    tracing = bare(entries.get("Tracing"))
    if service == "lambda":
        yield _DURABLE if "DurableConfig" in entries else _BASIC
        if tracing is not None and not (isinstance(tracing, ScalarNode) and tracing.value == "Disabled"):
            yield _TRACING
        if "VpcConfig" in entries:
            yield _VPC
    elif isinstance(tracing, MappingNode):
        enabled = bare(tracing.entries.get("Enabled"))
        if isinstance(enabled, ScalarNode) and enabled.value is True:
            yield _TRACING


def _policies(node: Node | None) -> list[Node]:
    """Policies is a list, or one policy that stands for a list."""
    found = bare(node)
    if found is None:
        return []
    return found.items if isinstance(found, SequenceNode) else [found]


@cache
def _templates() -> Mapping[str, Any]:
    """SAM's policy templates: statements by name. tools/generate_sam_policies.py writes them."""
    import json

    path = os.path.join(os.path.dirname(__file__), "sam_policies.json")
    with open(path, encoding="utf-8") as stream:
        templates: Mapping[str, Any] = json.load(stream)["templates"]
    return templates


class _Maker:
    """Makes nodes that stand at the place of the resource or policy that they are made for."""

    def __init__(self, place: Node) -> None:
        self._place = place

    def node(self, data: Any, parameters: Mapping[str, Node] | None = None) -> Node:
        """Plain data as nodes; a Ref to one of `parameters` becomes the node that it is set to."""
        place = self._place
        if isinstance(data, list):
            return self.listed([self.node(item, parameters) for item in data])
        if isinstance(data, dict):
            if parameters is not None and list(data) == ["Ref"] and data["Ref"] in parameters:
                return parameters[data["Ref"]]
            for key, argument in data.items():
                if len(data) == 1 and (key == "Ref" or key.startswith("Fn::")):
                    return call(place, key, self.node(argument, parameters))
            return self.mapping({key: self.node(value, parameters) for key, value in data.items()})
        return ScalarNode(place.document, place.start, place.end, data)

    def mapping(self, entries: Mapping[str, Node | None]) -> MappingNode:
        """A mapping of those entries that are there."""
        place = self._place
        made = MappingNode(place.document, place.start, place.end)
        made.key_start = getattr(place, "key_start", place.start)
        made.key_end = getattr(place, "key_end", place.start)
        for key, node in entries.items():
            if node is not None:
                made.put(key, made.key_start, made.key_end, node)
        return made

    def listed(self, items: list[Node]) -> SequenceNode:
        """A list of nodes."""
        made = SequenceNode(self._place.document, self._place.start, self._place.end)
        made.items = items
        return made

    def managed(self, policy: Node) -> Node | None:
        """The ARN of a managed policy that an entry of Policies names; None where it is a document."""
        found = bare(policy)
        if isinstance(found, Call):
            branches = _branches(found)
            return policy if branches is None else self._chosen(found, *map(self.managed, branches))
        if not isinstance(found, ScalarNode):
            return None
        path = _managed_path(found.value)
        return found if path is None else _Maker(found).node({"Fn::Sub": f"{_MANAGED}{path}"})

    def document(self, policy: Node, name: str) -> Node | None:
        """The inline policy that an entry of Policies stands for; None where it is the name of a managed one."""
        found = bare(policy)
        if isinstance(found, Call):
            branches = _branches(found)
            if branches is None:
                return None
            return self._chosen(found, *(self.document(branch, name) for branch in branches))
        if not isinstance(found, MappingNode):
            return None
        maker = _Maker(found)
        return maker.mapping({"PolicyName": maker.node(name), "PolicyDocument": maker.written(found)})

    def written(self, policy: MappingNode) -> Node:
        """The document that a mapping is, or that it stands for by naming a policy template."""
        name = next(iter(policy.entries), "")
        if "Statement" in policy.entries or len(policy.entries) != 1:
            return policy
        statements = _templates().get(name)
        if statements is None:
            return Call(policy.document, policy.start, policy.end, f"policy template {name}", policy.entries[name])
        given = as_mapping(policy.entries[name])
        parameters = {} if given is None else given.entries
        return self.node({"Statement": statements}, parameters)

    def dead_letters(self, queue: MappingNode) -> Node | None:
        """The policy that lets a function give up what it could not handle."""
        kind = bare(queue.entries.get("Type"))
        target = queue.entries.get("TargetArn")
        action = _DEAD_LETTERS.get(str(kind.value)) if isinstance(kind, ScalarNode) else None
        if action is None or target is None:
            return None
        statement = {"Action": self.node(action), "Resource": target, "Effect": self.node("Allow")}
        document = {"Version": self.node("2012-10-17"), "Statement": self.listed([self.mapping(statement)])}
        name = self.node("DeadLetterQueuePolicy")
        return self.mapping({"PolicyName": name, "PolicyDocument": self.mapping(document)})

    def _chosen(self, choice: Call, one: Node | None, other: Node | None) -> Node | None:
        """The same choice between what its branches stand for."""
        if one is None and other is None:
            return None
        listed = bare(choice.argument)
        assert isinstance(listed, SequenceNode)
        nothing = self.node({"Ref": "AWS::NoValue"})
        argument = SequenceNode(listed.document, listed.start, listed.end)
        argument.items = [listed.items[0], one or nothing, other or nothing]
        return Call(choice.document, choice.start, choice.end, "If", argument)


def _branches(choice: Call) -> list[Node] | None:
    """The two branches of an Fn::If; None for any other function."""
    listed = bare(choice.argument)
    is_choice = choice.name == "If" and isinstance(listed, SequenceNode) and len(listed.items) == 3
    return listed.items[1:] if is_choice and isinstance(listed, SequenceNode) else None


def _managed_path(name: object) -> str | None:
    """The path of an AWS managed policy from its name; None for an ARN, or a name that is not known."""
    if not isinstance(name, str) or ":" in name:
        return None
    from snapguard.iam.managed import managed_path_of

    return managed_path_of(name)
