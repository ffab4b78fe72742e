"""What is asked of a room's devices: the wishes of its comfort, who has the say, what differs from it."""

from __future__ import annotations

from controller.aim import told
from controller.arbitration import Claim
from controller.comfort import ClimateTarget
from controller.dispatch import Dispatch
from controller.entities import MOMENTARY, Component, Value
from controller.readings import Level
from controller.reconcile import Compressor, Effort, consider, in_order
from controller.room import RoomState
from controller.situation import LIGHTS, Ask, Outcome, Situation, look_again
from controller.twin import Twin


def _wish(twin: Twin, name: str, value: Value, level: Level, cause: str, at: Situation) -> Claim:
    return Claim(twin.id, name, level, value, at.now, "Innkeeper", cause)


def _climate_wishes(room: RoomState, target: ClimateTarget, at: Situation) -> dict[tuple[str, str], Claim]:
    wishes: dict[tuple[str, str], Claim] = {}
    if target.mode is None:
        return wishes
    for twin in room.of("air_conditioner"):
        mode = _device_mode(twin, target)
        if mode is None:
            continue
        wishes[twin.id, "mode"] = _wish(twin, "mode", mode, target.level, target.reason_code, at)
        # A unit that cannot dry cools instead, and needs to be told how far.
        if mode in ("off", "dry") or target.setpoint_celsius is None:
            continue
        limits = twin.description.limits.get("setpoint_celsius")
        facet = twin.facets.get("setpoint_celsius")
        desired = facet.desired if facet is not None else None
        room.aim, setpoint = told(
            room.aim,
            target,
            now=at.now,
            sensed_celsius=room.sensed_celsius(at.now),
            unit_celsius=room.device_celsius(at.now),
            eta=room.plan.expected.eta if room.plan is not None else None,
            asked_celsius=desired if isinstance(desired, float) else None,
            step=0.5 if limits is None else limits.step,
            low=None if limits is None else limits.low,
            high=None if limits is None else limits.high,
            policy=at.climate,
        )
        if setpoint is None:
            continue
        wishes[twin.id, "setpoint_celsius"] = _wish(
            twin, "setpoint_celsius", setpoint, target.level, target.reason_code, at
        )
    return wishes


def _device_mode(twin: Twin, target: ClimateTarget) -> str | None:
    """The device's word for the mode; None when it has none for it."""
    options = twin.description.options.get("mode", ())
    wanted = {
        "off": ("off",),
        "cool": ("cool", "heat_cool", "auto"),
        "heat": ("heat", "heat_cool", "auto"),
        "dry": ("dry", "cool"),
        None: (),
    }[target.mode]
    if not options:
        return wanted[0] if wanted else None
    return next((mode for mode in wanted if mode in options), None)


def _ambience_wishes(room: RoomState, target: ClimateTarget, at: Situation) -> dict[tuple[str, str], Claim]:
    """Lights out and curtains by the sun where nobody is; nothing where somebody may be."""
    wishes: dict[tuple[str, str], Claim] = {}
    if not at.climate.setback:
        return wishes
    away = target.phase == "away"
    unused = room.tenancy != "arrived" and room.presence not in ("present", "asleep")
    if not (away or unused):
        return wishes
    for twin in room.of(*LIGHTS):
        wishes[twin.id, "on"] = _wish(twin, "on", False, "energy_saving", "nobody_in", at)
    shade = room.shade
    if unused and shade is not None:
        for twin in room.of("curtain"):
            wishes[twin.id, "position_percent"] = _wish(
                twin, "position_percent", shade.open_percent, "energy_saving", shade.code, at
            )
    return wishes


def ask(room: RoomState, target: ClimateTarget, dispatch: Dispatch, outcome: Outcome, at: Situation) -> None:
    wishes = _climate_wishes(room, target, at) | _ambience_wishes(room, target, at)
    away = target.phase == "away"
    faults: dict[tuple[str, str], str] = {}
    for twin in room.twins:
        if not twin.acts or twin.withdrawn:
            continue
        silent = False
        for name in in_order(twin.acts):
            if name in MOMENTARY:
                continue
            winner = room.claims.winner(twin.id, name, away=away, wish=wishes.get((twin.id, name)))
            facet = twin.facet(name)
            facet.desire(None if winner is None else winner.value)
            if (
                winner is None
                or twin.waits
                or twin.id in at.locked
                or (silent and name != "on" and name != "mode")
            ):
                continue
            if name in ("mode", "on") and winner.value in ("off", False):
                silent = True  # no setpoint for what is off, no brightness for a dark lamp
            fault = _consider(room, twin, winner, dispatch, outcome, at)
            if fault is not None:
                faults[twin.id, name] = fault
    for key, fault in faults.items():
        if key not in room.faults:
            outcome.events.append(("fault", "device.disobeys", {"property": key[1], "detail": fault}))
    room.faults = faults


def _consider(
    room: RoomState, twin: Twin, winner: Claim, dispatch: Dispatch, outcome: Outcome, at: Situation
) -> str | None:
    """Ask for one property if it must be; returns the fault when we have given up."""
    name = winner.property
    facet = twin.facet(name)
    lights_up = name == "on" and winner.value is True
    if lights_up and dispatch.under_way(twin.id, "brightness_percent") is not None:
        return None  # a brightness on its way switches the lamp on by itself
    tells = name in twin.description.reports
    if tells and (facet.monotonic == float("-inf") or facet.monotonic < at.unlinked_monotonic):
        # It may well be so already: what the device says of itself is on its way.
        quiet_until = max(twin.met_monotonic, at.linked_monotonic) + at.commands.settle_transport_seconds
        if at.monotonic < quiet_until:
            _look_again_monotonic(room, quiet_until)
            return None
    compressor: Compressor | None = None
    if twin.description.component is Component.CLIMATE and room.equipment.has_compressor:
        compressor = room.compressors.setdefault(twin.id, Compressor())
    effort = room.efforts.setdefault((twin.id, name), Effort())
    under_way = dispatch.under_way(twin.id, name)
    answer = consider(
        twin.description,
        name,
        winner.value,
        facet.reported if tells else facet.assumed,
        available=twin.available,
        outstanding=under_way.value if under_way is not None else None,
        effort=effort,
        compressor=compressor,
        now=at.now,
        monotonic=at.monotonic,
        policy=at.commands,
    )
    if answer.until is not None:
        look_again(room, at, answer.until)
    if answer.until_monotonic is not None:
        _look_again_monotonic(room, answer.until_monotonic)
    if answer.verdict == "ask":
        outcome.asks.append(Ask(twin, name, winner.value, winner.level, winner.cause, winner.by))
    return answer.detail if answer.verdict == "give_up" else None


def _look_again_monotonic(room: RoomState, when: float) -> None:
    if room.look_again_monotonic is None or when < room.look_again_monotonic:
        room.look_again_monotonic = when
