import { describe, expect, it } from "vitest";
import { clockTime, dayAndTime, degrees, duration, longDate, relative, temperature } from "./format";
import { readClock } from "./readClock";
import { addDays, instantOf, wallTime } from "./zone";

const SHANGHAI = "Asia/Shanghai";
const now = Date.parse("2026-11-22T06:45:00Z"); // 14:45 in Shanghai

describe("times at the desk", () => {
  it("shows the hotel's wall clock, not the screen's", () => {
    expect(clockTime(Date.parse("2026-11-22T16:05:00Z"), SHANGHAI)).toBe("00:05");
    expect(clockTime(Date.parse("2026-11-22T16:05:00Z"), "America/New_York")).toBe("11:05");
  });

  it("names the day only when it is not today", () => {
    expect(dayAndTime(Date.parse("2026-11-22T07:10:00Z"), now, SHANGHAI, "en")).toBe("15:10");
    expect(dayAndTime(Date.parse("2026-11-23T07:10:00Z"), now, SHANGHAI, "en")).toBe("tomorrow 15:10");
    expect(dayAndTime(Date.parse("2026-11-22T16:10:00Z"), now, SHANGHAI, "zh-CN")).toBe("明天 00:10");
    expect(dayAndTime(Date.parse("2026-12-01T07:10:00Z"), now, SHANGHAI, "en")).toBe("1 Dec 15:10");
  });

  it("tells near times relative to now and far ones not at all", () => {
    expect(relative(now + 25 * 60_000, now, "en")).toBe("in 25 min");
    expect(relative(now - 3 * 60_000, now, "zh-CN")).toBe("3 分钟前");
    expect(relative(now + 20_000, now, "en")).toBe("now");
    expect(relative(now + 100 * 60_000, now, "en")).toBe("in 1 h 40 min");
    expect(relative(now + 121 * 60_000, now, "en")).toBeNull();
  });

  it("tells spans in hours and minutes", () => {
    expect(duration(120, "en")).toBe("2 h");
    expect(duration(0.4, "zh-CN")).toBe("0 分钟");
    expect(duration(95, "zh-CN")).toBe("1 小时 35 分");
  });
});

describe("an ETA typed at the desk", () => {
  it("is the instant at which the hotel's wall shows it", () => {
    expect(new Date(instantOf("2026-11-22", "15:10", SHANGHAI)).toISOString()).toBe("2026-11-22T07:10:00.000Z");
    expect(new Date(instantOf("2026-07-01", "00:30", "Europe/Berlin")).toISOString()).toBe("2026-06-30T22:30:00.000Z");
  });

  it("survives the night when clocks change", () => {
    // Berlin leaves summer time on 25 October 2026 at 03:00; 02:30 comes twice, the first counts.
    expect(wallTime(instantOf("2026-10-25", "02:30", "Europe/Berlin"), "Europe/Berlin").time).toBe("02:30");
    expect(wallTime(instantOf("2026-10-25", "15:00", "Europe/Berlin"), "Europe/Berlin")).toEqual({
      date: "2026-10-25",
      time: "15:00",
    });
    // On 29 March there is no 02:30: the guest is expected after the change.
    expect(wallTime(instantOf("2026-03-29", "02:30", "Europe/Berlin"), "Europe/Berlin").time).toBe("03:30");
  });

  it("is read as people write it, and nonsense is no time", () => {
    expect(readClock("1510")).toBe("15:10");
    expect(readClock("9.05")).toBe("09:05");
    expect(readClock("9：30")).toBe("09:30");
    expect(readClock("9")).toBe("09:00");
    expect(readClock("24:00")).toBeNull();
    expect(readClock("15:60")).toBeNull();
    expect(readClock("soon")).toBeNull();
  });

  it("moves over the end of a month by days", () => {
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  });
});

describe("temperatures", () => {
  it("have one decimal in the property's unit, and unknown is no number", () => {
    expect(degrees(24.06, "celsius")).toBe("24.1°");
    expect(temperature(22, "celsius")).toBe("22.0 °C");
    expect(temperature(22, "fahrenheit")).toBe("71.6 °F");
    expect(degrees(null, "celsius")).toBe("–");
  });
});

it("tells a day of another year with its year", () => {
  expect(longDate("2027-04-01", "en")).toBe("1 Apr 2027");
  expect(longDate("2027-04-01", "zh-CN")).toBe("2027年4月1日");
});
