"""The property that is worked out once."""

from snapguard.lazy import lazy


class _Counter:
    def __init__(self) -> None:
        self.asked = 0

    @lazy
    def part(self) -> list[int]:
        """A part of it."""
        self.asked += 1
        return [self.asked]


def test_a_part_is_worked_out_once_for_each_object() -> None:
    one, other = _Counter(), _Counter()
    assert one.part is one.part
    assert (one.part, one.asked, other.asked) == ([1], 1, 0)
    assert other.part == [1]


def test_the_class_shows_the_property_with_its_documentation() -> None:
    assert isinstance(_Counter.part, lazy)
    assert _Counter.part.__doc__ == "A part of it."
