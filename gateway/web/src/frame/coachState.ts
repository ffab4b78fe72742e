/** Whether the guide is shown, and which roles have seen it on this device. */
import { useSyncExternalStore } from "react";

const SEEN = "innkeeper.guided";

let open = false;
const listeners = new Set<() => void>();

function put(next: boolean): void {
  open = next;
  for (const listener of listeners) listener();
}

function guided(): string[] {
  return (localStorage.getItem(SEEN) ?? "").split(",").filter(Boolean);
}

/** Whether somebody with these roles has been guided on this device; "all" stands for every role. */
export function wasGuided(roles: string[]): boolean {
  const seen = guided();
  return seen.includes("all") || roles.every((role) => seen.includes(role));
}

export function rememberGuided(roles: string[]): void {
  localStorage.setItem(SEEN, [...new Set([...guided(), ...roles])].join(","));
}

export function startCoach(): void {
  put(true);
}

export function endCoach(): void {
  put(false);
}

export function useCoachOpen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}
