import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { TabletDatabase } from "./database";
import { LogFull, OperationLog } from "./log";
import { filled, fromAnswer, type NewOperation, type Operation, outcomeOf, standingOf, waitMilliseconds } from "./operations";
import { overlaid, roomsAfter, tasksAfter, unknownTo } from "./overlay";
import { MOST_FAILURES, PinLock } from "./pinLock";
import { type Reply, Sender, type World } from "./sender";
import { SnapshotStore } from "./snapshots";

// A busy machine is slow at two hundred operations on a database written in JavaScript.
vi.setConfig({ testTimeout: 30_000 });

const ANA = { id: "s-ana", name: "Ana" };
const BO = { id: "s-bo", name: "Bo" };
const HOUR = 3_600_000;

let databases = 0;
const opened: TabletDatabase[] = [];

function database(): TabletDatabase {
  databases += 1;
  const made = new TabletDatabase(`test-${databases}`);
  opened.push(made);
  return made;
}

afterEach(() => {
  while (opened.length > 0) opened.pop()?.close();
});

/** The service as the tablet meets it: rooms with versions, keys that act once, people who come and go. */
class Service implements World {
  online = true;
  signedIn: string | null = ANA.id;
  left: string[] = [];
  wall = Date.parse("2026-11-22T06:00:00Z");
  page = 0;
  /** by how much the tablet's clock is ahead of the service's, ms */
  clockAhead = 0;
  rooms = new Map<string, { cleanliness: string; version: number }>();
  effects: { key: string; path: string; age: number; who: string | null }[] = [];
  handedIn: string[] = [];
  broken = new Set<string>();
  keys = new Map<string, unknown>();
  /** the answer after which the service is killed: its effect is there, its answer is lost */
  killAfter = Infinity;
  pauses = 0;
  private answered = 0;

  read = () => ({ wall: this.wall + this.clockAhead, page: this.page, pageId: "p1" });
  chance = () => 0.5;
  alone = (work: () => Promise<void>) => work();
  pause = async () => {
    this.pauses += 1;
    if (this.pauses > 20) this.online = true;
  };

  room(number: string) {
    const room = this.rooms.get(number) ?? { cleanliness: "dirty", version: 1 };
    this.rooms.set(number, room);
    return room;
  }

  passes(milliseconds: number) {
    this.wall += milliseconds;
    this.page += milliseconds;
  }

  request = async (method: string, path: string, headers: Record<string, string>, body: BodyInit | null): Promise<Reply> => {
    if (!this.online) return { status: 0, headers: new Headers(), body: null };
    const reply = this.answer(method, path, headers, typeof body === "string" ? (JSON.parse(body) as Record<string, unknown>) : {});
    if (method !== "GET") this.answered += 1;
    if (this.answered === this.killAfter) {
      this.killAfter = Infinity;
      this.online = false;
      return { status: 0, headers: new Headers(), body: null };
    }
    return { ...reply, headers: new Headers({ Date: new Date(this.wall).toUTCString() }) };
  };

  private answer(method: string, path: string, headers: Record<string, string>, body: Record<string, unknown>): Omit<Reply, "headers"> {
    if (path.startsWith("/api/tablets/this")) return { status: 200, body: { tablet: { left: this.left } } };
    if (path === "/api/late-operations") {
      const operations = body.operations as { key: string }[];
      this.handedIn.push(...operations.map(({ key }) => key));
      return { status: 200, body: {} };
    }
    if (this.signedIn === null) return { status: 401, body: { code: "sign_in_required" } };
    if (path === "/api/session") return { status: 200, body: { staff: { id: this.signedIn } } };
    const number = path.split("/")[3] ?? "";
    const room = this.room(number);
    if (method === "GET") return { status: 200, body: { ...room } };
    if (this.broken.has(number)) return { status: 500, body: { code: "fault" } };
    const key = headers["Idempotency-Key"] ?? "";
    if (this.keys.has(key)) return { status: 200, body: this.keys.get(key) };
    if (method === "PATCH" && headers["If-Match"] !== `"${room.version}"`) {
      return { status: 412, body: { code: "stale_version", values: { current: room.version } } };
    }
    room.version += 1;
    room.cleanliness = String(body.cleanliness ?? "clean");
    this.effects.push({ key, path, age: Number(headers["Operation-Age-Seconds"]), who: this.signedIn });
    const answer = { ...room };
    this.keys.set(key, answer);
    return { status: 200, body: answer };
  }
}

