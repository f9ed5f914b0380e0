"""Plans as input: what is read of them, how their links are followed, and what can't be used."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from click.testing import CliRunner

from snapguard.cli import program
from snapguard.discovery import discover
from snapguard.inspection import inspect
from snapguard.scan import scan
from snapguard.settings import Settings
from snapguard.terraform.plan import read_plan

Files = Mapping[str, str | bytes]


def resource(address: str, values: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A resource as planned; its type and name are read off its address."""
    plain = address.partition("[")[0].split(".")
    mode = "data" if "data" in plain else "managed"
    return {"address": address, "mode": mode, "type": plain[-2], "name": plain[-1], "values": values, **more}


def change(address: str, unknown: Mapping[str, Any], actions: Sequence[str] = ("create",), **more: Any) -> Any:
    return {"address": address, "change": {"actions": list(actions), "after_unknown": unknown}, **more}


def configured(address: str, expressions: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"address": address, "expressions": expressions, **more}


def plan(
    resources: Sequence[Any] = (),
    changes: Sequence[Any] = (),
    configuration: Sequence[Any] = (),
    **more: Any,
) -> dict[str, Any]:
    """A plan of a root module."""
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": list(resources)}},
        "resource_changes": list(changes),
        "configuration": {"root_module": {"resources": list(configuration)}},
        **more,
    }


