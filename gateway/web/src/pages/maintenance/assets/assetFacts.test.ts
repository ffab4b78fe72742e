import { expect, test } from "vitest";
import { filtersOf, warrantyOf } from "./assetFacts";

test("the address says what the list is narrowed to, and nonsense narrows nothing", () => {
  const said = filtersOf(new URLSearchParams("kind=split_ac&state=spare&room=412&warranty=90&q=fan"));
  expect(said).toEqual({ kind: "split_ac", state: "spare", room: "412", model: null, warranty_days: 90, search: "fan" });
  expect(filtersOf(new URLSearchParams("kind=spaceship&warranty=x"))).toMatchObject({ kind: null, warranty_days: null });
});

test("a warranty that nobody knows is neither over nor running", () => {
  expect(warrantyOf({ in_warranty: null })).toBe("unknown");
  expect(warrantyOf({ in_warranty: false })).toBe("out");
});
