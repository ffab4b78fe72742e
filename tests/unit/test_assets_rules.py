"""What may be said of an asset, and what the registry learns from devices by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel.errors import Invalid
from maintenance.assets import (
    DEEPEST,
    USEFUL_LIFE,
    Asset,
    AssetFacts,
    AssetKind,
    AssetSource,
    AssetState,
    check_facts,
    check_parent,
    check_place,
    check_warranty,
)
from maintenance.assets_following import Apparatus, ApparatusPart, KeptAsset, Learned, kind_of, learned

MADE = datetime(2026, 7, 14, tzinfo=UTC)


def facts(**said: Any) -> AssetFacts:
    return AssetFacts(frozenset(said), **said)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"price_cents": -1}, "bad_price"),
        ({"life_years": 0.0}, "bad_life"),
        ({"life_years": -3.0}, "bad_life"),
        ({"life_years": float("nan")}, "bad_life"),
        ({"name": "   "}, "name_needed"),
        ({"kind": None}, "kind_needed"),
        ({"note": "x" * 2001}, "text_too_long"),
        ({"installed_on": date(1492, 10, 12)}, "bad_day"),
    ],
)
def test_what_an_asset_cannot_be_is_refused(said: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_facts(facts(**said))
    assert refused.value.code == code
    assert refused.value.values["field"] in said


def test_what_is_said_is_trimmed_and_what_is_not_said_is_not_touched() -> None:
    kept = check_facts(facts(name="  Boiler ", serial=" "))
    assert kept.columns() == {"name": "Boiler", "serial": None}


def test_a_warranty_ends_after_the_installation_and_counts_on_its_last_day() -> None:
    with pytest.raises(Invalid, match="before the day"):
        check_warranty(date(2026, 5, 2), date(2026, 5, 1))
    check_warranty(date(2026, 5, 1), date(2026, 5, 1))
    thing = asset(warranty_until=date(2026, 5, 1))
    assert thing.in_warranty(date(2026, 5, 1)) is True
    assert thing.in_warranty(date(2026, 5, 2)) is False
    assert asset().in_warranty(date(2026, 5, 2)) is None


def test_an_asset_is_in_one_place_or_in_none() -> None:
    assert check_place("412", " ") == ("412", None)
    assert check_place(None, None) == (None, None)
    with pytest.raises(Invalid) as refused:
        check_place("412", "Store")
    assert refused.value.code == "one_place"


def test_a_life_is_its_own_or_its_kind_s_and_says_whose() -> None:
    assert asset(kind=AssetKind.FAN_COIL).expected_life_years == USEFUL_LIFE[AssetKind.FAN_COIL].years
    assert asset(kind=AssetKind.FAN_COIL, life_years=9.0).expected_life_years == 9.0
    assert asset(kind=AssetKind.OTHER).expected_life_years is None


@given(
    st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij")), min_size=1, max_size=30)
)
def test_whatever_is_tried_assets_never_belong_to_themselves(tries: list[tuple[str, str]]) -> None:
    parents: dict[str, str | None] = dict.fromkeys("abcdefghij")
    for child, parent in tries:
        try:
            check_parent(child, parent, parents)
        except Invalid:
            continue
        parents[child] = parent
    for one in parents:
        chain, at = [one], parents[one]
        while at is not None:
            assert at not in chain
            chain.append(at)
            at = parents[at]


def test_a_chain_that_is_too_long_and_an_unknown_parent_are_refused() -> None:
    chain: dict[str, str | None] = {str(n): str(n + 1) if n < DEEPEST else None for n in range(DEEPEST + 1)}
    with pytest.raises(Invalid, match="steps"):
        check_parent("new", "0", chain)
    with pytest.raises(Invalid, match="no such asset"):
        check_parent("0", "nobody", chain)


# -- following devices


def part(part_id: str, purpose: str = "other", component: str = "sensor") -> ApparatusPart:
    return ApparatusPart(part_id, purpose, component)


def thing(key: str = "ac-412", *parts: ApparatusPart, **more: Any) -> Apparatus:
    said = {
        "name": "Air conditioner 412",
        "maker": "Hisense",
        "model": "INV26",
        "serial": "S1",
        "software": "2.4",
        "room": "412",
        "via": None,
        **more,
    }
    return Apparatus(
        key=key, parts=parts or (part("e1", "air_conditioner", "climate"), part("e2", "power")), **said
    )


def asset(**said: Any) -> Asset:
    usual: dict[str, Any] = {
        "id": "a1",
        "key": "device/e1",
        "kind": AssetKind.SPLIT_AC,
        "name": "Air conditioner 412",
        "maker": "Hisense",
        "model": "INV26",
        "serial": "S1",
        "software": "2.4",
        "room": "412",
        "area": None,
        "parent_id": None,
        "device_id": "e1",
        "apparatus": "ac-412",
        "device_room": "412",
        "source": AssetSource.DEVICE,
        "installed_on": None,
        "warranty_until": None,
        "life_years": None,
        "price_cents": None,
        "state": AssetState.IN_USE,
        "note": None,
        "gone_since": None,
        "version": 1,
        "made_at": MADE,
    }
    return Asset(**{**usual, **said})


def kept(
    *, keys: frozenset[str] | None = None, by_hand: frozenset[str] = frozenset(), **said: Any
) -> KeptAsset:
    return KeptAsset(asset(**said), keys or frozenset({"device/e1", "device/e2"}), by_hand)


def test_a_new_apparatus_becomes_one_asset_that_goes_by_all_its_parts() -> None:
    (one,) = learned([thing()], [])
    assert (one.asset_id, one.key, one.room) == (None, "device/e1", "412")
    assert one.keys == {"device/e1", "device/e2"}
    assert one.columns["kind"] == "split_ac"
    assert (one.columns["maker"], one.columns["serial"], one.columns["device_id"]) == ("Hisense", "S1", "e1")


def test_nothing_is_learned_twice() -> None:
    assert learned([thing()], [kept()]) == []


def test_what_people_set_is_not_overwritten_and_silence_takes_nothing_away() -> None:
    told = thing(name="AC", maker=None, serial="S2")
    (one,) = learned([told], [kept(name="Unit by the window", by_hand=frozenset({"name"}))])
    assert one.columns == {"serial": "S2"}


def test_who_spoke_last_of_its_place_is_right() -> None:
    # A person took it to 413; the device is still approved where it was.
    assert learned([thing()], [kept(room="413")]) == []
    (one,) = learned([thing(room="414")], [kept(room="413")])
    assert (one.went, one.room) == (True, "414")


def test_an_apparatus_that_is_gone_keeps_its_asset_and_comes_back() -> None:
    (gone,) = learned([], [kept()])
    assert (gone.asset_id, gone.gone) == ("a1", True)
    assert learned([], [kept(gone_since=MADE)]) == []
    (back,) = learned([thing()], [kept(gone_since=MADE)])
    assert back.gone is False
    assert learned([], [kept(apparatus=None, source=AssetSource.HAND)]) == []


def test_devices_hang_on_their_gateway_which_is_an_asset_too() -> None:
    things = [thing(via="bridge"), thing("th-413", part("e3"), via="bridge", room="413", name="Sensor")]
    found = learned(things, [])
    assert [one.key for one in found] == ["gateway/bridge", "device/e1", "device/e3"]
    assert found[0].columns["kind"] == "gateway"
    assert {one.parent for one in found[1:]} == {"bridge"}


def test_a_gateway_that_was_approved_itself_has_both_names() -> None:
    bridge = thing("bridge", part("b1", component="binary_sensor"), name="Bridge", room=None)
    things = [bridge, thing(via="bridge"), thing("th-413", part("e3"), via="bridge", room="413", name="S")]
    by_key = {one.apparatus: one for one in learned(things, [])}
    assert by_key["bridge"].keys == {"device/b1", "gateway/bridge"}
    assert by_key["bridge"].columns["kind"] == "gateway"


def test_new_firmware_that_calls_the_same_parts_otherwise_is_the_same_asset() -> None:
    (one,) = learned([thing("ac-412-v2")], [kept()])
    assert (one.asset_id, one.columns) == ("a1", {"apparatus": "ac-412-v2"})


def test_a_part_that_went_over_to_another_apparatus_takes_no_key_that_is_taken() -> None:
    things = [thing("ac-412", part("e1", "air_conditioner", "climate")), thing("new", part("e2"), name="N")]
    found = {one.apparatus: one for one in learned(things, [kept()])}
    assert found["new"].asset_id is None
    assert found["new"].key == "device/e2"


@pytest.mark.parametrize(
    ("parts", "unit", "kind"),
    [
        ((part("a", "air_conditioner", "climate"),), "two_pipe", AssetKind.FAN_COIL),
        ((part("a", "air_conditioner", "climate"),), "electric_heat", AssetKind.HEATER),
        ((part("a", "do_not_disturb", "switch"),), "split", AssetKind.PANEL),
        ((part("a", "other", "lock"),), "split", AssetKind.LOCK),
        ((part("a", "curtain", "cover"),), "split", AssetKind.CURTAIN_MOTOR),
        ((part("a", "other", "event"),), "split", AssetKind.OTHER),
    ],
)
def test_the_kind_is_what_it_can_do(parts: tuple[ApparatusPart, ...], unit: str, kind: AssetKind) -> None:
    assert kind_of(replace(thing("x", *parts), unit=unit), 0) is kind


@given(st.data())
def test_learning_is_at_rest_after_it_was_written(data: st.DataObject) -> None:
    """Whatever devices are there, what was learned once is not learned again."""
    keys = data.draw(st.lists(st.sampled_from("pqrst"), unique=True, max_size=5))
    vias = st.one_of(st.none(), st.sampled_from("pqrsxy"))
    things = [
        thing(
            key,
            part(f"{key}1"),
            part(f"{key}2"),
            name=key,
            via=data.draw(vias),
            room=data.draw(st.sampled_from(["1", "2"])),
        )
        for key in keys
    ]
    registry = written(learned(things, []))
    assert learned(things, registry) == []
    above = {one.asset.id: one.asset.parent_id for one in registry}
    for one in above:
        at, seen = above[one], {one}
        while at is not None:
            assert at not in seen, things
            seen.add(at)
            at = above[at]


def written(found: list[Learned]) -> list[KeptAsset]:
    """What the registry holds after this was written down into an empty one."""
    ids = {one.apparatus: f"id-{one.apparatus}" for one in found}
    parents: dict[str, str | None] = {}
    for one in found:
        above = ids.get(one.parent) if one.parent is not None else None
        parents[ids[one.apparatus]] = above
    return [
        KeptAsset(
            asset(
                **{
                    "id": ids[one.apparatus],
                    "key": one.key,
                    "apparatus": one.apparatus,
                    "device_id": None,
                    "maker": None,
                    "model": None,
                    "serial": None,
                    "software": None,
                    "room": one.room,
                    "device_room": one.room,
                    "parent_id": parents[ids[one.apparatus]],
                    **one.columns,
                    "kind": AssetKind(one.columns["kind"]),
                }
            ),
            one.keys,
            frozenset(),
        )
        for one in found
    ]
