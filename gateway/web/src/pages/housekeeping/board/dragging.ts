/** What is dragged over the board, and from whose list. */
import type { DragEvent } from "react";
import type { Task } from "../../../api/tasks";

/** Put a task on a list (null: on nobody's) before another; at the end without one. */
export type Put = (task: string, from: string | null, to: string | null, before?: string) => void;

const TYPE = "application/x-innkeeper-task";

export function writeDragged(event: DragEvent, task: string, from: string | null): void {
  event.dataTransfer.setData(TYPE, JSON.stringify({ task, from }));
  event.dataTransfer.effectAllowed = "move";
}

export function readDragged(event: DragEvent): { task: string; from: string | null } | null {
  const text = event.dataTransfer.getData(TYPE);
  return text === "" ? null : (JSON.parse(text) as { task: string; from: string | null });
}

export function isOpen(task: Task): boolean {
  return task.state === "planned" || task.state === "started" || task.state === "paused";
}
