"""The HTTP desk against a small real server that behaves like the front desk's API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulators.desk import (
    BookStay,
    CancelStay,
    ChangeEta,
    CheckIn,
    CheckOut,
    DeskAct,
    DeskAnswer,
    MarkClean,
    NoShow,
    QueueUp,
)
from simulators.http_desk import MOST_WAITING, HttpDesk

TOKENS = {"front_desk": "desk-token", "attendant": "attendant-token"}
AFTER = {"check-in": "checked_in", "check-out": "checked_out", "cancel": "cancelled", "no-show": "no_show"}


class Hotel:
    """State behind the fake server."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stays: dict[str, dict[str, Any]] = {}
        self.preferences: dict[str, list[Any]] = {}
        self.rooms = {"101": {"number": "101", "cleanliness": "dirty", "version": 4}}
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.answers_by_key: dict[str, tuple[int, Any]] = {}
        self.stumbles: list[int] = []  # statuses to answer with before doing anything
        self.loses_answers = 0  # requests that are done, but whose answer is lost

    def do(self, method: str, path: str, headers: dict[str, str], body: Any) -> tuple[int, Any, int | None]:
        role = headers.get("authorization", "").removeprefix("Bearer ")
        if role not in TOKENS.values():
            return 401, {"code": "sign_in_required"}, None
        where, _, query = path.partition("?")
        parts = where.strip("/").split("/")[1:]
        if parts[0] == "rooms":
            return self._room(method, parts, headers, body)
        if parts == ["stays"] and method == "GET":
            text = query.removeprefix("q=")
            found = [stay for stay in self.stays.values() if stay["confirmation"].startswith(text)]
            return 200, {"items": found, "next": None}, None
        if parts == ["stays"]:
            return self._book(body)
        return self._stay(method, parts, headers, body)

    def _book(self, body: Any) -> tuple[int, Any, int | None]:
        if any(stay["confirmation"] == body["confirmation"] for stay in self.stays.values()):
            return 409, {"code": "confirmation_taken", "detail": "There is one already."}, None
        stay = {**body, "id": f"stay-{len(self.stays)}", "state": "reserved", "version": 1}
        self.stays[stay["id"]] = stay
        return 201, stay, 1

    def _stay(
        self, method: str, parts: list[str], headers: dict[str, str], body: Any
    ) -> tuple[int, Any, int | None]:
        stay = self.stays[parts[1]]
        if method == "GET":
            return 200, stay, stay["version"]
        if method in ("PATCH", "PUT"):
            if "if-match" not in headers:
                return 428, {"code": "version_required"}, None
            if headers["if-match"].strip('"') != str(stay["version"]):
                return 412, {"code": "stale_version"}, None
            stay["version"] += 1
            if parts[2:] == ["preferences"]:
                self.preferences[stay["id"]] = body["items"]
                return 200, body, stay["version"]
            stay.update(body)
            return 200, stay, stay["version"]
        action = parts[2]
        if action == "check-in" and self.rooms["101"]["cleanliness"] == "dirty" and not body:
            return 409, {"code": "room_not_ready", "values": {"blocked_by": ["not_clean"]}}, None
        stay["version"] += 1
        stay["state"] = AFTER.get(action, stay["state"])
        return 200, stay, stay["version"]

    def _room(
        self, method: str, parts: list[str], headers: dict[str, str], body: Any
    ) -> tuple[int, Any, int | None]:
        room = self.rooms.get(parts[1])
        if room is None:
            return 404, {"code": "unknown_room"}, None
        if method == "PATCH":
            if headers.get("if-match", "").strip('"') != str(room["version"]):
                return 412, {"code": "stale_version"}, None
            room.update(body)
            room["version"] = int(str(room["version"])) + 1
        return 200, room, int(str(room["version"]))


class _Handler(BaseHTTPRequestHandler):
    hotel: Hotel

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.loads(raw) if raw else None
        headers = {key.lower(): value for key, value in self.headers.items()}
        hotel = self.hotel
        with hotel.lock:
            hotel.requests.append((self.command, self.path, headers, body))
            key = headers.get("idempotency-key")
            if hotel.stumbles:
                status, answer, version = hotel.stumbles.pop(0), {"code": "busy"}, None
            elif key in hotel.answers_by_key:
                (status, answer), version = hotel.answers_by_key[str(key)], None
            else:
                status, answer, version = hotel.do(self.command, self.path, headers, body)
                if key is not None and status < 300:
                    hotel.answers_by_key[key] = (status, dict(answer))
            lost = hotel.loses_answers > 0
            hotel.loses_answers -= lost
            payload = json.dumps(answer).encode()
        if lost:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        if version is not None:
            self.send_header("etag", f'"{version}"')
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PATCH = do_PUT = _serve  # noqa: N815 - the names http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hotel() -> Hotel:
    return Hotel()


