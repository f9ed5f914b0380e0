"""The bad forms as the contents of JSON files, and what mends them: what a finding's help says, merged into them."""

import json
import re
from importlib import import_module

from bad_forms import FORMS

from snapguard.source import SourceFile
from snapguard.terraform.parsing import parse

NAMES = {"terraform": ("main.tf", "main.tf.json"), "cloudformation": ("template.yaml", "template.json")}
MODULES = {language: import_module(f"snapguard.estate.aws_{language}.remedies") for language in FORMS}
# What the remedies name for the reader's own.
OWN = {
    "terraform": {
        "data": {"aws_caller_identity": {"own": {}}, "aws_organizations_organization": {"own": {}}},
        "resource": {
            "aws_kms_key": {name: {} for name in ("backups", "copies", "elsewhere", "exports")},
            "aws_backup_vault": {
                name: {"name": name, "kms_key_arn": "${aws_kms_key.backups.arn}"} for name in ("own", "with_own_key")
            },
            "aws_ebs_volume": {"encrypted": {"availability_zone": "a", "size": 1, "encrypted": True}},
            "aws_iam_role": {"restore": {"assume_role_policy": "{}"}},
            "aws_redshift_snapshot_copy_grant": {"elsewhere": {"snapshot_copy_grant_name": "elsewhere"}},
        },
    },
    "cloudformation": {
        "CopiesKey": {"Type": "AWS::KMS::Key", "Properties": {}},
        "BackupsKey": {"Type": "AWS::KMS::Key", "Properties": {}},
        **{
            name: {
                "Type": "AWS::Backup::BackupVault",
                "Properties": {"EncryptionKeyArn": {"Fn::GetAtt": ["BackupsKey", "Arn"]}},
            }
            for name in ("OwnVault", "VaultWithOwnKey")
        },
    },
}
PLACE = re.compile(r"In the (resource|statement)(?:, in place of (\w+))?:\n((?:    .*(?:\n|$))+)$")


def as_json(language, form):
    """The form as a JSON file's content, with what remedies name beside it."""
    if language == "cloudformation":
        content = json.loads("{" + MODULES[language].in_json("Resources:\n" + form) + "}")
        return {"Resources": {**OWN[language], **content["Resources"]}}
    content = json.loads(json.dumps(OWN[language]))
    for block in parse(SourceFile("main.tf", "main.tf", form.encode())).body.blocks:
        kind, name = block.labels
        body = form[block.header.end : block.span.end - 1].strip("{\n")
        entries = json.loads("{" + MODULES[language].in_json(body) + "}") if body else {}
        content["resource"].setdefault(kind, {})[name] = entries
    return content


def body_of(language, content, address):
    if language == "cloudformation":
        return content["Resources"][address]["Properties"]
    kind, name = address.split(".")
    return content["resource"][kind][name]


def merge(target, change):
    for name, value in change.items():
        if name != "Content" and isinstance(value, dict) and isinstance(target.get(name), dict):
            merge(target[name], value)
        elif isinstance(target.get(name), list) and isinstance(value, dict | list) and is_of_objects(target[name]):
            for element in target[name]:
                merge(element, value if isinstance(value, dict) else value[0])
        else:
            target[name] = value


def is_of_objects(value):
    return all(isinstance(element, dict) for element in value)


def without(value, name):
    """The same, without an attribute of this name at any depth."""
    if isinstance(value, dict):
        return {key: without(child, name) for key, child in value.items() if key != name}
    return [without(child, name) for child in value] if isinstance(value, list) else value


def statements(value):
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        for child in value.values():
            yield from statements(child)
    elif isinstance(value, list):
        for child in value:
            yield from statements(child)


def mend(language, body, help):
    """Change a resource as the help of a finding on it says."""
    place, replaced, lines = PLACE.search(help).groups()
    if place == "statement" and language == "terraform":  # the members stand in the template that encodes the policy
        text = " ".join(line.strip() for line in lines.splitlines())
        body["policy"] = body["policy"].replace('Resource = "*"', f'Resource = "*", {text}')
        return body
    change = json.loads("{" + lines + "}")
    for target in statements(body) if place == "statement" else [body]:
        merge(target, change)
    return without(body, replaced) if replaced else body
