/** What others made of a person's list since that person last looked at it. Pure. */
import type { Task } from "../../../api/tasks";

/** The list as it was seen: ids of what is still to do, in their order. */
export interface SeenList {
  date: string;
  ids: string[];
}

export interface News {
  /** new on the list */
  added: Task[];
  /** taken off it: somebody else has it, or it is called off */
  gone: Task[];
  /** whether what was there and still is stands in another order */
  moved: boolean;
}

export const NO_NEWS: News = { added: [], gone: [], moved: false };

/** `list`: what is still to do, in its order; `all`: every task of the day that the person may see. */
export function newsOf(seen: SeenList | null, date: string, list: readonly Task[], all: readonly Task[], staffId: string): News {
  if (seen === null || seen.date !== date) return NO_NEWS;
  const there = new Set(list.map((task) => task.id));
  const known = new Set(seen.ids);
  const gone = seen.ids
    .filter((id) => !there.has(id))
    .map((id) => all.find((task) => task.id === id))
    // What one has begun or ended oneself was not taken away.
    .filter((task): task is Task => task !== undefined && (task.state === "cancelled" || (task.attendant_id !== staffId && task.state !== "finished")));
  const before = seen.ids.filter((id) => there.has(id));
  const after = list.map((task) => task.id).filter((id) => known.has(id));
  return { added: list.filter((task) => !known.has(task.id)), gone, moved: before.join() !== after.join() };
}

export function anyNews({ added, gone, moved }: News): boolean {
  return added.length > 0 || gone.length > 0 || moved;
}

/** The list as seen now. */
export function seenOf(date: string, list: readonly Task[]): SeenList {
  return { date, ids: list.map((task) => task.id) };
}
