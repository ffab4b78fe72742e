/** What follows from a room's facts for the screens. Pure. */
import type { Arrival, Room } from "../api/types";

/** Which colour the stripe of a tile has: not for sale comes before the state of cleaning. */
export function stripeOf(room: Pick<Room, "cleanliness" | "availability">): string {
  return room.availability.state === "sellable" ? room.cleanliness : "off_sale";
}

/** What a person would call a change worth a look; temperatures breathe all day and are none. */
export function flashFacts(room: Room): string {
  return [
    room.front_office,
    room.cleanliness,
    room.panel,
    room.availability.state,
    room.ready,
    room.discrepancy,
    room.climate.phase,
    room.climate.window_open,
    room.next_arrival?.eta,
    room.open_tickets,
    room.queue_since,
    room.reservation.join("+"),
  ].join("|");
}

/** Guests are a little late; from here on somebody should ask where they are. */
const OVERDUE_MS = 60 * 60_000;

/** Whether a guest should have come some time ago. `now` in ms since 1970. */
export function isOverdue(eta: string, now: number): boolean {
  return now - Date.parse(eta) >= OVERDUE_MS;
}

export type RoomFilter =
  | "ready"
  | "dirty"
  | "clean"
  | "inspected"
  | "occupied"
  | "vacant"
  | "arriving"
  | "due_out"
  | "preparing"
  | "panel"
  | "discrepancy"
  | "off_sale"
  | "offline";

export const roomFilters: RoomFilter[] = [
  "ready",
  "arriving",
  "preparing",
  "due_out",
  "dirty",
  "clean",
  "inspected",
  "vacant",
  "occupied",
  "panel",
  "discrepancy",
  "off_sale",
  "offline",
];

export function matches(room: Room, filter: RoomFilter): boolean {
  switch (filter) {
    case "ready":
      return room.ready;
    case "dirty":
      return room.cleanliness === "dirty" || room.cleanliness === "pickup";
    case "clean":
    case "inspected":
      return room.cleanliness === filter;
    case "occupied":
    case "vacant":
      return room.front_office === filter;
    case "arriving":
      return room.reservation.includes("arrival");
    case "due_out":
      return room.reservation.includes("due_out");
    case "preparing":
      return room.climate.phase === "preconditioning";
    case "panel":
      return room.panel !== "none";
    case "discrepancy":
      return room.discrepancy !== "none";
    case "off_sale":
      return room.availability.state !== "sellable";
    case "offline":
      return room.climate.online === false;
  }
}

/** Rooms by floor, floors and rooms in the order in which a person counts them. */
export function byFloor(rooms: readonly Room[]): [string, Room[]][] {
  const floors = new Map<string, Room[]>();
  for (const room of rooms) {
    const there = floors.get(room.floor);
    if (there) there.push(room);
    else floors.set(room.floor, [room]);
  }
  return [...floors].sort(([a], [b]) => countingOrder(a, b));
}

const collator = new Intl.Collator("en", { numeric: true });

export function countingOrder(a: string, b: string): number {
  return collator.compare(a, b);
}

/** Whole minutes until `at`, at least 0; null when it is not known or past by more than an hour. */
export function minutesUntil(at: string | null, now: number): number | null {
  if (at === null) return null;
  const minutes = Math.round((Date.parse(at) - now) / 60_000);
  return minutes < -60 ? null : Math.max(0, minutes);
}

export type ReadyPromise = { kind: "kept"; at: string } | { kind: "ready_at"; at: string } | { kind: "late"; at: string; minutes: number } | { kind: "unknown" };

/** Slack before a predicted ready time after the ETA is called late: the precision of an ETA. */
const LATE_AFTER_MINUTES = 1;

/** A guest who is later than this is expected at no time any more; nothing can be late for them. */
const OVERDUE_MINUTES = 180;

/** Whether the room's climate is at the target when the guest comes; who waits in the lobby has come. */
export function promiseOf(arrival: Pick<Arrival, "eta" | "predicted_ready_at" | "plan" | "queue_since">, now: number): ReadyPromise {
  if (arrival.predicted_ready_at === null) return { kind: "unknown" };
  // At the target is at the target, also for a guest who is late.
  if (arrival.plan?.state === "ready") return { kind: "kept", at: arrival.predicted_ready_at };
  // Held off its target until a sign of the guest: no time is promised before there is one.
  if (arrival.plan != null && arrival.plan.finish_at !== null) return { kind: "unknown" };
  const comes = arrival.queue_since ?? arrival.eta;
  if (comes === null) return { kind: "kept", at: arrival.predicted_ready_at };
  if (arrival.queue_since === null && now - Date.parse(comes) > OVERDUE_MINUTES * 60_000) {
    return { kind: "ready_at", at: arrival.predicted_ready_at };
  }
  const minutes = Math.round((Date.parse(arrival.predicted_ready_at) - Date.parse(comes)) / 60_000);
  return minutes > LATE_AFTER_MINUTES
    ? { kind: "late", at: arrival.predicted_ready_at, minutes }
    : { kind: "kept", at: arrival.predicted_ready_at };
}

/** Minutes before the ETA from which a blocked or late room needs a person. */
const RISK_MINUTES = 120;

/** A guest is coming soon and the room is not theirs yet, or will not be at its temperature in time. */
export function atRisk(arrival: Arrival, now: number): boolean {
  if (arrival.state !== "reserved") return false;
  const minutes = arrival.eta === null ? null : (Date.parse(arrival.eta) - now) / 60_000;
  if (arrival.queue_since !== null) return true;
  if (promiseOf(arrival, now).kind === "late" || (arrival.plan?.alert ?? null) !== null) return true;
  return minutes !== null && minutes <= RISK_MINUTES && (!arrival.ready || arrival.room === null);
}
