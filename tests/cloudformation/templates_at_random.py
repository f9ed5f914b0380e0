"""Templates drawn from a grammar of all intrinsic functions, each with what it resolves to by the way it was made.

What is known only when deployed stands in an expected text as `<address.attribute>`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import yaml

Data = Any

PARAMETERS: dict[str, tuple[dict[str, Any], Any]] = {
    "Name": ({"Type": "String", "Default": "orders"}, "orders"),
    "Account": ({"Type": "String", "Default": "012345678901"}, "012345678901"),
    "Size": ({"Type": "Number", "Default": 40}, 40),
    "Stage": ({"Type": "String", "AllowedValues": ["dev"], "Default": "dev"}, "dev"),
    "Zones": ({"Type": "CommaDelimitedList", "Default": "a, b,c"}, ["a", "b", "c"]),
}
MAPPINGS = {
    "Table": {"dev": {"Kind": "gp3", "Disk": 10, "Key": "Kind"}, "prod": {"Kind": "io2", "Disk": 100, "Key": "Disk"}}
}
CONDITIONS: dict[str, tuple[Data, bool]] = {
    "IsDev": ({"Fn::Equals": [{"Ref": "Stage"}, "dev"]}, True),
    "IsProd": ({"Fn::Equals": ["prod", {"Ref": "Stage"}]}, False),
    "NotProd": ({"Fn::Not": [{"Condition": "IsProd"}]}, True),
    "Both": ({"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]}, False),
    "Either": ({"Fn::Or": [{"Condition": "IsDev"}, {"Fn::Equals": ["a", "b"]}]}, True),
}
DEPTH = 3
"""How deep functions nest in a text."""

PSEUDO = ("AWS::Region", "AWS::AccountId", "AWS::Partition")


class Drawn(NamedTuple):
    """An expression, what it comes out as, and whether all of that is known before it is deployed."""

    data: Data
    value: Any
    known: bool = True


class Template(NamedTuple):
    """A template as text, the name of its file, and what its resources come out as, by their logical id."""

    name: str
    text: str
    expected: dict[str, dict[str, Any]]


class Grammar:
    """Draws expressions; a portable one uses only what every tool for templates can resolve."""

    def __init__(self, seed: int, *, portable: bool) -> None:
        self.random = Random(seed)
        self.portable = portable

    def template(self) -> tuple[Data, dict[str, dict[str, Any]]]:
        """A template as data, and what its resources come out as."""
        resources: dict[str, Data] = {"Base": {"Type": "AWS::EC2::Volume", "Properties": self._plain(8)}}
        expected: dict[str, dict[str, Any]] = {"Base": self._plain(8)}
        for number in range(self.random.randint(2, 4)):
            self._volume(f"Disk{number}", resources, expected)
        self._group(resources, expected)
        self._role(resources, expected)
        if not self.portable:
            self._loop(resources, expected)
        document: dict[str, Data] = {"AWSTemplateFormatVersion": "2010-09-09"}
        if not self.portable:
            document["Transform"] = "AWS::LanguageExtensions"
        document["Parameters"] = {name: declared for name, (declared, _) in PARAMETERS.items()}
        document["Mappings"] = MAPPINGS
        document["Conditions"] = {name: formula for name, (formula, _) in CONDITIONS.items()}
        document["Resources"] = resources
        document["Outputs"] = {"Kept": {"Value": self.text(2).data}}
        return document, expected

    def _plain(self, size: Any) -> dict[str, Any]:
        return {"AvailabilityZone": "eu-west-1a", "Size": size}

    def _volume(self, name: str, resources: dict[str, Data], expected: dict[str, dict[str, Any]]) -> None:
        size = self.number()
        flag = self.flag()
        tags = [(f"t{number}", self.text(DEPTH)) for number in range(self.random.randint(1, 3))]
        properties = self._plain(size.data)
        properties["Encrypted"] = flag.data
        properties["Tags"] = [{"Key": key, "Value": text.data} for key, text in tags]
        result = self._plain(size.value)
        result["Encrypted"] = flag.value
        result["Tags"] = [{"Key": key, "Value": text.value} for key, text in tags]
        if self.random.random() < 0.3:
            properties["KmsKeyId"] = {"Fn::If": ["NotProd", {"Ref": "AWS::NoValue"}, "alias/never"]}
        resources[name] = {"Type": "AWS::EC2::Volume", "Properties": properties}
        condition = self.random.choice([None, None, "IsDev", "IsProd", "NotProd", "Either"])
        if condition is not None:
            resources[name]["Condition"] = condition
        if condition is None or CONDITIONS[condition][1]:
            expected[name] = result

    def _group(self, resources: dict[str, Data], expected: dict[str, dict[str, Any]]) -> None:
        ranges = [self.cidr() for _ in range(self.random.randint(1, 3))]
        port = self.random.randint(1, 65000)

        def rules(find: Callable[[Drawn], Any]) -> dict[str, Any]:
            listed = [
                {"IpProtocol": "tcp", "FromPort": port + number, "ToPort": port + number, "CidrIp": find(one)}
                for number, one in enumerate(ranges)
            ]
            return {"GroupDescription": "drawn", "SecurityGroupIngress": listed}

        resources["Group"] = {"Type": "AWS::EC2::SecurityGroup", "Properties": rules(lambda one: one.data)}
        expected["Group"] = rules(lambda one: one.value)

    def _role(self, resources: dict[str, Data], expected: dict[str, dict[str, Any]]) -> None:
        arn = self.arn()
        action = self.random.choice(["ec2:CreateSnapshot", "ec2:*", "rds:CopyDBSnapshot"])

        def policy(resource: Any, principal: Any) -> dict[str, Any]:
            trust = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
            grant = {"Effect": "Allow", "Action": [action, "ec2:DescribeVolumes"], "Resource": resource}
            document = {"Version": "2012-10-17", "Statement": [grant]}
            return {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
                "Policies": [{"PolicyName": "drawn", "PolicyDocument": document}],
            }

        owner = {"Fn::Sub": "arn:aws:iam::${Account}:root"}
        resources["Role"] = {"Type": "AWS::IAM::Role", "Properties": policy(arn.data, owner)}
        expected["Role"] = policy(arn.value, "arn:aws:iam::012345678901:root")

    def _loop(self, resources: dict[str, Data], expected: dict[str, dict[str, Any]]) -> None:
        names = self.random.sample(["Red", "Green", "Blue"], self.random.randint(1, 3))
        properties = {**self._plain(9), "Tags": [{"Key": "n", "Value": {"Fn::Sub": "${Colour}-${Name}"}}]}
        body = {"Loop${Colour}": {"Type": "AWS::EC2::Volume", "Properties": properties}}
        resources["Fn::ForEach::Colours"] = ["Colour", names, body]
        for name in names:
            expected[f"Loop{name}"] = {**self._plain(9), "Tags": [{"Key": "n", "Value": f"{name}-orders"}]}

    def text(self, depth: int) -> Drawn:
        """A text, by functions nested up to some depth."""
        leaves = [self._word, self._parameter, self._pseudo, self._reference]
        if depth == 0:
            return self.random.choice(leaves)()
        makers = [self._sub, self._sub_with_names, self._join, self._select, self._split, self._if, self._find]
        makers.append(self._base64)
        if not self.portable:
            makers += [self._default, self._import, *([self._json] if depth == DEPTH else [])]
        return self.random.choice([*makers, *leaves])(depth - 1)

    def _word(self, depth: int = 0) -> Drawn:
        word = self.random.choice(["data", "log-7", "x", "v1.2", "büro", "two words"])
        return Drawn(word, word)

    def _parameter(self, depth: int = 0) -> Drawn:
        name = self.random.choice(["Name", "Account", "Stage"])
        return Drawn({"Ref": name}, PARAMETERS[name][1])

    def _pseudo(self, depth: int = 0) -> Drawn:
        name = self.random.choice(PSEUDO)
        return Drawn({"Ref": name}, f"<{name}>", False)

    def _reference(self, depth: int = 0) -> Drawn:
        if self.portable or self.random.random() < 0.5:
            return Drawn({"Ref": "Base"}, "<Base.Ref>", False)
        return Drawn({"Fn::GetAtt": ["Base", "VolumeId"]}, "<Base.VolumeId>", False)

    def _sub(self, depth: int = 0) -> Drawn:
        if self.portable or self.random.random() < 0.5:
            return Drawn({"Fn::Sub": "a-${Name}/${AWS::Region}-${Base}"}, "a-orders/<AWS::Region>-<Base.Ref>", False)
        return Drawn({"Fn::Sub": "${Stage}:${!kept}:${Account}"}, "dev:${kept}:012345678901")

    def _sub_with_names(self, depth: int = 0) -> Drawn:
        inner = self.text(depth)
        value = f"[{inner.value}|orders]"
        return Drawn({"Fn::Sub": ["[${Inner}|${Name}]", {"Inner": inner.data}]}, value, inner.known)

    def _join(self, depth: int = 0) -> Drawn:
        items = [self.text(depth) for _ in range(self.random.randint(1, 3))]
        mark = self.random.choice(["", "-", ", "])
        value = mark.join(str(item.value) for item in items)
        return Drawn({"Fn::Join": [mark, [item.data for item in items]]}, value, all(item.known for item in items))

    def _select(self, depth: int = 0) -> Drawn:
        if not self.portable and self.random.random() < 0.3:
            number = self.random.randrange(3)
            return Drawn({"Fn::Select": [number, {"Ref": "Zones"}]}, PARAMETERS["Zones"][1][number])
        items = [self.text(depth) for _ in range(self.random.randint(1, 3))]
        number = self.random.randrange(len(items))
        index = str(number) if self.random.random() < 0.5 else number
        return Drawn({"Fn::Select": [index, [item.data for item in items]]}, *items[number][1:])

    def _split(self, depth: int = 0) -> Drawn:
        words = self.random.sample(["eu", "west", "1", "disk"], 3)
        number = self.random.randrange(3)
        source: Data = "|".join(words) if self.random.random() < 0.5 else {"Fn::Join": ["|", words]}
        return Drawn({"Fn::Select": [number, {"Fn::Split": ["|", source]}]}, words[number])

    def _if(self, depth: int = 0) -> Drawn:
        one, other = self.text(depth), self.text(depth)
        condition = self.random.choice([*CONDITIONS])
        chosen = one if CONDITIONS[condition][1] else other
        return Drawn({"Fn::If": [condition, one.data, other.data]}, *chosen[1:])

    def _find(self, depth: int = 0) -> Drawn:
        key: Data = "dev" if self.random.random() < 0.5 else {"Ref": "Stage"}
        return Drawn({"Fn::FindInMap": ["Table", key, "Kind"]}, "gp3")

    def _base64(self, depth: int = 0) -> Drawn:
        word = self._word()
        return Drawn({"Fn::Base64": word.data}, base64.b64encode(word.value.encode()).decode())

    def _json(self, depth: int = 0) -> Drawn:
        one = self._parameter()
        value = json.dumps({"a": one.value, "b": [1, True]}, separators=(",", ":"))
        return Drawn({"Fn::ToJsonString": {"a": one.data, "b": [1, True]}}, value)

    def _default(self, depth: int = 0) -> Drawn:
        word = self._word()
        arguments = ["Table", "dev", "Nothing", {"DefaultValue": word.data}]
        return Drawn({"Fn::FindInMap": arguments}, word.value)

    def _import(self, depth: int = 0) -> Drawn:
        return Drawn({"Fn::ImportValue": "network-name"}, "<export:network-name>", False)

    def number(self) -> Drawn:
        """A size of a volume."""
        choices = [
            Drawn(25, 25),
            Drawn({"Ref": "Size"}, 40),
            Drawn({"Fn::FindInMap": ["Table", {"Ref": "Stage"}, "Disk"]}, 10),
            Drawn({"Fn::If": ["IsProd", 200, {"Ref": "Size"}]}, 40),
        ]
        if not self.portable:
            count = self.random.randint(1, 4)
            choices.append(Drawn({"Fn::Length": ["x"] * count}, count))
        return self.random.choice(choices)

    def flag(self) -> Drawn:
        """Whether a volume is encrypted."""
        one, other = self.random.sample([True, False], 2)
        condition = self.random.choice([*CONDITIONS])
        chosen = one if CONDITIONS[condition][1] else other
        return self.random.choice([Drawn(one, one), Drawn({"Fn::If": [condition, one, other]}, chosen)])

    def cidr(self) -> Drawn:
        """A range of addresses."""
        if self.portable or self.random.random() < 0.3:
            choices = [
                Drawn("0.0.0.0/0", "0.0.0.0/0"),
                Drawn({"Fn::Join": ["/", ["10.1.0.0", "16"]]}, "10.1.0.0/16"),
                Drawn({"Fn::If": ["IsDev", "10.2.0.0/16", "0.0.0.0/0"]}, "10.2.0.0/16"),
            ]
            return self.random.choice(choices)
        number = self.random.randrange(4)
        return Drawn({"Fn::Select": [number, {"Fn::Cidr": ["10.0.0.0/16", 4, 8]}]}, f"10.0.{number}.0/24")

    def arn(self) -> Drawn:
        """What a policy is about."""
        prefix = "arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>"
        text = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:volume/"
        choices = [
            Drawn("*", "*"),
            Drawn({"Fn::Sub": f"{text}*"}, f"{prefix}:volume/*", False),
            Drawn({"Fn::Sub": text + "${Base}"}, f"{prefix}:volume/<Base.Ref>", False),
            Drawn(
                {"Fn::Join": [":", ["arn:aws:ec2", {"Ref": "AWS::Region"}, "", "snapshot/*"]]},
                "arn:aws:ec2:<AWS::Region>::snapshot/*",
                False,
            ),
        ]
        return self.random.choice(choices)


def _short(data: Data, *, portable: bool) -> yaml.Node:
    """Nodes of YAML in which functions have their short form where that can say it.

    Not every tool knows `!Condition`, so a portable template has the long form of that.
    """
    if isinstance(data, dict):
        if len(data) == 1:
            ((name, argument),) = data.items()
            if (
                (name.startswith("Fn::") and "ForEach" not in name)
                or name == "Ref"
                or (name == "Condition" and not portable)
            ):
                inner = _short(argument, portable=portable)
                if inner.tag.startswith("tag:yaml.org,2002:") and not isinstance(inner, yaml.MappingNode):
                    inner.tag = f"!{name.removeprefix('Fn::')}"
                    return inner
        keys = (yaml.ScalarNode("tag:yaml.org,2002:str", key) for key in data)
        values = (_short(value, portable=portable) for value in data.values())
        return yaml.MappingNode("tag:yaml.org,2002:map", list(zip(keys, values, strict=True)))
    if isinstance(data, list):
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_short(item, portable=portable) for item in data])
    return yaml.SafeDumper("").represent_data(data)


def drawn(seed: int, *, portable: bool = False) -> Template:
    """The template of a seed: in JSON, in YAML with long forms, or in YAML with short forms."""
    data, expected = Grammar(seed, portable=portable).template()
    if seed % 3 == 0:
        return Template(f"drawn{seed}.json", json.dumps(data, indent=2 if seed % 2 else None), expected)
    if seed % 3 == 1:
        return Template(f"drawn{seed}.yaml", yaml.safe_dump(data, sort_keys=False, allow_unicode=True), expected)
    return Template(f"drawn{seed}.yaml", yaml.serialize(_short(data, portable=portable), allow_unicode=True), expected)
