"""What Checkov finds in the checks' bad examples is found here as well, or docs/peers.md says why not.

It runs where Checkov is installed, in an environment of its own: `checkov` is then on the path.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from snapguard import registry
from snapguard.findings import Category, Status

PAGE = Path(__file__).parents[1] / "docs" / "peers.md"
FILES = {"terraform": "main.tf", "cloudformation": "template.yaml"}

# Rules about other matters than copies, and who gets at them: logs, availability, updates, descriptions, metadata.
OTHER_MATTERS = {
    *("CKV2_AWS_30", "CKV2_AWS_41", "CKV2_AWS_60", "CKV2_AWS_5", "CKV2_AWS_11", "CKV2_AWS_12"),
    *("CKV_AWS_7", "CKV_AWS_23", "CKV_AWS_79", "CKV_AWS_118", "CKV_AWS_126", "CKV_AWS_129", "CKV_AWS_135"),
    *("CKV_AWS_157", "CKV_AWS_161", "CKV_AWS_226", "CKV_AWS_293", "CKV_AWS_353"),
}
# Where the page says that the answer differs, on purpose: a root device that is not written.
DIFFERENT = {("CKV_AWS_8", "aws_instance.forensics")}


def answers():
    """The codes that answer each of Checkov's rules, as the page has them; none where it says that none does."""
    found = {}
    section = PAGE.read_text(encoding="utf-8").partition("## Checkov")[2].partition("\n## ")[0]
    for row in section.splitlines():
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) < 6 or not cells[1].startswith("CKV"):
            continue
        prefix = ""
        for name in cells[1].split(", "):
            prefix, _, number = name.rpartition("_") if "_" in name else (prefix, "", name)
            found[f"{prefix}_{number}"] = set(re.findall(r"SNAP\d{3}", cells[3]))
    return found


def test_the_page_names_checks_that_exist():
    named = set(re.findall(r"SNAP\d{3}", PAGE.read_text(encoding="utf-8")))
    assert named <= set(registry.check_modules())


def test_the_page_has_an_answer_for_every_family_of_rules():
    found = answers()
    assert found["CKV_AWS_3"] == found["CKV2_AWS_2"] == {"SNAP201"}
    assert found["CKV_AWS_183"] == {"SNAP201", "SNAP202", "SNAP204"}
    assert found["CKV_AWS_47"] == set()


def named_on_the_page(section):
    """Every id of Checkov's that a section names, in full: `CKV_AWS_7, 227` are two."""
    found, prefix = set(), ""
    for start, number in re.findall(r"(CKV2?_AWS_|\b)(\d{1,3})\b", section):
        prefix = start or prefix
        found.add(f"{prefix}{number}")
    return found


def test_every_rule_of_checkov_s_on_a_type_that_is_judged_is_on_the_page():
    checkov = shutil.which("checkov")
    if checkov is None:
        pytest.skip("Checkov is not installed")
    section = PAGE.read_text(encoding="utf-8").partition("## Checkov")[2].partition("\n## ")[0]
    known = named_on_the_page(section)
    coverage = (PAGE.parent / "coverage.md").read_text(encoding="utf-8")
    judged = {row.split("`")[1] for row in coverage.splitlines() if row.startswith("| `") and "●" in row}

    missing = {}
    for framework in ("terraform", "cloudformation"):
        command = [checkov, "--list", "--framework", framework]
        for line in subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 5 and cells[2].startswith("CKV") and "_AWS_" in cells[2] and cells[4] in judged:
                missing.setdefault(cells[2], cells[5])
    assert missing
    assert {rule: name for rule, name in missing.items() if rule not in known} == {}


def test_what_checkov_finds_in_the_bad_examples_is_found_or_explained(scan_files):
    checkov = shutil.which("checkov")
    if checkov is None:
        pytest.skip("Checkov is not installed")
    examples = {
        f"{code}-{language}/{FILES[language]}": text
        for code in registry.check_modules()
        if registry.CATEGORIES[code[4]] is not Category.INPUT
        for language, text in registry.load(code).examples("BAD").items()
        if text is not None
    }
    report = scan_files(examples)
    ours = {}
    for result in report.results:
        if result.status is Status.FAIL:
            ours.setdefault(result.span.file.display, set()).add(result.code)

    command = [checkov, "-d", ".", "--compact", "--quiet", "-o", "json", "--framework", "terraform", "cloudformation"]
    output = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    runs = output if isinstance(output, list) else [output]
    theirs = [failed for run in runs for failed in run["results"]["failed_checks"]]

    assert theirs
    known = answers()
    missed = []
    for failed in theirs:
        rule, resource = failed["check_id"], failed["resource"]
        if rule in OTHER_MATTERS or (rule, resource) in DIFFERENT or known.get(rule) == set():
            continue
        if not known.get(rule, set()) & ours.get(failed["file_path"].lstrip("/"), set()):
            missed.append((rule, failed["check_name"], failed["file_path"], resource))
    assert missed == []