def names(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


@pytest.fixture
def inspected(write: Callable[[Files], None]) -> Callable[..., dict[str, dict[str, Any]]]:
    """The resources of a plan by address, in `inspect`'s format; other files can be written beside it."""

    def run(content: Any, files: Files | None = None) -> dict[str, dict[str, Any]]:
        write({"plan.json": json.dumps(content), **(files or {})})
        found = inspect(["plan.json"], Settings())
        assert [error.message for error in found.unread] == []
        assert found.errors == []
        return {one["address"]: one for one in found.resources}

    return run


@pytest.fixture
def findings(write: Callable[[Files], None]) -> Callable[..., list[tuple[Any, ...]]]:
    """What is found in a plan: code, address, file, line and status."""

    def run(content: Any, files: Files | None = None, **settings: Any) -> list[tuple[Any, ...]]:
        write({"plan.json": json.dumps(content, indent=1), **(files or {})})
        report = scan(["plan.json"], Settings(**settings))
        assert report.errors == []
        return [
            (one.code, one.address, one.span.file.display, one.span.line, one.status.value) for one in report.results
        ]

    return run


VOLUME = resource("aws_ebs_volume.a", {"availability_zone": "eu-west-1a", "encrypted": None, "size": 10, "x": False})
VOLUME_CHANGE = change("aws_ebs_volume.a", {"id": True, "kms_key_id": True})
VOLUME_CODE = configured("aws_ebs_volume.a", {"availability_zone": constant("eu-west-1a"), "size": constant(10)})


def test_only_what_the_code_sets_is_listed(inspected):
    found = inspected(plan([VOLUME], [VOLUME_CHANGE], [VOLUME_CODE]))["aws_ebs_volume.a"]

    assert found["values"] == {"availability_zone": "eu-west-1a", "size": 10}
    assert found["unknown"] == []


def test_what_is_known_after_apply_only_is_unknown_where_the_code_sets_it(inspected):
    code = configured("aws_ebs_volume.a", {"kms_key_id": names("aws_kms_key.k.arn", "aws_kms_key.k")})
    found = inspected(plan([VOLUME], [VOLUME_CHANGE], [code]))["aws_ebs_volume.a"]

    assert found["unknown"] == ["kms_key_id"]
    assert found["references"] == ["aws_kms_key.k"]


@pytest.mark.parametrize(
    ("expression", "more"),
    [
        (constant(None), {}),
        (names("var.key"), {"variables": {"key": {}}}),
    ],
)
def test_an_argument_that_is_null_is_absent_though_the_provider_computes_it(inspected, expression, more):
    code = configured("aws_ebs_volume.a", {"kms_key_id": expression})
    found = inspected(plan([VOLUME], [VOLUME_CHANGE], [code], **more))["aws_ebs_volume.a"]

    assert found["unknown"] == []


def test_a_variable_of_a_module_that_is_null_by_default_or_by_its_caller_is_absent(inspected):
    module = {
        "resources": [configured("aws_ebs_volume.a", {"kms_key_id": names("var.key"), "snapshot_id": names("var.of")})],
        "variables": {"key": {"default": None}, "of": {}},
    }
    content = plan(
        changes=[change("module.m.aws_ebs_volume.a", {"kms_key_id": True, "snapshot_id": True})],
        configuration=[],
    )
    content["planned_values"]["root_module"]["child_modules"] = [
        {"address": "module.m", "resources": [resource("module.m.aws_ebs_volume.a", {})]}
    ]
    content["configuration"]["root_module"]["module_calls"] = {
        "m": {"expressions": {"of": constant(None)}, "module": module}
    }
    found = inspected(content)["module.m.aws_ebs_volume.a"]

    assert found["unknown"] == []
    assert found["module"] == "module.m"


def test_what_a_resource_that_exists_has_switched_on_is_kept(findings):
    volume = resource("aws_ebs_volume.a", {"encrypted": True})
    code = configured("aws_ebs_volume.a", {})

    assert findings(plan([volume], [change("aws_ebs_volume.a", {}, ["update"])], [code])) == []
    assert [found[0] for found in findings(plan([volume], [change("aws_ebs_volume.a", {})], [code]))] == ["SNAP201"]


def test_what_is_switched_on_is_kept_beside_the_code_as_well(findings):
    volume = resource("aws_ebs_volume.a", {"encrypted": True, "size": 1})
    code = {"main.tf": 'resource "aws_ebs_volume" "a" {\n  size = 1\n}\n'}

    assert findings(plan([volume], [change("aws_ebs_volume.a", {}, ["no-op"])]), code) == []


def test_a_resource_that_is_to_be_deleted_is_not_judged(findings):
    public = resource("aws_ebs_snapshot_block_public_access.b", {"state": "unblocked"})
    code = configured("aws_ebs_snapshot_block_public_access.b", {"state": constant("unblocked")})
    address = "aws_ebs_snapshot_block_public_access.b"

    assert findings(plan([public], [change(address, {}, ["delete"])], [code])) == []
    assert len(findings(plan([public], [change(address, {})], [code]))) == 1


def test_what_is_left_over_of_a_replaced_resource_hides_nothing(findings):
    address = "aws_ebs_volume.a"
    leftover = change(address, {}, ["delete"], deposed="12345678")

    found = findings(plan([VOLUME], [VOLUME_CHANGE, leftover], [VOLUME_CODE]))
    assert [(code, address) for code, address, *_ in found] == [("SNAP201", "aws_ebs_volume.a")]


def test_drift_is_not_judged(findings):
    drift = [change("aws_ebs_volume.gone", {}, ["update"])]

    assert findings(plan(resource_drift=drift)) == []


def test_findings_point_into_the_plan_where_the_code_is_not_at_hand(findings, project):
    permission = resource("aws_ami_launch_permission.p", {"group": "all", "image_id": "ami-1"})
    code = configured("aws_ami_launch_permission.p", {"group": constant("all"), "image_id": constant("ami-1")})

    found = findings(plan([permission], [], [code]))

    assert [(one[0], one[2]) for one in found] == [("SNAP301", "plan.json")]
    line = (project / "plan.json").read_text(encoding="utf-8").splitlines()[found[0][3] - 1]
    assert line.strip() == '"group": "all",'


def test_findings_point_into_the_code_that_lies_beside_the_plan(findings):
    permission = resource("aws_ami_launch_permission.p", {"group": "all", "image_id": "ami-1"})
    code = 'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-1"\n  group    = "all"\n}\n'

    found = findings(plan([permission]), {"main.tf": code})

    assert found == [("SNAP301", "aws_ami_launch_permission.p", "main.tf", 3, "fail")]


def test_findings_point_into_the_code_that_the_settings_name(findings):
    permission = resource("aws_ami_launch_permission.p", {"group": "all", "image_id": "ami-1"})
    code = 'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-1"\n  group    = "all"\n}\n'

    found = findings(plan([permission]), {"code/main.tf": code}, source="code")

    assert found == [("SNAP301", "aws_ami_launch_permission.p", "code/main.tf", 3, "fail")]


def test_comments_in_the_code_suppress_what_the_plan_shows(findings):
    permission = resource("aws_ami_launch_permission.p", {"group": "all", "image_id": "ami-1"})
    code = (
        'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-1"\n'
        '  group    = "all" # snapguard: ignore[SNAP301] reason="public image"\n}\n'
    )

    assert [found[-1] for found in findings(plan([permission]), {"main.tf": code})] == ["suppressed"]


def test_the_command_line_takes_the_directory_of_the_code(write):
    permission = resource("aws_ami_launch_permission.p", {"group": "all", "image_id": "ami-1"})
    code = 'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-1"\n  group    = "all"\n}\n'
    write({"out/plan.json": json.dumps(plan([permission])), "code/main.tf": code})

    checked = CliRunner().invoke(program, ["check", "--source", "code", "out/plan.json"])
    listed = CliRunner().invoke(program, ["inspect", "--source", "code", "out/plan.json"])

    assert checked.exit_code == 1
    assert "code/main.tf:3:" in checked.output
    assert json.loads(listed.output)["resources"][0]["file"] == "code/main.tf"


def test_the_plan_wins_where_the_code_says_otherwise(inspected):
    volume = resource("aws_ebs_volume.a", {"size": 20, "type": None, "encrypted": True})
    code = 'resource "aws_ebs_volume" "a" {\n  size = 10\n  type = "gp3"\n  encrypted = true\n  iops = 5\n}\n'

    found = inspected(plan([volume], [change("aws_ebs_volume.a", {"iops": True})]), {"main.tf": code})

    assert found["aws_ebs_volume.a"]["values"] == {"size": 20, "encrypted": True}
    assert found["aws_ebs_volume.a"]["unknown"] == ["iops"]


def test_the_plan_tells_what_the_code_leaves_open_and_the_code_tells_the_way(write):
    volume = resource("aws_ebs_volume.a", {"encrypted": False})
    code = 'variable "on" {\n  type = bool\n}\n\nresource "aws_ebs_volume" "a" {\n  encrypted = var.on\n}\n'
    write({"plan.json": json.dumps(plan([volume], variables={"on": {"value": False}})), "main.tf": code})

    (found,) = scan(["plan.json"], Settings()).results

    assert (found.code, found.status.value, found.span.line) == ("SNAP201", "fail", 6)
    assert "comes from var.on" in [evidence.message for evidence in found.evidence]


@pytest.mark.parametrize("is_on", [True, False])
def test_a_choice_in_the_code_is_made_by_the_plan(write, is_on):
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "ec2:*" if is_on else "s3:*", "Resource": "*"}]})
    code = """
        resource "terraform_data" "x" {}
        resource "aws_iam_policy" "p" {
          policy = terraform_data.x.output ? jsonencode({
            Statement = [{
              Effect = "Allow", Action = "ec2:*", Resource = "*" }]
          }) : jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
        }
    """
    content = plan([resource("aws_iam_policy.p", {"policy": policy})])
    write({"plan.json": json.dumps(content), "main.tf": code})

    found = scan(["plan.json"], Settings(select=["SNAP101"])).results

    assert [(one.span.line, one.status.value) for one in found] == ([(5, "fail")] if is_on else [])


