"""What guests may want, and whose word counts."""

from __future__ import annotations

import pytest

from frontdesk.names import NameAccess, access_of, shown_name
from frontdesk.preferences import (
    Preference,
    PreferenceKey,
    PreferenceSource,
    Rank,
    all_wishes,
    check_set,
    preference,
    resolve,
)
from hotel.actor import SYSTEM, Actor, ActorKind, Role
from hotel.errors import Invalid


@pytest.mark.parametrize(
    ("key", "low", "high", "unit"),
    [
        ("cooling_celsius", 18, 28, "°C"),
        ("heating_celsius", 16, 26, "°C"),
        ("light_percent", 0, 100, "%"),
        ("curtain_percent", 0, 100, "%"),
    ],
)
def test_numbers_have_ranges(key: str, low: float, high: float, unit: str) -> None:
    for fine in (low, high, (low + high) / 2):
        assert preference(key, fine, "guest").value == float(fine)
    for wrong in (low - 0.1, high + 0.1, float("nan"), float("inf"), True, "22", None):
        with pytest.raises(Invalid) as refusal:
            preference(key, wrong, "guest")
        assert refusal.value.code == "preference_out_of_range"
        assert (refusal.value.values["low"], refusal.value.values["high"]) == (low, high)
        assert refusal.value.values["unit"] == unit


def test_five_degrees_is_refused_and_the_sentence_says_what_is_allowed() -> None:
    with pytest.raises(Invalid, match="Cooling temperature must be 18 to 28 °C, not 5"):
        preference("cooling_celsius", 5, "guest")


def test_scenes_wishes_keys_and_sources_are_known_ones() -> None:
    assert preference("light_scene", "relax", "desk").value == "relax"
    assert preference("wish", "  a firm pillow ", "guest").value == "a firm pillow"
    for key, value, source, code in (
        ("light_scene", "disco", "desk", "unknown_light_scene"),
        ("wish", "x" * 201, "guest", "bad_wish"),
        ("wish", "   ", "guest", "bad_wish"),
        ("bath_celsius", 38, "guest", "unknown_preference"),
        ("cooling_celsius", 22, "hearsay", "unknown_preference_source"),
    ):
        with pytest.raises(Invalid) as refusal:
            preference(key, value, source)
        assert refusal.value.code == code


def test_a_refused_wish_is_not_repeated() -> None:
    with pytest.raises(Invalid) as refusal:
        preference("wish", "Mr Canary " * 30, "guest")
    assert "Canary" not in refusal.value.message + str(refusal.value.values)


def test_a_key_stands_once_and_wishes_are_bounded() -> None:
    wish = Preference(PreferenceKey.WISH, "a crib", PreferenceSource.GUEST)
    cool = Preference(PreferenceKey.COOLING_CELSIUS, 22.0, PreferenceSource.GUEST)
    check_set([cool, *[wish] * 10])
    with pytest.raises(Invalid, match="twice"):
        check_set([cool, cool])
    with pytest.raises(Invalid, match="At most 10"):
        check_set([wish] * 11)


def cooling(value: float) -> list[Preference]:
    return [Preference(PreferenceKey.COOLING_CELSIUS, value, PreferenceSource.GUEST)]


def test_the_higher_word_counts_in_whatever_order_it_is_given() -> None:
    layers = [(rank, cooling(20.0 + rank)) for rank in Rank]
    while layers:
        highest = min(rank for rank, _ in layers)
        assert resolve(layers)[PreferenceKey.COOLING_CELSIUS] == (20.0 + highest, highest)
        assert resolve(layers[::-1]) == resolve(layers)
        layers = [layer for layer in layers if layer[0] != highest]
    assert resolve(layers) == {}


def test_wishes_add_up_and_say_each_thing_once() -> None:
    def wishes(*texts: str) -> list[Preference]:
        return [Preference(PreferenceKey.WISH, text, PreferenceSource.GUEST) for text in texts]

    layers = [(Rank.PROFILE, wishes("firm pillow", "high floor")), (Rank.STAY, wishes("crib", "high floor"))]
    assert all_wishes(layers) == ["crib", "high floor", "firm pillow"]
    assert resolve(layers) == {}


@pytest.mark.parametrize(
    ("roles", "access"),
    [
        ({Role.FRONT_DESK}, NameAccess.FULL),
        ({Role.MANAGER}, NameAccess.FULL),
        ({Role.SUPERVISOR}, NameAccess.MASKED),
        ({Role.SUPERVISOR, Role.FRONT_DESK}, NameAccess.FULL),
        ({Role.ATTENDANT}, NameAccess.NONE),
        ({Role.ENGINEER}, NameAccess.NONE),
        ({Role.ADMINISTRATOR}, NameAccess.NONE),
        (set(), NameAccess.NONE),
    ],
)
def test_who_may_see_names(roles: set[Role], access: NameAccess) -> None:
    for kind in ActorKind:
        assert access_of(Actor(kind, "x", "x", frozenset(roles))) == access
    assert access_of(SYSTEM) == NameAccess.NONE


def test_how_a_name_is_written() -> None:
    assert shown_name("Wei", "Chen", NameAccess.FULL) == "Wei Chen"
    assert shown_name("Wei", "Chen", NameAccess.MASKED) == "W. C***"
    assert shown_name("Wei", "Chen", NameAccess.NONE) is None
    assert shown_name("伟", "陈", NameAccess.FULL) == "陈伟"
    assert shown_name("", "Chen", NameAccess.FULL) == "Chen"
    assert shown_name("", "Chen", NameAccess.MASKED) == "C***"
