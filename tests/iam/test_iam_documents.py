"""From values to statements."""

import pytest

from snapguard.iam.documents import (
    ANY_POLICY,
    IDENTITY_POLICY,
    RESOURCE_POLICY,
    TRUST_POLICY,
    read_document,
)
from snapguard.source import SourceFile, Span
from snapguard.values import ABSENT, Known, Reference, Unknown

VAR = Unknown("var.x has no value here", (Reference("var.x"),))


def known(content):
    """A structure of Values from a plain one; Values within stay as they are."""
    if isinstance(content, dict):
        return Known({key: known(value) for key, value in content.items()})
    if isinstance(content, list):
        return Known([known(value) for value in content])
    return Known(content) if isinstance(content, str) else content


def in_file(before, literal, after=""):
    file = SourceFile("main.tf", "main.tf", (before + literal + after).encode())
    start = len(before.encode())
    return Span(file, start, start + len(literal.encode()))


def texts(values):
    return [value.known_text for value in values]


STATEMENT = {"Effect": "Allow", "Action": "ec2:*", "Resource": ["*", "b"]}


@pytest.mark.parametrize("statements", [STATEMENT, [STATEMENT]])
def test_a_statement_stands_alone_or_in_a_list(statements):
    (statement,) = read_document(known({"Statement": statements})).statements
    assert statement.allow is True
    assert texts(statement.actions) == ["ec2:*"]
    assert texts(statement.resources) == ["*", "b"]


def test_nothing_written_is_a_document_without_statements():
    document = read_document(ABSENT)
    assert (list(document.statements), document.complete, list(document.errors)) == ([], True, [])


def test_a_text_of_json_is_read():
    document = read_document(Known('{"Statement": {"Effect": "Deny", "NotAction": "a:b", "NotResource": "c"}}'))
    (statement,) = document.statements
    assert statement.allow is False
    assert statement.negated_actions
    assert statement.negated_resources
    assert texts(statement.actions) == ["a:b"]


def test_what_a_text_was_made_from_counts_before_the_text():
    value = Known("{}", decoded=known({"Statement": STATEMENT}))
    assert len(read_document(value).statements) == 1


def test_an_unknown_text_with_a_known_structure_is_read():
    value = Unknown("not known", decoded=known({"Statement": {**STATEMENT, "Resource": VAR}}))
    (statement,) = read_document(value).statements
    assert statement.resources[0].refs == (Reference("var.x"),)


def test_principals_are_read_by_kind():
    principal = {"AWS": ["1", "2"], "Service": "ec2.amazonaws.com"}
    (statement,) = read_document(known({"Statement": {**STATEMENT, "Principal": principal}})).statements
    assert [(item.kind, item.value.known_text) for item in statement.principals] == [
        ("AWS", "1"),
        ("AWS", "2"),
        ("Service", "ec2.amazonaws.com"),
    ]
    assert not statement.negated_principals


def test_a_bare_star_is_everyone_and_not_principal_is_told_apart():
    (everyone,) = read_document(known({"Statement": {**STATEMENT, "Principal": "*"}})).statements
    assert [(item.kind, item.value.known_text) for item in everyone.principals] == [("AWS", "*")]
    (others,) = read_document(known({"Statement": {**STATEMENT, "NotPrincipal": {"AWS": "1"}}})).statements
    assert others.negated_principals


def test_conditions_are_read_by_operator_and_key():
    condition = {"StringEquals": {"aws:a": "x", "aws:b": ["y", "z"]}, "Null": {"aws:c": "true"}}
    (statement,) = read_document(known({"Statement": {**STATEMENT, "Condition": condition}})).statements
    assert [(one.operator, one.key, texts(one.values)) for one in statement.conditions] == [
        ("StringEquals", "aws:a", ["x"]),
        ("StringEquals", "aws:b", ["y", "z"]),
        ("Null", "aws:c", ["true"]),
    ]
    assert statement.certain


@pytest.mark.parametrize("condition", [VAR, {"StringEquals": VAR}])
def test_conditions_that_are_not_known_make_a_statement_uncertain(condition):
    (statement,) = read_document(known({"Statement": {**STATEMENT, "Condition": condition}})).statements
    assert not statement.certain


