/** Which arrivals a figure is made of. Pure. */
import type { ArrivalRecord } from "../../api/types";

export const MET_KELVIN = 0.5;
export const figures = ["all", "met", "missed", "unmeasured", "promised", "always_on", "fixed"] as const;
export type Figure = (typeof figures)[number];

export interface Selection {
  figure: Figure;
  room: string | null;
  /** Lower edge of a bar of the histogram; -Infinity for the first. */
  bin: { low: number; high: number } | null;
}

export function errorOf(record: ArrivalRecord): number | null {
  return record.temperature_celsius === null ? null : record.temperature_celsius - record.wanted_celsius;
}

export function isMet(record: ArrivalRecord): boolean | null {
  const error = errorOf(record);
  return error === null ? null : Math.abs(error) <= MET_KELVIN + 1e-9;
}

export function isPromised(record: ArrivalRecord): boolean {
  return record.ready_at !== null && (record.promised_late ?? null) !== null;
}

export function belongs(record: ArrivalRecord, selection: Selection): boolean {
  if (selection.room !== null && record.room !== selection.room) return false;
  const error = errorOf(record);
  if (selection.bin !== null && (error === null || error + 1e-9 < selection.bin.low || error + 1e-9 >= selection.bin.high)) {
    return false;
  }
  switch (selection.figure) {
    case "all":
      return true;
    case "met":
      return isMet(record) === true;
    case "missed":
      return isMet(record) === false;
    case "unmeasured":
      return error === null;
    case "promised":
      return isPromised(record);
    case "always_on":
    case "fixed":
      return (record[selection.figure] ?? null) !== null;
  }
}

/** Watt-hours as kilowatt-hours with one decimal. */
export function kilowattHours(wattHours: number): string {
  return (wattHours / 1000).toFixed(1);
}

export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((100 * part) / whole);
}
