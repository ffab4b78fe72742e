/**
 * Sends the log: in order, one at a time, by one tab, each operation once.
 *
 * It begins by asking the service who is signed in and what time it is. While somebody else (or nobody) is
 * signed in, a person's operations wait: they are never sent in another's name. Those of people who no
 * longer work here are handed in for a supervisor. Between two tries it waits longer and longer; `kick`
 * ends the wait (the network is back, somebody signed in, a new tap).
 */
import type { OperationLog } from "./log";
import {
  type Answer,
  filled,
  type Json,
  type Operation,
  outcomeOf,
  referredTo,
  versionIn,
  versionToSend,
  waitMilliseconds,
} from "./operations";
import { ageSeconds, type Reading } from "./tabletClock";

export interface Reply {
  status: number;
  headers: Headers;
  body: unknown;
}

/** What the sender needs of the world; tests put their own in. */
export interface World {
  /** Resolves with status 0 when nobody answered; never rejects. */
  request(method: string, path: string, headers: Record<string, string>, body: BodyInit | null): Promise<Reply>;
  /** Runs `work` while no other tab does. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Resolves after the time, or as soon as `signal` fires. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  read(): Reading;
  chance(): number;
}

/** `idle`: nothing to do. `waiting`: nobody answers. `sign_in`: the person must sign in (or unlock) first. */
export type SenderState = "idle" | "sending" | "waiting" | "sign_in";

/** Try again, not before this time where the service asked for one. */
interface Retry {
  afterSeconds: number | null;
}

const PROBE = "/api/session";
const SETTLED_BY = { done: "done", conflict: "conflict", refused: "refused" } as const;
const MOST_HANDED_IN = 200;

export class Sender {
  state: SenderState = "idle";
  private current = Promise.resolve();
  private running = false;
  private again = false;
  private stopped = false;
  private failures = 0;
  private wake = new AbortController();

  constructor(
    private readonly log: OperationLog,
    private readonly world: World,
    private readonly tell: (state: SenderState) => void = () => undefined,
    /** the service knows nobody here any more */
    private readonly nobody: () => void = () => undefined,
  ) {}

  /** Something happened that makes a try worth while. */
  kick(): void {
    this.again = true;
    this.wake.abort();
    if (!this.running && !this.stopped) this.current = this.run();
  }

  /** Resolves when it has done what can be done now. */
  atRest(): Promise<void> {
    return this.current;
  }

