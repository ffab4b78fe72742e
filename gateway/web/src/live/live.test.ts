import { describe, expect, it } from "vitest";
import { hotelTimeAt, tickMilliseconds } from "../time/clock";
import { concernsWorkOf, lagging, staleAfter } from "./keys";
import { EventParser } from "./stream";

describe("the live line", () => {
  it("reads events whatever pieces they come in", () => {
    const parser = new EventParser();
    const text = 'id: 7\nevent: stay.changed\ndata: {"stay_id":"s1"}\n\n';
    const events = [...text].flatMap((letter) => parser.push(letter));
    expect(events).toEqual([{ id: "7", kind: "stay.changed", data: '{"stay_id":"s1"}' }]);
    expect(parser.lastId).toBe("7");
  });

  it("takes a heartbeat for life and a bare id for a position, and for nothing else", () => {
    const parser = new EventParser();
    expect(parser.push(": still here\n\nid: 41\n\n")).toEqual([]);
    expect(parser.lastId).toBe("41");
    expect(parser.push('event: room.live\ndata: {"rooms":[]}\n\n')).toHaveLength(1);
    expect(parser.lastId).toBe("41");
  });

  it("joins lines of data and takes every kind of line end", () => {
    expect(new EventParser().push("data: a\r\ndata: b\r\n\r\n")).toEqual([{ id: null, kind: "message", data: "a\nb" }]);
  });
});

describe("what a message makes old", () => {
  it("is both rooms of a move, and the arrivals", () => {
    const stale = staleAfter("stay.changed", { change: "moved", room: "412", previous_room: "305" });
    expect(stale).toContainEqual(["room", "412"]);
    expect(stale).toContainEqual(["room", "305"]);
    expect(stale).toContainEqual(["arrivals"]);
  });

  it("is nothing for a kind that this app does not know", () => {
    expect(staleAfter("kettle.changed", { room: "412" })).toEqual([]);
  });

  it("is everything after a reset, and many rooms when none is named", () => {
    expect(staleAfter("reset", {})).toEqual([[]]);
    expect(lagging([])).toContainEqual(["room"]);
    expect(lagging(["412"])).toContainEqual(["history", "412"]);
  });
});

describe("hotel time on the screen", () => {
  it("runs at the hotel's speed between two answers", () => {
    const reading = { hotel: 1_000_000, screen: 500, speed: 60 };
    expect(hotelTimeAt(reading, 1_500)).toBe(1_060_000);
  });

  it("ticks at the minute, not faster than a second", () => {
    expect(tickMilliseconds(60, 0)).toBe(1_000);
    expect(tickMilliseconds(1, 55_000)).toBe(5_000);
    expect(tickMilliseconds(1, 1_000)).toBe(15_000);
  });
});

describe("a sound for one's own work", () => {
  it("is for who gets a task and for who loses it, and not for one's own taps", () => {
    const given = { change: "assigned", attendant_id: "ana", previous_attendant_id: "bo" };
    expect(concernsWorkOf("ana", "task.changed", given)).toBe(true);
    expect(concernsWorkOf("bo", "task.changed", given)).toBe(true);
    expect(concernsWorkOf("cai", "task.changed", given)).toBe(false);
    expect(concernsWorkOf("ana", "task.changed", { change: "start", attendant_id: "ana" })).toBe(false);
    expect(concernsWorkOf("ana", "board.changed", { attendants: ["ana", "bo"] })).toBe(true);
    expect(concernsWorkOf("ana", "stay.changed", { attendant_id: "ana" })).toBe(false);
  });
});
