import { describe, expect, it } from "vitest";
import type { ArrivalRecord } from "../api/types";
import { errorOf, isMet, kilowattHours, signed } from "./arrivalRecord";

const record = (more: Partial<ArrivalRecord>): ArrivalRecord =>
  ({ wanted_celsius: 24, temperature_celsius: 24.3, ...more }) as ArrivalRecord;

describe("an arrival in numbers", () => {
  it("counts half a kelvin either way as met", () => {
    expect(isMet(record({}))).toBe(true);
    expect(isMet(record({ temperature_celsius: 23.5 }))).toBe(true);
    expect(isMet(record({ temperature_celsius: 24.6 }))).toBe(false);
    expect(isMet(record({ temperature_celsius: null }))).toBeNull();
    expect(errorOf(record({ temperature_celsius: 22 }))).toBe(-2);
  });

  it("has a real minus, and none before nothing", () => {
    expect(signed(-1.25)).toBe("−1.3");
    expect(signed(0.4)).toBe("+0.4");
    expect(signed(-0.04)).toBe("0.0");
    expect(kilowattHours(1240)).toBe("1.2");
    expect(kilowattHours(-1240)).toBe("−1.2");
    expect(kilowattHours(-20)).toBe("0.0");
  });
});
