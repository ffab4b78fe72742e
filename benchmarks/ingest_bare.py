"""The yardstick of `bench ingest`: a paho loop that parses JSON and does nothing else.

`python -m benchmarks.ingest_bare BROKER_URL MESSAGES` prints one line "ready", then one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.ingest_publisher import PROGRESS_TOPIC

REPORT_EVERY = 500


def consume(url: str, messages: int) -> dict[str, float]:
    """Parse `messages` readings; returns how fast, from the first to the last, and at what cost."""
    broker = urlsplit(url)
    client = Client(CallbackAPIVersion.VERSION2, client_id="bench-bare")
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    count = 0
    started = ended = processor_started = processor_ended = 0.0

    def on_message(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
        nonlocal count, started, ended, processor_started, processor_ended
        json.loads(message.payload)
        if count == 0:
            started, processor_started = time.monotonic(), time.process_time()
        count += 1
        if count % REPORT_EVERY == 0 or count == messages:
            client.publish(PROGRESS_TOPIC, str(count))
        if count == messages:
            ended, processor_ended = time.monotonic(), time.process_time()

    def on_connect(*_: object) -> None:
        client.subscribe("bench/+/state")

    def on_subscribe(*_: object) -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.on_connect = on_connect
    client.connect(broker.hostname or "127.0.0.1", broker.port or 1883)
    while not ended:
        client.loop()
    # The last progress is still to be written.
    for _ in range(20):
        client.loop(0.01)
    client.disconnect()
    return {
        "messages_per_second": (messages - 1) / (ended - started),
        "messages": messages,
        "processor_seconds": processor_ended - processor_started,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(consume(sys.argv[1], int(sys.argv[2]))) + "\n")
