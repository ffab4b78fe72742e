/** What an arrival came to, in numbers. Pure. */
import type { ArrivalRecord } from "../api/types";

export const MET_KELVIN = 0.5;

/** The air at the door minus what was wanted, kelvins; null when nobody measured it. */
export function errorOf(record: ArrivalRecord): number | null {
  return record.temperature_celsius === null ? null : record.temperature_celsius - record.wanted_celsius;
}

/** Whether the room was right when the door opened. */
export function isMet(record: ArrivalRecord): boolean | null {
  const error = errorOf(record);
  return error === null ? null : Math.abs(error) <= MET_KELVIN + 1e-9;
}

/** "+0.4", "−1.2", "0.0": a minus is no hyphen. */
export function signed(value: number, digits = 1): string {
  const told = Math.abs(value).toFixed(digits);
  if (Number(told) === 0) return told;
  return `${value > 0 ? "+" : "−"}${told}`;
}

/** Watt-hours as kilowatt-hours with one decimal. */
export function kilowattHours(wattHours: number): string {
  const told = Math.abs(wattHours / 1000).toFixed(1);
  return wattHours < 0 && Number(told) !== 0 ? `−${told}` : told;
}
