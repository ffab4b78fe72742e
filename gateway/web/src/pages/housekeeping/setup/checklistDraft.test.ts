import { describe, expect, it } from "vitest";
import { type Line, linesToPut, moved } from "./checklistDraft";

const lines: Line[] = [
  { key: "bed", text: "Bed" },
  { key: "bath", text: "Bath" },
  { key: null, text: " New " },
];

describe("a checklist while it is edited", () => {
  it("moves a line, and not over the ends", () => {
    expect(moved(lines, 0, 1).map((line) => line.key)).toEqual(["bath", "bed", null]);
    expect(moved(lines, 2, -1).map((line) => line.key)).toEqual(["bed", null, "bath"]);
    expect(moved(lines, 0, -1)).toEqual(lines);
    expect(moved(lines, 2, 1)).toEqual(lines);
  });

  it("sends no empty lines and keeps the keys", () => {
    expect(linesToPut([...lines, { key: null, text: "  " }])).toEqual([
      { key: "bed", text: "Bed" },
      { key: "bath", text: "Bath" },
      { key: null, text: "New" },
    ]);
  });
});
