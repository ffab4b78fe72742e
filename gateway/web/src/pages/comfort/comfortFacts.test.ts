import { describe, expect, it } from "vitest";
import type { ArrivalRecord } from "../../api/types";
import { belongs, type Selection, share } from "./comfortFacts";

const record = (more: Partial<ArrivalRecord>): ArrivalRecord =>
  ({ room: "412", wanted_celsius: 24, temperature_celsius: 24.3, walk_in: false, ready_at: null, promised_late: null, always_on: null, fixed: null, ...more }) as ArrivalRecord;
const every: Selection = { figure: "all", room: null, bin: null };

describe("which arrivals a figure is made of", () => {
  it("opens each figure to its own arrivals", () => {
    expect(belongs(record({}), every)).toBe(true);
    expect(belongs(record({}), { ...every, figure: "missed" })).toBe(false);
    expect(belongs(record({}), { ...every, room: "413" })).toBe(false);
    expect(belongs(record({ temperature_celsius: null }), { ...every, figure: "unmeasured" })).toBe(true);
    expect(belongs(record({}), { ...every, figure: "fixed" })).toBe(false);
    expect(belongs(record({ fixed: { watt_hours: 900, deviation_watt_hours: 80 } }), { ...every, figure: "fixed" })).toBe(true);
  });

  it("opens a bar to the arrivals in it, its lower edge included", () => {
    const bar = { low: 0, high: 0.5 };
    expect(belongs(record({ temperature_celsius: 24 }), { ...every, bin: bar })).toBe(true);
    expect(belongs(record({ temperature_celsius: 24.5 }), { ...every, bin: bar })).toBe(false);
    expect(belongs(record({ temperature_celsius: 20 }), { ...every, bin: { low: -Infinity, high: -3 } })).toBe(true);
  });

  it("keeps walk-ins out of what counts expected guests", () => {
    const walkIn = record({ walk_in: true, temperature_celsius: 27 });
    expect(belongs(walkIn, { ...every, figure: "walk_ins" })).toBe(true);
    expect(belongs(walkIn, { ...every, figure: "missed" })).toBe(false);
    expect(belongs(walkIn, { ...every, figure: "unstarted" })).toBe(false);
    expect(belongs(walkIn, { ...every, bin: { low: 3, high: Infinity } })).toBe(false);
    expect(belongs(record({ begun_at: null }), { ...every, figure: "unstarted" })).toBe(true);
    expect(belongs(record({ begun_at: "2026-07-14T04:00:00Z" }), { ...every, figure: "unstarted" })).toBe(false);
  });

  it("tells shares shortly", () => {
    expect(share(1, 3)).toBe(33);
    expect(share(0, 0)).toBe(0);
  });
});
