/** Service levels as they are edited: minutes of the week as times of day. Pure. */
import type { components } from "../../api/schema";

export type { Levels } from "../../api/levels";

type Shapes = components["schemas"];
export type Policy = Shapes["LevelPolicy"];
export type Hours = Shapes["WorkingHours"];

const DAY_MINUTES = 24 * 60;

/** "08:00" of 480; the end of a day is "00:00". */
export function clockOf(minutes: number): string {
  const within = minutes % DAY_MINUTES;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}

/** 480 of "08:00"; as the end of a stretch "00:00" is the end of the day. */
export function minutesOf(clock: string, end: boolean): number {
  const [hours, minutes] = clock.split(":").map(Number);
  const found = (hours ?? 0) * 60 + (minutes ?? 0);
  return end && found === 0 ? DAY_MINUTES : found;
}

/** Another stretch of the day: after its last one when there is room, else none. */
export function anotherOf(week: Hours[], weekday: number): Hours | null {
  const last = week.filter((one) => one.weekday === weekday).reduce((latest, one) => Math.max(latest, one.to_minute), 0);
  if (last === 0) return { weekday, from_minute: 8 * 60, to_minute: 20 * 60 };
  return last + 60 >= DAY_MINUTES ? null : { weekday, from_minute: last + 60, to_minute: DAY_MINUTES };
}
