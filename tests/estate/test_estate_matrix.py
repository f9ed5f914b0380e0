"""Every way to restore a machine against every way to let the world in, in both languages, each with look-alikes."""

import json
from pathlib import Path

import matrix_cloudformation
import matrix_terraform
import pytest

from snapguard.findings import Status

LANGUAGES = {"terraform": matrix_terraform, "cloudformation": matrix_cloudformation}
PAGE = Path(__file__).parents[2] / "docs" / "restored.md"


def merged(language, *parts):
    """Files of one root from parts that are texts, resources or files."""
    if language == "terraform":
        files = {}
        for part in parts:
            for name, text in (part if isinstance(part, dict) else {"main.tf": part}).items():
                files[name] = files.get(name, "") + text
        return files
    resources, children = {}, {}
    for part in parts:
        if "template.json" in part:
            resources.update(part["template.json"])
            children = {name: content for name, content in part.items() if name != "template.json"}
        else:
            resources.update(part)
    top = {**matrix_cloudformation.SURROUNDINGS, "Resources": resources}
    return {name: json.dumps(content, indent=1) for name, content in {"template.json": top, **children}.items()}


@pytest.fixture
def judged(scan_files):
    """The results of roots by their names, judged in one scan."""

    def run(language, roots, select="SNAP401"):
        files = {
            f"{number:02}/{name}": text
            for number, parts in enumerate(roots.values())
            for name, text in merged(language, *parts).items()
        }
        report = scan_files(files, select=[select])
        assert not report.errors, report.errors[0].traceback
        found = {name: [] for name in roots}
        names = list(roots)
        for result in report.results:
            assert result.code == select, result.message
            found[names[int(result.span.file.display[:2])]].append(result)
        return found

    return run


def statuses(found):
    return {name: [result.status for result in results] for name, results in found.items()}


def cells(table):
    return [(language, name) for language, module in LANGUAGES.items() for name in getattr(module, table)]


@pytest.mark.parametrize(("language", "path"), cells("PATHS"))
def test_a_machine_restored_by_any_path_and_opened_in_any_way_is_found(judged, language, path):
    module = LANGUAGES[language]
    restored = module.PATHS[path](module.GROUP)
    found = judged(language, {way: (restored, rule) for way, rule in module.RULES.items()})

    assert {name: set(each) for name, each in statuses(found).items()} == {way: {Status.FAIL} for way in module.RULES}


@pytest.mark.parametrize(("language", "path"), cells("PATHS"))
def test_a_restored_machine_that_is_not_open_is_silent(judged, language, path):
    module = LANGUAGES[language]
    restored = module.PATHS[path](module.GROUP)
    found = judged(language, {way: (restored, rule) for way, rule in module.CLOSED.items()})

    assert statuses(found) == {way: [] for way in module.CLOSED}


