import { describe, expect, it } from "vitest";
import { anotherOf, clockOf, minutesOf } from "./levels";

describe("working hours as times of day", () => {
  it("tells and reads the end of a day as midnight", () => {
    expect([clockOf(480), clockOf(1440), clockOf(0)]).toEqual(["08:00", "00:00", "00:00"]);
    expect([minutesOf("08:00", false), minutesOf("00:00", true), minutesOf("00:00", false)]).toEqual([480, 1440, 0]);
  });
  it("puts another stretch after the last of the day while there is room", () => {
    expect(anotherOf([], 2)).toEqual({ weekday: 2, from_minute: 480, to_minute: 1200 });
    expect(anotherOf([{ weekday: 2, from_minute: 480, to_minute: 720 }], 2)).toEqual({ weekday: 2, from_minute: 780, to_minute: 1440 });
    expect(anotherOf([{ weekday: 2, from_minute: 480, to_minute: 1440 }], 2)).toBeNull();
  });
});
