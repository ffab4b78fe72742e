/** Which arrivals a filter shows, in which order, and the figures above them. Pure. */
import type { Arrival } from "../../api/types";
import { atRisk, promiseOf } from "../../parts/roomFacts";

export type StateFilter = "expected" | "arrived" | "gone" | "all";
export const stateFilters: StateFilter[] = ["expected", "arrived", "gone", "all"];

export type FigureFilter = "left" | "ready" | "risk" | "waiting";
export const figureFilters: FigureFilter[] = ["left", "ready", "risk", "waiting"];

export function inState(arrival: Arrival, filter: StateFilter): boolean {
  switch (filter) {
    case "expected":
      return arrival.state === "reserved";
    case "arrived":
      return arrival.state === "checked_in" || arrival.state === "checked_out";
    case "gone":
      return arrival.state === "cancelled" || arrival.state === "no_show";
    case "all":
      return true;
  }
}

export function inFigure(arrival: Arrival, figure: FigureFilter, now: number): boolean {
  if (arrival.state !== "reserved") return false;
  switch (figure) {
    case "left":
      return true;
    case "ready":
      return arrival.room !== null && arrival.ready;
    case "risk":
      return atRisk(arrival, now);
    case "waiting":
      return arrival.queue_since !== null;
  }
}

export function fits(arrival: Arrival, query: string): boolean {
  const text = query.trim().toLowerCase();
  return (
    text === "" ||
    [arrival.guest, arrival.room, arrival.confirmation, arrival.room_type].some((field) =>
      field?.toLowerCase().includes(text),
    )
  );
}

/** By ETA; who said no time comes last; equal times by confirmation, so that nothing dances. */
export function byEta(a: Arrival, b: Arrival): number {
  const left = a.eta === null ? Infinity : Date.parse(a.eta);
  const right = b.eta === null ? Infinity : Date.parse(b.eta);
  return left === right ? a.confirmation.localeCompare(b.confirmation) : left - right;
}

export function stripeOfArrival(arrival: Arrival, now: number): "ready" | "attention" | "wrong" | "gone" | "calm" {
  if (arrival.state === "checked_in" || arrival.state === "checked_out") return "ready";
  if (arrival.state !== "reserved") return "gone";
  if (arrival.queue_since !== null || promiseOf(arrival, now).kind === "late") return "wrong";
  if (atRisk(arrival, now)) return "attention";
  return arrival.ready && arrival.room !== null ? "ready" : "calm";
}

/**
 * The order of `ids` while somebody's finger or pointer is among the rows: what is there keeps its
 * place, what is gone goes, what is new comes where it belongs.
 */
export function heldOrder(shown: readonly string[], sorted: readonly string[]): string[] {
  const wanted = new Set(sorted);
  const kept = shown.filter((id) => wanted.has(id));
  const known = new Set(kept);
  sorted.forEach((id, place) => {
    if (known.has(id)) return;
    const after = sorted.slice(0, place).findLast((earlier) => known.has(earlier));
    kept.splice(after === undefined ? 0 : kept.indexOf(after) + 1, 0, id);
    known.add(id);
  });
  return kept;
}
