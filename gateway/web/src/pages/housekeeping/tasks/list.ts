/** The day's tasks as a list: what is shown, in which groups. Pure. */
import type { Reminder } from "../../../api/reminders";
import type { Task, TaskKind, TaskState } from "../../../api/tasks";

export const grouped = ["attendant", "state", "floor"] as const;
export type Grouped = (typeof grouped)[number];

/** What the list is narrowed to; the address holds it. `who`: an attendant's id, "none" for nobody's. */
export interface Filters {
  state: TaskState | "open" | "all";
  kind: TaskKind | null;
  who: string | null;
  floor: string | null;
  by: Grouped;
}

export const states: TaskState[] = ["planned", "started", "paused", "finished", "inspected", "re_clean", "not_serviced", "cancelled"];
export const kinds: TaskKind[] = [
  "departure",
  "stayover",
  "pickup",
  "turndown",
  "deep_clean",
  "inspection",
  "linen_change",
  "public_area",
  "guest_request",
  "special",
];

/** A clean that somebody may inspect. */
const cleans: TaskKind[] = ["departure", "stayover", "pickup", "deep_clean"];

export function filtersOf(search: URLSearchParams): Filters {
  const state = search.get("state");
  return {
    state: state === "all" ? "all" : (states.find((one) => one === state) ?? "open"),
    kind: kinds.find((one) => one === search.get("kind")) ?? null,
    who: search.get("who"),
    floor: search.get("floor"),
    by: grouped.find((one) => one === search.get("by")) ?? "attendant",
  };
}

const isOpen = (task: Task) => task.state === "planned" || task.state === "started" || task.state === "paused";
/** Done, but somebody has yet to look at it. */
export const waitsForInspection = (task: Task) =>
  task.state === "finished" && cleans.includes(task.kind) && task.inspection?.state === "waiting";
/** Done, and nobody asked for a look: a supervisor may all the same. */
export const mayBeInspected = (task: Task) => task.state === "finished" && cleans.includes(task.kind) && task.inspection === null;

export function passes(task: Task, filters: Filters): boolean {
  if (filters.state === "open" && !isOpen(task)) return false;
  if (filters.state !== "open" && filters.state !== "all" && task.state !== filters.state) return false;
  if (filters.kind !== null && task.kind !== filters.kind) return false;
  if (filters.who !== null && (task.attendant_id ?? "none") !== filters.who) return false;
  return filters.floor === null || task.floor === filters.floor;
}

const under: Record<TaskState, number> = {
  started: 0,
  paused: 1,
  planned: 2,
  finished: 3,
  re_clean: 4,
  inspected: 5,
  not_serviced: 6,
  cancelled: 7,
};
const urgency: Record<Task["priority"], number> = { queue: 0, vip: 1, arrival: 2, normal: 3, last: 4 };

export function compareTasks(a: Task, b: Task): number {
  return (
    under[a.state] - under[b.state] ||
    (a.sequence ?? 9_999) - (b.sequence ?? 9_999) ||
    urgency[a.priority] - urgency[b.priority] ||
    (a.due_at ?? "9").localeCompare(b.due_at ?? "9") ||
    (a.room ?? "~").localeCompare(b.room ?? "~", "en", { numeric: true }) ||
    a.id.localeCompare(b.id)
  );
}

export interface Group {
  key: string;
  /** an attendant's name, a state, a floor; null: nobody's, or no floor */
  name: string | null;
  tasks: Task[];
  /** minutes of what is still to do */
  minutesLeft: number;
}

/** Nobody's tasks come first: somebody has to hand them out. */
export function groupsOf(tasks: readonly Task[], by: Grouped): Group[] {
  const found = new Map<string, Group>();
  for (const task of [...tasks].sort(compareTasks)) {
    const [key, name] =
      by === "state" ? [task.state, task.state] : by === "floor" ? [task.floor ?? "", task.floor] : [task.attendant_id ?? "", task.attendant];
    let group = found.get(key);
    if (group === undefined) found.set(key, (group = { key, name, tasks: [], minutesLeft: 0 }));
    group.tasks.push(task);
    if (isOpen(task)) group.minutesLeft += Math.max(0, task.minutes - task.worked_seconds / 60);
  }
  const groups = [...found.values()];
  if (by === "state") return groups;
  return groups.sort((a, b) => (a.key === "" ? -1 : b.key === "" ? 1 : (a.name ?? "").localeCompare(b.name ?? "", "en", { numeric: true })));
}

/** Who has a task today: id and name, by name. */
export function holders(tasks: readonly Task[]): { id: string; name: string }[] {
  const found = new Map<string, string>();
  for (const task of tasks) if (task.attendant_id !== null) found.set(task.attendant_id, task.attendant ?? task.attendant_id);
  return [...found].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
}

export function floors(tasks: readonly Task[]): string[] {
  const found = new Set(tasks.flatMap((task) => (task.floor === null ? [] : [task.floor])));
  return [...found].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

export interface Reminded {
  reminder: Reminder;
  task: Task;
}

/** The reminders of one attendant, or those that have come to the supervisor, with their tasks, the oldest first. */
export function remindedOf(reminders: readonly Reminder[], of: string, tasks: readonly Task[]): Reminded[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return reminders
    .filter((one) => (of === "supervisor" ? one.level === "supervisor" : one.attendant_id === of))
    .flatMap((reminder) => {
      const task = byId.get(reminder.task_id);
      return task === undefined ? [] : [{ reminder, task }];
    })
    .sort((a, b) => a.reminder.since.localeCompare(b.reminder.since));
}
