"""Codes, PINs, passwords and roles; when a session ends; how many tries an address has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hotel.actor import Actor, ActorKind, Role
from hotel.attempts import AddressLimit, UnknownLogins
from hotel.errors import Forbidden, Invalid
from hotel.sessions import SessionLife, new_client_token, new_session_token, token_digest
from hotel.staff import (
    SignInBy,
    Staff,
    check_may_manage,
    check_password,
    check_pin,
    check_ways_in,
    clean_code,
    clean_login,
    clean_roles,
    secret_kind,
    session_roles,
)

START = datetime(2026, 7, 14, 6, 0, tzinfo=UTC)


def account(*roles: Role, pin: bool = False, password: bool = False) -> Staff:
    return Staff("s1", "A1", "Li", None, roles, None, True, 0, pin, password, 1)


@pytest.mark.parametrize("pin", ["12345", "1234567", "12a456", "１２３４５６", "111111", "123456", "987654"])
def test_pins_that_are_none_or_too_easy(pin: str) -> None:
    with pytest.raises(Invalid):
        check_pin(pin)


def test_a_good_pin() -> None:
    check_pin("402917")


@pytest.mark.parametrize("password", ["short", "x" * 129, "abababab", "mei.chen", "Chen Mei"])
def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password, code="D1", login="mei.chen", name="Chen Mei")


def test_six_digits_are_a_pin_and_all_else_a_password() -> None:
    assert secret_kind("402917") is SignInBy.PIN
    assert secret_kind("402917 ") is SignInBy.PASSWORD
    assert secret_kind("٤٠٢٩١٧") is SignInBy.PASSWORD


def test_a_pin_opens_no_guests_and_no_accounts() -> None:
    both = (Role.FRONT_DESK, Role.ATTENDANT, Role.ADMINISTRATOR)
    assert session_roles(both, SignInBy.PIN) == {Role.ATTENDANT}
    assert session_roles(both, SignInBy.PASSWORD) == set(both)


def test_each_role_needs_a_way_in() -> None:
    check_ways_in(account(Role.ATTENDANT, pin=True))
    check_ways_in(account(Role.MANAGER, password=True))
    with pytest.raises(Invalid, match="password"):
        check_ways_in(account(Role.ATTENDANT, Role.MANAGER, pin=True))
    with pytest.raises(Invalid, match="PIN or a password"):
        check_ways_in(account(Role.ATTENDANT))


def test_managers_keep_all_but_administrators() -> None:
    manager = Actor(ActorKind.STAFF, "m", "M", frozenset({Role.MANAGER}))
    check_may_manage(manager, (Role.ATTENDANT,), (Role.SUPERVISOR, Role.MANAGER))
    with pytest.raises(Forbidden):
        check_may_manage(manager, (Role.ATTENDANT,), (Role.ADMINISTRATOR,))
    with pytest.raises(Forbidden):
        check_may_manage(manager, (Role.ADMINISTRATOR,), (Role.ATTENDANT,))
    supervisor = Actor(ActorKind.STAFF, "s", "S", frozenset({Role.SUPERVISOR}))
    with pytest.raises(Forbidden):
        check_may_manage(supervisor, (), (Role.ATTENDANT,))


def test_codes_and_logins_are_stored_one_way() -> None:
    assert clean_code(" a-12 ") == "A-12"
    assert clean_login(" Mei@Hotel.example ") == "mei@hotel.example"
    assert clean_login("  ") is None
    assert clean_roles((Role.MANAGER, Role.FRONT_DESK, Role.MANAGER)) == (Role.FRONT_DESK, Role.MANAGER)
    for code in ("", "A B", "-1", "x" * 21):
        with pytest.raises(Invalid):
            clean_code(code)


@pytest.mark.parametrize(
    ("age", "idle", "alive"),
    [
        (timedelta(), timedelta(), True),
        (timedelta(hours=11, minutes=59), timedelta(), True),
        (timedelta(hours=12), timedelta(), False),
        (timedelta(hours=1), timedelta(minutes=29), True),
        (timedelta(hours=1), timedelta(minutes=30), False),
    ],
)
def test_a_session_ends_by_age_or_idleness(age: timedelta, idle: timedelta, alive: bool) -> None:
    now = START + timedelta(days=1)
    assert SessionLife(now - age, now - idle).alive(now) is alive


def test_tokens_are_long_and_their_digests_say_nothing() -> None:
    tokens = {new_session_token() for _ in range(50)} | {new_client_token() for _ in range(50)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 43
    assert token_digest("a") != token_digest("b")
    assert len(token_digest("\udcff")) == 64


def test_an_address_gets_its_tries_back_with_time() -> None:
    limit = AddressLimit(burst=3, per_second=0.5)
    assert [limit.take("10.0.0.5", 0.0) for _ in range(4)] == [True, True, True, False]
    assert limit.take("10.0.0.6", 0.0)
    assert not limit.take("10.0.0.5", 1.0)
    assert limit.take("10.0.0.5", 2.0)


def test_the_table_of_addresses_is_bounded() -> None:
    limit = AddressLimit(burst=1, per_second=0.0, most_addresses=2)
    assert limit.take("a", 0.0)
    assert limit.take("b", 0.0)
    assert not limit.take("a", 0.0)
    assert limit.take("c", 0.0)  # b, seen longest ago, makes room
    assert not limit.take("a", 0.0)


def test_unknown_logins_lock_like_known_ones() -> None:
    unknown = UnknownLogins(most=2)
    assert [unknown.fail("x") for _ in range(6)] == [False] * 5 + [True]
    unknown.fail("y")
    unknown.fail("z")
    assert not unknown.fail("x")
