"""The lamp of `bench tap`: a process that obeys at once and says when it was told.

It announces itself by discovery as the ceiling light of one room, echoes every command as its state,
and then publishes the machine's monotonic time at which the command came in.

`python -m benchmarks.tap_device BROKER_URL ROOM` prints one line "ready" and runs until it is ended.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

COMMAND_TOPIC = "bench/lamp/set"
STATE_TOPIC = "bench/lamp/state"
SEEN_TOPIC = "bench/lamp/seen"
AVAILABILITY_TOPIC = "bench/lamp/available"
CONFIG_TOPIC = "homeassistant/light/bench/ceiling/config"


def config(room: str) -> dict[str, Any]:
    """The lamp's discovery config."""
    return {
        "name": "Ceiling light",
        "unique_id": "bench_ceiling",
        "command_topic": COMMAND_TOPIC,
        "state_topic": STATE_TOPIC,
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
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    client.connect(broker.hostname or "127.0.0.1", broker.port or 1883)
    return client


def obey(url: str, room: str) -> None:
    """Be the lamp, for good."""
    client = connect(url, "bench-lamp")

    def on_message(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
        seen = time.monotonic()
        client.publish(STATE_TOPIC, message.payload, qos=1, retain=True)
        client.publish(SEEN_TOPIC, repr(seen))

    def on_subscribe(*_: object) -> None:
        client.publish(CONFIG_TOPIC, json.dumps(config(room)), qos=1, retain=True)
        client.publish(AVAILABILITY_TOPIC, "online", qos=1, retain=True)
        client.publish(STATE_TOPIC, "OFF", qos=1, retain=True)
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.subscribe(COMMAND_TOPIC, 1)
    client.loop_forever()


if __name__ == "__main__":
    obey(sys.argv[1], sys.argv[2])