def test_a_set_comes_in_the_order_of_the_plan_and_keeps_the_places_of_the_code(findings):
    group = {"description": "", "from_port": 22, "protocol": "tcp", "to_port": 22, "self": False}
    ingress = [{**group, "cidr_blocks": ["0.0.0.0/0"]}, {**group, "cidr_blocks": ["10.0.0.0/8"]}]
    content = plan(
        [
            resource("aws_security_group.g", {"ingress": ingress}),
            resource("aws_instance.i", {"ami": "ami-1", "ebs_block_device": [{"snapshot_id": "snap-1"}]}),
        ],
        [change("aws_instance.i", {"vpc_security_group_ids": True})],
    )
    code = """
        resource "aws_security_group" "g" {
          ingress {
            from_port = 22
            to_port = 22
            protocol = "tcp"
            cidr_blocks = ["10.0.0.0/8"]
          }
          ingress {
            from_port = 22
            to_port = 22
            protocol = "tcp"
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        resource "aws_instance" "i" {
          ami = "ami-1"
          vpc_security_group_ids = [aws_security_group.g.id]
          ebs_block_device {
            snapshot_id = "snap-1"
          }
        }
    """
    found = findings(content, {"main.tf": code}, select=["SNAP401"])

    assert [(one[0], one[3], one[4]) for one in found] == [("SNAP401", 9, "fail")]


def test_blocks_that_only_the_plan_can_count_stand_where_the_code_makes_them(findings):
    ingress = [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]
    content = plan(
        [
            resource("aws_security_group.g", {"ingress": ingress}),
            resource("aws_instance.i", {"ebs_block_device": [{"snapshot_id": "snap-1", "encrypted": True}]}),
        ],
        [change("aws_instance.i", {"vpc_security_group_ids": True})],
    )
    code = """
        data "aws_ip_ranges" "r" {}
        resource "aws_security_group" "g" {
          dynamic "ingress" {
            for_each = data.aws_ip_ranges.r.cidr_blocks
            content {
              from_port = 22
              to_port = 22
              protocol = "tcp"
              cidr_blocks = [ingress.value]
            }
          }
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.g.id]
          ebs_block_device {
            snapshot_id = "snap-1"
            encrypted = true
          }
        }
    """
    assert findings(content, {"main.tf": code}) == [("SNAP401", "aws_security_group.g", "main.tf", 4, "fail")]


def test_instances_that_only_the_plan_can_count_keep_their_links(inspected):
    content = plan(
        [
            resource("aws_ebs_volume.v[0]", {"size": 1}, index=0),
            resource("aws_ebs_snapshot.s[0]", {}, index=0),
        ],
        [change("aws_ebs_snapshot.s[0]", {"volume_id": True})],
        [
            configured("aws_ebs_snapshot.s", {"volume_id": names("aws_ebs_volume.v[0].id", "aws_ebs_volume.v[0]")}),
            configured("aws_ebs_volume.v", {"size": constant(1)}),
        ],
    )
    code = """
        data "aws_regions" "r" {}
        resource "aws_ebs_volume" "v" {
          count = length(data.aws_regions.r.names)
          size = 1
        }
        resource "aws_ebs_snapshot" "s" {
          count = length(data.aws_regions.r.names)
          volume_id = aws_ebs_volume.v[0].id
        }
    """
    found = inspected(content, {"main.tf": code})

    assert found["aws_ebs_snapshot.s[0]"]["references"] == ["aws_ebs_volume.v[0]"]
    assert (found["aws_ebs_snapshot.s[0]"]["file"], found["aws_ebs_snapshot.s[0]"]["line"]) == ("main.tf", 7)
    assert found["aws_ebs_volume.v[0]"]["values"] == {"size": 1}