let keys = 0;

class Tablet {
  readonly log: OperationLog;
  readonly sender: Sender;

  constructor(
    readonly service: Service,
    readonly kept = database(),
  ) {
    this.log = new OperationLog(kept, service.read, () => `key-${(keys += 1)}`);
    this.sender = new Sender(this.log, service);
  }

  tap(room: string, cleanliness = "clean", seenVersion?: number, who = ANA): Promise<Operation> {
    const wanted: NewOperation = {
      method: seenVersion === undefined ? "POST" : "PATCH",
      path: `/api/rooms/${room}/status`,
      body: { cleanliness },
      subject: `room:${room}`,
      label: { key: "oplog.labels.cleanliness", values: { room } },
      effect: { room, cleanliness },
      ...(seenVersion === undefined ? {} : { seenVersion }),
    };
    return this.log.add(wanted, who);
  }

  async send(): Promise<void> {
    this.sender.kick();
    await this.sender.atRest();
  }

  async states(): Promise<string[]> {
    return (await this.log.all()).map(({ state }) => state);
  }
}

describe("the log of a shift", () => {
  it("sends 200 operations of two hours in order and once, with a kill in the replay and five conflicts", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    service.online = false;
    for (let n = 0; n < 200; n += 1) {
      await tablet.tap(String(100 + n), "clean", 1);
      service.passes(36_000);
    }
    for (const n of [3, 50, 99, 140, 199]) service.rooms.set(String(100 + n), { cleanliness: "inspected", version: 4 });
    service.online = true;
    service.killAfter = 80;
    await tablet.send();

    expect(service.effects).toHaveLength(195);
    expect(new Set(service.effects.map(({ key }) => key)).size).toBe(195);
    expect(service.effects.map(({ path }) => path)).toEqual([...service.effects.map(({ path }) => path)].sort());
    const states = await tablet.states();
    expect(states.filter((state) => state === "done")).toHaveLength(195);
    expect(states.filter((state) => state === "conflict")).toHaveLength(5);
    expect(service.effects[0]?.age).toBe(7_200);
    const conflict = (await tablet.log.all()).find(({ state }) => state === "conflict");
    expect(conflict?.answer?.theirs).toMatchObject({ cleanliness: "inspected" });
  });

  it("sends again what was under way when the tablet itself was killed, under the same key", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    const operation = await tablet.tap("412");
    await tablet.log.set(operation.id, { state: "sending" });
    service.keys.set(operation.id, { cleanliness: "clean", version: 2 });
    await new Tablet(service, tablet.kept).send();
    expect(service.effects).toHaveLength(0);
    expect(await tablet.states()).toEqual(["done"]);
  });

  it("lets an edit see the version that the edit before it made", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    service.online = false;
    await tablet.tap("412", "clean", 1);
    await tablet.tap("412", "dirty", 1);
    await tablet.tap("412", "clean", 1);
    service.online = true;
    await tablet.send();
    expect(await tablet.states()).toEqual(["done", "done", "done"]);
    expect(service.room("412")).toEqual({ cleanliness: "clean", version: 4 });
  });

  it("waits for the person, and never sends in another's name", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    await tablet.tap("412");
    await tablet.tap("413", "clean", undefined, BO);
    service.signedIn = null;
    await tablet.send();
    expect(tablet.sender.state).toBe("sign_in");
    expect(await tablet.states()).toEqual(["waiting", "waiting"]);
    service.signedIn = BO.id;
    await tablet.send();
    expect(service.effects).toMatchObject([{ path: "/api/rooms/413/status", who: BO.id }]);
    service.signedIn = ANA.id;
    await tablet.send();
    expect(service.effects[1]).toMatchObject({ path: "/api/rooms/412/status", who: ANA.id });
  });

  it("hands in what a person did who has left", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    const operation = await tablet.tap("412");
    service.signedIn = BO.id;
    service.left = [ANA.id];
    await tablet.send();
    expect(service.handedIn).toEqual([operation.id]);
    expect(await tablet.states()).toEqual(["handed_over"]);
  });

  it("drops nothing of a conflict until the person says so, and does it again on top", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    service.rooms.set("412", { cleanliness: "inspected", version: 7 });
    const mine = await tablet.tap("412", "dirty", 1);
    await tablet.send();
    expect(await tablet.states()).toEqual(["conflict"]);
    await tablet.log.again(mine.id);
    await tablet.send();
    expect(await tablet.states()).toEqual(["dropped", "done"]);
    expect(service.room("412")).toEqual({ cleanliness: "dirty", version: 8 });
    await tablet.log.drop(mine.id);
    expect(await tablet.states()).toEqual(["dropped", "done"]);
  });

  it("lets one bad tap step aside, so that the rest of the shift goes on", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    service.broken.add("412");
    await tablet.tap("412");
    await tablet.tap("413");
    await tablet.send();
    expect(await tablet.states()).toEqual(["refused", "done"]);
  });

  it("is bounded, and says so before anything is lost", async () => {
    const service = new Service();
    const log = new OperationLog(database(), service.read, () => `key-${(keys += 1)}`, 3);
    const tablet = new Tablet(service, log.database);
    for (const room of ["1", "2", "3"]) await tablet.tap(room);
    const one = (await log.all())[0];
    await expect(log.add({ ...(one as Operation), blob: new Blob(), seenVersion: 1 } as NewOperation, ANA)).rejects.toBeInstanceOf(LogFull);
    expect(await log.database.operations.count()).toBe(3);
    expect(await log.database.blobs.count()).toBe(0);
  });

  it("counts what waits for whom", async () => {
    const tablet = new Tablet(new Service());
    await tablet.tap("1");
    await tablet.tap("2");
    const refused = await tablet.tap("3");
    await tablet.log.set(refused.id, { state: "refused" });
    await tablet.tap("4", "clean", undefined, BO);
    expect(standingOf(await tablet.log.all(), ANA.id)).toEqual({
      unsent: 2,
      attention: 1,
      others: [{ staffId: BO.id, staffName: "Bo", count: 1 }],
    });
  });
});

