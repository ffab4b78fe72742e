"""The devices' side of `bench ingest`: a process that publishes readings as fast as they are taken.

It writes MQTT 3.1.1 packets of its own making, because no client library is fast enough to keep an
ingest loop busy. It stays at most `window` messages ahead of what the consumer says it has handled, so
that the broker never has to drop one.

`python -m benchmarks.ingest_publisher BROKER_URL MESSAGES TOPICS WINDOW`
"""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

PROGRESS_TOPIC = "bench/progress"
CHUNK = 250
SILENCE_SECONDS = 60.0


# What one message says of its plug, and the template that reads it: one entity each.
TEMPLATES = {
    "power": "{{ value_json.power }}",
    "energy": "{{ value_json['energy'] | float(0) }}",
    "current": "{{ value_json.current | round(3) }}",
}
UNITS = {"power": "W", "energy": "kWh", "current": "A"}


def state_topic(index: int) -> str:
    return f"bench/plug{index}/state"


def payload(number: int) -> bytes:
    """A smart plug's report, as such devices send it; all that is measured differs in every message."""
    watts, hundredths = divmod(number, 100)
    kilowatt_hours, thousandths = divmod(number, 1000)
    amperes, tenths = divmod(number, 10)
    return b'{"current": %d.%d, "energy": %d.%03d, "linkquality": 87, "power": %d.%02d, "state": "ON"}' % (
        amperes,
        tenths,
        kilowatt_hours,
        thousandths,
        watts,
        hundredths,
    )


def values(number: int) -> dict[str, float]:
    """What `payload(number)` says, by the names of `TEMPLATES`."""
    return {"power": number / 100, "energy": number / 1000, "current": number / 10}


def _field(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _packet(kind: int, body: bytes) -> bytes:
    left, size = len(body), bytearray()
    while True:
        left, digit = divmod(left, 128)
        size.append(digit | (128 if left else 0))
        if not left:
            return bytes([kind]) + bytes(size) + body


def _packets(received: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the whole packets off the front of `received`."""
    while len(received) >= 2:
        length, shift, index = 0, 0, 1
        while index < len(received):
            length |= (received[index] & 127) << shift
            shift += 7
            index += 1
            if not received[index - 1] & 128:
                break
        else:
            return
        if len(received) < index + length:
            return
        kind, body = received[0], bytes(received[index : index + length])
        del received[: index + length]
        yield kind, body


class Publisher:
    """One connection that publishes and listens for progress."""

    def __init__(self, url: str) -> None:
        broker = urlsplit(url)
        self._socket = socket.create_connection((broker.hostname or "127.0.0.1", broker.port or 1883), 10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self.handled = 0
        flags = 0x02 | (0x80 if broker.username else 0) | (0x40 if broker.password else 0)
        body = _field(b"MQTT") + bytes([4, flags]) + (0).to_bytes(2, "big") + _field(b"bench-publisher")
        for secret in (broker.username, broker.password):
            body += _field(secret.encode()) if secret else b""
        self._socket.sendall(_packet(0x10, body))
        self._wait_for(0x20)
        self._socket.sendall(_packet(0x82, b"\0\1" + _field(PROGRESS_TOPIC.encode()) + b"\0"))
        self._wait_for(0x90)

    def publish(self, messages: list[tuple[str, bytes]], retain: bool = False) -> None:
        self._socket.sendall(
            b"".join(
                _packet(0x31 if retain else 0x30, _field(topic.encode()) + body) for topic, body in messages
            )
        )

    def hear(self, wait: bool) -> None:
        """Take in what the consumer says about its progress.

        Raises:
            TimeoutError: it says nothing for `SILENCE_SECONDS`.
        """
        if not select.select([self._socket], [], [], SILENCE_SECONDS if wait else 0)[0]:
            if wait:
                raise TimeoutError(f"the consumer stopped at message {self.handled}")
            return
        self._read()

    def close(self) -> None:
        self._socket.sendall(b"\xe0\0")
        self._socket.close()

    def _read(self) -> list[int]:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the broker hung up")
        self._received += data
        kinds = []
        for kind, body in _packets(self._received):
            kinds.append(kind & 0xF0)
            if kind & 0xF0 == 0x30:
                self.handled = max(self.handled, int(body[2 + int.from_bytes(body[:2], "big") :]))
        return kinds

    def _wait_for(self, kind: int) -> None:
        while kind not in self._read():
            pass


def publish_readings(url: str, messages: int, topics: int, window: int) -> None:
    """Publish `messages` readings round robin over `topics` and wait until all are handled."""
    publisher = Publisher(url)
    names = [state_topic(index) for index in range(topics)]
    sent = 0
    while publisher.handled < messages:
        room = min(CHUNK, window - (sent - publisher.handled), messages - sent)
        if room > 0:
            publisher.publish([(names[n % topics], payload(n)) for n in range(sent, sent + room)])
            sent += room
        publisher.hear(wait=room <= 0)
    publisher.close()


if __name__ == "__main__":
    publish_readings(sys.argv[1], *map(int, sys.argv[2:5]))
