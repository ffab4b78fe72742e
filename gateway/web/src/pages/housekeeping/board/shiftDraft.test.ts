import { describe, expect, it } from "vitest";
import type { Shift } from "../../../api/board";
import { draftOf, isComplete, newShift, toPut } from "./shiftDraft";

const ZONE = "Asia/Shanghai";
const EARLY = Date.parse("2026-07-13T22:00:00Z");

const shift: Shift = {
  id: "s1",
  attendant_id: "mei",
  version: 4,
  business_date: "2026-07-14",
  staff_id: "mei",
  name: "Mei",
  starts_at: "2026-07-14T00:00:00Z",
  ends_at: "2026-07-14T08:30:00Z",
  breaks: [{ starts_at: "2026-07-14T04:00:00Z", ends_at: "2026-07-14T04:30:00Z" }],
  section: "East",
  floors: ["3", "4"],
  pair_with: null,
  skills: ["deep_clean"],
  max_credits: 14,
  max_minutes: 400,
  max_area_square_metres: null,
  state: "present",
};

describe("a shift in a form", () => {
  it("comes back as it was when nobody changes anything", () => {
    const put = toPut(draftOf(shift, ZONE), shift.business_date, ZONE);
    expect(put).toMatchObject({
      staff_id: "mei",
      starts_at: "2026-07-14T00:00:00.000Z",
      ends_at: "2026-07-14T08:30:00.000Z",
      breaks: [{ starts_at: "2026-07-14T04:00:00.000Z", ends_at: "2026-07-14T04:30:00.000Z" }],
      section: "East",
      floors: ["3", "4"],
      skills: ["deep_clean"],
      max_credits: 14,
      max_minutes: 400,
      max_area_square_metres: null,
      state: "present",
    });
  });

  it("ends a night shift on the day after, breaks as well", () => {
    const night = { ...newShift([], ZONE, EARLY), person: "mei", from: "22:00", until: "06:00", breaks: [{ at: "02:00", minutes: 45 }] };
    const put = toPut(night, "2026-07-14", ZONE);
    expect(put.starts_at).toBe("2026-07-14T14:00:00.000Z");
    expect(put.ends_at).toBe("2026-07-14T22:00:00.000Z");
    expect(put.breaks).toEqual([{ starts_at: "2026-07-14T18:00:00.000Z", ends_at: "2026-07-14T18:45:00.000Z" }]);
  });

  it("needs only a name of an agency attendant, and begins with the others' hours", () => {
    const draft = { ...newShift([shift], ZONE, EARLY), of: "agency" as const };
    expect([draft.from, draft.until]).toEqual(["08:00", "16:30"]);
    expect(isComplete(draft)).toBe(false);
    expect(isComplete({ ...draft, name: " Ana " })).toBe(true);
    expect(toPut({ ...draft, name: "Ana", breaks: [{ at: "", minutes: 30 }] }, "2026-07-14", ZONE).breaks).toEqual([]);
    expect(toPut({ ...draft, name: " Ana " }, "2026-07-14", ZONE)).toMatchObject({ staff_id: null, name: "Ana" });
  });

  it("begins now when somebody is added in the middle of the day", () => {
    const called = newShift([shift], ZONE, Date.parse("2026-07-14T05:20:00Z"));
    expect([called.from, called.until, called.breaks]).toEqual(["13:15", "16:30", [{ at: "", minutes: 30 }]]);
    expect(newShift([shift], ZONE, Date.parse("2026-07-14T10:00:00Z")).from).toBe("08:00");
  });
});
