"""Checkov with the checks of SnapGuard finds what `snapguard check` finds, by the real program."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from snapguard import registry
from snapguard.findings import Category, Status
from snapguard.scan import scan
from snapguard.settings import Settings

pytest.importorskip("checkov", reason="Checkov is not installed here")

CHECKS = Path(sys.modules["snapguard"].__path__[0]) / "hosts" / "checkov_checks"
TESTS = Path(__file__).resolve().parents[1]
FILE_NAMES = {"terraform": "main.tf", "cloudformation": "template.yaml"}

VOLUME = """
resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = false
}
"""

Write = Callable[[Mapping[str, str | bytes]], None]
Found = set[tuple[str, str, str]]
Record = Mapping[str, Any]


def checkov(*arguments: str | Path, checks: Path = CHECKS, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [Path(sys.executable).with_name("checkov"), "--external-checks-dir", checks, "--skip-download"]
    frameworks = ["--framework", "terraform", "terraform_json", "terraform_plan", "cloudformation"]
    return subprocess.run([*command, *arguments, *frameworks], capture_output=True, text=True, check=False, **options)


def records(*arguments: str | Path) -> list[Record]:
    """The failed checks; Checkov prints a report for each directory, and a list where it has several for one."""
    text = checkov("--check", "SNAP*", "--output", "json", *arguments).stdout
    failed = []
    while text.strip():
        reports, end = json.JSONDecoder().raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        for report in reports if isinstance(reports, list) else [reports]:
            failed += report.get("results", {}).get("failed_checks", [])
    return failed


def without_keys(address: str) -> str:
    return re.sub(r'\[(?:\d+|"[^"]*")\]', "", address)


def found(found_records: list[Record]) -> Found:
    """Check, file and block; Checkov names resources of a template with their type, SnapGuard with their stack."""
    return {
        (
            record["check_id"],
            record["repo_file_path"].lstrip("/"),
            re.sub(r"^\w+::.*?\.", "", without_keys(record["resource"])),
        )
        for record in found_records
    }


def checked(*paths: str) -> Found:
    """What `snapguard check` says, as the blocks that the findings are about."""
    results = [result for result in scan(paths, Settings()).results if result.status is Status.FAIL]
    assert results
    return {
        (result.code, header.file.display, without_keys(address).rpartition("/")[2])
        for result in results
        for address, header in zip(result.addresses, result.headers, strict=True)
    }


def examples(kind: str) -> Iterator[tuple[str, str]]:
    for check in registry.load_all():
        if check.category is not Category.INPUT:
            for language, text in check.examples(kind).items():
                if text is not None:
                    yield f"{kind}/{check.code}-{language}/{FILE_NAMES[language]}", text


def test_all_examples_give_what_snapguard_check_gives(project: Path, write: Write) -> None:
    write({**dict(examples("BAD")), **dict(examples("GOOD"))})
    shutil.copytree(TESTS.parent / "examples", project / "examples")

    assert found(records("--directory", ".")) == checked(".")


MODULES = {
    "main.tf": """
module "disk" {
  for_each  = { plain = false, safe = true }
  source    = "./modules/disk"
  encrypted = each.value
}

resource "aws_ebs_volume" "many" {
  for_each          = { "a.b" = true, "c]d" = false }
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = each.value
}

resource "aws_ebs_volume" "counted" {
  count             = 2
  availability_zone = "eu-west-1a"
  size              = 10
}
""",
    "modules/disk/main.tf": """
variable "encrypted" { type = bool }

resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = var.encrypted
}
""",
}


def test_blocks_of_modules_and_of_for_each_are_found(write: Write) -> None:
    write(MODULES)

    assert found(records("--directory", ".")) == checked(".")


def test_directories_with_files_of_the_same_name_are_kept_apart(write: Write) -> None:
    write(
        {
            "bad/main.tf": VOLUME,
            "good/main.tf": VOLUME.replace("false", "true"),
            "worse/main.tf": VOLUME + VOLUME.replace("data", "more"),
        }
    )

    directories = ("bad", "good", "worse")

    asked = [argument for directory in directories for argument in ("--directory", directory)]
    assert found(records(*asked)) == checked(*directories)


def template(*, encrypted: str, before: str = "", metadata: str = "") -> str:
    """A template with a volume."""
    return f"""
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Encrypted: {{Type: String, Default: "true"}}
Resources:
  Data:
    {before}
    Type: AWS::EC2::Volume
    {metadata}
    Properties: {{AvailabilityZone: eu-west-1a, Size: 10, Encrypted: {encrypted}}}
