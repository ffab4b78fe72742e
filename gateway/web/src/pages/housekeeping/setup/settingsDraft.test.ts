import { describe, expect, it } from "vitest";
import type { Settings } from "../../../api/housekeeping";
import { withChange } from "./settingsDraft";

const settings: Settings = {
  pickup_used: true,
  inspected_used: true,
  inspection: { always: true, sample_percent: 10, vip: true, new_attendant_cleans: 3, stayovers: true },
  welfare_hours: 24,
  remind_after_minutes: 10,
  learn_by_attendant: false,
  small_house: false,
  version: 2,
};

describe("the property's settings", () => {
  it("switch inspection off with the small house, and the small house off with inspection", () => {
    const small = withChange(settings, { small_house: true });
    expect([small.inspected_used, small.inspection.always, small.inspection.sample_percent]).toEqual([false, false, 0]);
    const large = withChange(small, { inspected_used: true });
    expect([large.small_house, large.inspected_used]).toEqual([false, true]);
  });

  it("leave the rest alone", () => {
    expect(withChange(settings, { welfare_hours: 12 })).toEqual({ ...settings, welfare_hours: 12 });
  });
});
