"""The short way in gives what paho's own way gives: the same messages, byte for byte."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.broker_url import parse_broker_url
from gateway.mqtt.fast_client import FastClient
from gateway.mqtt.paho_link import PahoLink
from hotel.clock import SystemClock
from tests.listening import until_listening

Heard = list[tuple[str, bytes, bool]]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker(tmp_path, 0)
    made.start()
    yield made
    made.stop()


def properties(**values: Any) -> Properties:
    made = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(made, name, value)
    return made


def connect(client: Client, broker: EmbeddedBroker) -> None:
    where = parse_broker_url(broker.url)
    client.username_pw_set(where.user, where.password)
    client.connect(where.host, where.port)
    client.loop_start()


@pytest.mark.mosquitto
@pytest.mark.parametrize("protocol", [MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311])
def test_both_ways_hear_the_same(broker: EmbeddedBroker, protocol: MQTTProtocolVersion) -> None:
    plain: Heard = []
    fast: Heard = []
    paho = Client(CallbackAPIVersion.VERSION2, protocol=protocol)
    quick = FastClient(CallbackAPIVersion.VERSION2, protocol=protocol)
    paho.on_message = lambda c, u, m: plain.append((m.topic, bytes(m.payload), m.retain))
    quick.on_message = lambda c, u, m: fast.append((m.topic, bytes(m.payload), m.retain))
    short_ways: list[str] = []

    def on_plain(topic: str, payload: bytes, retained: bool) -> None:
        short_ways.append(topic)
        fast.append((topic, payload, retained))

    quick.on_plain = on_plain
    for client in (paho, quick):
        client.on_connect = lambda c, *_: c.subscribe("a/#", 1)
    mouth = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    connect(mouth, broker)
    sizes = [0, 1, 2, 120, 126, 127, 128, 129, 16_000, 16_383, 16_384, 65_535, 65_536, 200_000]
    messages: list[tuple[str, bytes, int, Properties | None]] = [
        *((f"a/{size}", b"x" * size, 0, None) for size in sizes),
        *((f"a/{size}/1", b"y" * size, 1, None) for size in (0, 5, 70_000)),
        ("a/二十", "室温".encode(), 0, None),
        ("a/bytes", bytes(range(256)), 0, None),
        ("a/expiry", b"1", 0, properties(MessageExpiryInterval=60)),
        ("a/hash", b"2", 0, properties(UserProperty=[("#", "#")])),
        ("a/long", b"3", 0, properties(UserProperty=[("k", "v" * 300)])),
        ("a/mixed", b"4", 0, properties(ContentType="text", ResponseTopic="r", CorrelationData=b"#")),
    ]
    try:
        mouth.publish("a/kept", b"retained", 0, True).wait_for_publish(5)
        for client in (paho, quick):
            connect(client, broker)
        end = time.monotonic() + 20
        while not (plain and fast):
            assert time.monotonic() < end
            time.sleep(0.01)
        for topic, payload, qos, props in messages:
            mouth.publish(topic, payload, qos, False, props)
        mouth.publish("a/end", b"", 1).wait_for_publish(5)
        while not (plain[-1][0] == "a/end" == fast[-1][0]):
            assert time.monotonic() < end, (len(plain), len(fast))
            time.sleep(0.01)
    finally:
        for client in (paho, quick, mouth):
            client.disconnect()
            client.loop_stop()
    assert plain[0] == ("a/kept", b"retained", True)
    assert [message[0] for message in plain[1:-1]] == [message[0] for message in messages]
    assert fast == plain
    assert len(short_ways) >= len(sizes), "the short way is not taken"


CERTIFICATE_DAYS = 2


def certificates(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    import ipaddress
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


class TlsBroker(EmbeddedBroker):
    """The embedded broker with TLS on its listener, as a hotel's own would have."""

    def __init__(self, data_dir: Path, cert_file: Path, key_file: Path) -> None:
        super().__init__(data_dir, 0)
        self._lines = f"certfile {cert_file}\nkeyfile {key_file}\n"

    def _mosquitto_configuration(self, passwords: Path) -> str:
        return super()._mosquitto_configuration(passwords) + self._lines


@pytest.mark.mosquitto
def test_tls_is_spoken_and_strangers_are_not_trusted(tmp_path: Path) -> None:
    cert_file, key_file = certificates(tmp_path)
    broker = TlsBroker(tmp_path, cert_file, key_file)
    broker.start()
    url = broker.url.replace("mqtt://", "mqtts://")
    trusting = PahoLink(url, "trusting", SystemClock(), ca_file=str(cert_file))
    wary = PahoLink(url, "wary", SystemClock())
    heard: list[bytes] = []
    trusting.on_message = lambda message: heard.append(message.payload)
    trusting.subscribe("a")
    try:
        trusting.start()
        wary.start()
        until_listening(trusting)
        expected = [b"x" * size for size in (1, 100_000, 0, 500_000)]
        for payload in expected:
            assert trusting.publish("a", payload, qos=1)
        end = time.monotonic() + 20
        while len(heard) < len(expected):
            assert time.monotonic() < end, ([len(payload) for payload in heard], trusting.counters())
            time.sleep(0.01)
        assert heard == expected
        while not wary.counters()["connections_failed"]:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert not wary.connected
    finally:
        trusting.stop()
        wary.stop()
        broker.stop()


class HalfSocket:
    """Takes seven bytes at a time, then is full once."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self._full = False

    def send(self, data: bytes) -> int:
        self._full = not self._full
        if self._full:
            raise BlockingIOError
        self.sent += data[:7]
        return len(data[:7])

    def close(self) -> None: ...


def test_what_two_threads_write_never_mixes() -> None:
    client = FastClient(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)
    socket: Any = HalfSocket()
    client._sock = socket
    client.on_socket_register_write = lambda *_: None

    def publish() -> None:
        client.publish("a/b", b"payload")
        client.write_now()

    threads = [threading.Thread(target=publish) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while client.want_write():
        client.write_now()
    packet = b"\x30\x0c\x00\x03a/bpayload"
    assert bytes(socket.sent) == packet * 40
