import { describe, expect, it } from "vitest";
import { daysIn, faultOf, inOrder, toPut, unsaid } from "./equipmentDraft";

describe("equipment as an engineer says it", () => {
  const plant = { ...unsaid("property"), kind: "two_pipe" as const };

  it("is refused here when it cannot be so", () => {
    expect(faultOf(plant)).toBeNull();
    expect(faultOf({ ...plant, heats_from: plant.cools_from })).toBe("same_change_over");
    expect(faultOf({ ...plant, off_hours: [{ start: "01:00:00", until: "01:00" }] })).toBe("empty_off_hours");
    expect(faultOf({ ...plant, off_hours: [{ start: "23:00", until: "05:00" }] })).toBeNull();
    expect(faultOf({ ...plant, off_hours: [{ start: "", until: "05:00" }] })).toBe("no_time");
    expect(faultOf({ ...unsaid("property"), off_hours: [{ start: "", until: "" }] })).toBeNull();
  });

  it("sends no hours off of a unit without a plant", () => {
    expect(toPut({ ...plant, off_hours: [{ start: "23:00", until: "05:00" }] }).off_hours).toHaveLength(1);
    expect(toPut({ ...plant, kind: "split", off_hours: [{ start: "23:00", until: "05:00" }] }).off_hours).toEqual([]);
  });

  it("knows the months and the order of scopes", () => {
    expect([daysIn(2), daysIn(4), daysIn(12)]).toEqual([29, 30, 31]);
    expect(inOrder([{ scope: "room:1002" }, { scope: "type:STD" }, { scope: "room:412" }, { scope: "property" }]).map((one) => one.scope)).toEqual([
      "property",
      "type:STD",
      "room:412",
      "room:1002",
    ]);
  });
});