@pytest.mark.parametrize(
    ("expression", "linked"),
    [
        (names("aws_ebs_volume.a.id", "aws_ebs_volume.a"), ["aws_ebs_volume.a"]),
        (names("module.m.out", "module.m"), ["module.m.aws_ebs_volume.v"]),
        (names("module.m.whole", "module.m"), ["module.m.aws_ebs_volume.v"]),
        (names('module.n["x"].out', 'module.n["x"]', "module.n"), ['module.n["x"].aws_ebs_volume.v']),
        (names("module.n"), []),
        (names("var.volume"), []),
        (names("local.volume"), []),
        (names("each.value.id", "each.value"), ['aws_ebs_volume.e["k"]']),
        (names("each.key", "count.index", "path.module"), []),
        (names("aws_ebs_volume.e"), ['aws_ebs_volume.e["k"]', 'aws_ebs_volume.e["l"]']),
        (names("aws_ebs_volume.e", "each.key"), ['aws_ebs_volume.e["k"]']),
        (names("aws_ebs_volume.e", "var.volume", "each.key"), ['aws_ebs_volume.e["k"]', 'aws_ebs_volume.e["l"]']),
        (names("aws_ebs_volume.a", "each.key"), ["aws_ebs_volume.a"]),
        (names("data.aws_ebs_volume.d.id", "data.aws_ebs_volume.d"), ["data.aws_ebs_volume.d"]),
        (names("odd"), []),
        ({}, []),
    ],
)
def test_an_unknown_value_is_linked_through_variables_outputs_and_for_each(inspected, expression, linked):
    module = {
        "outputs": {
            "out": {"expression": names("aws_ebs_volume.v.id", "aws_ebs_volume.v")},
            "whole": {"expression": names("var.given")},
        },
        "resources": [configured("aws_ebs_volume.v", {})],
    }
    module_of_caller = names("module.m.out", "module.m")
    content = plan(
        [
            resource("aws_ebs_volume.a", {}),
            resource('aws_ebs_volume.e["k"]', {}, index="k"),
            resource('aws_ebs_volume.e["l"]', {}, index="l"),
            resource('aws_ebs_snapshot.s["k"]', {}, index="k"),
        ],
        [change('aws_ebs_snapshot.s["k"]', {"volume_id": True})],
        [
            configured("aws_ebs_snapshot.s", {"volume_id": expression}, for_each_expression=names("aws_ebs_volume.e")),
            configured("aws_ebs_volume.e", {}),
        ],
    )
    content["planned_values"]["root_module"]["child_modules"] = [
        {"address": "module.m", "resources": [resource("module.m.aws_ebs_volume.v", {})]},
        {"address": 'module.n["x"]', "resources": [resource('module.n["x"].aws_ebs_volume.v', {})]},
    ]
    content["configuration"]["root_module"]["module_calls"] = {
        "m": {"module": module, "expressions": {"given": module_of_caller}},
        "n": {"module": module},
    }
    assert inspected(content)['aws_ebs_snapshot.s["k"]']["references"] == linked


def test_outputs_that_name_each_other_come_to_an_end(inspected):
    module = {"outputs": {"o": {"expression": names("var.v")}}, "resources": []}
    content = plan(
        [resource("aws_ebs_snapshot.s", {})],
        [change("aws_ebs_snapshot.s", {"volume_id": True})],
        [configured("aws_ebs_snapshot.s", {"volume_id": names("module.m.o", "module.m")})],
    )
    content["configuration"]["root_module"]["module_calls"] = {
        "m": {"module": module, "expressions": {"v": names("module.m.o")}}
    }
    assert inspected(content)["aws_ebs_snapshot.s"]["unknown"] == ["volume_id"]


def test_a_list_that_names_nothing_but_the_ids_of_resources_holds_them_all(inspected):
    references = names("aws_security_group.a.id", "aws_security_group.a", "aws_security_group.b.id")
    content = plan(
        [resource("aws_instance.i", {})],
        [change("aws_instance.i", {"vpc_security_group_ids": True})],
        [configured("aws_instance.i", {"vpc_security_group_ids": references})],
    )
    found = inspected(content)["aws_instance.i"]

    assert found["references"] == ["aws_security_group.a", "aws_security_group.b"]


@pytest.mark.parametrize(
    ("references", "status"),
    [
        (["aws_security_group.open.id", "aws_security_group.closed.id"], "fail"),
        (["local.which", "aws_security_group.open.id", "aws_security_group.closed.id"], "unknown"),
        (["aws_security_group.open.id", "aws_security_group.closed.vpc_id"], "unknown"),
    ],
)
def test_a_choice_among_resources_is_no_certain_link(findings, references, status):
    ingress = [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]
    content = plan(
        [
            resource("aws_security_group.open", {"ingress": ingress}),
            resource("aws_security_group.closed", {"ingress": []}),
            resource("aws_instance.i", {"ebs_block_device": [{"snapshot_id": "snap-1", "encrypted": True}]}),
        ],
        [change("aws_instance.i", {"vpc_security_group_ids": True})],
        [
            configured("aws_security_group.open", {"ingress": {}}),
            configured("aws_security_group.closed", {"ingress": {}}),
            configured("aws_instance.i", {"vpc_security_group_ids": names(*references)}),
        ],
    )
    assert [(one[0], one[-1]) for one in findings(content)] == [("SNAP401", status)]