"""


REPOSITORY = {
    "envs/prod/main.tf": """
variable "teams" {
  type    = map(object({ encrypted = bool, share = optional(list(string), []) }))
  default = { a = { encrypted = true }, b = { encrypted = false, share = ["999988887777"] } }
}

variable "once" { default = true }

module "team" {
  for_each  = var.teams
  source    = "../../modules/team"
  encrypted = each.value.encrypted
  share     = each.value.share
}

module "once" {
  source    = "../../modules/team"
  encrypted = var.once
}

data "aws_iam_policy_document" "wide" {
  statement {
    actions   = ["ec2:*Snapshot*"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "ops" {
  count  = 2
  role   = "ops-${count.index}"
  policy = data.aws_iam_policy_document.wide.json
}
""",
    "envs/prod/terraform.tfvars": "once = false\n",
    "envs/dev/main.tf": """
module "team" {
  source    = "../../modules/team"
  encrypted = true
}

resource "aws_instance" "x" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"

  dynamic "ebs_block_device" {
    for_each = toset(["/dev/sdb", "/dev/sdc"])
    content {
      device_name = ebs_block_device.value
      encrypted   = ebs_block_device.value == "/dev/sdb"
    }
  }
}
""",
    "modules/team/main.tf": """
variable "encrypted" { type = bool }
variable "share" {
  type    = list(string)
  default = []
}

module "disk" {
  source    = "./disk"
  encrypted = var.encrypted
}

resource "aws_ebs_snapshot" "s" {
  volume_id = module.disk.id
}

resource "aws_snapshot_create_volume_permission" "p" {
  for_each    = toset(var.share)
  snapshot_id = aws_ebs_snapshot.s.id
  account_id  = each.value
}
""",
    "modules/team/disk/main.tf": """
variable "encrypted" { type = bool }

resource "aws_ebs_volume" "this" {
  count             = 2
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = var.encrypted
}

output "id" { value = aws_ebs_volume.this[0].id }
""",
    "json/main.tf.json": json.dumps(
        {"resource": {"aws_ebs_volume": {"v": {"availability_zone": "eu-west-1a", "size": 1, "encrypted": False}}}}
    ),
    "json/more.tf": VOLUME.replace("false", "true"),
    "json/more_override.tf": 'resource "aws_ebs_volume" "data" {\n  encrypted = false\n}\n',
    "stacks/parent.yaml": """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Disks:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: {Encrypted: "false"}
""",
    "stacks/child.yaml": template(encrypted="!Ref Encrypted"),
    "stacks/written.json": json.dumps(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": {
                "Data": {
                    "Type": "AWS::EC2::Volume",
                    "Properties": {"AvailabilityZone": "eu-west-1a", "Size": 10, "Encrypted": False},
                }
            },
        },
        indent=2,
    ),
    "serverless/template.yaml": """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.12, Timeout: 5}
Resources:
  Copy:
    Type: AWS::Serverless::Function
    Properties:
      Handler: copy.main
      CodeUri: src/
      Policies:
        - Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "ec2:*", Resource: "*"}
""",
}
"""Several roots of both languages: nested modules and stacks, for_each, JSON, overrides, variables in files, SAM."""


def test_a_repository_of_many_kinds_gives_what_snapguard_check_gives(write: Write) -> None:
    write(REPOSITORY)

    seen = found(records("--directory", "."))

    assert seen == checked(".")
    assert {file for _, file, _ in seen} >= {
        "envs/prod/main.tf",
        "envs/dev/main.tf",
        "modules/team/main.tf",
        "modules/team/disk/main.tf",
        "json/main.tf.json",
        "json/more.tf",
        "stacks/child.yaml",
        "stacks/written.json",
        "serverless/template.yaml",
    }


def test_a_resource_of_a_template_is_skipped_by_a_comment_and_by_its_metadata(write: Write) -> None:
    metadata = 'Metadata: {checkov: {skip: [{id: SNAP201, comment: "a scratch disk"}]}}'
    write(
        {
            "comment.yaml": template(encrypted="false", before="# checkov:skip=SNAP201:a scratch disk"),
            "metadata.yaml": template(encrypted="false", metadata=metadata),
        }
    )

    run = checkov("--check", "SNAP*", "--output", "json", "--directory", ".")

    results = json.loads(run.stdout)["results"]
    assert results["failed_checks"] == []
    assert sorted(record["repo_file_path"] for record in results["skipped_checks"]) == [
        "/comment.yaml",
        "/metadata.yaml",
    ]


def planned(module: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The resources of a plan's module and of all that it calls."""
    for resource in module.get("resources", ()):
        yield resource["address"], resource["values"]
    for child in module.get("child_modules", ()):
        yield from planned(child)


