"""Files as they stand on disk, and places in them."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.source import SourceFile, Span, display_path, leads_out, load


def file_of(text):
    return SourceFile("f", "f", text if isinstance(text, bytes) else text.encode("utf-8"))


TEXTS = st.text(alphabet=st.sampled_from("ab \n\r\tüß€😀"), max_size=40)


@given(TEXTS, st.data())
def test_offset_and_position_are_inverse(text, data):
    file = file_of(text)
    index = data.draw(st.integers(0, len(text)))
    offset = len(text[:index].encode("utf-8"))
    line, column = file.position(offset)

    assert line == text[:index].count("\n") + 1
    assert column == index - (text.rfind("\n", 0, index) + 1) + 1
    if text[index - 1 : index] != "\r":
        assert file.offset(line, column) == offset


@given(TEXTS)
def test_lines_are_those_of_the_text_without_line_ends(text):
    file = file_of(text)

    assert [file.line(number) for number in range(1, len(file.line_starts) + 1)] == [
        line.rstrip("\r") for line in text.split("\n")
    ]


def test_a_byte_order_mark_has_no_column():
    file = file_of("\ufeffab\ncd")

    assert file.position(3) == (1, 1)
    assert file.position(0) == (1, 1)
    assert file.offset(1, 2) == 4
    assert file.line(1) == "ab"


def test_what_lies_past_the_end_is_empty():
    file = file_of("ab\n")

    assert file.line(2) == ""
    assert file.line(3) == ""
    assert file.line(0) == ""
    assert file.offset(9, 1) == 3


def test_a_span_knows_its_place_and_text():
    span = Span(file_of("a = ü\nb"), 4, 6)

    assert (span.line, span.column, span.end_line, span.end_column, span.text) == (1, 5, 1, 6, "ü")
    assert repr(span) == "Span(f:1:5-1:6)"


def test_spans_are_equal_where_file_and_place_are():
    file = file_of("abc")

    assert Span(file, 0, 1) == Span(file, 0, 1)
    assert len({Span(file, 0, 1), Span(file, 0, 1), Span(file, 0, 2)}) == 2
    assert Span(file, 0, 1) != Span(file_of("abc"), 0, 1)
    assert Span(file, 0, 1) != "f"


def test_a_file_is_read_and_named(project):
    (project / "a").mkdir()
    (project / "a" / "f.tf").write_bytes(b"x\r\n")
    file = load(os.path.join("a", "f.tf"))

    assert (file.display, file.data) == ("a/f.tf", b"x\r\n")
    assert repr(file) == "SourceFile('a/f.tf')"


def test_paths_far_outside_the_working_directory_are_absolute(project):
    assert display_path(str(project / "x")) == "x"
    assert display_path(str(project.parent / "x")) == "../x"
    assert display_path("/etc/hosts") == "/etc/hosts"


def test_links_may_lead_to_anywhere_in_the_repository_and_not_out_of_it(project, tmp_path, monkeypatch):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "f").write_text("x")
    (project / "a" / "b").mkdir(parents=True)
    (project / "f").write_text("x")
    (project / "a" / "b" / "in").symlink_to(project / "f")
    (project / "a" / "b" / "out").symlink_to(tmp_path / "outside" / "f")
    (project / "a" / "directory").symlink_to(tmp_path / "outside")
    monkeypatch.chdir(project / "a" / "b")

    assert not leads_out("in")
    assert not leads_out("../../f")
    assert leads_out("out")
    assert leads_out("../directory/f")
    assert load("in").data == b"x"
    with pytest.raises(OSError, match="a link that leads out of the tree is not followed"):
        load("out")


def test_outside_a_repository_the_tree_is_the_working_directory_or_that_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "work" / "a").mkdir(parents=True)
    (tmp_path / "work" / "f").write_text("x")
    (tmp_path / "work" / "a" / "up").symlink_to(tmp_path / "work" / "f")
    monkeypatch.chdir(tmp_path / "work")
    assert not leads_out("a/up")
    assert not leads_out("f")
    monkeypatch.chdir(tmp_path / "work" / "a")

    assert leads_out("up")
    assert not leads_out(str(tmp_path / "work" / "f"))


def test_a_repository_that_is_itself_reached_by_a_link_is_read(project, tmp_path):
    (project / "f").write_text("x")
    (tmp_path / "link").symlink_to(project)

    assert load(str(tmp_path / "link" / "f")).data == b"x"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("kind", ["missing", "directory", "pipe", "large"])
def test_what_is_no_readable_file_is_refused_at_once(kind, monkeypatch):
    if kind == "directory":
        os.mkdir("f")
    elif kind == "pipe":
        os.mkfifo("f")
    elif kind == "large":
        monkeypatch.setattr("snapguard.source.MAX_SIZE", 3)
        with open("f", "wb") as stream:
            stream.write(b"1234")

    with pytest.raises(OSError, match=r"No such file|Is a directory|not a regular file|larger than"):
        load("f")


def test_places_in_a_very_long_line_are_the_same_in_any_order_of_asking():
    text = "ä" * 20_000 + "\n" + "x" * 9_000 + "ö" * 9_000
    data = text.encode("utf-8")
    offsets = [len(text[:at].encode("utf-8")) for at in (0, 19_000, 6_000, 19_999, 20_001, 38_000, 29_500, 5, 25_000)]
    file = SourceFile("long.json", "long.json", data)

    asked_together = [file.position(offset) for offset in offsets]

    assert asked_together == [SourceFile("long.json", "long.json", data).position(offset) for offset in offsets]
    assert asked_together[1] == (1, 19_001)
    assert asked_together[5] == (2, 18_000)
