/** Wall time of the property's zone to instants and back. */

const formats = new Map<string, Intl.DateTimeFormat>();

function partsFormat(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(timezone, format);
  }
  return format;
}

export interface WallTime {
  /** YYYY-MM-DD */
  date: string;
  /** HH:MM */
  time: string;
}

/** What the clock on the hotel's wall shows at this instant. */
export function wallTime(at: number, timezone: string): WallTime {
  const part: Record<string, string> = {};
  for (const { type, value } of partsFormat(timezone).formatToParts(at)) part[type] = value;
  return { date: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

function offsetAt(at: number, timezone: string): number {
  const { date, time } = wallTime(at, timezone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / 60_000) * 60_000;
}

/**
 * The instant at which the hotel's wall shows `date` (YYYY-MM-DD) and `time` (HH:MM), ms since 1970.
 * In the hour that a change of clocks skips it is the moment after the change; of a doubled hour, the first.
 */
export function instantOf(date: string, time: string, timezone: string): number {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  const guess = asUtc - offsetAt(asUtc, timezone);
  return asUtc - offsetAt(guess, timezone);
}

/** `date` moved by whole days; both YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
