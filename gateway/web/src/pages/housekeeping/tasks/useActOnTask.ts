/** Taps on a task, kept on the tablet and sent in order. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Task, TaskAction } from "../../../api/tasks";
import { type NewOperation, useOperation } from "../../../oplog";

export interface TaskTap {
  action: TaskAction;
  reason?: string;
  note?: string;
  checklist?: Record<string, boolean>;
}

/** The state that a task goes back to when its last tap is taken back, as far as the screen can tell. */
const before: Partial<Record<Task["state"], Task["state"]>> = {
  started: "planned",
  paused: "started",
  finished: "started",
  inspected: "finished",
  not_serviced: "planned",
};

/** A tap as the operation that the tablet's log keeps. */
export function useTaskOperation(): (task: Task, tap: TaskTap) => NewOperation {
  const { t } = useTranslation();
  return useCallback(
    (task, { action, reason, note, checklist }) => {
      const back = action === "undo" ? before[task.state] : undefined;
      return {
        method: "POST",
        path: `/api/tasks/${task.id}/actions`,
        body: {
          action,
          seen_state: task.state,
          ...(reason ? { reason } : {}),
          ...(note ? { note } : {}),
          ...(checklist && task.checklist ? { checklist, checklist_version: task.checklist.version } : {}),
        },
        subject: `task:${task.id}`,
        label: {
          key: "oplog.labels.task",
          values: { action: t(`task_actions.${action}`), where: task.room ?? task.area ?? "" },
        },
        effect: { task: task.id, action, ...(checklist ? { checklist } : {}), ...(back ? { to: back } : {}) },
      };
    },
    [t],
  );
}

export function useActOnTask(): (task: Task, tap: TaskTap) => Promise<void> {
  const act = useOperation();
  const operation = useTaskOperation();
  return useCallback(
    async (task, tap) => {
      await act(operation(task, tap));
    },
    [act, operation],
  );
}