def test_names_of_elements_are_read_however_they_are_cased():
    (statement,) = read_document(known({"statement": {"effect": "Allow", "action": "a:b", "resource": "*"}})).statements
    assert texts(statement.actions) == ["a:b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"Statement": [}', "expected a value, found }"),
        ("nonsense", "expected a value, found nonsense; text takes double quotes"),
        ("[]", "a policy document is an object with a Statement"),
        ('"text"', "a policy document is an object with a Statement"),
        ('{"Version": "2012-10-17"}', "it has no Statement"),
        ('{"Statement": ["x"]}', "each Statement is an object with an Effect"),
        ('{"Statement": {"Effect": "allow", "Action": "x"}}', "Effect is Allow or Deny"),
        ('{"Statement": {"Effect": "Allow", "Resource": "*"}}', "a statement names its Action or NotAction"),
        (
            '{"Statement": {"Effect": "Allow", "Actions": "x"}}',
            "a statement has no element `Actions`; did you mean `Action`?",
        ),
        (
            '{"Statement": {"Effect": "Allow", "Action": "x", "Ressource": "*"}}',
            "a statement has no element `Ressource`; did you mean `Resource`?",
        ),
        ('{"Statement": {"Effect": "Allow", "Action": "x", "Why": "*"}}', "a statement has no element `Why`"),
        ('{"Statements": []}', "a policy has no element `Statements`; did you mean `Statement`?"),
        (
            '{"Statement": [{"Sid": "A", "Effect": "Deny", "Action": "x"},'
            ' {"Effect": "Deny", "Action": "x", "Sid": "A"}]}',
            "two statements with the Sid `A`",
        ),
        ('{"Version": "2012-10-7", "Statement": []}', "Version is 2012-10-17 or 2008-10-17"),
        ('{"Statement": {"Action": "x"}}', "Effect is Allow or Deny"),
        (
            '{"Statement": {"Effect": "Deny", "Action": "x", "NotAction": "y", "Resource": "*"}}',
            "a statement has Action or NotAction, not both",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, message):
    span = in_file("policy = ", text)
    document = read_document(Known(text, span))
    assert [error.message for error in document.errors] == [f"policy document: {message}"]
    assert span.start <= document.errors[0].span.start <= span.end


BY_GRAMMAR = {
    "a policy of a principal is about who holds it, and so names no Principal": (
        '"Action": "x", "Resource": "*", "Principal": "*"',
        [IDENTITY_POLICY],
    ),
    "a policy of a principal is about who holds it, and so names no Principal ": (
        '"Action": "x", "Resource": "*", "NotPrincipal": "*"',
        [IDENTITY_POLICY],
    ),
    "a statement names its Resource or NotResource": ('"Action": "x"', [IDENTITY_POLICY]),
    "a trust policy is about the role that it stands in, and so names no Resource": (
        '"Action": "x", "Principal": "*", "Resource": "*"',
        [TRUST_POLICY],
    ),
    "a statement names its Principal or NotPrincipal": ('"Action": "x"', [TRUST_POLICY, RESOURCE_POLICY]),
}


@pytest.mark.parametrize("message", BY_GRAMMAR)
def test_each_kind_of_policy_has_elements_that_it_needs_and_refuses(message):
    elements, grammars = BY_GRAMMAR[message]
    text = f'{{"Statement": {{"Effect": "Allow", {elements}}}}}'
    for grammar in (ANY_POLICY, IDENTITY_POLICY, TRUST_POLICY, RESOURCE_POLICY):
        told = [error.message for error in read_document(Known(text, in_file("", text)), grammar).errors]
        assert (f"policy document: {message.strip()}" in told) is (grammar in grammars)


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "x", "Resource": None},
        {"Effect": "Allow", "Action": VAR, "Resource": VAR},
        {"Effect": "Allow", "Action": [], "Resource": []},
        {"Effect": VAR, "NotAction": "x", "NotResource": "y"},
        {"Effect": "Allow", "Action": "x", "Resource": "*", "Principal": None},
        {"effect": "Allow", "ACTION": "x", "resource": "*"},
        {"Effect": "Allow", "Fn::Transform": VAR},
        {"Effect": "Allow", "\ue0000\ue001": "x"},
    ],
)
def test_what_is_there_or_may_be_is_not_missed(statement):
    entries = {name: Known(None) if value is None else known(value) for name, value in statement.items()}
    document = known({"Statement": Known(entries)})
    document.span = in_file("", "{}")
    assert list(read_document(document, IDENTITY_POLICY).errors) == []


def test_a_statement_that_may_not_be_there_is_never_wrong():
    either = Unknown("a condition is not known", candidates=(known(STATEMENT), known({"Effect": "Perhaps"})))
    document = known({"Statement": [either]})
    document.span = in_file("", "{}")
    assert list(read_document(document).errors) == []


def test_a_policy_with_an_element_that_there_is_not_is_read_all_the_same():
    document = read_document(known({"Comment": "ours", "Statement": STATEMENT}))
    assert len(document.statements) == 1
    assert not document.complete


def test_what_is_wrong_in_a_text_without_a_place_is_passed_over():
    assert list(read_document(Known("nonsense")).errors) == []
    assert list(read_document(Known('{"Version": "x"}')).errors) == []


@pytest.mark.parametrize("value", [VAR, Known("", in_file("", "")), Unknown("x", parts=(Known("a"), VAR))])
def test_a_document_that_is_not_known_has_no_errors_and_is_not_complete(value):
    document = read_document(value)
    assert not document.complete
    assert list(document.errors) == []


