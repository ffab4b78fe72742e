/**
 * Gathers what became old and asks for it again: facts soon, readings at a pace that the slowest
 * list can keep, so that a hotel whose every room breathes does not keep the screen loading.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { Key } from "./keys";

const FACTS_MILLISECONDS = 120;
/** A storm of facts (an import, a group's check-in) asks again at most this often. */
const BETWEEN_FACTS_MILLISECONDS = 1_000;
const READINGS_MILLISECONDS = 2_000;
/** The wait between two rounds of readings is at least this many times what the last one took. */
const BREATHING_SPACE = 4;

export class Refresher {
  private readonly facts = new Map<string, Key>();
  private readonly readings = new Map<string, Key>();
  private factsTimer: ReturnType<typeof setTimeout> | undefined;
  private readingsTimer: ReturnType<typeof setTimeout> | undefined;
  private notBefore = 0;
  private factsNotBefore = 0;

  constructor(private readonly queries: QueryClient) {}

  /** A committed fact changed these answers: ask again at once, even if an older question is under way. */
  changed(stale: Key[]): void {
    for (const key of stale) this.facts.set(JSON.stringify(key), key);
    if (stale.length === 0) return;
    const wait = Math.max(FACTS_MILLISECONDS, this.factsNotBefore - performance.now());
    this.factsTimer ??= setTimeout(() => {
      this.factsTimer = undefined;
      this.factsNotBefore = performance.now() + BETWEEN_FACTS_MILLISECONDS;
      const due = [...this.facts.values()];
      this.facts.clear();
      for (const queryKey of due) void this.queries.invalidateQueries({ queryKey });
    }, wait);
  }

  /** Readings moved on: ask again when it is their turn. */
  moved(stale: Key[]): void {
    for (const key of stale) this.readings.set(JSON.stringify(key), key);
    if (this.readingsTimer !== undefined || this.readings.size === 0) return;
    const wait = Math.max(0, this.notBefore - performance.now());
    this.readingsTimer = setTimeout(() => void this.round(), wait);
  }

  stop(): void {
    clearTimeout(this.factsTimer);
    clearTimeout(this.readingsTimer);
    this.factsTimer = undefined;
    this.readingsTimer = undefined;
    this.facts.clear();
    this.readings.clear();
  }

  private async round(): Promise<void> {
    const due = [...this.readings.values()];
    this.readings.clear();
    const begun = performance.now();
    await Promise.all(
      due.map((queryKey) => this.queries.invalidateQueries({ queryKey }, { cancelRefetch: false })),
    );
    const took = performance.now() - begun;
    this.notBefore = begun + Math.max(READINGS_MILLISECONDS, took * BREATHING_SPACE);
    this.readingsTimer = undefined;
    if (this.readings.size > 0) this.moved([...this.readings.values()]);
  }
}
