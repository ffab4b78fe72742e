"""A paho client whose way in is short enough for a hotel's telemetry, and whose way out for a lamp.

paho reads a packet with three or four system calls, builds two objects and walks a tree of filters
for each message. This client changes three private methods of paho 2.x and nothing else: its socket
reads 64 KiB at a time, a plain PUBLISH at QoS 0 goes straight to `on_plain`, and `write_now` lets
another thread than the network's write what waits. All that is not plain (QoS above 0, MQTT 5 topic
aliases, malformed packets) takes paho's own way and ends in the usual `on_message`.
tests/contract/test_mqtt_link.py holds the two ways against each other.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion

READ_BYTES = 1 << 16
_SUCCESS = MQTTErrorCode.MQTT_ERR_SUCCESS
_QOS_BITS = 0x06
_RETAIN_BIT = 0x01
# A properties block up to this long has a length of one byte; longer ones take paho's way.
_ONE_BYTE_LENGTH = 0x80
# Identifier of the MQTT 5 property "topic alias".
_TOPIC_ALIAS = 0x23

OnPlain = Callable[[str, bytes, bool], None]


class BufferedSocket:
    """A non-blocking socket that asks the kernel once for many small reads."""

    def __init__(self, plain: Any) -> None:
        self._socket = plain
        self._data = b""
        self._at = 0

    def recv(self, buffer_size: int) -> bytes:
        at = self._at
        end = at + buffer_size
        data = self._data
        if at == len(data):
            data = self._socket.recv(READ_BYTES)
            if buffer_size >= len(data):
                return bytes(data)
            self._data, at, end = data, 0, buffer_size
        chunk = data[at:end]
        self._at = at + len(chunk)
        if self._at == len(data):
            self._data, self._at = b"", 0
        return chunk

    def pending(self) -> int:
        """Bytes that can be read without asking the kernel."""
        below = getattr(self._socket, "pending", None)
        return len(self._data) - self._at + (below() if below is not None else 0)

    def send(self, buffer: bytes | bytearray) -> int:
        return int(self._socket.send(buffer))

    def close(self) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return int(self._socket.fileno())

    def setblocking(self, flag: bool) -> None:
        self._socket.setblocking(flag)
        if isinstance(self._socket, socket.socket) and self._socket.family != socket.AF_UNIX:
            # A command is a few dozen bytes; it must not wait to share a segment with the next.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class FastClient(Client):
    """paho's client with a buffered socket and a short way for plain messages."""

    on_plain: OnPlain | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._writing = threading.RLock()
        super().__init__(*arguments, **options)

    def write_now(self) -> bool:
        """Write what waits, in the caller's thread, so that a command need not wait for another to wake.

        What the socket does not take, and a connection that is lost, are left to the network thread.
        Returns False when another thread was just writing, which may not have seen what came last.
        """
        if not self._writing.acquire(blocking=False):
            return False
        try:
            self._packet_write()
        finally:
            self._writing.release()
        return True

    def _packet_write(self) -> MQTTErrorCode:
        # One at a time: a packet that was written in part must go on before the next begins.
        with self._writing:
            return super()._packet_write()

    def _create_socket(self) -> Any:
        return BufferedSocket(super()._create_socket())

    def _handle_publish(self) -> MQTTErrorCode:
        packet = self._in_packet
        command = packet["command"]
        body = packet["packet"]
        if not command & _QOS_BITS and self.on_plain is not None and len(body) > 2:
            start = 2 + (body[0] << 8 | body[1])
            topic = body[2:start]
            if topic and len(body) >= start:
                if self._protocol == MQTTProtocolVersion.MQTTv5:
                    start = _end_of_properties(body, start)
                if start:
                    self.on_plain(
                        topic.decode("utf-8", "replace"), bytes(body[start:]), bool(command & _RETAIN_BIT)
                    )
                    return _SUCCESS
        return super()._handle_publish()


def _end_of_properties(body: bytearray, start: int) -> int:
    """Where the payload begins, or 0 when the properties are for paho to read."""
    if start >= len(body):
        return 0
    length = body[start]
    end = start + 1 + length
    if length == 0:
        return end
    if length >= _ONE_BYTE_LENGTH or end > len(body) or _TOPIC_ALIAS in body[start + 1 : end]:
        return 0
    return end
