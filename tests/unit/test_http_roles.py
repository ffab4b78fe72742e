"""The route × role table: default deny, the right entry for a path, nothing forgotten."""

from __future__ import annotations

import pytest

from gateway.http.roles import (
    PUBLIC,
    ROUTES,
    SIGNED_IN,
    Access,
    RouteTable,
    example_path,
    only,
    table_faults,
)
from hotel.actor import Actor, ActorKind, Role


def actor(*roles: Role) -> Actor:
    return Actor(ActorKind.STAFF, "s1", "Li", frozenset(roles))


def test_what_is_not_in_the_table_is_denied() -> None:
    found = RouteTable().find("GET", "/api/secrets")
    assert found.access is None
    assert found.template == "unknown"
    assert not found.allowed_methods


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/rooms/", "/api/rooms\n", "/api/rooms/412/commands/x"]
)
def test_no_path_of_the_api_falls_through_to_the_web_app(path: str) -> None:
    assert RouteTable().find("GET", path).access is None


def test_another_method_is_not_allowed_by_accident() -> None:
    found = RouteTable().find("DELETE", "/api/rooms/412")
    assert found.access is None
    assert found.allowed_methods == ("GET",)


def test_a_written_path_goes_before_one_with_a_parameter() -> None:
    table = RouteTable({("GET", "/api/a/{x}"): SIGNED_IN, ("GET", "/api/a/all"): PUBLIC})
    assert table.find("GET", "/api/a/all").access is PUBLIC
    assert table.find("GET", "/api/a/412").access is SIGNED_IN


def test_pages_of_the_web_app_are_public() -> None:
    assert RouteTable().find("GET", "/arrivals").access is PUBLIC
    assert RouteTable().find("HEAD", "/").access is PUBLIC
    assert RouteTable().find("POST", "/arrivals").access is None


def test_access_by_role() -> None:
    desk = only(Role.FRONT_DESK)
    assert desk.allows(actor(Role.ATTENDANT, Role.FRONT_DESK))
    assert not desk.allows(actor(Role.ADMINISTRATOR))
    assert not desk.allows(None)
    assert PUBLIC.allows(None)
    assert SIGNED_IN.allows(actor(Role.ATTENDANT))
    assert not SIGNED_IN.allows(actor())


def test_guests_are_for_desk_and_managers_alone() -> None:
    guests = [
        access for (_, path), access in ROUTES.items() if path.startswith(("/api/guests", "/api/stays"))
    ]
    assert guests
    assert all(access == only(Role.FRONT_DESK, Role.MANAGER) for access in guests)


def test_each_template_finds_its_own_entry() -> None:
    table = RouteTable()
    for method, template in ROUTES:
        assert table.find(method, example_path(template)).template == template


def test_differences_between_table_and_application_are_told() -> None:
    routes: dict[tuple[str, str], Access] = {("GET", "/a/{id}"): PUBLIC, ("GET", "/old"): PUBLIC}
    assert table_faults([("GET", "/a/{other}"), ("HEAD", "/a/{other}"), ("POST", "/new")], routes) == [
        "GET /old is in the table but not served",
        "POST /new is served but not in the table",
    ]
