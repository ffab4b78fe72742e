"""Messages survive the way to disk and back, also between versions; requests and refusals."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any, get_args, get_origin

import pytest

from hotel.actor import SYSTEM, Actor, ActorKind, Role
from hotel.errors import Invalid, Refused, StaleVersion, VersionRequired
from hotel.idempotency import LONGEST_KEY, once
from hotel.messages import KINDS, Message, RoomsChanged, StayChanged, message_from
from hotel.requests import SeenVersion, check_version, etag


def example(cls: type[Message]) -> Message:
    special: dict[str, Any] = {"version": 3, "rooms": ("412", "413")}
    return cls(**{field.name: special.get(field.name, "412") for field in dataclasses.fields(cls)})


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_message_comes_back_from_json_as_it_was(kind: str) -> None:
    message = example(KINDS[kind])
    assert message_from(kind, json.loads(json.dumps(message.body()))) == message


def test_fields_of_a_newer_version_are_dropped_and_missing_ones_take_their_default() -> None:
    body = {"stay_id": "s", "change": "eta", "state": "reserved", "version": 2, "invented_later": True}
    assert message_from("stay.changed", body) == StayChanged("s", "eta", "reserved", 2)
    assert message_from("rooms.changed", {}) == RoomsChanged()


def test_an_unknown_kind_or_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        message_from("nobody.knows", {})
    with pytest.raises(TypeError):
        message_from("stay.changed", {"stay_id": "s"})


def test_an_idempotency_key_is_tied_to_what_it_was_sent_with() -> None:
    first = once("k", "POST", "/a", b"1")
    assert first == once("k", "POST", "/a", b"1")
    assert first != once("k", "POST", "/a", b"2")
    assert first != once("k", "POST", "/b", b"1")
    assert once(None, "POST", "/a", b"1") is None
    for bad in ("", "x" * (LONGEST_KEY + 1)):
        with pytest.raises(Invalid):
            once(bad, "POST", "/a", b"")


def test_an_edit_names_the_version_it_saw() -> None:
    assert get_origin(SeenVersion) is Annotated
    read = get_args(SeenVersion)[1].dependency
    assert read('"3"') == read('W/"3"') == read(" 3 ") == 3
    assert etag(3) == '"3"'
    with pytest.raises(VersionRequired):
        read(None)
    for bad in ("*", "three", '"-1"', ""):
        with pytest.raises(Invalid):
            read(bad)


def test_an_outdated_version_is_refused_with_both_versions() -> None:
    check_version("The stay", 3, 3)
    with pytest.raises(StaleVersion) as refused:
        check_version("The stay", 2, 3)
    assert (refused.value.status, refused.value.values["seen"], refused.value.values["current"]) == (
        412,
        2,
        3,
    )
    assert str(refused.value) == "The stay was changed meanwhile: you saw version 2, it is now 3."


def test_a_refusal_has_a_code_a_sentence_and_values() -> None:
    refusal = Refused("room_taken", "Room 412 is taken.", room="412")
    assert (refusal.code, str(refusal), refusal.values) == (
        "room_taken",
        "Room 412 is taken.",
        {"room": "412"},
    )


def test_an_actor_has_some_of_the_roles_or_none() -> None:
    lin = Actor(ActorKind.STAFF, "1", "Lin", frozenset({Role.FRONT_DESK, Role.SUPERVISOR}))
    assert lin.has(Role.MANAGER, Role.SUPERVISOR)
    assert not lin.has(Role.ENGINEER)
    assert not SYSTEM.has(*Role)
