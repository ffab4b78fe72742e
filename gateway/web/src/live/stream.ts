/**
 * Server-sent events read through fetch. The browser's own EventSource hides the heartbeat comments,
 * so a line that died silently would look alive for hours; this reader sees every byte.
 */

export interface LiveEvent {
  id: string | null;
  kind: string;
  data: string;
}

/** Takes the text of a stream in any pieces and gives its events; comments count as signs of life only. */
export class EventParser {
  private rest = "";
  private kind = "";
  private data: string[] = [];
  private id: string | null = null;
  /** Where this stream stands; also told by events that carry nothing else. */
  lastId: string | null = null;

  push(text: string): LiveEvent[] {
    const events: LiveEvent[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (this.id !== null) this.lastId = this.id;
        if (this.data.length > 0) {
          events.push({ id: this.id, kind: this.kind || "message", data: this.data.join("\n") });
        }
        this.kind = "";
        this.data = [];
        this.id = null;
        continue;
      }
      if (line.startsWith(":")) continue;
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") this.kind = value;
      else if (field === "data") this.data.push(value);
      else if (field === "id") this.id = value;
    }
    return events;
  }
}

export type LineState = "connecting" | "live" | "reconnecting" | "offline";

export interface LineListener {
  state(state: LineState): void;
  event(event: LiveEvent): void;
  /** The line is back after a gap that the service could not, or need not, replay. */
  renewed(): void;
  signedOut(): void;
}

/** The service sends a heartbeat each 15 s; three missed mean that the line is dead. */
const SILENCE_MILLISECONDS = 45_000;
const FIRST_WAIT_MILLISECONDS = 1_000;
const LONGEST_WAIT_MILLISECONDS = 15_000;
/** Failed attempts after which "reconnecting" is called "offline". */
const OFFLINE_AFTER = 2;

/** Keeps one line to /api/events open until `close`. */
export class LiveLine {
  private lastId: string | null = null;
  private failures = 0;
  private closed = false;
  private abort: AbortController | null = null;
  private wait: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listener: LineListener) {}

  open(): void {
    this.closed = false;
    if (this.abort === null) void this.run();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.wait);
    this.abort?.abort();
    this.abort = null;
  }

  /** Try again now, without waiting (the network came back, the page is looked at again). */
  retry(): void {
    if (this.closed || this.abort !== null) return;
    clearTimeout(this.wait);
    void this.run();
  }

  /** The network was away: a stream that still looks open may be dead, so a new one is opened. */
  restart(): void {
    if (this.closed) return;
    const old = this.abort;
    this.abort = null;
    old?.abort();
    this.failures = Math.max(1, this.failures);
    this.retry();
  }

  private async run(): Promise<void> {
    const abort = new AbortController();
    this.abort = abort;
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), SILENCE_MILLISECONDS);
    };
    try {
      alive();
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.lastId !== null) headers["Last-Event-ID"] = this.lastId;
      const response = await fetch("/api/events", { headers, signal: abort.signal, cache: "no-store" });
      if (response.status === 401) {
        this.closed = true;
        this.listener.signedOut();
        return;
      }
      if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
      const wasGone = this.failures > 0;
      this.failures = 0;
      this.listener.state("live");
      if (wasGone) this.listener.renewed();
      await this.read(response.body, alive);
    } catch {
      // A dropped line and a refused one are the same to the person: wait and try again.
    } finally {
      clearTimeout(watchdog);
      if (this.abort === abort) {
        this.abort = null;
        if (!this.closed) this.again();
      }
    }
  }

  private async read(body: ReadableStream<Uint8Array>, alive: () => void): Promise<void> {
    const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      const events = parser.push(value);
      this.lastId = parser.lastId ?? this.lastId;
      for (const event of events) this.listener.event(event);
    }
  }

  private again(): void {
    this.failures += 1;
    this.listener.state(this.failures > OFFLINE_AFTER || !navigator.onLine ? "offline" : "reconnecting");
    const longest = Math.min(LONGEST_WAIT_MILLISECONDS, FIRST_WAIT_MILLISECONDS * 2 ** (this.failures - 1));
    // Spread out, so that a hotel full of tablets does not come back in one stroke.
    this.wait = setTimeout(() => void this.run(), longest * (0.5 + Math.random() / 2));
  }
}
