import { describe, expect, it } from "vitest";
import en from "../../../words/en.json";
import { findingsOf, saidOf } from "./findings";

describe("what a contradiction is told as", () => {
  it("has words for every kind, by sensors and by people", () => {
    const said = en.discrepancies.said as Record<string, string>;
    const told = [
      saidOf({ kind: "skip", seen_by: "sensors" }),
      saidOf({ kind: "skip", seen_by: "Mei" }),
      saidOf({ kind: "sleep", seen_by: "sensors" }),
      saidOf({ kind: "sleep", seen_by: "Mei" }),
      saidOf({ kind: "person", seen_by: "Mei" }),
    ];
    for (const key of told) expect(said[key.slice("discrepancies.said.".length)]).toBeDefined();
    expect(new Set(told).size).toBe(5);
  });

  it("offers findings that are words too", () => {
    const words = en.discrepancies.findings as Record<string, string>;
    for (const kind of ["skip", "sleep", "person"] as const) {
      expect(findingsOf(kind).length).toBeGreaterThan(2);
      for (const finding of findingsOf(kind)) expect(words[finding]).toBeDefined();
    }
  });
});
