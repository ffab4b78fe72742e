import { describe, expect, it } from "vitest";
import type { ArrivalRecord } from "../../api/types";
import { belongs, isMet, kilowattHours, type Selection, share } from "./comfortFacts";

const record = (more: Partial<ArrivalRecord>): ArrivalRecord =>
  ({ room: "412", wanted_celsius: 24, temperature_celsius: 24.3, ready_at: null, promised_late: null, always_on: null, fixed: null, ...more }) as ArrivalRecord;
const every: Selection = { figure: "all", room: null, bin: null };

describe("which arrivals a figure is made of", () => {
  it("counts half a kelvin either way as met", () => {
    expect(isMet(record({}))).toBe(true);
    expect(isMet(record({ temperature_celsius: 23.5 }))).toBe(true);
    expect(isMet(record({ temperature_celsius: 24.6 }))).toBe(false);
    expect(isMet(record({ temperature_celsius: null }))).toBeNull();
  });

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

  it("tells energy and shares shortly", () => {
    expect(kilowattHours(1240)).toBe("1.2");
    expect(share(1, 3)).toBe(33);
    expect(share(0, 0)).toBe(0);
  });
});
