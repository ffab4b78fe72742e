"""Critical tickets leave the house: webhook, mail and push against real peers on loopback, until heard."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid.utils import b64urlencode

from gateway.notifier import Notifier
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Invalid
from hotel.staff_store import StaffRow
from maintenance.notices import (
    BETWEEN_WAVES,
    MOST_WAVES,
    OnCall,
    calls_of,
    check_email,
    check_endpoint,
    next_try,
    waves_due,
)
from maintenance.notices_service import NoticeService
from maintenance.notices_store import PushSubscriptionRow
from tests.desk_house import ENGINEER, MANAGER, DeskHouse
from tests.ports import port_to_keep

SECRET = "shared-with-the-pager"


class Peer:
    """An HTTP server that keeps what it gets and answers as it is told."""

    def __init__(self) -> None:
        self.answer = 200
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told = {name.lower(): value for name, value in self.headers.items()}
                peer.got.append((self.path, told, body))
                self.send_response(peer.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Mailbox(Message):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.stop()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    port = port_to_keep()
    # It looks whether it answers at the port that it was told, so "any" is none.
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def house(database: Database, clock: ManualClock) -> DeskHouse:
    made = DeskHouse(database, clock)
    with database.write() as tx:
        for actor in (ENGINEER, MANAGER):
            row = StaffRow(property_id="main", code=actor.id, name=actor.name, login=actor.id)
            row.id, row.roles = actor.id, sorted(actor.roles)
            tx.session.add(row)
    return made


def service(house: DeskHouse, folder: Path, **ways: Any) -> NoticeService:
    sender = Notifier(folder / "vapid.pem", mail_from="innkeeper@hotel.example", **ways)
    made = NoticeService(house.database, house.tickets.desk, sender)
    with house.database.write() as tx:
        made.put_on_call(
            tx, MANAGER, [(ENGINEER.id, "tomas@hotel.example"), (MANAGER.id, "ines@hotel.example")]
        )
    return made


def leak(house: DeskHouse) -> str:
    with house.database.write() as tx:
        return house.tickets.desk.open_for_fault(
            tx,
            fault="leak",
            asset_key="device/leak-412",
            room="412",
            evidence=[],
            safety=True,
            at=house.clock.now(),
        )


def browser(endpoint: str) -> dict[str, Any]:
    """What a browser gives out when it subscribes."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": b64urlencode(point), "auth": b64urlencode(os.urandom(16))}
    return {"endpoint": endpoint, "keys": keys}


def states(made: NoticeService, ticket: str) -> list[tuple[str, str | None, str]]:
    return [(row.channel, row.name, row.state) for row in made.notices(ticket)]


def test_the_webhook_gets_a_signed_post_and_the_first_on_call_a_mail(
    house: DeskHouse, tmp_path: Path, peer: Peer, mailbox: tuple[Mailbox, str]
) -> None:
    box, smtp = mailbox
    made = service(house, tmp_path, webhook_url=f"{peer.url}/hook", webhook_secret=SECRET, smtp_url=smtp)
    ticket = leak(house)
    made.beat()
    ((path, headers, body),) = peer.got
    told = json.loads(body)
    assert (path, told["number"], told["room"], told["title_code"]) == ("/hook", 1, "412", "fault.leak")
    stamp, signature = (part.partition("=")[2] for part in headers["innkeeper-signature"].split(","))
    signed = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, signed)
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"]) == ("tomas@hotel.example", "Critical ticket 1: leak, room 412")
    # Both are due in the same moment: neither is first.
    assert set(states(made, ticket)) == {("webhook", None, "sent"), ("email", ENGINEER.name, "sent")}
    made.beat()
    assert len(peer.got) == 1


def test_the_next_is_called_until_somebody_acknowledges(
    house: DeskHouse, tmp_path: Path, mailbox: tuple[Mailbox, str]
) -> None:
    box, smtp = mailbox
    made = service(house, tmp_path, smtp_url=smtp)
    ticket = leak(house)
    for _ in range(3):
        made.beat()
        house.clock.advance(BETWEEN_WAVES.total_seconds())
    assert [mail["To"] for mail in box.mails] == [
        "tomas@hotel.example",
        "ines@hotel.example",
        "tomas@hotel.example",
    ]
    with house.database.write() as tx:
        made.acknowledge(tx, MANAGER, ticket)
    house.clock.advance(BETWEEN_WAVES.total_seconds())
    made.beat()
    assert len(box.mails) == 3
    # Accepting is hearing, too; and a fault that comes back calls anew.
    assert house.tickets.history(ticket)[-1].action == "acknowledge"


def test_what_does_not_go_out_is_tried_again_a_bounded_number_of_times(
    house: DeskHouse, tmp_path: Path, peer: Peer
) -> None:
    made = service(house, tmp_path, webhook_url=peer.url)
    peer.answer = 503
    ticket = leak(house)
    made.beat()
    assert made.send_due() == 0
    house.clock.advance(5)
    peer.answer = 200
    assert made.send_due() == 1
    hook = next(row for row in made.notices(ticket) if row.channel == "webhook")
    assert (hook.state, hook.tries) == ("sent", 2)
    # No mail server is set: that notice is dropped, not tried for ever.
    assert {row.state for row in made.notices(ticket) if row.channel == "email"} == {"dropped"}


