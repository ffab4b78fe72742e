"""The devices of one room: what they are, what they say, and how they obey.

They obey like devices do: after a delay, one thing after the other, rounding to their step, clamping
to their range, silent about what they do not understand, and sometimes echoing the old value first.
People in the room move the same devices by hand; nothing on the wire tells the two apart.

Delays of the wire are transport time, the curtain's travel and the presence sensor's off-delay hotel
time. Nothing here reads a clock or draws but from the generator it is given.
"""

from __future__ import annotations

import json
import math
import random
from collections import deque
from collections.abc import Callable

from simulators.air_conditioner import Fan, Mode
from simulators.building import RoomPlan
from simulators.curtain import Curtain
from simulators.discovery import (
    BEDSIDE_SCALE,
    CEILING_SCALE,
    FAN_MODES,
    HIGHEST_SETPOINT,
    LOWEST_SETPOINT,
    MODES,
    SETPOINT_STEP,
)
from simulators.discovery import payload as config_payload
from simulators.discovery import room_configs as configs_of
from simulators.faults import Fault
from simulators.host import Host
from simulators.physics import Rooms
from simulators.wire import OFFLINE, ONLINE, availability_topic, topic

SHORTEST_ECHO_SECONDS, LONGEST_ECHO_SECONDS = 0.1, 0.6
OLD_VALUE_FIRST = 0.15  # share of commands that are first answered with the old value
REPEAT_SECONDS = 530.0  # a state is said again before it is 10 min old
LONGEST_COMMAND = 1024
MOST_ON_THE_WAY = 50
CEILING_LEAST, BEDSIDE_LEAST = 3, 2
CEILING_WATTS, BEDSIDE_WATTS = 36.0, 7.0
PANEL_SWITCHES = ("do_not_disturb", "make_up_room")

# Which topic level a device speaks on.
LEVEL = {
    "air_conditioner": "ac",
    "power": "ac",
    "ceiling_light": "ceiling_light",
    "bedside_light": "bedside_light",
    "curtain": "curtain",
    "room_sensor": "climate",
    "door": "door",
    "window": "window",
    "presence": "presence",
    "panel": "panel",
}


def _json(**values: object) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def _number(payload: bytes) -> float | None:
    try:
        value = float(payload)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


