/** An attendant's day: which tasks are whose, and in which order they are done. Pure. */
import type { Task } from "../../../api/tasks";

export type Scope = "mine" | "free" | "all";

export interface Day {
  /** what is under way or paused, the running one first */
  current: Task[];
  /** what comes next, in the order of the board, then by urgency */
  next: Task[];
  /** what came to an end, the last first */
  done: Task[];
}

const urgency: Record<Task["priority"], number> = { queue: 0, vip: 1, arrival: 2, normal: 3, last: 4 };

function compare(a: Task, b: Task): number {
  // A place on the board counts before anything else: somebody thought about it.
  const places = (a.sequence ?? Infinity) - (b.sequence ?? Infinity);
  if (places !== 0 && !Number.isNaN(places)) return places;
  const urgent = urgency[a.priority] - urgency[b.priority];
  if (urgent !== 0) return urgent;
  const due = (a.due_at ?? "9").localeCompare(b.due_at ?? "9");
  if (due !== 0) return due;
  return (a.room ?? "~").localeCompare(b.room ?? "~", "en", { numeric: true }) || a.id.localeCompare(b.id);
}

export function inScope(task: Task, scope: Scope, staffId: string): boolean {
  if (scope === "all") return true;
  return scope === "mine" ? task.attendant_id === staffId : task.attendant_id === null;
}

/**
 * Where a person's day begins: with the own tasks where somebody hands them out, with everybody's where nobody
 * plans (a small house). A task that somebody took by starting it was not handed out.
 */
export function usualScope(tasks: readonly Task[]): Scope {
  return tasks.some((task) => task.sequence !== null || (task.state === "planned" && task.attendant_id !== null)) ? "mine" : "all";
}

export function dayOf(tasks: readonly Task[], scope: Scope, staffId: string): Day {
  const shown = tasks.filter((task) => inScope(task, scope, staffId) && task.kind !== "inspection" && task.state !== "cancelled");
  return {
    current: shown
      .filter((task) => task.state === "started" || task.state === "paused")
      .sort((a, b) => Number(a.state === "paused") - Number(b.state === "paused") || compare(a, b)),
    next: shown.filter((task) => task.state === "planned").sort(compare),
    done: shown
      .filter((task) => task.state === "finished" || task.state === "inspected" || task.state === "re_clean" || task.state === "not_serviced")
      .sort((a, b) => b.last_at.localeCompare(a.last_at)),
  };
}

/** Seconds of work on a task at `now` (hotel time, ms). */
export function workedSeconds(task: Pick<Task, "state" | "worked_seconds" | "working_since">, now: number): number {
  const running = task.state === "started" && task.working_since ? Math.max(0, (now - Date.parse(task.working_since)) / 1000) : 0;
  return task.worked_seconds + running;
}
