/** What a person sees: the service's last answer with the own taps on top that it does not know yet. Pure. */
import { isOpen, type Operation } from "./operations";

/** Shows the effect of one operation on an answer; an operation that does not concern it changes nothing. */
export type Reducer<T> = (data: T, operation: Operation) => T;

/**
 * The operations that an answer does not know: what is open, and what was taken after it was asked for.
 * A conflict or refusal is not among them: the service's side counts until the person decides.
 */
export function unknownTo(operations: readonly Operation[], askedAt: number): Operation[] {
  return operations.filter(
    (operation) => isOpen(operation) || (operation.state === "done" && operation.settledAt !== null && operation.settledAt >= askedAt),
  );
}

export function overlaid<T>(data: T, operations: readonly Operation[], reducer: Reducer<T>): T {
  return operations.reduce(reducer, data);
}

interface RoomLike {
  number: string;
  cleanliness: string;
  turndown?: string;
  service?: string;
  opted_out?: boolean;
  panel?: string;
  version: number;
}

const AXES = ["cleanliness", "turndown", "service", "opted_out", "panel"] as const;

/** `effect` {room, cleanliness?, turndown?, service?, opted_out?, panel?}: an edit of a room's status, on one room. */
export function roomAfter<T extends RoomLike>(room: T, operation: Operation): T {
  const { effect } = operation;
  if (effect === null || effect.room !== room.number) return room;
  const set = Object.fromEntries(AXES.filter((axis) => typeof effect[axis] === (axis === "opted_out" ? "boolean" : "string")).map((axis) => [axis, effect[axis]]));
  return Object.keys(set).length === 0 ? room : { ...room, ...set };
}

/** The same on a list of rooms. */
export function roomsAfter<T extends RoomLike>(rooms: T[], operation: Operation): T[] {
  if (operation.effect === null || typeof operation.effect.room !== "string") return rooms;
  return rooms.map((room) => roomAfter(room, operation));
}

/** What the tablet's list of tasks needs of a task. */
interface TaskLike {
  id: string;
  state: string;
  may: string[];
  checklist?: { items: { key: string; done: boolean }[] } | null;
  worked_seconds?: number;
  working_since?: string | null;
  last_at?: string;
}

/** The housekeeping table as far as an attendant's taps go; the service's own table decides. */
const STEPS: Record<string, { from: string[]; to: string; may: string[] }> = {
  start: { from: ["planned"], to: "started", may: ["pause", "finish", "not_serviced", "undo", "tick"] },
  pause: { from: ["started"], to: "paused", may: ["resume", "finish", "not_serviced", "undo", "tick"] },
  resume: { from: ["paused"], to: "started", may: ["pause", "finish", "not_serviced", "undo", "tick"] },
  finish: { from: ["started", "paused"], to: "finished", may: ["undo"] },
  not_serviced: { from: ["planned", "started", "paused"], to: "not_serviced", may: ["undo"] },
  inspect_pass: { from: ["finished"], to: "inspected", may: [] },
  inspect_fail: { from: ["finished"], to: "re_clean", may: [] },
};

/** The times of a task after a step that was tapped at `shownAt` (hotel time, ms). */
function clocked<T extends TaskLike>(task: T, to: string, shownAt: number): T {
  const at = new Date(shownAt).toISOString();
  const since = task.state === "started" && task.working_since ? Math.max(0, (shownAt - Date.parse(task.working_since)) / 1000) : 0;
  return { ...task, worked_seconds: (task.worked_seconds ?? 0) + since, working_since: to === "started" ? at : null, last_at: at };
}

/**
 * `effect` {task, action, checklist?, to?}: a tap on a task, on one task. What the table does not allow changes
 * nothing. `to` is the state that a tap is taken back to.
 */
export function taskAfter<T extends TaskLike>(task: T, operation: Operation): T {
  const { effect } = operation;
  if (effect === null || effect.task !== task.id || typeof effect.action !== "string") return task;
  const ticked = typeof effect.checklist === "object" && effect.checklist !== null && !Array.isArray(effect.checklist);
  const ticks = ticked ? (effect.checklist as Record<string, unknown>) : {};
  const marked = task.checklist
    ? {
        ...task,
        checklist: {
          ...task.checklist,
          items: task.checklist.items.map((item) => {
            const tick = ticks[item.key];
            return typeof tick === "boolean" ? { ...item, done: tick } : item;
          }),
        },
      }
    : task;
  if (effect.action === "undo" && typeof effect.to === "string") {
    const may = Object.entries(STEPS).filter(([, step]) => step.from.includes(String(effect.to)));
    return { ...clocked(marked, effect.to, operation.shownAt), state: effect.to, may: may.map(([action]) => action) };
  }
  const step = STEPS[effect.action];
  return step?.from.includes(task.state)
    ? { ...clocked(marked, step.to, operation.shownAt), state: step.to, may: step.may }
    : marked;
}

/** The same on a list of tasks. */
export function tasksAfter<T extends TaskLike>(tasks: T[], operation: Operation): T[] {
  if (operation.effect === null || typeof operation.effect.task !== "string") return tasks;
  return tasks.map((task) => taskAfter(task, operation));
}

/** What the screens need of a ticket to show a tap on it. */
interface TicketLike {
  id: string;
  state: string;
  may: string[];
  hold_reason?: string | null;
  checklist?: { key: string; done: boolean }[];
}

/** The table of a ticket as far as an engineer's own taps go; the service's own table decides. */
const TICKET_STEPS: Record<string, { from: string[]; to: string; may: string[] }> = {
  accept: { from: ["reported", "triaged", "assigned"], to: "accepted", may: ["start", "hold", "decline"] },
  start: { from: ["accepted"], to: "in_progress", may: ["hold", "resolve"] },
  hold: { from: ["accepted", "in_progress"], to: "on_hold", may: ["resume"] },
  resume: { from: ["on_hold"], to: "in_progress", may: ["hold", "resolve"] },
  resolve: { from: ["in_progress"], to: "resolved", may: [] },
  verify: { from: ["resolved"], to: "verified", may: [] },
  close: { from: ["verified"], to: "closed", may: [] },
};

/** `effect` {ticket, action, reason?, ticks?}: a tap on a ticket. What the table does not allow changes nothing. */
export function ticketAfter<T extends TicketLike>(ticket: T, operation: Operation): T {
  const { effect } = operation;
  if (effect === null || effect.ticket !== ticket.id || typeof effect.action !== "string") return ticket;
  const ticked = typeof effect.ticks === "object" && effect.ticks !== null && !Array.isArray(effect.ticks);
  const ticks = ticked ? (effect.ticks as Record<string, unknown>) : {};
  const marked = ticket.checklist
    ? {
        ...ticket,
        checklist: ticket.checklist.map((item) => {
          const tick = ticks[item.key];
          return typeof tick === "boolean" ? { ...item, done: tick } : item;
        }),
      }
    : ticket;
  const step = TICKET_STEPS[effect.action];
  if (!step?.from.includes(ticket.state)) return marked;
  const reason = effect.action === "hold" && typeof effect.reason === "string" ? effect.reason : null;
  return { ...marked, state: step.to, may: step.may, hold_reason: reason };
}

/** The same on a list of tickets. */
export function ticketsAfter<T extends TicketLike>(tickets: T[], operation: Operation): T[] {
  if (operation.effect === null || typeof operation.effect.ticket !== "string") return tickets;
  return tickets.map((ticket) => ticketAfter(ticket, operation));
}
