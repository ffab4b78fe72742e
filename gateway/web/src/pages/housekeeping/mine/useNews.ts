import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { Task } from "../../../api/tasks";
import { type News, newsOf, type SeenList, seenOf } from "./news";

const SEEN = "innkeeper.seen-list";
const listeners = new Set<() => void>();
/** What was read last, so that the same text is the same list. */
let read: { text: string | null; list: SeenList | null } = { text: null, list: null };

function keyOf(staffId: string): string {
  return [SEEN, staffId].join(".");
}

function kept(staffId: string): SeenList | null {
  const text = localStorage.getItem(keyOf(staffId));
  if (text !== read.text) read = { text, list: listIn(text) };
  return read.list;
}

function listIn(text: string | null): SeenList | null {
  try {
    const list = JSON.parse(text ?? "null") as SeenList | null;
    return list !== null && typeof list.date === "string" && Array.isArray(list.ids) ? list : null;
  } catch {
    return null;
  }
}

function keep(staffId: string, list: SeenList): void {
  localStorage.setItem(keyOf(staffId), JSON.stringify(list));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * What changed on the person's list since they last said that they have seen it, on this tablet.
 * `list`: what is still to do, in its order; null as long as it is not known.
 */
export function useNews(staffId: string, date: string, list: readonly Task[] | null, all: readonly Task[]): { news: News; see: () => void } {
  const seen = useSyncExternalStore(
    subscribe,
    useCallback(() => kept(staffId), [staffId]),
  );
  const first = list !== null && seen?.date !== date;
  useEffect(() => {
    // The first look of a day: all of it is new, and so nothing is.
    if (first && list !== null) keep(staffId, seenOf(date, list));
  }, [first, staffId, date, list]);
  return {
    news: newsOf(seen, date, list ?? [], all, staffId),
    see: () => list !== null && keep(staffId, seenOf(date, list)),
  };
}
