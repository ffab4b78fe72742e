import { describe, expect, it } from "vitest";
import { kinds } from "../tasks/list";
import { addable, fieldsOf, inOrder, isWhole, newRule } from "./ruleFields";

describe("a rule of housekeeping in a form", () => {
  it("shows what its kind knows and nothing else", () => {
    expect(fieldsOf("stayover")).toEqual([
      "minutes",
      "credits",
      "room_types",
      "every_days",
      "opt_out_allowed",
      "mandatory_every_days",
      "supplies",
      "active",
    ]);
    expect(fieldsOf("guest_request")).not.toContain("room_types");
    for (const kind of kinds) expect(fieldsOf(kind).slice(0, 2)).toEqual(["minutes", "credits"]);
  });

  it("begins like the rule for all rooms", () => {
    const all = { ...newRule("linen_change", []), id: "linen_change", minutes: 12, every_days: 3 };
    const made = newRule("linen_change", [all]);
    expect([made.minutes, made.every_days, made.version, made.room_types]).toEqual([12, 3, 0, []]);
    expect(newRule("public_area", []).every_days).toBe(1);
  });

  it("is only added where more than one makes sense", () => {
    expect(addable).toContain("public_area");
    expect(addable).toContain("departure");
    expect(addable).not.toContain("special");
  });

  it("needs an area's name only where it is switched on", () => {
    const lobby = newRule("public_area", []);
    expect(isWhole(lobby)).toBe(false);
    expect(isWhole({ ...lobby, active: false })).toBe(true);
    expect(isWhole({ ...lobby, area: "Lobby" })).toBe(true);
    expect(isWhole({ ...newRule("pickup", []), supplies: [{ key: "a", text: " ", count: 1 }] })).toBe(false);
  });

  it("stands in the order of the kinds, special rules after the general", () => {
    const suite = { ...newRule("departure", []), id: "departure-suite", room_types: ["SUITE"] };
    const general = { ...newRule("departure", []), id: "departure" };
    const linen = { ...newRule("linen_change", []), id: "linen_change" };
    expect(inOrder([linen, suite, general], kinds).map((rule) => rule.id)).toEqual(["departure", "departure-suite", "linen_change"]);
  });
});