def test_an_empty_object_is_a_document_without_statements():
    assert list(read_document(known({})).errors) == []


def test_a_number_is_no_document():
    assert [error.message for error in read_document(Known(3, in_file("", "3"))).errors] == [
        "policy document: a policy document is an object with a Statement"
    ]


def test_an_unknown_effect_is_neither_allow_nor_deny():
    document = read_document(known({"Statement": {**STATEMENT, "Effect": VAR}}))
    assert document.statements[0].allow is None
    assert list(document.errors) == []


def test_a_statement_that_hangs_on_a_condition_is_there_without_certainty():
    either = Unknown("a condition is not known", candidates=(known(STATEMENT), known({**STATEMENT, "Effect": "Deny"})))
    document = read_document(known({"Statement": [either]}))
    assert [(one.allow, one.certain) for one in document.statements] == [(True, False), (False, False)]
    assert not document.complete


def test_a_document_that_hangs_on_a_condition_is_there_without_certainty():
    either = Unknown(
        "a condition is not known", candidates=(known({"Statement": STATEMENT}), Known('{"Statement": []}'))
    )
    document = read_document(either)
    assert [statement.certain for statement in document.statements] == [False]


def test_an_interpolation_inside_json_is_an_unknown_piece():
    before, after = '{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "arn:', ':x"}}'
    value = Unknown("holds var.x", parts=(Known(before), VAR, Known(after)))
    (statement,) = read_document(value).statements
    (resource,) = statement.resources
    assert [part.known_text or part.refs for part in resource.parts] == ["arn:", (Reference("var.x"),), ":x"]


def test_an_interpolation_that_stands_for_a_whole_value_is_that_value():
    parts = (
        Known('{"Statement": {"Effect": "Allow", "Action": '),
        VAR,
        Known(', "Resource": ["\\"", "'),
        VAR,
        Known('"]}}'),
    )
    (statement,) = read_document(Unknown("holds var.x", parts=parts)).statements
    assert statement.actions[0].refs == (Reference("var.x"),)
    assert [resource.refs for resource in statement.resources] == [(), (Reference("var.x"),)]


def test_json_that_an_interpolation_breaks_is_unknown_and_no_error():
    value = Unknown("holds var.x", parts=(Known("{"), VAR, Known("}")), span=in_file("", "{${var.x}}"))
    document = read_document(value)
    assert not document.complete
    assert list(document.errors) == []


def test_marks_in_the_text_itself_are_left_alone():
    value = Unknown(
        "x",
        parts=(Known('{"Statement": {"Effect": "Allow", "Action": "\ue0009\ue001", "Resource": "'), VAR, Known('"}}')),
    )
    (statement,) = read_document(value).statements
    assert texts(statement.actions) == ["\ue0009\ue001"]


def test_more_statements_than_any_document_can_hold_are_an_error():
    whole = Known([known(STATEMENT)] * 501, in_file("", "[]"))
    document = read_document(Known({"Statement": whole}))
    assert len(document.statements) == 500
    assert [error.message for error in document.errors] == [
        "policy document: more than 500 statements, and IAM takes no document so long"
    ]


LINES = """{
  "Statement": [
    {"Effect": "Allow", "Action": "é:a", "Resource": "*"},
    {"Effect": "Allow", "Action": "b:b", "Resource": "*"}
  ]
}
"""


def test_statements_in_a_plain_literal_stand_at_their_own_place():
    span = in_file("policy = <<EOT\n", LINES, "EOT\n")
    document = read_document(Known(LINES, span))
    assert [statement.span.line for statement in document.statements] == [4, 5]
    assert [statement.span.text[-20:] for statement in document.statements][1] == '"b:b", "Resource": "*"}'[-20:]
    assert document.statements[0].span.text.startswith('{"Effect"')


def test_statements_in_an_indented_heredoc_stand_at_their_own_lines():
    written = "".join(f"    {line}\n" for line in LINES.splitlines())
    span = in_file("policy = <<-EOT\n", written, "  EOT\n")
    document = read_document(Known(LINES, span))
    assert [(statement.span.line, statement.span.end_line) for statement in document.statements] == [(4, 4), (5, 5)]


def test_statements_in_a_template_stand_at_their_own_lines():
    written = LINES.replace("é:a", "${var.x}")
    before, after = LINES.split("é:a")
    span = in_file("policy = <<EOT\n", written, "EOT\n")
    value = Unknown("holds var.x", parts=(Known(before), VAR, Known(after)), span=span)
    assert [statement.span.line for statement in read_document(value).statements] == [4, 5]


def test_statements_of_a_text_that_was_changed_stand_at_the_literal():
    span = in_file("policy = ", "replace(local.policy, 1, 2)")
    document = read_document(Known(LINES, span))
    assert all(statement.span == span for statement in document.statements)
