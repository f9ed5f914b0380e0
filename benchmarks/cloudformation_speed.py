"""How fast CloudFormation templates are parsed and resolved, and what a template at CloudFormation's limits costs.

run: python benchmarks/cloudformation_speed.py [TEMPLATES]

Writes TEMPLATES templates (100) of typical resources, parameters, mappings, conditions and intrinsic functions to a
temporary directory, in YAML and in JSON, and one template at CloudFormation's limits (500 resources, 1 MB). Prints the
processor time for reading each to its roots and resolving every property there is: lines per second for YAML, bytes
per second for JSON, seconds for the big one; and the time in which an alias bomb and deep nesting are refused.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from snapguard.cloudformation.stacks import TemplateRoot, read_roots
from snapguard.settings import Settings

HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A service with its volumes, roles and groups
Parameters:
  Env:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
  Cidr:
    Type: String
    Default: 10.0.0.0/16
Mappings:
  Sizes:
    dev:
      Disk: 10
    prod:
      Disk: 100
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
"""

BODY = """\
  Group{n}:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Service {n}
      VpcId: !ImportValue network-vpc
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: !Ref Cidr
        - IpProtocol: tcp
          FromPort: 443
          ToPort: 443
          CidrIp: 10.0.0.0/8
      Tags:
        - Key: Name
          Value: !Sub "${{AWS::StackName}}-{n}"
  Volume{n}:
    Type: AWS::EC2::Volume
    DeletionPolicy: Snapshot
    Properties:
      AvailabilityZone: !Select [0, !GetAZs ""]
      Size: !FindInMap [Sizes, !Ref Env, Disk]
      Encrypted: true
      KmsKeyId: !If [IsProd, !GetAtt Key{n}.Arn, !Ref "AWS::NoValue"]
  Key{n}:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root"
            Action: "kms:*"
            Resource: "*"
  Role{n}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: ec2.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: backups
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - ec2:CreateSnapshot
                  - ec2:DescribeVolumes
                Resource: !Join ["", ["arn:aws:ec2:", !Ref "AWS::Region", ":", !Ref "AWS::AccountId", ":volume/*"]]
"""


def plain_loader() -> Any:
    """A YAML loader that turns short intrinsic functions into their long form, to write the same template as JSON."""
    import yaml

    class Loader(yaml.SafeLoader):
        """PyYAML's own, with the tags of CloudFormation."""

    def construct(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
        builders = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
        deep = () if isinstance(node, yaml.ScalarNode) else (True,)
        return {suffix if suffix == "Ref" else f"Fn::{suffix}": builders[type(node)](node, *deep)}

    Loader.add_multi_constructor("!", construct)
    return Loader


def resolve(roots: Iterable[TemplateRoot]) -> int:
    """Ask for every property of every resource in every outcome; gives how many there were."""
    return sum(
        1 for root in roots for one in root.resources() for name in one.attribute_names() if not one.get(name).is_absent
    )


def timed(paths: Iterable[Path]) -> float:
    """The processor time in seconds to read and resolve templates."""
    start = time.process_time()
    for path in paths:
        resolve(read_roots(str(path), Settings()))
    return time.process_time() - start


def at_the_limits() -> str:
    """A template of 500 resources and 1 MB in YAML."""
    resources = "".join(BODY.format(n=number) for number in range(125))
    padding = 1_000_000 - len(HEAD) - len(resources)
    line = "# " + "x" * 97 + "\n"
    notes = "Metadata:\n  Notes:\n" + "".join(f"    - note {number:>085}\n" for number in range(padding // 100 - 1))
    return HEAD.replace("Parameters:", notes + "Parameters:", 1) + resources + line


def main(count: int) -> None:
    """Print the figures, with the garbage collector as the command line sets it."""
    import yaml

    gc.disable()
    with tempfile.TemporaryDirectory() as scratch:
        text = HEAD + "".join(BODY.format(n=number) for number in range(20))
        as_json = json.dumps(yaml.load(text, plain_loader()), indent=2)
        as_yaml = [Path(scratch, f"t{number}.yaml") for number in range(count)]
        in_json = [Path(scratch, f"t{number}.json") for number in range(count)]
        for one, other in zip(as_yaml, in_json, strict=True):
            one.write_text(text, encoding="utf-8")
            other.write_text(as_json, encoding="utf-8")
        seconds = timed(as_yaml)
        lines = text.count("\n") * count
        print(f"YAML  {lines:,} lines  {seconds:6.2f} s  {lines / seconds:12,.0f} lines/s")
        seconds = timed(in_json)
        size = len(as_json) * count
        print(f"JSON  {size:,} bytes  {seconds:6.2f} s  {size / seconds / 1e6:12.2f} MB/s")
        for name, content in {
            "500 resources, 1 MB, YAML": at_the_limits(),
            "500 resources, 1 MB, JSON": json.dumps(yaml.load(at_the_limits(), plain_loader()), indent=1),
            "alias bomb": "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
            + "Resources:\n  A: *a11\n",
            "10,000 deep, YAML": "Resources: " + "[" * 10_000,
            "10,000 deep, JSON": '{"Resources": ' + "[" * 10_000 + "]" * 10_000 + "}",
        }.items():
            path = Path(scratch, "one.template")
            path.write_text(content, encoding="utf-8")
            print(f"{name:<26} {len(content):>10,} bytes  {timed([path]):6.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
