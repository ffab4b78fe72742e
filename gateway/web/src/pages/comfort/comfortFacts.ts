/** Which arrivals a figure is made of. Pure. */
import type { ArrivalRecord } from "../../api/types";
import { errorOf, isMet } from "../../parts/arrivalRecord";

export const figures = ["all", "met", "missed", "unmeasured", "promised", "walk_ins", "unstarted", "always_on", "fixed"] as const;
export type Figure = (typeof figures)[number];

export interface Selection {
  figure: Figure;
  room: string | null;
  /** Lower edge of a bar of the histogram; -Infinity for the first. */
  bin: { low: number; high: number } | null;
}

export function isPromised(record: ArrivalRecord): boolean {
  return record.ready_at !== null && (record.promised_late ?? null) !== null;
}

/** Walk-ins count apart: whom nobody expected no room could have been made ready for. */
export function belongs(record: ArrivalRecord, selection: Selection): boolean {
  if (selection.room !== null && record.room !== selection.room) return false;
  const error = errorOf(record);
  const isIn = selection.bin !== null && error !== null && error + 1e-9 >= selection.bin.low && error + 1e-9 < selection.bin.high;
  if (selection.bin !== null && (!isIn || record.walk_in)) return false;
  switch (selection.figure) {
    case "all":
      return true;
    case "met":
      return !record.walk_in && isMet(record) === true;
    case "missed":
      return !record.walk_in && isMet(record) === false;
    case "unmeasured":
      return !record.walk_in && error === null;
    case "walk_ins":
      return record.walk_in === true;
    case "unstarted":
      return !record.walk_in && (record.begun_at ?? null) === null;
    case "promised":
      return isPromised(record);
    case "always_on":
    case "fixed":
      return (record[selection.figure] ?? null) !== null;
  }
}

export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((100 * part) / whole);
}
