from __future__ import annotations

import pytest

from snapguard.cloudformation.recognition import looks_like_template

TEMPLATES = {
    "a version": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: {Type: X}\n",
    "a quoted version": "\"AWSTemplateFormatVersion\": '2010-09-09'\nResources: {}\n",
    "resources of AWS": "Description: x\nResources:\n  A:\n    Type: AWS::EC2::Volume\n",
    "a quoted type": "Resources:\n  A:\n    Type: 'AWS::EC2::Volume'\n",
    "serverless": "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n",
    "json": '{"Resources": {"A": {"Type": "AWS::EC2::Volume"}}}',
    "indented json": '{\n  "Description": "x",\n  "Resources" : {\n    "A": {\n      "Type" : "AWS::EC2::Volume"}}}',
    "a version in json": '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}',
    "braces": "{Resources: {A: {Type: AWS::EC2::Volume}}}",
    "a custom resource": "Resources:\n  A:\n    Type: Custom::Thing\n",
    "somebody's own type": "Resources:\n  A: {Type: 'My::S3::Bucket::MODULE'}\n",
    "everything indented": "---\n  # x\n\n  Description: x\n  Resources:\n    A: {Type: AWS::EC2::Volume}\n",
    "a comment first": "# Copyright\n---\nResources:\n  A: {Type: AWS::EC2::Volume}\n",
}
OTHERS = {
    "compose": "services:\n  web:\n    image: x\nvolumes: {}\n",
    "kubernetes": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - resources: {}\n",
    "a config map that holds a template": (
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  t.yaml: |\n    AWSTemplateFormatVersion: x\n    Resources:\n"
        "      A:\n        Type: AWS::EC2::Volume\n"
    ),
    "a playbook": "- hosts: all\n  tasks:\n    - cloudformation:\n        body: {Resources: {A: {Type: AWS::X::Y}}}\n",
    "serverless framework": "service: x\nresources:\n  Resources:\n    A:\n      Type: AWS::EC2::Volume\n",
    "an application specification": "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n",
    "one with a comment": "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service # x\n",
    "package.json": '{"name": "x", "version": "1"}',
    "openapi": "openapi: 3.0.0\npaths: {}\ncomponents: {}\n",
    "plan": '{"format_version": "1.2", "planned_values": {"root_module": {"resources": []}}}',
    "a template in a text": '{"format_version": "1", "x": "{\\"Resources\\": {\\"A\\": {\\"Type\\": \\"AWS::X\\"}}}"}',
    "sarif": '{"version": "2.1.0", "runs": [{"snippet": {"text": "Resources:\\n  A:\\n    Type: AWS::X::Y"}}]}',
    "cdk manifest": '{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack"}}}',
    "cdk tree": '{"tree": {"id": "App", "attributes": {"aws:cdk:cloudformation:type": "AWS::EC2::Volume"}}}',
    "stack resources": '{"StackResources": [{"ResourceType": "AWS::EC2::Volume"}]}',
    "a schema": '{"Resources": {"A": {"ResourceType": "AWS::EC2::Volume"}}}',
    "a schema of templates": '{"properties": {"AWSTemplateFormatVersion": {"type": "string"}}}',
    "nothing": "",
}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_template_is_recognised(text, encoding):
    assert looks_like_template(text.encode(encoding), "x.yaml")
    assert looks_like_template(text.replace("\n", "\r\n").encode(encoding), "stacks/x.TEMPLATE")


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_no_template_is_left_alone(text):
    assert not looks_like_template(text.encode(), "x.json")


def test_a_template_within_documentation_is_left_alone():
    assert not looks_like_template(TEMPLATES["a version"].encode(), "README.md")
