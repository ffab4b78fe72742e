import { describe, expect, it } from "vitest";
import { cleanlinessUsed, turndownChoices } from "./steps";

describe("what a person may set", () => {
  it("lets the desk ask for a turndown and the attendant complete it", () => {
    expect(turndownChoices(["front_desk"], "not_required")).toEqual(["required"]);
    expect(turndownChoices(["attendant"], "required")).toEqual(["completed"]);
    expect(turndownChoices(["supervisor"], "completed")).toEqual(["required", "not_required"]);
    expect(turndownChoices(["engineer"], "required")).toEqual([]);
  });

  it("leaves out what the property does not use", () => {
    expect(cleanlinessUsed({ pickup_used: true, inspected_used: true })).toEqual(["dirty", "pickup", "clean", "inspected"]);
    expect(cleanlinessUsed({ pickup_used: false, inspected_used: false })).toEqual(["dirty", "clean"]);
  });
});
