import { describe, expect, it } from "vitest";
import { tabsFor } from "./tabs";

describe("the tabs of housekeeping", () => {
  it("begin with the board for a supervisor and with the own rooms for an attendant", () => {
    expect(tabsFor(["supervisor"])[0]).toBe("board");
    expect(tabsFor(["attendant"])).toEqual(["mine", "found", "counts"]);
    expect(tabsFor(["front_desk"])[0]).toBe("tasks");
  });

  it("have neither board nor inspection in a small house", () => {
    const tabs = tabsFor(["supervisor"], true);
    expect(tabs[0]).toBe("mine");
    expect(tabs).not.toContain("board");
    expect(tabs).not.toContain("round");
    expect(tabs).toContain("setup");
  });
});
