import { describe, expect, it } from "vitest";
import type { Arrival, Room } from "../api/types";
import { byEta, heldOrder, inFigure, stripeOfArrival } from "../pages/arrivals/arrivalFacts";
import { atRisk, byFloor, flashFacts, isOverdue, matches, minutesUntil, promiseOf, stripeOf } from "./roomFacts";

const now = Date.parse("2026-11-22T06:00:00Z");
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

function room(facts: Partial<Room> = {}): Room {
  return {
    number: "412",
    floor: "4",
    section: null,
    type: { code: "KING", name: "King room" },
    area_square_metres: 28,
    version: 1,
    front_office: "vacant",
    cleanliness: "clean",
    reservation: [],
    panel: "none",
    panel_since: null,
    service: "expected",
    opted_out: false,
    turndown: "not_required",
    availability: { state: "sellable", reason: null, from: null, until: null, return_status: null },
    queue_since: null,
    discrepancy: "none",
    presence: "empty",
    ready: true,
    blocked_by: [],
    climate: {
      temperature_celsius: 24.1,
      humidity_percent: 55,
      wanted_celsius: 22,
      setpoint_celsius: 22,
      mode: "cool",
      action: "cooling",
      phase: "preconditioning",
      ready_at: inMinutes(14),
      window_open: false,
      door_open: false,
      online: true,
      reason: "",
      reason_code: "preconditioning",
      reason_values: {},
    },
    hands_off: [],
    next_arrival: null,
    open_tickets: 0,
    ...facts,
  };
}

function arrival(facts: Partial<Arrival> = {}): Arrival {
  return {
    stay_id: "s1",
    confirmation: "A1",
    guest: "Chen Wei",
    vip: false,
    room: "412",
    room_type: "KING",
    eta: inMinutes(60),
    eta_source: "guest",
    state: "reserved",
    version: 1,
    ready: true,
    blocked_by: [],
    queue_since: null,
    predicted_ready_at: inMinutes(50),
    climate: null,
    plan: null,
    wishes: [],
    ...facts,
  };
}

describe("the room tile", () => {
  it("shows out of order before dirty", () => {
    const broken = room({
      cleanliness: "dirty",
      availability: { state: "out_of_order", reason: "leak", from: null, until: null, return_status: null },
    });
    expect(stripeOf(broken)).toBe("off_sale");
    expect(stripeOf(room({ cleanliness: "pickup" }))).toBe("pickup");
  });

  it("flashes for a door panel, not for a tenth of a degree", () => {
    const before = room();
    expect(flashFacts({ ...before, climate: { ...before.climate, temperature_celsius: 24.0 } })).toBe(flashFacts(before));
    expect(flashFacts({ ...before, panel: "do_not_disturb" })).not.toBe(flashFacts(before));
  });

  it("is found by what a person looks for", () => {
    expect(matches(room({ cleanliness: "pickup" }), "dirty")).toBe(true);
    expect(matches(room({ climate: { ...room().climate, online: null } }), "offline")).toBe(false);
    expect(matches(room({ reservation: ["due_out", "arrival"] }), "arriving")).toBe(true);
  });

  it("counts down to ready and never below zero", () => {
    expect(minutesUntil(inMinutes(14), now)).toBe(14);
    expect(minutesUntil(inMinutes(-3), now)).toBe(0);
    expect(minutesUntil(null, now)).toBeNull();
  });

  it("says that a guest has not come, an hour after their ETA", () => {
    const eta = "2026-07-14T15:00:00Z";
    expect(isOverdue(eta, Date.parse("2026-07-14T15:59:00Z"))).toBe(false);
    expect(isOverdue(eta, Date.parse("2026-07-14T16:00:00Z"))).toBe(true);
  });
  it("stands on its floor, floors in counting order", () => {
    const floors = byFloor([room({ number: "1001", floor: "10" }), room({ number: "901", floor: "9" })]);
    expect(floors.map(([floor]) => floor)).toEqual(["9", "10"]);
  });
});

describe("the promise of an arrival", () => {
  it("is kept when the room is ready by the ETA", () => {
    expect(promiseOf(arrival(), now).kind).toBe("kept");
    expect(promiseOf(arrival({ predicted_ready_at: inMinutes(72) }), now)).toMatchObject({ kind: "late", minutes: 12 });
    expect(promiseOf(arrival({ predicted_ready_at: null }), now).kind).toBe("unknown");
  });

  it("is late for nobody who should have come yesterday, and for who waits from when they wait", () => {
    const overdue = { eta: inMinutes(-46 * 60), predicted_ready_at: inMinutes(10) };
    expect(promiseOf(arrival(overdue), now)).toEqual({ kind: "ready_at", at: overdue.predicted_ready_at });
    expect(stripeOfArrival(arrival(overdue), now)).not.toBe("wrong");
    expect(promiseOf(arrival({ ...overdue, queue_since: inMinutes(-5) }), now)).toMatchObject({ kind: "late", minutes: 15 });
    expect(promiseOf(arrival({ ...overdue, eta: inMinutes(-20) }), now)).toMatchObject({ kind: "late", minutes: 30 });
  });

  it("is at risk while a guest comes soon to a room that is not theirs yet", () => {
    expect(atRisk(arrival({ ready: false }), now)).toBe(true);
    expect(atRisk(arrival({ ready: false, eta: inMinutes(300) }), now)).toBe(false);
    expect(atRisk(arrival({ room: null }), now)).toBe(true);
    expect(atRisk(arrival({ state: "checked_in", ready: false }), now)).toBe(false);
  });

  it("makes a waiting guest red before all else", () => {
    expect(stripeOfArrival(arrival({ queue_since: inMinutes(-5) }), now)).toBe("wrong");
    expect(inFigure(arrival({ queue_since: inMinutes(-5) }), "waiting", now)).toBe(true);
  });
});

describe("the order of arrivals", () => {
  it("is by ETA, those without one last", () => {
    const list = [arrival({ stay_id: "none", eta: null }), arrival({ stay_id: "late", eta: inMinutes(90) }), arrival()];
    expect(list.sort(byEta).map((one) => one.stay_id)).toEqual(["s1", "late", "none"]);
  });

  it("does not move under a finger: rows keep their place, new ones come where they belong", () => {
    expect(heldOrder(["a", "b", "c"], ["c", "a", "x", "b"])).toEqual(["a", "x", "b", "c"]);
    expect(heldOrder(["a", "b"], ["b"])).toEqual(["b"]);
    expect(heldOrder(["a"], ["new", "a"])).toEqual(["new", "a"]);
  });
});
