/** Tasks of housekeeping: shapes, and the reads that work without network. */
import { tasksAfter, useSnapshot } from "../oplog";
import { keys } from "../live/keys";
import { api, ask } from "./client";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Task = Shapes["Task"];
export type TaskKind = Shapes["TaskKind"];
export type TaskState = Shapes["TaskState"];
export type TaskAction = Shapes["TaskAction"];
export type NotServicedReason = Shapes["NotServicedReason"];

/** All tasks of the business date, as this person may see them, with the own unsent taps on top. */
export function useDayTasks(date: string) {
  return useSnapshot<Task[]>({
    name: `tasks-${date}`,
    queryKey: [...keys.tasks, date],
    fetch: async () => (await ask(api.GET("/api/tasks", { params: { query: { date, limit: 1000 } } }))).items,
    reducer: tasksAfter,
    staleMilliseconds: 5_000,
  });
}
