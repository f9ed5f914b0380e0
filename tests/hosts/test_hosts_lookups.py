"""How the adapters find, in the terms of a host, what a finding is about; the hosts themselves are played here."""

import gc
import multiprocessing
import subprocess
import sys
from collections import UserString
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from snapguard import registry
from snapguard.findings import Severity
from snapguard.hosts import cfn_lint, checkov, checkov_blocks
from snapguard.hosts.answers import answers
from snapguard.hosts.pages import page
from snapguard.source import SourceFile, Span

Write = Callable[[Mapping[str, str | bytes]], None]

VOLUMES = """
resource "aws_ebs_volume" "data" {
  for_each          = { "a.b" = true, "c" = false }
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = each.value
}
"""
TEMPLATE = """
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: eu-west-1a
      Encrypted: false
"""


def vertex(
    name: str, address: str | None, path: Path, lines: tuple[int, int], kind: str = "resource"
) -> dict[str, Any]:
    """A block as Checkov's graph holds it; those of templates have no address and other names for their lines."""
    start, end = ("__start_line__", "__end_line__") if address else ("__startline__", "__endline__")
    found = {"block_name_": name, "block_type_": kind, "file_path_": str(path), start: lines[0], end: lines[1]}
    return found if address is None else {**found, "__address__": address}


def failing(*vertices: dict[str, Any]) -> set[tuple[str, str]]:
    found = checkov_blocks.failing_blocks(vertices)
    return {(code, block["block_name_"]) for (code, _), blocks in found.items() for block in blocks}


class Marked(UserString):
    """A text with the mark that cfn-lint's parser leaves on it."""

    def __init__(self, text: str, line: int, column: int) -> None:
        super().__init__(text)
        self.start_mark = SimpleNamespace(line=line, column=column)


class MarkedMapping(dict[Any, Any]):
    start_mark = SimpleNamespace(line=3, column=4)


def test_answers_are_those_of_the_configuration_of_the_working_directory(write: Write) -> None:
    write({"main.tf": VOLUMES, "snapguard.toml": 'ignore = ["SNAP201"]\n'})

    assert answers(["main.tf"]) == ([], [])


def test_a_file_that_is_not_there_is_a_trouble() -> None:
    assert answers(["absent.tf"]) == ([], ["absent.tf: there is no such file"])


def test_the_page_of_a_check_is_its_file() -> None:
    assert page("snapguard.checks.snap201_volume_not_encrypted").endswith("/checks/snap201_volume_not_encrypted.py")


def test_the_instance_with_the_finding_is_told_from_the_others(write: Write, project: Path) -> None:
    write({"main.tf": VOLUMES})
    one, other = 'aws_ebs_volume.data["a.b"]', 'aws_ebs_volume.data["c"]'

    found = failing(
        vertex(one, one, project / "main.tf", (2, 7)),
        vertex(other, other, project / "main.tf", (2, 7)),
        vertex("admin_range", None, project / "main.tf", (9, 9), kind="variable"),
    )

    assert found == {("SNAP201", other)}


def test_a_block_that_the_host_did_not_expand_stands_for_its_instances(write: Write, project: Path) -> None:
    write({"main.tf": VOLUMES})

    found = failing(vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (2, 7)))

    assert found == {("SNAP201", "aws_ebs_volume.data")}


def test_a_resource_of_a_template_is_found_by_its_logical_id(write: Write, project: Path) -> None:
    write({"template.json": "{}", "template.yaml": TEMPLATE})

    found = failing(vertex("AWS::EC2::Volume.Data", None, project / "template.yaml", (3, 8)))

    assert found == {("SNAP201", "AWS::EC2::Volume.Data")}


def test_a_finding_about_a_file_goes_to_the_block_around_its_line(write: Write, project: Path) -> None:
    call = 'module "far" {\n  source = "git::https://example.com/far.git"\n}\n'
    write({"main.tf": call + VOLUMES.replace("each.value", "true")})

    found = failing(
        vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (5, 10)),
        vertex("far", "module.far", project / "main.tf", (1, 3), kind="module"),
    )

    assert found == {("SNAP002", "far")}


