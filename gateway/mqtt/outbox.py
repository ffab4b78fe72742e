"""What was handed to one connection and is not done yet: the window of promised messages, and a bound for
the others. What finds no room is not taken, and counted by the link; commands then wait in the
controller's dispatch, the newest for each property, and room states in theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from paho.mqtt.client import MQTTMessageInfo

from gateway.mqtt.link import MOST_OUTSTANDING, Outgoing

# QoS 0 messages that the network thread has not written yet.
MOST_UNWRITTEN = 1_000


class Outbox:
    """The window of one connection. It dies with it: nothing is delivered by surprise after an outage."""

    def __init__(self) -> None:
        self._under_way: dict[int, MQTTMessageInfo] = {}
        self._unwritten: dict[int, MQTTMessageInfo] = {}

    @property
    def outstanding(self) -> int:
        """Messages at QoS 1 or 2 that the broker has not acknowledged."""
        return len(self._under_way)

    def has_room(self, messages: Sequence[Outgoing]) -> bool:
        """Whether all of them fit."""
        promised = sum(1 for message in messages if message.qos)
        return _fits(self._under_way, promised, MOST_OUTSTANDING) and _fits(
            self._unwritten, len(messages) - promised, MOST_UNWRITTEN
        )

    def note(self, info: MQTTMessageInfo, qos: int) -> None:
        """paho took it."""
        if not info.is_published():
            (self._under_way if qos else self._unwritten)[info.mid] = info

    def done(self, mid: int) -> None:
        """It is written (QoS 0) or acknowledged. Needs no lock: paho calls this under locks of its own."""
        self._under_way.pop(mid, None)
        self._unwritten.pop(mid, None)


def _fits(waiting: dict[int, MQTTMessageInfo], more: int, most: int) -> bool:
    if len(waiting) + more > most:
        # An acknowledgement can overtake our own note of the message; paho knows better.
        for mid in [mid for mid, info in list(waiting.items()) if info.is_published()]:
            waiting.pop(mid, None)
    return len(waiting) + more <= most
