/** How times, spans and temperatures read. Pure: the language, the zone and now are arguments. */
import { addDays, wallTime } from "./zone";

/** Nearer than this a time is also told relative to now, minutes. */
const NEAR_MINUTES = 120;

export const UNKNOWN = "–";

/** "15:10" in the hotel's zone. */
export function clockTime(at: number, timezone: string): string {
  return wallTime(at, timezone).time;
}

/** "24 Nov" / "11月24日"; `date` is YYYY-MM-DD. */
export function shortDate(date: string, language: string, weekday = false): string {
  return new Intl.DateTimeFormat(language === "zh-CN" ? "zh-CN" : "en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    ...(weekday ? { weekday: "short" } : {}),
  }).format(Date.parse(`${date}T00:00:00Z`));
}

/** "1 Apr 2027" / "2027年4月1日": a day of any year; `date` is YYYY-MM-DD. */
export function longDate(date: string, language: string): string {
  return new Intl.DateTimeFormat(language === "zh-CN" ? "zh-CN" : "en-GB", { timeZone: "UTC", dateStyle: "medium" }).format(
    Date.parse(`${date}T00:00:00Z`),
  );
}

/** "15:10"; with the day when it is not today: "tomorrow 15:10", "24 Nov 15:10". */
export function dayAndTime(at: number, now: number, timezone: string, language: string): string {
  const wall = wallTime(at, timezone);
  const today = wallTime(now, timezone).date;
  if (wall.date === today) return wall.time;
  for (const days of [-1, 1]) {
    if (wall.date === addDays(today, days)) {
      const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
      return `${word} ${wall.time}`;
    }
  }
  return `${shortDate(wall.date, language)} ${wall.time}`;
}

/** "in 25 min", "3 min ago", "in 1 h 40 min"; null when too far to be told so. */
export function relative(at: number, now: number, language: string): string | null {
  const minutes = Math.round((at - now) / 60_000);
  if (Math.abs(minutes) > NEAR_MINUTES) return null;
  if (minutes === 0) return language === "zh-CN" ? "现在" : "now";
  const span = duration(Math.abs(minutes), language);
  if (language === "zh-CN") return minutes > 0 ? `${span}后` : `${span}前`;
  return minutes > 0 ? `in ${span}` : `${span} ago`;
}

/** "25 min", "1 h 40 min"; Chinese "25 分钟", "1 小时 40 分". */
export function duration(minutes: number, language: string): string {
  const whole = Math.max(0, Math.round(minutes));
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  if (language === "zh-CN") {
    if (hours === 0) return `${rest} 分钟`;
    return rest === 0 ? `${hours} 小时` : `${hours} 小时 ${rest} 分`;
  }
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

export type TemperatureUnit = "celsius" | "fahrenheit";

export function temperatureUnit(unit: string): TemperatureUnit {
  return unit === "fahrenheit" ? "fahrenheit" : "celsius";
}

/** A temperature in the property's unit, as a bare number. */
export function inUnit(celsius: number, unit: TemperatureUnit): number {
  return unit === "fahrenheit" ? (celsius * 9) / 5 + 32 : celsius;
}

/** "24.1°"; "–" when unknown. One decimal, in the property's unit. */
export function degrees(celsius: number | null, unit: TemperatureUnit): string {
  if (celsius === null) return UNKNOWN;
  return `${inUnit(celsius, unit).toFixed(1)}°`;
}

/** "24.1 °C"; "–" when unknown. */
export function temperature(celsius: number | null, unit: TemperatureUnit): string {
  if (celsius === null) return UNKNOWN;
  return `${inUnit(celsius, unit).toFixed(1)} ${unit === "fahrenheit" ? "°F" : "°C"}`;
}

/** "1,710.00": in the hotel's currency, which the house does not name; `cents` are hundredths of it. */
export function money(cents: number, language: string): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(cents / 100);
}
