"""Accounts, sessions and machine clients: on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import hotel.audit  # noqa: F401 - its table belongs to the MetaData
from gateway.secret_hasher import ArgonHasher
from hotel.actor import Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, SignInRequired, StaleVersion
from hotel.staff import CONSOLE, Staff, StaffWish
from hotel.staff_service import StaffService
from tests.http_house import CHEAP, PASSWORD, PIN


@pytest.fixture
def staff(any_database: Database, clock: ManualClock) -> StaffService:
    return StaffService(any_database, clock, ArgonHasher(cost=CHEAP))


def hire(staff: StaffService, code: str, role: Role, login: str | None = None) -> Staff:
    by_pin = role is Role.ATTENDANT
    secrets = {"pin": PIN} if by_pin else {"password": PASSWORD}
    return staff.add(CONSOLE, StaffWish(code, f"Person {code}", (role,), login=login, **secrets))


def test_a_session_from_sign_in_to_sign_out(staff: StaffService, clock: ManualClock) -> None:
    hire(staff, "A7", Role.ATTENDANT)
    token, caller = staff.sign_in("a7", PIN, "10.0.0.5")
    assert caller.actor.roles == {Role.ATTENDANT}
    clock.advance(20 * 60)
    assert staff.session_caller(token) == caller
    clock.advance(20 * 60)
    assert staff.session_caller(token) == caller  # the use before was noted
    staff.sign_out(caller)
    assert staff.session_caller(token) is None
    assert staff.known_caller(token) is None


def test_parallel_guesses_get_no_more_than_five(staff: StaffService) -> None:
    account = hire(staff, "A7", Role.ATTENDANT)

    def guess(number: int) -> str:
        try:
            staff.sign_in("A7", f"{number:06}", f"10.0.0.{number % 250}")
        except SignInRequired as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(guess, range(100, 116)))
    assert (answers.count("wrong_sign_in"), answers.count("account_locked")) == (5, 11)
    assert staff.find_staff(account.id).locked
    assert not staff.unlock(CONSOLE, account.id).locked
    assert staff.find_staff(account.id).version == 1
    staff.sign_in("A7", PIN, "10.0.1.1")


def test_two_edits_of_one_version_and_two_of_one_code(staff: StaffService) -> None:
    account = hire(staff, "A7", Role.ATTENDANT)
    assert staff.edit(CONSOLE, account.id, 1, name="Li Na").version == 2
    with pytest.raises(StaleVersion):
        staff.edit(CONSOLE, account.id, 1, name="Li Nan")
    with pytest.raises(Conflict):
        hire(staff, "A7", Role.ATTENDANT)
    # Many accounts have no login; two cannot have the same.
    hire(staff, "A8", Role.ATTENDANT)
    hire(staff, "D1", Role.FRONT_DESK, login="desk")
    with pytest.raises(Conflict):
        hire(staff, "D2", Role.FRONT_DESK, login="DESK")


def test_the_last_administrator_and_the_first(staff: StaffService) -> None:
    assert staff.needs_first_administrator()
    first = hire(staff, "61", Role.ADMINISTRATOR)
    assert not staff.needs_first_administrator()
    with pytest.raises(Conflict):
        staff.edit(CONSOLE, first.id, 1, active=False)
    hire(staff, "62", Role.ADMINISTRATOR)
    assert not staff.edit(CONSOLE, first.id, 1, active=False).active
    assert not staff.needs_first_administrator()


def test_who_leaves_loses_the_session(staff: StaffService, clock: ManualClock) -> None:
    account = hire(staff, "A7", Role.ATTENDANT)
    token, _ = staff.sign_in("A7", PIN, "10.0.0.5")
    staff.edit(CONSOLE, account.id, 1, active=False)
    assert staff.session_caller(token) is None
    clock.advance(3600)
    assert staff.forget_old_sessions() == 0  # it went with the leaver
    assert staff.figures()["innkeeper_sessions"] == 0


def test_a_machine_client(staff: StaffService) -> None:
    client, token = staff.make_client(CONSOLE, Role.ENGINEER, "building control")
    caller = staff.client_caller(token)
    assert caller is not None
    assert caller.actor.id == client.id
    assert caller.actor.roles == {Role.ENGINEER}
    assert staff.session_caller(token) is None
    staff.revoke_client(CONSOLE, client.id)
    assert staff.client_caller(token) is None
    assert staff.known_caller(token) is None


def test_nul_in_a_login_is_nobody(staff: StaffService) -> None:
    with pytest.raises(SignInRequired):
        staff.sign_in("A7\x00", PIN, "10.0.0.5")
