/** A shift as a form has it, and as the service keeps it. Pure. */
import type { Shift, ShiftToPut } from "../../../api/board";
import type { TaskKind } from "../../../api/tasks";
import { addDays, instantOf, wallTime } from "../../../time/zone";

export interface BreakDraft {
  /** HH:MM */
  at: string;
  minutes: number;
}

export interface ShiftDraft {
  of: "house" | "agency";
  person: string | null;
  name: string;
  /** HH:MM, in the hotel's zone */
  from: string;
  until: string;
  breaks: BreakDraft[];
  section: string | null;
  floors: string[];
  partner: string | null;
  skills: TaskKind[];
  credits: number | null;
  minutes: number | null;
  area: number | null;
  state: Shift["state"];
}

export const BREAK_MINUTES = 30;
const QUARTER_MILLISECONDS = 900_000;
const NOON = "12:00";
const AFTER_NOON = "12:30";

/**
 * A new shift: the hours of those who are there already, else those of most hotels' days. Who is added while
 * these hours run begins now: `now` is hotel time, ms.
 */
export function newShift(others: readonly Pick<Shift, "starts_at" | "ends_at">[], zone: string, now: number): ShiftDraft {
  const like = others[0];
  const usual = like ? wallTime(Date.parse(like.starts_at), zone).time : "08:00";
  const until = like ? wallTime(Date.parse(like.ends_at), zone).time : "16:30";
  const quarter = wallTime(Math.floor(now / QUARTER_MILLISECONDS) * QUARTER_MILLISECONDS, zone).time;
  const from = usual < quarter && quarter < until ? quarter : usual;
  return {
    of: "house",
    person: null,
    name: "",
    from,
    until,
    // Who works over noon eats then; others say when, or have none.
    breaks: [{ at: from < NOON && until > AFTER_NOON ? NOON : "", minutes: BREAK_MINUTES }],
    section: null,
    floors: [],
    partner: null,
    skills: [],
    credits: null,
    minutes: null,
    area: null,
    state: "planned",
  };
}

export function draftOf(shift: Shift, zone: string): ShiftDraft {
  const time = (at: string) => wallTime(Date.parse(at), zone).time;
  return {
    of: shift.staff_id === null ? "agency" : "house",
    person: shift.staff_id,
    name: shift.name,
    from: time(shift.starts_at),
    until: time(shift.ends_at),
    breaks: shift.breaks.map((one) => ({
      at: time(one.starts_at),
      minutes: Math.round((Date.parse(one.ends_at) - Date.parse(one.starts_at)) / 60_000),
    })),
    section: shift.section,
    floors: shift.floors,
    partner: shift.pair_with,
    skills: shift.skills as TaskKind[],
    credits: shift.max_credits,
    minutes: shift.max_minutes,
    area: shift.max_area_square_metres,
    state: shift.state,
  };
}

export function isComplete(draft: ShiftDraft): boolean {
  return (
    draft.from !== "" &&
    draft.until !== "" &&
    (draft.of === "house" ? draft.person !== null : draft.name.trim() !== "") &&
    draft.breaks.every((one) => one.at === "" || one.minutes > 0)
  );
}

/** `date`: the business date. What is earlier than the beginning is on the day after: a night shift ends there. */
export function toPut(draft: ShiftDraft, date: string, zone: string): ShiftToPut {
  const at = (time: string, after = false) => instantOf(time < draft.from || after ? addDays(date, 1) : date, time, zone);
  const iso = (moment: number) => new Date(moment).toISOString();
  return {
    business_date: date,
    staff_id: draft.of === "house" ? draft.person : null,
    name: draft.of === "house" ? "" : draft.name.trim(),
    starts_at: iso(at(draft.from)),
    ends_at: iso(at(draft.until, draft.until === draft.from)),
    // A break without a time is none.
    breaks: draft.breaks.filter((one) => one.at !== "").map((one) => ({ starts_at: iso(at(one.at)), ends_at: iso(at(one.at) + one.minutes * 60_000) })),
    section: draft.section,
    floors: draft.floors,
    pair_with: draft.partner,
    skills: draft.skills,
    max_credits: draft.credits,
    max_minutes: draft.minutes,
    max_area_square_metres: draft.area,
    state: draft.state,
  };
}
