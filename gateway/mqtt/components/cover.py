"""cover: a curtain or a blind. 100 % is open, whichever way round the device counts; so are the slats."""

from __future__ import annotations

from collections.abc import Mapping

from controller.entities import Limits, Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import (
    NONE_TEXT,
    Message,
    Nothing,
    Pick,
    Unreadable,
    mapped,
    number,
    picked,
    read_json,
    word_of,
)
from gateway.mqtt.encode import command, number_of, only, option_of
from gateway.mqtt.fields import BadConfig, Fields
from gateway.mqtt.link import Outgoing

MOST_POSITION = 1_000_000
STOPPED = "stopped"
STOP_TILT = "stop_tilt"


class _Range:
    """The device's own numbers for closed and open."""

    def __init__(self, what: str, at_closed: int, at_open: int) -> None:
        if at_open == at_closed:
            raise BadConfig(f"the {what} numbers for open and closed must differ")
        self.at_closed = at_closed
        self.span = at_open - at_closed

    def percent(self, level: float) -> float:
        """Where that is; what lies beyond either end is at it."""
        return float(round(min(100.0, max(0.0, (level - self.at_closed) / self.span * 100.0))))

    def level(self, percent: float) -> int:
        return round(self.at_closed + self.span * percent / 100.0)

    def limits(self) -> Limits:
        return Limits(0.0, 100.0, max(1.0, 100.0 / abs(self.span)))


def build(fields: Fields) -> Parts:
    at_open = fields.whole("position_open", 100, -MOST_POSITION, MOST_POSITION)
    at_closed = fields.whole("position_closed", 0, -MOST_POSITION, MOST_POSITION)
    tilt_min = fields.whole("tilt_min", 0, -MOST_POSITION, MOST_POSITION)
    tilt_max = fields.whole("tilt_max", 100, -MOST_POSITION, MOST_POSITION)
    positions = _Range("position", at_closed, at_open)
    tilts = _Range("tilt", tilt_min, tilt_max)
    constants = {
        "position_open": at_open,
        "position_closed": at_closed,
        "tilt_min": tilt_min,
        "tilt_max": tilt_max,
    }
    topic, position_topic = fields.topic("command_topic"), fields.topic("set_position_topic")
    tilt_topic = fields.topic("tilt_command_topic")
    if position_topic is not None and not fields.has("position_topic"):
        raise BadConfig("set_position_topic needs position_topic")
    position_template = fields.template("set_position_template", constants, frozenset({"position"}))
    tilt_template = fields.template("tilt_command_template", constants, frozenset({"tilt_position"}))
    payloads = {
        "open": fields.payload("payload_open", "OPEN"),
        "close": fields.payload("payload_close", "CLOSE"),
        "stop": fields.payload("payload_stop", "STOP"),
    }
    actions = tuple(name for name, payload in payloads.items() if payload is not None) if topic else ()
    stop_tilt = fields.payload("payload_stop_tilt", "STOP") if tilt_topic is not None else None
    if stop_tilt is not None:
        actions += (STOP_TILT,)
    qos = fields.command_qos()
    limits = {}
    if position_topic is not None:
        limits["position_percent"] = positions.limits()
    if tilt_topic is not None:
        limits["tilt_percent"] = tilts.limits()
    accepts = frozenset(limits) | (frozenset({"action"}) if actions else frozenset())

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        messages: list[Outgoing] = []
        if "position_percent" in values and position_topic is not None:
            percent = round(number_of("position_percent", values["position_percent"], 0.0, 100.0))
            level = positions.level(percent)
            messages.append(command(position_topic, level, position_template, qos, position=percent))
        if "tilt_percent" in values and tilt_topic is not None:
            percent = round(number_of("tilt_percent", values["tilt_percent"], 0.0, 100.0))
            level = tilts.level(percent)
            messages.append(command(tilt_topic, level, tilt_template, qos, tilt_position=percent))
        if "action" in values:
            action = option_of("action", values["action"], actions)
            if action == STOP_TILT and tilt_topic is not None:
                messages.append(command(tilt_topic, stop_tilt, None, qos))
            elif topic is not None:
                messages.append(command(topic, payloads[action], None, qos))
        return messages

    ear = _Ear(fields, positions, tilts, constants)
    return Parts(
        ear.readers(),
        encode,
        reports=ear.reports(),
        accepts=accepts,
        options={"action": actions} if actions else {},
        limits=limits,
    )