@pytest.mark.parametrize(("language", "path"), cells("INSTALLED"))
def test_an_open_machine_that_was_not_restored_is_silent(judged, language, path):
    module = LANGUAGES[language]
    installed = module.INSTALLED[path](module.GROUP)
    found = judged(language, {way: (installed, rule) for way, rule in module.RULES.items()})

    assert statuses(found) == {way: [] for way in module.RULES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_reaches_a_machine_in_any_way(judged, language):
    module = LANGUAGES[language]
    found = judged(language, {way: (code,) for way, code in module.MEMBERSHIPS.items()})

    assert statuses(found) == {way: [Status.FAIL] for way in module.MEMBERSHIPS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_reaches_a_machine_that_was_not_restored_in_silence(judged, language):
    module = LANGUAGES[language]
    without = json.dumps(module.MEMBERSHIPS).replace("snap-0123456789abcdef0", "")
    found = judged(language, {way: (code,) for way, code in json.loads(without).items()})

    assert statuses(found) == {way: [] for way in module.MEMBERSHIPS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_between_makes_a_finding_less_severe_and_is_told(judged, language):
    module = LANGUAGES[language]
    estates = {**module.SHELTERED, "nothing between": module.MEMBERSHIPS["on the machine"]}
    found = judged(language, {way: (code,) for way, code in estates.items()})

    assert {way: [result.severity.label for result in results] for way, results in found.items()} == {
        **{way: ["high"] for way in module.SHELTERED},
        "nothing between": ["critical"],
    }


def outward(code):
    """The same rules for the way out."""
    if isinstance(code, dict):
        return {outward(name): outward(value) for name, value in code.items()}
    if isinstance(code, list):
        return [outward(value) for value in code]
    return _outward_text(code) if isinstance(code, str) else code


def _outward_text(text):
    pairs = [
        ("ingress {", "egress {"),
        ("ingress = [", "egress = ["),
        ('dynamic "ingress"', 'dynamic "egress"'),
        ("ingress.value", "egress.value"),
        ('type = "ingress"', 'type = "egress"'),
        ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"),
        ("SecurityGroupIngress", "SecurityGroupEgress"),
        ("SourcePrefixListId", "DestinationPrefixListId"),
    ]
    for ingress, egress in pairs:
        text = text.replace(ingress, egress)
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_in_is_a_way_out_where_it_is_written_so(judged, language):
    module = LANGUAGES[language]
    restored = next(iter(module.PATHS.values()))(module.GROUP)
    rules = {way: outward(rule) for way, rule in module.RULES.items()}
    found = judged(language, {way: (restored, rule) for way, rule in rules.items()}, select="SNAP402")

    assert {name: set(each) for name, each in statuses(found).items()} == {way: {Status.FAIL} for way in module.RULES}
    assert statuses(judged(language, {way: (restored, rule) for way, rule in rules.items()})) == {
        way: [] for way in module.RULES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_way_out_that_is_closed_is_found(judged, language):
    module = LANGUAGES[language]
    restored = next(iter(module.PATHS.values()))(module.GROUP)
    closed = {way: outward(rule) for way, rule in module.CLOSED.items() if way != "the way out alone"}
    found = judged(language, {way: (restored, rule) for way, rule in closed.items()}, select="SNAP402")

    assert statuses(found) == {way: [] for way in closed}


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_ways_to_log_in_are_found_by_the_same_paths(judged, language):
    module = LANGUAGES[language]
    rule = json.loads(json.dumps(module.RULES["in the group"]).replace("22", "3389"))
    paths = {path: (code(module.GROUP), rule) for path, code in module.PATHS.items()}
    found = judged(language, paths, select="SNAP403")

    assert {name: set(each) for name, each in statuses(found).items()} == {path: {Status.FAIL} for path in module.PATHS}


EVERYTHING = "for all traffic"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_database_restored_by_any_path_and_opened_is_found(judged, language):
    module = LANGUAGES[language]
    databases = {name: (code(module.GROUP), module.RULES[EVERYTHING]) for name, code in module.DATABASES.items()}
    found = statuses(judged(language, databases, select="SNAP404"))

    assert {name: Status.FAIL in each for name, each in found.items()} == dict.fromkeys(databases, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_restored_database_that_is_not_open_is_no_certain_finding(judged, language):
    module = LANGUAGES[language]
    closed = module.CLOSED["a private range"]
    databases = {name: (code(module.GROUP), closed) for name, code in module.DATABASES.items()}
    found = statuses(judged(language, databases, select="SNAP404"))

    assert {name: Status.FAIL in each for name, each in found.items()} == dict.fromkeys(databases, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_database_that_was_not_restored_is_silent(judged, language):
    module = LANGUAGES[language]
    databases = {name: (code(module.GROUP), module.RULES[EVERYTHING]) for name, code in module.NEW_DATABASES.items()}

    assert statuses(judged(language, databases, select="SNAP404")) == {name: [] for name in databases}


def test_the_page_has_every_path_and_every_way():
    text = PAGE.read_text(encoding="utf-8")
    assert text.partition("<!-- matrix -->\n")[2].partition("<!-- end -->")[0] == tables()


HEADINGS = {
    "PATHS": "How a machine comes to be restored",
    "RULES": "A rule that lets the world in",
    "MEMBERSHIPS": "How a group reaches a machine",
    "SHELTERED": "Found, and less severe",
    "DATABASES": "How a database comes to be restored (SNAP404)",
    "INSTALLED": "Silent: not restored",
    "CLOSED": "Silent: not open",
    "NEW_DATABASES": "Silent: databases that are not restored",
}


def tables():
    """The tables of what is tried: what in which language."""
    found = []
    for table, heading in HEADINGS.items():
        names = dict.fromkeys(name for _, name in cells(table))
        rows = [
            f"| {name} | {' | '.join('●' if name in getattr(module, table) else '' for module in LANGUAGES.values())} |"
            for name in names
        ]
        found.append("\n".join([f"| {heading} | Terraform | CloudFormation |", "| --- | :-: | :-: |", *rows]) + "\n")
    sizes = ", ".join(
        f"{len(module.PATHS) * (len(module.RULES) + len(module.CLOSED)) + len(module.INSTALLED) * len(module.RULES)}"
        f" in {name}"
        for name, module in (("Terraform", matrix_terraform), ("CloudFormation", matrix_cloudformation))
    )
    return "\n".join([f"Cells that are tried: {sizes}.\n", *found])