describe("how long ago a tap was", () => {
  it.each([
    ["a right clock", 0, 0],
    ["a clock hours off", 5 * HOUR, 0],
    ["a clock that was set forward in between", 0, 3 * HOUR],
    ["a clock that was set back in between", 0, -3 * HOUR],
  ])("is told rightly by %s", async (_, ahead, jump) => {
    const service = new Service();
    const tablet = new Tablet(service);
    service.clockAhead = ahead;
    await tablet.log.sync(service.wall);
    await tablet.tap("1");
    service.passes(HOUR);
    await tablet.log.observe();
    service.clockAhead += jump;
    await tablet.log.observe();
    await tablet.tap("2");
    service.passes(HOUR);
    await tablet.send();
    expect(service.effects.map(({ age }) => age)).toEqual([7_200, 3_600]);
  });

  it("counts the hours that the tablet slept", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    await tablet.log.sync(service.wall);
    await tablet.tap("1");
    service.wall += 2 * HOUR;
    await tablet.log.observe();
    await tablet.send();
    expect(service.effects[0]?.age).toBe(7_200);
  });

  it("is never in the future and never more than a day", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    await tablet.tap("1");
    service.wall -= 9 * HOUR;
    await tablet.send();
    await tablet.tap("2");
    service.passes(90 * HOUR);
    await tablet.send();
    expect(service.effects.map(({ age }) => age)).toEqual([0, 86_400]);
  });
});

describe("what an answer means", () => {
  it.each([
    [200, "", 0, "done"],
    [0, "", 0, "again"],
    [503, "", 0, "again"],
    [429, "", 0, "again"],
    [302, "", 0, "again"],
    [500, "", 0, "again"],
    [500, "", 5, "refused"],
    [401, "", 0, "sign_in"],
    [409, "impossible_now", 0, "conflict"],
    [412, "stale_version", 0, "conflict"],
    [403, "forbidden", 0, "refused"],
    [422, "invalid_request", 0, "refused"],
    [404, "unknown_task", 0, "refused"],
  ])("%s %s after %s faults is %s", (status, code, faults, outcome) => {
    expect(outcomeOf(status, code, faults)).toBe(outcome);
  });

  it("makes tries rarer, within bounds, and waits as long as it is asked to", () => {
    expect(waitMilliseconds(1, 0, null)).toBe(500);
    expect(waitMilliseconds(3, 0.999, null)).toBeGreaterThan(3_900);
    expect(waitMilliseconds(40, 0, null)).toBe(15_000);
    expect(waitMilliseconds(1, 0, 60)).toBe(60_000);
  });
});

