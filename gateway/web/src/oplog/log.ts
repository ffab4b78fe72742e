/** The log itself: keeping operations, and what a person decides on those that the service did not take. */
import Dexie from "dexie";
import type { TabletDatabase } from "./database";
import {
  type Answer,
  doneAgain,
  followed,
  KEPT_DONE,
  MOST_BLOB_BYTES,
  MOST_OPERATIONS,
  needsPerson,
  type NewOperation,
  type Operation,
  type OperationState,
} from "./operations";
import { type Made, madeNow, NEW_CLOCK, observed, type Reading, synced, type TabletClock } from "./tabletClock";

export interface Author {
  id: string;
  name: string;
}

/** The log is full: what waits must be sent first. Nothing was kept of this tap, and the person is told. */
export class LogFull extends Error {
  constructor(readonly what: "operations" | "blobs") {
    super(`too many ${what} wait to be sent`);
    this.name = "LogFull";
  }
}

const CLOCK = "clock";
const PRUNED_AT_ONCE = 50;

export class OperationLog {
  constructor(
    readonly database: TabletDatabase,
    private readonly read: () => Reading,
    private readonly newKey: () => string,
    private readonly most = MOST_OPERATIONS,
  ) {}

  /** Everything that is kept, in the order of the taps. */
  all(): Promise<Operation[]> {
    return this.database.operations.orderBy("seq").toArray();
  }

  private async inState(...states: OperationState[]): Promise<(Operation & { seq: number })[]> {
    const found = await this.database.operations.where("state").anyOf(states).toArray();
    return found.sort((a, b) => a.seq - b.seq);
  }

  /** The next operation of this person to be sent: the oldest that waits. */
  async next(staffId: string): Promise<Operation | null> {
    return (await this.database.operations.where("[state+staffId]").equals(["waiting", staffId]).first()) ?? null;
  }

  private count(...states: OperationState[]): Promise<number> {
    return this.database.operations.where("state").anyOf(states).count();
  }

  /** Open operations and those that need the person's word, of these people. */
  async unfinished(staffIds: readonly string[]): Promise<Operation[]> {
    const found = await this.inState("waiting", "sending", "conflict", "refused");
    return found.filter((operation) => staffIds.includes(operation.staffId));
  }

  /** People with operations that wait. */
  async authors(): Promise<string[]> {
    const { operations } = this.database;
    const range = operations.where("[state+staffId]").between(["waiting", Dexie.minKey], ["waiting", Dexie.maxKey]);
    return (await range.uniqueKeys()).map((key) => (key as unknown as [string, string])[1]);
  }

  /**
   * Keep one operation; it is on disk when this resolves. `shownAt`: the hotel time on the screen, ms.
   *
   * Throws `LogFull`.
   */
  async add(wanted: NewOperation, author: Author, shownAt = 0): Promise<Operation> {
    const { database } = this;
    return database.transaction("rw", database.operations, database.blobs, database.kept, async () => {
      if ((await this.count("waiting", "sending", "conflict", "refused")) >= this.most) throw new LogFull("operations");
      const ofSamePath = wanted.seenVersion === undefined ? [] : await database.operations.where("path").equals(wanted.path).sortBy("seq");
      let blobId: number | null = null;
      if (wanted.blob !== undefined) {
        let bytes = wanted.blob.size;
        await database.blobs.each((kept) => {
          bytes += kept.bytes;
        });
        if (bytes > MOST_BLOB_BYTES) throw new LogFull("blobs");
        blobId = await database.blobs.add({ blob: wanted.blob, bytes: wanted.blob.size });
      }
      const operation: Operation = {
        id: this.newKey(),
        staffId: author.id,
        staffName: author.name,
        method: wanted.method,
        path: wanted.path,
        body: wanted.body ?? null,
        seenVersion: wanted.seenVersion ?? null,
        follows: followed(ofSamePath, wanted, author.id),
        subject: wanted.subject,
        label: { key: wanted.label.key, values: wanted.label.values ?? {} },
        effect: wanted.effect ?? null,
        blobId,
        made: await this.stamp(),
        shownAt,
        state: "waiting",
        attempts: 0,
        faults: 0,
        answer: null,
        settledAt: null,
      };
      await database.operations.add(operation as Operation & { seq: number });
      return operation;
    });
  }

  /** A kill (of the tab, the browser, the tablet) while sending: nobody knows how it ended, so it is sent again. */
  async recover(): Promise<void> {
    await this.database.operations.where("state").equals("sending").modify({ state: "waiting" });
  }

  async set(id: string, change: Partial<Operation>): Promise<void> {
    await this.database.operations.where("id").equals(id).modify(change);
  }

  async find(id: string): Promise<Operation | null> {
    return (await this.database.operations.where("id").equals(id).first()) ?? null;
  }

  /** The service has answered for good. */
  async settle(operation: Operation, state: "done" | "conflict" | "refused" | "handed_over", answer: Answer | null): Promise<void> {
    const { database } = this;
    await database.transaction("rw", database.operations, database.blobs, async () => {
      await this.set(operation.id, { state, answer, settledAt: this.read().wall });
      if ((state === "done" || state === "handed_over") && operation.blobId !== null) await database.blobs.delete(operation.blobId);
      await this.prune();
    });
  }

  /** The person gives the own tap up. It stays in the list of what was done, as dropped. */
  async drop(id: string): Promise<void> {
    const operation = await this.find(id);
    if (operation === null || !needsPerson(operation)) return;
    await this.set(id, { state: "dropped", settledAt: this.read().wall });
    if (operation.blobId !== null) await this.database.blobs.delete(operation.blobId);
  }

  /** The person wants the own tap on top of what the service shows now; it joins the end of the line. */
  async again(id: string): Promise<Operation | null> {
    const { database } = this;
    return database.transaction("rw", database.operations, database.kept, async () => {
      const operation = await this.find(id);
      if (operation === null || !needsPerson(operation)) return null;
      const made = doneAgain(operation, this.newKey(), await this.stamp());
      await this.set(id, { state: "dropped", blobId: null, settledAt: this.read().wall });
      await database.operations.add(made as Operation & { seq: number });
      return made;
    });
  }

  // The tablet's clock

  async clock(): Promise<TabletClock> {
    const kept = await this.database.kept.get(CLOCK);
    return (kept?.value as TabletClock | undefined) ?? NEW_CLOCK;
  }

  /** Look at both clocks: now and then, and before each tap is stamped. */
  async observe(): Promise<TabletClock> {
    const clock = observed(await this.clock(), this.read());
    await this.database.kept.put({ name: CLOCK, value: clock });
    return clock;
  }

  /** The service told its time (ms since 1970). */
  async sync(serviceTime: number): Promise<void> {
    const { database } = this;
    await database.transaction("rw", database.operations, database.kept, async () => {
      const idle = (await this.count("waiting", "sending")) === 0;
      await database.kept.put({ name: CLOCK, value: synced(await this.clock(), this.read(), serviceTime, idle) });
    });
  }

  private async stamp(): Promise<Made> {
    const clock = await this.observe();
    return madeNow(clock, this.read());
  }

  private async prune(): Promise<void> {
    const { operations } = this.database;
    const settled = operations.where("state").anyOf("done", "dropped", "handed_over");
    if ((await settled.count()) <= KEPT_DONE + PRUNED_AT_ONCE) return;
    const numbers = (await settled.primaryKeys()).sort((a, b) => a - b);
    await operations.bulkDelete(numbers.slice(0, numbers.length - KEPT_DONE));
  }
}
