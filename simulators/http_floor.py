"""The hotel's tasks and tickets over its REST API: attendants and engineers signed in like people, the
supervisor with a token.

A housekeeper does one thing at a time, so that what waits is bounded by how many there are; two threads
do it. Nothing is tried twice here: who asked looks at the list again and sees what came of it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from simulators import http_workshop
from simulators.floor import (
    TAKEN_OVER,
    CountMinibar,
    FloorAct,
    FloorAnswer,
    Inspect,
    LookAtCleans,
    LookAtTasks,
    PlanDay,
    ReportFault,
    ReportFound,
    RequestForGuest,
    SeenTask,
    StockUp,
    Tap,
)
from simulators.workshop import CopyBooks, EnterCost, LookAtTickets, TakeUpFindings, TapTicket

log = logging.getLogger(__name__)

WORKERS = 2
TIMEOUT_SECONDS = 10.0
PLAN_TIMEOUT_SECONDS = 60.0
LARGEST_PAGE = 1000
OPEN_STATES = ("planned", "started", "paused")
CLEANS = frozenset({"departure", "stayover", "pickup", "deep_clean"})
# What happens every day: a person was quicker, or has the tablet.
EXPECTED = frozenset({TAKEN_OVER, "impossible_now"})
# What a browser on our own page says of itself.
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
SAMPLE_PERCENT = 25.0
GOODS: Mapping[str, Sequence[tuple[str, str, int, str | None]]] = {
    "minibar": (
        ("water", "Still water 0.5 l", 2, "2.50"),
        ("cola", "Cola 0.33 l", 2, "3.50"),
        ("beer", "Lager 0.33 l", 2, "4.50"),
        ("nuts", "Salted nuts", 1, "4.00"),
    ),
    "linen": (
        ("sheet", "Bed sheet", 80, None),
        ("pillow-case", "Pillow case", 160, None),
        ("bath-towel", "Bath towel", 160, None),
        ("hand-towel", "Hand towel", 160, None),
    ),
}

CHECKLISTS: Mapping[str, Sequence[str]] = {
    "departure": (
        "Bed stripped and made with fresh linen",
        "Bathroom wiped, towels and amenities complete",
        "Minibar counted",
        "Wardrobe, drawers and safe looked through",
        "Lights, air conditioning and television work",
    ),
    "stayover": ("Bed made", "Bathroom wiped, towels as asked", "Bins emptied"),
}

Body = dict[str, Any]
SignIns = Mapping[str, Mapping[str, str]]
Done = Callable[[FloorAnswer], None]


class HttpFloor:
    """Fills `simulators.floor.Floor` over HTTP.

    Args:
        url: where the API is.
        sign_ins: by "attendants" and "engineers", logins and secrets.
        tokens: a bearer token for each role; `supervisor` and `front_desk` are used.
        run: tells this run's Idempotency-Keys from those of another run on the same data.
    """

    def __init__(self, url: str, sign_ins: SignIns, tokens: Mapping[str, str], run: str) -> None:
        self.attendants = tuple(sign_ins.get("attendants", {}))
        self.engineers = tuple(sign_ins.get("engineers", {}))
        self._secrets = {login: secret for group in sign_ins.values() for login, secret in group.items()}
        self._run = run
        self._count = 0
        self._lock = threading.Lock()
        self._acts: queue.Queue[tuple[FloorAct, Done]] = queue.Queue(4 * (len(self._secrets) + 2))
        self._people = {
            login: httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False, headers=OUR_PAGE)
            for login in self._secrets
        }
        self._supervisor, self._desk = (
            httpx.Client(
                base_url=url,
                timeout=TIMEOUT_SECONDS,
                trust_env=False,
                headers={"Authorization": f"Bearer {tokens.get(role, '')}"},
            )
            for role in ("supervisor", "front_desk")
        )
        self._stopped = False
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to do what is submitted."""
        for number in range(WORKERS):
            thread = threading.Thread(target=self._work, name=f"floor-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop; what is not done by then is given up with its connection. Sessions are left to run out."""
        self._stopped = True

    def submit(self, act: FloorAct, done: Done) -> None:
        try:
            self._acts.put_nowait((act, done))
        except queue.Full:
            done(FloorAnswer(False, "floor_queue_full"))

    def _work(self) -> None:
        while True:
            act, done = self._acts.get()
            try:
                answer = self._do(act)
            except httpx.HTTPError as error:
                answer = FloorAnswer(False, f"unreachable: {type(error).__name__}")
            except Exception as error:
                if self._stopped:
                    return
                # A reply that makes no sense costs this act, not the floor.
                log.warning("The API's answer to %s makes no sense: %s.", type(act).__name__, error)
                answer = FloorAnswer(False, "bad_answer")
            if not answer.ok and answer.code not in EXPECTED:
                log.info("%s was refused: %s.", type(act).__name__, answer.code)
            if not self._stopped:
                done(answer)

    # -- the acts

    def _do(self, act: FloorAct) -> FloorAnswer:
        match act:
            case RequestForGuest(room, note):
                wish = {"kind": "guest_request", "room": room, "note": note}
                return self._post(self._desk, "/api/tasks", wish)
            case StockUp():
                return self._stock_up()
            case PlanDay(shifts):
                return self._plan_day(shifts)
            case LookAtCleans():
                return self._cleans()
            case Inspect(task, reason):
                body = {"action": "inspect_fail" if reason else "inspect_pass", "seen_state": task.state}
                if reason:
                    body["reason"] = reason
                return self._post(self._supervisor, f"/api/tasks/{task.id}/actions", body)
        person = self._people[act.login]
        me = self._signed_in(act.login)
        if me is None:
            return FloorAnswer(False, "sign_in_refused")
        if me["other_sessions"]:
            return FloorAnswer(False, TAKEN_OVER)
        match act:
            case LookAtTasks():
                return self._list(person, me)
            case Tap(_, task, action, why, ticks):
                tap: Body = {"action": action, "seen_state": task.state}
                if why is not None:
                    tap["reason"] = why
                if ticks:
                    tap |= {
                        "checklist": dict.fromkeys(ticks, True),
                        "checklist_version": task.checklist_version,
                    }
                return self._post(person, f"/api/tasks/{task.id}/actions", tap)
            case ReportFault(_, room, kind, text):
                return self._post(person, "/api/fault-reports", {"kind": kind, "room": room, "text": text})
            case ReportFound(_, room, what, category):
                found = {"what": what, "category": category, "room": room}
                return self._post(person, "/api/lost-and-found", found)
            case CountMinibar(_, room, consumed):
                counted = {code: {"consumed": number} for code, number in consumed}
                return self._post(person, "/api/stock/minibar/counts", {"place": room, "counted": counted})
            case LookAtTickets() | TapTicket() | EnterCost() | TakeUpFindings() | CopyBooks():
                return http_workshop.do(act, person, me, self._post, _refusal)

    def _signed_in(self, login: str) -> Body | None:
        """The own session; a new one when there is none (any more). None when the hotel refuses."""
        person = self._people[login]
        reply = person.get("/api/session")
        if reply.status_code == 401:
            person.cookies.clear()
            wanted = {"login": login, "secret": self._secrets[login]}
            reply = person.post("/api/session", json=wanted)
        if reply.status_code != 200:
            return None
        body: Body = reply.json()
        return body

    def _list(self, person: httpx.Client, me: Body) -> FloorAnswer:
        who = str(me["staff"]["id"])
        found: list[SeenTask] = []
        for holder in ("me", "none"):
            reply = person.get(
                "/api/tasks", params={"attendant": holder, "state": OPEN_STATES, "limit": LARGEST_PAGE}
            )
            if reply.status_code != 200:
                return _refusal(reply)
            found += [_seen(task, who) for task in reply.json()["items"]]
        return FloorAnswer(True, tasks=tuple(found))

    def _cleans(self) -> FloorAnswer:
        reply = self._supervisor.get("/api/tasks", params={"state": "finished", "limit": LARGEST_PAGE})
        if reply.status_code != 200:
            return _refusal(reply)
        waiting = [
            _seen(task, "")
            for task in reply.json()["items"]
            if task["kind"] in CLEANS and (task["inspection"] or {}).get("state") == "waiting"
        ]
        return FloorAnswer(True, tasks=tuple(waiting))

    def _stock_up(self) -> FloorAnswer:
        for stock, goods in GOODS.items():
            path = f"/api/stock/{quote(stock)}/goods"
            known = self._supervisor.get(path)
            if not known.is_success:
                return _refusal(known)
            if known.json()["items"]:
                continue
            wanted = [dict(zip(("code", "name", "par", "price"), good, strict=True)) for good in goods]
            put = self._supervisor.put(path, json={"goods": wanted}, headers=self._key())
            if not put.is_success:
                return _refusal(put)
        known = self._supervisor.get("/api/checklists")
        if not known.is_success:
            return _refusal(known)
        there = {one["kind"] for one in known.json()["items"]}
        for kind in CHECKLISTS.keys() - there:
            lines = {"items": [{"text": text} for text in CHECKLISTS[kind]]}
            put = self._supervisor.put(f"/api/checklists/{kind}", json=lines, headers={"If-Match": '"0"'})
            if not put.is_success:
                return _refusal(put)
        path = "/api/housekeeping/settings"
        kept = self._supervisor.get(path)
        if kept.status_code == 200 and not kept.json()["version"]:
            wanted_settings = {name: value for name, value in kept.json().items() if name != "version"}
            wanted_settings["inspection"] |= {"sample_percent": SAMPLE_PERCENT, "vip": True}
            put = self._supervisor.put(path, json=wanted_settings, headers={"If-Match": '"0"'})
            if not put.is_success:
                return _refusal(put)
        return FloorAnswer(True)

    def _plan_day(self, shifts: Sequence[tuple[str, datetime, datetime]]) -> FloorAnswer:
        known = self._supervisor.get("/api/shifts")
        board = self._supervisor.get("/api/board")
        staff = self._supervisor.get("/api/staff")
        for reply in (known, board, staff):
            if not reply.is_success:
                return _refusal(reply)
        if known.json()["items"]:
            return FloorAnswer(True)  # a person has begun to plan
        day = board.json()["business_date"]
        ids = {account["login"]: account["id"] for account in staff.json()["items"]}
        ids |= {account["code"]: account["id"] for account in staff.json()["items"]}
        for login, begins, ends in shifts:
            body = {
                "business_date": day,
                "staff_id": ids[login],
                "starts_at": begins.isoformat(),
                "ends_at": ends.isoformat(),
            }
            answer = self._post(self._supervisor, "/api/shifts", body)
            if not answer.ok:
                return answer
        # A plan takes its time; what was not answered by then is planned all the same.
        reply = self._supervisor.post(
            "/api/board/plan", json={"date": day}, headers=self._key(), timeout=PLAN_TIMEOUT_SECONDS
        )
        return FloorAnswer(True) if reply.is_success else _refusal(reply)

    def _key(self) -> dict[str, str]:
        with self._lock:
            self._count += 1
            return {"Idempotency-Key": f"{self._run}-floor-{self._count}"}

    def _post(self, client: httpx.Client, path: str, body: Body) -> FloorAnswer:
        reply = client.post(path, json=body, headers=self._key())
        return FloorAnswer(True) if reply.is_success else _refusal(reply)


def _refusal(reply: httpx.Response) -> FloorAnswer:
    try:
        code = str(reply.json().get("code"))
    except ValueError:
        code = f"http_{reply.status_code}"
    return FloorAnswer(False, code)


def _seen(task: Body, who: str) -> SeenTask:
    checklist = task["checklist"] or {"items": [], "version": None}
    return SeenTask(
        id=task["id"],
        kind=task["kind"],
        state=task["state"],
        room=task["room"],
        mine=task["attendant_id"] == who,
        priority=task["priority"],
        sequence=task["sequence"],
        minutes=float(task["minutes"]),
        earliest_at=_moment(task["earliest_at"]),
        due_at=_moment(task["due_at"]),
        unticked=tuple(item["key"] for item in checklist["items"] if not item["done"]),
        checklist_version=checklist["version"],
        finished_at=_moment(task["finished_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
