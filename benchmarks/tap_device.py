"""The lamps of `bench tap`: a process that obeys at once and says when it was told.

There are two, alike: the house's announces itself by discovery as the ceiling light of one room, the
bare side's is known to nobody else. Each echoes every command as its state, and then publishes the
machine's monotonic time at which the command came in.

`python -m benchmarks.tap_device BROKER_URL ROOM` prints one line "ready" and runs until it is ended.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

HOUSE_LAMP, BARE_LAMP = "house", "bare"
AVAILABILITY_TOPIC = "bench/lamps/available"
CONFIG_TOPIC = "homeassistant/light/bench/ceiling/config"


def command_topic(lamp: str) -> str:
    return f"bench/{lamp}/set"


def state_topic(lamp: str) -> str:
    return f"bench/{lamp}/state"


def seen_topic(lamp: str) -> str:
    return f"bench/{lamp}/seen"


def config(room: str) -> dict[str, Any]:
    """The discovery config of the house's lamp."""
    return {
        "name": "Ceiling light",
        "unique_id": "bench_ceiling",
        "command_topic": command_topic(HOUSE_LAMP),
        "state_topic": state_topic(HOUSE_LAMP),
        "availability_topic": AVAILABILITY_TOPIC,
        "payload_on": "ON",
        "payload_off": "OFF",
        "qos": 1,
        "device": {"identifiers": ["bench-lamp"], "name": f"Room {room} lamp", "suggested_area": room},
    }


def connect(url: str, client_id: str) -> Client:
    """A paho client of this broker, connected."""
    broker = urlsplit(url)
    client = Client(CallbackAPIVersion.VERSION2, client_id=client_id)
    # Else the kernel keeps a second small packet back until the first is acknowledged: up to 40 ms.
    client.on_socket_open = _send_at_once
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    client.connect(broker.hostname or "127.0.0.1", broker.port or 1883)
    return client


def _send_at_once(_client: Client, _userdata: Any, opened: Any) -> None:
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def obey(url: str, room: str) -> None:
    """Be the lamps, for good."""
    client = connect(url, "bench-lamps")

    def on_message(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
        seen = time.monotonic()
        lamp = message.topic.split("/")[1]
        client.publish(state_topic(lamp), message.payload, qos=1, retain=True)
        client.publish(seen_topic(lamp), repr(seen))

    def on_subscribe(*_: object) -> None:
        client.publish(CONFIG_TOPIC, json.dumps(config(room)), qos=1, retain=True)
        client.publish(AVAILABILITY_TOPIC, "online", qos=1, retain=True)
        for lamp in (HOUSE_LAMP, BARE_LAMP):
            client.publish(state_topic(lamp), "OFF", qos=1, retain=True)
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.subscribe([(command_topic(lamp), 1) for lamp in (HOUSE_LAMP, BARE_LAMP)])
    client.loop_forever()


if __name__ == "__main__":
    obey(sys.argv[1], sys.argv[2])
