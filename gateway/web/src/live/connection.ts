/** The one live line of this tab: its state for the dot in the frame, its events for the answers kept. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { tablet } from "../oplog/tablet";
import { hotelNow } from "../time/clock";
import { chime } from "./chime";
import { concernsWorkOf, everything, isFrequent, keys, lagging, staleAfter } from "./keys";
import { Refresher } from "./refresher";
import { type LineState, LiveLine } from "./stream";

/** Kinds of committed messages that a screen may hear, and what a hidden tab may miss. */
const HIDDEN_MILLISECONDS = 60_000;

export interface Connection {
  state: LineState;
  /** hotel time of the last sign of life, ms since 1970 */
  asOf: number;
}

let connection: Connection = { state: "connecting", asOf: 0 };
const listeners = new Set<() => void>();

function put(state: LineState): void {
  const asOf = state === "live" || connection.asOf === 0 ? hotelNow() : connection.asOf;
  connection = { state, asOf };
  for (const listener of listeners) listener();
}

/** Started without network: what is shown is of then (hotel time, ms). */
export function rememberAsOf(asOf: number): void {
  if (connection.state === "live") return;
  connection = { ...connection, asOf };
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connection,
  );
}

function bodyOf(data: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(data);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Keeps the line open while the frame is mounted and somebody looks at the tab. */
export function useLiveLine(staffId: string, onSignedOut: () => void): void {
  const queries = useQueryClient();
  useEffect(() => {
    const refresher = new Refresher(queries);
    const line = new LiveLine({
      state: (state) => {
        // Remember when the data was last fresh, not when we noticed that it no longer is.
        if (state !== "live" && connection.state === "live") connection = { ...connection, asOf: lastHeard };
        put(state);
      },
      event: (event) => {
        lastHeard = hotelNow();
        const body = bodyOf(event.data);
        if (concernsWorkOf(staffId, event.kind, body)) chime();
        if (event.kind === "room.live") {
          const rooms = Array.isArray(body.rooms) ? body.rooms.filter((room) => typeof room === "string") : [];
          refresher.moved(lagging(rooms));
        } else if (isFrequent(event.kind)) {
          refresher.moved(staleAfter(event.kind, body));
        } else {
          refresher.changed(staleAfter(event.kind, body));
        }
      },
      renewed: () => {
        tablet().sender.kick();
        refresher.changed([...everything, keys.session]);
      },
      signedOut: onSignedOut,
    });
    let lastHeard = hotelNow();
    let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
    let resting = false;
    const seen = () => {
      clearTimeout(hiddenTimer);
      if (document.visibilityState === "hidden") {
        // Browsers allow few lines to one host: a tab that nobody looks at gives its own back.
        hiddenTimer = setTimeout(() => {
          resting = true;
          line.close();
        }, HIDDEN_MILLISECONDS);
      } else if (resting) {
        resting = false;
        line.open();
        refresher.changed([...everything, keys.session]);
      } else {
        line.retry();
      }
    };
    const lost = () => put("offline");
    const back = () => line.restart();
    line.open();
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", back);
    window.addEventListener("offline", lost);
    return () => {
      clearTimeout(hiddenTimer);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", back);
      window.removeEventListener("offline", lost);
      refresher.stop();
      line.close();
    };
  }, [queries, staffId, onSignedOut]);
}
