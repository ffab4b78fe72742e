"""Diagnosis at work on a real database: suggestions, tickets, verdicts, mutes, restarts, and its routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

import maintenance.diagnosis_api
from hotel.clock import ManualClock
from hotel.database import Database
from maintenance.diagnosis_desk import DiagnosisDesk
from maintenance.diagnosis_service import Diagnosis
from maintenance.ports import HouseSample
from maintenance.samples import DeviceSample, RoomSample
from tests.desk_house import ENGINEER, MANAGER, DeskHouse
from tests.diagnosis_house import KINDS, layout, vacant_room

CURTAIN, LEAK = KINDS.index("curtain"), KINDS.index("leak")
CURTAIN_KEY, LEAK_KEY = "device/100-curtain", "device/100-leak"


class OneRoom:
    """A room whose devices say what the test tells them to."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.layout = layout()
        self.wet = False
        self.stuck = False
        self.away = False
        self.cleaning = 0
        self.wet_said: float | None = None  # None: it says so with every look
        self._wet_since = np.nan

    def sample(self) -> HouseSample:
        minute = self.clock.now().timestamp() / 60.0
        n = len(KINDS)
        self._wet_since = (minute if np.isnan(self._wet_since) else self._wet_since) if self.wet else np.nan
        asked, tries, wet = np.zeros(n, np.int8), np.zeros(n, np.int64), np.full(n, np.nan)
        asked[CURTAIN], tries[CURTAIN], wet[LEAK] = self.stuck, 2 * self.stuck, self._wet_since
        devices = DeviceSample(
            heard_minute=np.full(n, minute),
            available=np.full(n, not self.away, dtype=np.int8),
            asked=asked,
            tries=tries,
            value=np.full(n, 40.0),
            battery_percent=np.full(n, np.nan),
            errors=np.zeros(n, dtype=np.int64),
            wet_since=wet,
            wet_said=np.where(
                np.isfinite(wet), self.wet_said if self.wet_said is not None else minute, np.nan
            ),
        )
        rooms = replace(vacant_room(), cleaning=np.array([self.cleaning], dtype=np.int8))
        return HouseSample(self.layout, rooms, devices, linked=True)

    def expect(self, rooms: tuple[str, ...], sample: RoomSample) -> RoomSample:
        return sample