@pytest.fixture
def url(hotel: Hotel) -> Iterator[str]:
    class Handler(_Handler):
        pass

    Handler.hotel = hotel
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(2)


@pytest.fixture
def desk(url: str) -> Iterator[HttpDesk]:
    made = HttpDesk(url, TOKENS, run="run-1")
    made.start()
    yield made
    made.stop()


def ask(desk: HttpDesk, act: DeskAct) -> DeskAnswer:
    answers: list[DeskAnswer] = []
    there = threading.Event()

    def done(answer: DeskAnswer) -> None:
        answers.append(answer)
        there.set()

    desk.submit(act, 0.0, done)
    assert there.wait(8), f"no answer to {act}"
    assert len(answers) == 1
    return answers[0]


def booking(confirmation: str = "SIM7-260714-101", **other: Any) -> BookStay:
    stay: dict[str, Any] = {
        "confirmation": confirmation,
        "room": "101",
        "room_type": "KING",
        "given_name": "Nora",
        "family_name": "Okafor",
        "language": "en",
        "arrival_date": date(2026, 7, 14),
        "departure_date": date(2026, 7, 16),
        "eta": datetime(2026, 7, 14, 6, 0, tzinfo=UTC),
        "adults": 2,
        "vip": True,
        "preferences": {"cooling_celsius": 22.5, "light_scene": "relax"},
    }
    return BookStay(**{**stay, **other})


def test_a_stay_is_booked_with_its_guest_and_wishes(desk: HttpDesk, hotel: Hotel) -> None:
    answer = ask(desk, booking())
    assert answer == DeskAnswer(True, "stay-0")
    stay = hotel.stays["stay-0"]
    assert stay["guest"] == {"given_name": "Nora", "family_name": "Okafor", "language": "en"}
    assert stay["eta"] == "2026-07-14T06:00:00+00:00"
    assert hotel.preferences["stay-0"] == [
        {"key": "cooling_celsius", "value": 22.5, "source": "guest"},
        {"key": "light_scene", "value": "relax", "source": "guest"},
    ]
    assert all(headers["authorization"] == "Bearer desk-token" for _, _, headers, _ in hotel.requests)


def test_a_booked_stay_costs_two_calls(desk: HttpDesk, hotel: Hotel) -> None:
    ask(desk, booking())
    assert len(hotel.requests) == 2


def test_a_whole_stay(desk: HttpDesk, hotel: Hotel) -> None:
    name = "SIM7-260714-101"
    ask(desk, booking())
    assert ask(desk, ChangeEta(name, datetime(2026, 7, 14, 7, tzinfo=UTC), "live")).ok
    assert hotel.stays["stay-0"]["eta_source"] == "live"
    unready = ask(desk, CheckIn(name))
    assert (unready.ok, unready.code) == (False, "unready")
    assert ask(desk, QueueUp(name)).ok
    assert ask(desk, CheckIn(name, "waited long")).ok
    assert ask(desk, CheckOut(name)).ok
    assert hotel.stays["stay-0"]["state"] == "checked_out"


@pytest.mark.parametrize(("act", "state"), [(CancelStay, "cancelled"), (NoShow, "no_show")])
def test_stays_that_come_to_nothing(desk: HttpDesk, hotel: Hotel, act: type, state: str) -> None:
    ask(desk, booking())
    assert ask(desk, act("SIM7-260714-101")).ok
    assert hotel.stays["stay-0"]["state"] == state


def test_every_action_has_a_key_of_its_own(desk: HttpDesk, hotel: Hotel) -> None:
    ask(desk, booking())
    ask(desk, CheckIn("SIM7-260714-101", "because"))
    ask(desk, CheckOut("SIM7-260714-101"))
    keys = [headers["idempotency-key"] for method, _, headers, _ in hotel.requests if method != "GET"]
    assert len(set(keys)) == len(keys) == 4
    assert all(len(key) <= 128 for key in keys)


def test_a_stale_version_is_read_again(desk: HttpDesk, hotel: Hotel) -> None:
    ask(desk, booking())
    hotel.stays["stay-0"]["version"] += 5
    assert ask(desk, ChangeEta("SIM7-260714-101", datetime(2026, 7, 14, 8, tzinfo=UTC), "guest")).ok
    assert hotel.stays["stay-0"]["eta"].startswith("2026-07-14T08")


def test_a_busy_service_is_asked_again_with_the_same_key(desk: HttpDesk, hotel: Hotel) -> None:
    hotel.stumbles = [503, 429]
    assert ask(desk, booking(preferences={})).ok
    keys = {headers["idempotency-key"] for _, _, headers, _ in hotel.requests}
    assert len(hotel.requests) == 3
    assert len(keys) == 1


