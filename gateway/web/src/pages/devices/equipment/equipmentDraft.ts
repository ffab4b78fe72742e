/** What an engineer says of the equipment, and whether it can be so. Pure. */
import type { Equipment, EquipmentToPut } from "../../../api/types";

export const equipmentKinds = ["split", "two_pipe", "four_pipe", "electric_heat"] as const;
export type EquipmentKind = (typeof equipmentKinds)[number];
export const LOWEST_FROST_CELSIUS = 4;
export const HIGHEST_FROST_CELSIUS = 16;
export const MOST_OFF_HOURS = 8;
const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysIn(month: number): number {
  return LONGEST_MONTHS[month - 1] ?? 31;
}

/** What is taken for granted where nobody said anything; the version says that nobody did. */
export function unsaid(scope: string): Equipment {
  return {
    scope,
    version: 0,
    kind: "split",
    heats_from: { month: 10, day: 15 },
    cools_from: { month: 4, day: 15 },
    off_hours: [],
    frost_celsius: 7,
  };
}

/** Only a two-pipe plant changes over. */
export function changesOver(kind: EquipmentKind): boolean {
  return kind === "two_pipe";
}

/** A split unit has no plant that could stand. */
export function hasPlant(kind: EquipmentKind): boolean {
  return kind !== "split";
}

/** The first thing that cannot be so; null when all can. */
export function faultOf(draft: Equipment): "same_change_over" | "empty_off_hours" | "no_time" | null {
  const { heats_from: heats, cools_from: cools } = draft;
  if (changesOver(draft.kind) && heats.month === cools.month && heats.day === cools.day) return "same_change_over";
  if (hasPlant(draft.kind)) {
    if (draft.off_hours.some((off) => off.start === "" || off.until === "")) return "no_time";
    if (draft.off_hours.some((off) => shortTime(off.start) === shortTime(off.until))) return "empty_off_hours";
  }
  return null;
}

/** What is sent: hours off only where a plant can stand. */
export function toPut(draft: Equipment): EquipmentToPut {
  return {
    kind: draft.kind,
    heats_from: draft.heats_from,
    cools_from: draft.cools_from,
    off_hours: hasPlant(draft.kind) ? draft.off_hours : [],
    frost_celsius: draft.frost_celsius,
  };
}

/** "23:00:00" and "23:00" as "23:00". */
export function shortTime(time: string): string {
  return time.slice(0, 5);
}

/** The house first, then its room types, then single rooms, each in order. */
export function inOrder<T extends { scope: string }>(all: readonly T[]): T[] {
  const rank = (scope: string) => (scope === "property" ? 0 : scope.startsWith("type:") ? 1 : 2);
  return [...all].sort((a, b) => rank(a.scope) - rank(b.scope) || a.scope.localeCompare(b.scope, undefined, { numeric: true }));
}
