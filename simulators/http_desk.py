"""The hotel's desk over its REST API, as a clerk or an attendant with a token would use it.

Acts wait in a bounded queue, the most urgent first, and are done by at most four threads; those on one
stay or one room in their order. Every action carries an Idempotency-Key of its own, every edit the version
last seen; a stale version is read again, a silent or overloaded service asked again, with a back-off
that has a bound. Guests' names go to the API and nowhere else.
"""

from __future__ import annotations

import heapq
import logging
import random
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

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

log = logging.getLogger(__name__)

WORKERS = 4
MOST_WAITING = 5000
TIMEOUT_SECONDS = 10.0
MOST_ATTEMPTS = 60
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 10.0
MOST_VERSION_READS = 3
FRONT_DESK, ATTENDANT = "front_desk", "attendant"
OPEN_TASKS = "state=planned&state=started&state=paused&limit=1"
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
VERSION_WANTED = frozenset({412, 428})

Done = Callable[[DeskAnswer], None]
Body = dict[str, Any]


class Unreachable(Exception):  # noqa: N818 - a state of the network, not a defect
    """The API did not answer in all the attempts that it was given, or we are to stop."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: Body
    etag: str | None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        return str(self.body.get("code") or f"http_{self.status}")

    def refusal(self) -> DeskAnswer:
        code = "unready" if self.code == "room_not_ready" else self.code
        return DeskAnswer(False, code=code, detail=str(self.body.get("detail", ""))[:200])


@dataclass(slots=True)
class _Stay:
    """What the desk remembers of a stay."""

    id: str
    state: str
    version: int | None = None


@dataclass(slots=True)
class _Lane:
    """Acts on one stay or room, in their order."""

    acts: deque[tuple[float, DeskAct, Done]] = field(default_factory=deque)
    busy: bool = False


class HttpDesk:
    """Does `DeskAct`s over HTTP.

    Args:
        url: where the API is, such as http://127.0.0.1:8000.
        tokens: a bearer token for each role; `front_desk` and `attendant` are used.
        run: tells this run's Idempotency-Keys from those of another run on the same data.
        seed: for the jitter of retries.
    """

    def __init__(self, url: str, tokens: dict[str, str], run: str, seed: int = 0) -> None:
        self._url = url.rstrip("/")
        self._tokens = tokens
        self._run = run
        self._draw = random.Random(f"{seed}/http")
        self._client = httpx.Client(base_url=self._url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self._lock = threading.Condition()
        self._lanes: dict[str, _Lane] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._waiting = 0
        self._count = 0
        self._stays: dict[str, _Stay] = {}
        self._stop = threading.Event()
        self._down = False
        self._threads: list[threading.Thread] = []
        self.shed = 0
        self.calls = 0

    # -- the queue --------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to do what is submitted."""
        for number in range(WORKERS):
            thread = threading.Thread(target=self._work, name=f"desk-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout_seconds: float = 1.0) -> None:
        """Stop; what is not done by then is given up."""
        self._stop.set()
        with self._lock:
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(timeout_seconds / len(self._threads))
        self._client.close()

    def submit(self, act: DeskAct, urgency: float, done: Done) -> None:
        lane_name = f"room {act.room}" if isinstance(act, MarkClean) else act.confirmation
        with self._lock:
            if self._waiting < MOST_WAITING and not self._stop.is_set():
                self._waiting += 1
                lane = self._lanes.setdefault(lane_name, _Lane())
                lane.acts.append((urgency, act, done))
                if not lane.busy and len(lane.acts) == 1:
                    self._offer(lane_name, urgency)
                return
            self.shed += 1
        done(DeskAnswer(False, code="desk_queue_full", detail="too many acts wait for the API"))

    def _offer(self, lane: str, urgency: float) -> None:
        self._count += 1
        heapq.heappush(self._ready, (urgency, self._count, lane))
        self._lock.notify()

    def _work(self) -> None:
        while True:
            with self._lock:
                while not self._ready and not self._stop.is_set():
                    self._lock.wait()
                if self._stop.is_set():
                    return
                _, _, name = heapq.heappop(self._ready)
                lane = self._lanes[name]
                lane.busy = True
                _, act, done = lane.acts.popleft()
            try:
                answer = self._do(act)
            except Unreachable as error:
                answer = DeskAnswer(False, code="unreachable", detail=str(error))
            except Exception as error:
                # A reply that makes no sense costs this act, not the desk.
                log.warning("The API's answer to %s makes no sense: %s.", type(act).__name__, error)
                answer = DeskAnswer(False, code="bad_answer", detail=type(error).__name__)
            with self._lock:
                self._waiting -= 1
                lane.busy = False
                if lane.acts:
                    self._offer(name, lane.acts[0][0])
                else:
                    del self._lanes[name]
            if not self._stop.is_set():
                done(answer)

    # -- the acts ---------------------------------------------------------------------------------

    def _do(self, act: DeskAct) -> DeskAnswer:
        match act:
            case BookStay():
                return self._book(act)
            case ChangeEta():
                return self._change_eta(act)
            case CheckIn():
                said = {} if act.unready_reason is None else {"unready_reason": act.unready_reason}
                return self._act_on_stay(act.confirmation, "check-in", said, "checked_in")
            case QueueUp():
                return self._act_on_stay(act.confirmation, "queue", {}, "queued")
            case CheckOut():
                return self._act_on_stay(act.confirmation, "check-out", {}, "checked_out")
            case CancelStay():
                return self._act_on_stay(act.confirmation, "cancel", {}, "cancelled")
            case NoShow():
                return self._act_on_stay(act.confirmation, "no-show", {}, "no_show")
            case MarkClean():
                return self._mark_clean(act)

    def _book(self, act: BookStay) -> DeskAnswer:
        body: Body = {
            "confirmation": act.confirmation,
            "room": act.room,
            "room_type": act.room_type,
            "arrival_date": act.arrival_date.isoformat(),
            "departure_date": act.departure_date.isoformat(),
            "guest": {
                "given_name": act.given_name,
                "family_name": act.family_name,
                "language": act.language,
            },
            "adults": act.adults,
            "vip": act.vip,
        }
        if act.channel is not None:
            body["channel"] = act.channel
        if act.eta is not None:
            body |= {"eta": act.eta.isoformat(), "eta_source": act.eta_source}
        reply = self._call("POST", "/api/stays", FRONT_DESK, body, key=self._key("book", act.confirmation))
        if reply.status == 409 and reply.code == "confirmation_taken":
            # An earlier run on the same data made it: then it goes on from where it stands.
            return self._found(act.confirmation)
        if not reply.ok:
            return reply.refusal()
        stay = self._remember(act.confirmation, reply)
        if act.preferences:
            self._put_preferences(stay, act.preferences)
        return DeskAnswer(True, stay.id)

    def _found(self, confirmation: str) -> DeskAnswer:
        reply = self._call("GET", f"/api/stays?q={quote(confirmation)}", FRONT_DESK)
        for item in reply.body.get("items", []) if reply.ok else []:
            if item.get("confirmation") == confirmation:
                stay = self._stays[confirmation] = _Stay(item["id"], item["state"], item.get("version"))
                if stay.state in ("reserved", "checked_in"):
                    return DeskAnswer(True, stay.id)
                return DeskAnswer(False, stay.id, code="stay_is_over")
        return DeskAnswer(False, code="confirmation_taken")

    def _put_preferences(self, stay: _Stay, preferences: dict[str, float | str]) -> None:
        items = [{"key": key, "value": value, "source": "guest"} for key, value in preferences.items()]
        path = f"/api/stays/{stay.id}/preferences"
        reply = self._edit("PUT", path, {"items": items}, stay, read=f"/api/stays/{stay.id}")
        if not reply.ok:
            log.warning("The preferences of stay %s were refused: %s.", stay.id, reply.code)
        # Their edit may have moved the stay's version on; the next edit reads it again.
        stay.version = _version(reply) if reply.ok else None

    def _change_eta(self, act: ChangeEta) -> DeskAnswer:
        stay = self._stays.get(act.confirmation)
        if stay is None:
            return DeskAnswer(False, code="unknown_stay")
        path = f"/api/stays/{stay.id}"
        body = {"eta": act.eta.isoformat(), "eta_source": act.eta_source}
        reply = self._edit("PATCH", path, body, stay, read=path)
        if not reply.ok:
            return reply.refusal()
        self._remember(act.confirmation, reply)
        return DeskAnswer(True, stay.id)

    def _act_on_stay(self, confirmation: str, action: str, body: Body, after: str) -> DeskAnswer:
        stay = self._stays.get(confirmation)
        if stay is None:
            return DeskAnswer(False, code="unknown_stay")
        if stay.state == after:
            return DeskAnswer(True, stay.id)
        key = self._key(action, confirmation)
        reply = self._call("POST", f"/api/stays/{stay.id}/{action}", FRONT_DESK, body, key=key)
        if reply.status in VERSION_WANTED:
            reply = self._edit("POST", f"/api/stays/{stay.id}/{action}", body, stay, f"/api/stays/{stay.id}")
        if not reply.ok:
            return reply.refusal()
        self._remember(confirmation, reply)
        return DeskAnswer(True, stay.id)

    def _mark_clean(self, act: MarkClean) -> DeskAnswer:
        room = act.room
        if act.unless_task:
            tasks = self._call("GET", f"/api/tasks?room={quote(room)}&{OPEN_TASKS}", ATTENDANT)
            if not tasks.ok:
                return tasks.refusal()
            if tasks.body.get("items"):
                return DeskAnswer(True)
        reply = self._call("GET", f"/api/rooms/{quote(room)}", ATTENDANT)
        for _ in range(MOST_VERSION_READS):
            if not reply.ok:
                return reply.refusal()
            if reply.body.get("cleanliness") in ("clean", "inspected"):
                return DeskAnswer(True)
            path, body = f"/api/rooms/{quote(room)}/status", {"cleanliness": "clean"}
            version = reply.etag or f'"{reply.body.get("version")}"'
            done = self._call("PATCH", path, ATTENDANT, body, self._key("clean", room), version)
            if done.ok:
                return DeskAnswer(True)
            if done.status not in VERSION_WANTED:
                return done.refusal()
            reply = self._call("GET", f"/api/rooms/{quote(room)}", ATTENDANT)
        return DeskAnswer(False, code="stale_version")

    # -- the wire ---------------------------------------------------------------------------------

    def _remember(self, confirmation: str, reply: _Reply) -> _Stay:
        """Take the stay's id, state and version from an answer that shows it."""
        stay = self._stays.get(confirmation)
        if stay is None:
            stay = self._stays[confirmation] = _Stay(reply.body["id"], reply.body.get("state", "reserved"))
        stay.version = _version(reply)
        stay.state = str(reply.body.get("state", stay.state))
        return stay

    def _edit(self, method: str, path: str, body: Body, stay: _Stay, read: str) -> _Reply:
        """An edit with the version last seen; a stale one is read again."""
        for _ in range(MOST_VERSION_READS):
            if stay.version is None:
                seen = self._call("GET", read, FRONT_DESK)
                if not seen.ok:
                    return seen
                stay.version = _version(seen)
            key = self._key(method.lower(), stay.id)
            reply = self._call(method, path, FRONT_DESK, body, key, f'"{stay.version}"')
            if reply.status not in VERSION_WANTED:
                return reply
            stay.version = None
        return reply

    def _key(self, action: str, what: str) -> str:
        with self._lock:
            self._count += 1
            return f"{self._run}-{action}-{what}-{self._count}"[-128:]

    def _call(
        self,
        method: str,
        path: str,
        role: str,
        body: Body | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> _Reply:
        """One request, asked again while the service does not answer; the key stays the same."""
        headers = {"Authorization": f"Bearer {self._tokens.get(role, '')}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if if_match is not None:
            headers["If-Match"] = if_match
        pause = FIRST_PAUSE_SECONDS
        for _ in range(MOST_ATTEMPTS):
            if self._stop.is_set():
                break
            try:
                self.calls += 1
                response = self._client.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                self._say_down(type(error).__name__)
            else:
                if response.status_code not in TRY_AGAIN:
                    self._say_up()
                    if response.status_code in (401, 403):
                        log.warning("The API does not let the %s token do %s %s.", role, method, path)
                    return _Reply(response.status_code, _json_object(response), response.headers.get("etag"))
                if response.status_code != 429:
                    self._say_down(f"status {response.status_code}")
            self._stop.wait(pause * self._draw.uniform(0.5, 1.0))
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
        raise Unreachable(f"{self._url} did not answer")

    def _say_down(self, why: str) -> None:
        with self._lock:
            said, self._down = self._down, True
        if not said:
            log.warning("The API at %s cannot be reached (%s); trying again.", self._url, why)

    def _say_up(self) -> None:
        with self._lock:
            was, self._down = self._down, False
        if was:
            log.warning("The API at %s answers again.", self._url)


def _json_object(response: httpx.Response) -> Body:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _version(reply: _Reply) -> int | None:
    """The version that an answer shows, in its ETag or its body."""
    if reply.etag is not None:
        text = reply.etag.removeprefix("W/").strip('"')
        if text.isdecimal():
            return int(text)
    version = reply.body.get("version")
    return version if isinstance(version, int) else None
