import { describe, expect, test } from "vitest";
import type { Task } from "../../../api/tasks";
import { filtersOf, floors, groupsOf, holders, mayBeInspected, passes, remindedOf, waitsForInspection } from "./list";

function task(id: string, more: Partial<Task> = {}): Task {
  return {
    id,
    kind: "departure",
    state: "planned",
    room: "101",
    area: null,
    floor: "1",
    attendant_id: null,
    attendant: null,
    sequence: null,
    minutes: 40,
    worked_seconds: 0,
    priority: "normal",
    due_at: null,
    inspection: null,
    ...more,
  } as Task;
}

const ana = { attendant_id: "a", attendant: "Ana" };
const bo = { attendant_id: "b", attendant: "Bo" };

describe("the address narrows the list", () => {
  test("an empty or senseless address shows what is open, by attendant", () => {
    const usual = { state: "open", kind: null, who: null, floor: null, by: "attendant" };
    expect(filtersOf(new URLSearchParams())).toEqual(usual);
    expect(filtersOf(new URLSearchParams("state=x&kind=y&by=z"))).toEqual(usual);
  });

  test("each filter leaves out what does not fit", () => {
    const tasks = [task("1", ana), task("2", { state: "finished" }), task("3", { floor: "2", kind: "stayover", ...bo })];
    const shown = (address: string) => tasks.filter((one) => passes(one, filtersOf(new URLSearchParams(address)))).map((one) => one.id);
    expect(shown("")).toEqual(["1", "3"]);
    expect(shown("state=all")).toEqual(["1", "2", "3"]);
    expect(shown("state=finished")).toEqual(["2"]);
    expect(shown("who=none&state=all")).toEqual(["2"]);
    expect(shown("who=b")).toEqual(["3"]);
    expect(shown("kind=departure&floor=1")).toEqual(["1"]);
  });
});

describe("groups", () => {
  test("nobody's first, then by name; what is under way before what is planned", () => {
    const tasks = [task("1", bo), task("2"), task("3", { ...ana, state: "finished" }), task("4", { ...ana, state: "started", worked_seconds: 600 })];
    const groups = groupsOf(tasks, "attendant");
    expect(groups.map((group) => group.name)).toEqual([null, "Ana", "Bo"]);
    expect(groups[1]?.tasks.map((one) => one.id)).toEqual(["4", "3"]);
    expect(groups[1]?.minutesLeft).toBe(30);
  });

  test("floors in the order of their numbers", () => {
    const tasks = [task("1", { floor: "10" }), task("2", { floor: "2" }), task("3", { floor: null, area: "Lobby" })];
    expect(groupsOf(tasks, "floor").map((group) => group.name)).toEqual([null, "2", "10"]);
    expect(floors(tasks)).toEqual(["2", "10"]);
  });

  test("who has something to do is named once", () => {
    expect(holders([task("1", bo), task("2", ana), task("3", bo), task("4")])).toEqual([
      { id: "a", name: "Ana" },
      { id: "b", name: "Bo" },
    ]);
  });
});

test("what waits for an inspection, and what may be looked at all the same", () => {
  const waiting = { demanded_by: "sample", state: "waiting", by: null } as Task["inspection"];
  expect(waitsForInspection(task("1", { state: "finished", inspection: waiting }))).toBe(true);
  expect(waitsForInspection(task("2", { state: "started", inspection: waiting }))).toBe(false);
  expect(mayBeInspected(task("3", { state: "finished" }))).toBe(true);
  expect(mayBeInspected(task("4", { state: "finished", kind: "guest_request" }))).toBe(false);
});

test("an attendant sees the own reminders, the supervisor those that have come so far", () => {
  const tasks = [task("a", { attendant_id: "ana" }), task("b", { attendant_id: "bo" })];
  const reminder = (task_id: string, attendant_id: string, level: "attendant" | "supervisor", since: string) => ({
    task_id,
    attendant_id,
    level,
    since,
    reason: "late_start" as const,
  });
  const reminders = [
    reminder("b", "bo", "supervisor", "2026-07-14T05:00:00Z"),
    reminder("a", "ana", "supervisor", "2026-07-14T04:00:00Z"),
    reminder("gone", "ana", "supervisor", "2026-07-14T03:00:00Z"),
  ];
  expect(remindedOf(reminders, "supervisor", tasks).map((one) => one.task.id)).toEqual(["a", "b"]);
  expect(remindedOf(reminders, "bo", tasks).map((one) => one.task.id)).toEqual(["b"]);
  expect(remindedOf([reminder("a", "ana", "attendant", "2026-07-14T04:00:00Z")], "supervisor", tasks)).toEqual([]);
});
