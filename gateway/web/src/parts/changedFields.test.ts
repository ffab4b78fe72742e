import { describe, expect, it } from "vitest";
import { changedFields } from "./changedFields";

describe("what somebody else changed", () => {
  const before = { minutes: 43, types: ["KING"], hours: { from: 8, until: 16 }, note: null as string | null, version: 3 };

  it("names the fields that differ and no others", () => {
    const after = { ...before, minutes: 50, types: ["KING", "TWIN"], version: 4 };
    expect(changedFields(before, after, ["minutes", "types", "hours", "note"])).toEqual(["minutes", "types"]);
  });

  it("does not mind the order of an object's fields", () => {
    expect(changedFields(before, { ...before, hours: { until: 16, from: 8 } }, ["hours"])).toEqual([]);
  });

  it("tells nothing from something", () => {
    expect(changedFields(before, { ...before, note: "a" }, ["note"])).toEqual(["note"]);
  });
});
