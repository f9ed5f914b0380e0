"""The generator of the catalogue, and what it makes of the facts."""

import json
import subprocess
import sys
from pathlib import Path

GENERATOR = Path(__file__).parents[2] / "tools" / "generate_capabilities.py"

CAPABILITIES = """
meta: {sources: [somewhere]}
arns:
  ec2:snapshot: arn:${Partition}:ec2:${Region}::snapshot/${SnapshotId}
  ec2:volume: arn:${Partition}:ec2:${Region}:${Account}:volume/${VolumeId}
  ec2:vpc: arn:${Partition}:ec2:${Region}:${Account}:vpc/${VpcId}
actions:
- {action: "ec2:CreateSnapshot", tier: core, severity: high, capabilities: [create], resource_level: true,
   resources: [snapshot*, volume*]}
- {action: "ec2:EnableThing", tier: core, severity: info, capabilities: [weaken], resource_level: false}
- {action: "ec2:ExportOther", tier: peripheral, severity: low, capabilities: [export], resource_level: false}
- {action: "ec2:DisableThing", tier: core, severity: critical, capabilities: [weaken], resource_level: false}
"""
MANAGED = """
meta: {sources: [elsewhere]}
policies:
- {name: A, arn: "arn:aws:iam::aws:policy/service-role/A", kind: service-role, patterns: {star: ["ec2:*"]}}
- {name: B, arn: "arn:aws:iam::aws:policy/aws-service-role/B", kind: service-linked, patterns: {star: ["ec2:*"]}}
- {name: C, arn: null, kind: general, patterns: {type-if: ["ec2:C"]}}
"""


def test_the_generator_keeps_what_checks_ask_for(tmp_path):
    (tmp_path / "capabilities.yaml").write_text(CAPABILITIES)
    (tmp_path / "managed.yaml").write_text(MANAGED)
    arguments = [tmp_path / "capabilities.yaml", tmp_path / "managed.yaml", tmp_path]
    subprocess.run([sys.executable, GENERATOR, *arguments], check=True)
    capabilities = json.loads((tmp_path / "capabilities.json").read_text())
    assert capabilities["origin"] == ["somewhere"]
    assert capabilities["actions"]["ec2"] == [
        ["CreateSnapshot", "core", "high", ["create"], ["snapshot*", "volume*"], ["volume"]],
        ["DisableThing", "core", "critical", ["weaken"], [], []],
    ]
    assert capabilities["arns"] == {"ec2:snapshot": ["ec2:R::snapshot/snap-*"], "ec2:volume": ["ec2:R:A:volume/vol-*"]}
    assert capabilities["copies"] == ["ec2:snapshot"]
    managed = json.loads((tmp_path / "managed.json").read_text())
    assert managed["policies"] == {"service-role/A": {"star": ["ec2:*"]}, "C": {"type-if": ["ec2:C"]}}