def test_a_known_value_keeps_the_link_to_the_resource_that_has_it(inspected):
    content = plan(
        [
            resource("aws_iam_role.r", {"name": "backup"}),
            resource("aws_iam_role_policy.p", {"role": "backup", "name": "other"}),
        ],
        [],
        [
            configured("aws_iam_role.r", {"name": constant("backup")}),
            configured(
                "aws_iam_role_policy.p",
                {"role": names("aws_iam_role.r.name", "aws_iam_role.r"), "name": names("aws_iam_role.r.name")},
            ),
        ],
    )
    assert inspected(content)["aws_iam_role_policy.p"]["references"] == ["aws_iam_role.r"]


def test_blocks_are_told_apart_by_their_constants_and_keep_what_is_set(inspected):
    devices = [
        {"device_name": "/dev/sdg", "delete_on_termination": True, "encrypted": True},
        {"device_name": "/dev/sdf", "delete_on_termination": True, "encrypted": None},
        {"device_name": "/dev/sdh", "delete_on_termination": True, "encrypted": False},
    ]
    marks = [{"iops": True}, {"iops": True, "snapshot_id": True}, {"iops": True}]
    expressions = [
        {"device_name": constant("/dev/sdf"), "snapshot_id": names("aws_ebs_snapshot.s.id", "aws_ebs_snapshot.s")},
        {"device_name": constant("/dev/sdg"), "encrypted": constant("true")},
    ]
    content = plan(
        [resource("aws_instance.i", {"ebs_block_device": devices, "timeouts": {"create": "5m", "delete": None}})],
        [change("aws_instance.i", {"ebs_block_device": marks})],
        [configured("aws_instance.i", {"ebs_block_device": expressions, "timeouts": {"create": constant("5m")}})],
    )
    found = inspected(content)["aws_instance.i"]

    assert found["values"]["ebs_block_device"] == [
        {"device_name": "/dev/sdg", "encrypted": True},
        {"device_name": "/dev/sdf"},
        {"device_name": "/dev/sdh", "delete_on_termination": True, "encrypted": False},  # by a dynamic block
    ]
    assert found["values"]["timeouts"] == {"create": "5m"}
    assert found["unknown"] == ["ebs_block_device[1].snapshot_id", "ebs_block_device[2].iops"]
    assert found["references"] == ["aws_ebs_snapshot.s"]


def test_blocks_that_a_plan_does_not_know_are_unknown_as_a_whole(inspected):
    content = plan(
        [resource("aws_x.i", {})],
        [change("aws_x.i", {"block": True, "single": True})],
        [
            configured(
                "aws_x.i",
                {"block": [{"a": names("aws_y.z.id")}], "single": {"b": names("aws_y.w.id")}},
            )
        ],
    )
    found = inspected(content)["aws_x.i"]

    assert found["unknown"] == ["block", "single"]
    assert found["references"] == ["aws_y.w", "aws_y.z"]


def test_the_elements_of_a_list_are_known_one_by_one(inspected):
    content = plan(
        [resource("aws_x.i", {"ids": ["a", None]}), resource("aws_y.z", {"name": "a"})],
        [change("aws_x.i", {"ids": [False, True]})],
        [configured("aws_x.i", {"ids": names("aws_y.z.name", "aws_y.z", "aws_y.w.id", "aws_y.w")})],
    )
    found = inspected(content)["aws_x.i"]

    assert found["unknown"] == ["ids[1]"]
    assert found["references"] == ["aws_y.w", "aws_y.z"]


OWN = {"values": {"root_module": {"resources": [resource("data.aws_caller_identity.me", {"account_id": "1" * 12})]}}}


@pytest.mark.parametrize(("account", "expected"), [("1" * 12, []), ("2" * 12, ["SNAP302"])])
def test_the_account_that_the_plan_is_made_for_is_trusted(findings, account, expected):
    permission = resource("aws_ami_launch_permission.p", {"account_id": account, "image_id": "ami-1"})
    code = configured("aws_ami_launch_permission.p", {"account_id": names("local.account")})

    found = findings(plan([permission], [], [code], prior_state=OWN))

    assert [one[0] for one in found] == expected


def test_the_own_account_is_known_inside_policies_too(findings):
    statement = {"Effect": "Allow", "Principal": {"AWS": [f"arn:aws:iam::{'1' * 12}:root"]}, "Action": "kms:*"}
    key = resource("aws_kms_key.k", {"policy": json.dumps({"Statement": [{**statement, "Resource": "*"}]})})
    code = configured("aws_kms_key.k", {"policy": names("data.aws_caller_identity.me.account_id")})
    volume = resource("aws_ebs_volume.v", {"encrypted": True})
    used = configured("aws_ebs_volume.v", {"encrypted": constant(True), "kms_key_id": names("aws_kms_key.k.arn")})
    changes = [change("aws_ebs_volume.v", {"kms_key_id": True})]

    assert findings(plan([key, volume], changes, [code, used], prior_state=OWN)) == []
    assert [one[0] for one in findings(plan([key, volume], changes, [code, used]))] == ["SNAP305"]