def test_a_finding_for_which_the_host_has_no_block_is_told(
    write: Write, project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write({"main.tf": VOLUMES, "other.tf": "locals {}"})

    found = failing(
        vertex("aws_vpc.a", "aws_vpc.a", project / "other.tf", (1, 1)),
        vertex("x", "local.x", project / "main.tf", (1, 1), kind="locals"),
    )

    assert found == {("SNAP201", "aws_vpc.a")}
    assert "main.tf:3: SNAP201" in caplog.text


def test_a_trouble_fails_a_block_and_is_told(write: Write, project: Path, caplog: pytest.LogCaptureFixture) -> None:
    write({"main.tf": VOLUMES, "snapguard.toml": "ignroe = []\n"})

    found = failing(vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (2, 7)))

    assert found == {("SNAP001", "aws_ebs_volume.data")}
    assert "did you mean `ignore`" in caplog.text


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ('module.m["x.y"].aws_a.b[0]', "module.m.aws_a.b"),
        ('aws_a.b["c]d"]', "aws_a.b"),
        (r'aws_a.b["say \"]\" twice"]', "aws_a.b"),
        ("Parent/Child", "Parent/Child"),
    ],
)
def test_the_keys_of_instances_may_hold_brackets_and_dots(address: str, bare: str) -> None:
    assert checkov_blocks.without_indices(address) == bare


def test_a_place_leads_to_the_nearest_key_before_it() -> None:
    size, encrypted = Marked("Size", 4, 6), Marked("Encrypted", 5, 6)
    data = {Marked("Data", 1, 2): {Marked("Properties", 2, 4): {size: 10, encrypted: False}}}

    assert cfn_lint.path_at(data, (5, 17), is_block=False) == ["Data", "Properties", "Encrypted"]
    assert cfn_lint.path_at(data, (4, 12), is_block=False) == ["Data", "Properties", "Size"]
    assert cfn_lint.path_at(data, (0, 0), is_block=False) == []


def test_an_item_of_a_list_is_told_from_the_first_key_in_it() -> None:
    statements = [MarkedMapping({Marked("Effect", 3, 4): "Allow", Marked("Action", 4, 4): "*"})]

    assert cfn_lint.path_at(statements, (3, 4), is_block=True) == [0]
    assert cfn_lint.path_at(statements, (3, 4), is_block=False) == [0, "Effect"]


def test_a_block_of_several_lines_is_underlined_on_its_first() -> None:
    file = SourceFile("t.yaml", "t.yaml", b"Resources:\n  Data:\n    Type: X\n")

    assert cfn_lint.location_of(Span(file, 13, 30)) == (1, 2, 1, 7)
    assert cfn_lint.location_of(Span(file, 13, 17)) == (1, 2, 1, 6)


class Rule:
    """What cfn-lint derives rules from."""


class RuleMatch(SimpleNamespace):
    def __init__(self, path: Any, message: str, **more: Any) -> None:
        super().__init__(path=path, message=message, **more)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, type]:
    """The rules, in a cfn-lint that knows no more than what a rule must be."""
    host = ModuleType("cfnlint.rules")
    host.__dict__.update(CloudFormationLintRule=Rule, RuleMatch=RuleMatch)
    monkeypatch.setitem(sys.modules, "cfnlint", ModuleType("cfnlint"))
    monkeypatch.setitem(sys.modules, "cfnlint.rules", host)
    return cfn_lint.rule_classes()


def test_every_check_that_a_template_can_break_is_a_rule_of_its_level(rules: Mapping[str, type]) -> None:
    levels = {check.code: check.severity for check in registry.load_all() if check.examples("BAD")["cloudformation"]}

    assert {rule[1:] for rule in rules} == set(levels)
    assert {rule for rule in rules if rule[0] == "E"} == {
        f"E{c}" for c, level in levels.items() if level >= Severity.HIGH
    }


