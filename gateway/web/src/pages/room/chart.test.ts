import { describe, expect, it } from "vitest";
import type { History, Plan } from "../../api/types";
import { chartOption, type ChartLook, type ChartWords, spanOf, stagesOf } from "./chart";
import { chartLines } from "./chartTable";

const at = (time: string) => `2026-07-14T${time}:00Z`;
const ms = (time: string) => Date.parse(at(time));
const plan = (more: Partial<Plan>): Plan =>
  ({ state: "waiting", start_at: at("12:00"), ready_by: at("13:00"), predicted_ready_at: at("12:50"), eta: at("13:10"), ...more }) as Plan;
const history = (more: Partial<History>): History =>
  ({
    from: at("06:00"),
    to: at("15:00"),
    now: at("11:00"),
    series: [{ name: "temperature_celsius", step: false, points: [[at("06:00"), 27]] }],
    forecast: [],
    plan: null,
    eta: null,
    windows_open: [],
    plant_off: [],
    commands: [],
    events: [],
    ...more,
  }) as History;
const words = new Proxy({}, {
  get: (_, name) =>
    name === "convert" ? (celsius: number) => celsius : name === "axisTime" || name === "time" ? () => "" : String(name),
}) as ChartWords;
const look = new Proxy({}, { get: (_, name) => String(name) }) as unknown as ChartLook;

describe("the stages of a plan", () => {
  it("is one stage where nothing is held", () => {
    expect(stagesOf(plan({}))).toEqual([{ kind: "finish", from: ms("12:00"), to: ms("12:50") }]);
  });
  it("holds first, then finishes, to the late end of being ready", () => {
    expect(stagesOf(plan({ finish_at: at("12:40"), ready_late: at("13:05") }))).toEqual([
      { kind: "hold", from: ms("12:00"), to: ms("12:40") },
      { kind: "finish", from: ms("12:40"), to: ms("13:05") },
    ]);
  });
  it("is nothing once it is over", () => {
    expect(stagesOf(plan({ state: "done" }))).toEqual([]);
    expect(stagesOf(null)).toEqual([]);
  });
});

describe("the chart", () => {
  const full = history({
    plan: plan({ finish_at: at("12:40"), ready_early: at("12:45"), ready_late: at("13:05") }),
    eta: {
      at: at("13:10"),
      earliest: at("12:20"),
      latest: at("14:30"),
      share_percent: 80,
      middle: at("13:15"),
      likely_from: at("12:50"),
      likely_until: at("13:40"),
    },
    plant_off: [[at("07:00"), at("09:00")]],
    windows_open: [[at("10:00"), null]],
    forecast: [
      [at("11:00"), 26, 26.5, 27],
      [at("11:05"), 26, 26.4, 27],
      [at("11:30"), 25, 25.5, 26],
    ],
  });

  it("marks hold and finish apart, the spread twice, and the plant's hours off", () => {
    const option = chartOption(full, words, look, false) as { series: { name: string; markArea?: { data: { name: string }[][] } }[] };
    const areas = option.series.find((one) => one.name === "measured")?.markArea?.data.map((area) => area[0]?.name);
    expect(areas).toEqual(["hold", "finish", "", "", "plantOff", "window"]);
    expect(spanOf(full).to).toBe(ms("14:30"));
  });

  it("can be read as a table in order of time", () => {
    const lines = chartLines(full);
    expect(lines.map((line) => line.at)).toEqual([...lines.map((line) => line.at)].sort((a, b) => a - b));
    expect(lines.filter((line) => line.kind === "forecast")).toHaveLength(2);
    expect(lines.filter((line) => line.kind === "measured")).toHaveLength(12);
    expect(lines.find((line) => line.kind === "eta")).toMatchObject({ percent: 80, earliest: ms("12:20") });
    expect(lines.find((line) => line.kind === "ready")).toMatchObject({ at: ms("12:45"), to: ms("13:05") });
    expect(lines.find((line) => line.kind === "window")).toMatchObject({ to: null });
  });
});
