"""What a change adds to whom."""

from hypothesis import given
from hypothesis import strategies as st

from snapguard.audit.changes import Standing, by_principal, changes, is_growth, shown_changes, standings
from snapguard.audit.entries import Cell, Entry, Key
from snapguard.audit.review import Review
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.iam.scopes import Bounds, Reach

REACHES = st.sampled_from(list(Reach))
BOUNDS = st.tuples(REACHES, REACHES).map(lambda pair: Bounds(min(pair), max(pair))).filter(lambda bounds: bounds.high)
RIGHTS = st.dictionaries(st.sampled_from(CAPABILITIES), BOUNDS)
KEYS = st.builds(Key, st.just("."), st.sampled_from(["role", "user"]), st.sampled_from("abc"))
STANDINGS = st.dictionaries(KEYS, RIGHTS)

UNLIMITED = Bounds(Reach.UNLIMITED, Reach.UNLIMITED)
SCOPED = Bounds(Reach.SCOPED, Reach.SCOPED)


def review_of(standing, roots=(".",)):
    entries = [
        Entry(key, key.principal, "", 0, {name: Cell(bounds, []) for name, bounds in rights.items()})
        for key, rights in standing.items()
    ]
    return Review(entries, frozenset(roots), [], [], [], [])


def before(standing):
    return {key: Standing(key.principal, rights) for key, rights in standing.items()}


def headlines(old, new, roots=(".",)):
    return [headline for headline, _ in by_principal(changes(before(old), review_of(new, roots)))]


DEPLOY = Key(".", "role", "deploy")


def test_a_headline_names_what_a_principal_gains():
    new = {"share": UNLIMITED, "export": SCOPED, "create": SCOPED}
    assert headlines({DEPLOY: {"create": SCOPED}}, {DEPLOY: new}) == ["role deploy gains share, export"]


def test_each_kind_of_change_has_a_headline():
    may = Bounds(Reach.NONE, Reach.UNLIMITED)
    old = {"create": SCOPED, "copy": UNLIMITED, "destroy": SCOPED}
    new = {"create": UNLIMITED, "copy": SCOPED, "share": may, "export": SCOPED}
    assert headlines({DEPLOY: old}, {DEPLOY: new}) == [
        "role deploy gains export",
        "role deploy extends create",
        "role deploy may gain share",
        "role deploy reduces copy",
        "role deploy loses destroy",
    ]


def test_headlines_name_the_root_where_there_are_several():
    new = {Key(root, "role", "deploy"): {"share": SCOPED} for root in ("a", "b")}
    assert headlines({}, new) == ["role deploy (a) gains share", "role deploy (b) gains share"]


def test_what_the_review_does_not_cover_is_not_lost():
    elsewhere = {Key("other", "role", "x"): {"share": SCOPED}}
    assert headlines(elsewhere, {}) == []
    assert headlines({DEPLOY: {"share": SCOPED}}, {}) == ["role deploy loses share"]


def test_what_was_not_known_may_have_been_all_that_it_is_now():
    may = Bounds(Reach.NONE, Reach.UNLIMITED)
    (change,) = changes(before({DEPLOY: {"share": may}}), review_of({DEPLOY: {"share": SCOPED}}))
    assert change.verb == "may gain"
    assert change.step == "scoped, was unknown"
    assert not is_growth(change)
    assert shown_changes([change], shows_unknown=False) == []
    assert shown_changes([change], shows_unknown=True) == [change]


@given(STANDINGS)
def test_nothing_changes_where_nothing_differs(standing):
    assert changes(before(standing), review_of(standing)) == []


@given(STANDINGS, STANDINGS)
def test_a_certain_gain_undone_is_a_certain_loss(old, new):
    there = {(c.key, c.capability) for c in changes(before(old), review_of(new)) if is_growth(c)}
    back = {
        (c.key, c.capability)
        for c in changes(before(new), review_of(old))
        if c.verb in ("loses", "reduces") and c.after.high < c.before.low
    }
    assert there == back


@given(STANDINGS, STANDINGS)
def test_more_rights_are_never_less(old, new):
    joined = {
        key: {
            name: old.get(key, {})
            .get(name, Bounds(Reach.NONE, Reach.NONE))
            .or_else(new.get(key, {}).get(name, Bounds(Reach.NONE, Reach.NONE)))
            for name in {*old.get(key, {}), *new.get(key, {})}
        }
        for key in {*old, *new}
    }
    assert not {c.verb for c in changes(before(old), review_of(joined))} & {"loses", "reduces"}


@given(STANDINGS)
def test_a_review_stands_where_its_entries_do(standing):
    held = {key: rights for key, rights in standing.items() if rights}
    assert {key: dict(one.reaches) for key, one in standings(review_of(standing)).items()} == held
