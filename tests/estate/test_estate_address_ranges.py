"""CIDR blocks as sets of addresses."""

import ipaddress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.estate.address_ranges import AddressRange, merge, parse_range, subtract, world_versions

INTERVALS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))))


def numbers(intervals):
    return {number for low, high in intervals for number in range(low, high + 1)}


def blocks(*texts):
    return [parse_range(text) for text in texts]


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "0.0.0.0/00", "1.2.3.4/0", " 0.0.0.0/0 ", "000.0.0.0/0", "255.255.255.255/0"]
)
def test_every_spelling_of_all_ipv4_is_the_world(text):
    assert world_versions(blocks(text)) == [4]


@pytest.mark.parametrize(
    "text", ["::/0", "0::/0", "::0/0", "0:0:0:0:0:0:0:0/0", "::/00", "2001:db8::/0", "2000::/3", "::0.0.0.0/0"]
)
def test_every_spelling_of_all_ipv6_is_the_world(text):
    assert world_versions(blocks(text)) == [6]


@pytest.mark.parametrize("text", ["10.0.0.0/8", "0.0.0.0/1", "203.0.113.7", "2001:db8::/32", "2000::/4", "fc00::/7"])
def test_a_part_of_the_addresses_is_not_the_world(text):
    assert world_versions(blocks(text)) == []


@pytest.mark.parametrize(
    "text", ["", "/0", "0.0.0.0/", "0.0.0.0/33", "0.0.0/0", "0.0.0.256/0", "::/129", ":::/0", "0.0.0.0/-1", "a.b.c.d/0"]
)
def test_a_text_that_is_no_block_is_none(text):
    assert parse_range(text) is None


def test_an_ipv6_text_with_a_nul_is_none():
    assert parse_range("::\0/0") is None


def test_digits_of_other_scripts_are_no_numbers():
    assert parse_range("0.0.0.0/\u0660") is None


def test_an_address_alone_is_itself():
    assert parse_range("0.0.1.2") == AddressRange(4, 258, 258)


def test_two_halves_are_the_world():
    assert world_versions(blocks("0.0.0.0/1", "128.0.0.0/1")) == [4]
    assert world_versions(blocks("::/1", "8000::/1")) == [6]


def test_halves_of_two_versions_are_not_the_world():
    assert world_versions(blocks("0.0.0.0/1", "8000::/1")) == []


def test_all_public_addresses_are_the_world_also_without_the_private_ones():
    public = ipaddress.collapse_addresses(
        part
        for half in ipaddress.ip_network("0.0.0.0/0").address_exclude(ipaddress.ip_network("10.0.0.0/8"))
        for part in [half]
    )
    assert world_versions(blocks(*map(str, public))) == [4]


def test_one_missing_public_address_is_enough_not_to_be_the_world():
    rest = ipaddress.ip_network("0.0.0.0/0").address_exclude(ipaddress.ip_network("8.8.8.8/32"))
    assert world_versions(blocks(*map(str, rest))) == []


def test_a_trusted_range_need_not_be_covered():
    rest = ipaddress.ip_network("0.0.0.0/0").address_exclude(ipaddress.ip_network("8.8.8.0/24"))
    assert world_versions(blocks(*map(str, rest)), tuple(blocks("8.8.8.0/24"))) == [4]


def test_a_trusted_world_opens_nothing():
    assert world_versions(blocks("0.0.0.0/0", "::/0"), tuple(blocks("0.0.0.0/0"))) == [6]


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_ipv4_blocks_agree_with_the_standard_library(number, length):
    text = f"{ipaddress.IPv4Address(number)}/{length}"
    network = ipaddress.ip_network(text, strict=False)
    assert parse_range(text) == AddressRange(4, int(network.network_address), int(network.broadcast_address))


@given(st.integers(0, 2**128 - 1), st.integers(0, 128))
def test_ipv6_blocks_agree_with_the_standard_library(number, length):
    text = f"{ipaddress.IPv6Address(number)}/{length}"
    network = ipaddress.ip_network(text, strict=False)
    assert parse_range(text) == AddressRange(6, int(network.network_address), int(network.broadcast_address))


@given(st.text(max_size=20))
def test_no_text_breaks_it(text):
    parse_range(text)


@given(INTERVALS)
def test_merging_keeps_the_numbers_and_leaves_no_neighbours(intervals):
    merged = merge(intervals)
    assert numbers(merged) == numbers(intervals)
    assert all(first[1] + 1 < second[0] for first, second in pairwise(merged))


@given(INTERVALS, INTERVALS)
def test_subtracting_leaves_the_numbers_outside_the_holes(intervals, holes):
    left = subtract(intervals, holes)
    assert numbers(left) == numbers(intervals) - numbers(holes)
    assert left == merge(left)


@given(st.permutations(range(16)), st.integers(0, 16))
def test_sixteenths_are_the_world_only_where_all_that_matter_are_there(order, count):
    given_blocks = [f"{part * 16}.0.0.0/4" for part in order[:count]]
    expected = [4] if set(order[:count]) >= set(range(14)) else []
    assert world_versions(blocks(*given_blocks)) == expected


# Of the 256 parts that the first eight bits tell apart, those that hold no public address.
WITHOUT_PUBLIC = {0, 10, 127, *range(224, 256)}
CUTS = st.lists(st.integers(0, 8).flatmap(lambda bits: st.tuples(st.just(bits), st.integers(0, 2**bits - 1))))
"""Blocks of a space of 256 parts: how many bits of the space they fix, and to what."""


def parts_of(bits, number):
    size = 2 ** (8 - bits)
    return set(range(number * size, (number + 1) * size))


@given(CUTS, st.sets(st.integers(0, 255), max_size=3))
def test_the_world_of_ipv4_agrees_with_counting_its_parts(cuts, holes):
    every = [*cuts, *((8, part) for part in range(256) if part not in holes)]
    ranges = [parse_range(f"{number << (8 - bits)}.0.0.0/{bits}") for bits, number in every]
    covered = set().union(*(parts_of(*cut) for cut in every))

    assert (4 in world_versions(ranges)) is (covered >= set(range(256)) - WITHOUT_PUBLIC)


@given(CUTS, st.sets(st.integers(0, 255), max_size=3))
def test_the_world_of_ipv6_agrees_with_counting_its_parts(cuts, holes):
    every = [*cuts, *((8, part) for part in range(256) if part not in holes)]
    begin = int(ipaddress.IPv6Address("2000::"))
    ranges = [
        parse_range(f"{ipaddress.IPv6Address(begin + (number << (8 - bits) << 117))}/{3 + bits}")
        for bits, number in every
    ]
    covered = set().union(*(parts_of(*cut) for cut in every))

    assert (6 in world_versions(ranges)) is (covered == set(range(256)))
