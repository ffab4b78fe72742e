"""Many devices that come back from a power cut in the same second: `python -m tests.storm URL DEVICES WAVES`.

A process of its own, as devices are. It knows three words on its standard input, one a line, and says
the same word back when it is done:

    introduce   every device sends its config, that it is there, and that it is off
    reboot      every device is called dead, sends its config, that it is there, how it is now (see
                `state_of`), and WAVES readings that nobody will miss
    end
"""

from __future__ import annotations

import json
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.mqtt.broker_url import parse_broker_url

DEVICES_IN_A_ROOM = 10
# What paho may have under way before we wait for the broker: a device has no endless memory either.
MOST_WAITING = 2_000


def room_of(device: int) -> str:
    return str(1001 + device // DEVICES_IN_A_ROOM)


def state_of(device: int) -> str:
    """What a device is after the reboot."""
    return "ON" if device % 3 == 0 else "OFF"


def base(device: int) -> str:
    return f"storm/{room_of(device)}/{device}"


def config(device: int) -> tuple[str, str]:
    return f"homeassistant/switch/storm/plug{device}/config", json.dumps(
        {
            "name": f"Plug {device}",
            "unique_id": f"plug-{device}",
            "command_topic": f"{base(device)}/set",
            "state_topic": f"{base(device)}/state",
            "availability_topic": f"{base(device)}/there",
            "device": {"identifiers": [f"plug-{device}"], "suggested_area": f"Room {room_of(device)}"},
        }
    )


def meter(device: int) -> tuple[str, str]:
    """The power that a plug measures: telemetry."""
    return f"homeassistant/sensor/storm/watts{device}/config", json.dumps(
        {
            "name": f"Watts {device}",
            "unique_id": f"watts-{device}",
            "state_topic": f"{base(device)}/watts",
            "device_class": "power",
            "unit_of_measurement": "W",
            "device": {"identifiers": [f"plug-{device}"], "suggested_area": f"Room {room_of(device)}"},
        }
    )


class Storm:
    """All the devices, on one connection."""

    def __init__(self, url: str, devices: int, waves: int) -> None:
        where = parse_broker_url(url)
        self.devices = range(devices)
        self.waves = waves
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="storm")
        self.client.username_pw_set(where.user, where.password)
        self.client.max_inflight_messages_set(200)
        self.client.on_message = self._obey
        self.client.on_connect = lambda client, *_: client.subscribe("storm/+/+/set", qos=1)
        self.client.connect(where.host, where.port)
        self.client.loop_start()

    def _obey(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        client.publish(message.topic.replace("/set", "/state"), message.payload, qos=1, retain=True)

    def say(self, topic: str, payload: str, qos: int, *, retain: bool) -> None:
        info = self.client.publish(topic, payload, qos, retain)
        if info.mid % MOST_WAITING == 0 or (qos and info.mid % 100 == 0):
            info.wait_for_publish(30)

    def introduce(self) -> None:
        for device in self.devices:
            self.say(*config(device), 1, retain=True)
            self.say(*meter(device), 1, retain=True)
            self.say(f"{base(device)}/there", "online", 1, retain=True)
            self.say(f"{base(device)}/state", "OFF", 1, retain=True)
        self.settle()

    def reboot(self) -> None:
        for device in self.devices:
            self.say(f"{base(device)}/there", "offline", 0, retain=True)
        for device in self.devices:
            self.say(*config(device), 1, retain=True)
            self.say(f"{base(device)}/there", "online", 0, retain=True)
            self.say(f"{base(device)}/state", state_of(device), 0, retain=True)
        for wave in range(self.waves):
            for device in self.devices:
                self.say(f"{base(device)}/watts", str(wave), 0, retain=False)
        self.settle()

    def settle(self) -> None:
        """Everything said so far has come to the broker: it answers in order."""
        self.client.publish("storm/settled", b"", 1).wait_for_publish(60)


def main(url: str, devices: int, waves: int) -> None:
    storm = Storm(url, devices, waves)
    for line in sys.stdin:
        word = line.strip()
        if word == "introduce":
            storm.introduce()
        elif word == "reboot":
            storm.reboot()
        print(word, flush=True)
        if word == "end":
            break
    storm.client.disconnect()
    storm.client.loop_stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
