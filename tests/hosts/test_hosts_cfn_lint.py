"""cfn-lint with the rules of SnapGuard finds what `snapguard check` finds, by the real program."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from snapguard import registry
from snapguard.findings import Status
from snapguard.scan import scan
from snapguard.settings import Settings

pytest.importorskip("cfnlint", reason="cfn-lint is not installed here")

RULES = Path(sys.modules["snapguard"].__path__[0]) / "hosts" / "cfn_lint_rules"
TESTS = Path(__file__).resolve().parents[1]

VOLUME = """
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: !Select [0, !GetAZs ""]
      Size: 10
      Encrypted: false
"""

Write = Callable[[Mapping[str, str | bytes]], None]
Match = Mapping[str, Any]


def cfn_lint(*arguments: str | Path, rules: Path = RULES, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [Path(sys.executable).with_name("cfn-lint"), "--append-rules", rules, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def matches(*templates: str, options: tuple[str, ...] = ()) -> list[Match]:
    run = cfn_lint("--format", "json", *options, "--", *templates)
    assert run.stdout.startswith("["), run.stderr
    return [match for match in json.loads(run.stdout) if match["Rule"]["Id"][1:].startswith("SNAP")]


def places(found: list[Match]) -> set[tuple[str, str, int, int]]:
    return {
        (match["Rule"]["Id"][1:], match["Filename"], start["LineNumber"], start["ColumnNumber"])
        for match in found
        for start in [match["Location"]["Start"]]
    }


def checked(*templates: str) -> set[tuple[str, str, int, int]]:
    """What `snapguard check` says of the templates."""
    results = [result for result in scan(templates, Settings()).results if result.status is Status.FAIL]
    return {(result.code, result.span.file.display, result.span.line, result.span.column) for result in results}


def test_all_examples_and_estates_give_what_snapguard_check_gives(project: Path, write: Write) -> None:
    for kind in ("BAD", "GOOD"):
        for check in registry.load_all():
            text = check.examples(kind)["cloudformation"]
            if text is not None:
                write({f"{kind}/{check.code}/template.yaml": text})
    shutil.copytree(TESTS.parent / "examples" / "cloudformation", project / "examples")
    shutil.copytree(TESTS / "estates" / "good", project / "estates", ignore=shutil.ignore_patterns("*.tf", "*.toml"))
    templates = [
        path.relative_to(project).as_posix()
        for path in sorted(project.rglob("*"))
        if path.suffix in {".yaml", ".json"} and "SNAP001" not in path.parts
    ]

    found = matches(*templates)

    assert places(found) == checked(*templates)
    assert {code for code, *_ in places(found)} >= {"SNAP101", "SNAP201", "SNAP302", "SNAP401"}


def test_a_match_leads_to_the_key_and_says_what_is_known_of_the_rule(write: Write) -> None:
    write({"template.yaml": VOLUME})

    (match,) = matches("template.yaml")

    assert match["Location"]["Path"] == ["Resources", "Data", "Properties", "Encrypted"]
    assert match["Location"]["Start"]["LineNumber"] == match["Location"]["End"]["LineNumber"] == 8
    assert match["Level"] == "Error"
    assert match["Rule"]["Id"] == "ESNAP201"
    assert match["Rule"]["ShortDescription"] == registry.load("SNAP201").summary
    assert match["Rule"]["Source"].endswith("/checks/snap201_volume_not_encrypted.py")
    assert match["Message"].startswith("Data: ")


def test_a_rule_is_ignored_where_the_metadata_of_the_resource_says_so(write: Write) -> None:
    ignored = VOLUME + "    Metadata: {cfn-lint: {config: {ignore_checks: [ESNAP201]}}}\n"
    write({"template.yaml": ignored})

    assert matches("template.yaml") == []


def test_rules_are_selected_as_all_others_are(write: Write) -> None:
    write({"template.yaml": VOLUME})

    assert matches("template.yaml", options=("--ignore-checks", "ESNAP2")) == []


def test_a_comment_of_snapguard_counts_too(write: Write) -> None:
    write({"template.yaml": VOLUME.replace("false\n", 'false # snapguard: ignore[SNAP201] reason="a scratch disk"\n')})

    assert matches("template.yaml") == []


def test_what_is_found_in_a_nested_template_names_its_file(write: Write) -> None:
    parent = """
Resources:
  Disks:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: {Encrypted: false}
"""
    child = 'Parameters: {Encrypted: {Type: String, Default: "true"}}' + VOLUME.replace("false", "!Ref Encrypted")
    write({"parent.yaml": parent, "child.yaml": child})

    assert places(matches("parent.yaml")) == checked("parent.yaml")
    assert places(matches("child.yaml")) == checked("child.yaml") != set()


def test_the_standard_input_is_said_not_to_be_judged() -> None:
    run = cfn_lint("--format", "parseable", input=VOLUME)

    assert "ESNAP001" in run.stdout
    assert "give cfn-lint the name of the template" in run.stdout


def test_a_configuration_that_cannot_be_used_is_told_and_fails(write: Write) -> None:
    write({"template.yaml": VOLUME, "snapguard.toml": 'ignroe = ["SNAP201"]\n'})

    (match,) = matches("template.yaml")

    assert match["Rule"]["Id"] == "ESNAP001"
    assert "did you mean `ignore`" in match["Message"]


def test_the_directory_works_where_it_was_copied_to(project: Path, write: Write) -> None:
    write({"template.yaml": VOLUME})
    shutil.copytree(RULES, project / "rules")

    run = cfn_lint("--", "template.yaml", rules=project / "rules")

    assert "ESNAP201" in run.stdout


def test_a_copied_directory_says_that_snapguard_is_missing(project: Path, write: Write) -> None:
    text = (RULES / "snapguard_rules.py").read_text(encoding="utf-8")
    assert text.count('"snapguard"') == 1
    elsewhere = text.replace("snapguard.hosts", "snapguard_is_absent.hosts").replace(
        '"snapguard"', '"snapguard_is_absent"'
    )
    write({"template.yaml": VOLUME, "rules/snapguard_rules.py": elsewhere})

    run = cfn_lint("--", "template.yaml", rules=project / "rules")

    assert run.returncode != 0
    assert run.stderr.strip().startswith("the rules of SnapGuard need it where cfn-lint is installed: https://")


def test_snapguard_prints_the_directory() -> None:
    command = [sys.executable, "-m", "snapguard", "cfn-lint-rules-dir"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert (Path(printed.strip()) / "snapguard_rules.py").is_file()
