"""The broker link on a bad network: half-open, slow, cut, and with threads that die under it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.mqtt.broker import EmbeddedBroker
from gateway.mqtt.link import MOST_OUTSTANDING, Incoming
from gateway.mqtt.paho_link import PahoLink
from hotel.clock import SystemClock
from tests.fault_proxy import HOST, FaultProxy
from tests.running_house import broker_for
from tests.waiting import wait_until

pytestmark = pytest.mark.mosquitto
PATIENCE_SECONDS = 30.0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    with broker_for(tmp_path) as made:
        yield made


@pytest.fixture
def network(broker: EmbeddedBroker) -> Iterator[FaultProxy]:
    with FaultProxy(broker.port) as made:
        yield made


class Speaker:
    """Somebody on the broker's own side of the network."""

    def __init__(self, broker: EmbeddedBroker, *topics: str) -> None:
        self.heard: list[Incoming] = []
        self.link = PahoLink(broker.url, "speaker", SystemClock())
        self.link.on_message = self.heard.append
        for topic in topics:
            self.link.subscribe(topic, 1)
        self.link.start()
        wait_until(lambda: self.link.connected, PATIENCE_SECONDS)

    def say(self, topic: str, payload: str, *, retain: bool = False) -> None:
        wait_until(lambda: self.link.publish(topic, payload.encode(), qos=1, retain=retain), PATIENCE_SECONDS)


def up(link: PahoLink, *, after: int = 0) -> None:
    """Wait until it is connected, more often than `after` times."""
    wait_until(lambda: link.connected and link.counters()["connections"] > after, PATIENCE_SECONDS)


def test_the_network_holds_heals_resets_and_refuses() -> None:
    """The proxy itself: a fault that is none would make every test here pass."""
    with socket.create_server((HOST, 0)) as listener, FaultProxy(listener.getsockname()[1]) as network:
        listener.settimeout(10)
        near = socket.create_connection((HOST, network.port), timeout=10)
        far, _ = listener.accept()
        far.settimeout(10)
        near.sendall(b"1")
        assert far.recv(10) == b"1"
        network.stall()
        near.sendall(b"2")
        far.settimeout(0.3)
        with pytest.raises(TimeoutError):
            far.recv(10)
        held = socket.create_connection((HOST, network.port), timeout=10)
        network.forward()
        far.settimeout(10)
        assert far.recv(10) == b"2"
        later, _ = listener.accept()
        network.delay(0.3)
        began = time.monotonic()
        far.sendall(b"3")
        assert near.recv(10) == b"3"
        assert time.monotonic() - began >= 0.3
        network.refuse()
        with pytest.raises(ConnectionResetError):
            near.recv(10)
        # The reset may come while we connect, or after.
        with (
            pytest.raises(ConnectionResetError),
            socket.create_connection((HOST, network.port), timeout=10) as refused,
        ):
            refused.recv(10)
        assert network.turned_away == 1
        for end in (near, far, held, later):
            end.close()


