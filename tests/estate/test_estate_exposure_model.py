"""Openings of estates at random against a plain model: every machine, every group, every rule, one part at a time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from snapguard.estate.exposure import Exposure, behind
from snapguard.estate.lineage import Descent
from snapguard.estate.machines import Machine
from snapguard.estate.membership import Groups, Link
from snapguard.estate.network import Networks, Rule, SecurityGroup
from snapguard.estate.openings import Target
from snapguard.source import SourceFile, Span
from snapguard.values import ABSENT, Known

FILE = SourceFile("/p/main.tf", "main.tf", b"\n" * 200)


class FakeResource:
    """A resource of which only the address and the place matter."""

    mode, module, index, exists = "managed", "", None, True

    def __init__(self, address, line):
        self.address, self.type, self.name = address, *address.split(".")
        self.span = self.header = Span(FILE, line, line + 1)


# Eight parts of the addresses, of which all but the last hold public ones.
PARTS = [f"{part * 32}.0.0.0/3" for part in range(8)]
WORLD = [*PARTS, "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"]
COVERED = {**{text: {number} for number, text in enumerate(PARTS)}}
COVERED |= {"0.0.0.0/0": set(range(8)), "0.0.0.0/1": set(range(4)), "128.0.0.0/1": set(range(4, 8))}
PUBLIC = set(range(7))

RULES = st.tuples(
    st.lists(st.sampled_from(WORLD), max_size=5),
    st.sampled_from([("tcp", 22, 22), ("-1", 0, 0), ("tcp", 1, 100), ("tcp", 443, 443), ("udp", 22, 22)]),
    st.booleans(),
)
ESTATES = st.tuples(
    st.lists(st.lists(RULES, max_size=4), min_size=1, max_size=4),
    st.lists(st.sets(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=4),
)


def is_exposed_by(rules):
    """Whether rules let SSH in from all parts between them."""
    together = set()
    for ranges, (protocol, first, last), is_egress in rules:
        opens = protocol == "-1" or (protocol == "tcp" and first <= 22 <= last)
        if opens and not is_egress:
            together |= set().union(*(COVERED[text] for text in ranges))
    return together >= PUBLIC


@settings(max_examples=300)
@given(ESTATES)
def test_the_openings_of_an_estate_are_those_of_a_plain_model(estate):
    rules_of, machines = estate
    groups = []
    for number, rules in enumerate(rules_of):
        resource = FakeResource(f"aws_security_group.g{number}", number)
        written = [
            Rule(
                resource,
                group=None,
                is_egress=is_egress,
                protocol=Known(protocol),
                from_port=Known(first),
                to_port=Known(last),
                ranges=[Known(text) for text in ranges],
            )
            for ranges, (protocol, first, last), is_egress in rules
        ]
        groups.append(SecurityGroup(resource, rules=written, names=[]))
    exposure = Exposure(
        Groups(groups, [], Networks({}, frozenset()), frozenset()),
        (),
        frozenset(),
        sheltered=lambda _entity, _ports: (),
        inhabitant=lambda _key: None,
    )
    targets = []
    for number, names in enumerate(machines):
        links = [Link(f"aws_security_group.g{name}", (), True) for name in sorted(names) if name < len(rules_of)]
        machine = Machine(FakeResource(f"aws_instance.m{number}", 100 + number), image=ABSENT)
        targets.append(Target(machine, Descent((), True), links))

    reached = set()
    for opening in exposure.openings(behind(targets), (22,)):
        assert opening.certain
        reached |= {target.entity.resource.address for target, _ in opening.reached.targets}

    for number, names in enumerate(machines):
        rules = [rule for name in names if name < len(rules_of) for rule in rules_of[name]]
        assert (f"aws_instance.m{number}" in reached) is is_exposed_by(rules), (rules, reached)
