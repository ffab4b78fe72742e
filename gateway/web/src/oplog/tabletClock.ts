/**
 * How long ago a tap was, on a device whose clock may be wrong and may be set right in between. Pure.
 *
 * A tablet has two clocks. The wall clock goes on in sleep, but people and networks set it. The page's own
 * clock is never set, but stands still in sleep and begins anew with each page. Both are read together now
 * and then; where they disagree there is a *gap*: the tablet slept, or its clock was set. Which of the two,
 * only the service's time can tell: the difference between its time and the wall clock changes with a
 * setting and not with a sleep. So the age of a tap is the wall clock's difference, less the settings in
 * between. The service clamps what it is told, and the order of taps never depends on it.
 */

export interface Reading {
  /** the wall clock, ms */
  wall: number;
  /** the page's clock, ms */
  page: number;
  /** which page: a new one for each load */
  pageId: string;
}

/** When a tap was made: the wall clock then, and how many gaps there had been. */
export interface Made {
  wall: number;
  gaps: number;
}

export interface TabletClock {
  last: Reading | null;
  /** how many gaps were forgotten; the first of `gaps` has this number */
  forgotten: number;
  /** by how much the wall clock ran ahead of the page's in each gap, ms; null when a new page began */
  gaps: (number | null)[];
  /** the service's time less the wall clock's, ms, by the number of gaps there had been; the newest for each */
  offsets: { gaps: number; offset: number }[];
}

export const NEW_CLOCK: TabletClock = { last: null, forgotten: 0, gaps: [], offsets: [] };

/** Less than this is drift, slow timers and the whole seconds of a Date header, ms. */
const TOLERANCE = 5_000;
const MOST_GAPS = 300;
export const LONGEST_AGE_SECONDS = 86_400;

export function gapsOf(clock: TabletClock): number {
  return clock.forgotten + clock.gaps.length;
}

/** Both clocks were read. */
export function observed(clock: TabletClock, now: Reading): TabletClock {
  const { last } = clock;
  if (last === null) return { ...clock, last: now };
  if (last.pageId !== now.pageId) {
    // Nothing is known of the time between two pages, unless the wall clock went back in it.
    const size = now.wall < last.wall ? now.wall - last.wall : null;
    return withGap({ ...clock, last: now }, size);
  }
  const ahead = now.wall - last.wall - (now.page - last.page);
  return Math.abs(ahead) < TOLERANCE ? { ...clock, last: now } : withGap({ ...clock, last: now }, ahead);
}

function withGap(clock: TabletClock, size: number | null): TabletClock {
  const gaps = [...clock.gaps, size];
  if (gaps.length <= MOST_GAPS) return { ...clock, gaps };
  return { ...clock, gaps: gaps.slice(1), forgotten: clock.forgotten + 1 };
}

/** The service told its time (ms) just now. `idle`: nothing waits to be sent, so that the past can be forgotten. */
export function synced(clock: TabletClock, now: Reading, serviceTime: number, idle: boolean): TabletClock {
  const seen = observed(clock, now);
  const at = gapsOf(seen);
  const told = { gaps: at, offset: serviceTime - now.wall };
  if (idle) return { last: seen.last, forgotten: at, gaps: [], offsets: [told] };
  return { ...seen, offsets: [...seen.offsets.filter((one) => one.gaps !== at), told].slice(-MOST_GAPS) };
}

/** When a tap is made now. */
export function madeNow(clock: TabletClock, now: Reading): Made {
  return { wall: now.wall, gaps: gapsOf(observed(clock, now)) };
}

/** How long ago a tap was made, s, 0 … 86 400. `now` is a reading that `clock` has observed. */
export function ageSeconds(clock: TabletClock, made: Made, now: Reading): number {
  const gone = now.wall - made.wall - settings(clock, made);
  return Math.min(LONGEST_AGE_SECONDS, Math.max(0, gone / 1_000));
}

/** By how much the wall clock was set forward since the tap, ms; negative when it was set back. */
function settings(clock: TabletClock, made: Made): number {
  const since = clock.gaps
    .map((size, index) => ({ size, number: clock.forgotten + index }))
    .filter(({ number }) => number >= made.gaps);
  const newest = clock.offsets[clock.offsets.length - 1];
  const before = [...clock.offsets].reverse().find((one) => one.gaps <= made.gaps);
  if (newest === undefined || before === undefined || newest === before) {
    // A sleep never takes time away: what went back was set back.
    return since.reduce((sum, { size }) => sum + (size !== null && size < -TOLERANCE ? size : 0), 0);
  }
  const total = before.offset - newest.offset;
  if (Math.abs(total) < TOLERANCE) return 0;
  // The clock was set by `total` somewhere between those two; the gap that looks like it is where.
  const between = clock.gaps
    .map((size, index) => ({ size, number: clock.forgotten + index }))
    .filter(({ number }) => number >= before.gaps && number < newest.gaps);
  const measured = between.filter((gap): gap is { size: number; number: number } => gap.size !== null);
  const likely = [...measured].sort((a, b) => Math.abs(a.size - total) - Math.abs(b.size - total))[0];
  const unmeasured = between.filter(({ size }) => size === null).pop();
  const where =
    likely !== undefined && (unmeasured === undefined || Math.abs(likely.size - total) < 12 * TOLERANCE) ? likely : unmeasured;
  return where !== undefined && where.number >= made.gaps ? total : 0;
}
