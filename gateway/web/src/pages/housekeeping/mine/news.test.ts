import { describe, expect, it } from "vitest";
import type { Task } from "../../../api/tasks";
import { anyNews, newsOf, seenOf } from "./news";

const DAY = "2026-07-14";

function task(id: string, change: Partial<Task> = {}): Task {
  return { id, room: id, state: "planned", attendant_id: "ana", sequence: 1, ...change } as Task;
}

describe("what changed on one's list", () => {
  it("is nothing on the first look of a day", () => {
    expect(anyNews(newsOf(null, DAY, [task("401")], [task("401")], "ana"))).toBe(false);
    expect(anyNews(newsOf({ date: "2026-07-13", ids: [] }, DAY, [task("401")], [task("401")], "ana"))).toBe(false);
  });

  it("names what came and what somebody else has now", () => {
    const seen = seenOf(DAY, [task("401"), task("402")]);
    const list = [task("401"), task("403")];
    const news = newsOf(seen, DAY, list, [...list, task("402", { attendant_id: "bo" })], "ana");
    expect(news.added.map((one) => one.id)).toEqual(["403"]);
    expect(news.gone.map((one) => one.id)).toEqual(["402"]);
    expect(news.moved).toBe(false);
  });

  it("does not tell of what the person did", () => {
    const seen = seenOf(DAY, [task("401"), task("402")]);
    const all = [task("401", { state: "started" }), task("402", { state: "finished" })];
    expect(anyNews(newsOf(seen, DAY, [], all, "ana"))).toBe(false);
    expect(newsOf(seen, DAY, [], [task("401", { state: "cancelled" })], "ana").gone).toHaveLength(1);
  });

  it("tells of another order", () => {
    const seen = seenOf(DAY, [task("401"), task("402"), task("403")]);
    const list = [task("403"), task("401"), task("402")];
    expect(newsOf(seen, DAY, list, list, "ana")).toMatchObject({ added: [], gone: [], moved: true });
    // One less in the middle is no other order.
    expect(newsOf(seen, DAY, [task("401"), task("403")], [task("402", { state: "started" })], "ana").moved).toBe(false);
  });
});
