"""Whose account or organization a value names, and whether it is trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.estate.trust import (
    account_of,
    is_own_account,
    is_own_organization,
    is_trusted_account,
    is_trusted_organization,
)
from snapguard.settings import Settings
from snapguard.values import ABSENT, Known, Reference, Unknown

TRUSTING = Settings(trusted_accounts=("111122223333", "000011112222"), trusted_organizations=("o-abc123",))
accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)


def text_of_parts(*parts):
    """A text put together from known and unknown pieces, as a template gives it."""
    values = tuple(Known(part) if isinstance(part, str) else part for part in parts)
    refs = tuple(ref for value in values for ref in value.refs)
    return Unknown("a piece is not known", refs, parts=values)


def reference(address, attribute=""):
    return Unknown("known after apply", (Reference(address, attribute),))


@pytest.mark.parametrize(
    ("address", "attribute", "own"),
    [
        ("AWS::AccountId", "", True),
        ("AWS::Region", "", False),
        ("data.aws_caller_identity.current", "account_id", True),
        ("data.aws_caller_identity.current", "id", True),
        ("data.aws_caller_identity.current", "user_id", False),
        ('module.m["a.b"].data.aws_caller_identity.current[0]', "account_id", True),
        ("aws_caller_identity.current", "account_id", False),
        ("data.aws_region.current", "id", False),
        ("var.account_id", "", False),
    ],
)
def test_the_own_account_is_what_the_code_looks_up(address, attribute, own):
    assert is_own_account(reference(address, attribute)) is own


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("data.aws_organizations_organization.own", True),
        ("module.org.aws_organizations_organization.own[0]", True),
        ('aws_organizations_account.member["dev.eu"]', True),
        ("data.aws_caller_identity.own", False),
        ("local", False),
    ],
)
def test_the_own_organization_is_what_the_code_looks_up_or_makes(address, own):
    assert is_own_organization(reference(address, "id")) is own


def test_a_known_value_is_nobodys_own():
    assert not is_own_account(Known("111122223333"))
    assert not is_own_organization(ABSENT)


@given(accounts, st.text("abc/-", max_size=8))
def test_the_account_of_an_arn_is_its_fifth_field(account, name):
    assert account_of(Known(f"arn:aws:iam::{account}:role/{name}")).known_text == account


@given(accounts, st.integers(1, 40), st.integers(1, 40))
def test_the_account_of_an_arn_does_not_hang_on_where_a_template_is_cut(account, first, second):
    text = f"arn:aws:iam::{account}:role/some-long-name-that-is-cut"
    first, second = sorted((first, second))
    cut = text_of_parts(text[:first], text[first:second], text[second:])
    assert account_of(cut).known_text == account


def test_an_unknown_account_in_an_arn_is_found_among_other_unknown_pieces():
    partition, own = reference("AWS::Partition"), reference("AWS::AccountId")
    arn = text_of_parts("arn:", partition, ":iam::", own, ":root")
    assert is_own_account(account_of(arn))
    assert is_trusted_account(arn, TRUSTING) is True


def test_an_account_that_is_put_together_is_not_known():
    assert is_trusted_account(text_of_parts("arn:aws:iam::1111", reference("var.rest"), ":root"), TRUSTING) is None


def test_an_arn_without_an_account_names_nobody_for_certain():
    assert account_of(Known("arn:aws:s3:::bucket")).is_absent
    assert is_trusted_account(Known("arn:aws:s3:::bucket"), TRUSTING) is None


@pytest.mark.parametrize(
    ("value", "trusted"),
    [
        (Known("111122223333"), True),
        (Known(111122223333), True),
        (Known(11112222), True),
        (Known("arn:aws:iam::111122223333:user/a"), True),
        (Known("999988887777"), False),
        (Known("AROA1234567890EXAMPLE"), None),
        (Known([Known("111122223333")]), None),
        (ABSENT, True),
        (Unknown("var.a has no value here"), None),
        (Unknown("a condition", candidates=(Known("111122223333"), ABSENT)), True),
        (Unknown("a condition", candidates=(Known("999988887777"), Known("888877776666"))), False),
        (Unknown("a condition", candidates=(Known("999988887777"), Known("111122223333"))), None),
        (Unknown("a condition", candidates=(reference("AWS::AccountId"), Known("111122223333"))), True),
    ],
)
def test_an_account_is_trusted_where_it_is_listed_whatever_way_it_is_written(value, trusted):
    assert is_trusted_account(value, TRUSTING) is trusted


@pytest.mark.parametrize(
    ("value", "trusted"),
    [
        (Known("o-abc123"), True),
        (Known("o-other1"), False),
        (Known("arn:aws:organizations::111122223333:organization/o-abc123"), True),
        (Known("arn:aws:organizations::111122223333:ou/o-abc123/ou-ab12-cd34"), True),
        (Known("o-abc123/r-ab12/*"), True),
        (Known("arn:aws:organizations::111122223333:organization/o-other1"), False),
        (Known("arn:aws:organizations::111122223333:ou/o-other1/o-abc1234"), False),
        (ABSENT, True),
        (reference("data.aws_organizations_organization.own", "arn"), True),
        (reference("var.organization"), None),
        (Unknown("a condition", candidates=(Known("o-abc123"), Known("o-other1"))), None),
        (Unknown("a condition", candidates=(Known("o-other1"), Known("o-other2"))), False),
    ],
)
def test_an_organization_is_trusted_where_its_id_is_listed(value, trusted):
    assert is_trusted_organization(value, TRUSTING) is trusted