class _Ear:
    """Reads one cover. It remembers where the cover was, to say of one that stopped whether it is open."""

    def __init__(
        self, fields: Fields, positions: _Range, tilts: _Range, constants: Mapping[str, object]
    ) -> None:
        self._positions, self._tilts = positions, tilts
        self._tilt_low = min(tilts.at_closed, tilts.at_closed + tilts.span)
        self._tilt_high = max(tilts.at_closed, tilts.at_closed + tilts.span)
        self._state_topic = fields.topic("state_topic")
        self._position_topic = fields.topic("position_topic")
        self._tilt_topic = fields.topic("tilt_status_topic")
        self._qos = fields.state_qos()
        self._pick_state: Pick = picked(fields.template("value_template", constants))
        self._pick_position: Pick = picked(fields.template("position_template", constants))
        self._pick_tilt: Pick = picked(fields.template("tilt_status_template", constants))
        self._word = mapped(
            {
                fields.word("state_stopped", STOPPED): STOPPED,
                fields.word("state_opening", "opening"): "opening",
                fields.word("state_closing", "closing"): "closing",
                fields.word("state_closed", "closed"): "closed",
                fields.word("state_open", "open"): "open",
            }
        )
        self._number = number()
        self._position: Value = None
        self._motion: Value = None

    def reports(self) -> frozenset[str]:
        told = set()
        if self._state_topic is not None or self._position_topic is not None:
            told.add("motion")
        if self._position_topic is not None:
            told.add("position_percent")
        if self._tilt_topic is not None:
            told.add("tilt_percent")
        return frozenset(told)

    def readers(self) -> tuple[Reader, ...]:
        # The position first: a payload that holds both tells where the cover stopped.
        ways = (
            (self._position_topic, self._read_position),
            (self._state_topic, self._read_motion),
            (self._tilt_topic, self._read_tilt),
        )
        return tuple(Reader(topic, self._qos, read) for topic, read in ways if topic is not None)

    def _read_motion(self, message: Message) -> list[tuple[str, Value]]:
        try:
            motion = self._word(self._pick_state(message))
        except Nothing:
            return []
        if motion == STOPPED:
            closed = (
                self._position == 0.0
                if self._position_topic is not None
                else self._motion in ("closed", "closing")
            )
            motion = "closed" if closed else "open"
        self._motion = motion
        return [("motion", motion)]

    def _read_position(self, message: Message) -> list[tuple[str, Value]]:
        raw = self._pick_position(message)
        values: list[tuple[str, Value]] = []
        if not isinstance(raw, int | float):
            try:
                said = word_of(raw)
            except Nothing:
                return []
            raw = said
            # The position may come in a JSON object, together with the slats' tilt.
            if isinstance(raw, str) and raw.startswith("{"):
                body = read_json(raw.encode())
                if not isinstance(body, dict) or "position" not in body:
                    raise Unreadable("not_a_number", "the object holds no position")
                raw = body["position"]
                if body.get("tilt_position") is not None:
                    values.extend(self._told_tilt(body["tilt_position"]))
            elif said == NONE_TEXT:
                self._position = None
                return [("position_percent", None)]
        try:
            found = self._number(raw)
        except Nothing:
            return values
        percent = None
        if isinstance(found, int | float):
            percent = self._positions.percent(float(found))
        self._position = percent
        values.insert(0, ("position_percent", percent))
        if self._state_topic is None:
            motion: Value = None if percent is None else "closed" if percent == 0.0 else "open"
            values.insert(1, ("motion", motion))
        return values

    def _read_tilt(self, message: Message) -> list[tuple[str, Value]]:
        return self._told_tilt(self._pick_tilt(message))

    def _told_tilt(self, raw: object) -> list[tuple[str, Value]]:
        try:
            return [("tilt_percent", self._tilt(raw))]
        except Nothing:
            return []

    def _tilt(self, raw: object) -> Value:
        found = self._number(raw)
        if not isinstance(found, int | float):
            return None
        level = round(float(found))
        if not self._tilt_low <= level <= self._tilt_high:
            raise Unreadable("out_of_range", f"tilt {level} is not within the device's range")
        return self._tilts.percent(level)
