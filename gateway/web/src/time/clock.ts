/**
 * Hotel time on this screen. The service says what time it is in the hotel and how fast it runs
 * (a demo runs 60 times as fast); between two answers the screen's own monotonic clock carries on.
 */
import { useSyncExternalStore } from "react";

export interface Reading {
  /** hotel time, ms since 1970 */
  hotel: number;
  /** the screen's monotonic clock at that moment, ms */
  screen: number;
  /** hotel seconds per second */
  speed: number;
}

/** Hotel time at `screen`, ms since 1970. */
export function hotelTimeAt(reading: Reading, screen: number): number {
  return reading.hotel + (screen - reading.screen) * reading.speed;
}

let reading: Reading = { hotel: Date.now(), screen: performance.now(), speed: 1 };
let shown = reading.hotel;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Hotel time now, ms since 1970. For handlers; a component that shows time uses `useHotelNow`. */
export function hotelNow(): number {
  return hotelTimeAt(reading, performance.now());
}

export function hotelSpeed(): number {
  return reading.speed;
}

/** Takes the service's word for the time. */
export function setHotelTime(now: string, speed: number): void {
  const hotel = Date.parse(now);
  if (Number.isNaN(hotel)) return;
  reading = { hotel, screen: performance.now(), speed: speed > 0 ? speed : 1 };
  tick();
}

function tick(): void {
  clearTimeout(timer);
  shown = hotelNow();
  for (const listener of listeners) listener();
  if (listeners.size > 0) timer = setTimeout(tick, tickMilliseconds(reading.speed, shown));
}

/** Until the next whole hotel minute, but at least a second and at most fifteen. */
export function tickMilliseconds(speed: number, hotel: number): number {
  const untilMinute = (60_000 - (hotel % 60_000)) / speed;
  return Math.min(15_000, Math.max(1_000, untilMinute));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) timer = setTimeout(tick, tickMilliseconds(reading.speed, hotelNow()));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

/** Hotel time, ms since 1970, renewed about once per hotel minute. */
export function useHotelNow(): number {
  return useSyncExternalStore(subscribe, () => shown);
}