class Lived:
    """A hotel of one room, its diagnosis and its engineers."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.house = DeskHouse(database, clock)
        self.clock = clock
        self.room = OneRoom(clock)
        self.start()

    def start(self) -> None:
        """The service begins, perhaps anew."""
        tickets = self.house.tickets.desk
        self.diagnosis = Diagnosis(self.house.database, self.room, self.room, tickets)
        self.desk = DiagnosisDesk(self.house.database, tickets, self.diagnosis)

    def live(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.advance(60.0)
            self.diagnosis.look()

    def tickets(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.house.client(ENGINEER).get("/api/tickets").json()["items"]
        return items

    def repair(self) -> None:
        """An engineer takes the one ticket and says that it is done."""
        client, (ticket,) = self.house.client(ENGINEER), self.tickets()
        for action in ("accept", "start", "resolve"):
            answer = client.post(
                f"/api/tickets/{ticket['id']}/actions",
                json={"action": action},
                headers={"Idempotency-Key": f"{action}-{self.clock.now().isoformat()}"},
            )
            assert answer.status_code < 300, answer.text

    def findings(self, **query: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.api("GET", "findings", params=query)["items"]
        return items

    def api(self, method: str, path: str, **more: Any) -> Any:
        answer = self.house.client(ENGINEER).request(method, f"/api/diagnosis/{path}", **more)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def approve(self, code: str, seen: int = 0, approved: bool = True) -> Any:
        return self.api(
            "PUT", f"rules/{code}", json={"approved": approved}, headers={"If-Match": f'"{seen}"'}
        )


@pytest.fixture
def lived(database: Database, clock: ManualClock) -> Lived:
    made = Lived(database, clock)
    made.house.app.include_router(maintenance.diagnosis_api.routes(made.desk))
    return made


def test_water_makes_a_ticket_at_once_and_dry_closes_it_with_evidence(lived: Lived) -> None:
    lived.live(5)
    lived.room.wet = True
    lived.live(2)
    (ticket,) = lived.tickets()
    assert (ticket["fault"], ticket["asset_id"], ticket["priority"]) == ("leak", LEAK_KEY, "critical")
    lived.room.wet = False
    lived.live(40)
    (ticket,) = lived.tickets()
    assert ticket["state"] == "closed"
    shown = lived.house.client(ENGINEER).get(f"/api/tickets/{ticket['id']}").json()
    assert [one["kind"] for one in shown["evidence"]] == ["diagnosis_found", "diagnosis_gone"]


def test_water_is_seen_between_two_minutes(lived: Lived) -> None:
    lived.live(5)
    lived.room.wet = True
    for _ in range(3):
        lived.clock.advance(6.0)
        lived.diagnosis.look()
    assert len(lived.tickets()) == 1


def test_a_clean_makes_water_less_urgent_and_still_a_ticket(lived: Lived) -> None:
    lived.room.cleaning, lived.room.wet = 1, True
    lived.live(2)
    # As long as a mop wets a floor it is told, and calls nobody.
    assert lived.tickets() == []
    assert [one["fault"] for one in lived.findings(waiting=True)] == ["leak"]
    lived.live(2)
    (ticket,) = lived.tickets()
    assert ticket["priority"] != "critical"
    assert len(lived.findings()) == 1


def test_a_rule_begins_as_a_suggestion_until_an_engineer_approves_it(lived: Lived) -> None:
    lived.room.stuck = True
    lived.live(15)
    assert lived.tickets() == []
    (finding,) = lived.findings(waiting=True)
    assert (finding["fault"], finding["asset_key"], finding["ticket_id"]) == (
        "curtain_stuck",
        CURTAIN_KEY,
        None,
    )
    rule = lived.approve("curtain_stuck")
    assert (rule["approved"], rule["version"]) == (True, 1)
    (ticket,) = lived.tickets()
    assert ticket["fault"] == "curtain_stuck"
    assert lived.findings(waiting=True) == []


def test_what_was_called_repaired_and_shows_itself_still_is_opened_again(lived: Lived) -> None:
    lived.approve("curtain_stuck")
    lived.room.stuck = True
    lived.live(15)
    lived.repair()
    lived.live(55)
    assert [one["state"] for one in lived.tickets()] == ["resolved"]
    lived.live(15)
    assert [(one["state"], one["reopened"]) for one in lived.tickets()] == [("triaged", 1)]
    assert lived.findings()[0]["times"] == 2
    # Whoever says that it is none is believed.
    lived.repair()
    lived.api("POST", f"findings/{lived.findings()[0]['id']}/verdict", json={"verdict": "false"})
    lived.live(120)
    assert [one["state"] for one in lived.tickets()] == ["resolved"]


def test_a_sensor_whose_dry_was_lost_is_no_leak_for_ever(lived: Lived) -> None:
    lived.live(5)
    lived.room.wet, lived.room.wet_said = True, lived.clock.now().timestamp() / 60.0
    lived.live(2)
    lived.repair()
    lived.live(240)  # it speaks, but not of water
    assert [one["state"] for one in lived.tickets()] == ["resolved"]  # neither wet nor dry: nothing ends
    lived.room.wet_said = None
    lived.live(2)  # wet again: the sensor's word counts anew, though it never said that it was dry
    (ticket,) = lived.tickets()
    assert (ticket["state"], ticket["reopened"]) == ("triaged", 1)
    lived.room.wet = False
    lived.live(40)
    assert [one["state"] for one in lived.tickets()] == ["closed"]


def test_an_approval_that_saw_an_older_rule_is_refused_and_safety_cannot_be_taken_back(lived: Lived) -> None:
    lived.approve("curtain_stuck")
    client = lived.house.client(MANAGER)
    late = client.put(
        "/api/diagnosis/rules/curtain_stuck", json={"approved": False}, headers={"If-Match": '"0"'}
    )
    assert late.status_code == 412
    water = client.put("/api/diagnosis/rules/leak", json={"approved": False}, headers={"If-Match": '"0"'})
    assert (water.status_code, water.json()["code"]) == (422, "rule_of_safety")
    unknown = client.put("/api/diagnosis/rules/ghosts", json={"approved": True}, headers={"If-Match": '"0"'})
    assert unknown.status_code == 404


def test_an_engineer_takes_a_suggestion_up_once(lived: Lived) -> None:
    lived.room.stuck = True
    lived.live(15)
    (finding,) = lived.findings()
    taken = lived.api("POST", f"findings/{finding['id']}/ticket")
    assert taken["ticket_id"] == lived.tickets()[0]["id"]
    again = lived.house.client(ENGINEER).post(f"/api/diagnosis/findings/{finding['id']}/ticket")
    assert (again.status_code, again.json()["code"]) == (409, "has_ticket")


def test_verdicts_make_the_precision_of_a_rule(lived: Lived) -> None:
    for verdict in ("real", "false", "known", "real"):
        lived.room.stuck = True
        lived.live(15)
        lived.api("POST", f"findings/{lived.findings()[0]['id']}/verdict", json={"verdict": verdict})
        lived.room.stuck = False
        lived.live(20)
    rules = {rule["code"]: rule for rule in lived.api("GET", "rules")["items"]}
    rule = rules["curtain_stuck"]
    assert (rule["found"], rule["real"], rule["false"], rule["known"]) == (4, 2, 1, 1)
    assert rule["precision"] == 0.75
    assert rules["leak"]["precision"] is None
    assert all(limit["why"] for limit in rule["limits"])


def test_a_muted_asset_makes_no_ticket_until_its_date(lived: Lived) -> None:
    lived.approve("curtain_stuck")
    until = lived.clock.now() + timedelta(hours=1)
    mute = {"fault": "curtain_stuck", "asset_key": CURTAIN_KEY, "until": until.isoformat()}
    lived.api("POST", "mutes", json=mute)
    lived.room.stuck = True
    lived.live(15)
    assert lived.tickets() == []
    assert lived.findings()[0]["muted"]
    lived.room.stuck = False
    lived.live(60)
    assert lived.api("GET", "mutes")["items"] == []
    lived.room.stuck = True
    lived.live(15)
    assert len(lived.tickets()) == 1


def test_a_suggestion_that_is_muted_waits_no_more_until_it_may_speak_again(lived: Lived) -> None:
    lived.room.stuck = True
    lived.live(15)
    assert len(lived.findings(waiting=True)) == 1
    mute = {"fault": "curtain_stuck", "asset_key": CURTAIN_KEY}
    until = (lived.clock.now() + timedelta(hours=1)).isoformat()
    lived.api("POST", "mutes", json={**mute, "until": until})
    assert lived.findings(waiting=True) == []
    assert lived.findings()[0]["muted"]
    lived.api("DELETE", "mutes", params=mute)
    assert len(lived.findings(waiting=True)) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda now: {"until": (now - timedelta(hours=1)).isoformat()}, "bad_mute"),
        (lambda now: {"until": (now + timedelta(days=500)).isoformat()}, "bad_mute"),
        (lambda now: {"asset_key": "curtain"}, "bad_asset"),
        (lambda now: {"fault": "ghosts"}, "unknown_rule"),
    ],
)
def test_a_mute_that_makes_no_sense_is_refused(
    lived: Lived, change: Callable[[Any], dict[str, Any]], code: str
) -> None:
    now = lived.clock.now()
    mute = {
        "fault": "leak",
        "asset_key": LEAK_KEY,
        "until": (now + timedelta(hours=1)).isoformat(),
        **change(now),
    }
    answer = lived.house.client(ENGINEER).post("/api/diagnosis/mutes", json=mute)
    assert answer.json()["code"] == code


def test_a_mute_can_be_ended(lived: Lived) -> None:
    until = (lived.clock.now() + timedelta(hours=1)).isoformat()
    lived.api("POST", "mutes", json={"fault": "leak", "asset_key": LEAK_KEY, "until": until})
    gone = lived.api("DELETE", "mutes", params={"fault": "leak", "asset_key": LEAK_KEY})
    assert gone["items"] == []
    answer = lived.house.client(ENGINEER).delete(
        "/api/diagnosis/mutes", params={"fault": "leak", "asset_key": LEAK_KEY}
    )
    assert answer.status_code == 404


def test_devices_that_go_together_are_their_gateway(lived: Lived) -> None:
    lived.approve("device_offline")
    lived.live(10)
    lived.room.away = True
    lived.live(30)
    (ticket,) = lived.tickets()
    assert (ticket["fault"], ticket["asset_id"]) == ("gateway_offline", "gateway/100")
    lived.room.away = False
    lived.live(40)
    assert [one["state"] for one in lived.tickets()] == ["closed"]


def test_a_restart_forgets_no_standing_and_opens_nothing_twice(lived: Lived) -> None:
    lived.approve("curtain_stuck")
    lived.room.stuck = True
    lived.live(80)
    lived.start()
    lived.live(20)
    assert len(lived.tickets()) == 1
    assert len(lived.findings()) == 1
    lived.room.stuck = False
    lived.live(30)
    assert [one["state"] for one in lived.tickets()] == ["closed"]


def test_a_round_that_cannot_be_written_is_made_again(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    lived.room.wet = True
    lived.live(1)
    desk = lived.house.tickets.desk

    def fails(*_: Any, **__: Any) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(desk, "open_for_fault", fails)
        with pytest.raises(OSError, match="disk"):
            lived.live(1)
    assert lived.findings() == []
    lived.live(1)
    assert [one["fault"] for one in lived.tickets()] == ["leak"]


def test_a_cleaned_filter_begins_its_hours_anew(lived: Lived) -> None:
    lived.live(2)
    recorder = lived.diagnosis._recorder
    assert recorder is not None
    recorder.fan_hours[:] = 2000.0
    lived.approve("filter_hours")
    lived.live(60)
    assert [one["fault"] for one in lived.tickets()] == ["filter_hours"]
    lived.api("POST", "filters", json={"device_id": "100-air_conditioner"})
    lived.live(120)
    assert [one["state"] for one in lived.tickets()] == ["closed"]
    answer = lived.house.client(ENGINEER).post("/api/diagnosis/filters", json={"device_id": "100-curtain"})
    assert answer.status_code == 404


def test_a_device_that_comes_or_goes_costs_the_others_nothing(lived: Lived) -> None:
    lived.room.stuck = True
    lived.live(15)
    before = lived.room.layout
    lived.room.layout = replace(before, devices=replace(before.devices))  # the same devices, told anew
    lived.live(10)
    assert len(lived.findings()) == 1
    assert lived.findings()[0]["gone_at"] is None
