"""Findings and results, and the way a value came as evidence."""

from snapguard.findings import Evidence, Finding, Severity, provenance
from snapguard.source import SourceFile, Span
from snapguard.values import Known

FILE = SourceFile("main.tf", "main.tf", b"var.allowed\ndefault = 1\n")
USE, DEFAULT = Span(FILE, 0, 11), Span(FILE, 22, 23)


def test_severities_are_ordered_and_lowered_down_to_low():
    assert Severity.CRITICAL > Severity.HIGH > Severity.MEDIUM > Severity.LOW
    assert Severity.CRITICAL.lowered() is Severity.HIGH
    assert Severity.LOW.lowered() is Severity.LOW
    assert Severity.MEDIUM.label == "medium"


def test_a_value_written_in_place_needs_no_evidence():
    assert provenance(Known(1, DEFAULT)) == []


def test_a_value_brings_its_way_and_the_place_where_it_is_set():
    value = Known(1, DEFAULT).through(USE, "var.allowed")

    assert provenance(value) == [
        Evidence(USE, "comes from var.allowed", is_step=True),
        Evidence(DEFAULT, "is set here", is_step=True),
    ]


def test_a_value_without_a_place_brings_its_way_alone():
    assert provenance(Known(1).through(USE, "var.allowed")) == [Evidence(USE, "comes from var.allowed", is_step=True)]


def test_a_place_that_ends_the_way_is_not_told_twice():
    assert provenance(Known(1, USE).through(USE, "x")) == [Evidence(USE, "comes from x", is_step=True)]


def test_a_finding_is_certain_unless_it_says_otherwise():
    finding = Finding("text", USE)

    assert (finding.certain, finding.severity, finding.help, finding.evidence) == (True, None, None, ())
