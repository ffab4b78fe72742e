/**
 * The one log of this browser, made when it is first asked for, and who it belongs to just now.
 *
 * The log is kept for everybody who signs in. Answers for a shift without network, and the lock that opens
 * without it, are kept for the last person who signed in with a PIN: people of the corridors, whose answers
 * hold no guest's name. Browsers give all of this only to pages over HTTPS (and on this machine itself);
 * elsewhere taps are sent as they are made, and nothing is kept for later.
 */
import { liveQuery } from "dexie";
import { OFFLINE, Problem, randomKey } from "../api/client";
import { type Person, TabletDatabase } from "./database";
import { OperationLog } from "./log";
import type { Operation } from "./operations";
import { PinLock } from "./pinLock";
import { type Reply, Sender, type SenderState, type World } from "./sender";
import { SnapshotStore } from "./snapshots";

const LOCKED = "innkeeper.locked";
const SENDING_LOCK = "innkeeper.oplog";
const OBSERVE_MILLISECONDS = 30_000;
const REQUEST_MILLISECONDS = 20_000;
/** A photo over a corridor's last bar of Wi-Fi. */
const UPLOAD_MILLISECONDS = 120_000;
const pageId = randomKey();

/** What the screen shows of the tablet's own state. `person`: undefined while it is not known yet. */
export interface TabletState {
  operations: Operation[];
  sender: SenderState;
  person: Person | null | undefined;
  locked: boolean;
}

const world: World = {
  async request(method, path, headers, body): Promise<Reply> {
    try {
      const answer = await fetch(path, {
        method,
        headers: { Accept: "application/json", ...headers },
        body,
        credentials: "same-origin",
        cache: "no-store",
        // A network's own sign-in page is no answer of the service.
        redirect: "manual",
        signal: AbortSignal.timeout(body instanceof Blob ? UPLOAD_MILLISECONDS : REQUEST_MILLISECONDS),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === "" ? null : (JSON.parse(text) as unknown) };
    } catch {
      return { status: 0, headers: new Headers(), body: null };
    }
  },
  async alone(work) {
    // Without the browser's locks (no HTTPS) each tab sends for itself; the keys keep it once.
    if ("locks" in navigator) await navigator.locks.request(SENDING_LOCK, work);
    else await work();
  },
  pause: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
  read: () => ({ wall: Date.now(), page: performance.now(), pageId }),
  chance: () => Math.random(),
};

class Tablet {
  readonly database = new TabletDatabase();
  readonly log = new OperationLog(this.database, world.read, randomKey);
  readonly snapshots = new SnapshotStore(this.database);
  readonly sender = new Sender(this.log, world, (sender) => this.put({ sender }), () => this.lock());
  private readonly pin = new PinLock(this.database);
  private known: Promise<void>;
  private readonly listeners = new Set<() => void>();
  state: TabletState = { operations: [], sender: "idle", person: undefined, locked: localStorage.getItem(LOCKED) === "1" };

  constructor() {
    liveQuery(() => this.log.all()).subscribe({
      next: (operations) => this.put({ operations }),
      // A browser that keeps nothing (a private window) still works while there is network.
      error: () => this.put({ person: this.state.person ?? null }),
    });
    this.known = this.pin.person().then(
      (person) => this.put({ person }),
      () => this.put({ person: null }),
    );
    setInterval(() => void this.log.observe().catch(() => undefined), OBSERVE_MILLISECONDS);
    window.addEventListener("online", () => this.sender.kick());
    this.sender.kick();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private put(change: Partial<TabletState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  /** Whether answers are kept for this person; waits while a sign-in is being remembered. */
  async keepsFor(staffId: string): Promise<boolean> {
    await this.known;
    return this.state.person?.staffId === staffId;
  }

  /** Somebody signed in: with a PIN the tablet is theirs from now on, otherwise it forgets who it was. */
  signedIn(staffId: string, code: string, name: string, secret: string): Promise<void> {
    this.open();
    this.known = this.remember(staffId, code, name, secret);
    return this.known;
  }

  private async remember(staffId: string, code: string, name: string, secret: string): Promise<void> {
    try {
      await this.snapshots.keepOnly(staffId);
      if (/^\d{6}$/.test(secret) && "subtle" in crypto) {
        await this.pin.remember(staffId, code, name, secret);
        void navigator.storage?.persist?.();
      } else await this.pin.forget();
      this.put({ person: await this.pin.person() });
    } catch {
      this.put({ person: null });
    }
    this.sender.kick();
  }

  /** The person goes. What is not sent stays, and is sent when they sign in here again. */
  async signedOut(): Promise<void> {
    this.open();
    this.put({ person: null });
    await Promise.all([this.pin.forget(), this.snapshots.forget()]).catch(() => undefined);
  }

  /** Nothing is shown until the person's PIN is typed. Does nothing when nobody has one here. */
  lock(): boolean {
    if (!this.state.person) return false;
    localStorage.setItem(LOCKED, "1");
    this.put({ locked: true });
    return true;
  }

  open(): void {
    localStorage.removeItem(LOCKED);
    this.put({ locked: false });
  }

  /** Without network: does this PIN open the tablet? */
  tryPin(pin: string): Promise<"open" | "wrong" | "too_many"> {
    return this.pin.open(pin);
  }
}

let made: Tablet | null = null;

export function tablet(): Tablet {
  made ??= new Tablet();
  return made;
}

/** Nobody answered, or a proxy for a service that is away. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && (error.code === OFFLINE || (error.status >= 502 && error.status <= 504));
}
