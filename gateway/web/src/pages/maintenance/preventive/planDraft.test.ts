import { describe, expect, it } from "vitest";
import { isWhole, newPlan, newTrigger, toPut } from "./planDraft";

describe("a plan while it is written", () => {
  it("is whole with a name and somebody to care for", () => {
    const plan = newPlan("2026-07-14");
    expect(isWhole(plan)).toBe(false);
    expect(isWhole({ ...plan, name: "Filter" })).toBe(true);
    expect(isWhole({ ...plan, name: "Filter", kind: null, model: " " })).toBe(false);
    expect(isWhole({ ...plan, name: "Filter", kind: null, asset_id: "a1" })).toBe(true);
  });
  it("sends no empty lines and nothing that it only shows", () => {
    const sent = toPut({ ...newPlan("2026-07-14"), name: " Filter ", checklist: ["", " Clean "], parts: [{ name: " ", number: null, count: 1 }] });
    expect(sent).toMatchObject({ name: "Filter", checklist: ["Clean"], parts: [] });
    expect(sent).not.toHaveProperty("next_due_on");
  });
  it("begins each kind of trigger with a sensible one", () => {
    expect(newTrigger("meter")).toEqual({ by: "meter", meter: "run_hours", every: 500 });
    expect(newTrigger("condition").by).toBe("condition");
  });
});