def test_each_template_is_judged_when_its_rules_are_asked(rules: Mapping[str, type], write: Write) -> None:
    write({"bad.yaml": TEMPLATE, "good.yaml": TEMPLATE.replace("false", "true")})
    rule = rules["ESNAP201"]()

    found = {name: list(rule.match(SimpleNamespace(filename=name, template={}))) for name in ("bad.yaml", "good.yaml")}

    assert [(match.location[0], match.message.partition(":")[0]) for match in found["bad.yaml"]] == [(6, "Data")]
    assert found["good.yaml"] == []


def test_a_template_without_a_file_is_said_not_to_be_judged(rules: Mapping[str, type]) -> None:
    (match,) = rules["ESNAP001"]().match(SimpleNamespace(filename=None, template={}))

    assert "not the standard input" in match.message


def test_what_is_found_in_another_template_names_its_file(rules: Mapping[str, type], write: Write) -> None:
    parent = """
Resources:
  Disks:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {On: false}}
"""
    child = "Parameters: {On: {Type: String}}" + TEMPLATE.replace("false", "!Ref On")
    write({"parent.yaml": parent, "child.yaml": child})

    (match,) = rules["ESNAP201"]().match(SimpleNamespace(filename="parent.yaml", template={}))

    assert match.filename == "child.yaml"


class GraphCheck:
    """What Checkov derives graph checks from."""


class RunnerFilter:
    """What Checkov was told to run: only what is asked for by name, where something is."""

    external: ClassVar[set[str]] = set()

    def __init__(self, *asked: str) -> None:
        self._asked = asked

    @classmethod
    def notify_external_check(cls, code: str) -> None:
        cls.external.add(code)

    def should_run_check(
        self, check: Any = None, check_id: str = "", severity: Any = None, report_type: str = ""
    ) -> bool:
        code = check.id if check is not None else check_id
        assert report_type == "terraform"
        assert code in self.external
        return not self._asked or code in self._asked


class Registry:
    """A registry of Checkov's own checks."""

    def run_checks(self, graph: Any, runner_filter: RunnerFilter, report_type: str) -> dict[Any, list[Any]]:
        return {"CKV_AWS_3": []}


