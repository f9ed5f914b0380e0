"""Documents that stand as text: read at once where that is as good as reading them exactly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.iam.document_text import content_of_text
from snapguard.iam.documents import read_document
from snapguard.source import SourceFile, Span
from snapguard.values import Known

STRINGS = st.text(alphabet=' *:/"\\\n\ue000é{}[],-aZ', max_size=8)
CONTENTS = st.recursive(
    st.none() | st.booleans() | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(["Version", "Statement", "Id", "é"]), CONTENTS, min_size=1, max_size=3)


def heredoc(text):
    """The text as a literal that begins some way into a file."""
    file = SourceFile("main.tf", "main.tf", f'é = "x"\npolicy = <<EOT\n{text}EOT\n'.encode())
    start = file.data.index(b"<<EOT")
    return Known(text, Span(file, start, len(file.data)))


def plain(value):
    if isinstance(value.value, dict):
        return {name: plain(child) for name, child in value.value.items()}
    return [plain(child) for child in value.value] if isinstance(value.value, list) else value.value


def places(value):
    """The spans of the whole, of what it holds, and of the elements of lists in it."""
    yield str(value.span)
    for child in value.value.values():
        yield str(child.span)
        yield from (str(one.span) for one in child.known_list or ())


@given(DOCUMENTS, st.sampled_from([None, 0, 2]))
def test_both_ways_of_reading_give_the_same_values_at_the_same_places(document, indent):
    value = heredoc(json.dumps(document, indent=indent, ensure_ascii=False))
    rough, exact = content_of_text(value, exactly=False).value, content_of_text(value, exactly=True).value
    assert plain(rough) == plain(exact) == document
    assert list(places(rough)) == list(places(exact))


@given(DOCUMENTS, st.data())
def test_both_ways_of_reading_refuse_the_same(document, data):
    text = json.dumps(document, indent=1)
    at = data.draw(st.integers(0, len(text) - 1))
    broken = (
        text[:at] + data.draw(st.sampled_from(["", "}", "]", ",", '"', "{", "1", "NaN", "\\u12", " "])) + text[at + 1 :]
    )
    rough, exact = (content_of_text(heredoc(broken), exactly=exactly) for exactly in (False, True))
    assert repr(rough.error) == repr(exact.error)
    assert (rough.value is None) == (exact.value is None)
    if exact.value is not None and exact.value.known_map is not None:
        assert plain(rough.value) == plain(exact.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"Statement": [], "Age": 3600}',
        '{"Statement": NaN}',
        '{"Id": "\\ud83d\\ude00"}',
        '{"Statement": [{"Condition": ' + "[" * 25 + "]" * 25 + "}]}",
        '{"Statement": ' + "[" * 5000 + "]" * 5000 + "}",
        '\ufeff{"Statement": {}}',
        '{"Statement": [] {"Id": "x"}}',
        '{"Statement": [1,]}',
        "{}",
        "[{}]",
    ],
)
def test_what_is_not_plain_is_left_to_the_exact_reading(text):
    assert not content_of_text(heredoc(text), exactly=False).is_rough


def test_what_is_wrong_in_a_statement_is_told_where_it_stands():
    value = heredoc(
        '{"Statement": [\n  {"Effect": "Allow", "Action": "a:b"},\n  {"Effect": "Alow", "Action": "a:b"}\n]}\n'
    )
    (error,) = read_document(value).errors
    assert error.span.text == '"Alow"'


def test_the_place_of_a_statement_is_its_object():
    (statement,) = read_document(heredoc('{"Statement": [ {"Effect": "Allow", "Action": "é:b"} ]}')).statements
    assert statement.span.text == '{"Effect": "Allow", "Action": "é:b"}'
