/** Tasks of housekeeping: shapes, and the reads that work without network. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { tasksAfter, useSnapshot } from "../oplog";
import { keys } from "../live/keys";
import { api, ask, once, seen } from "./client";
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

/** Everything that happened to a task, oldest first. */
export function useTaskHistory(id: string) {
  return useQuery({
    queryKey: [...keys.tasks, "history", id],
    queryFn: async () => (await ask(api.GET("/api/tasks/{task_id}/history", { params: { path: { task_id: id } } }))).items,
  });
}

export function useMakeTask() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes["TaskToMake"]) => ask(api.POST("/api/tasks", { params: { header: once() }, body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tasks }),
  });
}

/** What only somebody at a desk does to a task; an attendant's taps go through the tablet's log. */
export function useTaskAction(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Shapes["TaskActionToDo"]) =>
      ask(api.POST("/api/tasks/{task_id}/actions", { params: { path: { task_id: id }, header: once() }, body })),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tasks }),
  });
}

export function useEditTask(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, edit }: { version: number; edit: Partial<Shapes["TaskEdit"]> }) =>
      ask(
        api.PATCH("/api/tasks/{task_id}", {
          params: { path: { task_id: id }, header: { ...seen(version), ...once() } },
          // What is left out stays as it is.
          body: edit as Shapes["TaskEdit"],
        }),
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.tasks }),
  });
}
