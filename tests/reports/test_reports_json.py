"""The JSON report: the contract that other programs rely on."""

import json

from snapguard import __version__
from snapguard.judging import InternalError
from snapguard.reports import json_report

CODE = """\
variable "encrypted" {
  default = false
}

resource "aws_ebs_volume" "v" {
  encrypted = var.encrypted
}
"""


def document(report, **options):
    return json.loads(json_report.render(report, report.results, **options))


def test_a_finding_has_all_fields_of_the_contract(scan_files):
    report = scan_files({"a/main.tf": CODE})
    (finding,) = document(report)["findings"]
    result = report.results[0]

    assert finding == {
        "check": "SNAP201",
        "name": "volume-not-encrypted",
        "category": "encryption",
        "severity": "high",
        "status": "fail",
        "address": "aws_ebs_volume.v",
        "file": "a/main.tf",
        "line": 6,
        "column": 15,
        "end_line": 6,
        "end_column": 28,
        "addresses": ["aws_ebs_volume.v"],
        "message": result.message,
        "evidence": [
            {"file": "a/main.tf", "line": item.span.line, "end_line": item.span.end_line, "message": item.message}
            for item in result.evidence
        ],
        "fingerprint": result.fingerprint,
        "attack": list(result.attack),
        "help": result.help,
        "reason": "",
    }
    assert "T1578.001" in finding["attack"]
    assert {item["line"] for item in finding["evidence"]} >= {2}


def test_the_document_names_format_and_tool(scan_files):
    written = document(scan_files({}))

    assert written["version"] == 1
    assert written["tool"] == {"name": "snapguard", "version": __version__}
    assert written["findings"] == []


def test_the_time_stands_there_only_where_it_is_asked_for(scan_files):
    report = scan_files({"main.tf": CODE})

    assert document(report)["statistics"] == {"files": 1, "roots": 1, "resources": 0, "seconds": None}
    assert document(report, has_times=True)["statistics"]["seconds"] >= 0


def test_two_runs_over_the_same_bytes_print_the_same_bytes(scan_files):
    first = scan_files({"main.tf": CODE, "b/main.tf": CODE})
    second = scan_files({"main.tf": CODE, "b/main.tf": CODE})

    assert json_report.render(first, first.results) == json_report.render(second, second.results)


def test_missing_paths_and_bugs_are_errors(scan_files):
    report = scan_files({}, ["nowhere"])._replace(errors=[InternalError("internal error in SNAP301", "Traceback")])

    assert document(report)["errors"] == [
        {"kind": "path", "message": "nowhere: there is no such file or directory"},
        {"kind": "internal", "message": "internal error in SNAP301"},
    ]


def test_texts_are_written_as_they_are(scan_files):
    report = scan_files({"main.tf": 'resource "aws_ebs_volume" "größe" {\n  encrypted = false\n}\n'})

    assert '"aws_ebs_volume.größe"' in json_report.render(report, report.results)
