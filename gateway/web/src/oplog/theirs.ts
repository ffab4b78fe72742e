/** What the service says of the other side, where it is a ticket. Pure. */
import type { TicketState } from "../api/tickets";
import type { Operation } from "./operations";

const states: readonly TicketState[] = [
  "reported",
  "triaged",
  "assigned",
  "accepted",
  "in_progress",
  "on_hold",
  "resolved",
  "verified",
  "closed",
  "cancelled",
  "duplicate",
];
/** In these it is somebody's work: theirs is the name, whoever wrote to it last. */
const held = new Set<TicketState>(["assigned", "accepted", "in_progress", "on_hold", "resolved"]);

/** The ticket as the service has it, when a tap on it did not fit any more: its state, whose doing, since when. */
export function ticketOf(operation: Operation): { state: TicketState; who: string | null; since: string } | null {
  const ticket = operation.answer?.values.ticket;
  if (typeof ticket !== "object" || ticket === null) return null;
  const { state: told, since, assigned_to: holder, last_by: by } = ticket as Record<string, unknown>;
  const state = states.find((one) => one === told);
  if (state === undefined || typeof since !== "string") return null;
  const who = held.has(state) ? (holder ?? by) : by;
  return { state, who: typeof who === "string" ? who : null, since };
}
