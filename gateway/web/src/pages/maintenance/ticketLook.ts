/** Glyph and tone of a ticket's state, priority and holds; never colour alone. Pure. */
import {
  IconAlertOctagon,
  IconArrowDown,
  IconArrowUp,
  IconBan,
  IconCheck,
  IconChecks,
  IconCircleDashed,
  IconClockPause,
  IconCopy,
  IconEqual,
  IconLock,
  IconMinus,
  IconPlayerPlay,
  IconUserCheck,
  IconUserQuestion,
} from "@tabler/icons-react";
import type { Ticket, TicketAction, TicketPriority, TicketState } from "../../api/tickets";
import type { Look } from "../../parts/marks";

export const stateLook: Record<TicketState, Look> = {
  reported: { icon: IconCircleDashed, tone: "attention" },
  triaged: { icon: IconEqual, tone: "attention" },
  assigned: { icon: IconUserQuestion, tone: "attention" },
  accepted: { icon: IconUserCheck, tone: "under-way" },
  in_progress: { icon: IconPlayerPlay, tone: "under-way" },
  on_hold: { icon: IconClockPause, tone: "attention" },
  resolved: { icon: IconCheck, tone: "done" },
  verified: { icon: IconChecks, tone: "done" },
  closed: { icon: IconLock, tone: "quiet" },
  cancelled: { icon: IconBan, tone: "off-sale" },
  duplicate: { icon: IconCopy, tone: "off-sale" },
};

export const priorityLook: Record<TicketPriority, Look> = {
  critical: { icon: IconAlertOctagon, tone: "wrong" },
  high: { icon: IconArrowUp, tone: "attention" },
  normal: { icon: IconMinus, tone: "quiet" },
  low: { icon: IconArrowDown, tone: "quiet" },
};

export const priorities: TicketPriority[] = ["critical", "high", "normal", "low"];
export const holdReasons = ["parts", "room_access", "vendor", "approval", "other"] as const;

/** The columns of the board and the states that stand in them. */
export const columns: { key: string; states: TicketState[] }[] = [
  { key: "new", states: ["reported", "triaged"] },
  { key: "assigned", states: ["assigned", "accepted"] },
  { key: "in_progress", states: ["in_progress"] },
  { key: "on_hold", states: ["on_hold"] },
  { key: "resolved", states: ["resolved", "verified"] },
];

/** What a person most likely does next, in this order. */
const usual: TicketAction[] = ["accept", "start", "resume", "resolve", "verify", "close", "triage"];

export function nextAction(ticket: Ticket): TicketAction | null {
  return usual.find((action) => ticket.may.includes(action)) ?? null;
}

export interface TicketFilters {
  who: string | null;
  priority: string | null;
  source: string | null;
  q: string;
}

export function filtersOf(search: URLSearchParams): TicketFilters {
  return { who: search.get("who"), priority: search.get("priority"), source: search.get("source"), q: search.get("q") ?? "" };
}

export function passes(ticket: Ticket, filters: TicketFilters, title: string): boolean {
  if (filters.who === "none" ? ticket.assigned_to_id !== null : filters.who !== null && ticket.assigned_to_id !== filters.who) return false;
  if (filters.priority !== null && ticket.priority !== filters.priority) return false;
  if (filters.source !== null && ticket.source !== filters.source) return false;
  const q = filters.q.trim().toLowerCase();
  if (q === "") return true;
  return [String(ticket.number), ticket.room, ticket.area, ticket.text, title, ticket.assigned_to].some((text) =>
    text?.toLowerCase().includes(q),
  );
}

/** Late first, then by priority, then the oldest. */
export function urgentFirst(tickets: readonly Ticket[]): Ticket[] {
  return [...tickets].sort(
    (a, b) =>
      Number(b.breached) - Number(a.breached) ||
      priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
      a.number - b.number,
  );
}