  stop(): void {
    this.stopped = true;
    this.wake.abort();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        let retry: Retry | null = null;
        await this.world.alone(async () => {
          retry = await this.empty();
        });
        if (retry === null) continue;
        // Not while others are kept out: a tab that nobody looks at may sleep here for minutes.
        this.again = true;
        await this.waitALittle((retry as Retry).afterSeconds);
      }
    } finally {
      this.running = false;
    }
  }

  private put(state: SenderState): void {
    if (this.state === state) return;
    this.state = state;
    this.tell(state);
  }

  /** Sends what can be sent; returns when to try again, null when there is nothing more to do now. */
  private async empty(): Promise<Retry | null> {
    await this.log.recover();
    if ((await this.log.authors()).length === 0) return this.rest("idle");
    const who = await this.whoIsIn();
    if (who === "again") return { afterSeconds: null };
    await this.handInForThoseWhoLeft();
    if (who === "nobody") {
      this.nobody();
      return this.rest("sign_in");
    }
    while (!this.stopped) {
      const operation = await this.log.next(who);
      if (operation === null) return this.rest((await this.log.authors()).length === 0 ? "idle" : "sign_in");
      this.put("sending");
      const { outcome, afterSeconds } = await this.send(operation);
      // The next round asks who is in: a session that another person began must not carry this on.
      if (outcome === "again" || outcome === "sign_in") return { afterSeconds };
      this.failures = 0;
    }
    return null;
  }

  private rest(state: SenderState): null {
    this.failures = 0;
    this.put(state);
    return null;
  }

  private async waitALittle(retryAfterSeconds: number | null): Promise<void> {
    this.failures += 1;
    this.put("waiting");
    this.wake = new AbortController();
    await this.world.pause(waitMilliseconds(this.failures, this.world.chance(), retryAfterSeconds), this.wake.signal);
    if (this.wake.signal.aborted) this.failures = 0;
  }

  private async whoIsIn(): Promise<string | "nobody" | "again"> {
    const reply = await this.world.request("GET", PROBE, {}, null);
    await this.noteTime(reply);
    if (reply.status === 401) return "nobody";
    const staff = (reply.body as { staff?: { id?: unknown } } | null)?.staff;
    return reply.status === 200 && typeof staff?.id === "string" ? staff.id : "again";
  }

  private async noteTime(reply: Reply): Promise<void> {
    const told = Date.parse(reply.headers.get("Date") ?? "");
    if (!Number.isNaN(told)) await this.log.sync(told);
  }

  private async send(operation: Operation): Promise<Retry & { outcome: string }> {
    const request = await this.requestOf(operation);
    if (request === null) {
      await this.log.settle(operation, "refused", ownAnswer("predecessor_refused"));
      return { outcome: "refused", afterSeconds: null };
    }
    await this.log.set(operation.id, { state: "sending", attempts: operation.attempts + 1 });
    const reply = await this.world.request(operation.method, operation.path, request.headers, request.body);
    const answer = answerOf(reply);
    const outcome = outcomeOf(reply.status, answer.code, operation.faults);
    if (outcome === "again" || outcome === "sign_in") {
      await this.log.set(operation.id, {
        state: "waiting",
        faults: operation.faults + (reply.status === 500 ? 1 : 0),
      });
      const after = Number(reply.headers.get("Retry-After") ?? "");
      return { outcome, afterSeconds: after > 0 ? after : null };
    }
    if (outcome === "conflict") Object.assign(answer, await this.otherSide(operation, answer));
    await this.log.settle(operation, SETTLED_BY[outcome], answer);
    return { outcome, afterSeconds: null };
  }

  private async requestOf(operation: Operation): Promise<{ headers: Record<string, string>; body: BodyInit } | null> {
    const clock = await this.log.observe();
    const headers: Record<string, string> = {
      "Idempotency-Key": operation.id,
      "Operation-Age-Seconds": String(Math.round(ageSeconds(clock, operation.made, this.world.read()))),
    };
    const before = operation.follows === null ? null : await this.log.find(operation.follows);
    const version = versionToSend(operation, before);
    if (version !== null) headers["If-Match"] = `"${version}"`;
    if (operation.blobId !== null) {
      const kept = await this.log.database.blobs.get(operation.blobId);
      if (kept === undefined) return null;
      return { headers: { ...headers, "Content-Type": kept.blob.type || "application/octet-stream" }, body: kept.blob };
    }
    const answers = new Map<string, unknown>();
    for (const id of referredTo(operation.body)) {
      const earlier = await this.log.find(id);
      if (earlier?.state === "done") answers.set(id, earlier.answer?.body);
    }
    const body = filled(operation.body as Json, answers);
    if (body === null) return null;
    return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body.body ?? {}) };
  }

  /** How the thing looks to the service now. */
  private async otherSide(operation: Operation, answer: Answer): Promise<Pick<Answer, "theirs" | "theirsVersion">> {
    if (answer.values.task !== undefined) return { theirs: answer.values.task, theirsVersion: versionIn(answer.values.task) };
    const path = operation.seenVersion === null ? operation.path.replace(/\/actions$/, "") : operation.path;
    if (path === operation.path && operation.seenVersion === null) return { theirs: null, theirsVersion: null };
    const reply = await this.world.request("GET", path, {}, null);
    return reply.status === 200 ? { theirs: reply.body, theirsVersion: versionIn(reply.body) } : { theirs: null, theirsVersion: null };
  }

  /** What people did who do not work here any more goes to a supervisor. */
  private async handInForThoseWhoLeft(): Promise<void> {
    const authors = await this.log.authors();
    if (authors.length === 0) return;
    const query = authors.map((id) => `staff_id=${encodeURIComponent(id)}`).join("&");
    const reply = await this.world.request("GET", `/api/tablets/this?${query}`, {}, null);
    const left = (reply.body as { tablet?: { left?: unknown } } | null)?.tablet?.left;
    if (reply.status !== 200 || !Array.isArray(left)) return;
    const theirs = await this.log.unfinished(left.filter((id): id is string => typeof id === "string"));
    await this.handIn(theirs);
  }

  /** Hands operations to a supervisor; returns whether the service has them now. A photo's bytes stay behind. */
  async handIn(operations: readonly Operation[]): Promise<boolean> {
    const clock = await this.log.observe();
    for (let at = 0; at < operations.length; at += MOST_HANDED_IN) {
      const some = operations.slice(at, at + MOST_HANDED_IN);
      const body = some.map((operation) => ({
        key: operation.id,
        staff_id: operation.staffId,
        method: operation.method,
        path: operation.path,
        seen_version: operation.seenVersion,
        body: operation.body,
        label: operation.label,
        age_seconds: ageSeconds(clock, operation.made, this.world.read()),
      }));
      const headers = { "Content-Type": "application/json" };
      const reply = await this.world.request("POST", "/api/late-operations", headers, JSON.stringify({ operations: body }));
      if (reply.status !== 200) return false;
      for (const operation of some) await this.log.settle(operation, "handed_over", null);
    }
    return true;
  }
}

function ownAnswer(code: string): Answer {
  return { status: 0, code, detail: code, values: {}, body: null, theirs: null, theirsVersion: null };
}

function answerOf(reply: Reply): Answer {
  const problem = (typeof reply.body === "object" && reply.body !== null ? reply.body : {}) as {
    code?: unknown;
    detail?: unknown;
    values?: unknown;
  };
  const refused = reply.status >= 400;
  return {
    status: reply.status,
    code: refused && typeof problem.code === "string" ? problem.code : `http_${reply.status}`,
    detail: refused && typeof problem.detail === "string" ? problem.detail : "",
    values: refused && typeof problem.values === "object" && problem.values !== null ? (problem.values as Record<string, unknown>) : {},
    body: refused ? null : reply.body,
    theirs: null,
    theirsVersion: null,
  };
}
