/** A checklist's lines while somebody edits them. Pure. */
import type { Checklist } from "../../../api/housekeeping";

export type Line = Checklist["items"][number];

export const MOST_LINES = 40;

/** The line at `index` moved one place up (-1) or down (1); at an end nothing moves. */
export function moved(lines: readonly Line[], index: number, by: -1 | 1): Line[] {
  const to = index + by;
  const next = [...lines];
  const [line] = next.splice(index, 1);
  if (line === undefined || to < 0 || to > next.length) return [...lines];
  next.splice(to, 0, line);
  return next;
}

/** What is sent: without empty lines. A line keeps its key as long as it means the same; a new one gets one. */
export function linesToPut(lines: readonly Line[]): Line[] {
  return lines.map((line) => ({ ...line, text: line.text.trim() })).filter((line) => line.text !== "");
}
