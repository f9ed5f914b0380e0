"""The generator of the catalogue, and what it makes of the facts."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

from snapguard.findings import Severity
from snapguard.iam import capabilities as module
from snapguard.iam.capabilities import TIERS, catalogue

DATA = Path(module.__file__).parent
GENERATOR = Path(__file__).parents[2] / "tools" / "generate_capabilities.py"

CAPABILITIES = """
meta: {sources: [somewhere]}
arns:
  ec2:snapshot: arn:${Partition}:ec2:${Region}::snapshot/${SnapshotId}
  ec2:volume: arn:${Partition}:ec2:${Region}:${Account}:volume/${VolumeId}
  ec2:vpc: arn:${Partition}:ec2:${Region}:${Account}:vpc/${VpcId}
actions:
- {action: "ec2:CreateSnapshot", tier: core, severity: high, capabilities: [create], resource_level: true,
   resources: [snapshot*, volume*], condition_keys: ["ec2:Owner", "aws:TagKeys"]}
- {action: "ec2:EnableThing", tier: core, severity: info, capabilities: [weaken], resource_level: false}
- {action: "ec2:ExportOther", tier: peripheral, severity: low, capabilities: [export], resource_level: false}
- {action: "ec2:DisableThing", tier: core, severity: critical, capabilities: [weaken], resource_level: false}
"""
MANAGED = """
meta: {sources: [elsewhere]}
policies:
- {name: A, arn: "arn:aws:iam::aws:policy/service-role/A", kind: service-role, patterns: {star: ["ec2:*"]}}
- {name: B, arn: "arn:aws:iam::aws:policy/aws-service-role/B", kind: service-linked, patterns: {star: ["ec2:*"]}}
- {name: C, arn: null, kind: general, patterns: {type-if: ["ec2:C"]},
   condition_keys: {type-if: ["ec2:Owner", "aws:TagKeys"], scoped-if: ["ec2:Vpc"]}}
"""


def test_the_generator_keeps_what_checks_ask_for(tmp_path):
    (tmp_path / "capabilities.yaml").write_text(CAPABILITIES)
    (tmp_path / "managed.yaml").write_text(MANAGED)
    arguments = [tmp_path / "capabilities.yaml", tmp_path / "managed.yaml", tmp_path]
    subprocess.run([sys.executable, GENERATOR, *arguments], check=True)
    capabilities = json.loads((tmp_path / "capabilities.json").read_text())
    assert capabilities["origin"] == ["somewhere"]
    assert capabilities["keys"] == ["aws:TagKeys", "ec2:Owner"]
    assert capabilities["actions"]["ec2"] == [
        ["CreateSnapshot", "core", "high", ["create"], ["snapshot*", "volume*"], ["volume"], [1, 0]],
        ["EnableThing", "core", "info", ["weaken"], [], [], []],
        ["ExportOther", "peripheral", "low", ["export"], [], [], []],
        ["DisableThing", "core", "critical", ["weaken"], [], [], []],
    ]
    assert capabilities["arns"] == {"ec2:snapshot": ["ec2:R::snapshot/snap-*"], "ec2:volume": ["ec2:R:A:volume/vol-*"]}
    assert capabilities["copies"] == ["ec2:snapshot"]
    managed = json.loads((tmp_path / "managed.json").read_text())
    assert managed["policies"] == {"service-role/A": {"star": ["ec2:*"]}, "C": {"type-if": ["ec2:C"]}}
    assert managed["keys"] == ["aws:TagKeys", "ec2:Owner"]
    assert managed["conditions"] == {"C": {"type-if": [1, 0]}}


def test_the_catalogue_tells_where_it_comes_from_and_when_it_was_made():
    for name in ("capabilities.json", "managed.json"):
        content = json.loads((DATA / name).read_text("utf-8"))
        assert content["origin"]
        assert datetime.date.fromisoformat(content["date"])


def test_the_catalogue_holds_every_action_with_its_capabilities_and_tier():
    actions = [action for entries in catalogue().services.values() for _, action in entries]
    assert len(actions) == 514
    assert len({action.name for action in actions}) == 514
    assert len(catalogue().services) == 60
    assert {capability for action in actions for capability in action.capabilities} == set(module.CAPABILITIES)
    assert len(module.CAPABILITIES) == 9
    assert {action.tier for action in actions} == set(TIERS)
    assert len(TIERS) == 5
    assert {action.severity for action in actions} == set(Severity)


def test_the_catalogue_knows_the_condition_keys_of_an_action():
    keys = {action.name: action.keys for _, action in catalogue().services["ec2"]}
    assert "ec2:ParentVolume" in keys["ec2:CreateSnapshot"]
    assert "ec2:Add/userId" in keys["ec2:ModifySnapshotAttribute"]
    assert "ec2:Add/userId" not in keys["ec2:ModifyImageAttribute"]


def test_an_action_that_only_raises_protection_is_not_judged():
    judged = {action.name for _, action in catalogue().services["ec2"] if action.is_judged}
    assert "ec2:DisableImageBlockPublicAccess" in judged
    assert "ec2:EnableImageBlockPublicAccess" not in judged
