"""lock: locked or not, and what it is doing. A code is never kept here: locks that demand one refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from controller.entities import Value
from gateway.mqtt.binding import Reader
from gateway.mqtt.components.parts import Parts
from gateway.mqtt.decode import Message, Nothing, mapped, picked
from gateway.mqtt.encode import command, flag_of, only, option_of
from gateway.mqtt.fields import Fields, NotSupported
from gateway.mqtt.link import Outgoing

# A bolt on its way, or stuck, does not lock.
LOCKED = "locked"


def build(fields: Fields) -> Parts:
    topic = fields.must_topic("command_topic")
    if fields.has("code_format"):
        raise NotSupported("not controllable: the lock needs a code, and codes are not kept here")
    template = fields.template("command_template", {"code": None})
    payload_lock, payload_unlock = (
        fields.word("payload_lock", "LOCK"),
        fields.word("payload_unlock", "UNLOCK"),
    )
    payload_open = fields.text("payload_open")
    qos = fields.command_qos()
    opens = payload_open is not None
    accepts = frozenset({"locked", "action"} if opens else {"locked"})

    def encode(values: Mapping[str, Value]) -> list[Outgoing]:
        only(values, accepts)
        messages = []
        if "locked" in values:
            payload = payload_lock if flag_of("locked", values["locked"]) else payload_unlock
            messages.append(command(topic, payload, template, qos))
        if "action" in values:
            option_of("action", values["action"], ("open",))
            messages.append(command(topic, payload_open, template, qos))
        return messages

    readers = _readers(fields)
    return Parts(
        readers,
        encode,
        reports=frozenset({"locked", "motion"}) if readers else frozenset(),
        accepts=accepts,
        options={"action": ("open",)} if opens else {},
    )


def _readers(fields: Fields) -> tuple[Reader, ...]:
    topic = fields.topic("state_topic")
    if topic is None:
        return ()
    words: dict[str, Value] = {
        fields.word(f"state_{motion}", motion.upper()): motion
        for motion in ("opening", "open", "jammed", "unlocking", "locking", "unlocked", LOCKED)
    }
    words[fields.word("payload_reset", "None")] = None
    convert, pick = mapped(words), picked(fields.template("value_template"))

    def read(message: Message) -> Sequence[tuple[str, Value]]:
        try:
            motion = convert(pick(message))
        except Nothing:
            return ()
        return (("locked", None if motion is None else motion == LOCKED), ("motion", motion))

    return (Reader(topic, fields.state_qos(), read),)
