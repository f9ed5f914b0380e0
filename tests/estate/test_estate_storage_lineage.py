"""Encryption handed on along chains of volumes, snapshots, images and copies."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from snapguard.estate.storage import Copy, Encryption, Image, Snapshot, Volume
from snapguard.values import ABSENT, Known, Reference, Unknown

SWITCHES = {True: Known(True), False: Known(False), None: Unknown("var.a has no value here"), "unset": ABSENT}
links = st.tuples(st.sampled_from([Volume, Copy, Snapshot, Image]), st.sampled_from(list(SWITCHES)))


def chain(steps):
    """Media, each made from the one before it."""
    media = []
    origin = ABSENT
    for number, (kind, switch) in enumerate(steps):
        resource = SimpleNamespace(address=f"a.n{number}", header=None, exists=True)
        encrypted = ABSENT if kind in (Snapshot, Image) else SWITCHES[switch]
        media.append(kind(resource, "it", encrypted=encrypted, origin=origin))
        origin = Unknown("known after apply", (Reference(f"a.n{number}", "id"),))
    return media


def expected(steps):
    """What the services do: encrypted data stays encrypted, plain data stays plain unless a switch says otherwise."""
    answer = False
    for kind, switch in steps:
        if kind in (Snapshot, Image) or answer is True:
            continue
        if switch is True:
            answer = True
        elif switch is None:
            answer = None
    return answer


@given(st.lists(links, min_size=1, max_size=8))
def test_encryption_is_never_lost_on_the_way_and_never_gained_without_a_switch(steps):
    media = chain(steps)
    assert Encryption(media, ()).of(media[-1]).answer == expected(steps)


@given(st.lists(links, min_size=1, max_size=8), st.randoms())
def test_the_answer_does_not_hang_on_what_was_asked_before(steps, random):
    media = chain(steps)
    alone = [Encryption(media, ()).of(medium).answer for medium in media]
    together = Encryption(media, ())
    order = list(range(len(media)))
    random.shuffle(order)
    assert [together.of(media[number]).answer for number in order] == [alone[number] for number in order]


@given(st.lists(links, min_size=2, max_size=8), st.data())
def test_switching_one_medium_on_never_makes_another_plain(steps, data):
    at = data.draw(st.integers(0, len(steps) - 1))
    sealed = [*steps[:at], (Volume, True), *steps[at + 1 :]]
    before, after = chain(steps), chain(sealed)
    first, second = Encryption(before, ()), Encryption(after, ())
    strength = {False: 0, None: 1, True: 2}
    for plain, other in zip(before, after, strict=True):
        assert strength[second.of(other).answer] >= strength[first.of(plain).answer]


def test_a_very_long_chain_is_followed_to_its_end():
    media = chain([(Volume, True)] + [(Snapshot, "unset"), (Volume, "unset")] * 3000)
    assert Encryption(media, ()).of(media[-1]).answer is True
