import { describe, expect, it } from "vitest";
import type { Task } from "../../../api/tasks";
import { dayOf, usualScope, workedSeconds } from "./order";

const LI = "staff-li";

function task(room: string, more: Partial<Task> = {}): Task {
  return {
    id: `t-${room}`,
    kind: "stayover",
    state: "planned",
    room,
    attendant_id: LI,
    sequence: null,
    priority: "normal",
    due_at: null,
    last_at: "2026-07-14T04:00:00Z",
    worked_seconds: 0,
    working_since: null,
    ...more,
  } as Task;
}

const rooms = (tasks: Task[]) => tasks.map((one) => one.room);

describe("the order of an attendant's day", () => {
  it("is the board's where there is one", () => {
    const day = dayOf([task("401", { sequence: 3 }), task("402", { sequence: 1 }), task("403", { sequence: 2 })], "mine", LI);
    expect(rooms(day.next)).toEqual(["402", "403", "401"]);
  });

  it("is by urgency, due time and room number without a board; DND last", () => {
    const day = dayOf(
      [
        task("1001"),
        task("401", { priority: "last" }),
        task("999"),
        task("402", { priority: "arrival", due_at: "2026-07-14T07:00:00Z" }),
        task("403", { priority: "arrival", due_at: "2026-07-14T06:00:00Z" }),
        task("404", { priority: "queue" }),
      ],
      "mine",
      LI,
    );
    expect(rooms(day.next)).toEqual(["404", "403", "402", "999", "1001", "401"]);
  });

  it("shows what runs before what is paused, and what came to an end last first", () => {
    const day = dayOf(
      [
        task("401", { state: "paused" }),
        task("402", { state: "started" }),
        task("403", { state: "finished", last_at: "2026-07-14T05:00:00Z" }),
        task("404", { state: "not_serviced", last_at: "2026-07-14T05:30:00Z" }),
        task("405", { state: "cancelled" }),
        task("406", { kind: "inspection" }),
      ],
      "mine",
      LI,
    );
    expect(rooms(day.current)).toEqual(["402", "401"]);
    expect(rooms(day.done)).toEqual(["404", "403"]);
    expect(rooms(day.next)).toEqual([]);
  });

  it("begins with everybody's tasks where nobody plans a board", () => {
    expect(usualScope([task("401", { attendant_id: null }), task("402", { state: "started" })])).toBe("all");
    expect(usualScope([task("401", { attendant_id: "other", sequence: 1 })])).toBe("mine");
    expect(usualScope([task("401")])).toBe("mine");
  });

  it("counts the running minutes on top of those before a pause", () => {
    const running = task("401", { state: "started", worked_seconds: 60, working_since: "2026-07-14T04:00:00Z" });
    expect(workedSeconds(running, Date.parse("2026-07-14T04:02:00Z"))).toBe(180);
    expect(workedSeconds({ ...running, state: "paused" }, Date.parse("2026-07-14T04:02:00Z"))).toBe(60);
  });
});