def test_a_plan_gives_what_snapguard_check_gives(write: Write) -> None:
    plan = json.loads((TESTS / "plan_files" / "bad_examples" / "planned.json").read_text(encoding="utf-8"))
    values = dict(planned(plan["planned_values"]["root_module"]))
    for change in plan["resource_changes"]:  # left out of the fixture, and Checkov insists on them
        change["change"].update(before=None, after=values.get(change["address"]))
    write({"planned.json": json.dumps(plan, indent=2)})

    seen = {(record["check_id"], record["resource"]) for record in records("--file", "planned.json")}

    failing = [result for result in scan(["planned.json"], Settings()).results if result.status is Status.FAIL]
    assert seen == {(result.code, address) for result in failing for address in result.addresses} != set()


def test_a_record_carries_what_the_check_says_of_itself(write: Write) -> None:
    write({"main.tf": VOLUME})

    (record,) = records("--file", "main.tf")

    assert record["check_id"] == "SNAP201"
    assert record["check_name"] == registry.load("SNAP201").summary
    assert record["severity"] == "HIGH"
    assert record["guideline"].endswith("/checks/snap201_volume_not_encrypted.py")
    assert record["file_line_range"] == [2, 6]


def test_comments_of_both_programs_suppress(write: Write) -> None:
    skipped = VOLUME.replace("data", "skipped").replace("{\n", "{\n  # checkov:skip=SNAP201:a scratch disk\n", 1)
    ignored = VOLUME.replace("data", "ignored").replace(
        "false", 'false # snapguard: ignore[SNAP201] reason="a scratch disk"'
    )
    write({"main.tf": skipped + ignored})

    run = checkov("--check", "SNAP*", "--output", "json", "--file", "main.tf")

    report = json.loads(run.stdout)["results"]
    assert report["failed_checks"] == []
    assert [record["resource"] for record in report["skipped_checks"]] == ["aws_ebs_volume.skipped"]
    assert run.returncode == 0


def test_what_stands_in_no_block_fails_beside_it_and_is_told(write: Write) -> None:
    unused = '# snapguard: ignore[SNAP301] reason="nothing is shared"\n'
    write({"main.tf": unused + VOLUME.replace("= false", "= true")})

    run = checkov("--check", "SNAP*", "--directory", ".", "--compact")

    assert "Check: SNAP003" in run.stdout
    assert "main.tf:1: SNAP003" in run.stderr
    assert run.returncode == 1


def test_a_configuration_that_cannot_be_used_is_told_and_fails(write: Write) -> None:
    write({"main.tf": VOLUME, "snapguard.toml": 'ignroe = ["SNAP201"]\n'})

    run = checkov("--check", "SNAP*", "--directory", ".", "--compact")

    assert "did you mean `ignore`" in run.stderr
    assert run.returncode == 1


def test_checkovs_own_checks_run_beside_them_and_a_copied_directory_works(project: Path, write: Write) -> None:
    write({"code/main.tf": VOLUME})
    shutil.copytree(CHECKS, project / "checks")

    run = checkov("--directory", "code", "--output", "sarif", "--output-file-path", "out", checks=project / "checks")

    assert run.returncode == 1
    (sarif,) = json.loads((project / "out" / "results_sarif.sarif").read_text(encoding="utf-8"))["runs"]
    assert {result["ruleId"] for result in sarif["results"]} >= {"SNAP201", "CKV_AWS_3"}


def test_a_copied_directory_says_that_snapguard_is_missing(project: Path, write: Write) -> None:
    text = (CHECKS / "snapguard_checks.py").read_text(encoding="utf-8")
    assert text.count('"snapguard"') == 1
    elsewhere = text.replace("snapguard.hosts", "snapguard_is_absent.hosts").replace(
        '"snapguard"', '"snapguard_is_absent"'
    )
    write({"code/main.tf": VOLUME, "checks/__init__.py": "", "checks/snapguard_checks.py": elsewhere})

    run = checkov("--directory", "code", checks=project / "checks")

    assert "Check: CKV_AWS_3" in run.stdout
    assert "it must be installed where Checkov is (https://github.com/snapguard/snapguard says how)" in run.stderr
    assert "Traceback" not in run.stderr


def test_snapguard_prints_the_directory() -> None:
    command = [sys.executable, "-m", "snapguard", "checkov-checks-dir"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert (Path(printed.strip()) / "snapguard_checks.py").is_file()