def test_data_sources_have_what_was_read_for_the_plan(inspected):
    read = resource("data.aws_ami.a", {"id": "ami-1", "owners": ["amazon"], "tags": None})
    state = {"values": {"root_module": {"resources": [read, resource("aws_ebs_volume.old", {"size": 1})]}}}
    later = resource("data.aws_ami.b", {"owners": ["self"]})
    code = configured("data.aws_ami.b", {"owners": constant(["self"])})
    content = plan([later], [change("data.aws_ami.b", {"id": True}, ["read"])], [code], prior_state=state)

    found = inspected(content)

    assert sorted(found) == ["data.aws_ami.a", "data.aws_ami.b"]
    assert found["data.aws_ami.a"]["values"] == {"id": "ami-1", "owners": ["amazon"]}
    assert found["data.aws_ami.b"]["values"] == {"owners": ["self"]}


def test_a_plan_is_found_in_a_directory_by_its_content(write):
    write(
        {
            "a/out.json": json.dumps(plan()),
            "a/other.json": '{"format_version": "1.0", "values": {}}',
            "a/nested.json": json.dumps({"tests": [plan()]}),
            "a/notes.txt": json.dumps(plan()),
        }
    )

    targets = discover(["a"], Settings()).targets

    assert [(target.language, target.path) for target in targets] == [("plan", "a/out.json")]


def test_a_plan_that_is_given_may_have_any_name(write):
    write({"tfplan": json.dumps(plan()), "notes": "no plan", "empty": ""})

    found = discover(["tfplan", "notes", "empty"], Settings())

    assert [(target.language, target.path) for target in found.targets] == [("plan", "tfplan")]


def test_a_plan_that_powershell_wrote_is_read(write):
    write({"plan.json": json.dumps(plan([VOLUME], [VOLUME_CHANGE], [VOLUME_CODE])).encode("utf-16")})

    assert [result.code for result in scan(["plan.json"], Settings()).results] == ["SNAP201"]


def test_a_byte_order_mark_is_no_part_of_a_plan(write):
    text = "\ufeff" + json.dumps(plan([VOLUME], [VOLUME_CHANGE], [VOLUME_CODE]))
    write({"plan.json": text})

    (found,) = scan(["plan.json"], Settings()).results
    assert found.span.text == '"address": "aws_ebs_volume.a"'


def test_a_binary_plan_tells_how_to_convert_it(write):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("tfplan", b"\x00")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("index.js", b"")
    write({"plan.bin": archive.getvalue(), "lambda.zip": other.getvalue()})

    (found,) = scan(["plan.bin", "lambda.zip"], Settings()).results

    assert (found.code, found.span.file.display, found.span.line) == ("SNAP001", "plan.bin", 1)
    assert "terraform show -json plan.bin > plan.bin.json" in found.message
    assert inspect(["plan.bin"], Settings()).exit_status == 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"format_version": "1.2",\n "planned_values": {"root_module": }}', 2, "expected a value"),
        ('{"format_version": "1.2",\n "planned_values": {"root_module": {}}', 1, "unclosed {"),
        ('{"format_version": "1.2",\n "planned_values": {}, }', 2, "another key"),
        ('{"format_version":\n "2.0", "planned_values": {}}', 2, "a plan of format 2.0 is not known"),
        ('{"format_version": "1.0", "planned_values": 3}', 1, "no planned_values"),
        ('{"format_version": "1.0", "planned_values": {}, "errored": true}', 1, "ended with an error"),
        ('{"format_version": "1.0", "planned_values"' + "[" * 3000, 1, "expected :"),
        ('{"format_version" "1.0", "planned_values": 1}', 1, "expected :"),
        ('{"format_version": "1.0" 7 "planned_values": 1}', 1, "expected , or }"),
    ],
)
def test_a_plan_that_cannot_be_used_says_why(write, text, line, message):
    write({"plan.json": text})

    (found,) = scan(["plan.json"], Settings()).results

    assert (found.code, found.span.line) == ("SNAP001", line)
    assert message in found.message


def test_a_value_that_is_no_json_is_told_where_its_resource_is_read(write):
    text = json.dumps(plan([resource("aws_ebs_volume.a", {"encrypted": "HERE"})], [], [VOLUME_CODE]))
    write({"plan.json": text.replace('"HERE"', "NaN")})

    found = scan(["plan.json"], Settings()).results

    assert ("SNAP001", "expected a value") in [(one.code, one.message[:16]) for one in found]


def test_a_plan_that_cannot_be_opened_is_an_input_error(project):
    (project / "plan.json").symlink_to("plan.json")

    plan = read_plan("plan.json", Settings())

    assert [(error.span.file.display, error.check) for error in plan.errors()] == [("plan.json", "SNAP001")]
    assert "can't be read" in plan.errors()[0].message
    assert (list(plan.resources()), plan.resources_of("aws_ebs_volume"), plan.data_sources_of("aws_ami")) == (
        [],
        [],
        [],
    )
    assert plan.find("aws_ebs_volume.a") is None


