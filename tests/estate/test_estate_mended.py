"""What a finding's help says mends it, for a bad form of every resource type: the finding goes, and no other comes."""

import json
import re

import pytest
from bad_forms import FORMS
from forms_as_json import MODULES, NAMES, as_json, body_of, mend

from snapguard.findings import Status

CASES = [
    pytest.param(language, code, form, id=f"{language}-{code}-{number}")
    for language, forms in FORMS.items()
    for code in forms
    for number, form in enumerate(forms[code])
]


@pytest.mark.parametrize(("language", "code", "form"), CASES)
def test_a_bad_form_is_found_and_mended_by_what_its_help_says(language, code, form, scan_text):
    name = NAMES[language][1]
    content = as_json(language, form)

    found = scan_text(language, {name: json.dumps(content, indent=2)}, select=[code])
    assert {(result.code, result.status) for result in found} == {(code, Status.FAIL)}
    for result in found:
        if "\n" in result.help:
            body = body_of(language, content, result.address)
            mended = json.loads(json.dumps(mend(language, body, result.help)))
            body.clear()
            body.update(mended)

    assert [each.message for each in scan_text(language, {name: json.dumps(content, indent=2)}, select=[code])] == []


def told(report):
    return {(result.code, result.address, result.status) for result in report.results}


@pytest.mark.parametrize(("language", "code", "form"), CASES)
def test_a_form_has_the_same_findings_in_json(language, code, form, scan_files):
    native, other = NAMES[language]
    written = form if language == "terraform" else "Resources:\n" + form
    files = {f"native/{native}": written, f"json/{other}": json.dumps(as_json(language, form))}

    here = scan_files(files, ["native"], select=[code])
    assert told(scan_files(files, ["json"], select=[code])) == told(here) != set()


@pytest.mark.parametrize("language", FORMS)
def test_there_is_a_bad_form_of_every_type_that_has_a_remedy(language):
    for code, remedies in MODULES[language].REMEDIES.items():
        forms = "\n".join(FORMS[language][code])
        named = set(re.findall(r'^resource "(\w+)" "x"|^  X:\n    Type: (\S+)', forms, re.MULTILINE))
        assert {first or second for first, second in named} >= set(remedies) - REPLACED, code


# Encryption of a single cache cluster can't be switched on: the help is to replace it.
REPLACED = {"AWS::ElastiCache::CacheCluster"}
