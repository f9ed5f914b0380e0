"""Diffs as git writes them, and what is read off them."""

from hypothesis import given
from hypothesis import strategies as st

from snapguard.git_changes import FileChanges, parse_diff

HEAD = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n"


def parsed(text):
    return {name: (changes.written, changes.removed) for name, changes in parse_diff(text.split(b"\n"))}


def test_lines_that_were_added_replaced_and_removed_are_told_apart():
    text = HEAD + b"@@ -0,0 +1,2 @@\n+a\n+b\n@@ -5 +7 @@ resource\n-c\n+d\n@@ -9,2 +10,0 @@\n-e\n-f\n"

    assert parsed(text) == {"x": ([(1, 2), (7, 7)], [10])}


def test_more_lines_removed_than_written_is_a_removal_too():
    assert parsed(HEAD + b"@@ -3,4 +3,2 @@\n-a\n-b\n-c\n-d\n+e\n+f\n") == {"x": ([(3, 4)], [4])}


def test_content_that_looks_like_a_header_is_content():
    text = (
        HEAD + b"@@ -1,1 +1,2 @@\n--- a/y\n+++ b/y\n+@@ -1 +1 @@\n\\ No newline at end of file\n@@ -7 +8 @@\n-p\n+q\n"
    )

    assert parsed(text) == {"x": ([(1, 2), (8, 8)], [])}


def test_a_file_that_is_gone_is_not_listed():
    text = b"--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n" + HEAD + b"@@ -1 +1 @@\n-a\n+b\n"

    assert list(parsed(text)) == ["x"]


def test_binary_files_are_changed_as_a_whole_unless_they_are_gone():
    text = b'Binary files a/p q and "b/p\\303\\244 and q" differ\nBinary files a/gone and /dev/null differ\n'
    found = dict(parse_diff(text.split(b"\n")))

    assert list(found) == ["pä and q"]
    assert found["pä and q"].touches(10_000, 10_001)


def test_a_removal_at_the_edge_of_a_stretch_takes_nothing_from_it():
    changes = FileChanges([], [5])

    assert not changes.touches(6, 9)
    assert not changes.touches(2, 5)
    assert changes.touches(5, 6)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5))), st.integers(1, 60), st.integers(0, 10))
def test_a_stretch_is_touched_where_it_shares_a_line_with_what_was_written(written, first, length):
    changes = FileChanges([(start, start + more) for start, more in written], [])
    lines = set(range(first, first + length + 1))

    assert changes.touches(first, first + length) == any(
        lines & set(range(start, start + more + 1)) for start, more in written
    )
