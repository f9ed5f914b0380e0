"""Write the catalogue of rights and the AWS managed policies that the package ships, from the two facts files.

usage: generate_capabilities.py CAPABILITIES.yaml MANAGED.yaml OUTPUT_DIRECTORY

CAPABILITIES.yaml lists IAM actions with tier, capabilities, severity and resource types; MANAGED.yaml lists AWS
managed policies with the action patterns that they allow, by scope. What is written holds no more than is asked for:
every action, the ARN forms of the resource types that actions work on, and managed policies that can be attached. Both
facts files may be replaced by newer ones of the same shape.
"""

import datetime
import json
import pathlib
import re
import sys
from typing import Any

import yaml

# How ids of EC2 and file system resources begin (EC2 and EFS API references, resource id formats): a pattern
# `snapshot/snap-*` covers every snapshot.
ID_PREFIXES = {
    "ec2:snapshot": "snap-",
    "ec2:volume": "vol-",
    "ec2:image": "ami-",
    "ec2:instance": "i-",
    "ec2:network-interface": "eni-",
    "ec2:security-group": "sg-",
    "ec2:subnet": "subnet-",
    "ec2:launch-template": "lt-",
    "ebs:snapshot": "snap-",
    "elasticfilesystem:file-system": "fs-",
    "fsx:file-system": "fs-",
    "fsx:backup": "backup-",
}

# A recovery point has the ARN form of the service that stores it (AWS Backup developer guide, "ARNs of recovery
# points"); a pattern that covers one of these forms covers every recovery point of that service.
RECOVERY_POINTS = [
    "backup:R:A:recovery-point:*",
    "ec2:R::snapshot/snap-*",
    "ec2:R::image/ami-*",
    "rds:R:A:snapshot:*",
    "rds:R:A:cluster-snapshot:*",
]

# The scopes that conditions alone may limit; what names resources is limited as it is.
OPEN_SCOPES = ("star-if", "type-if")

COPY = re.compile(r"snapshot(?!schedule|copygrant)|image(?!Pipeline)|backup(?!Vault|Plan)|recoveryPoint|tape$", re.I)
CONTAINER = re.compile(r"backupVault$")
TASK = re.compile(r"task$", re.I)
MAKES = re.compile(r"(Create|Import|Register|Start|Backup|Export)")


def arn_forms(kind: str, arn: str) -> list[str]:
    """The ARN forms of a resource type: service, R where a region stands, A where an account, and the rest."""
    if kind == "backup:recoveryPoint":
        return RECOVERY_POINTS
    _, _, service, region, account, rest = arn.split(":", 5)
    rest = re.sub(r"\$\{[^}]*\}", "*", rest)
    prefix = ID_PREFIXES.get(kind)
    if prefix:
        rest = rest.replace("/*", "/" + prefix + "*")
    return [":".join((service, "R" if region else "", "A" if account else "", rest))]


def is_copy(kind: str) -> bool:
    """Whether a resource type is a snapshot, image or backup."""
    return bool(COPY.search(kind.rpartition(":")[2])) and not TASK.search(kind)


def subjects(action: dict[str, Any]) -> list[str]:
    """The types whose coverage decides how far an action reaches: what is read or given away, not what is made."""
    types = action.get("resources") or []
    required = [kind[:-1] for kind in types if kind.endswith("*") and not TASK.search(kind[:-1])]
    optional = [kind for kind in types if not kind.endswith("*")]
    copies = [kind for kind in required + optional if is_copy(kind)]
    capabilities = set(action["capabilities"])
    if "create" in capabilities and MAKES.search(action["action"]):
        sources = [kind for kind in required if kind not in copies]
        sources = sources or [kind for kind in optional if kind not in copies]
        return sources or required or optional
    if copies and capabilities & {"restore", "copy", "share", "export", "destroy", "weaken"}:
        asked = [kind for kind in copies if kind in required]
        return asked or copies
    return required or optional


def compact_action(action: dict[str, Any], keys: list[str]) -> list[Any]:
    """An action as the catalogue stores it: name, tier, severity, capabilities, types, subjects, its keys."""
    kinds = action.get("resources") or [] if action["resource_level"] else []
    return [
        action["action"].partition(":")[2],
        action["tier"],
        action["severity"],
        action["capabilities"],
        kinds,
        subjects(action) if kinds else [],
        [keys.index(key) for key in action.get("condition_keys") or []],
    ]


def capabilities(facts: dict[str, Any]) -> dict[str, Any]:
    """The catalogue; condition keys are listed once, in order, and named by their number."""
    services: dict[str, list[Any]] = {}
    used = set()
    keys = sorted({key for action in facts["actions"] for key in action.get("condition_keys") or []})
    for action in facts["actions"]:
        service = action["action"].partition(":")[0]
        entry = compact_action(action, keys)
        services.setdefault(service, []).append(entry)
        used.update(f"{service}:{kind.rstrip('*')}" for kind in entry[4])
    return {
        "keys": keys,
        "copies": sorted(kind for kind in used if CONTAINER.search(kind) or is_copy(kind)),
        "arns": {kind: arn_forms(kind, arn) for kind, arn in facts["arns"].items() if kind in used},
        "actions": services,
    }


def managed(facts: dict[str, Any]) -> dict[str, Any]:
    """Managed policies by the part of the ARN after `policy/`: the patterns they allow, by scope.

    `conditions` holds the keys that the conditions of a scope ask for, by their number in `keys`, where they decide how
    far it goes.
    """
    policies, asked = {}, {}
    for policy in facts["policies"]:
        if policy["kind"] != "service-linked":
            path = (policy["arn"] or "").partition(":policy/")[2] or policy["name"]
            policies[path] = policy["patterns"]
            asked[path] = {
                scope: keys for scope, keys in (policy.get("condition_keys") or {}).items() if scope in OPEN_SCOPES
            }
    keys = sorted({key for scopes in asked.values() for found in scopes.values() for key in found})
    conditions = {
        path: {scope: [keys.index(key) for key in found] for scope, found in scopes.items()}
        for path, scopes in asked.items()
        if scopes
    }
    return {"keys": keys, "policies": policies, "conditions": conditions}


def main() -> None:
    """Write both files."""
    capabilities_path, managed_path, output = (pathlib.Path(argument) for argument in sys.argv[1:4])
    for name, source, build in (
        ("capabilities.json", capabilities_path, capabilities),
        ("managed.json", managed_path, managed),
    ):
        facts = yaml.load(source.read_text("utf-8"), yaml.CSafeLoader)
        content = {"origin": facts["meta"]["sources"], "date": datetime.date.today().isoformat(), **build(facts)}
        (output / name).write_text(json.dumps(content, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