def test_a_peer_that_is_never_there_ends_as_failed(house: DeskHouse, tmp_path: Path) -> None:
    made = service(house, tmp_path, webhook_url="http://127.0.0.1:9/")
    ticket = leak(house)
    made.plan()
    for _ in range(12):
        made.send_due()
        house.clock.advance(600)
    hook = next(row for row in made.notices(ticket) if row.channel == "webhook")
    assert (hook.state, hook.tries) == ("failed", 6)
    assert hook.last_error is not None


def test_what_was_acknowledged_meanwhile_does_not_go_out(
    house: DeskHouse, tmp_path: Path, peer: Peer
) -> None:
    made = service(house, tmp_path, webhook_url=peer.url)
    ticket = leak(house)
    made.plan()
    with house.database.write() as tx:
        made.acknowledge(tx, ENGINEER, ticket)
    made.send_due()
    assert peer.got == []
    assert {row.state for row in made.notices(ticket)} == {"dropped"}


def test_a_browser_gets_an_encrypted_push_and_is_forgotten_when_it_is_gone(
    house: DeskHouse, tmp_path: Path, peer: Peer
) -> None:
    made = service(house, tmp_path)
    wanted = browser(f"{peer.url}/push/1")
    with house.database.write() as tx:
        # Past the door, which takes no address of this machine.
        row = PushSubscriptionRow(property_id="main", staff_id=ENGINEER.id, made_at=house.clock.now())
        row.endpoint, row.keys = wanted["endpoint"], wanted["keys"]
        tx.session.add(row)
    peer.answer = 201
    leak(house)
    made.beat()
    ((path, headers, body),) = peer.got
    assert (path, headers["content-encoding"]) == ("/push/1", "aes128gcm")
    assert headers["authorization"].startswith("vapid ")
    assert b"leak" not in body
    assert (tmp_path / "vapid.pem").stat().st_mode & 0o777 == 0o600
    assert made.push_key() == made.push_key()
    peer.answer = 410
    house.clock.advance(2 * BETWEEN_WAVES.total_seconds())
    made.beat()
    assert [one.subscriptions for one in made.on_call()] == [(), ()]


def test_only_critical_tickets_call(house: DeskHouse, tmp_path: Path, peer: Peer) -> None:
    made = service(house, tmp_path, webhook_url=peer.url)
    house.client(ENGINEER).post("/api/fault-reports", json={"kind": "furniture", "room": "412"})
    made.beat()
    assert peer.got == []


def test_waves_are_bounded_and_a_clock_set_back_calls_nobody(clock: ManualClock) -> None:
    now = clock.now()
    assert waves_due(now, now) == 1
    assert waves_due(now, now + 2.5 * BETWEEN_WAVES) == 3
    assert waves_due(now, now + 1000 * BETWEEN_WAVES) == MOST_WAVES
    assert waves_due(now, now - BETWEEN_WAVES) == 0
    people = [OnCall("a", "A", "a@x.example", ("s1",)), OnCall("b", "B", None)]
    assert [call.target for call in calls_of(2, people, webhook=True)] == ["webhook", "a@x.example", "s1"]
    assert calls_of(1, people, webhook=False) == []
    assert next_try(6, now) is None


@pytest.mark.parametrize("bad", ["x", "a@b", "a b@c.de", "a@c.de\nBcc: x@y.de", "a,b@c.de", "@c.de"])
def test_a_bad_address_is_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        check_email(bad)


def test_the_on_call_list_over_http(house: DeskHouse) -> None:
    manager = house.client(MANAGER)
    body = {"items": [{"staff_id": ENGINEER.id, "email": "tomas@hotel.example"}, {"staff_id": MANAGER.id}]}
    assert [one["name"] for one in manager.put("/api/maintenance/on-call", json=body).json()["items"]] == [
        ENGINEER.name,
        MANAGER.name,
    ]
    twice = {"items": [{"staff_id": ENGINEER.id}, {"staff_id": ENGINEER.id}]}
    assert manager.put("/api/maintenance/on-call", json=twice).json()["code"] == "on_call_twice"
    unknown = {"items": [{"staff_id": "nobody"}]}
    assert manager.put("/api/maintenance/on-call", json=unknown).json()["code"] == "unknown_person"
    made = manager.post("/api/push/subscriptions", json=browser("https://push.example/1")).json()["id"]
    assert house.client(ENGINEER).delete(f"/api/push/subscriptions/{made}").status_code == 404
    assert manager.delete(f"/api/push/subscriptions/{made}").status_code == 204
    assert len(manager.get("/api/push/key").json()["key"]) == 87
    ticket = leak(house)
    assert manager.post(f"/api/tickets/{ticket}/acknowledge").status_code == 200
    assert manager.post(f"/api/tickets/{ticket}/acknowledge").json()["code"] == "acknowledged"


@pytest.mark.parametrize(
    "bad",
    [
        "http://push.example/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://localhost/1",
        "https://a.local/",
    ],
)
def test_an_address_inside_the_house_is_no_push_service(bad: str) -> None:
    with pytest.raises(Invalid):
        check_endpoint(bad)