@pytest.fixture
def registry_of_checkov(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The registry after two registrations, as Checkov loads a directory for each kind of code."""
    registries = {"terraform": Registry(), "cloudformation": Registry()}
    played = {
        "checkov.common.bridgecrew.severities": {"Severities": {severity.name: severity for severity in Severity}},
        "checkov.common.checks_infra.registry": {"get_graph_checks_registry": registries.__getitem__},
        "checkov.common.graph.checks_infra.base_check": {"BaseGraphCheck": GraphCheck},
        "checkov.common.models.enums": {"CheckResult": SimpleNamespace(FAILED="failed")},
        "checkov.runner_filter": {"RunnerFilter": RunnerFilter},
    }
    for name, content in played.items():
        for parent in (name, *(name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1))):
            monkeypatch.setitem(sys.modules, parent, ModuleType(parent))
        sys.modules[name].__dict__.update(content)
    monkeypatch.delitem(sys.modules, "snapguard.hosts.checkov_results", raising=False)
    monkeypatch.setattr(RunnerFilter, "external", set())
    checkov.register()
    checkov.register()
    return registries["terraform"]


class RustworkxGraph(SimpleNamespace):
    def node_indices(self) -> list[int]:
        return list(range(len(self.blocks)))

    def nodes(self) -> list[Any]:
        return list(enumerate(self.blocks))


class NetworkxGraph(SimpleNamespace):
    def nodes(self, data: bool) -> list[Any]:
        assert data
        return list(enumerate(self.blocks))


def asked(host: Registry, graph: Any, runner_filter: RunnerFilter) -> dict[Any, list[Any]]:
    """What the registry gives, by the ids and severities of the checks."""
    found = host.run_checks(graph, runner_filter, "terraform")
    return {check if isinstance(check, str) else (check.id, check.severity): result for check, result in found.items()}


@pytest.mark.parametrize("graph", [RustworkxGraph, NetworkxGraph])
def test_a_registry_gives_what_is_found_in_either_kind_of_graph_beside_its_own(
    graph: type, registry_of_checkov: Registry, write: Write, project: Path
) -> None:
    write({"main.tf": VOLUMES})
    block = vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (2, 7))

    found = asked(registry_of_checkov, graph(blocks=[block]), RunnerFilter())

    failure = {"result": "failed", "entity": block, "evaluated_keys": []}
    assert found == {"CKV_AWS_3": [], ("SNAP201", Severity.HIGH): [failure]}


def test_a_check_is_named_to_the_host_as_it_names_itself(
    registry_of_checkov: Registry, write: Write, project: Path
) -> None:
    write({"main.tf": VOLUMES})
    graph = RustworkxGraph(blocks=[vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (2, 7))])

    (_, check) = registry_of_checkov.run_checks(graph, RunnerFilter(), "terraform")

    assert check.name == registry.load("SNAP201").summary
    assert check.guideline.endswith("/checks/snap201_volume_not_encrypted.py")


def test_each_severity_that_the_findings_of_a_check_have_is_a_check_to_the_host(
    registry_of_checkov: Registry, write: Write, project: Path
) -> None:
    configuration = "[severity]\nSNAP201 = 'low'\n"
    write({"main.tf": VOLUMES, "snapguard.toml": configuration})
    graph = RustworkxGraph(blocks=[vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (2, 7))])

    assert ("SNAP201", Severity.LOW) in asked(registry_of_checkov, graph, RunnerFilter())


@pytest.mark.parametrize("wanted", ["SNAP301", "CKV_AWS_3"])
def test_what_the_host_was_told_not_to_run_is_not_given(
    wanted: str, registry_of_checkov: Registry, write: Write, project: Path
) -> None:
    write({"main.tf": VOLUMES})
    graph = RustworkxGraph(blocks=[vertex("aws_ebs_volume.data", "aws_ebs_volume.data", project / "main.tf", (2, 7))])

    assert asked(registry_of_checkov, graph, RunnerFilter(wanted)) == {"CKV_AWS_3": []}


def test_nothing_is_found_where_the_host_has_read_nothing(registry_of_checkov: Registry) -> None:
    assert asked(registry_of_checkov, RustworkxGraph(blocks=[]), RunnerFilter()) == {"CKV_AWS_3": []}


def registered_in_a_worker(connection: Any) -> None:
    before = gc.get_freeze_count()
    checkov.register()
    connection.send((before, gc.get_freeze_count()))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="workers are not forked here")
@pytest.mark.usefixtures("registry_of_checkov")
def test_only_a_forked_worker_keeps_the_collector_off_what_it_inherited() -> None:
    assert gc.get_freeze_count() == 0
    receiver, sender = multiprocessing.Pipe(duplex=False)

    worker = multiprocessing.get_context("fork").Process(target=registered_in_a_worker, args=(sender,))
    worker.start()
    before, after = receiver.recv()
    worker.join()

    assert before == 0 < after


def test_a_worker_that_never_asks_imports_nothing_of_the_checks() -> None:
    script = (
        "import sys, snapguard.hosts.checkov; print(*(name for name in sys.modules if name.startswith('snapguard')))"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert printed.stdout.split() == ["snapguard", "snapguard.hosts", "snapguard.hosts.checkov"]


@pytest.mark.parametrize(
    ("command", "module"), [("checkov-checks-dir", "snapguard_checks.py"), ("cfn-lint-rules-dir", "snapguard_rules.py")]
)
def test_the_directories_for_the_hosts_are_printed(command: str, module: str) -> None:
    printed = subprocess.run([sys.executable, "-m", "snapguard", command], capture_output=True, text=True, check=True)

    assert (Path(printed.stdout.strip()) / module).is_file()