@pytest.mark.parametrize(
    "content",
    [
        {"planned_values": {"root_module": {"resources": [3, {"address": 1}, {"address": "a"}]}}},
        {"planned_values": {"root_module": 3}, "variables": [3]},
        {"planned_values": {}, "resource_changes": 3, "configuration": [], "prior_state": {"values": {}}},
        {"planned_values": {}, "resource_changes": [3, {"address": 4}], "variables": {"a": 3}},
        {"planned_values": {"root_module": {"resources": [resource("aws_ebs_volume.a", [])]}}},
        {"planned_values": {"root_module": {"resources": [], "child_modules": []}}, "configuration": {}},
    ],
)
def test_parts_that_are_not_as_terraform_writes_them_are_left_out(write, content):
    write({"plan.json": json.dumps({"format_version": "1.2", **content})})

    report = scan(["plan.json"], Settings(ignore=["SNAP201"]))

    assert report.errors == []
    assert report.results == []


def test_modules_that_are_nested_without_end_are_an_input_error(write):
    module: dict[str, Any] = {"resources": []}
    for _ in range(210):
        module = {"child_modules": [module]}
    write({"plan.json": json.dumps({"format_version": "1.2", "planned_values": {"root_module": module}})})

    (found,) = scan(["plan.json"], Settings()).results
    assert found.code == "SNAP001"
    assert "nested deeper" in found.message


def test_a_plan_and_its_code_in_one_scan_are_told_once(write):
    permission = resource("aws_ami_launch_permission.p", {"group": "all", "image_id": "ami-1"})
    code = 'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-1"\n  group    = "all"\n}\n'
    write({"plan.json": json.dumps(plan([permission])), "main.tf": code})

    (found,) = scan(["."], Settings()).results
    assert (found.code, found.addresses) == ("SNAP301", ("aws_ami_launch_permission.p",))


def test_what_is_json_but_no_plan_is_an_input_error(write):
    write({"list.json": '["format_version", "planned_values"]'})

    (error,) = read_plan("list.json", Settings()).errors()
    assert "no JSON object" in error.message


def test_damaged_wide_text_is_no_plan(write):
    write({"a.json": '{"x": 1}'.encode("utf-16"), "b.json": '"planned_values" "format_version"'})

    assert discover(["a.json", "b.json"], Settings()).targets == []


def test_a_directory_of_code_that_is_not_there_leaves_the_places_in_the_plan(findings):
    found = findings(plan([VOLUME], [VOLUME_CHANGE], [VOLUME_CODE]), source="missing")

    assert [one[2] for one in found] == ["plan.json"]


def test_variables_that_the_code_no_longer_has_and_fractions_do_no_harm(inspected):
    volume = resource("aws_ebs_volume.a", {"size": 1.5, "tags": {"a": "b"}})
    code = """
        variable "size" {
          type = number
        }
        variable "tags" {
          type = map(string)
        }
        variable "names" {
          type = list(string)
        }
        resource "aws_ebs_volume" "a" {
          size = var.size
          tags = var.tags
        }
    """
    variables = {
        "size": {"value": 1.5},
        "tags": {"value": {"a": "b"}},
        "names": {"value": ["a"]},
        "gone": {"value": 1},
    }
    found = inspected(plan([volume], variables=variables), {"main.tf": code})

    assert found["aws_ebs_volume.a"]["values"] == {"size": 1.5, "tags": {"a": "b"}}


def test_resources_that_the_code_does_not_have_stand_in_the_plan(findings):
    content = plan([VOLUME], [VOLUME_CHANGE], [VOLUME_CODE])

    found = findings(content, {"main.tf": 'resource "aws_ebs_volume" "b" {\n  size = 1\n}\n'})

    assert [one[1:3] for one in found] == [("aws_ebs_volume.a", "plan.json")]


def test_texts_that_only_look_like_documents_are_texts(inspected):
    content = plan(
        [resource("terraform_data.a", {"input": "{not json"})],
        [],
        [configured("terraform_data.a", {"input": constant("{not json")})],
    )
    assert inspected(content)["terraform_data.a"]["values"] == {"input": "{not json"}
    code = {"main.tf": 'resource "terraform_data" "a" {\n  input = "{nor this"\n}\n'}
    assert inspected(content, code)["terraform_data.a"]["values"] == {"input": "{not json"}


def test_a_document_that_is_written_in_another_order_keeps_the_places_of_the_code(write):
    policy = '{"Statement":[{"Resource":"*","Action":"ec2:*","Effect":"Allow"}]}'
    code = """
        resource "aws_iam_policy" "p" {
          policy = jsonencode({
            Statement = [{
              Effect = "Allow", Action = "ec2:*", Resource = "*" }]
          })
        }
    """
    write({"plan.json": json.dumps(plan([resource("aws_iam_policy.p", {"policy": policy})])), "main.tf": code})

    (found,) = scan(["plan.json"], Settings(select=["SNAP101"])).results
    assert (found.span.file.display, found.span.line) == ("main.tf", 4)