def test_a_half_open_connection_is_noticed_within_one_and_a_half_keepalives(
    broker: EmbeddedBroker, network: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    # No echo: a broker may forbid it. paho alone would need two keepalives.
    keepalive_seconds = 3
    link = PahoLink(network.url(broker.url), "innkeeper", SystemClock(), keepalive_seconds=keepalive_seconds)
    heard: list[Incoming] = []
    ups: list[bool] = []
    link.on_message, link.on_connection = heard.append, ups.append
    link.subscribe("room/#", 1)
    speaker = Speaker(broker, "room/412/set")
    link.start()
    try:
        up(link)
        speaker.say("room/412/state", "21", retain=True)
        wait_until(lambda: bool(heard), PATIENCE_SECONDS)

        network.stall()
        began = time.monotonic()
        taken = [link.publish("room/412/set", str(n).encode(), qos=1) for n in range(3 * MOST_OUTSTANDING)]
        assert sum(taken) == MOST_OUTSTANDING, "what was promised and not acknowledged is bounded"
        assert link.counters()["publishes_refused"] == 2 * MOST_OUTSTANDING
        wait_until(lambda: not link.connected, PATIENCE_SECONDS)
        print(f"noticed after {time.monotonic() - began:.1f} s of {keepalive_seconds * 1.5}")
        assert "is silent; the connection is given up" in caplog.text, "paho itself takes two keepalives"
        speaker.say("room/412/state", "22", retain=True)
        # What was promised is taken back by the thread that noticed, after it has said so.
        wait_until(lambda: link.outstanding == 0, PATIENCE_SECONDS)

        network.cut()
        network.forward()
        up(link, after=1)
        # The retained state is read again; what happened meanwhile is in it.
        wait_until(lambda: heard[-1].payload == b"22", PATIENCE_SECONDS)
        assert heard[-1].retained
        # What the dead connection had taken is gone with it: nothing comes by surprise.
        assert link.publish("room/412/set", b"fresh", qos=1)
        wait_until(lambda: any(message.payload == b"fresh" for message in speaker.heard), PATIENCE_SECONDS)
        assert [message.payload for message in speaker.heard] == [b"fresh"]
        assert ups == [True, False, True]
    finally:
        link.stop()
        speaker.link.stop()


def test_a_quiet_night_is_no_outage(broker: EmbeddedBroker, network: FaultProxy) -> None:
    """Nobody speaks for several keepalives: the connection is asked, answers, and stays."""
    link = PahoLink(network.url(broker.url), "innkeeper", SystemClock(), keepalive_seconds=2)
    link.start()
    try:
        up(link)
        quiet_from = network.bytes_from_target
        # Two answers to two questions, each of two bytes.
        wait_until(lambda: network.bytes_from_target >= quiet_from + 4, PATIENCE_SECONDS)
        assert link.counters()["connections"] == 1
        assert link.connected
    finally:
        link.stop()


def test_a_slow_broker_holds_the_window_and_nothing_grows_behind_it(
    broker: EmbeddedBroker, network: FaultProxy
) -> None:
    link = PahoLink(network.url(broker.url), "innkeeper", SystemClock())
    speaker = Speaker(broker, "room/412/set")
    link.start()
    try:
        up(link)
        network.delay(0.1)
        taken: list[int] = []
        for number in range(2_000):
            if link.publish("room/412/set", str(number).encode(), qos=1):
                taken.append(number)
            assert link.outstanding <= MOST_OUTSTANDING
        assert len(taken) < 2_000
        network.forward()
        wait_until(lambda: link.outstanding == 0 and len(speaker.heard) >= len(taken), PATIENCE_SECONDS)
        # Each that was taken came once and in order; the others were refused at once, and counted.
        assert [int(message.payload) for message in speaker.heard] == taken
        assert link.counters()["publishes_refused"] == 2_000 - len(taken)
        assert link.publish("room/412/set", b"next", qos=1)
    finally:
        link.stop()
        speaker.link.stop()


def die(*_: object) -> None:
    """What no handler catches ends a thread, as a defect in a C extension would."""
    raise SystemExit


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_threads_that_die_are_noticed_and_rebuilt(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network thread, the consumer and the watchdog, each by what no handler catches."""
    link = PahoLink(broker.url, "innkeeper", SystemClock(), echo_topic="innkeeper/echo")
    speaker = Speaker(broker)
    heard: list[Incoming] = []
    ups: list[bool] = []

    def hear(message: Incoming) -> None:
        if message.payload == b"deadly":
            raise SystemExit
        heard.append(message)

    link.on_message, link.on_connection = hear, ups.append
    link.subscribe("room/#", 1)
    link.start()
    try:
        up(link)
        speaker.say("room/412/state", "21", retain=True)
        wait_until(lambda: bool(heard), PATIENCE_SECONDS)

        # The network thread: its subscriptions and the retained states come back with it.
        session, network_thread = link._session, link._network
        assert session is not None
        assert network_thread is not None
        session.client.on_plain = session.client.on_message = die
        began = time.monotonic()
        speaker.say("room/413/state", "22", retain=True)
        wait_until(lambda: not network_thread.is_alive(), PATIENCE_SECONDS)
        up(link, after=1)
        assert time.monotonic() - began <= 30
        assert link.counters()["rebuilt"] == 1
        wait_until(
            lambda: (
                {(m.topic, m.payload) for m in heard if m.retained}
                == {("room/412/state", b"21"), ("room/413/state", b"22")}
            ),
            PATIENCE_SECONDS,
        )
        wait_until(lambda: ups == [True, False, True], PATIENCE_SECONDS)

        # The consumer: what a handler throws it survives, and its own end is mended.
        speaker.say("room/412/state", "deadly")
        speaker.say("room/412/state", "23")
        wait_until(lambda: heard[-1].payload == b"23", PATIENCE_SECONDS)
        assert link.counters()["threads_restarted"] == 0
        consumer = link._consumer
        assert consumer is not None
        monkeypatch.setattr(link, "_empty_once", die)
        speaker.say("room/412/state", "24", retain=True)
        wait_until(lambda: not consumer.is_alive(), PATIENCE_SECONDS)
        monkeypatch.undo()
        wait_until(lambda: any(message.payload == b"24" for message in heard), PATIENCE_SECONDS)
        assert link.counters()["threads_restarted"] >= 1

        # The watchdog.
        watchdog = link._watchdog
        assert watchdog is not None
        monkeypatch.setattr(link, "_look", die)
        wait_until(lambda: not watchdog.is_alive(), PATIENCE_SECONDS)
        monkeypatch.undo()
        wait_until(lambda: link._watchdog is not watchdog, PATIENCE_SECONDS)
        assert link.counters()["threads_restarted"] >= 2
        assert link.trouble() is None
    finally:
        link.stop()
        speaker.link.stop()


def test_an_exception_in_a_callback_costs_a_connection_and_never_the_thread(broker: EmbeddedBroker) -> None:
    link = PahoLink(broker.url, "innkeeper", SystemClock())
    heard: list[bytes] = []
    link.on_message = lambda message: heard.append(message.payload)
    link.subscribe("room/#", 1)
    speaker = Speaker(broker)
    link.start()
    try:
        up(link)
        session, network_thread = link._session, link._network
        assert session is not None

        def fail(*_: object) -> None:
            raise ValueError("a defect")

        session.client.on_plain = session.client.on_message = fail
        speaker.say("room/412/state", "poison")
        up(link, after=1)
        assert link._network is network_thread
        counted = link.counters()
        assert (counted["network_failures"], counted["rebuilt"]) == (1, 0)
        speaker.say("room/412/state", "fresh", retain=True)
        wait_until(lambda: b"fresh" in heard, PATIENCE_SECONDS)
    finally:
        link.stop()
        speaker.link.stop()


def _waste(_: object) -> None:
    return


def test_a_consumer_that_hangs_is_told(broker: EmbeddedBroker) -> None:
    class Fast(SystemClock):
        """Twenty seconds pass in one."""

        def monotonic(self) -> float:
            return super().monotonic() * 20

    # The clock goes fast, so the watchdog must not take a second's pause for a stall.
    link = PahoLink(broker.url, "innkeeper", Fast(), keepalive_seconds=60)
    let_go = threading.Event()
    link.on_batch = lambda batch: _waste(let_go.wait(PATIENCE_SECONDS))
    link.subscribe("room/#", 1)
    speaker = Speaker(broker)
    assert link.trouble() == "The MQTT link has not been started."
    link.start()
    try:
        up(link)
        wait_until(lambda: link.trouble() is None, PATIENCE_SECONDS)
        speaker.say("room/412/state", "21", retain=True)
        wait_until(lambda: "not been taken in" in (link.trouble() or ""), PATIENCE_SECONDS)
        let_go.set()
        wait_until(lambda: link.trouble() is None, PATIENCE_SECONDS)
    finally:
        let_go.set()
        link.stop()
        speaker.link.stop()