def test_an_answer_that_is_lost_does_nothing_twice(desk: HttpDesk, hotel: Hotel) -> None:
    hotel.loses_answers = 1
    assert ask(desk, booking(preferences={})) == DeskAnswer(True, "stay-0")
    assert len(hotel.stays) == 1
    assert len(hotel.requests) == 2


def test_a_stay_of_an_earlier_run_is_found_again(url: str, desk: HttpDesk, hotel: Hotel) -> None:
    ask(desk, booking())
    ask(desk, CheckIn("SIM7-260714-101", "because"))
    again = HttpDesk(url, TOKENS, run="run-2")
    again.start()
    assert ask(again, booking()) == DeskAnswer(True, "stay-0")
    calls = len(hotel.requests)
    assert ask(again, CheckIn("SIM7-260714-101")).ok
    assert len(hotel.requests) == calls, "the guest is checked in already"
    assert ask(again, CheckOut("SIM7-260714-101")).ok
    third = HttpDesk(url, TOKENS, run="run-3")
    third.start()
    assert ask(third, booking()) == DeskAnswer(False, "stay-0", code="stay_is_over")
    again.stop()
    third.stop()


def test_an_attendant_marks_a_room_clean_once(desk: HttpDesk, hotel: Hotel) -> None:
    assert ask(desk, MarkClean("101")).ok
    assert hotel.rooms["101"]["cleanliness"] == "clean"
    assert ask(desk, MarkClean("101")).ok
    patches = [request for request in hotel.requests if request[0] == "PATCH"]
    assert len(patches) == 1
    assert patches[0][2]["authorization"] == "Bearer attendant-token"
    assert patches[0][2]["if-match"] == '"4"'
    assert ask(desk, MarkClean("999")).code == "unknown_room"


def test_a_refusal_is_told_with_its_code(desk: HttpDesk) -> None:
    assert ask(desk, CheckIn("unheard-of")).code == "unknown_stay"


def test_a_wrong_token_is_an_answer_and_one_sentence(
    url: str, hotel: Hotel, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = HttpDesk(url, {"front_desk": "forged"}, run="x")
    stranger.start()
    assert ask(stranger, booking()).code == "sign_in_required"
    stranger.stop()
    assert "does not let the front_desk token" in caplog.text
    assert "Okafor" not in caplog.text


def test_acts_on_one_stay_are_done_in_their_order(desk: HttpDesk, hotel: Hotel) -> None:
    answers: list[tuple[str, bool]] = []
    there = threading.Semaphore(0)

    def note(name: str, answer: DeskAnswer) -> None:
        answers.append((name, answer.ok))
        there.release()

    acts: list[DeskAct] = []
    for index in range(20):
        name = f"S{index}"
        acts += [booking(name, preferences={}), CheckIn(name, "because"), CheckOut(name)]
    for act in acts:
        desk.submit(act, 1.0, lambda answer, act=act: note(type(act).__name__, answer))  # type: ignore[misc]
    for _ in acts:
        assert there.acquire(timeout=8)
    assert all(ok for _, ok in answers)
    assert {stay["state"] for stay in hotel.stays.values()} == {"checked_out"}


def test_the_most_urgent_acts_go_first(url: str, hotel: Hotel) -> None:
    desk = HttpDesk(url, TOKENS, run="x")
    there = threading.Semaphore(0)
    for index in range(30):
        act = booking(f"S{index:02}", preferences={})
        desk.submit(act, 100.0 - index, lambda _: there.release())
    desk.start()
    for _ in range(30):
        assert there.acquire(timeout=8)
    desk.stop()
    order = [body["confirmation"] for _, _, _, body in hotel.requests]
    assert order[0] in {"S29", "S28", "S27", "S26"}
    assert set(order[:8]) <= {f"S{index}" for index in range(18, 30)}


def test_the_queue_is_bounded_and_sheds_with_an_answer() -> None:
    desk = HttpDesk("http://127.0.0.1:9", TOKENS, run="x")
    answers: list[DeskAnswer] = []
    for index in range(MOST_WAITING + 3):
        desk.submit(MarkClean(str(index)), 0.0, answers.append)
    assert [answer.code for answer in answers] == ["desk_queue_full"] * 3
    assert desk.shed == 3


def test_a_service_that_is_away_is_told_once_and_stopping_is_quick(caplog: pytest.LogCaptureFixture) -> None:
    desk = HttpDesk("http://127.0.0.1:9", TOKENS, run="x")
    desk.start()
    for index in range(6):
        desk.submit(MarkClean(str(index)), 0.0, lambda answer: None)
    threading.Event().wait(0.6)
    desk.stop()
    assert caplog.text.count("cannot be reached") == 1