@pytest.mark.parametrize(
    ("planned", "written", "shown"),
    [
        (["a"], '["a", "b"]', ["a"]),
        (["a", "b"], '["b"]', ["b", "a"]),
        ([["a"], ["b"]], '[["b"], ["a"]]', [["b"], ["a"]]),
        ([{"x": ["b", "a"]}], '[{ x = ["a", "b"] }]', [{"x": ["a", "b"]}]),
        ({"k": 1}, '["k"]', {"k": 1}),
        ("text", '["text"]', "text"),
        (["k"], "{ k = 1 }", ["k"]),
        ([{"x": 1}], "[[1]]", [{"x": 1}]),
        ([[1]], "[{ x = 1 }]", [[1]]),
        (None, '"text"', None),
        (True, "false", True),
    ],
)
def test_where_code_and_plan_differ_the_plan_is_shown(inspected, planned, written, shown):
    content = plan([resource("terraform_data.a", {"input": planned})])
    code = {"main.tf": f'resource "terraform_data" "a" {{\n  input = {written}\n}}\n'}

    assert inspected(content, code)["terraform_data.a"]["values"].get("input") == shown


def test_what_a_long_way_of_variables_leads_to_is_given_up(inspected):
    names_of_many = [f"aws_ebs_volume.v{number}.id" for number in range(1_100)]
    content = plan(
        [resource("aws_ebs_snapshot.s", {})],
        [change("aws_ebs_snapshot.s", {"volume_id": True})],
        [configured("aws_ebs_snapshot.s", {"volume_id": names(*names_of_many)})],
    )
    assert len(inspected(content)["aws_ebs_snapshot.s"]["references"]) <= 1_001


def test_a_document_that_is_read_at_apply_is_known_as_far_as_its_arguments_are(findings, inspected):
    statement = {"actions": ["ec2:ModifySnapshotAttribute"], "resources": ["*"], "effect": None}
    content = plan(
        [
            resource("data.aws_iam_policy_document.d", {"statement": [statement, {"actions": ["s3:GetObject"]}]}),
            resource("aws_iam_policy.p", {}),
        ],
        [
            change(
                "data.aws_iam_policy_document.d", {"json": True, "statement": [{}, {"resources": [True]}]}, ["read"]
            ),
            change("aws_iam_policy.p", {"policy": True}),
        ],
        [
            configured(
                "data.aws_iam_policy_document.d",
                {
                    "statement": [
                        {"actions": constant(["ec2:ModifySnapshotAttribute"]), "resources": constant(["*"])},
                        {"actions": constant(["s3:GetObject"]), "resources": names("aws_s3_bucket.b.arn")},
                    ]
                },
            ),
            configured("aws_iam_policy.p", {"policy": names("data.aws_iam_policy_document.d.json")}),
        ],
    )
    found = findings(content)

    assert [(one[0], one[1], one[4]) for one in found] == [("SNAP102", "aws_iam_policy.p", "fail")]
    listed = inspected(content)
    assert listed["aws_iam_policy.p"]["unknown"] == ["policy"]
    assert "json" in listed["data.aws_iam_policy_document.d"]["unknown"]


def test_a_link_to_a_data_source_that_is_read_at_apply_stays_a_link(inspected):
    content = plan(
        [resource("data.aws_ami.d", {}), resource("aws_instance.i", {})],
        [
            change("data.aws_ami.d", {"id": True}, ["read"]),
            change("aws_instance.i", {"ami": True}),
        ],
        [
            configured("data.aws_ami.d", {"owners": names("aws_ami.a.owner_id")}),
            configured("aws_instance.i", {"ami": names("data.aws_ami.d.id", "data.aws_ami.d")}),
        ],
    )
    assert inspected(content)["aws_instance.i"]["references"] == ["data.aws_ami.d"]


def test_reports_do_not_quote_what_the_plan_marks_as_sensitive(write):
    database = resource(
        "aws_db_instance.d",
        {"identifier": "x", "password": "hunter2 is secret", "tags": ["öpen", "töp"], "storage_encrypted": False},
        sensitive_values={"password": True, "tags": [False, True], "nested": [{"a": True}]},
    )
    code = configured(
        "aws_db_instance.d",
        {"identifier": constant("x"), "password": names("var.password"), "storage_encrypted": constant(False)},
    )
    content = {
        "variables": {"password": {"value": "hunter2 is secret"}, "other": {"value": "plain"}},
        **plan([database], [], [code]),
    }
    content["configuration"]["root_module"]["variables"] = {"password": {"sensitive": True}, "other": {}}
    write({"plan.json": json.dumps(content, ensure_ascii=False)})

    (found,) = scan(["plan.json"], Settings(select=["SNAP205"])).results
    shown = found.span.file.line(1)

    assert found.span.text == "false"
    assert "hunter2" not in shown
    assert "töp" not in shown
    assert '"value": "plain"' in shown
    assert "öpen" in shown
    assert shown.count('"******* ** ******"') == 2