class RoomDevices:
    """All devices of one room, its gateway included."""

    def __init__(self, plan: RoomPlan, index: int, rooms: Rooms, host: Host, draw: random.Random) -> None:
        self.plan = plan
        self._index = index
        self._rooms = rooms
        self._host = host
        self._draw = draw
        self._room = plan.number
        self._said: dict[str, bytes] = {}
        self._said_at: dict[str, float] = {}
        self._offline: set[str] = set()
        self._frozen: set[str] = set()
        self.refused = 0  # commands that no device understood

        self.temperature = round(float(rooms.sensor[index]), 1)
        self.humidity = round(float(rooms.humidity()[index]))
        self._ceiling_on = False
        self._ceiling = CEILING_SCALE
        self._bedside_on = False
        self._bedside = BEDSIDE_SCALE
        travel = float(rooms.makeup.curtain_travel_seconds[index])
        self._curtain = Curtain(travel, host, self._curtain_stands, self._say_curtain)
        self._door_open = False
        # What the door did and its sensor has not told yet: each opening is told, however short it was.
        self._door_moves: deque[bool] = deque()
        self._window_open = False
        self._window_stuck = False
        self._ignores_setpoint = False
        self._present = False
        self._presence_run = 0
        self._panel = dict.fromkeys(PANEL_SWITCHES, False)
        self._handlers: dict[str, Callable[[str, bytes], bool]] = {
            "ac": self._command_ac,
            "ceiling_light": self._command_ceiling,
            "bedside_light": self._command_bedside,
            "curtain": self._command_curtain,
            "panel": self._command_panel,
        }
        # Commands on their way to each device: whatever the delays, they are obeyed in their order.
        self._on_the_way: dict[str, deque[tuple[str, bytes]]] = {level: deque() for level in self._handlers}
        self._speakers: dict[str, Callable[[bool], None]] = {
            "ac": self._say_ac,
            "ceiling_light": self._say_ceiling,
            "bedside_light": self._say_bedside,
            "curtain": self._say_curtain,
            "panel": self._say_panel,
        }
        self._speaker_of_topic: dict[str, Callable[[bool], None]] = {
            topic(self._room, *where): say
            for where, say in (
                (("ac", "state"), self._say_ac),
                (("ac", "power"), self._say_power),
                (("ceiling_light", "state"), self._say_ceiling),
                (("bedside_light", "state"), self._say_bedside_on),
                (("bedside_light", "brightness"), self._say_bedside_level),
                (("curtain", "state"), self._say_curtain),
                (("climate", "state"), self._say_climate),
                (("door", "state"), self._say_door),
                (("window", "state"), self._say_window),
                (("presence", "state"), self._say_presence),
                (("panel", "state"), self._say_panel),
            )
        }
        self._watts = float(rooms.units.watts[index])

    # -- what others may look at ------------------------------------------------------------------

    @property
    def ceiling_on(self) -> bool:
        return self._ceiling_on

    @property
    def window_open(self) -> bool:
        return self._window_open

    @property
    def do_not_disturb(self) -> bool:
        return self._panel["do_not_disturb"]

    @property
    def make_up_room(self) -> bool:
        return self._panel["make_up_room"]

    def curtain_percent(self) -> float:
        """Where the curtain stands now; 100 = open."""
        return self._curtain.percent

    # -- speaking ---------------------------------------------------------------------------------

    def _say(self, device: str, payload: bytes, *rest: str, again: bool = False) -> None:
        """Publish a device's state when it changed, or in any case with `again`."""
        where = topic(self._room, LEVEL[device], *rest)
        if "room" in self._offline or device in self._offline:
            return
        if device in self._frozen and where in self._said:
            payload = self._said[where]
        if not again and self._said.get(where) == payload:
            return
        self._said[where] = payload
        self._said_at[where] = self._host.now
        self._host.send(self._room, where, payload)

    def _say_ac(self, again: bool = False) -> None:
        units, i = self._rooms.units, self._index
        state = _json(
            system_mode=MODES[units.mode[i]],
            target_temperature=float(units.setpoint[i]),
            fan_mode=FAN_MODES[units.fan[i]],
            local_temperature=round(float(units.sensor[i]) * 2) / 2,
            running_state=units.action(i),
        )
        self._say("air_conditioner", state, "state", again=again)

    def _say_power(self, again: bool = False) -> None:
        self._say("power", f"{self._watts:.1f}".encode(), "power", again=again)

    def _say_ceiling(self, again: bool = False) -> None:
        state = _json(state="ON" if self._ceiling_on else "OFF", brightness=self._ceiling)
        self._say("ceiling_light", state, "state", again=again)

    def _say_bedside(self, again: bool = False) -> None:
        self._say_bedside_on(again)
        self._say_bedside_level(again)

    def _say_bedside_on(self, again: bool = False) -> None:
        self._say("bedside_light", b"ON" if self._bedside_on else b"OFF", "state", again=again)

    def _say_bedside_level(self, again: bool = False) -> None:
        self._say("bedside_light", str(self._bedside).encode(), "brightness", again=again)

    def _say_curtain(self, again: bool = False) -> None:
        position = round(self._curtain.percent)
        state = self._curtain.motion or ("closed" if position == 0 else "open")
        self._say("curtain", _json(position=position, state=state), "state", again=again)

    def _say_climate(self, again: bool = False) -> None:
        # By hand: four of ten messages are this one.
        state = f'{{"temperature":{self.temperature},"humidity":{self.humidity}}}'.encode()
        self._say("room_sensor", state, "state", again=again)

    def _say_door(self, again: bool = False) -> None:
        self._say("door", b"ON" if self._door_open else b"OFF", "state", again=again)

    def _say_window(self, again: bool = False) -> None:
        state = _json(window="open" if self._window_open else "closed")
        self._say("window", state, "state", again=again)

    def _say_presence(self, again: bool = False) -> None:
        state = _json(occupancy="detected" if self._present else "clear")
        self._say("presence", state, "state", again=again)

    def _say_panel(self, again: bool = False) -> None:
        state = _json(**{name: "ON" if on else "OFF" for name, on in self._panel.items()})
        self._say("panel", state, "state", again=again)

    def announce(self, prefix: str, birth: bool) -> None:
        """Publish configs and states; with `birth`, availability before them.

        A gateway that is offline says nothing but that.
        """
        if "room" in self._offline:
            if birth:
                self._host.send(self._room, availability_topic(self._room), OFFLINE)
            return
        if birth:
            self._host.send(self._room, availability_topic(self._room), ONLINE)
        for where, config in configs_of(self.plan, prefix).items():
            self._host.send(self._room, where, config_payload(config))
        for say in self._speaker_of_topic.values():
            say(True)

    def repeat(self) -> None:
        """Say again every state that was last said so long ago that it would seem stale."""
        limit = self._host.now - REPEAT_SECONDS
        for where in [where for where, at in self._said_at.items() if at <= limit]:
            self._speaker_of_topic[where](True)

    # -- sensing ----------------------------------------------------------------------------------

    def sense_climate(self, temperature: float, humidity: int) -> None:
        """The room sensor took a reading that differs from its last."""
        self.temperature = temperature
        self.humidity = humidity
        self._say_climate()

    def sense_unit(self) -> None:
        """The unit shows something else than before."""
        self._say_ac()

    def sense_power(self, watts: float) -> None:
        """The power meter reads something that differs enough to be told."""
        self._watts = watts
        self._say_power()

    # -- obeying ----------------------------------------------------------------------------------

    def command(self, level: str, what: str, payload: bytes) -> None:
        """A command came in: `level` is the device's topic level, `what` what stands behind `set/`."""
        handler = self._handlers.get(level)
        device = "air_conditioner" if level == "ac" else level
        if handler is None or len(payload) > LONGEST_COMMAND:
            self.refused += 1
            return
        if "room" in self._offline or device in self._offline:
            return
        waiting = self._on_the_way[level]
        if len(waiting) >= MOST_ON_THE_WAY:
            self.refused += 1
            return
        waiting.append((what, payload))
        delay = self._draw.uniform(SHORTEST_ECHO_SECONDS, LONGEST_ECHO_SECONDS)
        if self._draw.random() < OLD_VALUE_FIRST:
            self._host.after_transport(0.4 * delay, lambda: self._speakers[level](True))
        self._host.after_transport(delay, lambda: self._obey(level))

    def _obey(self, level: str) -> None:
        what, payload = self._on_the_way[level].popleft()
        device = "air_conditioner" if level == "ac" else level
        if "room" in self._offline or device in self._offline:
            return
        if not self._handlers[level](what, payload):
            self.refused += 1
            return
        # A device answers a command also when it changed nothing.
        self._speakers[level](True)

    def _command_ac(self, what: str, payload: bytes) -> bool:
        units, i = self._rooms.units, self._index
        text = payload.decode("utf-8", "replace").strip()
        if what == "system_mode":
            if text not in MODES:
                return False
            units.mode[i] = MODES.index(text)
        elif what == "fan_mode":
            if text not in FAN_MODES:
                return False
            units.fan[i] = FAN_MODES.index(text)
        elif what == "target_temperature":
            wanted = _number(payload)
            if wanted is None:
                return False
            if not self._ignores_setpoint:
                units.setpoint[i] = _setpoint(wanted)
        else:
            return False
        return True

    def _command_ceiling(self, what: str, payload: bytes) -> bool:
        try:
            wanted = json.loads(payload)
        except (ValueError, RecursionError):
            return False
        if what or not isinstance(wanted, dict):
            return False
        state, brightness = wanted.get("state"), wanted.get("brightness")
        if state not in ("ON", "OFF", None):
            return False
        if brightness is not None:
            if isinstance(brightness, bool) or not isinstance(brightness, int | float):
                return False
            if not math.isfinite(brightness):
                return False
            level = round(brightness)
            if level <= 0:
                self._ceiling_on = False
            else:
                self._ceiling = min(CEILING_SCALE, max(CEILING_LEAST, level))
                self._ceiling_on = True
        if state is not None:
            self._ceiling_on = state == "ON"
        self._light_up()
        return state is not None or brightness is not None

    def _command_bedside(self, what: str, payload: bytes) -> bool:
        if what == "":
            if payload not in (b"ON", b"OFF"):
                return False
            self._bedside_on = payload == b"ON"
        elif what == "brightness":
            wanted = _number(payload)
            if wanted is None:
                return False
            if wanted <= 0:
                self._bedside_on = False
            else:
                self._bedside = min(BEDSIDE_SCALE, max(BEDSIDE_LEAST, round(wanted)))
                self._bedside_on = True
        else:
            return False
        self._light_up()
        return True

    def _command_curtain(self, what: str, payload: bytes) -> bool:
        if what == "":
            target = {b"OPEN": 100.0, b"CLOSE": 0.0, b"STOP": self.curtain_percent()}.get(payload)
        elif what == "position":
            wanted = _number(payload)
            target = None if wanted is None else min(100.0, max(0.0, float(round(wanted))))
        else:
            target = None
        if target is None:
            return False
        if payload == b"STOP":
            self._curtain.rest(target)
        else:
            self._curtain.go(target)
        return True

    def _command_panel(self, what: str, payload: bytes) -> bool:
        if what not in PANEL_SWITCHES or payload not in (b"ON", b"OFF"):
            return False
        self._press(what, payload == b"ON")
        return True

    def _press(self, switch: str, on: bool) -> None:
        if on:
            self._panel = dict.fromkeys(PANEL_SWITCHES, False)
        self._panel[switch] = on

    def _curtain_stands(self, percent: float) -> None:
        self._rooms.use.curtain_open[self._index] = percent / 100.0

    def _light_up(self) -> None:
        watts = CEILING_WATTS * self._ceiling / CEILING_SCALE if self._ceiling_on else 0.0
        watts += BEDSIDE_WATTS * self._bedside / BEDSIDE_SCALE if self._bedside_on else 0.0
        self._rooms.use.lamp_watts[self._index] = watts

    # -- hands, bodies and doors ------------------------------------------------------------------

    def _by_hand(self, level: str) -> None:
        """Something was pressed in the room: it acts at once, the report follows by radio."""
        delay = self._draw.uniform(0.05, 0.3)
        self._host.after_transport(delay, lambda: self._speakers[level](False))

    def hand_unit(self, mode: Mode | None = None, setpoint: float | None = None) -> None:
        """Somebody uses the air conditioner's own remote control."""
        units, i = self._rooms.units, self._index
        if mode is not None:
            units.mode[i] = int(mode)
            units.fan[i] = int(Fan.AUTO)
        if setpoint is not None and not self._ignores_setpoint:
            units.setpoint[i] = _setpoint(setpoint)
        self._by_hand("ac")

    def hand_ceiling(self, on: bool) -> None:
        """Somebody presses the light switch."""
        self._ceiling_on = on
        self._light_up()
        self._by_hand("ceiling_light")

    def hand_bedside(self, on: bool) -> None:
        self._bedside_on = on
        self._light_up()
        self._by_hand("bedside_light")

    def hand_curtain(self, percent: float) -> None:
        """Somebody uses the curtain's switch."""
        self._curtain.go(percent)
        self._by_hand("curtain")

    def hand_panel(self, switch: str, on: bool) -> None:
        """Somebody presses a switch of the door panel."""
        self._press(switch, on)
        self._by_hand("panel")

    def door(self, is_open: bool) -> None:
        """Somebody opens or shuts the door."""
        self._door_moves.append(is_open)
        self._host.after_transport(self._draw.uniform(0.05, 0.2), self._tell_door)

    def _tell_door(self) -> None:
        self._door_open = self._door_moves.popleft()
        self._say_door()

    def window(self, is_open: bool) -> None:
        """Somebody moves the window; one that is stuck stays open."""
        is_open = is_open or self._window_stuck
        self._window_open = is_open
        self._rooms.use.window_open[self._index] = 1.0 if is_open else 0.0
        self._host.after_transport(self._draw.uniform(0.05, 0.2), self._say_window)

    def sense_people(self, moving: bool) -> None:
        """People move in the room, or no longer do; the sensor lets go only after its off-delay."""
        self._presence_run += 1
        if moving:
            if not self._present:
                self._present = True
                self._host.after_transport(self._draw.uniform(0.05, 0.2), self._say_presence)
            return
        run = self._presence_run
        delay = float(self._rooms.makeup.presence_off_delay_seconds[self._index])
        self._host.after(delay, lambda: self._presence_ends(run))

    def stir(self) -> None:
        """A sleeper turns over."""
        self.sense_people(True)
        self.sense_people(False)

    def _presence_ends(self, run: int) -> None:
        if run == self._presence_run and self._present:
            self._present = False
            self._say_presence()

    # -- faults -----------------------------------------------------------------------------------

    def suffer(self, fault: Fault, prefix: str) -> None:
        """Begin or end a fault."""
        units, i = self._rooms.units, self._index
        if fault.kind == "offline":
            was = fault.device in self._offline
            if fault.active and not was:
                if fault.device == "room":
                    self._host.send(self._room, availability_topic(self._room), OFFLINE)
                self._offline.add(fault.device)
            elif was and not fault.active:
                self._offline.discard(fault.device)
                self.announce(prefix, birth=fault.device == "room")
        elif fault.kind == "frozen":
            (self._frozen.add if fault.active else self._frozen.discard)(fault.device)
        elif fault.kind == "no_capacity":
            units.capacity_share[i] = fault.capacity_share if fault.active else 1.0
        elif fault.kind == "ignores_setpoint":
            self._ignores_setpoint = fault.active
        elif fault.kind == "stuck_open":
            self._window_stuck = fault.active
            self.window(fault.active)
        elif fault.kind == "stuck":
            self._curtain.jam(fault.active)
            self._say_curtain()


def _setpoint(wanted: float) -> float:
    """Rounded to the unit's step, inside its range."""
    stepped = math.floor(wanted / SETPOINT_STEP + 0.5) * SETPOINT_STEP
    return min(HIGHEST_SETPOINT, max(LOWEST_SETPOINT, stepped))