describe("a photo that another tap needs", () => {
  it("is named by the answer of its upload", () => {
    const body = { note: "Lamp", photos: [fromAnswer("up-1")] };
    expect(filled(body, new Map([["up-1", { id: "f-9" }]]))?.body).toEqual({ note: "Lamp", photos: ["f-9"] });
    expect(filled(body, new Map())).toBeNull();
  });
});

describe("what the person sees meanwhile", () => {
  const rooms = [
    { number: "412", cleanliness: "dirty", version: 1 },
    { number: "413", cleanliness: "dirty", version: 1 },
  ];

  it("is the last answer with the own taps on top", async () => {
    const tablet = new Tablet(new Service());
    await tablet.tap("412", "clean", 1);
    const shown = overlaid(rooms, unknownTo(await tablet.log.all(), 0), roomsAfter);
    expect(shown.map(({ cleanliness }) => cleanliness)).toEqual(["clean", "dirty"]);
    expect(rooms[0]?.cleanliness).toBe("dirty");
  });

  it("has a stay without any service from the tap on", async () => {
    const tablet = new Tablet(new Service());
    await tablet.tap("412", "clean", 1);
    const [tapped] = await tablet.log.all();
    if (tapped === undefined) throw new Error("the tap is in the log");
    const without = { ...tapped, effect: { room: "412", opted_out: true } };
    const before = rooms.map((room) => ({ ...room, opted_out: false }));
    expect(roomsAfter(before, without).map((room) => room.opted_out)).toEqual([true, false]);
  });

  it("goes back to the service's side when it refuses, and does not flicker when it agrees", async () => {
    const service = new Service();
    const tablet = new Tablet(service);
    await tablet.tap("412", "clean", 1);
    service.rooms.set("413", { cleanliness: "inspected", version: 9 });
    await tablet.tap("413", "clean", 1);
    await tablet.send();
    const operations = await tablet.log.all();
    expect(overlaid(rooms, unknownTo(operations, service.wall - 1), roomsAfter).map(({ cleanliness }) => cleanliness)).toEqual([
      "clean",
      "dirty",
    ]);
    expect(unknownTo(operations, service.wall + 1)).toEqual([]);
  });

  it("follows a task through its table, and no further", async () => {
    const tablet = new Tablet(new Service());
    const tasks = [{ id: "t1", state: "planned", may: ["start"], checklist: { items: [{ key: "bath", done: false }] } }];
    const act = (action: string, checklist?: Record<string, boolean>) =>
      tablet.log.add(
        {
          method: "POST",
          path: "/api/tasks/t1/actions",
          body: { action },
          subject: "task:t1",
          label: { key: `oplog.labels.${action}` },
          effect: { task: "t1", action, ...(checklist ? { checklist } : {}) },
        },
        ANA,
      );
    await act("finish");
    expect(overlaid(tasks, await tablet.log.all(), tasksAfter)[0]?.state).toBe("planned");
    await act("start");
    await act("tick", { bath: true });
    await act("finish");
    expect(overlaid(tasks, await tablet.log.all(), tasksAfter)[0]).toMatchObject({
      state: "finished",
      checklist: { items: [{ key: "bath", done: true }] },
    });
  });
});

describe("the lock without network", () => {
  it("opens for the last person's PIN, and after five wrong ones only for the service", async () => {
    const lock = new PinLock(database(), 10);
    await lock.remember(ANA.id, "31", "Ana", "402917");
    expect(await lock.open("111111")).toBe("wrong");
    expect(await lock.open("402917")).toBe("open");
    for (let n = 1; n < MOST_FAILURES; n += 1) expect(await lock.open("000000")).toBe("wrong");
    expect(await lock.open("000000")).toBe("too_many");
    expect(await lock.open("402917")).toBe("too_many");
    await lock.remember(BO.id, "32", "Bo", "730164");
    expect((await lock.person())?.name).toBe("Bo");
    expect(await lock.open("730164")).toBe("open");
    expect(await lock.open("402917")).toBe("wrong");
  });
});

describe("answers kept for a shift", () => {
  it("belong to one person, and an older answer never replaces a newer one", async () => {
    const store = new SnapshotStore(database());
    await store.put(ANA.id, "tasks", ["new"], 20, 20);
    await store.put(ANA.id, "tasks", ["old"], 10, 10);
    expect((await store.get(ANA.id, "tasks"))?.data).toEqual(["new"]);
    expect(await store.get(BO.id, "tasks")).toBeNull();
    await store.keepOnly(BO.id);
    expect(await store.get(ANA.id, "tasks")).toBeNull();
  });
});
