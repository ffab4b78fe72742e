"""What is lost first when devices say more than the house can take in, and when an echo counts as lost."""

from __future__ import annotations

import random

from gateway.mqtt.echo import Echo
from gateway.mqtt.inbox import Inbox
from gateway.mqtt.link import Incoming
from gateway.mqtt.subscriptions import FILTERS_IN_A_PACKET, Subscriptions


def said(topic: str, payload: bytes = b"1", *, retained: bool = False) -> Incoming:
    return Incoming(topic, payload, retained, 0.0)


def emptied(inbox: Inbox) -> list[Incoming | bool]:
    heard: list[Incoming | bool] = []
    while len(inbox):
        batch, sign = inbox.take(7)
        heard += batch
        heard += [] if sign is None else [sign]
    return heard


def test_a_full_inbox_keeps_the_newest_word_of_every_sensor() -> None:
    seed = 20261122
    print(f"seed {seed}")
    chance = random.Random(seed)
    inbox = Inbox(most=200)
    newest: dict[str, bytes] = {}
    for number in range(20_000):
        topic = f"sensor/{chance.randrange(60)}"
        newest[topic] = str(number).encode()
        inbox.put(said(topic, newest[topic]), 0)
        assert len(inbox) <= 200
    heard = [message for message in emptied(inbox) if isinstance(message, Incoming)]
    last = {message.topic: message.payload for message in heard}
    assert last == newest
    numbers = [int(message.payload) for message in heard]
    assert numbers == sorted(numbers)
    assert len(heard) + inbox.counts["shed"] == 20_000
    assert inbox.waiting_bytes == 0


def test_telemetry_goes_before_what_was_promised_or_retained() -> None:
    inbox = Inbox(most=50)
    for number in range(20):
        inbox.put(said(f"state/{number}"), 1)
        inbox.put(said(f"config/{number}", retained=True), 0)
    for number in range(500):
        inbox.put(said(f"telemetry/{number}"), 0)
    topics = [message.topic for message in emptied(inbox) if isinstance(message, Incoming)]
    assert sum(topic.startswith(("state/", "config/")) for topic in topics) == 40
    assert topics[-1] == "telemetry/499"
    assert inbox.counts["shed"] == 500 - 10
    assert inbox.counts["shed_kept"] == 0


def test_even_promised_messages_are_bounded_and_counted_apart() -> None:
    inbox = Inbox(most=10)
    for number in range(15):
        inbox.put(said(f"state/{number}"), 1)
    topics = [message.topic for message in emptied(inbox) if isinstance(message, Incoming)]
    assert topics == [f"state/{number}" for number in range(5, 15)]
    assert (inbox.counts["shed"], inbox.counts["shed_kept"]) == (5, 5)


def test_large_payloads_are_bounded_by_their_bytes() -> None:
    inbox = Inbox(most=1_000, most_bytes=10_000)
    for number in range(500):
        inbox.put(said(f"blob/{number}", b"x" * (1 + number % 900)), number % 2)
        assert inbox.waiting_bytes <= 10_000 + 900
    assert inbox.counts["shed"] > 0
    emptied(inbox)
    assert inbox.waiting_bytes == 0


def test_a_lost_connection_keeps_its_place_and_is_never_shed() -> None:
    inbox = Inbox(most=10)
    inbox.put(said("before"), 1)
    inbox.sign(False)
    for number in range(100):
        inbox.put(said(f"after/{number}"), 0)
    heard = emptied(inbox)
    assert heard[0] == said("before")
    assert heard[1] is False
    assert len(heard) == 10


def test_only_an_echo_that_has_worked_can_be_missed() -> None:
    echo = Echo("innkeeper/echo", lost_seconds=15)
    echo.began()
    assert echo.due(0)
    echo.sent(0)
    assert not echo.due(4.9)
    assert not echo.lost(1_000), "a broker may forbid the topic"
    echo.heard()
    echo.sent(1_000)
    echo.sent(1_005)
    assert not echo.lost(1_015)
    assert echo.lost(1_015.1), "the oldest that is missing counts"
    echo.began()
    assert not echo.lost(2_000)


def test_filters_go_out_in_packets_one_at_a_time_and_anew_after_an_outage() -> None:
    subscriptions = Subscriptions()
    for number in range(FILTERS_IN_A_PACKET + 5):
        assert subscriptions.add(f"t/{number}", 0)
    assert not subscriptions.add("t/0", 0)
    assert subscriptions.add("t/1", 1)
    assert len(subscriptions.next_packet()) == FILTERS_IN_A_PACKET
    subscriptions.asked(7)
    assert subscriptions.next_packet() == []
    subscriptions.answered(6)
    assert subscriptions.next_packet() == []
    subscriptions.answered(7)
    assert [name for name, _ in subscriptions.next_packet()] == [
        *(f"t/{number}" for number in range(FILTERS_IN_A_PACKET, FILTERS_IN_A_PACKET + 5)),
        "t/1",
    ]
    assert subscriptions.drop("t/0")
    assert subscriptions.gone() == [["t/0"]]
    subscriptions.all_anew()
    assert dict(subscriptions.next_packet())["t/1"] == 1
