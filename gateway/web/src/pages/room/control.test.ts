import { describe, expect, it } from "vitest";
import type { Command } from "../../api/types";
import { draftOf, wishesOf } from "../arrivals/wishes";
import { axisRange, valueAt } from "./chart";
import { revisionToSend, standingOf } from "./control";

function command(facts: Partial<Command> = {}): Command {
  return {
    id: "c1",
    room: "412",
    device_id: "d1",
    device_name: "Ceiling light",
    property: "on",
    value: true,
    state: "queued",
    level: "front_desk",
    cause: "request",
    by: "Mei",
    made_at: "2026-11-22T06:00:00Z",
    sent_at: null,
    ended_at: null,
    expires_at: "2026-11-22T06:01:00Z",
    detail: null,
    detail_code: null,
    ...facts,
  };
}

const off = { reported: false, reported_at: "2026-11-22T05:00:00Z" };
const asked = { value: true, commandId: "c1" };

describe("a light that somebody switches on", () => {
  it("is shown on at once, as asked and not as true", () => {
    expect(standingOf({ value: true, commandId: null }, undefined, off)).toEqual({
      shown: true,
      standing: { kind: "asked", value: true, sent: false },
    });
    expect(standingOf(asked, command({ state: "sent" }), off).standing).toMatchObject({ kind: "asked", sent: true });
  });

  it("does not blink back between the confirmation and the next look at the room", () => {
    const confirmed = command({ state: "confirmed", ended_at: "2026-11-22T06:00:02Z" });
    expect(standingOf(asked, confirmed, off)).toEqual({ shown: true, standing: { kind: "rest" } });
  });

  it("shows the device's own word as soon as that is newer", () => {
    const confirmed = command({ state: "confirmed", ended_at: "2026-11-22T06:00:02Z" });
    const byHand = { reported: false, reported_at: "2026-11-22T06:00:09Z" };
    expect(standingOf(asked, confirmed, byHand).shown).toBe(false);
  });

  it("rolls back and says why when the device does not answer", () => {
    const { shown, standing } = standingOf(asked, command({ state: "timed_out" }), off);
    expect(shown).toBe(false);
    expect(standing.kind).toBe("refused");
  });

  it("gives way to a newer wish without calling it a failure", () => {
    expect(standingOf(asked, command({ state: "superseded" }), off).standing.kind).toBe("rest");
  });
});

describe("the revision that a control sends", () => {
  it("is the one that the person saw", () => {
    expect(revisionToSend(7, undefined)).toBe(7);
    expect(revisionToSend(9, 7)).toBe(9);
  });

  it("is left out while the screen still shows the one that their own last request made old", () => {
    expect(revisionToSend(7, 7)).toBeUndefined();
    expect(revisionToSend(undefined, undefined)).toBeUndefined();
  });
});

describe("the climate chart", () => {
  it("knows the value that held at a moment, and that a gap is a gap", () => {
    const points: [number, number | null][] = [
      [10, 24],
      [20, null],
      [30, 22],
    ];
    expect(valueAt(points, 15)).toBe(24);
    expect(valueAt(points, 25)).toBeNull();
    expect(valueAt(points, 5)).toBeNull();
    expect(valueAt(points, 99)).toBe(22);
  });

  it("does not make a mountain of a tenth of a degree", () => {
    const { min, max } = axisRange([22.0, 22.1]);
    expect(max - min).toBeGreaterThanOrEqual(6);
  });
});

describe("a guest's wishes", () => {
  it("keep their source until somebody touches them", () => {
    const known = [
      { key: "cooling_celsius", value: 21.5, unit: "°C", source: "learned", scope: "profile", stay_id: null },
      { key: "wish", value: "extra pillow", unit: null, source: "guest", scope: "profile", stay_id: null },
    ] as const;
    const kept = wishesOf(draftOf([...known]), [...known], null);
    expect(kept.map((wish) => wish.source)).toEqual(["learned", "guest"]);
    const changed = wishesOf({ ...draftOf([...known]), cooling_celsius: 22 }, [...known], "s1");
    expect(changed[0]).toMatchObject({ value: 22, source: "desk", scope: "stay", stay_id: "s1" });
  });
});
